//! Needs as plugins read and write them: read on a basis; written by who acts for the resident or, for the organisation,
//! where the plugin itself recorded them.

use super::{Said, move_to, say};
use crate::basis::{self, Disclosures};
use crate::caller::Caller;
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::slice;
use crate::work::Work;
use linli_domain::need::NeedState;
use linli_domain::profile::ProfileField;
use linli_domain::{NeedId, PersonId};
use linli_store::need::Need;
use uuid::Uuid;

/// A resident's needs, by id; `after` is the one that the last slice ended with.
pub async fn list(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    resident: PersonId,
    after: Option<NeedId>,
    limit: u16,
    disclosures: &mut Disclosures,
) -> Result<Vec<Need>> {
    let limit = slice::limit(limit)?;
    open(work, service, reader, resident, disclosures).await?;
    let after = after.unwrap_or(NeedId(Uuid::nil()));
    Ok(work.tx.list_needs(resident, after, limit).await?)
}

/// The versions of a need before the latest, the oldest first; `after` is the version that the last slice ended with.
pub async fn history(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    id: NeedId,
    after: Option<i64>,
    limit: u16,
    disclosures: &mut Disclosures,
) -> Result<Vec<Need>> {
    let limit = slice::limit(limit)?;
    let need = find_served(work, service, id).await?;
    open(work, service, reader, need.resident_id, disclosures).await?;
    Ok(work
        .tx
        .list_need_versions(&need, after.unwrap_or(0), limit)
        .await?)
}

/// Says anew what a need is.
pub async fn correct(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: NeedId,
    version: i64,
    said: &Said,
) -> Result<Need> {
    let before = find_written(work, service, caller, id).await?;
    say(work, &caller.actor(service), before, version, said).await
}

/// Changes where a need stands.
pub async fn become_state(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: NeedId,
    version: i64,
    state: NeedState,
) -> Result<Need> {
    let before = find_written(work, service, caller, id).await?;
    move_to(work, &caller.actor(service), before, version, state).await
}

async fn open(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    resident: PersonId,
    disclosures: &mut Disclosures,
) -> Result<()> {
    let field = ProfileField::Needs;
    basis::open_field(work, service, reader, resident, field, disclosures).await
}

/// A need of a resident whom the installation serves.
async fn find_served(work: &mut Work, service: &Service, id: NeedId) -> Result<Need> {
    let absent = Refusal::NotFound("need");
    let need = work.tx.find_need(id).await?.ok_or(absent.clone())?;
    if service.serves(work, need.resident_id).await? {
        Ok(need)
    } else {
        Err(absent.into())
    }
}

/// A need that the caller may change: the resident's own, or one that this plugin recorded.
async fn find_written(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: NeedId,
) -> Result<Need> {
    let need = find_served(work, service, id).await?;
    let recorded = need.plugin.as_ref() == Some(service.plugin());
    if caller.acts_for(need.resident_id) || (caller.works_for_organisation() && recorded) {
        Ok(need)
    } else {
        Err(Refusal::NotFound("need").into())
    }
}

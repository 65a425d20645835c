//! Restriction (PIPL art. 44; art. 47: where it is not deleted, it is only stored): what a plugin keeps about a resident is
//! shut to it once the resident withdrew a consent that the service needs, or objected. Only the host sees it, until the
//! resident consents anew or retention deletes it. While the resident has a contract with the service (an open appointment of their
//! own), what is not sensitive stays open to it, so that the visit that was booked is not forgotten.

use super::in_person;
use crate::caller::Actor;
use crate::consent;
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::{PersonId, PluginId};
use linli_store::consent::Consent;
use linli_store::restriction::Restriction;
use serde_json::json;

/// A resident objects to what a service does with their data: all its consents end, and its records are shut to it.
pub async fn object(
    work: &mut Work,
    actor: &Actor,
    resident: PersonId,
    plugin: &PluginId,
) -> Result<()> {
    in_person(actor, resident)?;
    let by = actor.person.ok_or(Refusal::NotAllowed)?;
    for consent in work
        .tx
        .list_live_consents(resident, plugin, work.now)
        .await?
    {
        work.tx
            .withdraw_consent(resident, consent.id, by, work.now)
            .await?;
    }
    restrict(work, resident, plugin, "objection").await?;
    consent::announce_change(work, resident, plugin).await?;
    work.audit_act(
        actor,
        Some(resident),
        "restriction.object",
        plugin,
        json!({}),
    )
    .await
}

/// After a withdrawal: shuts the plugin's records where the service needs what was withdrawn, or has no consent left.
pub(crate) async fn after_withdrawal(
    work: &mut Work,
    service: Option<&Service>,
    withdrawn: &Consent,
) -> Result<()> {
    let (resident, plugin) = (withdrawn.resident_id, &withdrawn.plugin);
    let none_left = work
        .tx
        .list_live_consents(resident, plugin, work.now)
        .await?
        .is_empty();
    let declared = service.and_then(|service| service.manifest.fields.get(&withdrawn.field));
    if none_left || declared.is_none_or(|field| field.necessary) {
        restrict(work, resident, plugin, "withdrawal").await?;
    }
    Ok(())
}

/// A plugin where a resident lives, enabled or not.
pub(crate) async fn service_of(
    work: &mut Work,
    resident: PersonId,
    plugin: &PluginId,
) -> Result<Option<Service>> {
    let person = work.tx.find_person(resident).await?;
    let Some(community) = person.and_then(|person| person.community_id) else {
        return Ok(None);
    };
    match work.tx.find_installation_of(plugin, community).await? {
        Some(installation) => Service::of(work, installation).await.map(Some),
        None => Ok(None),
    }
}

async fn restrict(
    work: &mut Work,
    resident: PersonId,
    plugin: &PluginId,
    cause: &str,
) -> Result<()> {
    let restriction = Restriction {
        resident_id: resident,
        plugin: plugin.clone(),
        since: work.now,
        cause: cause.to_owned(),
    };
    work.tx.create_restriction(&restriction).await?;
    Ok(())
}

/// Whether what a service keeps about a person is shut to it.
pub(crate) async fn is_restricted(
    work: &mut Work,
    service: &Service,
    person: PersonId,
) -> Result<bool> {
    let found = work.tx.find_restriction(person, service.plugin()).await?;
    Ok(found.is_some())
}

//! Lists of cases, each for those whom it is for.

use super::access::{office_of, see};
use super::{FAR, Loaded};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{Actor, Caller, Office};
use linli_domain::case::{Accountable, CaseNumber, CaseState};
use linli_domain::{CaseId, CommunityId, Instant};
use linli_store::case::{CaseLine, ListedParty};
use uuid::Uuid;

/// Which part of a list, by what is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slice {
    /// Only cases in this state; all that have not ended if none.
    pub state: Option<CaseState>,
    /// Only what is overdue.
    pub overdue: bool,
    /// The `(next_due, id)` of the last line of the slice before.
    pub after: Option<(Instant, CaseId)>,
    /// The most lines, 1–100.
    pub limit: u16,
}

impl Slice {
    fn of(self, work: &Work, actor: &Actor) -> Result<ListedParty> {
        Ok(ListedParty {
            viewer: actor.person,
            now: work.now,
            state: self.state,
            due_before: if self.overdue {
                work.now
            } else {
                Instant(i64::MAX)
            },
            after: self
                .after
                .unwrap_or((Instant(i64::MIN), CaseId(Uuid::nil()))),
            limit: crate::slice::limit(self.limit)?,
        })
    }
}

const _: () = assert!(FAR.0 < i64::MAX);

/// The cases of the resident who acts or is acted for, before an id, newest first; at the counter those of its community
/// that are not against its office.
pub async fn list_own(
    work: &mut Work,
    actor: &Actor,
    before: Option<CaseId>,
    limit: u16,
) -> Result<Vec<CaseLine>> {
    let resident = actor.subject.ok_or(Refusal::NotAllowed)?;
    let limit = crate::slice::limit(limit)?;
    let before = before.unwrap_or(CaseId(Uuid::max()));
    let counter = match actor.office {
        Office::Counter(community) => Some(community),
        _ => None,
    };
    Ok(work
        .tx
        .list_cases_of_resident(resident, actor.person, counter, before, work.now, limit)
        .await?)
}

/// The cases of the resident who acts or is acted for that were opened through a plugin, before an id, newest first.
pub async fn list_own_of(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    before: Option<CaseId>,
    limit: u16,
) -> Result<Vec<CaseLine>> {
    let resident = caller.subject.ok_or(Refusal::NotAllowed)?;
    let limit = crate::slice::limit(limit)?;
    let before = before.unwrap_or(CaseId(Uuid::max()));
    let (id, viewer, now) = (service.id(), caller.person, work.now);
    Ok(work
        .tx
        .list_cases_of_resident_with(id, resident, viewer, before, now, limit)
        .await?)
}

/// What a plugin's organisation answers for in its community: what the plugin opened, and what was handed over.
pub async fn list_work_of(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    slice: Slice,
) -> Result<Vec<CaseLine>> {
    let listed = slice.of(work, &caller.actor(service))?;
    if !caller.works_for_organisation() {
        return Err(Refusal::NotAllowed.into());
    }
    let (organisation, community) = (service.organisation.id, service.community.id);
    Ok(work
        .tx
        .list_cases_of_service(service.id(), organisation, community, listed)
        .await?)
}

/// That a case is a plugin's to deal with: it opened it or, for its organisation's people, the organisation took it over.
/// A case of another plugin is as none.
pub async fn check_reach(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: CaseId,
) -> Result<()> {
    let absent = Refusal::NotFound("case");
    let case = work.tx.find_case(id).await?.ok_or(absent.clone())?;
    let own = case.installation_id == Some(service.id());
    let organisation = service.organisation.id;
    if own
        || (caller.works_for_organisation()
            && case.community_id == service.community.id
            && work.tx.was_handed_over(id, organisation).await?)
    {
        Ok(())
    } else {
        Err(absent.into())
    }
}

/// The cases that the office in which they act answers for in a community.
pub async fn list_work(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    slice: Slice,
) -> Result<Vec<CaseLine>> {
    let listed = slice.of(work, actor)?;
    Ok(
        match office_of(actor, community).ok_or(Refusal::NotAllowed)? {
            Accountable::Organisation(organisation) => {
                work.tx
                    .list_cases_of_organisation(organisation, community, listed)
                    .await?
            }
            Accountable::Community => {
                work.tx
                    .list_cases_of_community(community, true, listed)
                    .await?
            }
            Accountable::District => work.tx.list_cases_of_district(listed).await?,
        },
    )
}

/// The cases in a community that its office may see: all but the confidential ones of others.
pub async fn list_of_community(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    slice: Slice,
) -> Result<Vec<CaseLine>> {
    if actor.office != Office::Community(community) {
        return Err(Refusal::NotAllowed.into());
    }
    let listed = slice.of(work, actor)?;
    Ok(work
        .tx
        .list_cases_of_community(community, false, listed)
        .await?)
}

/// The live cases that the district answers for or that were escalated to it.
pub async fn list_of_district(
    work: &mut Work,
    actor: &Actor,
    slice: Slice,
) -> Result<Vec<CaseLine>> {
    if actor.office != Office::District {
        return Err(Refusal::NotAllowed.into());
    }
    let listed = slice.of(work, actor)?;
    Ok(work.tx.list_cases_of_district(listed).await?)
}

/// The case of a number in a community, if they may see it.
pub async fn find_by_number(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    number: CaseNumber,
) -> Result<CaseId> {
    let found = work
        .tx
        .find_case_by_number(community, number.year, number.number)
        .await?;
    let id = found.ok_or(Refusal::NotFound("case"))?;
    let loaded = Loaded::find(work, id).await?;
    see(work, actor, &loaded).await?;
    Ok(id)
}

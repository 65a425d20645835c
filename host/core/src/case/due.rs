//! What the host does with cases by itself, when its time has come.

use super::access::accountable;
use super::handover::expire;
use super::progress::{end, go_on};
use super::{Loaded, working_time};
use crate::Actor;
use crate::error::Result;
use crate::work::Work;
use linli_domain::case::{Accountable, CaseState};

/// Looks at the first cases whose time has come, at most `limit`, and answers how many it changed: escalates what has no first
/// response or no resolution in time to the office above, once each; ends waiting that has lasted as long as it may; lets
/// hand-overs expire; closes what was resolved and nobody objected to. What it does is done once, by however many processes.
pub async fn escalate_due(work: &mut Work, limit: u16) -> Result<u32> {
    let host = Actor::host();
    let mut changed = 0;
    for late in work
        .tx
        .list_expired_handovers(work.now, limit.into())
        .await?
    {
        expire(work, late).await?;
        changed += 1;
    }
    for case in work.tx.list_cases_to_wake(work.now, limit.into()).await? {
        let mut loaded = Loaded::of(work, case).await?;
        match loaded.case.state {
            CaseState::Waiting
                if loaded
                    .case
                    .waiting_until
                    .is_some_and(|until| until <= work.now) =>
            {
                go_on(work, &host, &mut loaded).await?;
            }
            CaseState::Resolved if work.tx.has_live_sub_case(loaded.case.id).await? => {
                // It is closed after them: looked at again when a day of work has passed.
                let tomorrow = working_time(work)
                    .await?
                    .add_working_minutes(work.now, 8 * 60)?;
                loaded.write(work, Some(tomorrow)).await?;
            }
            CaseState::Resolved => {
                end(
                    work,
                    &host,
                    &mut loaded,
                    CaseState::Closed,
                    "closed",
                    "no objection",
                )
                .await?
            }
            _ => escalate(work, &host, &mut loaded).await?,
        }
        changed += 1;
    }
    Ok(changed)
}

async fn escalate(work: &mut Work, host: &Actor, loaded: &mut Loaded) -> Result<()> {
    let now = work.now;
    let is_past = |due: Option<linli_domain::Instant>| due.is_some_and(|due| due <= now);
    // The community does not see what is confidential: the district is above at once.
    let office = match accountable(&loaded.case) {
        _ if loaded.case.confidential => Accountable::Community,
        office => office,
    };
    let version = loaded.case.version;
    if is_past(loaded.case.response_due) && !loaded.case.response_escalated {
        loaded.case.response_escalated = true;
        loaded.case.level = loaded.case.level.above(office);
        loaded
            .save(work, host, "escalated", "first response overdue")
            .await?;
    }
    if is_past(loaded.case.resolution_due) && !loaded.case.resolution_escalated {
        loaded.case.resolution_escalated = true;
        loaded.case.level = loaded.case.level.above(office);
        loaded
            .save(work, host, "escalated", "resolution overdue")
            .await?;
    }
    if loaded.case.version == version {
        // There is nothing to do any more: not again.
        let wake = loaded.wake().filter(|wake| *wake > now);
        loaded.write(work, wake).await?;
    }
    Ok(())
}

//! The way of a case from state to state.

use super::access::{Sight, authorise_handler, authorise_principal, is_against, see};
use super::comment::{MAX_COMMENT, add};
use super::refusal::{CaseRefusal, Late};
use super::{
    Loaded, MAX_REASON, MAX_WAIT_DAYS, MAX_WAITED_DAYS, REOPEN_DAYS, check_text, working_time,
};
use crate::Actor;
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::case::{CaseState, CommentKind, EscalationLevel, Sla, SlaClock};
use linli_domain::time::{DAY, MINUTE};
use linli_domain::{CaseId, Instant};

/// Takes a case up: who does answers for it in their office. That is a first response.
pub async fn accept(work: &mut Work, actor: &Actor, id: CaseId) -> Result<()> {
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    loaded.become_state(CaseState::Accepted)?;
    loaded.case.assignee_id = actor.person;
    loaded.respond(work.now);
    loaded.save(work, actor, "accepted", "").await
}

/// Begins to work on it.
pub async fn start(work: &mut Work, actor: &Actor, id: CaseId) -> Result<()> {
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    if loaded.case.state != CaseState::Accepted {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    loaded.become_state(CaseState::InProgress)?;
    loaded.save(work, actor, "started", "").await
}

/// Waits for something outside the office, for a reason, until an instant at most; the clock stands. It goes on by itself then.
pub async fn wait(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    reason: &str,
    until: Instant,
) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    loaded.become_state(CaseState::Waiting)?;
    let minutes = until.0.saturating_sub(work.now.0) / MINUTE;
    if until <= work.now
        || until > work.now.plus_days(MAX_WAIT_DAYS)
        || loaded.case.waited_minutes.saturating_add(minutes) > MAX_WAITED_DAYS * DAY / MINUTE
    {
        return Err(CaseRefusal::WaitTooLong.into());
    }
    loaded.case.waiting_since = Some(work.now);
    loaded.case.waiting_until = Some(until);
    loaded.case.waiting_reason = Some(reason.to_owned());
    let mut clock = loaded.clock();
    clock.stop(work.now, &working_time(work).await?)?;
    loaded.put_clock(clock);
    loaded.save(work, actor, "waiting", reason).await
}

/// Goes on with a case that waits.
pub async fn resume(work: &mut Work, actor: &Actor, id: CaseId) -> Result<()> {
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    go_on(work, actor, &mut loaded).await
}

/// Ends a case's waiting.
pub(super) async fn go_on(work: &mut Work, actor: &Actor, loaded: &mut Loaded) -> Result<()> {
    if loaded.case.state != CaseState::Waiting {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    loaded.become_state(CaseState::InProgress)?;
    // However late the host looks, it waited no longer than it may.
    let until = loaded
        .case
        .waiting_until
        .map_or(work.now, |until| until.min(work.now));
    stop_waiting(loaded, until);
    let mut clock = loaded.clock();
    clock.go_on(until, &working_time(work).await?)?;
    loaded.put_clock(clock);
    loaded.save(work, actor, "resumed", "").await
}

fn stop_waiting(loaded: &mut Loaded, now: Instant) {
    if let Some(since) = loaded.case.waiting_since.take() {
        loaded.case.waited_minutes += now.0.saturating_sub(since.0).max(0) / MINUTE;
    }
    loaded.case.waiting_until = None;
    loaded.case.waiting_reason = None;
}

/// Answers a case in public: the office is done, and the resident may object.
pub async fn resolve(work: &mut Work, actor: &Actor, id: CaseId, answer: &str) -> Result<()> {
    check_text("answer", answer, 1, MAX_COMMENT)?;
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    loaded.become_state(CaseState::Resolved)?;
    loaded.end_handover(work, actor, |_| true).await?;
    loaded.respond(work.now);
    loaded.put_clock(SlaClock::default());
    loaded.case.resolved = Some(work.now);
    add(work, actor, &mut loaded, CommentKind::Public, answer).await?;
    loaded.save(work, actor, "resolved", "").await
}

/// Closes a case that is resolved: who asks in it is content, or the office is sure.
pub async fn close(work: &mut Work, actor: &Actor, id: CaseId) -> Result<()> {
    let mut loaded = Loaded::find(work, id).await?;
    match see(work, actor, &loaded).await? {
        Sight::Own(_) => {
            authorise_principal(work, actor, &loaded).await?;
        }
        _ => authorise_handler(work, actor, &loaded).await?,
    }
    end(work, actor, &mut loaded, CaseState::Closed, "closed", "").await
}

/// Calls a case off, for a reason that the residents read: what it asks for cannot or need not be done.
pub async fn cancel(work: &mut Work, actor: &Actor, id: CaseId, reason: &str) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    add(work, actor, &mut loaded, CommentKind::Public, reason).await?;
    end(
        work,
        actor,
        &mut loaded,
        CaseState::Cancelled,
        "cancelled",
        reason,
    )
    .await
}

/// Who asks in a case asks no more.
pub async fn withdraw(work: &mut Work, actor: &Actor, id: CaseId, reason: &str) -> Result<()> {
    check_text("reason", reason, 0, MAX_REASON)?;
    let mut loaded = Loaded::find(work, id).await?;
    authorise_principal(work, actor, &loaded).await?;
    end(
        work,
        actor,
        &mut loaded,
        CaseState::Cancelled,
        "withdrawn",
        reason,
    )
    .await
}

/// Ends a case, after its sub-cases.
pub(super) async fn end(
    work: &mut Work,
    actor: &Actor,
    loaded: &mut Loaded,
    state: CaseState,
    event: &str,
    reason: &str,
) -> Result<()> {
    loaded.become_state(state)?;
    if work.tx.has_live_sub_case(loaded.case.id).await? {
        return Err(CaseRefusal::SubCasesOpen.into());
    }
    loaded.end_handover(work, actor, |_| true).await?;
    stop_waiting(loaded, work.now);
    loaded.put_clock(SlaClock::default());
    loaded.case.ended = Some(work.now);
    loaded.save(work, actor, event, reason).await
}

/// Who asks in a case, or in one that was merged into it, is not content with its answer or end: it is asked for anew, and the
/// clock starts again.
pub async fn reopen(work: &mut Work, actor: &Actor, id: CaseId, reason: &str) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let (_, mut loaded) = principal_of(work, actor, id).await?;
    if loaded
        .case
        .ended
        .is_some_and(|ended| ended.plus_days(REOPEN_DAYS) < work.now)
    {
        return Err(CaseRefusal::TooLate(Late::Reopen).into());
    }
    if !matches!(
        loaded.case.state,
        CaseState::Resolved | CaseState::Closed | CaseState::Cancelled
    ) {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    check_parent(work, &loaded).await?;
    let kind = work
        .tx
        .find_case_type(loaded.case.type_id)
        .await?
        .ok_or(Refusal::NotFound("type of cases"))?;
    loaded.become_state(CaseState::Reopened)?;
    let sla = Sla {
        response_minutes: kind.response_minutes,
        resolution_minutes: kind.resolution_minutes,
    };
    let clock = SlaClock::start(sla, work.now, &working_time(work).await?)?;
    loaded.put_clock(clock);
    let case = &mut loaded.case;
    case.assignee_id = case.assignee_id.filter(|_| case.confidential);
    case.level = EscalationLevel::Party;
    case.responded = None;
    case.response_escalated = false;
    case.resolution_escalated = false;
    case.waited_minutes = 0;
    case.resolved = None;
    case.ended = None;
    case.round += 1;
    loaded.save(work, actor, "reopened", reason).await
}

/// That the case of which this is a part has not ended.
pub(super) async fn check_parent(work: &mut Work, loaded: &Loaded) -> Result<()> {
    let Some(parent) = loaded.case.parent_id else {
        return Ok(());
    };
    match work.tx.find_case(parent).await? {
        Some(parent) if !matches!(parent.state, CaseState::Closed | CaseState::Cancelled) => Ok(()),
        _ => Err(CaseRefusal::ParentEnded.into()),
    }
}

/// The resident who asks in a case, and the case: where it was merged, the one in which it goes on.
pub(super) async fn principal_of(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
) -> Result<(linli_domain::PersonId, Loaded)> {
    let loaded = Loaded::find(work, id).await?;
    let resident = authorise_principal(work, actor, &loaded).await?;
    match loaded.case.merged_into {
        Some(target) => {
            let target = Loaded::find(work, target).await?;
            if is_against(work, actor, &target).await? {
                return Err(Refusal::NotFound("case").into());
            }
            Ok((resident, target))
        }
        None => Ok((resident, loaded)),
    }
}

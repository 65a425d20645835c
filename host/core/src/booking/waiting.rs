//! The waiting list of a space: whoever joined first is promoted first, in the unit of work that frees the place.

use super::{Draft, Party, check_draft, check_quota, expire, expire_holds, new, note, party, tell};
use crate::caller::Actor;
use crate::error::{Error, Refusal, Result};
use crate::notice;
use crate::space::ground::Ground;
use crate::space::{self, SpaceRefusal};
use crate::work::Work;
use linli_domain::booking::{BookingState, OFFER, WaitingState};
use linli_domain::slot::Range;
use linli_domain::{BookingId, Instant, SpaceId, WaitingId};
use linli_store::waiting::Waiting;
use serde_json::json;
use uuid::Uuid;

/// The most waiting lists in which one resident or organisation waits at once.
pub const MAX_WAITING: usize = 20;
/// How many who wait are looked at together.
const SLICE: i64 = 200;

/// Joins the waiting list of a space for a time that is full. With `ask`, a place that becomes free is offered and held for
/// two hours, at night from the morning on; without, it is booked at once.
pub async fn join(work: &mut Work, actor: &Actor, draft: &Draft, ask: bool) -> Result<Waiting> {
    let space = space::find(work, draft.space).await?;
    let own = party::authorise(work, actor, &space, draft.party).await?;
    check_draft(&space, draft)?;
    expire_holds(work, draft.space, draft.range).await?;
    let ground = Ground::load(work, draft.space, draft.range, None).await?;
    match ground.check(draft.range, own) {
        Err(SpaceRefusal::Full) => {}
        Ok(()) => return Err(SpaceRefusal::NothingToWaitFor.into()),
        Err(refusal) => return Err(refusal.into()),
    }
    let (resident, organisation) = (draft.party.resident(), draft.party.organisation());
    let waits = work
        .tx
        .list_waiting_of(resident, organisation, work.now)
        .await?;
    let mut waits = waits
        .into_iter()
        .filter(|other| other.state == WaitingState::Waiting);
    if waits
        .clone()
        .any(|other| other.space_id == draft.space && other.range() == draft.range)
    {
        return Err(SpaceRefusal::WaitsAlready.into());
    }
    if waits.nth(MAX_WAITING - 1).is_some() {
        return Err(Refusal::OverBudget("waiting lists").into());
    }
    let waiting = Waiting {
        id: work.id(),
        space_id: draft.space,
        resident_id: resident,
        organisation_id: organisation,
        title: draft.title.clone(),
        persons: draft.persons.into(),
        starts: draft.range.starts,
        ends: draft.range.ends,
        ask,
        state: WaitingState::Waiting,
        joined: work.now,
        booking_id: None,
    };
    work.tx.create_waiting(&waiting).await?;
    let detail = json!({ "space": draft.space, "ask": ask });
    work.audit_act(actor, resident, "waiting.join", waiting.id, detail)
        .await?;
    Ok(waiting)
}

/// Leaves the waiting list. An offer is declined by cancelling its booking.
pub async fn leave(work: &mut Work, actor: &Actor, id: WaitingId) -> Result<()> {
    let absent = Refusal::NotFound("waiting");
    let mut waiting = work.tx.find_waiting(id).await?.ok_or(absent.clone())?;
    let party = Party::from_ids(waiting.resident_id, waiting.organisation_id);
    if !party.is_of(actor) {
        let space = space::find(work, waiting.space_id).await?;
        if !actor.governs(space.community_id) {
            return Err(absent.into());
        }
    }
    if waiting.state != WaitingState::Waiting {
        return Err(SpaceRefusal::WaitingIs(waiting.state).into());
    }
    waiting.state = WaitingState::Left;
    work.tx.update_waiting(&waiting).await?;
    work.audit_act(actor, waiting.resident_id, "waiting.leave", id, json!({}))
        .await
}

/// Where a party waits, or has waited, for times to come; at most 100.
pub async fn list_of(work: &mut Work, actor: &Actor, party: Party) -> Result<Vec<Waiting>> {
    if !party.is_of(actor) {
        return Err(Refusal::NotAllowed.into());
    }
    Ok(work
        .tx
        .list_waiting_of(party.resident(), party.organisation(), work.now)
        .await?)
}

/// Who waits for a space at times that overlap a range, in line after a position. Only for its staff.
pub async fn list_of_space(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    range: Range,
    after: Option<(Instant, WaitingId)>,
    limit: u16,
) -> Result<Vec<Waiting>> {
    space::find_governed(work, actor, id).await?;
    let limit = crate::slice::limit(limit)?;
    Ok(work
        .tx
        .list_waiting(id, range, after.unwrap_or(FIRST), limit)
        .await?)
}

const FIRST: (Instant, WaitingId) = (Instant(i64::MIN), WaitingId(Uuid::nil()));

/// Promotes whoever waits for times of a space that became free, and for what was held in them until now, in line, as far as
/// there is room and their quotas allow it. All that was held until now is given up before anybody is promoted: what the
/// database still counts would stand in the way.
pub(crate) async fn promote(work: &mut Work, id: SpaceId, mut freed: Vec<Range>) -> Result<()> {
    let (Some(starts), Some(ends)) = (
        freed.iter().map(|range| range.starts).min(),
        freed.iter().map(|range| range.ends).max(),
    ) else {
        return Ok(());
    };
    let span = Range::new(starts, ends);
    if work.tx.list_waiting(id, span, FIRST, 1).await?.is_empty() {
        return Ok(());
    }
    // Whoever waits may want more time than became free, by at most the length of a booking.
    let span = span.widened(Range::MAX_DAYS * 1_440);
    let span = Range::new(span.starts.max(work.now), span.ends.max(work.now));
    freed.extend(expire(work, id, span).await?);
    let mut ground = Ground::load(work, id, span, None).await?;
    for range in freed {
        promote_within(work, &mut ground, range).await?;
    }
    Ok(())
}

async fn promote_within(work: &mut Work, ground: &mut Ground, range: Range) -> Result<()> {
    let mut after = FIRST;
    loop {
        let some = work
            .tx
            .list_waiting(ground.space.id, range, after, SLICE)
            .await?;
        let Some(last) = some.last() else {
            return Ok(());
        };
        after = (last.joined, last.id);
        let is_last = some.len() < usize::try_from(SLICE).unwrap_or(usize::MAX);
        for waiting in some {
            promote_one(work, ground, waiting).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

async fn promote_one(work: &mut Work, ground: &mut Ground, mut waiting: Waiting) -> Result<()> {
    let (range, now) = (waiting.range(), work.now);
    let party = Party::from_ids(waiting.resident_id, waiting.organisation_id);
    let own = party == Party::Community;
    // They met notice and horizon when they joined: only what has changed since is asked again.
    if range.starts <= now || !may_come(ground, range) {
        return Ok(());
    }
    for checked in [
        check_quota(work, ground, party, range, None, own).await,
        party::check_open(work, &ground.space, party).await,
    ] {
        match checked {
            Err(Error::Refused(_)) => return Ok(()),
            other => other?,
        }
    }
    let draft = Draft {
        space: ground.space.id,
        range,
        party,
        title: waiting.title.clone(),
        persons: u32::try_from(waiting.persons).unwrap_or(u32::MAX),
    };
    let state = if waiting.ask {
        BookingState::Held
    } else {
        super::agreed(&ground.space, own, BookingState::Booked)
    };
    let mut booking = new(work, ground, &draft, state);
    if waiting.ask {
        let from = notice::reaches(work).await?;
        booking.expires = Some(Instant((from.0 + OFFER).min(range.starts.0)));
    }
    ground.take(range);
    work.tx
        .create_bookings(std::slice::from_ref(&booking))
        .await?;
    waiting.state = if waiting.ask {
        WaitingState::Offered
    } else {
        WaitingState::Promoted
    };
    waiting.booking_id = Some(booking.id);
    work.tx.update_waiting(&waiting).await?;
    let host = Actor::host();
    note(work, &host, &booking, booking.state.code(), "").await?;
    let news = if waiting.ask {
        tell::News::Offered
    } else {
        tell::News::Promoted
    };
    tell::party(work, &host, &booking, &news).await
}

fn may_come(ground: &Ground, range: Range) -> bool {
    matches!(ground.check(range, true), Ok(()))
}

/// Writes what became of the waiting of which a booking came, where it is still open.
pub(crate) async fn settle(work: &mut Work, booking: BookingId, state: WaitingState) -> Result<()> {
    if let Some(mut waiting) = work.tx.find_waiting_of_booking(booking).await?
        && waiting.state.may_become(state)
    {
        waiting.state = state;
        work.tx.update_waiting(&waiting).await?;
        notice::withdraw(work, booking.0).await?;
    }
    Ok(())
}

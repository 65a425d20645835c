//! Bookings of spaces: hold, book, confirm, approve or reject, move, cancel. No plugin can break their rules.
//!
//! Whether a time can be booked is [`crate::space::ground`]'s to say, who waits for one [`waiting`]'s, and what recurs
//! [`series`]'s. The database refuses what would take a space more often at once than its concurrency.

mod party;
pub mod series;
mod sweep;
mod tell;
pub mod waiting;

pub use party::Party;
pub use sweep::sweep;

use crate::caller::Actor;
use crate::error::{Refusal, Result};
use crate::slice;
use crate::space::ground::Ground;
use crate::space::{self, SpaceRefusal};
use crate::work::Work;
use linli_domain::booking::{BookingState, ConflictState, HOLD, WaitingState};
use linli_domain::quota::{Quota, Tally};
use linli_domain::slot::Range;
use linli_domain::{BookingId, CommunityId, Instant, OrganisationId, PersonId, SpaceId};
use linli_store::booking::{Booking, BookingChange};
use serde_json::json;
use uuid::Uuid;

/// The longest title, in bytes.
pub const MAX_TITLE: usize = 200;
/// The longest reason, in bytes.
pub const MAX_REASON: usize = 500;
/// The most open bookings of one resident or organisation: a series of 500 and some more.
pub const MAX_OPEN: i64 = 1_000;

/// The position before every list.
pub(crate) const FIRST: (Instant, BookingId) = (Instant(i64::MIN), BookingId(Uuid::nil()));

/// What is to be booked.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which space.
    pub space: SpaceId,
    /// When.
    pub range: Range,
    /// For whom.
    pub party: Party,
    /// What for, 1–200 bytes. It stands in calendars, so nothing personal belongs there.
    pub title: String,
    /// How many people come, at least 1.
    pub persons: u32,
}

/// Keeps a place for ten minutes, while whoever asks decides.
pub async fn hold(work: &mut Work, actor: &Actor, draft: &Draft) -> Result<Booking> {
    make(work, actor, draft, BookingState::Held).await
}

/// Books at once: booked, or requested where the space asks for approval.
pub async fn book(work: &mut Work, actor: &Actor, draft: &Draft) -> Result<Booking> {
    make(work, actor, draft, BookingState::Booked).await
}

async fn make(
    work: &mut Work,
    actor: &Actor,
    draft: &Draft,
    state: BookingState,
) -> Result<Booking> {
    let space = space::find(work, draft.space).await?;
    let own = party::authorise(work, actor, &space, draft.party).await?;
    check_draft(&space, draft)?;
    expire_holds(work, draft.space, draft.range).await?;
    let ground = Ground::load(work, draft.space, draft.range, None).await?;
    ground.check(draft.range, own)?;
    check_quota(work, &ground, draft.party, draft.range, None, own).await?;
    let open = work
        .tx
        .count_open_bookings(draft.party.resident(), draft.party.organisation(), work.now)
        .await?;
    if open >= MAX_OPEN {
        return Err(Refusal::OverBudget("bookings").into());
    }
    let state = agreed(&space, own, state);
    let booking = new(work, &ground, draft, state);
    work.tx
        .create_bookings(std::slice::from_ref(&booking))
        .await?;
    note(work, actor, &booking, booking.state.code(), "").await?;
    Ok(booking)
}

/// What a booking that is agreed to becomes: where the space asks for approval, a request first.
fn agreed(space: &linli_store::space::Space, own: bool, state: BookingState) -> BookingState {
    if state == BookingState::Booked && space.rules.approval && !own {
        BookingState::Requested
    } else {
        state
    }
}

fn new(work: &mut Work, ground: &Ground, draft: &Draft, state: BookingState) -> Booking {
    let blocked = ground.space.rules.blocked(draft.range);
    Booking {
        id: work.id(),
        space_id: draft.space,
        resident_id: draft.party.resident(),
        organisation_id: draft.party.organisation(),
        series_id: None,
        title: draft.title.clone(),
        persons: draft.persons.into(),
        starts: draft.range.starts,
        ends: draft.range.ends,
        blocked_until: blocked.ends,
        state,
        expires: (state == BookingState::Held).then_some(Instant(work.now.0 + HOLD)),
        sequence: 0,
        made: work.now,
        changed: work.now,
    }
}

/// Books what is held: booked, or requested where the space asks for approval. A place that was offered to whoever waited
/// is accepted by this as well.
pub async fn confirm(work: &mut Work, actor: &Actor, id: BookingId) -> Result<Booking> {
    let mut booking = find(work, actor, id).await?;
    if booking.has_expired(work.now) || booking.state == BookingState::Expired {
        return Err(SpaceRefusal::HoldExpired.into());
    }
    if booking.state != BookingState::Held {
        return Err(SpaceRefusal::WrongState(booking.state).into());
    }
    let space = space::find(work, booking.space_id).await?;
    let own = actor.governs(space.community_id);
    booking.state = agreed(&space, own, BookingState::Booked);
    booking.expires = None;
    waiting::settle(work, id, WaitingState::Promoted).await?;
    let change = booking.state.code();
    update(work, actor, &mut booking, change, "").await?;
    Ok(booking)
}

/// Approves a request. Only for the space's staff.
pub async fn approve(work: &mut Work, actor: &Actor, id: BookingId) -> Result<Booking> {
    let mut booking = find_requested(work, actor, id).await?;
    booking.state = BookingState::Booked;
    update(work, actor, &mut booking, "booked", "").await?;
    tell::party(work, actor, &booking, &tell::News::Approved).await?;
    Ok(booking)
}

/// Rejects a request, for a reason. Only for the space's staff.
pub async fn reject(
    work: &mut Work,
    actor: &Actor,
    id: BookingId,
    reason: &str,
) -> Result<Booking> {
    if reason.trim().is_empty() {
        return Err(Refusal::field("reason", "请填写原因", "Give a reason").into());
    }
    let booking = find_requested(work, actor, id).await?;
    end(work, actor, booking, BookingState::Rejected, reason).await
}

async fn find_requested(work: &mut Work, actor: &Actor, id: BookingId) -> Result<Booking> {
    let booking = find(work, actor, id).await?;
    space::find_governed(work, actor, booking.space_id).await?;
    if booking.state != BookingState::Requested {
        return Err(SpaceRefusal::WrongState(booking.state).into());
    }
    Ok(booking)
}

/// Moves a booking to another time. Where the space asks for approval it is asked for anew. Whoever waits for the time that
/// became free is promoted.
pub async fn move_to(
    work: &mut Work,
    actor: &Actor,
    id: BookingId,
    range: Range,
) -> Result<Booking> {
    let mut booking = find(work, actor, id).await?;
    if !matches!(
        booking.state,
        BookingState::Requested | BookingState::Booked
    ) {
        return Err(SpaceRefusal::WrongState(booking.state).into());
    }
    let space = space::find(work, booking.space_id).await?;
    let own = actor.governs(space.community_id);
    if !own && booking.starts <= work.now {
        return Err(SpaceRefusal::Begun.into());
    }
    expire_holds(work, space.id, range).await?;
    let ground = Ground::load(work, space.id, range, Some(id)).await?;
    ground.check(range, own)?;
    let party = Party::of(&booking);
    check_quota(work, &ground, party, range, Some(id), own).await?;
    let before = booking.blocked();
    booking.starts = range.starts;
    booking.ends = range.ends;
    booking.blocked_until = space.rules.blocked(range).ends;
    booking.state = agreed(&space, own, BookingState::Booked);
    update(work, actor, &mut booking, "moved", "").await?;
    let (by, now) = (actor.person, work.now);
    work.tx
        .settle_conflicts(id, None, ConflictState::Moved, by, now)
        .await?;
    tell::party(work, actor, &booking, &tell::News::Moved).await?;
    waiting::promote(work, space.id, vec![before]).await?;
    Ok(booking)
}

/// Cancels a booking: who booked it until it begins, the space's staff until it ends. Whoever waits for it is promoted.
pub async fn cancel(
    work: &mut Work,
    actor: &Actor,
    id: BookingId,
    reason: &str,
) -> Result<Booking> {
    let booking = find(work, actor, id).await?;
    let space = space::find(work, booking.space_id).await?;
    let until = if actor.governs(space.community_id) {
        booking.ends
    } else {
        booking.starts
    };
    if booking.state.is_live() && until <= work.now {
        return Err(SpaceRefusal::Begun.into());
    }
    end(work, actor, booking, BookingState::Cancelled, reason).await
}

/// Ends a booking in one of the states that free its place, and promotes whoever waits for it.
pub(crate) async fn end(
    work: &mut Work,
    actor: &Actor,
    booking: Booking,
    state: BookingState,
    reason: &str,
) -> Result<Booking> {
    let booking = close(work, actor, booking, state, reason).await?;
    waiting::promote(work, booking.space_id, vec![booking.blocked()]).await?;
    Ok(booking)
}

/// Ends bookings, all of them before anybody who waits is promoted: what the database still counts would stand in the way.
pub(crate) async fn end_all(
    work: &mut Work,
    bookings: Vec<Booking>,
    state: BookingState,
) -> Result<()> {
    let mut closed = Vec::with_capacity(bookings.len());
    for booking in bookings {
        closed.push(close(work, &Actor::host(), booking, state, "").await?);
    }
    for booking in closed {
        waiting::promote(work, booking.space_id, vec![booking.blocked()]).await?;
    }
    Ok(())
}

/// Ends a booking in one of the states that free its place. Whoever waits is not promoted yet.
async fn close(
    work: &mut Work,
    actor: &Actor,
    mut booking: Booking,
    state: BookingState,
    reason: &str,
) -> Result<Booking> {
    if reason.len() > MAX_REASON {
        let problem = format!("reason has {} bytes; at most {MAX_REASON}", reason.len());
        return Err(Refusal::Invalid(problem).into());
    }
    if !booking.state.may_become(state) {
        return Err(SpaceRefusal::WrongState(booking.state).into());
    }
    booking.state = state;
    update(work, actor, &mut booking, state.code(), reason).await?;
    let (by, now) = (actor.person, work.now);
    work.tx
        .settle_conflicts(booking.id, None, ConflictState::Cancelled, by, now)
        .await?;
    let waited = match state {
        BookingState::Expired => WaitingState::Lapsed,
        _ => WaitingState::Left,
    };
    waiting::settle(work, booking.id, waited).await?;
    tell::party(work, actor, &booking, &tell::News::Ended(reason)).await?;
    Ok(booking)
}

/// Gives up holds of a space that have expired and would stand in a range's way, and promotes whoever waits for them.
pub(crate) async fn expire_holds(work: &mut Work, id: SpaceId, range: Range) -> Result<()> {
    // As wide as the widest buffer.
    let range = Range::new(range.starts, range.ends.plus_minutes(1_440));
    let freed = expire(work, id, range).await?;
    waiting::promote(work, id, freed).await
}

/// Gives up all holds of a space that have expired and overlap a range; answers when those were. Whoever waits is not
/// promoted yet.
async fn expire(work: &mut Work, id: SpaceId, range: Range) -> Result<Vec<Range>> {
    let mut freed = Vec::new();
    for expired in work.tx.list_expired_holds_of(id, range, work.now).await? {
        let closed = close(work, &Actor::host(), expired, BookingState::Expired, "").await?;
        freed.push(closed.blocked());
    }
    Ok(freed)
}

/// A booking that the actor may see: their own or of whom they act for, their organisation's, any for the space's staff.
pub async fn find(work: &mut Work, actor: &Actor, id: BookingId) -> Result<Booking> {
    let absent = Refusal::NotFound("booking");
    let booking = work.tx.find_booking(id).await?.ok_or(absent.clone())?;
    if Party::of(&booking).is_of(actor) {
        return Ok(booking);
    }
    let space = space::find(work, booking.space_id).await?;
    if actor.governs(space.community_id) {
        Ok(booking)
    } else {
        Err(absent.into())
    }
}

/// A booking's history, oldest first, for whoever may see it.
pub async fn history(work: &mut Work, actor: &Actor, id: BookingId) -> Result<Vec<BookingChange>> {
    find(work, actor, id).await?;
    Ok(work.tx.list_booking_changes(id).await?)
}

/// A space's bookings that begin within a range, in any state, by start after a position. Only for its staff.
pub async fn list_of_space(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    range: Range,
    after: Option<(Instant, BookingId)>,
    limit: u16,
) -> Result<Vec<Booking>> {
    space::find_governed(work, actor, id).await?;
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_bookings_of_space(id, range, after.unwrap_or(FIRST), limit)
        .await?)
}

/// What a community's staff have yet to approve, by start after a position.
pub async fn list_requested(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    after: Option<(Instant, BookingId)>,
    limit: u16,
) -> Result<Vec<Booking>> {
    space::govern(actor, community)?;
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_requested_bookings(community, after.unwrap_or(FIRST), limit)
        .await?)
}

/// A resident's bookings that end after `since`, in any state, by start after a position: for themself and who acts for
/// them.
pub async fn list_of_resident(
    work: &mut Work,
    actor: &Actor,
    resident: PersonId,
    since: Instant,
    after: Option<(Instant, BookingId)>,
    limit: u16,
) -> Result<Vec<Booking>> {
    if !actor.acts_for(resident) {
        return Err(Refusal::NotAllowed.into());
    }
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_bookings_of_resident(resident, since, after.unwrap_or(FIRST), limit)
        .await?)
}

/// An organisation's own bookings, likewise, for its staff.
pub async fn list_of_organisation(
    work: &mut Work,
    actor: &Actor,
    organisation: OrganisationId,
    since: Instant,
    after: Option<(Instant, BookingId)>,
    limit: u16,
) -> Result<Vec<Booking>> {
    if !Party::Organisation(organisation).is_of(actor) {
        return Err(Refusal::NotAllowed.into());
    }
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_bookings_of_organisation(organisation, since, after.unwrap_or(FIRST), limit)
        .await?)
}

/// Checks what does not depend on the time.
fn check_draft(space: &linli_store::space::Space, draft: &Draft) -> Result<()> {
    if draft.title.trim().is_empty() || draft.title.len() > MAX_TITLE {
        return Err(Refusal::field(
            "title",
            "请填写用途，最多 200 字节",
            "Say what it is for, in at most 200 bytes",
        )
        .into());
    }
    if draft.persons == 0 {
        return Err(Refusal::Invalid("persons is 0; it must be at least 1".to_owned()).into());
    }
    if i64::from(draft.persons) > space.capacity {
        return Err(SpaceRefusal::TooManyPersons(space.capacity).into());
    }
    Ok(())
}

/// Checks the quota of a resident; the space's own staff and organisations have none.
async fn check_quota(
    work: &mut Work,
    ground: &Ground,
    party: Party,
    range: Range,
    except: Option<BookingId>,
    own: bool,
) -> Result<()> {
    let (Party::Resident(resident), false) = (party, own) else {
        return Ok(());
    };
    let quota = ground.space.rules.quota;
    let Some(span) = Quota::span(range, &ground.zone).filter(|_| !quota.is_none()) else {
        return Ok(());
    };
    let tally = tally(work, ground, resident, span, except).await?;
    match tally.exceeds(&quota, range) {
        Some(exceeded) => Err(SpaceRefusal::Quota(exceeded).into()),
        None => Ok(()),
    }
}

async fn tally(
    work: &mut Work,
    ground: &Ground,
    resident: PersonId,
    span: Range,
    except: Option<BookingId>,
) -> Result<Tally> {
    let now = work.now;
    let booked = work
        .tx
        .list_bookings_of_quota(resident, ground.space.id, span, except, now)
        .await?;
    let mut tally = Tally::new(ground.zone.clone());
    for booking in booked {
        tally.add(Range::new(booking.starts, booking.ends));
    }
    Ok(tally)
}

async fn update(
    work: &mut Work,
    actor: &Actor,
    booking: &mut Booking,
    change: &str,
    reason: &str,
) -> Result<()> {
    booking.sequence += 1;
    booking.changed = work.now;
    work.tx.update_booking(booking).await?;
    note(work, actor, booking, change, reason).await
}

async fn note(
    work: &mut Work,
    actor: &Actor,
    booking: &Booking,
    change: &str,
    reason: &str,
) -> Result<()> {
    let line = BookingChange {
        booking_id: booking.id,
        sequence: booking.sequence,
        at: work.now,
        actor_id: actor.person,
        change: change.to_owned(),
        starts: booking.starts,
        ends: booking.ends,
        note: reason.to_owned(),
    };
    work.tx.create_booking_change(&line).await?;
    let detail =
        json!({ "space": booking.space_id, "sequence": booking.sequence, "state": booking.state });
    let action = format!("booking.{change}");
    work.audit_act(actor, booking.resident_id, &action, booking.id, detail)
        .await
}

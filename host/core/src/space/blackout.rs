//! Times in which a space cannot be booked. What stands there already becomes conflicts, which staff settle one by one or
//! many at once.

use super::{SpaceRefusal, ahead, check_hours, find_governed};
use crate::booking;
use crate::caller::Actor;
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{district, slice};
use jiff::ToSpan as _;
use linli_domain::booking::{BookingState, ConflictState};
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::space::MAX_HORIZON_DAYS;
use linli_domain::working_time::WorkingTime;
use linli_domain::{BlackoutId, BookingId, Instant, SpaceId};
use linli_store::blackout::Blackout;
use linli_store::booking::Booking;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The most stretches of one black-out.
pub const MAX_RANGES: usize = 500;
/// The most conflicts that one unit of work cancels: the rest stay pending, for the next.
pub const MAX_SETTLED: usize = 200;
/// The longest reason, in bytes.
pub const MAX_REASON: usize = 500;

/// When a space cannot be booked.
#[derive(Clone, Debug)]
pub enum When {
    /// One stretch of time, at most two years ahead.
    Once(Range),
    /// Hours that recur, such as every Wednesday from 14:00 to 18:00, six times: at most 500 stretches within two years.
    Recurring(WorkingHours),
}

/// A black-out that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// Which.
    pub blackout: BlackoutId,
    /// How many bookings stand in it: conflicts to be settled.
    pub conflicts: u64,
}

/// What becomes of bookings that stand in a black-out. To move one, move the booking: that settles it too.
#[derive(Clone, Debug)]
pub enum Settlement {
    /// They stay in spite of it.
    Keep,
    /// They are cancelled, for this reason.
    Cancel(String),
}

/// Which conflicts of a black-out.
#[derive(Clone, Debug)]
pub enum Which {
    /// All that are pending.
    All,
    /// Those of these bookings.
    Of(Vec<BookingId>),
}

/// What was settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settled {
    /// How many were settled now.
    pub settled: u64,
    /// How many are pending still.
    pub pending: u64,
}

/// Makes a black-out.
pub async fn make(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    when: &When,
    reason: &str,
) -> Result<Made> {
    find_governed(work, actor, id).await?;
    check_reason(reason)?;
    let ranges = ranges(work, when).await?;
    let blackout = Blackout {
        id: work.id(),
        space_id: id,
        reason: reason.to_owned(),
        made: work.now,
        lifted: None,
    };
    // A hold that has expired is no conflict.
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
        return Err(
            Refusal::Invalid("the black-out holds no time that lies ahead".to_owned()).into(),
        );
    };
    booking::expire_holds(work, id, Range::new(first.starts, last.ends)).await?;
    let conflicts = work.tx.create_blackout(&blackout, &ranges).await?;
    let detail = json!({
        "space": id, "reason": reason, "ranges": ranges.len(), "from": first.starts, "to": last.ends, "conflicts": conflicts,
    });
    work.audit_act(actor, None, "blackout.make", blackout.id, detail)
        .await?;
    Ok(Made {
        blackout: blackout.id,
        conflicts,
    })
}

/// Lifts a black-out: its times can be booked again, and whoever waits for them is promoted. What was pending is kept.
pub async fn lift(work: &mut Work, actor: &Actor, id: BlackoutId) -> Result<()> {
    let blackout = find(work, actor, id).await?;
    if blackout.lifted.is_some() {
        return Err(Refusal::NotFound("blackout").into());
    }
    work.tx.lift_blackout(id, actor.person, work.now).await?;
    work.audit_act(actor, None, "blackout.lift", id, json!({}))
        .await?;
    let mut space = super::find(work, blackout.space_id).await?;
    if space.closed.take().is_some() {
        // The black-out of a space that was taken out of use is lifted: it is in use again.
        work.tx.update_space(&space).await?;
    }
    booking::waiting::promote(work, blackout.space_id, vec![ahead(work)]).await
}

/// A space's black-outs, newest first, before a position. Only for its staff.
pub async fn list(
    work: &mut Work,
    actor: &Actor,
    space: SpaceId,
    before: Option<(Instant, BlackoutId)>,
    limit: u16,
) -> Result<Vec<Blackout>> {
    find_governed(work, actor, space).await?;
    let limit = slice::limit(limit)?;
    let last = (Instant(i64::MAX), BlackoutId(Uuid::max()));
    Ok(work
        .tx
        .list_blackouts(space, before.unwrap_or(last), limit)
        .await?)
}

/// The bookings that stand in a black-out and are not settled, by when they were, after a position.
pub async fn conflicts(
    work: &mut Work,
    actor: &Actor,
    id: BlackoutId,
    after: Option<(Instant, BookingId)>,
    limit: u16,
) -> Result<Vec<Booking>> {
    find(work, actor, id).await?;
    let limit = slice::limit(limit)?;
    let pending = work
        .tx
        .list_pending_conflicts(id, after.unwrap_or(booking::FIRST), limit)
        .await?;
    let mut bookings = Vec::with_capacity(pending.len());
    for conflict in pending {
        bookings.extend(work.tx.find_booking(conflict.booking_id).await?);
    }
    Ok(bookings)
}

/// Settles conflicts. Keeping settles all at once; cancelling at most [`MAX_SETTLED`] in one unit of work, and says how
/// many are left to be settled by the next.
pub async fn settle(
    work: &mut Work,
    actor: &Actor,
    id: BlackoutId,
    which: &Which,
    settlement: &Settlement,
) -> Result<Settled> {
    find(work, actor, id).await?;
    let (by, now) = (actor.person, work.now);
    if let Which::Of(bookings) = which
        && bookings.len() > MAX_SETTLED
    {
        let problem = format!("{} bookings; at most {MAX_SETTLED} at once", bookings.len());
        return Err(Refusal::Invalid(problem).into());
    }
    let settled = match (settlement, which) {
        (Settlement::Keep, Which::All) => work.tx.keep_conflicts(id, by, now).await?,
        (Settlement::Keep, Which::Of(bookings)) => {
            let mut settled = 0;
            for booking in bookings {
                settled += work
                    .tx
                    .settle_conflicts(*booking, Some(id), ConflictState::Kept, by, now)
                    .await?;
            }
            settled
        }
        (Settlement::Cancel(reason), which) => cancel(work, actor, id, which, reason).await?,
    };
    let pending = work.tx.count_pending_conflicts(id).await?;
    let how = match settlement {
        Settlement::Keep => "keep",
        Settlement::Cancel(_) => "cancel",
    };
    let detail = json!({ "how": how, "settled": settled, "pending": pending });
    work.audit_act(actor, None, "blackout.settle", id, detail)
        .await?;
    Ok(Settled {
        settled,
        pending: u64::try_from(pending).unwrap_or_default(),
    })
}

async fn cancel(
    work: &mut Work,
    actor: &Actor,
    id: BlackoutId,
    which: &Which,
    reason: &str,
) -> Result<u64> {
    check_reason(reason)?;
    let slice = i64::try_from(MAX_SETTLED).unwrap_or(i64::MAX);
    let mut pending: BTreeSet<BookingId> = BTreeSet::new();
    match which {
        Which::All => {
            let some = work
                .tx
                .list_pending_conflicts(id, booking::FIRST, slice)
                .await?;
            pending.extend(some.into_iter().map(|conflict| conflict.booking_id));
        }
        Which::Of(bookings) => {
            for booking in bookings {
                if work.tx.is_pending_conflict(id, *booking).await? {
                    pending.insert(*booking);
                }
            }
        }
    }
    let mut settled = 0;
    for booking in pending {
        let Some(booking) = work.tx.find_booking(booking).await? else {
            continue;
        };
        if booking.state.may_become(BookingState::Cancelled) {
            booking::end(work, actor, booking, BookingState::Cancelled, reason).await?;
        } else {
            let (by, now) = (actor.person, work.now);
            work.tx
                .settle_conflicts(booking.id, None, ConflictState::Cancelled, by, now)
                .await?;
        }
        settled += 1;
    }
    Ok(settled)
}

/// A black-out of a space that the actor governs.
async fn find(work: &mut Work, actor: &Actor, id: BlackoutId) -> Result<Blackout> {
    let found = work.tx.find_blackout(id).await?;
    let blackout = found.ok_or(Refusal::NotFound("blackout"))?;
    find_governed(work, actor, blackout.space_id).await?;
    Ok(blackout)
}

fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() || reason.len() > MAX_REASON {
        return Err(Refusal::field(
            "reason",
            "请填写原因，最多 500 字节",
            "Give a reason of at most 500 bytes",
        )
        .into());
    }
    Ok(())
}

/// The stretches of a black-out that are not over yet, in order.
async fn ranges(work: &mut Work, when: &When) -> Result<Vec<Range>> {
    let ahead = ahead(work);
    let mut ranges = match when {
        When::Once(range) => {
            if range.starts >= range.ends || range.ends > ahead.ends {
                return Err(SpaceRefusal::Misfit(linli_domain::space::Misfit::Past).into());
            }
            vec![*range]
        }
        When::Recurring(hours) => {
            check_hours(hours)?;
            let zone = district::zone(work).await?;
            let invalid = |error: &dyn std::fmt::Display| Refusal::Invalid(error.to_string());
            let today = work.now.to_civil(&zone).date();
            let from = today.yesterday().map_err(|error| invalid(&error))?;
            let to = today
                .checked_add(MAX_HORIZON_DAYS.days())
                .map_err(|error| invalid(&error))?;
            let time = WorkingTime {
                hours: vec![hours.clone()],
                special: Default::default(),
                other: BTreeMap::new(),
                zone,
            };
            time.open_periods(from, to)
                .map_err(|error| invalid(&error))?
        }
    };
    ranges.retain(|range| range.ends > work.now);
    if ranges.len() > MAX_RANGES {
        let problem = format!("{} stretches; at most {MAX_RANGES}", ranges.len());
        return Err(Refusal::Invalid(problem).into());
    }
    Ok(ranges)
}

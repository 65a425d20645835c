//! Bookings that recur: each instance is checked like a booking of its own, all of them in a handful of queries.

use super::{Draft, Party, check_draft, expire_holds, new, party, tally, tell, waiting};
use crate::caller::Actor;
use crate::district;
use crate::error::{Refusal, Result};
use crate::space::ground::Ground;
use crate::space::{self, SpaceRefusal, ahead};
use crate::work::Work;
use jiff::ToSpan as _;
use linli_domain::booking::BookingState;
use linli_domain::quota::{Quota, Tally};
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::space::MAX_HORIZON_DAYS;
use linli_domain::working_time::WorkingTime;
use linli_domain::{BookingId, SeriesId, SpaceId};
use linli_store::booking::Booking;
use linli_store::series::Series;
use serde_json::json;
use std::collections::BTreeMap;

/// The most instances of one series.
pub const MAX_INSTANCES: usize = 500;

/// What is to be booked again and again.
#[derive(Clone, Debug)]
pub struct SeriesDraft {
    /// Which space.
    pub space: SpaceId,
    /// The days, and from which to which minute of each: at most 500 instances within two years.
    pub hours: WorkingHours,
    /// For whom.
    pub party: Party,
    /// What for, 1–200 bytes.
    pub title: String,
    /// How many people come each time, at least 1.
    pub persons: u32,
}

/// What to do where some instances cannot be booked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnConflict {
    /// Book none.
    BookNone,
    /// Book the free ones.
    BookFree,
}

/// An instance that cannot be booked, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesConflict {
    /// When it would be.
    pub range: Range,
    /// Why not.
    pub reason: SpaceRefusal,
}

/// What came of a series.
#[derive(Clone, PartialEq, Debug)]
pub struct SeriesAnswer {
    /// The series; none where nothing was booked.
    pub series: Option<SeriesId>,
    /// What was booked, by start.
    pub bookings: Vec<Booking>,
    /// What cannot be, by start.
    pub conflicts: Vec<SeriesConflict>,
}

/// Which bookings of a series to cancel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// From one of its bookings on.
    Following(BookingId),
    /// All that have not begun.
    All,
}

/// Checks each instance and answers the conflicts; books nothing.
pub async fn check(
    work: &mut Work,
    actor: &Actor,
    draft: &SeriesDraft,
) -> Result<Vec<SeriesConflict>> {
    Ok(plan(work, actor, draft).await?.conflicts)
}

/// Books a series: where instances cannot be booked, none or the free ones. The answer names each that cannot, and why.
pub async fn book(
    work: &mut Work,
    actor: &Actor,
    draft: &SeriesDraft,
    on_conflict: OnConflict,
) -> Result<SeriesAnswer> {
    expire_holds(work, draft.space, ahead(work)).await?;
    let Plan {
        ground,
        free,
        conflicts,
        own,
    } = plan(work, actor, draft).await?;
    let refused = on_conflict == OnConflict::BookNone && !conflicts.is_empty();
    if refused || free.is_empty() {
        return Ok(SeriesAnswer {
            series: None,
            bookings: Vec::new(),
            conflicts,
        });
    }
    let (resident, organisation) = (draft.party.resident(), draft.party.organisation());
    let open = work
        .tx
        .count_open_bookings(resident, organisation, work.now)
        .await?;
    let more = i64::try_from(free.len()).unwrap_or(i64::MAX);
    if open.saturating_add(more) > super::MAX_OPEN {
        return Err(Refusal::OverBudget("bookings").into());
    }
    let series = Series {
        id: work.id(),
        space_id: draft.space,
        resident_id: resident,
        organisation_id: organisation,
        hours: draft.hours.clone(),
        made: work.now,
    };
    work.tx.create_series(&series).await?;
    let state = super::agreed(&ground.space, own, BookingState::Booked);
    let bookings: Vec<Booking> = free
        .into_iter()
        .map(|range| Booking {
            series_id: Some(series.id),
            ..new(work, &ground, &single(draft, range), state)
        })
        .collect();
    work.tx.create_bookings(&bookings).await?;
    work.tx
        .create_series_changes(series.id, actor.person, work.now)
        .await?;
    let detail = json!({
        "space": draft.space, "bookings": bookings.len(), "conflicts": conflicts.len(), "hours": draft.hours,
    });
    work.audit_act(actor, resident, "series.book", series.id, detail)
        .await?;
    Ok(SeriesAnswer {
        series: Some(series.id),
        bookings,
        conflicts,
    })
}

/// Cancels what has not begun of a series: all of it, or one of its bookings and those that follow. A single one is
/// cancelled like any booking. Answers how many; whoever waits for one is promoted.
pub async fn cancel(
    work: &mut Work,
    actor: &Actor,
    id: SeriesId,
    part: Part,
    reason: &str,
) -> Result<u64> {
    if reason.len() > super::MAX_REASON {
        let problem = format!(
            "reason has {} bytes; at most {}",
            reason.len(),
            super::MAX_REASON
        );
        return Err(Refusal::Invalid(problem).into());
    }
    let series = find(work, actor, id).await?;
    let from = match part {
        Part::All => work.now,
        Part::Following(booking) => {
            let booking = super::find(work, actor, booking).await?;
            if booking.series_id != Some(id) {
                return Err(Refusal::NotFound("booking").into());
            }
            booking.starts.max(work.now)
        }
    };
    let (by, now) = (actor.person, work.now);
    let span = work.tx.cancel_series(id, from, by, reason, now).await?;
    let (Some(starts), Some(ends)) = (span.starts, span.ends) else {
        return Ok(0);
    };
    let detail = json!({ "bookings": span.count, "from": starts });
    work.audit_act(actor, series.resident_id, "series.cancel", id, detail)
        .await?;
    tell::series_ended(work, actor, &series, span.count, reason).await?;
    waiting::promote(work, series.space_id, vec![Range::new(starts, ends)]).await?;
    Ok(u64::try_from(span.count).unwrap_or_default())
}

/// The bookings of a series, in any state, by start.
pub async fn list(work: &mut Work, actor: &Actor, id: SeriesId) -> Result<Vec<Booking>> {
    find(work, actor, id).await?;
    Ok(work.tx.list_bookings_of_series(id).await?)
}

async fn find(work: &mut Work, actor: &Actor, id: SeriesId) -> Result<Series> {
    let absent = Refusal::NotFound("series");
    let series = work.tx.find_series(id).await?.ok_or(absent.clone())?;
    if Party::from_ids(series.resident_id, series.organisation_id).is_of(actor) {
        return Ok(series);
    }
    let space = space::find(work, series.space_id).await?;
    if actor.governs(space.community_id) {
        Ok(series)
    } else {
        Err(absent.into())
    }
}

/// Which instances can be booked.
struct Plan {
    ground: Ground,
    free: Vec<Range>,
    conflicts: Vec<SeriesConflict>,
    own: bool,
}

async fn plan(work: &mut Work, actor: &Actor, draft: &SeriesDraft) -> Result<Plan> {
    let space = space::find(work, draft.space).await?;
    let own = party::authorise(work, actor, &space, draft.party).await?;
    let instances = instances(work, &draft.hours).await?;
    let (Some(first), Some(last)) = (instances.first(), instances.last()) else {
        return Err(Refusal::field(
            "days",
            "没有任何将来的日期，请调整重复规则",
            "The rule names no day to come. Choose other days",
        )
        .into());
    };
    check_draft(&space, &single(draft, *first))?;
    let span = Range::new(first.starts, last.ends);
    let mut ground = Ground::load(work, draft.space, span, None).await?;
    let mut tally = tally_of(work, &ground, draft.party, span, own).await?;
    let quota = ground.space.rules.quota;
    let (mut free, mut conflicts) = (Vec::new(), Vec::new());
    for range in instances {
        let exceeded = tally
            .as_ref()
            .and_then(|tally| tally.exceeds(&quota, range));
        let checked = match (ground.check(range, own), exceeded) {
            (Ok(()), Some(exceeded)) => Err(SpaceRefusal::Quota(exceeded)),
            (checked, _) => checked,
        };
        match checked {
            Ok(()) => {
                // An instance may meet the next one of the same series.
                ground.take(range);
                if let Some(tally) = &mut tally {
                    tally.add(range);
                }
                free.push(range);
            }
            Err(reason) => conflicts.push(SeriesConflict { range, reason }),
        }
    }
    Ok(Plan {
        ground,
        free,
        conflicts,
        own,
    })
}

/// What the party has booked in all weeks and months that the series touches; none where no quota holds.
async fn tally_of(
    work: &mut Work,
    ground: &Ground,
    party: Party,
    span: Range,
    own: bool,
) -> Result<Option<Tally>> {
    let quota = ground.space.rules.quota;
    let (Party::Resident(resident), false, false) = (party, own, quota.is_none()) else {
        return Ok(None);
    };
    let first = Quota::span(span, &ground.zone);
    let last = Quota::span(Range::new(span.ends, span.ends), &ground.zone);
    let Some((first, last)) = first.zip(last) else {
        return Ok(None);
    };
    let span = Range::new(first.starts, last.ends);
    tally(work, ground, resident, span, None).await.map(Some)
}

fn single(draft: &SeriesDraft, range: Range) -> Draft {
    Draft {
        space: draft.space,
        range,
        party: draft.party,
        title: draft.title.clone(),
        persons: draft.persons,
    }
}

/// When the instances are, by start. Days are counted as the rule says, whatever the holidays.
async fn instances(work: &mut Work, hours: &WorkingHours) -> Result<Vec<Range>> {
    space::check_hours(hours)?;
    let zone = district::zone(work).await?;
    let outside = |error: &dyn std::fmt::Display| Refusal::Invalid(error.to_string());
    let from = work.now.to_civil(&zone).date();
    let to = from
        .checked_add((MAX_HORIZON_DAYS + 1).days())
        .map_err(|error| outside(&error))?;
    let days = hours.days.days(from, to).map_err(|error| outside(&error))?;
    let mut instances = Vec::with_capacity(days.len());
    for day in days {
        // One day at a time: hours that touch midnight are instances of their own, not one long period.
        let next = day.tomorrow().map_err(|error| outside(&error))?;
        let mut one = hours.clone();
        one.days.first = day;
        one.days.rule = String::new();
        let time = WorkingTime {
            hours: vec![one],
            special: Default::default(),
            other: BTreeMap::new(),
            zone: zone.clone(),
        };
        instances.extend(
            time.open_periods(day, next)
                .map_err(|error| outside(&error))?,
        );
    }
    instances.retain(|range: &Range| range.starts >= work.now);
    if instances.len() > MAX_INSTANCES {
        return Err(Refusal::field(
            "days",
            format!(
                "重复次数为 {}，最多 {MAX_INSTANCES} 次，请缩短",
                instances.len()
            ),
            format!(
                "The rule names {} days; at most {MAX_INSTANCES}. Choose fewer",
                instances.len()
            ),
        )
        .into());
    }
    Ok(instances)
}

//! Idle spaces: when a space is free, which spaces are free, how much of them is used.

use super::ground::Ground;
use super::{find, govern};
use crate::caller::{Actor, Office};
use crate::error::{Refusal, Result};
use crate::slice;
use crate::work::Work;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linli_domain::occupancy::Occupancy;
use linli_domain::slot::Range;
use linli_domain::space::without;
use linli_domain::{CommunityId, Instant, SpaceId};
use linli_store::space::Space;
use uuid::Uuid;

/// The most days of one search or inventory.
pub const MAX_DAYS: u16 = 31;
/// The most free slots of one search.
pub const MAX_SLOTS: usize = 1_000;
/// How many spaces one search for free ones looks at, at the most.
const MAX_LOOKED_AT: usize = 1_000;

/// What is used and what is idle of a space.
#[derive(Clone, PartialEq, Debug)]
pub struct Idle {
    /// Which.
    pub space: Space,
    /// Minutes for which it is open and not blacked out.
    pub open_minutes: i64,
    /// Of these, minutes for which at least one place is free.
    pub free_minutes: i64,
    /// When at least one place is free, by start, each stretch as long as can be.
    pub free: Vec<Range>,
    /// How much of its places is taken while it is open, buffers included, in thousandths.
    pub used_per_mille: i64,
}

/// The free slots of a space that begin on the days `from` to `from + days - 1`, in order, at most [`MAX_SLOTS`]: each as
/// long as asked for, beginning on the space's grid. Everybody may look; who would book is not asked.
pub async fn free_slots(
    work: &mut Work,
    id: SpaceId,
    from: Date,
    days: u16,
    minutes: u16,
) -> Result<Vec<Range>> {
    let zone = crate::district::zone(work).await?;
    let span = span(from, days, &zone)?;
    // A slot that begins on the last day may end on the next.
    let wide = Range::new(span.starts, span.ends.plus_minutes(minutes.into()));
    let ground = Ground::load(work, id, wide, None).await?;
    let step = i64::from(ground.space.rules.step_minutes);
    let mut slots = Vec::new();
    let mut day = from;
    for _ in 0..days {
        let Some(midnight) = Instant::from_civil(day.at(0, 0, 0, 0), &zone) else {
            break;
        };
        let next = day.tomorrow().map_err(|_| outside())?;
        let Some(end) = Instant::from_civil(next.at(0, 0, 0, 0), &zone) else {
            break;
        };
        let mut starts = midnight;
        while starts < end {
            let slot = Range::new(starts, starts.plus_minutes(minutes.into()));
            if ground.check(slot, false).is_ok() {
                slots.push(slot);
                if slots.len() == MAX_SLOTS {
                    return Ok(slots);
                }
            }
            starts = starts.plus_minutes(step);
        }
        day = next;
    }
    Ok(slots)
}

/// When a space is open on the days `from` to `from + days - 1` and not blacked out, by start. Everybody may look.
pub async fn open_periods(
    work: &mut Work,
    id: SpaceId,
    from: Date,
    days: u16,
) -> Result<Vec<Range>> {
    let zone = crate::district::zone(work).await?;
    let span = span(from, days, &zone)?;
    let ground = Ground::load(work, id, span, None).await?;
    Ok(ground.bookable(span))
}

/// Which spaces to look for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of one community, or of the whole district.
    pub community: Option<CommunityId>,
    /// When.
    pub range: Range,
    /// How many people it must hold, at least 1.
    pub persons: u32,
    /// What must be in it.
    pub equipment: Vec<String>,
    /// Of which kind it must be, if it matters.
    pub kind: Option<String>,
}

/// Spaces that are free for all of a time, by id after a position; and the position to go on from, none at the end. A slice
/// looks at 1,000 spaces at the most, so one that is not the last may be short. Everybody may look.
pub async fn find_free(
    work: &mut Work,
    wanted: &Wanted,
    after: Option<SpaceId>,
    limit: u16,
) -> Result<(Vec<Space>, Option<SpaceId>)> {
    let limit = slice::limit(limit)?;
    let most = usize::try_from(limit).unwrap_or_default();
    let range = wanted.range;
    if range.starts >= range.ends || range.minutes() > Range::MAX_DAYS * 1_440 {
        let problem = "range must have a start before its end, at most 31 days apart";
        return Err(Refusal::Invalid(problem.to_owned()).into());
    }
    let mut after = after.unwrap_or(SpaceId(Uuid::nil()));
    let mut found = Vec::new();
    let mut looked_at = 0;
    while looked_at < MAX_LOOKED_AT {
        let persons = wanted.persons.into();
        let some = work
            .tx
            .list_spaces_that_hold(wanted.community, persons, after, 100)
            .await?;
        let is_last = some.len() < 100;
        for space in some {
            after = space.id;
            looked_at += 1;
            let has_all = wanted
                .equipment
                .iter()
                .all(|code| space.equipment.contains(code));
            let is_kind = wanted.kind.as_ref().is_none_or(|kind| *kind == space.kind);
            if !has_all || !is_kind {
                continue;
            }
            let ground = Ground::load(work, space.id, range, None).await?;
            if ground.check(range, false).is_ok() {
                found.push(space);
                if found.len() == most {
                    return Ok((found, Some(after)));
                }
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
    Ok((found, Some(after)))
}

/// What is idle of a space on the days `from` to `from + days - 1`. For staff of its community, and of organisations there.
pub async fn idle(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    from: Date,
    days: u16,
) -> Result<Idle> {
    let space = find(work, id).await?;
    let at = space.community_id;
    if actor.works_for(at).is_none() {
        govern(actor, at)?;
    }
    let zone = crate::district::zone(work).await?;
    idle_of(work, space, span(from, days, &zone)?).await
}

/// What is idle of all spaces of a community, or for the district's admins of all communities, by space after a position.
pub async fn idle_of_all(
    work: &mut Work,
    actor: &Actor,
    community: Option<CommunityId>,
    from: Date,
    days: u16,
    after: Option<SpaceId>,
    limit: u16,
) -> Result<Vec<Idle>> {
    let may = match community {
        Some(community) => actor.governs(community) || actor.works_for(community).is_some(),
        None => matches!(actor.office, Office::District | Office::Host),
    };
    if !may {
        return Err(Refusal::NotAllowed.into());
    }
    let limit = slice::limit(limit)?;
    let zone = crate::district::zone(work).await?;
    let span = span(from, days, &zone)?;
    let after = after.unwrap_or(SpaceId(Uuid::nil()));
    let spaces = work
        .tx
        .list_spaces_that_hold(community, 1, after, limit)
        .await?;
    let mut all = Vec::with_capacity(spaces.len());
    for space in spaces {
        all.push(idle_of(work, space, span).await?);
    }
    Ok(all)
}

async fn idle_of(work: &mut Work, space: Space, span: Range) -> Result<Idle> {
    let now = work.now;
    let taken = work
        .tx
        .list_taken(space.id, span.starts, span.ends, now)
        .await?;
    let taken = taken
        .into_iter()
        .map(|taken| Range::new(taken.starts, taken.blocked_until));
    let ground = Ground::of(work, space, span, Occupancy::new(taken.collect())).await?;
    let places = ground.places();
    let open = ground.bookable(span);
    let minutes = |ranges: &[Range]| ranges.iter().map(|range| range.minutes()).sum::<i64>();
    let mut free = Vec::new();
    let mut place_time = 0;
    for period in &open {
        free.extend(without(&[*period], &ground.taken.full(*period, places)));
        place_time += ground.taken.place_time(*period);
    }
    let open_minutes = minutes(&open);
    let all = open_minutes * linli_domain::time::MINUTE * ground.space.concurrency;
    Ok(Idle {
        open_minutes,
        free_minutes: minutes(&free),
        used_per_mille: if all == 0 {
            0
        } else {
            place_time * 1_000 / all
        },
        free,
        space: ground.space,
    })
}

fn span(from: Date, days: u16, zone: &TimeZone) -> Result<Range> {
    if !(1..=MAX_DAYS).contains(&days) {
        let problem = format!("days is {days}; it must be 1–{MAX_DAYS}");
        return Err(Refusal::Invalid(problem).into());
    }
    let to = from
        .checked_add(i64::from(days).days())
        .map_err(|_| outside())?;
    let instant = |day: Date| Instant::from_civil(day.at(0, 0, 0, 0), zone);
    let (starts, ends) = instant(from).zip(instant(to)).ok_or_else(outside)?;
    Ok(Range::new(starts, ends))
}

fn outside() -> Refusal {
    Refusal::Invalid("the day is outside the calendar".to_owned())
}

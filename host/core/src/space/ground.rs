//! Whether a time of a space can be booked: its rules, its hours, its black-outs and what takes its places, read once for
//! a stretch of time and then asked as often as needed.

use super::SpaceRefusal;
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{district, holiday};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linli_domain::holiday::Holidays;
use linli_domain::occupancy::Occupancy;
use linli_domain::slot::Range;
use linli_domain::space::{Exception, opening_hours, without};
use linli_domain::working_time::Minutes;
use linli_domain::{BookingId, Instant, SpaceId};
use linli_store::booking::Booking;
use linli_store::space::Space;

/// What decides whether a time of a space can be booked.
pub(crate) struct Ground {
    /// The space.
    pub space: Space,
    /// The district's zone.
    pub zone: TimeZone,
    /// What takes its places.
    pub taken: Occupancy,
    /// When it is open.
    pub open: Vec<Range>,
    /// When it is blacked out, in order of starts.
    pub blackouts: Vec<Range>,
    now: Instant,
}

impl Ground {
    /// Reads it for times within a stretch. The booking `except` does not count as taken, nor do holds that have expired.
    pub async fn load(
        work: &mut Work,
        id: SpaceId,
        span: Range,
        except: Option<BookingId>,
    ) -> Result<Self> {
        let space = super::find(work, id).await?;
        let until = space.rules.blocked(span).ends;
        let now = work.now;
        let live = work.tx.list_live_bookings(id, span.starts, until).await?;
        let taken = live
            .iter()
            .filter(|booking| booking.is_live(now) && Some(booking.id) != except)
            .map(Booking::blocked)
            .collect();
        Self::of(work, space, span, Occupancy::new(taken)).await
    }

    /// Reads it for a space that was read already, with what was taken, or has been, within a stretch.
    pub async fn of(work: &mut Work, space: Space, span: Range, taken: Occupancy) -> Result<Self> {
        let zone = district::zone(work).await?;
        let outside = |_| Refusal::Invalid("the time is outside the calendar".to_owned());
        // Hours of the day before may run into the first.
        let from = span.starts.to_civil(&zone).date();
        let from = from.yesterday().map_err(outside)?;
        let to = span.ends.to_civil(&zone).date();
        let to = to.tomorrow().map_err(outside)?;
        let open = open_periods(work, space.id, from, to, &zone).await?;
        let blackouts = work
            .tx
            .list_blackout_ranges(space.id, span.starts, span.ends)
            .await?
            .into_iter()
            .map(|range| Range::new(range.starts, range.ends))
            .collect();
        Ok(Self {
            space,
            zone,
            taken,
            open,
            blackouts,
            now: work.now,
        })
    }

    /// Whether a time can be booked; for the space's own staff (`own`) some rules do not hold.
    pub fn check(&self, range: Range, own: bool) -> std::result::Result<(), SpaceRefusal> {
        if self.space.closed.is_some() {
            return Err(SpaceRefusal::OutOfUse);
        }
        self.space
            .rules
            .fits(range, self.now, &self.zone, own)
            .map_err(SpaceRefusal::Misfit)?;
        // Merged and in order: only the last that begins before can hold it.
        let after = self
            .open
            .partition_point(|open| open.starts <= range.starts);
        let open = after.checked_sub(1).and_then(|at| self.open.get(at));
        if !open.is_some_and(|open| open.holds(range)) {
            return Err(SpaceRefusal::Closed);
        }
        if self.blackouts.iter().any(|other| other.overlaps(range)) {
            return Err(SpaceRefusal::BlackedOut);
        }
        if self.taken.peak(self.space.rules.blocked(range)) >= self.places() {
            return Err(SpaceRefusal::Full);
        }
        Ok(())
    }

    /// How many bookings the space takes at once.
    pub fn places(&self) -> usize {
        usize::try_from(self.space.concurrency).unwrap_or(1)
    }

    /// Takes a place for a booking of this time.
    pub fn take(&mut self, range: Range) {
        self.taken.take(self.space.rules.blocked(range));
    }

    /// When within a stretch the space is open and not blacked out.
    pub fn bookable(&self, span: Range) -> Vec<Range> {
        let inside: Vec<Range> = self
            .open
            .iter()
            .filter(|open| open.overlaps(span))
            .map(|open| Range::new(open.starts.max(span.starts), open.ends.min(span.ends)))
            .collect();
        without(&inside, &self.blackouts)
    }
}

async fn open_periods(
    work: &mut Work,
    id: SpaceId,
    from: Date,
    to: Date,
    zone: &TimeZone,
) -> Result<Vec<Range>> {
    let hours: Vec<_> = work
        .tx
        .list_space_hours(id)
        .await?
        .into_iter()
        .map(|row| row.hours)
        .collect();
    let exceptions: Vec<Exception> = work
        .tx
        .list_space_exceptions(id, from, to)
        .await?
        .into_iter()
        .map(|row| Exception {
            day: row.day,
            open: row
                .from_minute
                .zip(row.to_minute)
                .map(|(from, to)| Minutes {
                    from: u16::try_from(from).unwrap_or_default(),
                    to: u16::try_from(to).unwrap_or_default(),
                }),
        })
        .collect();
    let special = if hours
        .iter()
        .any(|hours| hours.holidays == Holidays::Observe)
    {
        holiday::special_days(work, from, to).await?
    } else {
        Default::default()
    };
    let hours = opening_hours(hours, &exceptions, special, zone.clone());
    // One expansion of a rule has a most of days: a long stretch is read in years.
    let refuse = |error: &dyn std::fmt::Display| Refusal::Invalid(error.to_string());
    let mut open: Vec<Range> = Vec::new();
    let mut first = from;
    while first < to {
        let next = first
            .checked_add(366.days())
            .map_err(|error| refuse(&error))?
            .min(to);
        for period in hours
            .open_periods(first, next)
            .map_err(|error| refuse(&error))?
        {
            match open.last_mut() {
                Some(last) if period.starts <= last.ends => last.ends = last.ends.max(period.ends),
                _ => open.push(period),
            }
        }
        first = next;
    }
    Ok(open)
}

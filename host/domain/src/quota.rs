//! How much of a space one resident may book in a week and in a month.

use crate::Instant;
use crate::slot::Range;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Limits for one resident and one space; what is none has no limit. A booking counts where it starts: in the week from
/// Monday (ISO 8601) and in the calendar month of the district's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// Bookings a week.
    pub week_bookings: Option<u16>,
    /// Hours a week.
    pub week_hours: Option<u16>,
    /// Bookings a month.
    pub month_bookings: Option<u16>,
    /// Hours a month.
    pub month_hours: Option<u16>,
}

/// Which limit was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuotaKind {
    /// Bookings a week.
    WeekBookings,
    /// Hours a week.
    WeekHours,
    /// Bookings a month.
    MonthBookings,
    /// Hours a month.
    MonthHours,
}

/// A limit that a booking would exceed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// Which.
    pub kind: QuotaKind,
    /// What it allows.
    pub limit: u16,
    /// The first day of the next week or month: bookings from then on count anew.
    pub from: Date,
}

impl Quota {
    /// Whether nothing is limited.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The instants between which bookings count together with one of this range: its week and its month.
    pub fn span(range: Range, zone: &TimeZone) -> Option<Range> {
        let day = range.starts.to_civil(zone).date();
        let (week, month) = (Period::week(day)?, Period::month(day)?);
        let instant = |day: Date| Instant::from_civil(day.at(0, 0, 0, 0), zone);
        Some(Range::new(
            instant(week.first.min(month.first))?,
            instant(week.next.max(month.next))?,
        ))
    }
}

/// A week or a month: its first day and the first day after it.
#[derive(Clone, Copy)]
struct Period {
    first: Date,
    next: Date,
}

impl Period {
    fn week(day: Date) -> Option<Self> {
        let back = i64::from(day.weekday().to_monday_zero_offset());
        let first = day.checked_sub(back.days()).ok()?;
        let next = first.checked_add(7.days()).ok()?;
        Some(Self { first, next })
    }

    fn month(day: Date) -> Option<Self> {
        let first = day.first_of_month();
        let next = first.checked_add(1.month()).ok()?;
        Some(Self { first, next })
    }
}

/// What a resident has booked, by week and by month.
#[derive(Clone, Debug)]
pub struct Tally {
    zone: TimeZone,
    weeks: HashMap<Date, (i64, i64)>,
    months: HashMap<Date, (i64, i64)>,
}

impl Tally {
    /// Nothing yet.
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            weeks: HashMap::new(),
            months: HashMap::new(),
        }
    }

    /// Counts a booking.
    pub fn add(&mut self, range: Range) {
        let day = range.starts.to_civil(&self.zone).date();
        for (periods, period) in [
            (&mut self.weeks, Period::week(day)),
            (&mut self.months, Period::month(day)),
        ] {
            if let Some(period) = period {
                let (bookings, minutes) = periods.entry(period.first).or_default();
                *bookings += 1;
                *minutes += range.minutes();
            }
        }
    }

    /// The first limit that one booking more would exceed.
    pub fn exceeds(&self, quota: &Quota, range: Range) -> Option<Exceeded> {
        if quota.is_none() {
            return None;
        }
        let day = range.starts.to_civil(&self.zone).date();
        let (week, month) = (Period::week(day)?, Period::month(day)?);
        let used = |periods: &HashMap<Date, (i64, i64)>, period: Period| {
            periods.get(&period.first).copied().unwrap_or_default()
        };
        let (in_week, in_month) = (used(&self.weeks, week), used(&self.months, month));
        let minutes = range.minutes();
        [
            (
                QuotaKind::WeekBookings,
                quota.week_bookings,
                week,
                in_week.0,
                1,
                1,
            ),
            (
                QuotaKind::WeekHours,
                quota.week_hours,
                week,
                in_week.1,
                minutes,
                60,
            ),
            (
                QuotaKind::MonthBookings,
                quota.month_bookings,
                month,
                in_month.0,
                1,
                1,
            ),
            (
                QuotaKind::MonthHours,
                quota.month_hours,
                month,
                in_month.1,
                minutes,
                60,
            ),
        ]
        .into_iter()
        .find_map(|(kind, limit, period, used, more, unit)| {
            let limit = limit?;
            (used + more > i64::from(limit) * unit).then_some(Exceeded {
                kind,
                limit,
                from: period.next,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }
    fn on(day: Date, hours: i64) -> Range {
        let starts = Instant::from_civil(day.at(9, 0, 0, 0), &shanghai()).unwrap();
        Range::new(starts, starts.plus_minutes(hours * 60))
    }

    #[test]
    fn a_week_begins_on_monday_and_frees_up_on_the_next() {
        let quota = Quota {
            week_bookings: Some(2),
            ..Quota::default()
        };
        let mut tally = Tally::new(shanghai());
        tally.add(on(date(2026, 11, 23), 1));
        assert_eq!(tally.exceeds(&quota, on(date(2026, 11, 24), 1)), None);
        tally.add(on(date(2026, 11, 29), 1));
        assert_eq!(
            tally.exceeds(&quota, on(date(2026, 11, 25), 1)),
            Some(Exceeded {
                kind: QuotaKind::WeekBookings,
                limit: 2,
                from: date(2026, 11, 30)
            })
        );
        assert_eq!(tally.exceeds(&quota, on(date(2026, 11, 30), 1)), None);
    }

    #[test]
    fn hours_of_a_month_count_to_the_minute() {
        let quota = Quota {
            month_hours: Some(5),
            ..Quota::default()
        };
        let mut tally = Tally::new(shanghai());
        tally.add(on(date(2026, 11, 2), 3));
        assert_eq!(tally.exceeds(&quota, on(date(2026, 11, 20), 2)), None);
        let exceeded = tally.exceeds(&quota, on(date(2026, 11, 20), 3)).unwrap();
        assert_eq!(
            (exceeded.kind, exceeded.from),
            (QuotaKind::MonthHours, date(2026, 12, 1))
        );
        assert_eq!(tally.exceeds(&quota, on(date(2026, 12, 1), 5)), None);
    }

    #[test]
    fn the_span_covers_week_and_month() {
        let span = Quota::span(on(date(2026, 12, 1), 1), &shanghai()).unwrap();
        assert_eq!(span.starts.to_civil(&shanghai()).date(), date(2026, 11, 30));
        assert_eq!(span.ends.to_civil(&shanghai()).date(), date(2027, 1, 1));
    }
}

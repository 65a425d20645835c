//! Time: instants in UTC, wall time with its zone, one injected clock.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicI64, Ordering};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// One minute in microseconds.
pub const MINUTE: i64 = 60_000_000;
/// One hour in microseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day of 24 hours in microseconds.
pub const DAY: i64 = 24 * HOUR;

impl Instant {
    /// The latest and earliest instants that the contract allows: ±2^53 µs, years 1684–2255.
    pub const BOUND: i64 = 1 << 53;

    /// This many minutes later, or earlier where negative; stays in bounds.
    pub fn plus_minutes(self, minutes: i64) -> Self {
        Self(
            self.0
                .saturating_add(minutes.saturating_mul(MINUTE))
                .clamp(-Self::BOUND, Self::BOUND),
        )
    }

    /// This many seconds later, or earlier where negative; stays in bounds.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(
            self.0
                .saturating_add(seconds.saturating_mul(1_000_000))
                .clamp(-Self::BOUND, Self::BOUND),
        )
    }

    /// This many days of 24 hours later.
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_minutes(days.saturating_mul(24 * 60))
    }

    /// What a clock in the zone shows.
    pub fn to_civil(self, zone: &TimeZone) -> DateTime {
        let at = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        zone.to_datetime(at)
    }

    /// The instant at which clocks in the zone show this: in a gap the later, in a fold the earlier (RFC 5545 section 3.3.5).
    pub fn from_civil(at: DateTime, zone: &TimeZone) -> Option<Self> {
        let at = zone.to_ambiguous_timestamp(at).compatible().ok()?;
        Some(Self(at.as_microsecond()))
    }

    /// RFC 3339 in UTC, for logs.
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or_else(|_| self.0.to_string(), |at| at.to_string())
    }
}

/// Whole years between a day of birth and today.
pub fn age_on(birth: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}

/// Where the host reads the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the host reads the machine's clock"
    )]
    fn now(&self) -> Instant {
        Instant(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Instant) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets it.
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn age_counts_birthdays() {
        assert_eq!(age_on(date(1950, 6, 2), date(2026, 6, 1)), 75);
        assert_eq!(age_on(date(1950, 6, 1), date(2026, 6, 1)), 76);
        assert_eq!(age_on(date(2024, 2, 29), date(2025, 2, 28)), 0);
    }

    #[test]
    fn a_gap_goes_later_and_a_fold_earlier() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let gap = Instant::from_civil(datetime(2026, 3, 29, 2, 30, 0, 0), &berlin).unwrap();
        assert_eq!(gap.to_civil(&berlin), datetime(2026, 3, 29, 3, 30, 0, 0));
        let fold = Instant::from_civil(datetime(2026, 10, 25, 2, 30, 0, 0), &berlin).unwrap();
        assert_eq!(fold.to_rfc3339(), "2026-10-25T00:30:00Z");
    }
}

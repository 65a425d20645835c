//! Days and lengths of time. What depends on the community's clocks asks the host.

use crate::context::{self, LocalTime};
use crate::{Date, Instant};
use std::fmt;
use std::str::FromStr;

/// A minute, in the unit of [`Instant`].
pub const MINUTE: Instant = 60_000_000;
/// An hour.
pub const HOUR: Instant = 60 * MINUTE;
/// Twenty-four hours.
pub const DAY: Instant = 24 * HOUR;

/// The community's calendar day now.
pub fn today() -> Date {
    context::to_local(context::now()).date
}

/// From when until when a day lasts on the community's clocks, half open. None for a day that does not exist.
pub fn bounds_of(day: Date) -> Option<(Instant, Instant)> {
    let midnight = |date| context::from_local(LocalTime { date, minute: 0 });
    Some((midnight(day)?, midnight(day.plus_days(1))?))
}

impl Eq for Date {}

impl Date {
    /// The day that many days later, or earlier.
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_epoch_days(self.epoch_days() + days)
    }

    /// Days since 1970-01-01.
    pub fn epoch_days(self) -> i32 {
        // Counts from 1 March of year 0, so that the leap day is the last of a year.
        let year = i32::from(self.year) - i32::from(self.month <= 2);
        let month = (i32::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i32::from(self.day) - 1;
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
            - 719_468
    }

    /// The day so many days after 1970-01-01.
    pub fn from_epoch_days(days: i32) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * month + 2) / 5 + 1) as u8;
        let month = if month < 10 { month + 3 } else { month - 9 } as u8;
        let year = (400 * era + year_of_era + i32::from(month <= 2)) as i16;
        Self { year, month, day }
    }
}

/// ISO 8601: `2026-11-24`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is not a day as ISO 8601 writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDate;

impl fmt::Display for NoDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day of the form 2026-11-24")
    }
}

impl std::error::Error for NoDate {}

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let mut parts = text.splitn(3, '-');
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NoDate);
        };
        let date = Self {
            year: year.parse().map_err(|_| NoDate)?,
            month: month.parse().map_err(|_| NoDate)?,
            day: day.parse().map_err(|_| NoDate)?,
        };
        // A day that does not exist comes back as another one. The host's calendar holds these years.
        let exists = (1..=9_998).contains(&date.year) && (1..=12).contains(&date.month);
        if exists && Self::from_epoch_days(date.epoch_days()) == date {
            Ok(date)
        } else {
            Err(NoDate)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_years_and_leap_days() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("1970-01-01").epoch_days(), 0);
        assert_eq!(day("2024-02-28").plus_days(1).to_string(), "2024-02-29");
        assert_eq!(day("2100-02-28").plus_days(1).to_string(), "2100-03-01");
        assert_eq!(day("2026-01-01").plus_days(-1).to_string(), "2025-12-31");
        for days in (-200_000..200_000).step_by(17) {
            assert_eq!(Date::from_epoch_days(days).epoch_days(), days);
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-1",
            "",
            "today",
            "-5-01-01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
    }
}

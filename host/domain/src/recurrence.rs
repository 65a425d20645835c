//! Days that recur by an RFC 5545 rule (section 3.3.10). The rule is evaluated by the `rrule` crate on floating dates;
//! wall time gets its zone afterwards, day by day, so that a rule never drifts across a DST change.

use jiff::civil::Date;
use rrule::{RRuleSet, Tz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most days that one expansion answers.
pub const MAX_DAYS: u16 = 1_000;

/// Days by rule, with exceptions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recurrence {
    /// The first day (DTSTART).
    pub first: Date,
    /// The value of an RRULE property, such as `FREQ=WEEKLY;BYDAY=MO,TU`; empty for the first day alone.
    pub rule: String,
    /// Days on which it does not happen (EXDATE).
    #[serde(default)]
    pub except: BTreeSet<Date>,
}

/// Why a rule cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "'{rule}' is not a recurrence rule of days: {reason}; write one as in RFC 5545, such as FREQ=WEEKLY;BYDAY=MO,TU"
)]
pub struct BadRecurrence {
    rule: String,
    reason: String,
}

impl Recurrence {
    /// A rule that was checked.
    pub fn new(first: Date, rule: impl Into<String>) -> Result<Self, BadRecurrence> {
        let recurrence = Self {
            first,
            rule: rule.into(),
            except: BTreeSet::new(),
        };
        recurrence.set()?;
        Ok(recurrence)
    }

    /// The days in the half-open range, at most [`MAX_DAYS`].
    pub fn days(&self, from: Date, to: Date) -> Result<Vec<Date>, BadRecurrence> {
        let Some(set) = self.set()? else {
            return Ok([self.first]
                .into_iter()
                .filter(|day| (from..to).contains(day) && !self.except.contains(day))
                .collect());
        };
        let bound =
            |day: Date| chrono_midnight(day).ok_or_else(|| self.bad("a day is out of range"));
        let before = bound(to.yesterday().map_err(|e| self.bad(&e.to_string()))?)?;
        let days = set.after(bound(from)?).before(before).all(MAX_DAYS).dates;
        Ok(days
            .into_iter()
            .filter_map(|at| civil(&at))
            .filter(|day| !self.except.contains(day))
            .collect())
    }

    fn set(&self) -> Result<Option<RRuleSet>, BadRecurrence> {
        if self.rule.is_empty() {
            return Ok(None);
        }
        if self.rule.len() > 500 || self.rule.contains(['\n', '\r', ':']) {
            return Err(self.bad("it is too long or not one line"));
        }
        let upper = self.rule.to_ascii_uppercase();
        if [
            "BYHOUR", "BYMINUTE", "BYSECOND", "HOURLY", "MINUTELY", "SECONDLY",
        ]
        .iter()
        .any(|part| upper.contains(part))
        {
            return Err(self.bad("parts below a day are not allowed"));
        }
        let text = format!(
            "DTSTART:{}T000000Z\nRRULE:{}",
            self.first.strftime("%Y%m%d"),
            self.rule
        );
        text.parse::<RRuleSet>()
            .map(Some)
            .map_err(|e| self.bad(&e.to_string()))
    }

    fn bad(&self, reason: &str) -> BadRecurrence {
        BadRecurrence {
            rule: self.rule.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// The rule crate's date type.
type Moment = chrono::DateTime<Tz>;

fn chrono_midnight(day: Date) -> Option<Moment> {
    use chrono::TimeZone as _;
    Tz::UTC
        .with_ymd_and_hms(
            i32::from(day.year()),
            u32::from(day.month().unsigned_abs()),
            u32::from(day.day().unsigned_abs()),
            0,
            0,
            0,
        )
        .single()
}

fn civil(at: &Moment) -> Option<Date> {
    use chrono::Datelike as _;
    Date::new(
        i16::try_from(at.year()).ok()?,
        i8::try_from(at.month()).ok()?,
        i8::try_from(at.day()).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weekdays_with_an_exception() {
        let mut weekdays = Recurrence::new(date(2026, 1, 5), "FREQ=WEEKLY;BYDAY=MO,WE").unwrap();
        weekdays.except.insert(date(2026, 1, 14));
        assert_eq!(
            weekdays.days(date(2026, 1, 1), date(2026, 1, 21)).unwrap(),
            [
                date(2026, 1, 5),
                date(2026, 1, 7),
                date(2026, 1, 12),
                date(2026, 1, 19)
            ]
        );
    }

    #[test]
    fn the_range_is_half_open() {
        let daily = Recurrence::new(date(2026, 1, 1), "FREQ=DAILY").unwrap();
        assert_eq!(
            daily.days(date(2026, 3, 1), date(2026, 3, 3)).unwrap(),
            [date(2026, 3, 1), date(2026, 3, 2)]
        );
        assert!(
            daily
                .days(date(2026, 3, 1), date(2026, 3, 1))
                .unwrap()
                .is_empty()
        );
        let once = Recurrence::new(date(2026, 1, 1), "").unwrap();
        assert_eq!(
            once.days(date(2026, 1, 1), date(2026, 1, 2)).unwrap().len(),
            1
        );
        assert!(
            once.days(date(2026, 1, 2), date(2026, 1, 3))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn nonsense_is_refused_with_the_mend() {
        for bad in [
            "FREQ=SOMETIMES",
            "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=3",
            "FREQ=DAILY\nRRULE:FREQ=DAILY",
            "x",
        ] {
            let error = Recurrence::new(date(2026, 1, 1), bad)
                .unwrap_err()
                .to_string();
            assert!(error.contains("RFC 5545"), "{error}");
        }
    }
}

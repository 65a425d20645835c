//! Days that recur by an RFC 5545 rule (section 3.3.10). The rule is evaluated by the `rrule` crate on floating dates;
//! wall time gets its zone afterwards, day by day, so that a rule never drifts across a DST change.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rrule::{RRuleSet, Tz};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

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
        if let Some(set) = recurrence.set(first)?
            && set.all(1).dates.is_empty()
        {
            return Err(recurrence.bad("it falls on no day"));
        }
        Ok(recurrence)
    }

    /// The days in the half-open range, at most [`MAX_DAYS`].
    pub fn days(&self, from: Date, to: Date) -> Result<Vec<Date>, BadRecurrence> {
        if from >= to {
            return Ok(Vec::new());
        }
        let Some(set) = self.set(from)? else {
            return Ok([self.first]
                .into_iter()
                .filter(|day| (from..to).contains(day) && !self.except.contains(day))
                .collect());
        };
        let before = self.midnight(to.yesterday().map_err(|e| self.bad(&e.to_string()))?)?;
        let set = set.after(self.midnight(from)?).before(before);
        let days = set.all(MAX_DAYS).dates;
        Ok(days
            .into_iter()
            .filter_map(|at| civil(&at))
            .filter(|day| !self.except.contains(day))
            .collect())
    }

    /// Whether the rule falls on a day, exceptions apart.
    pub fn falls_on(&self, day: Date) -> Result<bool, BadRecurrence> {
        let bare = Self {
            first: self.first,
            rule: self.rule.clone(),
            except: BTreeSet::new(),
        };
        let next = day.tomorrow().map_err(|e| self.bad(&e.to_string()))?;
        Ok(!bare.days(day, next)?.is_empty())
    }

    /// The rule for days from `from` on; none for the first day alone.
    fn set(&self, from: Date) -> Result<Option<RRuleSet>, BadRecurrence> {
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
        let mut parts = Parts::read(&upper);
        if from > self.first && parts.ends_before(from) {
            return Ok(Some(RRuleSet::new(self.midnight(self.first)?)));
        }
        let first = parts.forward(self.first, from).unwrap_or(self.first);
        let text = format!(
            "DTSTART:{}T000000Z\nRRULE:{parts}",
            first.strftime("%Y%m%d")
        );
        text.parse::<RRuleSet>()
            .map(Some)
            .map_err(|e| self.bad(&e.to_string()))
    }

    fn midnight(&self, day: Date) -> Result<Moment, BadRecurrence> {
        chrono_midnight(day).ok_or_else(|| self.bad("a day is out of range"))
    }

    fn bad(&self, reason: &str) -> BadRecurrence {
        BadRecurrence {
            rule: self.rule.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// The parts of a rule, in their order.
struct Parts<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Parts<'a> {
    fn read(rule: &'a str) -> Self {
        let parts = rule.split(';').map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            // Days recur, not instants: the last day counts whole, in whichever of its two forms it is written.
            match value.get(..8) {
                Some(day) if name == "UNTIL" => (name, Cow::Owned(format!("{day}T000000Z"))),
                _ => (name, Cow::Borrowed(value)),
            }
        });
        Self(parts.collect())
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        let mut parts = self.0.iter();
        parts
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| &**value)
    }

    /// A later first day from which the same days follow from `from` on, so that years gone by are not walked: a whole
    /// number of intervals after the old one. What the rule took from its old first day is written out. None where the rule
    /// counts its days, and where nothing is to be gained.
    fn forward(&mut self, first: Date, from: Date) -> Option<Date> {
        let interval = match self.get("INTERVAL") {
            None => 1,
            Some(text) => text.parse::<i64>().ok().filter(|n| *n > 0)?,
        };
        if from <= first || self.get("COUNT").is_some() {
            return None;
        }
        let days = i64::from(from.since(first).ok()?.get_days());
        let months =
            i64::from(from.year() - first.year()) * 12 + i64::from(from.month() - first.month());
        let bare = ["BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYEASTER"]
            .iter()
            .all(|part| self.get(part).is_none());
        let (shift, later) = match self.get("FREQ")? {
            // One interval less: the first week of a rule is cut off before its first day, which BYSETPOS would see.
            "DAILY" => days_later(first, days / interval - 1, interval)?,
            "WEEKLY" => days_later(first, days / (7 * interval) - 1, 7 * interval)?,
            "MONTHLY" => {
                let shift = months / interval;
                let later = first
                    .first_of_month()
                    .checked_add((shift * interval).months())
                    .ok()?;
                if bare {
                    self.0
                        .push(("BYMONTHDAY", Cow::Owned(first.day().to_string())));
                }
                (shift, later)
            }
            "YEARLY" => {
                let shift = i64::from(from.year() - first.year()) / interval;
                let later = first
                    .first_of_year()
                    .checked_add((shift * interval).years())
                    .ok()?;
                if bare {
                    if self.get("BYMONTH").is_none() {
                        self.0
                            .push(("BYMONTH", Cow::Owned(first.month().to_string())));
                    }
                    self.0
                        .push(("BYMONTHDAY", Cow::Owned(first.day().to_string())));
                }
                (shift, later)
            }
            _ => return None,
        };
        (shift > 0).then_some(later)
    }

    /// Whether the rule's last day is before a day.
    fn ends_before(&self, day: Date) -> bool {
        let day = day.strftime("%Y%m%dT000000Z").to_string();
        self.get("UNTIL").is_some_and(|until| until < day.as_str())
    }
}

impl fmt::Display for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ";" };
            write!(f, "{separator}{name}={value}")?;
        }
        Ok(())
    }
}

/// A whole number of intervals of days later.
fn days_later(first: Date, intervals: i64, days: i64) -> Option<(i64, Date)> {
    let later = first
        .checked_add(intervals.checked_mul(days)?.days())
        .ok()?;
    Some((intervals, later))
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

//! The rules under which a space of a community can be booked, and when it is open.

use crate::Instant;
use crate::holiday::{Holidays, SpecialDays};
use crate::quota::Quota;
use crate::recurrence::Recurrence;
use crate::slot::{Range, SlotError, WorkingHours};
use crate::time::MINUTE;
use crate::working_time::{Minutes, WorkingTime};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead anybody may book, staff too, in days.
pub const MAX_HORIZON_DAYS: i64 = 731;

/// To whom a space is open. Its own community's staff may always book.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenTo {
    /// Residents of its community.
    Community,
    /// Residents of the whole district.
    District,
    /// Social organisations.
    Organisations,
}

/// Rules of booking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpaceRules {
    /// The shortest booking, 5–44,640 minutes.
    pub min_minutes: u16,
    /// The longest booking, from `min_minutes` to 44,640 minutes (31 days).
    pub max_minutes: u16,
    /// Bookings begin at, and last, multiples of this many minutes from midnight, 5–1,440.
    pub step_minutes: u16,
    /// A booking begins at least this long from now, 0–43,200 minutes.
    pub notice_minutes: u16,
    /// A booking begins at most this many days from today, 1–731.
    pub horizon_days: u16,
    /// Kept free between bookings, 0–1,440 minutes.
    pub buffer_minutes: u16,
    /// Whether the community's staff approve each booking.
    pub approval: bool,
    /// How much one resident may book.
    pub quota: Quota,
    /// To whom it is open.
    pub open_to: BTreeSet<OpenTo>,
}

impl Default for SpaceRules {
    fn default() -> Self {
        Self {
            min_minutes: 30,
            max_minutes: 240,
            step_minutes: 30,
            notice_minutes: 0,
            horizon_days: 90,
            buffer_minutes: 0,
            approval: false,
            quota: Quota::default(),
            open_to: BTreeSet::from([OpenTo::Community]),
        }
    }
}

/// Why a range does not fit the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// It is not a range, or is over already.
    Past,
    /// It is shorter than so many minutes.
    TooShort(u16),
    /// It is longer than so many minutes.
    TooLong(u16),
    /// It does not begin or end on a multiple of so many minutes.
    OffGrid(u16),
    /// It begins sooner than so many minutes from now.
    TooSoon(u16),
    /// It begins later than so many days from today.
    TooFar(u16),
}

impl SpaceRules {
    /// Checks the ranges of the numbers.
    pub fn check(&self) -> Result<(), SlotError> {
        let least = i64::from(self.min_minutes);
        let most = Range::MAX_DAYS * 1_440;
        for (what, value, least, most) in [
            ("min-minutes", self.min_minutes, 5, most),
            ("max-minutes", self.max_minutes, least, most),
            ("step-minutes", self.step_minutes, 5, 1_440),
            ("notice-minutes", self.notice_minutes, 0, 43_200),
            ("horizon-days", self.horizon_days, 1, MAX_HORIZON_DAYS),
            ("buffer-minutes", self.buffer_minutes, 0, 1_440),
        ] {
            let value = i64::from(value);
            if !(least..=most).contains(&value) {
                return Err(SlotError::OutOfRange {
                    what,
                    value,
                    least,
                    most,
                });
            }
        }
        Ok(())
    }

    /// Whether a range fits. The space's own staff (`own`) are bound by the grid and by [`MAX_HORIZON_DAYS`], not by notice,
    /// horizon and the longest booking.
    pub fn fits(
        &self,
        range: Range,
        now: Instant,
        zone: &TimeZone,
        own: bool,
    ) -> Result<(), Misfit> {
        if range.starts >= range.ends || range.starts < now {
            return Err(Misfit::Past);
        }
        let length = range.ends.0 - range.starts.0;
        if length < i64::from(self.min_minutes) * MINUTE {
            return Err(Misfit::TooShort(self.min_minutes));
        }
        let longest = if own {
            u16::try_from(Range::MAX_DAYS * 1_440).unwrap_or(u16::MAX)
        } else {
            self.max_minutes
        };
        if length > i64::from(longest) * MINUTE {
            return Err(Misfit::TooLong(longest));
        }
        let step = i64::from(self.step_minutes);
        let starts = range.starts.to_civil(zone);
        let minute = i64::from(starts.hour()) * 60 + i64::from(starts.minute());
        if length % (step * MINUTE) != 0
            || minute % step != 0
            || (starts.second(), starts.subsec_nanosecond()) != (0, 0)
        {
            return Err(Misfit::OffGrid(self.step_minutes));
        }
        if !own && range.starts < now.plus_minutes(self.notice_minutes.into()) {
            return Err(Misfit::TooSoon(self.notice_minutes));
        }
        let horizon = if own {
            u16::try_from(MAX_HORIZON_DAYS).unwrap_or(u16::MAX)
        } else {
            self.horizon_days
        };
        let last = now
            .to_civil(zone)
            .date()
            .checked_add(i64::from(horizon).days());
        if last.is_ok_and(|last| starts.date() > last) {
            return Err(Misfit::TooFar(horizon));
        }
        Ok(())
    }

    /// The range for which a booking blocks its place: its own, and the buffer after it.
    pub fn blocked(&self, range: Range) -> Range {
        Range::new(
            range.starts,
            range.ends.plus_minutes(self.buffer_minutes.into()),
        )
    }
}

/// A day on which a space opens differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exception {
    /// The day.
    pub day: Date,
    /// An extra opening; none where the regular hours of the day do not count.
    pub open: Option<Minutes>,
}

/// When a space is open. Closing a day takes away its regular hours; extra openings stand all the same.
pub fn opening_hours(
    mut hours: Vec<WorkingHours>,
    exceptions: &[Exception],
    special: SpecialDays,
    zone: TimeZone,
) -> WorkingTime {
    let mut other: BTreeMap<Date, Vec<Minutes>> = exceptions
        .iter()
        .filter(|exception| exception.open.is_none())
        .map(|exception| (exception.day, Vec::new()))
        .collect();
    for exception in exceptions {
        let Some(minutes) = exception.open else {
            continue;
        };
        if let Some(instead) = other.get_mut(&exception.day) {
            instead.push(minutes);
        } else {
            hours.push(WorkingHours {
                days: Recurrence {
                    first: exception.day,
                    rule: String::new(),
                    except: BTreeSet::new(),
                },
                from_minute: minutes.from,
                to_minute: minutes.to,
                holidays: Holidays::Ignore,
            });
        }
    }
    WorkingTime {
        hours,
        special,
        other,
        zone,
    }
}

/// What is left of some ranges without others. Both in order, the first without overlaps; so is the answer.
pub fn without(ranges: &[Range], taken: &[Range]) -> Vec<Range> {
    let mut left = Vec::new();
    for range in ranges {
        let mut starts = range.starts;
        for other in taken.iter().filter(|other| other.overlaps(*range)) {
            if starts < other.starts {
                left.push(Range::new(starts, other.starts));
            }
            starts = starts.max(other.ends);
        }
        if starts < range.ends {
            left.push(Range::new(starts, range.ends));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }
    const MONDAY: Date = date(2026, 11, 23);
    fn at(day: Date, hour: i8, minute: i8) -> Instant {
        Instant::from_civil(day.at(hour, minute, 0, 0), &shanghai()).unwrap()
    }
    fn from_nine(minutes: i64) -> Range {
        let starts = at(MONDAY, 9, 0);
        Range::new(starts, starts.plus_minutes(minutes))
    }
    fn daily() -> WorkingHours {
        WorkingHours {
            days: Recurrence::new(date(2026, 1, 1), "FREQ=DAILY").unwrap(),
            from_minute: 540,
            to_minute: 1_020,
            holidays: Holidays::Ignore,
        }
    }

    #[test]
    fn every_rule_has_its_own_reason() {
        let rules = SpaceRules {
            min_minutes: 60,
            notice_minutes: 120,
            horizon_days: 7,
            ..SpaceRules::default()
        };
        let early = at(MONDAY, 0, 0);
        let fits = |range, now| rules.fits(range, now, &shanghai(), false);
        assert_eq!(fits(from_nine(60), early), Ok(()));
        assert_eq!(fits(from_nine(30), early), Err(Misfit::TooShort(60)));
        assert_eq!(fits(from_nine(270), early), Err(Misfit::TooLong(240)));
        assert_eq!(fits(from_nine(75), early), Err(Misfit::OffGrid(30)));
        let crooked = Range::new(at(MONDAY, 9, 10), at(MONDAY, 10, 10));
        assert_eq!(fits(crooked, early), Err(Misfit::OffGrid(30)));
        assert_eq!(
            fits(from_nine(60), at(MONDAY, 7, 1)),
            Err(Misfit::TooSoon(120))
        );
        assert_eq!(fits(from_nine(60), at(MONDAY, 9, 1)), Err(Misfit::Past));
        assert_eq!(fits(from_nine(0), early), Err(Misfit::Past));
        let weeks_before = at(date(2026, 11, 15), 0, 0);
        assert_eq!(fits(from_nine(60), weeks_before), Err(Misfit::TooFar(7)));
        assert_eq!(
            rules.fits(from_nine(600), weeks_before, &shanghai(), true),
            Ok(())
        );
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let rules = SpaceRules {
            min_minutes: 60,
            max_minutes: 30,
            ..SpaceRules::default()
        };
        assert_eq!(
            rules.check().unwrap_err().to_string(),
            "max-minutes is 30; it must be 60–44640"
        );
        assert!(SpaceRules::default().check().is_ok());
    }

    #[test]
    fn a_closed_day_may_open_at_other_hours() {
        let tuesday = MONDAY.tomorrow().unwrap();
        let exceptions = [
            Exception {
                day: MONDAY,
                open: None,
            },
            Exception {
                day: MONDAY,
                open: Some(Minutes {
                    from: 1_080,
                    to: 1_200,
                }),
            },
            Exception {
                day: tuesday,
                open: Some(Minutes {
                    from: 1_080,
                    to: 1_200,
                }),
            },
        ];
        let hours = opening_hours(vec![daily()], &exceptions, SpecialDays::new(), shanghai());
        let open = hours
            .open_periods(MONDAY, tuesday.tomorrow().unwrap())
            .unwrap();
        assert_eq!(
            open,
            [
                Range::new(at(MONDAY, 18, 0), at(MONDAY, 20, 0)),
                Range::new(at(tuesday, 9, 0), at(tuesday, 17, 0)),
                Range::new(at(tuesday, 18, 0), at(tuesday, 20, 0))
            ]
        );
    }

    #[test]
    fn what_is_taken_is_cut_out() {
        let hour = |from, to| Range::new(at(MONDAY, from, 0), at(MONDAY, to, 0));
        let taken = [hour(8, 10), hour(11, 12), hour(16, 20)];
        assert_eq!(
            without(&[hour(9, 13), hour(14, 18)], &taken),
            [hour(10, 11), hour(12, 13), hour(14, 16)]
        );
        assert_eq!(without(&[hour(9, 10)], &taken), []);
    }
}

//! Free time: working hours less what is taken, cut into slots. All ranges are half open.

use crate::Instant;
use crate::holiday::Holidays;
use crate::recurrence::Recurrence;
use crate::time::MINUTE;
use crate::working_time::{WorkingTime, WorkingTimeError};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A half-open stretch of time: `starts` belongs to it, `ends` does not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Range {
    /// The first instant.
    pub starts: Instant,
    /// The first instant after it.
    pub ends: Instant,
}

impl Range {
    /// The longest range that can be booked, in days: so that history never slows a check.
    pub const MAX_DAYS: i64 = 31;

    /// A range from start to end.
    pub fn new(starts: Instant, ends: Instant) -> Self {
        Self { starts, ends }
    }

    /// Whether both share an instant.
    pub fn overlaps(self, other: Self) -> bool {
        self.starts < other.ends && other.starts < self.ends
    }

    /// Whether it holds the other wholly.
    pub fn holds(self, other: Self) -> bool {
        self.starts <= other.starts && other.ends <= self.ends
    }

    /// Its length in minutes, rounded down.
    pub fn minutes(self) -> i64 {
        self.ends.0.saturating_sub(self.starts.0) / MINUTE
    }

    /// This much wider on both sides.
    pub fn widened(self, minutes: i64) -> Self {
        Self {
            starts: self.starts.plus_minutes(-minutes),
            ends: self.ends.plus_minutes(minutes),
        }
    }
}

/// Hours that recur: on each day of the recurrence from `from_minute` to `to_minute` of wall time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkingHours {
    /// The days.
    pub days: Recurrence,
    /// Minutes from midnight, 0–1439.
    pub from_minute: u16,
    /// Minutes from the same midnight, above `from_minute`, at most 2,880: hours may run past midnight.
    pub to_minute: u16,
    /// Whether they observe holidays and make-up working days.
    #[serde(default)]
    pub holidays: Holidays,
}

/// How slots are cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SlotRules {
    /// Length of an appointment, 5–720 minutes.
    pub minutes: u16,
    /// Kept free before and after, 0–240 minutes.
    pub buffer_minutes: u16,
    /// The earliest slot begins this long from now, 0–10,080 minutes.
    pub notice_minutes: u16,
    /// The latest slot begins within so many days of 24 hours from now, 1–731; no limit where none is given.
    pub horizon_days: Option<u16>,
}

/// Why free slots cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// A number outside its range.
    #[error("{what} is {value}; it must be {least}–{most}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// What it is.
        value: i64,
        /// The least allowed.
        least: i64,
        /// The most allowed.
        most: i64,
    },
    /// Working hours that cannot be used.
    #[error(transparent)]
    Hours(#[from] WorkingTimeError),
    /// A day outside the calendar.
    #[error("the day is outside the calendar: {0}")]
    Day(#[from] jiff::Error),
}

/// The most days that one search covers.
pub const MAX_SEARCH_DAYS: u8 = 31;
/// The most slots that one search answers.
pub const MAX_SLOTS: usize = 500;
/// Slots begin on multiples of this many minutes from the start of the hours, or of their own length where that is shorter.
const STEP_MINUTES: u16 = 30;

impl SlotRules {
    /// Checks the ranges.
    pub fn check(&self) -> Result<(), SlotError> {
        check("minutes", self.minutes.into(), 5, 720)?;
        check("buffer-minutes", self.buffer_minutes.into(), 0, 240)?;
        check("notice-minutes", self.notice_minutes.into(), 0, 10_080)?;
        check(
            "horizon-days",
            self.horizon_days.unwrap_or(1).into(),
            1,
            731,
        )
    }
}

fn check(what: &'static str, value: i64, least: i64, most: i64) -> Result<(), SlotError> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(SlotError::OutOfRange {
            what,
            value,
            least,
            most,
        })
    }
}

/// Free slots of one calendar that begin on the days `from` to `from + days - 1`, in order, at most [`MAX_SLOTS`]. A slot
/// is free where, with its buffer, fewer than `capacity` of `busy` run at once.
pub fn free_slots(
    time: &WorkingTime,
    from: Date,
    days: u8,
    rules: SlotRules,
    busy: &[Range],
    capacity: u16,
    now: Instant,
) -> Result<Vec<Range>, SlotError> {
    rules.check()?;
    check("days", days.into(), 1, MAX_SEARCH_DAYS.into())?;
    let to = from.checked_add(i64::from(days).days())?;
    let earliest = now.plus_minutes(rules.notice_minutes.into());
    let latest = rules
        .horizon_days
        .map_or(Instant(i64::MAX), |days| now.plus_days(days.into()));
    let step = i64::from(rules.minutes.min(STEP_MINUTES));
    let mut slots = Vec::new();
    for period in time.open_periods(from.yesterday()?, to)? {
        let mut slot = Range {
            starts: period.starts,
            ends: period.starts.plus_minutes(rules.minutes.into()),
        };
        while period.holds(slot) && slots.len() < MAX_SLOTS {
            let day = slot.starts.to_civil(&time.zone).date();
            if (earliest..=latest).contains(&slot.starts)
                && (from..to).contains(&day)
                && most_at_once(slot.widened(rules.buffer_minutes.into()), busy)
                    < usize::from(capacity)
            {
                slots.push(slot);
            }
            slot = Range {
                starts: slot.starts.plus_minutes(step),
                ends: slot.ends.plus_minutes(step),
            };
        }
    }
    Ok(slots)
}

/// How many of the ranges run at once at the busiest instant of a stretch. Only there where one of them begins can there
/// be more than before: it is enough to count at the starts.
pub fn most_at_once(within: Range, taken: &[Range]) -> usize {
    let overlapping: Vec<_> = taken
        .iter()
        .filter(|taken| taken.overlaps(within))
        .collect();
    overlapping
        .iter()
        .map(|at| at.starts.max(within.starts))
        .map(|at| {
            overlapping
                .iter()
                .filter(|taken| taken.starts <= at && at < taken.ends)
                .count()
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }
    fn at(day: Date, hour: i8, minute: i8) -> Instant {
        Instant::from_civil(day.at(hour, minute, 0, 0), &shanghai()).unwrap()
    }
    fn weekdays(from: u16, to: u16) -> WorkingHours {
        WorkingHours {
            days: Recurrence::new(date(2026, 1, 1), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR").unwrap(),
            from_minute: from,
            to_minute: to,
            holidays: Holidays::Ignore,
        }
    }
    fn time(hours: WorkingHours, zone: TimeZone) -> WorkingTime {
        WorkingTime {
            hours: vec![hours],
            special: Default::default(),
            other: Default::default(),
            zone,
        }
    }
    const RULES: SlotRules = SlotRules {
        minutes: 60,
        buffer_minutes: 0,
        notice_minutes: 0,
        horizon_days: None,
    };
    const MONDAY: Date = date(2026, 11, 23);

    #[test]
    fn slots_fill_the_hours_and_avoid_what_is_taken() {
        let busy = [Range::new(at(MONDAY, 10, 0), at(MONDAY, 11, 0))];
        let slots = free_slots(
            &time(weekdays(540, 720), shanghai()),
            MONDAY,
            1,
            RULES,
            &busy,
            1,
            at(MONDAY, 0, 0),
        )
        .unwrap();
        let starts: Vec<_> = slots.iter().map(|slot| slot.starts).collect();
        assert_eq!(
            starts,
            [at(MONDAY, 9, 0), at(MONDAY, 11, 0)],
            "touching ranges do not overlap"
        );
    }

    #[test]
    fn buffer_and_notice_keep_their_distance() {
        let busy = [Range::new(at(MONDAY, 10, 0), at(MONDAY, 11, 0))];
        let rules = SlotRules {
            buffer_minutes: 30,
            notice_minutes: 600,
            ..RULES
        };
        let slots = free_slots(
            &time(weekdays(540, 840), shanghai()),
            MONDAY,
            1,
            rules,
            &busy,
            1,
            at(MONDAY, 0, 30),
        )
        .unwrap();
        let starts: Vec<_> = slots.iter().map(|slot| slot.starts).collect();
        assert_eq!(
            starts,
            [
                at(MONDAY, 11, 30),
                at(MONDAY, 12, 0),
                at(MONDAY, 12, 30),
                at(MONDAY, 13, 0)
            ]
        );
    }

    #[test]
    fn hours_past_midnight_belong_to_the_day_on_which_a_slot_begins() {
        let night = weekdays(22 * 60, 26 * 60);
        let tuesday = MONDAY.tomorrow().unwrap();
        let slots = free_slots(
            &time(night, shanghai()),
            tuesday,
            1,
            RULES,
            &[],
            1,
            at(MONDAY, 0, 0),
        )
        .unwrap();
        assert_eq!(slots[0].starts, at(tuesday, 0, 0));
        assert_eq!(slots.last().unwrap().starts, at(tuesday, 23, 30));
    }

    #[test]
    fn a_wall_time_stays_the_same_across_a_change_of_clocks() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let daily = WorkingHours {
            days: Recurrence::new(date(2026, 1, 1), "FREQ=DAILY").unwrap(),
            from_minute: 540,
            to_minute: 600,
            holidays: Holidays::Ignore,
        };
        let slots = free_slots(
            &time(daily, berlin),
            date(2026, 3, 28),
            2,
            RULES,
            &[],
            1,
            Instant(0),
        )
        .unwrap();
        assert_eq!(
            slots[1].starts.0 - slots[0].starts.0,
            23 * crate::time::HOUR
        );
    }

    #[test]
    fn the_longest_range_has_a_length() {
        let all = Range::new(Instant(i64::MIN), Instant(i64::MAX));
        assert_eq!(all.minutes(), i64::MAX / MINUTE);
        assert_eq!(all.widened(240).starts, Instant(-Instant::BOUND));
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let rules = SlotRules {
            minutes: 0,
            ..RULES
        };
        let time = time(weekdays(0, 60), shanghai());
        let error = free_slots(&time, MONDAY, 1, rules, &[], 1, Instant(0)).unwrap_err();
        assert_eq!(error.to_string(), "minutes is 0; it must be 5–720");
        assert!(free_slots(&time, MONDAY, 0, RULES, &[], 1, Instant(0)).is_err());
    }

    #[test]
    fn several_at_once_fill_the_capacity_where_they_meet() {
        let at = |hour| at(MONDAY, hour, 0);
        let busy = [
            Range::new(at(9), at(11)),
            Range::new(at(10), at(12)),
            Range::new(at(11), at(13)),
        ];
        assert_eq!(most_at_once(Range::new(at(8), at(14)), &busy), 2);
        assert_eq!(most_at_once(Range::new(at(13), at(14)), &busy), 0);
        let time = time(weekdays(540, 780), shanghai());
        let free = |capacity| {
            let slots = free_slots(&time, MONDAY, 1, RULES, &busy, capacity, at(0)).unwrap();
            slots.len()
        };
        assert_eq!(free(1), 0);
        assert_eq!(free(2), 2, "9 to 10 and 12 to 13");
        assert_eq!(free(3), 7);
    }

    #[test]
    fn the_horizon_ends_the_search() {
        let rules = SlotRules {
            horizon_days: Some(1),
            ..RULES
        };
        let now = at(MONDAY, 10, 0);
        let time = time(weekdays(540, 720), shanghai());
        let slots = free_slots(&time, MONDAY, 7, rules, &[], 1, now).unwrap();
        assert_eq!(slots.last().unwrap().starts, now.plus_days(1));
    }
}

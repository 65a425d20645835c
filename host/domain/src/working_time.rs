//! When work is done: hours that recur, with holidays, make-up working days and other hours for single days, in a zone.
//! Slots are cut from it, and clocks run in it that count working time alone.

use crate::Instant;
use crate::holiday::{Holidays, SpecialDay, SpecialDays};
use crate::recurrence::{BadRecurrence, Recurrence};
use crate::slot::{Range, WorkingHours};
use crate::time::MINUTE;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest stretch over which working time is counted, in days: about ten years.
pub const MAX_SPAN_DAYS: i64 = 3_660;
/// How many days are looked at at once.
const WINDOW_DAYS: i64 = 31;

/// From minute to minute of one day, counted from its midnight; may run past the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Minutes {
    /// 0–1439.
    pub from: u16,
    /// Above `from`, at most 2,880.
    pub to: u16,
}

impl Minutes {
    /// Whether both are in range.
    pub fn is_valid(self) -> bool {
        self.from < 1_440 && self.from < self.to && self.to <= 2_880
    }
}

/// Why working time cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum WorkingTimeError {
    /// A recurrence that cannot be used.
    #[error(transparent)]
    Recurrence(#[from] BadRecurrence),
    /// A day outside the calendar.
    #[error("the day is outside the calendar: {0}")]
    Day(#[from] jiff::Error),
    /// The hours hold too little time.
    #[error(
        "there is not that much working time within {MAX_SPAN_DAYS} days; add working hours or ask for less"
    )]
    TooLittle,
    /// Both instants are too far apart.
    #[error("working time is counted over at most {MAX_SPAN_DAYS} days")]
    TooLong,
}

/// When work is done.
#[derive(Clone, Debug)]
pub struct WorkingTime {
    /// The rules.
    pub hours: Vec<WorkingHours>,
    /// Holidays and make-up working days; observed by those hours that say so.
    pub special: SpecialDays,
    /// Days with hours of their own, whatever the rules and the holidays say; none means closed.
    pub other: BTreeMap<Date, Vec<Minutes>>,
    /// Where the hours are read off the clock.
    pub zone: TimeZone,
}

impl WorkingTime {
    /// Monday to Friday between two minutes of the day, observing holidays: the hours of an office.
    pub fn office(minutes: Minutes, special: SpecialDays, zone: TimeZone) -> Self {
        Self {
            hours: vec![WorkingHours {
                days: Recurrence {
                    first: Date::constant(2000, 1, 1),
                    rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".to_owned(),
                    except: Default::default(),
                },
                from_minute: minutes.from,
                to_minute: minutes.to,
                holidays: Holidays::Observe,
            }],
            special,
            other: BTreeMap::new(),
            zone,
        }
    }

    /// The stretches of work that begin on the days of the half-open range, merged and in order.
    pub fn open_periods(&self, from: Date, to: Date) -> Result<Vec<Range>, WorkingTimeError> {
        let mut periods = Vec::new();
        for hours in &self.hours {
            let minutes = Minutes {
                from: hours.from_minute,
                to: hours.to_minute,
            };
            for day in self.days_of(hours, from, to)? {
                if !self.other.contains_key(&day) {
                    periods.extend(self.period(day, minutes)?);
                }
            }
        }
        for (day, minutes) in self.other.range(from..to.max(from)) {
            for minutes in minutes {
                periods.extend(self.period(*day, *minutes)?);
            }
        }
        periods.sort();
        let mut merged: Vec<Range> = Vec::with_capacity(periods.len());
        for period in periods {
            match merged.last_mut() {
                Some(last) if period.starts <= last.ends => last.ends = last.ends.max(period.ends),
                _ => merged.push(period),
            }
        }
        Ok(merged)
    }

    /// On which days of the half-open range hours are worked.
    fn days_of(
        &self,
        hours: &WorkingHours,
        from: Date,
        to: Date,
    ) -> Result<Vec<Date>, WorkingTimeError> {
        let mut days = hours.days.days(from, to)?;
        if hours.holidays == Holidays::Ignore || from >= to {
            return Ok(days);
        }
        days.retain(|day| !self.special.contains_key(day));
        for (day, special) in self.special.range(from..to) {
            let SpecialDay::WorkingDay(weekday) = special else {
                continue;
            };
            let model = SpecialDay::model(*day, *weekday);
            if !hours.days.except.contains(day)
                && let Some(model) = model
                && hours.days.falls_on(model)?
            {
                days.push(*day);
            }
        }
        Ok(days)
    }

    /// The instants between which work is done on a day; none where a change of clocks swallows them.
    fn period(&self, day: Date, minutes: Minutes) -> Result<Option<Range>, WorkingTimeError> {
        let at = |minute: u16| {
            day.at(0, 0, 0, 0)
                .checked_add(Span::new().minutes(i64::from(minute)))
        };
        let (starts, ends) = (at(minutes.from)?, at(minutes.to)?);
        let range = Instant::from_civil(starts, &self.zone)
            .zip(Instant::from_civil(ends, &self.zone))
            .map(|(starts, ends)| Range { starts, ends });
        Ok(range.filter(|range| range.starts < range.ends))
    }

    /// Whether work is done at an instant.
    pub fn is_open(&self, at: Instant) -> Result<bool, WorkingTimeError> {
        // Hours end at the latest at the midnight after the next day: yesterday's may still run.
        let day = at.to_civil(&self.zone).date();
        let periods = self.open_periods(day.yesterday()?, day.tomorrow()?)?;
        Ok(periods
            .iter()
            .any(|period| period.starts <= at && at < period.ends))
    }

    /// The instant at which so many minutes of work have passed since `from`: at the end of a stretch of work rather than
    /// at the beginning of the next; `from` itself for 0 or fewer.
    pub fn add_working_minutes(
        &self,
        from: Instant,
        minutes: i64,
    ) -> Result<Instant, WorkingTimeError> {
        let mut left = minutes.saturating_mul(MINUTE);
        if left <= 0 {
            return Ok(from);
        }
        let mut cursor = from;
        let mut day = from.to_civil(&self.zone).date().yesterday()?;
        for _ in 0..=MAX_SPAN_DAYS / WINDOW_DAYS {
            let to = day.checked_add(WINDOW_DAYS.days())?;
            for period in self.open_periods(day, to)? {
                let starts = period.starts.max(cursor);
                let length = period.ends.0.saturating_sub(starts.0);
                if length >= left {
                    return Ok(Instant(starts.0.saturating_add(left)));
                }
                if length > 0 {
                    left -= length;
                    cursor = period.ends;
                }
            }
            day = to;
        }
        Err(WorkingTimeError::TooLittle)
    }

    /// How many whole minutes of work lie between two instants; 0 where `to` is not after `from`.
    pub fn working_minutes_between(
        &self,
        from: Instant,
        to: Instant,
    ) -> Result<i64, WorkingTimeError> {
        if to <= from {
            return Ok(0);
        }
        if to.0.saturating_sub(from.0) > MAX_SPAN_DAYS * crate::time::DAY {
            return Err(WorkingTimeError::TooLong);
        }
        let mut worked = 0;
        let mut cursor = from;
        let mut day = from.to_civil(&self.zone).date().yesterday()?;
        let last = to.to_civil(&self.zone).date();
        while day <= last {
            let end = day.checked_add(WINDOW_DAYS.days())?;
            for period in self.open_periods(day, end)? {
                let (starts, ends) = (period.starts.max(cursor), period.ends.min(to));
                if starts < ends {
                    worked += ends.0 - starts.0;
                    cursor = ends;
                }
            }
            day = end;
        }
        Ok(worked / MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holiday;
    use jiff::civil::date;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }
    fn at(zone: &TimeZone, day: Date, hour: i8, minute: i8) -> Instant {
        Instant::from_civil(day.at(hour, minute, 0, 0), zone).unwrap()
    }
    fn office(name: &str) -> WorkingTime {
        let special = holiday::published(2026)
            .unwrap()
            .into_iter()
            .map(|(day, (kind, _))| (day, kind))
            .collect();
        WorkingTime::office(
            Minutes {
                from: 540,
                to: 1_020,
            },
            special,
            zone(name),
        )
    }
    fn daily(name: &str, from: u16, to: u16) -> WorkingTime {
        WorkingTime {
            hours: vec![WorkingHours {
                days: Recurrence::new(date(2026, 1, 1), "FREQ=DAILY").unwrap(),
                from_minute: from,
                to_minute: to,
                holidays: Holidays::Ignore,
            }],
            special: SpecialDays::new(),
            other: BTreeMap::new(),
            zone: zone(name),
        }
    }

    #[test]
    fn a_clock_in_working_time_stands_still_over_the_spring_festival() {
        let office = office("Asia/Shanghai");
        let z = &office.zone;
        // Friday the 13th, 16:00: one hour is left; Saturday the 14th makes up, with Friday's hours; then nine days off.
        let from = at(z, date(2026, 2, 13), 16, 0);
        let due = office.add_working_minutes(from, 60 + 480 + 30).unwrap();
        assert_eq!(due, at(z, date(2026, 2, 24), 9, 30));
        assert_eq!(office.working_minutes_between(from, due).unwrap(), 570);
        assert!(office.is_open(at(z, date(2026, 2, 14), 9, 0)).unwrap());
        assert!(!office.is_open(at(z, date(2026, 2, 14), 17, 0)).unwrap());
        assert!(!office.is_open(at(z, date(2026, 2, 16), 10, 0)).unwrap());
        assert!(
            !office.is_open(at(z, date(2026, 2, 21), 10, 0)).unwrap(),
            "a Saturday"
        );
    }

    #[test]
    fn a_make_up_day_has_the_hours_of_the_weekday_it_stands_for_and_not_its_own() {
        let mut some = office("Asia/Shanghai");
        some.hours[0].days.rule = "FREQ=WEEKLY;BYDAY=MO,SA,SU".into();
        let z = &some.zone.clone();
        let open = |some: &WorkingTime, day: Date| some.is_open(at(z, day, 10, 0)).unwrap();
        assert!(
            !open(&some, date(2026, 2, 14)),
            "a Saturday that stands for a Friday"
        );
        assert!(
            open(&some, date(2026, 2, 28)),
            "a Saturday that stands for a Monday"
        );
        assert!(open(&some, date(2026, 3, 7)), "a Saturday like any other");
        some.hours[0].days.except.insert(date(2026, 2, 28));
        assert!(!open(&some, date(2026, 2, 28)), "its own exception counts");
        some.hours[0].holidays = Holidays::Ignore;
        assert!(open(&some, date(2026, 2, 14)));
        assert!(open(&some, date(2026, 2, 16)), "a holiday, a Monday");
    }

    #[test]
    fn a_day_of_its_own_outranks_rules_and_holidays() {
        let mut some = office("Asia/Shanghai");
        let z = some.zone.clone();
        let minutes = Minutes { from: 600, to: 660 };
        some.other.insert(date(2026, 2, 17), vec![minutes]);
        some.other.insert(date(2026, 3, 2), vec![]);
        let periods = some
            .open_periods(date(2026, 2, 15), date(2026, 2, 24))
            .unwrap();
        let open = Range::new(
            at(&z, date(2026, 2, 17), 10, 0),
            at(&z, date(2026, 2, 17), 11, 0),
        );
        assert_eq!(periods, [open]);
        assert!(!some.is_open(at(&z, date(2026, 3, 2), 10, 0)).unwrap());
    }

    #[test]
    fn hours_run_across_midnight_and_across_windows_once() {
        let night = daily("Asia/Shanghai", 22 * 60, 26 * 60);
        let z = &night.zone;
        let from = at(z, date(2026, 3, 1), 1, 0);
        assert!(night.is_open(from).unwrap());
        assert!(!night.is_open(at(z, date(2026, 3, 1), 2, 0)).unwrap());
        let due = night.add_working_minutes(from, 60).unwrap();
        assert_eq!(
            due,
            at(z, date(2026, 3, 1), 2, 0),
            "the end of a stretch, not the next beginning"
        );
        let year = night.add_working_minutes(from, 365 * 240).unwrap();
        assert_eq!(
            night.working_minutes_between(from, year).unwrap(),
            365 * 240
        );
        let always = daily("Asia/Shanghai", 0, 2_880);
        assert_eq!(
            always.add_working_minutes(from, 100 * 1_440).unwrap(),
            from.plus_days(100)
        );
    }

    #[test]
    fn a_gap_makes_a_night_shorter_and_a_fold_longer() {
        for (name, gap, fold) in [
            ("America/New_York", date(2026, 3, 7), date(2026, 10, 31)),
            ("Europe/London", date(2026, 3, 28), date(2026, 10, 24)),
        ] {
            let night = daily(name, 22 * 60, 30 * 60);
            for (day, minutes) in [(gap, 420), (fold, 540), (date(2026, 6, 1), 480)] {
                let from = at(&night.zone, day, 21, 0);
                let to = at(&night.zone, day.tomorrow().unwrap(), 12, 0);
                assert_eq!(
                    night.working_minutes_between(from, to).unwrap(),
                    minutes,
                    "{name} {day}"
                );
                let due = night.add_working_minutes(from, minutes).unwrap();
                assert_eq!(
                    due,
                    at(&night.zone, day.tomorrow().unwrap(), 6, 0),
                    "{name} {day}"
                );
            }
        }
    }

    #[test]
    fn hours_inside_a_gap_keep_their_length() {
        let early = daily("America/New_York", 135, 165);
        let periods = early
            .open_periods(date(2026, 3, 8), date(2026, 3, 9))
            .unwrap();
        assert_eq!(periods.len(), 1);
        assert_eq!(periods[0].minutes(), 30);
        assert_eq!(
            periods[0].starts.to_civil(&early.zone),
            date(2026, 3, 8).at(3, 15, 0, 0)
        );
    }

    #[test]
    fn no_hours_are_too_little_time() {
        let mut never = daily("Asia/Shanghai", 0, 1);
        never.hours.clear();
        let error = never.add_working_minutes(Instant(0), 1).unwrap_err();
        assert!(matches!(error, WorkingTimeError::TooLittle));
        assert_eq!(
            never
                .working_minutes_between(Instant(5), Instant(5))
                .unwrap(),
            0
        );
        let far = Instant(0).plus_days(MAX_SPAN_DAYS + 1);
        assert!(matches!(
            never.working_minutes_between(Instant(0), far),
            Err(WorkingTimeError::TooLong)
        ));
    }
}

//! Half-open ranges, free slots and working time against models that count minute by minute.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

use jiff::civil::date;
use jiff::tz::TimeZone;
use linli_domain::Instant;
use linli_domain::holiday::{Holidays, SpecialDay};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, SlotRules, WorkingHours, free_slots, most_at_once};
use linli_domain::time::MINUTE;
use linli_domain::working_time::{Minutes, WorkingTime};
use proptest::prelude::*;

fn minute(minute: i64) -> Instant {
    Instant(minute * MINUTE)
}

/// Ranges of whole minutes, some of them empty.
fn ranges(within: i64, many: usize) -> impl Strategy<Value = Vec<Range>> {
    let one = (0..within, 0..within / 4)
        .prop_map(|(starts, length)| Range::new(minute(starts), minute(starts + length)));
    prop::collection::vec(one, 0..many)
}

fn holds_minute(range: &Range, at: i64) -> bool {
    range.starts <= minute(at) && minute(at) < range.ends
}

/// Hours on some weekdays, with holidays, make-up days and days of their own, in zones with and without changes of clocks.
fn working_time() -> impl Strategy<Value = WorkingTime> {
    let zones = prop::sample::select(vec![
        "Asia/Shanghai",
        "America/New_York",
        "Europe/London",
        "UTC",
    ]);
    let weekdays = prop::sample::select(vec!["MO,TU,WE,TH,FR", "SA,SU", "MO,WE,SU", "FR"]);
    // Days around the changes of clocks of March 2026.
    let days = prop::collection::btree_map(0_i64..28, 0_u8..3, 0..5);
    let minutes = (0_u16..1_440, 1_u16..1_440);
    (zones, weekdays, minutes, days).prop_map(|(zone, weekdays, (from, length), days)| {
        let first = date(2026, 3, 6);
        let day = |shift: i64| first.checked_add(jiff::Span::new().days(shift)).unwrap();
        let mut time = WorkingTime {
            hours: vec![WorkingHours {
                days: Recurrence::new(date(2024, 1, 1), format!("FREQ=WEEKLY;BYDAY={weekdays}"))
                    .unwrap(),
                from_minute: from,
                to_minute: from + length,
                holidays: Holidays::Observe,
            }],
            special: Default::default(),
            other: Default::default(),
            zone: TimeZone::get(zone).unwrap(),
        };
        for (shift, kind) in days {
            match kind {
                0 => drop(time.special.insert(day(shift), SpecialDay::Holiday)),
                1 => {
                    let weekday = SpecialDay::WorkingDay(jiff::civil::Weekday::Friday);
                    time.special.insert(day(shift), weekday);
                }
                _ => {
                    let minutes = vec![Minutes { from: 30, to: 200 }];
                    time.other.insert(day(shift), minutes);
                }
            }
        }
        time
    })
}

/// A minute of March 2026.
fn march() -> impl Strategy<Value = i64> {
    let first: i64 = 1_772_755_200 / 60;
    first..first + 28 * 1_440
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranges_are_half_open(both in ranges(60, 3)) {
        for a in &both {
            for b in &both {
                let shared = (0..100).any(|at| holds_minute(a, at) && holds_minute(b, at));
                if a.starts < a.ends && b.starts < b.ends {
                    prop_assert_eq!(a.overlaps(*b), shared);
                    prop_assert_eq!(a.overlaps(*b), b.overlaps(*a));
                    let within = (0..100).all(|at| !holds_minute(b, at) || holds_minute(a, at));
                    prop_assert_eq!(a.holds(*b), within);
                }
            }
        }
    }

    #[test]
    fn conflicts_are_counted_at_the_starts(taken in ranges(200, 12), within in (0_i64..150, 1_i64..60)) {
        let taken: Vec<_> = taken.into_iter().filter(|range| range.starts < range.ends).collect();
        let within = Range::new(minute(within.0), minute(within.0 + within.1));
        let naive = (0..260)
            .filter(|at| holds_minute(&within, *at))
            .map(|at| taken.iter().filter(|range| holds_minute(range, at)).count())
            .max();
        prop_assert_eq!(most_at_once(within, &taken), naive.unwrap_or(0));
    }

    #[test]
    fn free_slots_are_those_that_a_count_of_minutes_leaves(
        busy in ranges(1_440, 10),
        hours in (0_u16..1_000, 30_u16..440),
        length in 5_u16..120,
        buffer in 0_u16..40,
        notice in 0_u16..600,
        capacity in 1_u16..4,
    ) {
        let busy: Vec<_> = busy.into_iter().filter(|range| range.starts < range.ends).collect();
        let (from, to) = (hours.0, hours.0 + hours.1);
        let time = WorkingTime {
            hours: vec![WorkingHours {
                days: Recurrence { first: date(1970, 1, 1), rule: String::new(), except: Default::default() },
                from_minute: from,
                to_minute: to,
                holidays: Holidays::Ignore,
            }],
            special: Default::default(),
            other: Default::default(),
            zone: TimeZone::UTC,
        };
        let rules = SlotRules {
            minutes: length,
            buffer_minutes: buffer,
            notice_minutes: notice,
            horizon_days: None,
        };
        let found = free_slots(&time, date(1970, 1, 1), 1, rules, &busy, capacity, Instant(0)).unwrap();
        let mut expected = Vec::new();
        let step = usize::from(length.min(30));
        for starts in (from..to).step_by(step) {
            let ends = starts + length;
            let kept = i64::from(starts) - i64::from(buffer)..i64::from(ends) + i64::from(buffer);
            let is_free = kept.clone().all(|at| {
                busy.iter().filter(|range| holds_minute(range, at)).count() < usize::from(capacity)
            });
            if ends <= to && starts >= notice && starts < 1_440 && is_free {
                expected.push(Range::new(minute(starts.into()), minute(ends.into())));
            }
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_clock_in_working_time_counts_the_open_minutes(
        time in working_time(),
        from in march(),
        length in 0_i64..3_000,
    ) {
        let to = from + length;
        let day = |at: i64| minute(at).to_civil(&time.zone).date();
        let periods = time.open_periods(
            day(from).yesterday().unwrap(),
            day(to).tomorrow().unwrap(),
        ).unwrap();
        let open = |at: i64| periods.iter().any(|period| holds_minute(period, at));
        let naive = (from..to).filter(|at| open(*at)).count();
        let counted = time.working_minutes_between(minute(from), minute(to)).unwrap();
        prop_assert_eq!(counted, i64::try_from(naive).unwrap());
        prop_assert_eq!(time.is_open(minute(from)).unwrap(), open(from));
        // Cut anywhere, both parts add up.
        let middle = minute(from + length / 3);
        let parts = time.working_minutes_between(minute(from), middle).unwrap()
            + time.working_minutes_between(middle, minute(to)).unwrap();
        prop_assert_eq!(parts, counted);
        // Adding is the way back; the end is the first instant at which so much has passed.
        let due = time.add_working_minutes(minute(from), length).unwrap();
        prop_assert_eq!(time.working_minutes_between(minute(from), due).unwrap(), length);
        if length > 0 {
            let before = Instant(due.0 - MINUTE);
            prop_assert_eq!(time.working_minutes_between(minute(from), before).unwrap(), length - 1);
        }
    }
}

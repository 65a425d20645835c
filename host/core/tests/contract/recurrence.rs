//! Days that recur, against a second implementation: Python's dateutil.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use linli_domain::recurrence::Recurrence;
use linli_world::Result;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const RULES: usize = 3_000;
const SEED: u64 = 20_261_124;

/// Reads one rule a line and prints its days in the half-open range, as a line each.
const PROGRAM: &str = r"
import datetime, json, sys
from dateutil import rrule
at = lambda day: datetime.datetime.fromisoformat(day)
for line in sys.stdin:
    r = json.loads(line)
    rule = rrule.rrulestr(r['rule'], dtstart=at(r['first']))
    except_ = set(r['except'])
    days = [d.date().isoformat() for d in rule.between(at(r['from']), at(r['to']) - datetime.timedelta(days=1), inc=True)]
    print(json.dumps([d for d in days if d not in except_]))
";

/// Numbers from a fixed seed (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % limit).unwrap()
    }

    fn sometimes(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }

    /// One to three different ones.
    fn some<T: Ord + ToString>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> String {
        let many = 1 + self.below(3);
        let chosen: BTreeSet<T> = (0..many).map(|_| one(self)).collect();
        let chosen: Vec<_> = chosen.iter().map(ToString::to_string).collect();
        chosen.join(",")
    }

    fn day(&mut self, from: Date, within: u64) -> Date {
        from.checked_add(self.below(within).days()).unwrap()
    }
}

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn rule(n: &mut Numbers, first: Date) -> String {
    let freq = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"][usize::try_from(n.below(4)).unwrap()];
    let mut rule = format!("FREQ={freq}");
    let mut add = |part: &str, value: String| {
        rule.push_str(&format!(";{part}={value}"));
    };
    if n.sometimes(2) {
        add("INTERVAL", (1 + n.below(6)).to_string());
    }
    let mut has_set = false;
    if n.sometimes(3) {
        let months = n.some(|n| 1 + n.below(12));
        add("BYMONTH", months);
    }
    if n.sometimes(2) {
        let days = n.some(|n| {
            let weekday = WEEKDAYS[usize::try_from(n.below(7)).unwrap()];
            let ordinal = match freq {
                "MONTHLY" if n.sometimes(2) => n.below(4) + 1,
                "YEARLY" if n.sometimes(2) => n.below(5) + 1,
                _ => 0,
            };
            match (ordinal, n.sometimes(2)) {
                (0, _) => weekday.to_owned(),
                (ordinal, true) => format!("-{ordinal}{weekday}"),
                (ordinal, false) => format!("{ordinal}{weekday}"),
            }
        });
        add("BYDAY", days);
        has_set = true;
    }
    if freq != "WEEKLY" && n.sometimes(3) {
        let days = n.some(|n| match n.below(62) - 31 {
            day @ 0.. => day + 1,
            day => day,
        });
        add("BYMONTHDAY", days);
        has_set = true;
    }
    if has_set && freq != "DAILY" && n.sometimes(3) {
        let positions = n.some(|n| match n.below(6) - 3 {
            position @ 0.. => position + 1,
            position => position,
        });
        add("BYSETPOS", positions);
    }
    match n.below(4) {
        0 => add("COUNT", (1 + n.below(60)).to_string()),
        1 => {
            let last = n.day(first, 2_500);
            add("UNTIL", last.strftime("%Y%m%d").to_string());
        }
        _ => {}
    }
    if n.sometimes(4) {
        add(
            "WKST",
            WEEKDAYS[usize::try_from(n.below(7)).unwrap()].to_owned(),
        );
    }
    rule
}

#[test]
fn rules_fall_on_the_days_that_dateutil_says() -> Result<()> {
    let mut n = Numbers(SEED);
    let mut asked = Vec::with_capacity(RULES);
    let mut lines = String::new();
    while asked.len() < RULES {
        let first = n.day(date(2016, 1, 1), 3_650);
        // A rule that falls on no day is refused; dateutil would look for one until the year 9999.
        let mut recurrence = match Recurrence::new(first, rule(&mut n, first)) {
            Ok(recurrence) => recurrence,
            Err(error) if error.to_string().contains("falls on no day") => continue,
            Err(error) => return Err(error.into()),
        };
        recurrence.except = (0..n.below(6)).map(|_| n.day(first, 1_500)).collect();
        let from = n.day(first.checked_sub(60.days())?, 2_600);
        let to = from.checked_add((1 + n.below(500)).days())?;
        let line = json!({ "first": first, "rule": recurrence.rule, "except": recurrence.except, "from": from, "to": to });
        lines.push_str(&format!("{line}\n"));
        asked.push((recurrence, from, to));
    }
    let answers = linli_world::python::python(PROGRAM, &lines)?;
    let mut compared = 0;
    for ((recurrence, from, to), answer) in asked.iter().zip(answers.lines()) {
        let expected: Vec<Date> = serde_json::from_value(serde_json::from_str::<Value>(answer)?)?;
        let found = recurrence.days(*from, *to)?;
        assert_eq!(found, expected, "{recurrence:?} from {from} to {to}");
        compared += found.len();
    }
    assert_eq!(answers.lines().count(), RULES);
    assert!(compared > RULES, "only {compared} days");
    Ok(())
}

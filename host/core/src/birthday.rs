//! Birthdays that change what holds for a resident: 14 and 18. Each is told once, on the day, or on the first day after it
//! on which the host runs.

use crate::error::Result;
use crate::work::Work;
use crate::{district, topic};
use jiff::civil::{Date, date};
use linli_domain::PersonId;
use linli_domain::time::age_on;
use linli_domain::topic::{TURNED_14, TURNED_18};
use uuid::Uuid;

/// How many days a host that stood still catches up with at once.
const DAYS_AT_ONCE: usize = 31;
/// How many residents are read at once.
const SLICE: i64 = 500;

/// Publishes who has turned 14 or 18 since it was last done; answers how many. What is told and up to which day stands in
/// the same unit of work.
pub async fn tell(work: &mut Work) -> Result<u32> {
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let mut day = match work.tx.find_last_birthday_run().await? {
        Some(last) if last >= today => return Ok(0),
        Some(last) => last.tomorrow().unwrap_or(today),
        None => today,
    };
    let mut told = 0;
    for _ in 0..DAYS_AT_ONCE {
        for (age, name) in [(14, TURNED_14), (18, TURNED_18)] {
            for born in born_to_turn(age, day) {
                told += tell_those_born_on(work, born, name).await?;
            }
        }
        work.tx.create_birthday_run(day, work.now).await?;
        match day.tomorrow() {
            Ok(next) if next <= today => day = next,
            _ => break,
        }
    }
    Ok(told)
}

async fn tell_those_born_on(work: &mut Work, born: Date, name: &str) -> Result<u32> {
    let mut told = 0;
    let mut after = PersonId(Uuid::nil());
    loop {
        let residents = work.tx.list_residents_born_on(born, after, SLICE).await?;
        let Some(last) = residents.last() else {
            return Ok(told);
        };
        after = last.id;
        for resident in residents {
            topic::publish_host(work, name, resident.community_id, resident.id).await?;
            told += 1;
        }
    }
}

/// The days of birth of those who turn this old on a day: two on 1 March of a year without 29 February.
fn born_to_turn(age: i16, day: Date) -> Vec<Date> {
    let year = day.year() - age;
    let same = Date::new(year, day.month(), day.day()).ok();
    let leap = Date::new(year, 2, 29)
        .ok()
        .filter(|_| !day.in_leap_year() && day == date(day.year(), 3, 1));
    let days: Vec<_> = same.into_iter().chain(leap).collect();
    debug_assert!(days.iter().all(|born| age_on(*born, day) == age));
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_born_on_29_february_turns_14_on_1_march_of_a_common_year() {
        assert_eq!(
            born_to_turn(14, date(2026, 3, 1)),
            [date(2012, 3, 1), date(2012, 2, 29)]
        );
        assert_eq!(born_to_turn(16, date(2028, 2, 29)), [date(2012, 2, 29)]);
        assert_eq!(born_to_turn(14, date(2028, 2, 29)), []);
        assert_eq!(born_to_turn(18, date(2026, 11, 24)), [date(2008, 11, 24)]);
    }

    #[test]
    fn every_birth_of_a_leap_cycle_turns_18_on_exactly_one_day() {
        let (mut born, last) = (date(2007, 1, 1), date(2011, 1, 1));
        let mut expected = Vec::new();
        while born < last {
            expected.push(born);
            born = born.tomorrow().unwrap();
        }
        let (mut day, mut found) = (date(2025, 1, 1), Vec::new());
        while day < date(2029, 1, 1) {
            found.extend(born_to_turn(18, day));
            day = day.tomorrow().unwrap();
        }
        found.sort();
        assert_eq!(found, expected);
    }
}

//! Which times are offered.

use crate::offer::Offer;
use crate::worker::Workers;
use linli_sdk::calendars::{self, SlotRules, SlotsError};
use linli_sdk::{CalendarRef, Date, Failure, Slot, log, setting, time};
use std::collections::BTreeMap;

/// How many days ahead can be booked, today among them.
const DAYS: u8 = 14;
/// As many slots as the host answers at once, and as many options as a field may have.
const MOST: usize = 500;
/// As many calendars as the host searches at once.
const MOST_CALENDARS: usize = 20;

/// How an offer's slots are cut here. The same when they are shown and when one is booked.
pub fn rules(offer: &Offer) -> SlotRules {
    SlotRules {
        minutes: offer.minutes,
        buffer_minutes: setting("buffer-minutes", 15),
        notice_minutes: setting::<u16>("notice-hours", 2).saturating_mul(60),
    }
}

/// The free slots of one worker or, where none is named, of whoever is free.
pub fn free(
    offer: &Offer,
    workers: &Workers,
    wanted: Option<&CalendarRef>,
) -> Result<Vec<Slot>, Failure> {
    let calendars: Vec<CalendarRef> = match wanted {
        Some(calendar) => vec![calendar.clone()],
        None => workers
            .all()
            .iter()
            .map(|worker| worker.calendar.clone())
            .collect(),
    };
    let rules = rules(offer);
    let mut slots = Vec::new();
    for some in calendars.chunks(MOST_CALENDARS) {
        let mut ask = |from, days| calendars::free_slots(some, from, days, rules);
        slots.append(&mut every_slot(time::today(), DAYS, &mut ask).map_err(failure)?);
    }
    let mut slots = spread(slots);
    slots.truncate(MOST);
    Ok(slots)
}

fn failure(error: SlotsError) -> Failure {
    log::write(log::Level::Warn, &format!("free-slots: {error:?}"));
    Failure::NotFound
}

/// Asks again for each half of the days where an answer is full, for then it may be cut short. A single day that is full
/// is as much as one can choose from.
fn every_slot<E>(
    from: Date,
    days: u8,
    ask: &mut dyn FnMut(Date, u8) -> Result<Vec<Slot>, E>,
) -> Result<Vec<Slot>, E> {
    let answer = ask(from, days)?;
    if answer.len() < MOST || days <= 1 {
        return Ok(answer);
    }
    let half = days / 2;
    let mut slots = every_slot(from, half, ask)?;
    slots.append(&mut every_slot(
        from.plus_days(half.into()),
        days - half,
        ask,
    )?);
    Ok(slots)
}

/// One slot for each start: the one of whoever has most time left, so that visits spread over the workers.
fn spread(slots: Vec<Slot>) -> Vec<Slot> {
    let mut free: BTreeMap<String, usize> = BTreeMap::new();
    for slot in &slots {
        *free.entry(slot.calendar.id.clone()).or_default() += 1;
    }
    let mut chosen: BTreeMap<i64, Slot> = BTreeMap::new();
    for slot in slots {
        let time_of = |slot: &Slot| free.get(&slot.calendar.id).copied().unwrap_or(0);
        let better = chosen.get(&slot.starts).is_none_or(|other| {
            (time_of(&slot), &other.calendar.id) > (time_of(other), &slot.calendar.id)
        });
        if better {
            chosen.insert(slot.starts, slot);
        }
    }
    chosen.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn slot(calendar: &str, starts: i64) -> Slot {
        Slot {
            calendar: CalendarRef {
                id: calendar.to_owned(),
            },
            starts,
            ends: starts + 60,
        }
    }

    #[test]
    fn a_full_answer_is_asked_again_in_halves_until_nothing_is_cut_off() {
        let first: Date = "2026-02-24".parse().unwrap();
        let a_day = 120;
        let mut ask = |from: Date, days: u8| -> Result<Vec<Slot>, Infallible> {
            let day = i64::from(from.epoch_days());
            Ok((0..i64::from(days) * a_day)
                .map(|n| slot("a", day * a_day + n))
                .take(MOST)
                .collect())
        };
        let slots = every_slot(first, DAYS, &mut ask).unwrap();
        let starts: Vec<i64> = slots.iter().map(|slot| slot.starts).collect();
        let begin = i64::from(first.epoch_days()) * a_day;
        assert_eq!(
            starts,
            (begin..begin + i64::from(DAYS) * a_day).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_day_that_is_full_by_itself_ends_the_search_all_the_same() {
        let mut ask = |_, _| -> Result<Vec<Slot>, Infallible> {
            Ok((0..500).map(|n| slot("a", n)).collect())
        };
        assert!(
            every_slot("2026-02-24".parse().unwrap(), 2, &mut ask)
                .unwrap()
                .len()
                >= MOST
        );
    }

    #[test]
    fn of_those_free_at_one_time_the_least_busy_is_offered() {
        let slots = vec![
            slot("busy", 0),
            slot("idle", 0),
            slot("idle", 100),
            slot("same", 100),
            slot("same", 200),
        ];
        let spread = spread(slots);
        let who: Vec<_> = spread
            .iter()
            .map(|slot| slot.calendar.id.as_str())
            .collect();
        assert_eq!(who, ["idle", "idle", "same"]);
    }
}

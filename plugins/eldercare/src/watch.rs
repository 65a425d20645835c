//! The watch over a visit: a timer that is due a while after its start and finds out whether somebody checked in.

use crate::record::{ALERTS, Alert, newest_first, unless_locked};
use crate::worker::Workers;
use crate::{notify, state};
use linli_sdk::appointments::{self, Appointment, AppointmentError};
use linli_sdk::records::RecordError;
use linli_sdk::time::MINUTE;
use linli_sdk::{AppointmentRef, FiredTimer, Instant, Lang, context, log, setting, timers};

const KEY: &str = "missed:";

/// Watches a visit that was booked or moved.
pub fn set(visit: &Appointment) {
    set_at(&visit.appointment, visit.slot.starts + grace());
}

fn set_at(visit: &AppointmentRef, due: Instant) {
    if let Err(error) = timers::set_timer(&format!("{KEY}{}", visit.id), due, "") {
        log::write(
            log::Level::Error,
            &format!("a visit is not watched over: {error:?}"),
        );
    }
}

/// Stops watching a visit that was cancelled or begun.
pub fn clear(visit: &AppointmentRef) {
    timers::clear_timer(&format!("{KEY}{}", visit.id));
}

/// Raises the alert if nobody has come. Called again, it finds the visit marked and does nothing.
pub fn fired(timer: &FiredTimer) -> Result<(), String> {
    let Some(id) = timer.key.strip_prefix(KEY) else {
        return Ok(());
    };
    let visit = match appointments::find(&AppointmentRef { id: id.to_owned() }) {
        Ok(visit) => visit,
        Err(AppointmentError::NotFound) => return Ok(()),
        Err(error) => return Err(format!("the visit cannot be read: {error:?}")),
    };
    match step(&visit.state, visit.slot.starts + grace(), context::now()) {
        Step::Nothing => Ok(()),
        Step::Wait(due) => {
            set_at(&visit.appointment, due);
            Ok(())
        }
        Step::Raise => raise(&visit),
    }
}

fn raise(visit: &Appointment) -> Result<(), String> {
    match appointments::mark_missed(&visit.appointment) {
        Ok(_) => {}
        Err(AppointmentError::WrongState(_)) => return Ok(()),
        Err(error) => return Err(format!("the visit cannot be marked as missed: {error:?}")),
    }
    let workers = Workers::load();
    let alert = Alert {
        appointment: visit.appointment.clone(),
        resident: visit.resident.clone(),
        service: visit.service.clone(),
        worker: workers.name(&visit.slot.calendar, Lang::current()),
        starts: visit.slot.starts,
        arrived: None,
        settled: None,
    };
    match ALERTS.create(&key(visit), &alert, Some(&visit.resident)) {
        Ok(_) | Err(RecordError::VersionConflict(_)) => {}
        Err(error) => return Err(format!("the alert cannot be stored: {error:?}")),
    }
    notify::missed(visit, &workers);
    Ok(())
}

/// Notes in its alert that the worker came after all.
pub fn arrived(visit: &Appointment) -> Result<(), RecordError> {
    if let Some(mut alert) = unless_locked(ALERTS.get(&key(visit)))? {
        alert.value.arrived = visit.checked_in;
        ALERTS.update(&alert)?;
    }
    Ok(())
}

/// A missed visit cannot be moved, so its start is as good a key as its id.
fn key(visit: &Appointment) -> String {
    newest_first(visit.slot.starts, &visit.appointment.id)
}

fn grace() -> Instant {
    setting::<Instant>("missed-after-minutes", 15) * MINUTE
}

#[derive(Debug, PartialEq)]
enum Step {
    Nothing,
    /// The visit was moved, or the admin gave workers more time.
    Wait(Instant),
    Raise,
}

fn step(state: &str, due: Instant, now: Instant) -> Step {
    match state {
        state::BOOKED if now < due => Step::Wait(due),
        state::BOOKED => Step::Raise,
        _ => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_visit_that_is_still_booked_when_its_time_is_up_raises_an_alert() {
        assert_eq!(step(state::BOOKED, 100, 100), Step::Raise);
        assert_eq!(step(state::BOOKED, 100, 99), Step::Wait(100));
        for state in [
            state::CHECKED_IN,
            state::COMPLETED,
            state::CANCELLED,
            state::MISSED,
        ] {
            assert_eq!(step(state, 100, 200), Step::Nothing);
        }
    }
}

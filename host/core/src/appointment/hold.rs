//! Slots that are kept for a while: held, confirmed, given up when the time is over.

use super::{AppointmentRefusal, Booking, become_state, find, make, update};
use crate::caller::{Actor, Caller, CallerKind};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{appointment_waiting, calendar};
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::Range;
use linli_domain::{AppointmentId, CalendarId};
use linli_store::appointment::Appointment;
use std::collections::BTreeSet;

/// The most slots that one resident holds at once with one installation.
pub(super) const MAX_HELD: usize = 3;
/// For how many minutes a slot may be held while somebody makes up their mind.
pub const HOLD_MINUTES: std::ops::RangeInclusive<u16> = 5..=10;

/// Keeps a slot for `minutes` ([`HOLD_MINUTES`]) while somebody makes up their mind; [`confirm`] books it.
pub async fn hold(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    booking: Booking,
    minutes: u16,
) -> Result<Appointment> {
    if !HOLD_MINUTES.contains(&minutes) {
        let problem = format!("minutes is {minutes}; it must be 5–10");
        return Err(Refusal::Invalid(problem).into());
    }
    let held = work
        .tx
        .list_held_appointments(booking.resident, service.id(), work.now)
        .await?;
    if held.len() >= MAX_HELD {
        return Err(AppointmentRefusal::TooManyHolds.into());
    }
    let until = work.now.plus_minutes(minutes.into());
    make(work, service, caller, booking, Some(until)).await
}

/// Books what was held for the resident or offered to them.
pub async fn confirm(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
) -> Result<Appointment> {
    let mut appointment = find(work, service, caller, id).await?;
    if caller.kind == CallerKind::Background {
        return Err(Refusal::NotAllowed.into());
    }
    if appointment.state != AppointmentState::Held {
        return Err(Refusal::WrongState(appointment.state).into());
    }
    if !calendar::is_taken(&appointment, work.now) {
        return Err(AppointmentRefusal::HoldLapsed.into());
    }
    appointment.held_until = None;
    appointment.own |= caller.acts_for(appointment.resident_id);
    work.booked.insert(id);
    appointment_waiting::served(work, id).await?;
    become_state(
        work,
        service,
        caller,
        appointment,
        AppointmentState::Booked,
        "",
    )
    .await
}

/// How many are given up by one query.
const LAPSED_AT_ONCE: i64 = 100;

/// Gives up what was held until now on the calendars of at most `limit` such appointments, and offers it to who waits; answers
/// how many calendars those were. For the background.
pub async fn release_lapsed(work: &mut Work, limit: i64) -> Result<usize> {
    let lapsed = work
        .tx
        .list_lapsed_appointments(None, work.now, limit)
        .await?;
    let calendars: BTreeSet<_> = lapsed.iter().map(|held| held.calendar_id).collect();
    for calendar in &calendars {
        appointment_waiting::promote(work, *calendar, Vec::new()).await?;
    }
    Ok(calendars.len())
}

/// Gives up all that was held on a calendar until now; answers when that was. Whoever waits is not offered it yet.
pub(crate) async fn expire(work: &mut Work, calendar: CalendarId) -> Result<Vec<Range>> {
    let mut freed = Vec::new();
    loop {
        let lapsed = work
            .tx
            .list_lapsed_appointments(Some(calendar), work.now, LAPSED_AT_ONCE)
            .await?;
        if lapsed.is_empty() {
            return Ok(freed);
        }
        for appointment in lapsed {
            freed.push(Range::new(appointment.starts, appointment.ends));
            lapse(work, appointment).await?;
        }
    }
}

async fn lapse(work: &mut Work, mut appointment: Appointment) -> Result<()> {
    appointment.state = AppointmentState::Cancelled;
    appointment.held_until = None;
    appointment_waiting::lapsed(work, appointment.id).await?;
    update(work, &Actor::host(), &mut appointment, "lapsed", "").await
}

//! Slots that are kept for a while: held, confirmed, given up when the time is over.

use super::{AppointmentRefusal, Booking, become_state, find, make, update};
use crate::caller::{Actor, Caller, CallerKind};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{appointment_waiting, calendar};
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::Range;
use linli_domain::{AppointmentId, CalendarId, InstallationId};
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

/// Gives up what was held on a calendar until now, and offers it to who waits before anybody else can have it.
pub(super) async fn release_lapsed_of(work: &mut Work, calendar: CalendarId) -> Result<()> {
    let mut freed = Vec::new();
    loop {
        let some = lapse_some(work, calendar, LAPSED_AT_ONCE).await?;
        if some.is_empty() {
            break;
        }
        freed.extend(some);
    }
    // Only once all of them are given up: what the database still counts would stand in the way of an offer.
    for (installation, calendar, range) in freed {
        if let Some(service) = Service::find(work, installation).await? {
            appointment_waiting::promote(work, &service, calendar, range).await?;
        }
    }
    Ok(())
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
        release_lapsed_of(work, *calendar).await?;
    }
    Ok(calendars.len())
}

/// Gives up some of what was held until now; answers whose time it was, and when.
async fn lapse_some(
    work: &mut Work,
    calendar: CalendarId,
    limit: i64,
) -> Result<Vec<(InstallationId, CalendarId, Range)>> {
    let lapsed = work
        .tx
        .list_lapsed_appointments(Some(calendar), work.now, limit)
        .await?;
    let mut freed = Vec::with_capacity(lapsed.len());
    for appointment in lapsed {
        freed.push((
            appointment.installation_id,
            appointment.calendar_id,
            Range::new(appointment.starts, appointment.ends),
        ));
        lapse(work, appointment).await?;
    }
    Ok(freed)
}

async fn lapse(work: &mut Work, mut appointment: Appointment) -> Result<()> {
    appointment.state = AppointmentState::Cancelled;
    appointment.held_until = None;
    appointment_waiting::lapsed(work, appointment.id).await?;
    update(work, &Actor::host(), &mut appointment, "lapsed", "").await
}

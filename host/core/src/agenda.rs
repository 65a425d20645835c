//! What a resident has booked, holds and waits for, of all services and spaces: what the host's own page shows, and what is
//! done there about an appointment of whatever service.

use crate::caller::{Actor, Caller, CallerKind, Office};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{appointment, appointment_waiting, booking, space};
use linli_domain::{AppointmentId, InstallationId, Instant, Locale, Localised, WaitingId};
use linli_store::appointment::Appointment;
use linli_store::appointment_waiting::AppointmentWaiting;
use linli_store::booking::Booking;
use linli_store::space::Space;
use linli_store::waiting::Waiting;

/// The most of each kind.
const MOST: u16 = 100;
/// How many days back what is over is shown.
pub const PAST_DAYS: i64 = 90;

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    /// Appointments, with the service's title, by start.
    pub appointments: Vec<(Appointment, Localised)>,
    /// Bookings with their spaces, by start.
    pub bookings: Vec<(Booking, Space)>,
    /// Days for which they wait, with the service's title and the place in the list; none where a slot was offered.
    pub days: Vec<(AppointmentWaiting, Localised, Option<i64>)>,
    /// Times of spaces for which they wait.
    pub times: Vec<(Waiting, Space)>,
}

/// What is to come of the resident who acts or is acted for, or with `past` what was over in the last 90 days.
pub async fn find(work: &mut Work, actor: &Actor, past: bool) -> Result<Agenda> {
    let resident = actor.subject.ok_or(Refusal::NotAllowed)?;
    let now = work.now;
    let since = if past { now.plus_days(-PAST_DAYS) } else { now };
    let until = if past { now } else { Instant(i64::MAX) };
    let mut agenda = Agenda::default();
    for found in work
        .tx
        .list_agenda(resident, since, until, MOST.into())
        .await?
    {
        let title = title(work, found.installation_id).await?;
        agenda.appointments.push((found, title));
    }
    for found in booking::list_of_resident(work, actor, resident, since, None, MOST).await? {
        let over = found.ends <= now || !found.is_live(now);
        if over == past {
            let space = space::find(work, found.space_id).await?;
            agenda.bookings.push((found, space));
        }
    }
    if past {
        return Ok(agenda);
    }
    let zone = crate::district::zone(work).await?;
    let today = now.to_civil(&zone).date();
    for found in work.tx.list_appointment_waiting_of(resident, today).await? {
        let title = title(work, found.installation_id).await?;
        let place = match found.state.as_str() {
            "waiting" => Some(work.tx.count_appointment_waiting_before(&found).await? + 1),
            _ => None,
        };
        agenda.days.push((found, title, place));
    }
    let party = booking::Party::Resident(resident);
    for found in booking::waiting::list_of(work, actor, party).await? {
        if found.state == linli_domain::booking::WaitingState::Waiting {
            let space = space::find(work, found.space_id).await?;
            agenda.times.push((found, space));
        }
    }
    Ok(agenda)
}

async fn title(work: &mut Work, installation: InstallationId) -> Result<Localised> {
    let service = Service::find(work, installation).await?;
    Ok(service.map_or_else(
        || Localised::new("服务", "Service"),
        |service| service.manifest.title.clone(),
    ))
}

/// Takes an appointment that is held for the resident.
pub async fn confirm(work: &mut Work, actor: &Actor, id: AppointmentId) -> Result<Appointment> {
    let (service, caller) = of_appointment(work, actor, id).await?;
    appointment::confirm(work, &service, &caller, id).await
}

/// Cancels an appointment of the resident, or declines one that was offered.
pub async fn cancel(work: &mut Work, actor: &Actor, id: AppointmentId) -> Result<Appointment> {
    let (service, caller) = of_appointment(work, actor, id).await?;
    appointment::cancel(work, &service, &caller, id, "").await
}

/// Leaves the waiting list of a day.
pub async fn leave(work: &mut Work, actor: &Actor, id: WaitingId) -> Result<()> {
    let absent = Refusal::NotFound("waiting");
    let found = work.tx.find_appointment_waiting(id).await?;
    let found = found.filter(|found| actor.acts_for(found.resident_id));
    let installation = found.ok_or(absent)?.installation_id;
    let (service, caller) = of_service(work, actor, installation).await?;
    appointment_waiting::leave(work, &service, &caller, id).await
}

async fn of_appointment(
    work: &mut Work,
    actor: &Actor,
    id: AppointmentId,
) -> Result<(Service, Caller)> {
    let found = work.tx.find_appointment(id).await?;
    let found = found.filter(|found| actor.acts_for(found.resident_id));
    let installation = found
        .ok_or(Refusal::NotFound("appointment"))?
        .installation_id;
    of_service(work, actor, installation).await
}

async fn of_service(
    work: &mut Work,
    actor: &Actor,
    installation: InstallationId,
) -> Result<(Service, Caller)> {
    let kind = match actor.office {
        Office::Resident => CallerKind::Resident,
        Office::Delegate => CallerKind::Delegate,
        Office::Guardian => CallerKind::Guardian,
        _ => return Err(Refusal::NotAllowed.into()),
    };
    let service = Service::find(work, installation).await?;
    let service = service.ok_or(Refusal::NotFound("service"))?;
    let caller = Caller {
        kind,
        person: actor.person,
        subject: actor.subject,
        role: None,
        locale: Locale::default(),
    };
    Ok((service, caller))
}

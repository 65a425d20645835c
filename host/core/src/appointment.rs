//! Appointments: book, move, cancel, check in and out. No plugin can break their rules.

use crate::caller::{Caller, CallerKind};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{calendar, error::Error};
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::{Range, SlotRules};
use linli_domain::{AppointmentId, CalendarId, Instant, Localised, PersonId};
use linli_store::appointment::{Appointment, AppointmentChange};
use serde_json::json;
use uuid::Uuid;

/// The most appointments of one slice.
pub const MAX_SLICE: u16 = 100;
/// The most open appointments of one resident with one installation.
const MAX_OPEN: usize = 50;
/// How long before the start the holder may check in, in minutes.
const CHECK_IN_EARLY: i64 = 60;

/// What is to be booked.
#[derive(Clone, Debug)]
pub struct Booking {
    /// Whose time.
    pub calendar: CalendarId,
    /// When.
    pub range: Range,
    /// For whom.
    pub resident: PersonId,
    /// The plugin's code for what is done, at most 64 bytes.
    pub service: String,
    /// In words.
    pub title: Localised,
    /// The rules under which the slot was offered.
    pub rules: SlotRules,
}

/// Books an appointment.
pub async fn book(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    booking: Booking,
) -> Result<Appointment> {
    authorise_for(service, caller, work, booking.resident).await?;
    if caller.kind == CallerKind::Background {
        // What nobody asked for would be a basis for reading about somebody.
        return Err(Refusal::NotAllowed.into());
    }
    if booking.service.is_empty() || booking.service.len() > 64 {
        return Err(Refusal::Invalid("service must have 1–64 bytes".to_owned()).into());
    }
    for text in [&booking.title.zh, &booking.title.en] {
        if text.is_empty() || text.len() > 200 {
            return Err(
                Refusal::Invalid("title must have 1–200 bytes in zh-CN and en".to_owned()).into(),
            );
        }
    }
    check_slot(
        work,
        service,
        booking.calendar,
        booking.range,
        booking.rules,
        None,
    )
    .await?;
    let open = work
        .tx
        .list_open_appointments(booking.resident, service.id(), work.now)
        .await?;
    if open.len() >= MAX_OPEN {
        return Err(Refusal::OverBudget("appointments").into());
    }
    let appointment = Appointment {
        id: work.id(),
        calendar_id: booking.calendar,
        installation_id: service.id(),
        resident_id: booking.resident,
        service: booking.service,
        title: booking.title,
        starts: booking.range.starts,
        ends: booking.range.ends,
        state: AppointmentState::Booked,
        checked_in: None,
        checked_out: None,
        sequence: 0,
        own: caller.acts_for(booking.resident),
    };
    work.tx.create_appointment(&appointment).await?;
    work.booked.insert(appointment.id);
    note(work, caller, &appointment, "booked", "").await?;
    Ok(appointment)
}

/// Moves an appointment that is still booked.
pub async fn move_to(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
    calendar: CalendarId,
    range: Range,
    rules: SlotRules,
) -> Result<Appointment> {
    let mut appointment = find(work, service, caller, id).await?;
    if appointment.state != AppointmentState::Booked {
        return Err(Refusal::WrongState(appointment.state).into());
    }
    check_slot(work, service, calendar, range, rules, Some(id)).await?;
    appointment.calendar_id = calendar;
    appointment.starts = range.starts;
    appointment.ends = range.ends;
    update(work, caller, &mut appointment, "moved", "").await?;
    Ok(appointment)
}

/// Cancels an appointment that is still booked.
pub async fn cancel(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
    reason: &str,
) -> Result<Appointment> {
    if reason.len() > 500 {
        return Err(Refusal::Invalid("reason must have at most 500 bytes".to_owned()).into());
    }
    let appointment = find(work, service, caller, id).await?;
    become_state(
        work,
        caller,
        appointment,
        AppointmentState::Cancelled,
        reason,
    )
    .await
}

/// The holder has arrived.
pub async fn check_in(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
) -> Result<Appointment> {
    let mut appointment = find_as_holder(work, service, caller, id).await?;
    if work.now < appointment.starts.plus_minutes(-CHECK_IN_EARLY) || work.now >= appointment.ends {
        return Err(Refusal::SlotNotOffered.into());
    }
    appointment.checked_in = Some(work.now);
    become_state(work, caller, appointment, AppointmentState::CheckedIn, "").await
}

/// The holder has finished.
pub async fn check_out(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
) -> Result<Appointment> {
    let mut appointment = find_as_holder(work, service, caller, id).await?;
    appointment.checked_out = Some(work.now);
    become_state(work, caller, appointment, AppointmentState::Completed, "").await
}

/// Nobody came. Only in the background, and only after the start.
pub async fn mark_missed(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
) -> Result<Appointment> {
    if caller.kind != CallerKind::Background {
        return Err(Refusal::NotAllowed.into());
    }
    let appointment = find(work, service, caller, id).await?;
    if work.now < appointment.starts {
        return Err(Refusal::WrongState(appointment.state).into());
    }
    become_state(work, caller, appointment, AppointmentState::Missed, "").await
}

/// An appointment of this installation that the caller may see: their own or of whom they act for; any for staff and the
/// background.
pub async fn find(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
) -> Result<Appointment> {
    work.tx
        .find_appointment(id)
        .await?
        .filter(|appointment| appointment.installation_id == service.id())
        .filter(|appointment| {
            caller.works_for_organisation() || caller.acts_for(appointment.resident_id)
        })
        .ok_or_else(|| Refusal::NotFound("appointment").into())
}

/// A resident's appointments that end after `since`, by start, after a position.
pub async fn list_of_resident(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    resident: PersonId,
    since: Instant,
    after: Option<(Instant, AppointmentId)>,
    limit: u16,
) -> Result<Vec<Appointment>> {
    authorise_for(service, caller, work, resident).await?;
    let limit = check_limit(limit)?;
    Ok(work
        .tx
        .list_appointments_of_resident(resident, service.id(), since, after.unwrap_or(FIRST), limit)
        .await?)
}

/// A calendar's appointments of this installation that overlap a range. Only for staff and the background.
pub async fn list_of_calendar(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: CalendarId,
    range: Range,
    after: Option<(Instant, AppointmentId)>,
    limit: u16,
) -> Result<Vec<Appointment>> {
    if !caller.works_for_organisation() {
        return Err(Refusal::NotAllowed.into());
    }
    calendar::find(work, service, id).await?;
    let limit = check_limit(limit)?;
    let of = Some(service.id());
    Ok(work
        .tx
        .list_appointments_of_calendar(
            id,
            of,
            range.starts,
            range.ends,
            after.unwrap_or(FIRST),
            limit,
        )
        .await?)
}

const FIRST: (Instant, AppointmentId) = (Instant(i64::MIN), AppointmentId(Uuid::nil()));

fn check_limit(limit: u16) -> Result<i64> {
    if (1..=MAX_SLICE).contains(&limit) {
        Ok(limit.into())
    } else {
        Err(Refusal::Invalid(format!("limit is {limit}; it must be 1–{MAX_SLICE}")).into())
    }
}

/// A resident and who acts for them only name the invocation's subject; staff and the background anyone who is served.
async fn authorise_for(
    service: &Service,
    caller: &Caller,
    work: &mut Work,
    resident: PersonId,
) -> Result<()> {
    if caller.acts_for(resident)
        || (caller.works_for_organisation() && service.serves(work, resident).await?)
    {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

async fn find_as_holder(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: AppointmentId,
) -> Result<Appointment> {
    let appointment = find(work, service, caller, id).await?;
    let calendar = calendar::find(work, service, appointment.calendar_id).await?;
    if caller.kind == CallerKind::Staff && caller.person == Some(calendar.holder_id) {
        Ok(appointment)
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// Whether a slot is offered and free. The database refuses a double booking as well.
async fn check_slot(
    work: &mut Work,
    service: &Service,
    id: CalendarId,
    range: Range,
    rules: SlotRules,
    except: Option<AppointmentId>,
) -> Result<()> {
    calendar::find(work, service, id).await?;
    if range.starts >= range.ends
        || range.minutes() != i64::from(rules.minutes)
        || range.starts < work.now
    {
        return Err(Refusal::SlotNotOffered.into());
    }
    let day = range.starts.to_civil(&service.zone).date();
    let free = calendar::free_slots_of(work, service, id, day, 1, rules, except).await?;
    if free.contains(&range) {
        return Ok(());
    }
    // Taken or never offered? The same search without what is taken tells.
    let taken = work
        .tx
        .list_appointments_of_calendar(id, None, range.starts, range.ends, FIRST, 100)
        .await?;
    let taken = taken
        .iter()
        .any(|other| other.state.is_live() && Some(other.id) != except);
    Err(if taken {
        Refusal::SlotTaken
    } else {
        Refusal::SlotNotOffered
    }
    .into())
}

async fn become_state(
    work: &mut Work,
    caller: &Caller,
    mut appointment: Appointment,
    state: AppointmentState,
    reason: &str,
) -> Result<Appointment> {
    if !appointment.state.may_become(state) {
        return Err(Error::from(Refusal::WrongState(appointment.state)));
    }
    appointment.state = state;
    update(work, caller, &mut appointment, state.code(), reason).await?;
    Ok(appointment)
}

async fn update(
    work: &mut Work,
    caller: &Caller,
    appointment: &mut Appointment,
    change: &str,
    reason: &str,
) -> Result<()> {
    appointment.sequence += 1;
    work.tx.update_appointment(appointment).await?;
    note(work, caller, appointment, change, reason).await
}

async fn note(
    work: &mut Work,
    caller: &Caller,
    appointment: &Appointment,
    change: &str,
    reason: &str,
) -> Result<()> {
    let line = AppointmentChange {
        id: work.id(),
        appointment_id: appointment.id,
        at: work.now,
        actor_id: caller.person,
        change: change.to_owned(),
        starts: appointment.starts,
        ends: appointment.ends,
        calendar_id: appointment.calendar_id,
        note: reason.to_owned(),
    };
    work.tx.create_appointment_change(&line).await?;
    let detail = json!({ "sequence": appointment.sequence, "as": format!("{:?}", caller.kind) });
    work.audit(
        caller.person,
        Some(appointment.resident_id),
        &format!("appointment.{change}"),
        appointment.id,
        detail,
    )
    .await
}

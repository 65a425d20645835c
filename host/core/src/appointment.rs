//! Appointments: book, move, cancel, check in and out. No plugin can break their rules.

mod any;
mod hold;
mod refusal;

pub use any::book_any;
pub(crate) use hold::expire;
pub use hold::{HOLD_MINUTES, confirm, hold, release_lapsed};
pub use refusal::AppointmentRefusal;

use crate::caller::{Actor, Caller, CallerKind};
use crate::error::{Error, Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{appointment_waiting, calendar};
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::{self, Range, SlotRules};
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
    make(work, service, caller, booking, None).await
}

/// Makes an appointment that is booked, or held until an instant.
async fn make(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    booking: Booking,
    held_until: Option<Instant>,
) -> Result<Appointment> {
    authorise_for(service, caller, work, booking.resident).await?;
    if caller.kind == CallerKind::Background {
        // What nobody asked for would be a basis for reading about somebody.
        return Err(Refusal::NotAllowed.into());
    }
    check_words(&booking.service, &booking.title)?;
    let Booking {
        calendar, range, ..
    } = booking;
    appointment_waiting::promote(work, calendar, Vec::new()).await?;
    check_slot(work, service, calendar, range, booking.rules, None).await?;
    let open = work
        .tx
        .list_open_appointments(booking.resident, service.id(), work.now)
        .await?;
    if open.len() >= MAX_OPEN {
        return Err(Refusal::OverBudget("appointments").into());
    }
    let appointment = Appointment {
        id: work.id(),
        calendar_id: calendar,
        installation_id: service.id(),
        resident_id: booking.resident,
        service: booking.service,
        title: booking.title,
        starts: range.starts,
        ends: range.ends,
        state: match held_until {
            Some(_) => AppointmentState::Held,
            None => AppointmentState::Booked,
        },
        checked_in: None,
        checked_out: None,
        sequence: 0,
        own: caller.acts_for(booking.resident),
        held_until,
    };
    work.tx.create_appointment(&appointment).await?;
    work.booked.insert(appointment.id);
    let change = appointment.state.code();
    note(work, &caller.actor(service), &appointment, change, "").await?;
    Ok(appointment)
}

/// Checks a plugin's code of a service and its title.
pub(crate) fn check_words(service: &str, title: &Localised) -> Result<()> {
    if service.is_empty() || service.len() > 64 {
        return Err(Refusal::Invalid("service must have 1–64 bytes".to_owned()).into());
    }
    for text in [&title.zh, &title.en] {
        if text.is_empty() || text.len() > 200 {
            return Err(
                Refusal::Invalid("title must have 1–200 bytes in zh-CN and en".to_owned()).into(),
            );
        }
    }
    Ok(())
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
    appointment_waiting::promote(work, calendar, Vec::new()).await?;
    check_slot(work, service, calendar, range, rules, Some(id)).await?;
    let left = (
        appointment.calendar_id,
        Range::new(appointment.starts, appointment.ends),
    );
    appointment.calendar_id = calendar;
    appointment.starts = range.starts;
    appointment.ends = range.ends;
    let actor = caller.actor(service);
    update(work, &actor, &mut appointment, "moved", "").await?;
    appointment_waiting::promote(work, left.0, vec![left.1]).await?;
    Ok(appointment)
}

/// Cancels an appointment that is still booked or held; what becomes free is offered to who waits.
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
    let mut appointment = find(work, service, caller, id).await?;
    appointment.held_until = None;
    let cancelled = AppointmentState::Cancelled;
    let appointment = become_state(work, service, caller, appointment, cancelled, reason).await?;
    appointment_waiting::lapsed(work, id).await?;
    let range = Range::new(appointment.starts, appointment.ends);
    appointment_waiting::promote(work, appointment.calendar_id, vec![range]).await?;
    Ok(appointment)
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
    become_state(
        work,
        service,
        caller,
        appointment,
        AppointmentState::CheckedIn,
        "",
    )
    .await
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
    become_state(
        work,
        service,
        caller,
        appointment,
        AppointmentState::Completed,
        "",
    )
    .await
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
    become_state(
        work,
        service,
        caller,
        appointment,
        AppointmentState::Missed,
        "",
    )
    .await
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
    // A service's calendar is held by nobody: any staff of its organisation receive there.
    let receives = calendar.holder_id.is_none() || caller.person == calendar.holder_id;
    if caller.kind == CallerKind::Staff && receives {
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
    let calendar = calendar::find(work, service, id).await?;
    if range.starts >= range.ends
        || range.minutes() != i64::from(rules.minutes)
        || range.starts < work.now
    {
        return Err(Refusal::SlotNotOffered.into());
    }
    let day = range.starts.to_civil(&service.zone).date();
    let free = calendar::free_slots_of(work, service, &calendar, day, 1, rules, except).await?;
    if free.contains(&range) {
        return Ok(());
    }
    // Taken or never offered? What runs at the same time tells.
    let others = work
        .tx
        .list_appointments_of_calendar(id, None, range.starts, range.ends, FIRST, 1_000)
        .await?;
    let others: Vec<_> = others
        .iter()
        .filter(|other| calendar::is_taken(other, work.now) && Some(other.id) != except)
        .map(|other| Range::new(other.starts, other.ends))
        .collect();
    let most = i64::try_from(slot::most_at_once(range, &others)).unwrap_or(i64::MAX);
    Err(if most >= calendar.capacity {
        Refusal::SlotTaken
    } else {
        Refusal::SlotNotOffered
    }
    .into())
}

async fn become_state(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    mut appointment: Appointment,
    state: AppointmentState,
    reason: &str,
) -> Result<Appointment> {
    if !appointment.state.may_become(state) {
        return Err(Error::from(Refusal::WrongState(appointment.state)));
    }
    appointment.state = state;
    let actor = caller.actor(service);
    update(work, &actor, &mut appointment, state.code(), reason).await?;
    Ok(appointment)
}

async fn update(
    work: &mut Work,
    actor: &Actor,
    appointment: &mut Appointment,
    change: &str,
    reason: &str,
) -> Result<()> {
    appointment.sequence += 1;
    work.tx.update_appointment(appointment).await?;
    note(work, actor, appointment, change, reason).await
}

/// Adds a line to the history and to the audit.
pub(crate) async fn note(
    work: &mut Work,
    actor: &Actor,
    appointment: &Appointment,
    change: &str,
    reason: &str,
) -> Result<()> {
    let line = AppointmentChange {
        id: work.id(),
        appointment_id: appointment.id,
        at: work.now,
        actor_id: actor.person,
        change: change.to_owned(),
        starts: appointment.starts,
        ends: appointment.ends,
        calendar_id: appointment.calendar_id,
        note: reason.to_owned(),
    };
    work.tx.create_appointment_change(&line).await?;
    let subject = Some(appointment.resident_id);
    let action = format!("appointment.{change}");
    let detail = json!({ "sequence": appointment.sequence });
    work.audit_act(actor, subject, &action, appointment.id, detail)
        .await
}

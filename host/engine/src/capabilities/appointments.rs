//! `linli:host/appointments` over [`linli_core::appointment`].

use super::calendars::{calendar_id, civil_of, rules_of, slot_of};
use super::operation::{self, Answer as Operation, id_of as id_in, operation};
use crate::bindings::linli::host::appointments::{
    Appointment, AppointmentError, AppointmentsSlice, Booking, Host, SlotRules, WaitingRef, Wish,
};
use crate::bindings::linli::host::types::{
    AppointmentRef, CalendarRef, Cursor, PersonRef, Slot, Translation,
};
use crate::call::{Call, Unit, answer, check_text, host_call, instant_of};
use crate::trap::HostTrap;
use linli_core::store::appointment::Appointment as Row;
use linli_core::{Refusal, appointment, appointment_waiting};
use linli_domain::slot::Range;
use linli_domain::{AppointmentId, CalendarId, Instant, Locale, Localised, PersonId};

type Answer<T> = wasmtime::Result<Result<T, AppointmentError>>;

fn error_of(refusal: &Refusal) -> Option<AppointmentError> {
    Some(match refusal {
        Refusal::NotFound(_) => AppointmentError::NotFound,
        Refusal::NotAllowed => AppointmentError::NotAllowed,
        Refusal::SlotTaken => AppointmentError::SlotTaken,
        Refusal::SlotNotOffered => AppointmentError::NotOffered,
        Refusal::WrongState(state) => AppointmentError::WrongState(state.code().to_owned()),
        Refusal::Invalid(problem) => AppointmentError::Invalid(problem.clone()),
        other => AppointmentError::Invalid(other.message().en),
    })
}

fn id_of(reference: &AppointmentRef) -> Result<AppointmentId, AppointmentError> {
    reference.id.parse().map_err(|_| AppointmentError::NotFound)
}

fn bounded(what: &str, at: i64) -> Result<Instant, AppointmentError> {
    instant_of(what, at).map_err(AppointmentError::Invalid)
}

fn range_of(what: [&str; 2], starts: i64, ends: i64) -> Result<Range, AppointmentError> {
    Ok(Range::new(
        bounded(what[0], starts)?,
        bounded(what[1], ends)?,
    ))
}

const SLOT: [&str; 2] = ["slot.starts", "slot.ends"];

/// The text in both languages; one stands in for the other where only one is given.
pub(super) fn localised_of(text: Vec<Translation>) -> Option<Localised> {
    let mut found: [Option<String>; 2] = [None, None];
    for translation in text {
        match Locale::from_tag(&translation.language) {
            Some(Locale::ZhCn) => found[0] = Some(translation.text),
            Some(Locale::En) => found[1] = Some(translation.text),
            None => {}
        }
    }
    match found {
        [Some(zh), Some(en)] => Some(Localised { zh, en }),
        [Some(text), None] | [None, Some(text)] => Some(Localised {
            zh: text.clone(),
            en: text,
        }),
        [None, None] => None,
    }
}

fn shown(unit: &Unit<'_>, row: Row) -> Result<Appointment, HostTrap> {
    Ok(Appointment {
        appointment: AppointmentRef {
            id: row.id.to_string(),
        },
        slot: slot_of(row.calendar_id, Range::new(row.starts, row.ends)),
        resident: PersonRef {
            id: unit.service.reference(unit.work, row.resident_id)?,
        },
        service: row.service,
        title: row.title.get(unit.caller.locale).to_owned(),
        state: row.state.code().to_owned(),
        checked_in: row.checked_in.map(|at| at.0),
        checked_out: row.checked_out.map(|at| at.0),
        sequence: u32::try_from(row.sequence).unwrap_or_default(),
    })
}

fn one(
    function: &'static str,
    unit: &Unit<'_>,
    row: linli_core::Result<Row>,
) -> Answer<Appointment> {
    Ok(match answer(function, row, error_of)? {
        Ok(row) => Ok(shown(unit, row)?),
        Err(error) => Err(error),
    })
}

/// Whom a reference names, for this installation.
async fn open(function: &'static str, unit: &mut Unit<'_>, person: &PersonRef) -> Answer<PersonId> {
    let person = unit.service.open_reference(unit.work, &person.id).await;
    answer(function, person, error_of)
}

/// What a cursor is bound to: this installation, this actor and this list.
pub(super) fn list_of(unit: &Unit<'_>, list: &str) -> String {
    let actor = unit
        .caller
        .person
        .map(|person| person.to_string())
        .unwrap_or_default();
    format!("{}\0{actor}\0{list}", unit.service.id())
}

fn open_cursor(
    unit: &Unit<'_>,
    list: &str,
    after: Option<Cursor>,
) -> Result<Option<(Instant, AppointmentId)>, AppointmentError> {
    let Some(after) = after else { return Ok(None) };
    let position = unit
        .work
        .references
        .open_cursor(&list_of(unit, list), &after.id);
    let position = position
        .as_deref()
        .and_then(|position| position.split_once(' '));
    position
        .and_then(|(at, id)| Some((Instant(at.parse().ok()?), id.parse().ok()?)))
        .map(Some)
        .ok_or_else(|| AppointmentError::Invalid("after is no cursor of this list".to_owned()))
}

fn slice(
    unit: &Unit<'_>,
    list: &str,
    limit: u16,
    rows: Vec<Row>,
) -> Result<AppointmentsSlice, HostTrap> {
    let next = rows
        .last()
        .filter(|_| rows.len() >= usize::from(limit))
        .and_then(|last| {
            unit.work.references.seal_cursor(
                &list_of(unit, list),
                &format!("{} {}", last.starts.0, last.id),
            )
        });
    let items = rows
        .into_iter()
        .map(|row| shown(unit, row))
        .collect::<Result<_, _>>()?;
    Ok(AppointmentsSlice {
        items,
        next: next.map(|id| Cursor { id }),
    })
}

/// What comes from people in a booking.
fn texts(booking: &Booking) -> impl Iterator<Item = &str> {
    let titles = booking.title.iter().map(|title| title.text.as_str());
    titles.chain([booking.service.as_str()])
}

/// A booking of the contract, with a calendar.
async fn booking_of(
    unit: &mut Unit<'_>,
    booking: Booking,
    calendar: CalendarId,
) -> linli_core::Result<appointment::Booking> {
    let no_title = || Refusal::Invalid("title is in neither zh-CN nor en".to_owned());
    Ok(appointment::Booking {
        calendar,
        range: Range::new(
            operation::instant("slot.starts", booking.slot.starts)?,
            operation::instant("slot.ends", booking.slot.ends)?,
        ),
        resident: operation::open(unit, &booking.resident).await?,
        service: booking.service,
        title: localised_of(booking.title).ok_or_else(no_title)?,
        rules: rules_of(booking.rules),
    })
}

fn shown_of(unit: &Unit<'_>, row: Row) -> linli_core::Result<Appointment> {
    shown(unit, row).map_err(|_| linli_core::Error::Internal("cannot make a reference".to_owned()))
}

/// The answer of a call, or the contract's error as the call's answer.
macro_rules! ok {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Ok(Err(error)),
        }
    };
}

impl Host for Call {
    async fn book(&mut self, booking: Booking) -> Answer<Appointment> {
        host_call!(self, "appointments.book", {
            self.writes("appointments.book")?;
            let titles = booking.title.iter().map(|title| title.text.as_str());
            check_text(
                "appointments.book",
                titles.chain([booking.service.as_str()]),
            )?;
            let calendar =
                ok!(calendar_id(&booking.slot.calendar).ok_or(AppointmentError::NotFound));
            let range = ok!(range_of(SLOT, booking.slot.starts, booking.slot.ends));
            let no_title =
                || AppointmentError::Invalid("title is in neither zh-CN nor en".to_owned());
            let title = ok!(localised_of(booking.title).ok_or_else(no_title));
            let mut unit = self.unit().await?;
            let resident = ok!(open("appointments.book", &mut unit, &booking.resident).await?);
            let booking = appointment::Booking {
                calendar,
                range,
                resident,
                service: booking.service,
                title,
                rules: rules_of(booking.rules),
            };
            let row = appointment::book(unit.work, unit.service, unit.caller, booking).await;
            one("appointments.book", &unit, row)
        })
    }

    async fn book_any(
        &mut self,
        calendars: Vec<CalendarRef>,
        booking: Booking,
    ) -> Operation<Appointment> {
        check_text("appointments.book-any", texts(&booking))?;
        operation!(self, "appointments.book-any", writes, [], |unit| {
            let ids = calendars
                .iter()
                // One too many is enough for the operation to refuse it.
                .take(linli_core::calendar::MAX_CALENDARS + 1)
                .map(|calendar| id_in(&calendar.id, "calendar"))
                .collect::<linli_core::Result<Vec<_>>>()?;
            let none = || Refusal::Invalid("0 calendars; it must be 1–20".to_owned());
            let first = *ids.first().ok_or_else(none)?;
            let booking = booking_of(unit, booking, first).await?;
            let row =
                appointment::book_any(unit.work, unit.service, unit.caller, &ids, booking).await?;
            shown_of(unit, row)
        })
    }

    async fn hold(&mut self, booking: Booking, minutes: u16) -> Operation<Appointment> {
        check_text("appointments.hold", texts(&booking))?;
        operation!(self, "appointments.hold", writes, [], |unit| {
            let calendar = id_in(&booking.slot.calendar.id, "calendar")?;
            let booking = booking_of(unit, booking, calendar).await?;
            let row =
                appointment::hold(unit.work, unit.service, unit.caller, booking, minutes).await?;
            shown_of(unit, row)
        })
    }

    async fn confirm(&mut self, appointment: AppointmentRef) -> Operation<Appointment> {
        operation!(self, "appointments.confirm", writes, [], |unit| {
            let id = id_in(&appointment.id, "appointment")?;
            let row = appointment::confirm(unit.work, unit.service, unit.caller, id).await?;
            shown_of(unit, row)
        })
    }

    async fn join_waiting(&mut self, wish: Wish) -> Operation<WaitingRef> {
        let titles = wish.title.iter().map(|title| title.text.as_str());
        check_text(
            "appointments.join-waiting",
            titles.chain([wish.service.as_str()]),
        )?;
        operation!(self, "appointments.join-waiting", writes, [], |unit| {
            let invalid = |problem: &str| Refusal::Invalid(problem.to_owned());
            let wish = appointment_waiting::Wish {
                resident: operation::open(unit, &wish.resident).await?,
                calendar: id_in(&wish.calendar.id, "calendar")?,
                any: wish.any,
                service: wish.service,
                title: localised_of(wish.title)
                    .ok_or_else(|| invalid("title is in neither zh-CN nor en"))?,
                day: civil_of(wish.day).ok_or_else(|| invalid("day is no day of the calendar"))?,
                rules: rules_of(wish.rules),
            };
            let id = appointment_waiting::join(unit.work, unit.service, unit.caller, wish).await?;
            Ok(WaitingRef { id: id.to_string() })
        })
    }

    async fn leave_waiting(&mut self, waiting: WaitingRef) -> Operation<()> {
        operation!(self, "appointments.leave-waiting", writes, [], |unit| {
            let id = id_in(&waiting.id, "waiting")?;
            appointment_waiting::leave(unit.work, unit.service, unit.caller, id).await
        })
    }

    async fn waiting_position(&mut self, waiting: WaitingRef) -> Operation<Option<u32>> {
        operation!(self, "appointments.waiting-position", reads, [], |unit| {
            let id = id_in(&waiting.id, "waiting")?;
            let position =
                appointment_waiting::position(unit.work, unit.service, unit.caller, id).await?;
            Ok(position.map(operation::count))
        })
    }

    async fn move_to(
        &mut self,
        appointment: AppointmentRef,
        slot: Slot,
        rules: SlotRules,
    ) -> Answer<Appointment> {
        host_call!(self, "appointments.move-to", {
            self.writes("appointments.move-to")?;
            let id = ok!(id_of(&appointment));
            let calendar = ok!(calendar_id(&slot.calendar).ok_or(AppointmentError::NotFound));
            let range = ok!(range_of(SLOT, slot.starts, slot.ends));
            let unit = self.unit().await?;
            let rules = rules_of(rules);
            let row = appointment::move_to(
                unit.work,
                unit.service,
                unit.caller,
                id,
                calendar,
                range,
                rules,
            )
            .await;
            one("appointments.move-to", &unit, row)
        })
    }

    async fn cancel(&mut self, appointment: AppointmentRef, reason: String) -> Answer<Appointment> {
        host_call!(self, "appointments.cancel", {
            self.writes("appointments.cancel")?;
            check_text("appointments.cancel", [reason.as_str()])?;
            let id = ok!(id_of(&appointment));
            let unit = self.unit().await?;
            let row = appointment::cancel(unit.work, unit.service, unit.caller, id, &reason).await;
            one("appointments.cancel", &unit, row)
        })
    }

    async fn check_in(&mut self, appointment: AppointmentRef) -> Answer<Appointment> {
        host_call!(self, "appointments.check-in", {
            self.writes("appointments.check-in")?;
            let id = ok!(id_of(&appointment));
            let unit = self.unit().await?;
            let row = appointment::check_in(unit.work, unit.service, unit.caller, id).await;
            one("appointments.check-in", &unit, row)
        })
    }

    async fn check_out(&mut self, appointment: AppointmentRef) -> Answer<Appointment> {
        host_call!(self, "appointments.check-out", {
            self.writes("appointments.check-out")?;
            let id = ok!(id_of(&appointment));
            let unit = self.unit().await?;
            let row = appointment::check_out(unit.work, unit.service, unit.caller, id).await;
            one("appointments.check-out", &unit, row)
        })
    }

    async fn mark_missed(&mut self, appointment: AppointmentRef) -> Answer<Appointment> {
        host_call!(self, "appointments.mark-missed", {
            self.writes("appointments.mark-missed")?;
            let id = ok!(id_of(&appointment));
            let unit = self.unit().await?;
            let row = appointment::mark_missed(unit.work, unit.service, unit.caller, id).await;
            one("appointments.mark-missed", &unit, row)
        })
    }

    async fn find(&mut self, appointment: AppointmentRef) -> Answer<Appointment> {
        host_call!(self, "appointments.find", {
            let id = ok!(id_of(&appointment));
            let unit = self.unit().await?;
            let row = appointment::find(unit.work, unit.service, unit.caller, id).await;
            one("appointments.find", &unit, row)
        })
    }

    async fn list_of_resident(
        &mut self,
        resident: PersonRef,
        since: i64,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<AppointmentsSlice> {
        host_call!(self, "appointments.list-of-resident", {
            let ends_after = ok!(bounded("since", since));
            let mut unit = self.unit().await?;
            let resident = ok!(open("appointments.list-of-resident", &mut unit, &resident).await?);
            let list = format!("appointments of {resident} since {since}");
            let after = ok!(open_cursor(&unit, &list, after));
            let rows = appointment::list_of_resident(
                unit.work,
                unit.service,
                unit.caller,
                resident,
                ends_after,
                after,
                limit,
            )
            .await;
            let rows = ok!(answer("appointments.list-of-resident", rows, error_of)?);
            Ok(Ok(slice(&unit, &list, limit, rows)?))
        })
    }

    async fn list_of_calendar(
        &mut self,
        calendar: CalendarRef,
        from: i64,
        to: i64,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<AppointmentsSlice> {
        host_call!(self, "appointments.list-of-calendar", {
            let range = ok!(range_of(["from", "to"], from, to));
            let id = ok!(calendar_id(&calendar).ok_or(AppointmentError::NotFound));
            let unit = self.unit().await?;
            let list = format!("appointments in {id} from {from} to {to}");
            let after = ok!(open_cursor(&unit, &list, after));
            let rows = appointment::list_of_calendar(
                unit.work,
                unit.service,
                unit.caller,
                id,
                range,
                after,
                limit,
            )
            .await;
            let rows = ok!(answer("appointments.list-of-calendar", rows, error_of)?);
            Ok(Ok(slice(&unit, &list, limit, rows)?))
        })
    }
}

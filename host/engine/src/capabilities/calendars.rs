//! `linli:host/calendars` over [`linli_core::calendar`].

use super::operation::{Answer as Operation, instant, operation};
use crate::bindings::linli::host::calendars::{Calendar, Host, SlotRules, SlotsError};
use crate::bindings::linli::host::types::{CalendarRef, Date, PersonRef, Slot};
use crate::call::{Call, Unit, answer, host_call};
use crate::trap::HostTrap;
use linli_core::store::calendar::Calendar as Row;
use linli_core::{Refusal, calendar};
use linli_domain::{CalendarId, slot};

/// A day of the contract.
pub(super) fn date_of(day: jiff::civil::Date) -> Date {
    Date {
        year: day.year(),
        month: day.month().unsigned_abs(),
        day: day.day().unsigned_abs(),
    }
}

/// A day of the calendar, if there is such a day.
pub(super) fn civil_of(day: Date) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(
        day.year,
        i8::try_from(day.month).ok()?,
        i8::try_from(day.day).ok()?,
    )
    .ok()
}

/// The calendar that a reference names.
pub(super) fn calendar_id(reference: &CalendarRef) -> Option<CalendarId> {
    reference.id.parse().ok()
}

pub(super) fn rules_of(rules: SlotRules) -> slot::SlotRules {
    slot::SlotRules {
        minutes: rules.minutes,
        buffer_minutes: rules.buffer_minutes,
        notice_minutes: rules.notice_minutes,
        horizon_days: None,
    }
}

pub(super) fn slot_of(calendar: CalendarId, range: slot::Range) -> Slot {
    Slot {
        calendar: CalendarRef {
            id: calendar.to_string(),
        },
        starts: range.starts.0,
        ends: range.ends.0,
    }
}

/// A calendar as the contract knows it: one that somebody holds.
fn shown(unit: &Unit<'_>, row: Row) -> Result<Option<Calendar>, HostTrap> {
    let Some(holder) = row.holder_id else {
        return Ok(None);
    };
    Ok(Some(Calendar {
        calendar: CalendarRef {
            id: row.id.to_string(),
        },
        holder: PersonRef {
            id: unit.service.reference(unit.work, holder)?,
        },
        title: row.title,
        role: row.role,
    }))
}

impl Host for Call {
    async fn list_calendars(&mut self, role: Option<String>) -> wasmtime::Result<Vec<Calendar>> {
        host_call!(self, "calendars.list-calendars", {
            let unit = self.unit().await?;
            let rows = calendar::list(unit.work, unit.service, role.as_deref())
                .await
                .map_err(HostTrap::from)?;
            Ok(rows
                .into_iter()
                .filter_map(|row| shown(&unit, row).transpose())
                .collect::<Result<_, _>>()?)
        })
    }

    async fn on_duty(&mut self, role: Option<String>, at: i64) -> Operation<Vec<Calendar>> {
        operation!(self, "calendars.on-duty", reads, [], |unit| {
            let at = instant("at", at)?;
            let rows = calendar::on_duty(unit.work, unit.service, role.as_deref(), at).await?;
            let shown = rows
                .into_iter()
                .filter_map(|row| shown(unit, row).transpose());
            shown.collect::<Result<_, _>>().map_err(|_: HostTrap| {
                linli_core::Error::Internal("cannot make a reference".to_owned())
            })
        })
    }

    async fn own_calendar(&mut self) -> wasmtime::Result<Option<Calendar>> {
        host_call!(self, "calendars.own-calendar", {
            let unit = self.unit().await?;
            let row = calendar::own(unit.work, unit.service, unit.caller)
                .await
                .map_err(HostTrap::from)?;
            Ok(row.map(|row| shown(&unit, row)).transpose()?.flatten())
        })
    }

    async fn free_slots(
        &mut self,
        calendars: Vec<CalendarRef>,
        from: Date,
        days: u8,
        rules: SlotRules,
    ) -> wasmtime::Result<Result<Vec<Slot>, SlotsError>> {
        host_call!(self, "calendars.free-slots", {
            let mut ids = Vec::with_capacity(calendars.len());
            for calendar in calendars {
                match calendar_id(&calendar) {
                    Some(id) if ids.contains(&id) => {}
                    // One too many is enough for the operation to refuse it.
                    Some(_) if ids.len() > calendar::MAX_CALENDARS => {}
                    Some(id) => ids.push(id),
                    None => return Ok(Err(SlotsError::NotFound(calendar))),
                }
            }
            let Some(from) = civil_of(from) else {
                return Ok(Err(SlotsError::Invalid(
                    "from is no day of the calendar".to_owned(),
                )));
            };
            let unit = self.unit().await?;
            for id in &ids {
                // Which of them is unknown, the operation's refusal does not say.
                let found = calendar::find(unit.work, unit.service, *id).await;
                let not_found = || SlotsError::NotFound(CalendarRef { id: id.to_string() });
                if let Err(error) = answer("calendars.free-slots", found, |_| Some(not_found()))? {
                    return Ok(Err(error));
                }
            }
            let rules = rules_of(rules);
            let slots =
                calendar::free_slots(unit.work, unit.service, &ids, from, days, rules, None).await;
            let slots = answer("calendars.free-slots", slots, |refusal| match refusal {
                Refusal::Invalid(problem) => Some(SlotsError::Invalid(problem.clone())),
                _ => None,
            })?;
            Ok(slots.map(|slots| {
                slots
                    .into_iter()
                    .map(|(calendar, range)| slot_of(calendar, range))
                    .collect()
            }))
        })
    }
}

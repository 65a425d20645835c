//! Working calendars: who serves, when they are free.

mod keep;

pub use keep::{
    add_hours, create, open, put_day, put_hours, remove_day, remove_hours, set_capacity,
};

use crate::caller::{Caller, CallerKind};
use crate::error::{Refusal, Result};
use crate::holiday;
use crate::service::Service;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::holiday::{Holidays, SpecialDays};
use linli_domain::slot::{self, Range, SlotError, SlotRules, WorkingHours};
use linli_domain::working_time::WorkingTime;
use linli_domain::{AppointmentId, CalendarId, Instant};
use linli_store::appointment::Appointment;
use linli_store::calendar::Calendar;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most calendars of one search.
pub const MAX_CALENDARS: usize = 20;
/// How many years from today a search may begin, and how many years from today working hours may begin.
pub const MAX_SEARCH_YEARS: i16 = 2;
const MAX_HOURS_YEARS: i16 = 10;
/// The most rules of working hours of one calendar.
pub const MAX_RULES: usize = 50;

/// The calendars of the service's organisation in its community, of one role or of all.
pub async fn list(work: &mut Work, service: &Service, role: Option<&str>) -> Result<Vec<Calendar>> {
    let mut calendars = work
        .tx
        .list_calendars(service.organisation.id, service.community.id)
        .await?;
    calendars.retain(|calendar| role.is_none_or(|role| role == calendar.role));
    Ok(calendars)
}

/// The caller's own calendar there, if they are staff and have one.
pub async fn own(work: &mut Work, service: &Service, caller: &Caller) -> Result<Option<Calendar>> {
    if caller.kind != CallerKind::Staff {
        return Ok(None);
    }
    let mine = list(work, service, caller.role.as_deref()).await?;
    Ok(mine
        .into_iter()
        .find(|calendar| calendar.holder_id.is_some() && calendar.holder_id == caller.person))
}

/// A calendar of the service's organisation in its community.
pub async fn find(work: &mut Work, service: &Service, id: CalendarId) -> Result<Calendar> {
    work.tx
        .find_calendar(id)
        .await?
        .filter(|calendar| {
            calendar.organisation_id == service.organisation.id
                && calendar.community_id == service.community.id
        })
        .ok_or_else(|| Refusal::NotFound("calendar").into())
}

/// Free slots of several calendars, each counted once, by start and then in the order of the calendars; at most
/// [`slot::MAX_SLOTS`]. The appointment `except`, which is to be moved, does not count as taken.
pub async fn free_slots(
    work: &mut Work,
    service: &Service,
    calendars: &[CalendarId],
    from: Date,
    days: u8,
    rules: SlotRules,
    except: Option<AppointmentId>,
) -> Result<Vec<(CalendarId, Range)>> {
    let mut seen = BTreeSet::new();
    let calendars: Vec<_> = calendars.iter().filter(|id| seen.insert(**id)).collect();
    if calendars.len() > MAX_CALENDARS {
        return Err(Refusal::Invalid(format!(
            "{} calendars; at most {MAX_CALENDARS}",
            calendars.len()
        ))
        .into());
    }
    let mut slots = Vec::new();
    for id in calendars {
        let calendar = find(work, service, *id).await?;
        slots.extend(
            free_slots_of(work, service, &calendar, from, days, rules, except)
                .await?
                .into_iter()
                .map(|slot| (*id, slot)),
        );
    }
    slots.sort_by_key(|(_, slot)| slot.starts);
    slots.truncate(slot::MAX_SLOTS);
    Ok(slots)
}

/// Free slots of one calendar; the appointment `except` does not count as taken.
pub(crate) async fn free_slots_of(
    work: &mut Work,
    service: &Service,
    calendar: &Calendar,
    from: Date,
    days: u8,
    rules: SlotRules,
    except: Option<AppointmentId>,
) -> Result<Vec<Range>> {
    if !is_within_years(work, service, from, MAX_SEARCH_YEARS) {
        return Err(Refusal::Invalid(format!(
            "from is {from}; it must be within {MAX_SEARCH_YEARS} years of today"
        ))
        .into());
    }
    let outside = || Refusal::Invalid(format!("the day {from} is outside the calendar"));
    let first = from.yesterday().map_err(|_| outside())?;
    let last = from
        .checked_add(jiff::Span::new().days(i64::from(days) + 1))
        .map_err(|_| outside())?;
    let instant = |day: Date| Instant::from_civil(day.at(0, 0, 0, 0), &service.zone);
    let (Some(starts), Some(ends)) = (instant(first), instant(last)) else {
        return Err(outside().into());
    };
    let busy = busy(work, calendar.id, Range::new(starts, ends), except).await?;
    let time = working_time(work, service, calendar.id, first, last).await?;
    let capacity = u16::try_from(calendar.capacity).unwrap_or(1);
    slot::free_slots(&time, from, days, rules, &busy, capacity, work.now).map_err(refuse)
}

/// When a calendar's work is done, as far as the half-open range of days tells: rules, holidays, days of their own.
async fn working_time(
    work: &mut Work,
    service: &Service,
    id: CalendarId,
    from: Date,
    to: Date,
) -> Result<WorkingTime> {
    let hours = hours(work, id).await?;
    let observes = hours
        .iter()
        .any(|hours| hours.holidays == Holidays::Observe);
    let special = if observes {
        holiday::special_days(work, from, to).await?
    } else {
        SpecialDays::new()
    };
    let other = work.tx.list_calendar_days(id, from, to).await?;
    Ok(WorkingTime {
        hours,
        special,
        other: other
            .into_iter()
            .map(|row| (row.day, row.minutes))
            .collect(),
        zone: service.zone.clone(),
    })
}

/// The calendars of one role, or of all, whose hours run at an instant, by title: who is on duty.
pub async fn on_duty(
    work: &mut Work,
    service: &Service,
    role: Option<&str>,
    at: Instant,
) -> Result<Vec<Calendar>> {
    let day = at.to_civil(&service.zone).date();
    if !is_within_years(work, service, day, MAX_SEARCH_YEARS) {
        return Err(Refusal::Invalid(format!(
            "at is on {day}; it must be within {MAX_SEARCH_YEARS} years of today"
        ))
        .into());
    }
    let outside = |_| Refusal::Invalid(format!("the day {day} is outside the calendar"));
    let (from, to) = (
        day.yesterday().map_err(outside)?,
        day.tomorrow().map_err(outside)?,
    );
    let mut on_duty = Vec::new();
    for calendar in list(work, service, role).await? {
        let time = working_time(work, service, calendar.id, from, to).await?;
        if time.is_open(at).map_err(|error| refuse(error.into()))? {
            on_duty.push(calendar);
        }
    }
    Ok(on_duty)
}

/// Whether a day is at most so many years from today.
fn is_within_years(work: &Work, service: &Service, day: Date, years: i16) -> bool {
    is_near(day, work.now.to_civil(&service.zone).date(), years)
}

fn is_near(day: Date, today: Date, years: i16) -> bool {
    let span = jiff::Span::new().years(years);
    let (first, last) = (today.checked_sub(span), today.checked_add(span));
    first.is_ok_and(|first| first <= day) && last.is_ok_and(|last| day <= last)
}

fn refuse(error: SlotError) -> crate::Error {
    Refusal::Invalid(error.to_string()).into()
}

/// What takes a calendar's time in a range.
async fn busy(
    work: &mut Work,
    id: CalendarId,
    range: Range,
    except: Option<AppointmentId>,
) -> Result<Vec<Range>> {
    const SLICE: i64 = 500;
    let mut busy = Vec::new();
    let mut after = (Instant(i64::MIN), AppointmentId(Uuid::nil()));
    loop {
        let slice = work
            .tx
            .list_appointments_of_calendar(id, None, range.starts, range.ends, after, SLICE)
            .await?;
        let Some(last) = slice.last() else { break };
        after = (last.starts, last.id);
        let full = slice.len() == usize::try_from(SLICE).unwrap_or(usize::MAX);
        busy.extend(
            slice
                .into_iter()
                .filter(|taken| is_taken(taken, work.now) && Some(taken.id) != except)
                .map(|taken| Range::new(taken.starts, taken.ends)),
        );
        if !full {
            break;
        }
    }
    Ok(busy)
}

/// Whether an appointment takes its calendar's time: one that was held for too long does not.
pub(crate) fn is_taken(appointment: &Appointment, now: Instant) -> bool {
    appointment.state.is_live() && appointment.held_until.is_none_or(|until| now < until)
}

async fn hours(work: &mut Work, id: CalendarId) -> Result<Vec<WorkingHours>> {
    let rows = work.tx.list_working_hours(id).await?;
    Ok(rows
        .into_iter()
        .map(|row| WorkingHours {
            days: row.days,
            from_minute: u16::try_from(row.from_minute).unwrap_or_default(),
            to_minute: u16::try_from(row.to_minute).unwrap_or_default(),
            holidays: row.holidays,
        })
        .collect())
}

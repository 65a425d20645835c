//! Working calendars: who serves, when they are free.

use crate::appointment::AppointmentRefusal;
use crate::caller::{Actor, Caller, CallerKind, Login};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{district, holiday};
use jiff::civil::Date;
use linli_domain::holiday::{Holidays, SpecialDays};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{self, Range, SlotError, SlotRules, WorkingHours};
use linli_domain::working_time::{Minutes, WorkingTime};
use linli_domain::{
    AppointmentId, CalendarId, CommunityId, Instant, OrganisationId, PersonId, WorkingHoursId,
};
use linli_store::appointment::Appointment;
use linli_store::calendar::{Calendar, CalendarDay, WorkingHoursRow};
use serde_json::json;
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

/// Opens a calendar of a service, which nobody holds: a consultation of several, a clinic. For the organisation's own staff
/// there and whoever governs the community.
pub async fn open(
    work: &mut Work,
    actor: &Actor,
    organisation: OrganisationId,
    community: CommunityId,
    role: &str,
    title: &str,
    capacity: u16,
) -> Result<CalendarId> {
    may_keep(actor, organisation, community)?;
    for (field, text) in [("role", role), ("title", title)] {
        if text.trim().is_empty() || text.len() > 80 {
            return Err(Refusal::field(
                field,
                "须填写 1–80 字节的文字",
                "Write 1–80 bytes of text",
            )
            .into());
        }
    }
    let calendar = Calendar {
        id: work.id(),
        organisation_id: organisation,
        community_id: community,
        holder_id: None,
        role: role.to_owned(),
        title: title.to_owned(),
        capacity: checked(capacity)?,
    };
    work.tx.create_calendar(&calendar).await?;
    let detail = json!({ "role": role, "title": title, "capacity": capacity });
    work.audit_act(actor, None, "calendar.open", calendar.id, detail)
        .await?;
    Ok(calendar.id)
}

/// Sets how many appointments a calendar takes at once, 1–1,000. Refused where appointments to come would not fit.
pub async fn set_capacity(
    work: &mut Work,
    actor: &Actor,
    id: CalendarId,
    capacity: u16,
) -> Result<()> {
    let calendar = kept(work, actor, id).await?;
    let capacity = checked(capacity)?;
    if capacity < calendar.capacity {
        let horizon = Range::new(work.now, Instant(Instant::BOUND));
        let busy = busy(work, id, horizon, None).await?;
        let most = slot::most_at_once(horizon, &busy);
        if i64::try_from(most).unwrap_or(i64::MAX) > capacity {
            return Err(AppointmentRefusal::CapacityInUse(most).into());
        }
    }
    work.tx.set_calendar_capacity(id, capacity).await?;
    let detail = json!({ "capacity": capacity, "was": calendar.capacity });
    work.audit_act(actor, None, "calendar.capacity", id, detail)
        .await
}

fn checked(capacity: u16) -> Result<i64> {
    if (1..=1_000).contains(&capacity) {
        Ok(capacity.into())
    } else {
        Err(Refusal::field(
            "capacity",
            "同时可接待的人数须为 1–1000",
            "A calendar takes 1–1,000 appointments at once",
        )
        .into())
    }
}

/// Gives one day of a calendar hours of its own, whatever its rules and the holidays say; none closes it. Appointments made
/// before stay. For the holder, the organisation's own staff there and whoever governs the community.
pub async fn put_day(
    work: &mut Work,
    actor: &Actor,
    id: CalendarId,
    day: Date,
    minutes: Vec<Minutes>,
    note: &str,
) -> Result<()> {
    kept(work, actor, id).await?;
    let today = work.now.to_civil(&district::zone(work).await?).date();
    if !is_near(day, today, MAX_SEARCH_YEARS) {
        return Err(Refusal::field(
            "day",
            "日期离今天太远，请选择两年以内的日期",
            "The day is too far away; choose one within two years",
        )
        .into());
    }
    if minutes.len() > 10 || minutes.iter().any(|minutes| !minutes.is_valid()) {
        return Err(Refusal::field(
            "minutes",
            "一天最多十个时段，每段的结束时间须晚于开始时间",
            "A day has at most ten stretches of hours, each with its end after its start",
        )
        .into());
    }
    if note.len() > 500 {
        return Err(Refusal::field(
            "note",
            "说明最多 500 字节",
            "The note has at most 500 bytes",
        )
        .into());
    }
    let detail = json!({ "day": day, "minutes": minutes });
    let row = CalendarDay {
        calendar_id: id,
        day,
        minutes,
        note: note.to_owned(),
    };
    work.tx.put_calendar_day(&row).await?;
    work.audit_act(actor, None, "calendar-day.put", id, detail)
        .await
}

/// Gives a day its usual hours again.
pub async fn remove_day(work: &mut Work, actor: &Actor, id: CalendarId, day: Date) -> Result<()> {
    kept(work, actor, id).await?;
    if !work.tx.delete_calendar_day(id, day).await? {
        return Err(Refusal::NotFound("working hours").into());
    }
    work.audit_act(
        actor,
        None,
        "calendar-day.remove",
        id,
        json!({ "day": day }),
    )
    .await
}

/// A calendar that the actor holds or may keep.
async fn kept(work: &mut Work, actor: &Actor, id: CalendarId) -> Result<Calendar> {
    let calendar = work.tx.find_calendar(id).await?;
    let calendar = calendar.ok_or(Refusal::NotFound("calendar"))?;
    let holds = actor.person.is_some() && actor.person == calendar.holder_id;
    if !holds && may_keep(actor, calendar.organisation_id, calendar.community_id).is_err() {
        return Err(Refusal::NotFound("calendar").into());
    }
    Ok(calendar)
}

fn may_keep(actor: &Actor, organisation: OrganisationId, community: CommunityId) -> Result<()> {
    if actor.governs(community) || actor.works_for(community) == Some(organisation) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// Opens a calendar for a member of staff.
pub async fn create(
    work: &mut Work,
    organisation: OrganisationId,
    community: CommunityId,
    holder: PersonId,
    role: &str,
    title: &str,
) -> Result<CalendarId> {
    let calendar = Calendar {
        id: work.id(),
        organisation_id: organisation,
        community_id: community,
        holder_id: Some(holder),
        role: role.to_owned(),
        title: title.to_owned(),
        capacity: 1,
    };
    work.tx.create_calendar(&calendar).await?;
    Ok(calendar.id)
}

/// Adds working hours to a calendar of one's own.
pub async fn add_hours(
    work: &mut Work,
    login: &Login,
    calendar: CalendarId,
    hours: &WorkingHours,
) -> Result<WorkingHoursId> {
    own_calendar(work, login, calendar).await?;
    put_hours(work, calendar, hours, Some(login.person)).await
}

/// Adds working hours to any calendar.
pub async fn put_hours(
    work: &mut Work,
    calendar: CalendarId,
    hours: &WorkingHours,
    by: Option<PersonId>,
) -> Result<WorkingHoursId> {
    if hours.from_minute >= 1_440 || hours.from_minute >= hours.to_minute || hours.to_minute > 2_880
    {
        return Err(Refusal::field(
            "to",
            "结束时间须晚于开始时间",
            "The end must be after the start",
        )
        .into());
    }
    if Recurrence::new(hours.days.first, hours.days.rule.as_str()).is_err() {
        return Err(Refusal::field("days", "请至少选择一天", "Choose at least one day").into());
    }
    let today = work.now.to_civil(&jiff::tz::TimeZone::UTC).date();
    if !is_near(hours.days.first, today, MAX_HOURS_YEARS) {
        return Err(Refusal::field(
            "days",
            "起始日期离今天太远，请选择十年以内的日期",
            "The first day is too far away; choose one within ten years",
        )
        .into());
    }
    if work.tx.list_working_hours(calendar).await?.len() >= MAX_RULES {
        return Err(Refusal::OverBudget("working hours").into());
    }
    let row = WorkingHoursRow {
        id: work.id(),
        calendar_id: calendar,
        days: hours.days.clone(),
        from_minute: hours.from_minute.into(),
        to_minute: hours.to_minute.into(),
        holidays: hours.holidays,
    };
    work.tx.create_working_hours(&row).await?;
    work.audit(by, None, "working-hours.add", calendar, json!(hours))
        .await?;
    Ok(row.id)
}

/// Removes working hours from a calendar of one's own. Appointments made within them stay.
pub async fn remove_hours(
    work: &mut Work,
    login: &Login,
    calendar: CalendarId,
    id: WorkingHoursId,
) -> Result<()> {
    own_calendar(work, login, calendar).await?;
    if !work.tx.delete_working_hours(calendar, id).await? {
        return Err(Refusal::NotFound("working hours").into());
    }
    work.audit(
        Some(login.person),
        None,
        "working-hours.remove",
        calendar,
        json!({ "id": id }),
    )
    .await
}

async fn own_calendar(work: &mut Work, login: &Login, id: CalendarId) -> Result<Calendar> {
    work.tx
        .find_calendar(id)
        .await?
        .filter(|calendar| calendar.holder_id == Some(login.person))
        .ok_or_else(|| Refusal::NotFound("calendar").into())
}

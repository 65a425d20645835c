//! Working calendars: who serves, when they are free.

use crate::caller::{Caller, CallerKind, Login};
use crate::error::{Refusal, Result};
use crate::holiday;
use crate::service::Service;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::holiday::{Holidays, SpecialDays};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{self, Range, SlotError, SlotRules, WorkingHours};
use linli_domain::working_time::WorkingTime;
use linli_domain::{
    AppointmentId, CalendarId, CommunityId, OrganisationId, PersonId, WorkingHoursId,
};
use linli_store::calendar::{Calendar, WorkingHoursRow};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
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
        .find(|calendar| Some(calendar.holder_id) == caller.person))
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
/// [`slot::MAX_SLOTS`].
pub async fn free_slots(
    work: &mut Work,
    service: &Service,
    calendars: &[CalendarId],
    from: Date,
    days: u8,
    rules: SlotRules,
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
        find(work, service, *id).await?;
        slots.extend(
            free_slots_of(work, service, *id, from, days, rules, None)
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
    id: CalendarId,
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
    let last = from
        .checked_add(jiff::Span::new().days(i64::from(days) + 1))
        .map_err(|_| outside())?;
    let instant = |day: Date| linli_domain::Instant::from_civil(day.at(0, 0, 0, 0), &service.zone);
    let (Some(starts), Some(ends)) = (from.yesterday().ok().and_then(instant), instant(last))
    else {
        return Err(outside().into());
    };
    let busy = busy(work, id, Range::new(starts, ends), except).await?;
    let first = from.yesterday().map_err(|_| outside())?;
    let hours = hours(work, id).await?;
    let observes = hours
        .iter()
        .any(|hours| hours.holidays == Holidays::Observe);
    let special = if observes {
        holiday::special_days(work, first, last).await?
    } else {
        SpecialDays::new()
    };
    let time = WorkingTime {
        hours,
        special,
        other: BTreeMap::new(),
        zone: service.zone.clone(),
    };
    slot::free_slots(&time, from, days, rules, &busy, 1, work.now).map_err(refuse)
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
    let mut after = (linli_domain::Instant(i64::MIN), AppointmentId(Uuid::nil()));
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
                .filter(|taken| taken.state.is_live() && Some(taken.id) != except)
                .map(|taken| Range::new(taken.starts, taken.ends)),
        );
        if !full {
            break;
        }
    }
    Ok(busy)
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
        holder_id: holder,
        role: role.to_owned(),
        title: title.to_owned(),
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
        .filter(|calendar| calendar.holder_id == login.person)
        .ok_or_else(|| Refusal::NotFound("calendar").into())
}

//! Who keeps calendars: opens them, says how many they take at once and when work is done.

use super::{MAX_HOURS_YEARS, MAX_RULES, MAX_SEARCH_YEARS, busy, is_near};
use crate::appointment::AppointmentRefusal;
use crate::caller::{Actor, Login};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{appointment_waiting, district};
use jiff::civil::Date;
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{self, Range, WorkingHours};
use linli_domain::working_time::Minutes;
use linli_domain::{CalendarId, CommunityId, Instant, OrganisationId, PersonId, WorkingHoursId};
use linli_store::calendar::{Calendar, CalendarDay, WorkingHoursRow};
use serde_json::json;

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
    appointment_waiting::promote(work, id, Vec::new()).await?;
    if capacity < calendar.capacity {
        let horizon = Range::new(work.now, Instant(Instant::BOUND));
        let busy = busy(work, id, horizon, None).await?;
        let most = slot::most_at_once(horizon, &busy);
        if i64::try_from(most).unwrap_or(i64::MAX) > capacity {
            return Err(AppointmentRefusal::CapacityInUse(most).into());
        }
    }
    work.tx
        .set_calendar_capacity(id, capacity, work.now)
        .await?;
    let detail = json!({ "capacity": capacity, "was": calendar.capacity });
    work.audit_act(actor, None, "calendar.capacity", id, detail)
        .await?;
    appointment_waiting::promote_all(work, id).await
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
        .await?;
    appointment_waiting::promote_all(work, id).await
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
    .await?;
    appointment_waiting::promote_all(work, id).await
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
    appointment_waiting::promote_all(work, calendar).await?;
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

//! Who waits for an appointment on a day that is full. What becomes free is offered in turn: kept for a while, and the
//! resident is told.

use crate::appointment::{self, AppointmentRefusal, check_words, note};
use crate::caller::{Actor, Caller, CallerKind};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{calendar, district, notice};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::{Range, SlotRules};
use linli_domain::{
    AppointmentId, CalendarId, CommunityId, Instant, Localised, OrganisationId, PersonId, WaitingId,
};
use linli_store::appointment::Appointment;
use linli_store::appointment_waiting::AppointmentWaiting;
use linli_store::calendar::Calendar;
use serde_json::json;

/// For how many minutes what became free is kept for who waited, from when their notice may first go out; never beyond the
/// last moment at which it can be booked.
pub const OFFER_MINUTES: i64 = 120;
/// How many of those who wait are looked at together.
const MOST_LOOKED_AT: i64 = 50;
/// For how many days, and on one day for how many calendars, those who wait are looked at when there is more time.
const MOST_DAYS: i64 = 400;
const MOST_CALENDARS: i64 = 1_000;

/// What somebody waits for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// For whom.
    pub resident: PersonId,
    /// One of the calendars that would do.
    pub calendar: CalendarId,
    /// Whether any calendar of the same role would do.
    pub any: bool,
    /// The plugin's code for what is done, at most 64 bytes.
    pub service: String,
    /// In words.
    pub title: Localised,
    /// On which day, from today to a year ahead.
    pub day: Date,
    /// The rules by which a slot is cut.
    pub rules: SlotRules,
}

/// Joins the waiting list of a day.
pub async fn join(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    wish: Wish,
) -> Result<WaitingId> {
    let serves = caller.works_for_organisation() && service.serves(work, wish.resident).await?;
    if caller.kind == CallerKind::Background || !(caller.acts_for(wish.resident) || serves) {
        return Err(Refusal::NotAllowed.into());
    }
    check_words(&wish.service, &wish.title)?;
    let problem = |text: String| Refusal::Invalid(text);
    wish.rules
        .check()
        .map_err(|error| problem(error.to_string()))?;
    let today = work.now.to_civil(&service.zone).date();
    let last = today.saturating_add(jiff::Span::new().years(1));
    if !(today..=last).contains(&wish.day) {
        return Err(problem(format!("day is {}; it must be {today}–{last}", wish.day)).into());
    }
    let calendar = calendar::find(work, service, wish.calendar).await?;
    let waiting = AppointmentWaiting {
        id: work.id(),
        installation_id: service.id(),
        resident_id: wish.resident,
        organisation_id: calendar.organisation_id,
        community_id: calendar.community_id,
        role: calendar.role,
        calendar_id: (!wish.any).then_some(wish.calendar),
        service: wish.service,
        title: wish.title,
        day: wish.day,
        rules: wish.rules,
        own: caller.acts_for(wish.resident),
        joined: work.now,
        state: "waiting".to_owned(),
        appointment_id: None,
    };
    if !work.tx.create_appointment_waiting(&waiting).await? {
        return Err(AppointmentRefusal::AlreadyWaiting.into());
    }
    let detail = json!({ "day": waiting.day, "service": waiting.service });
    let (actor, subject) = (caller.actor(service), Some(waiting.resident_id));
    work.audit_act(
        &actor,
        subject,
        "appointment-waiting.join",
        waiting.id,
        detail,
    )
    .await?;
    Ok(waiting.id)
}

/// Leaves the waiting list.
pub async fn leave(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: WaitingId,
) -> Result<()> {
    let waiting = find(work, service, caller, id).await?;
    if waiting.state != "waiting" {
        return Err(Refusal::NotFound("waiting").into());
    }
    work.tx.set_appointment_waiting(id, "left", None).await?;
    let (actor, subject) = (caller.actor(service), Some(waiting.resident_id));
    work.audit_act(&actor, subject, "appointment-waiting.leave", id, json!({}))
        .await
}

/// Where somebody stands in the list: 1 is next; none where they no longer wait.
pub async fn position(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: WaitingId,
) -> Result<Option<i64>> {
    let waiting = find(work, service, caller, id).await?;
    if waiting.state != "waiting" {
        return Ok(None);
    }
    let before = work.tx.count_appointment_waiting_before(&waiting).await?;
    Ok(Some(before + 1))
}

async fn find(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    id: WaitingId,
) -> Result<AppointmentWaiting> {
    let found = work.tx.find_appointment_waiting(id).await?;
    found
        .filter(|waiting| waiting.installation_id == service.id())
        .filter(|waiting| caller.works_for_organisation() || caller.acts_for(waiting.resident_id))
        .ok_or_else(|| Refusal::NotFound("waiting").into())
}

/// Offers what became free of a calendar, and what was held on it until now, to those who wait and whom it fits, in line.
/// All that was held until now is given up before anything is offered: what the database still counts would stand in the way.
pub(crate) async fn promote(
    work: &mut Work,
    calendar: CalendarId,
    mut freed: Vec<Range>,
) -> Result<()> {
    freed.extend(appointment::expire(work, calendar).await?);
    freed.retain(|range| range.ends > work.now);
    if freed.is_empty() {
        return Ok(());
    }
    let Some(calendar) = work.tx.find_calendar(calendar).await? else {
        return Ok(());
    };
    let zone = district::zone(work).await?;
    for range in freed {
        promote_within(work, &zone, &calendar, range).await?;
    }
    Ok(())
}

/// A calendar has more hours than before, or takes more at once: offers them to those who wait for any day to come.
pub(crate) async fn promote_all(work: &mut Work, calendar: CalendarId) -> Result<()> {
    let Some(found) = work.tx.find_calendar(calendar).await? else {
        return Ok(());
    };
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let days = work
        .tx
        .list_appointment_waiting_days(line(&found), calendar, today, MOST_DAYS)
        .await?;
    let days = days.into_iter().filter_map(|day| of_day(day, &zone));
    promote(work, calendar, days.collect()).await
}

/// A day has more hours than before in several calendars.
pub(crate) async fn promote_on(work: &mut Work, day: Date) -> Result<()> {
    let zone = district::zone(work).await?;
    let Some(range) = of_day(day, &zone) else {
        return Ok(());
    };
    for calendar in work
        .tx
        .list_calendars_waited_for(day, MOST_CALENDARS)
        .await?
    {
        promote(work, calendar, vec![range]).await?;
    }
    Ok(())
}

/// A day with the night after it, in which its last hours may end.
fn of_day(day: Date, zone: &TimeZone) -> Option<Range> {
    let after = day.checked_add(jiff::Span::new().days(2)).ok()?;
    let midnight = |day: Date| Instant::from_civil(day.at(0, 0, 0, 0), zone);
    Some(Range::new(midnight(day)?, midnight(after)?))
}

/// Whose calendars of which role: one line of those who wait.
fn line(calendar: &Calendar) -> (OrganisationId, CommunityId, &str) {
    (
        calendar.organisation_id,
        calendar.community_id,
        &calendar.role,
    )
}

async fn promote_within(
    work: &mut Work,
    zone: &TimeZone,
    calendar: &Calendar,
    freed: Range,
) -> Result<()> {
    let day = freed.starts.to_civil(zone).date();
    let mut offered = false;
    loop {
        let waiting = work
            .tx
            .list_appointment_waiting(line(calendar), calendar.id, day, MOST_LOOKED_AT)
            .await?;
        let mut some = false;
        for waiting in waiting {
            let Some(theirs) = Service::find(work, waiting.installation_id).await? else {
                continue;
            };
            let rules = waiting.rules;
            let free =
                calendar::free_slots_of(work, &theirs, calendar, day, 1, rules, None).await?;
            // After the first only what is wholly of the freed time: the rest was free before, and they waited all the same.
            let fits = |slot: &Range| {
                if offered {
                    freed.starts <= slot.starts && slot.ends <= freed.ends
                } else {
                    slot.overlaps(freed)
                }
            };
            if let Some(slot) = free.into_iter().find(fits) {
                offer(work, waiting, calendar.id, slot).await?;
                (offered, some) = (true, true);
            }
        }
        if !some {
            return Ok(());
        }
    }
}

async fn offer(
    work: &mut Work,
    waiting: AppointmentWaiting,
    calendar: CalendarId,
    slot: Range,
) -> Result<AppointmentId> {
    let latest = slot
        .starts
        .plus_minutes(-i64::from(waiting.rules.notice_minutes));
    let until = notice::reaches(work).await?;
    let until = until.plus_minutes(OFFER_MINUTES).min(latest);
    let appointment = Appointment {
        id: work.id(),
        calendar_id: calendar,
        installation_id: waiting.installation_id,
        resident_id: waiting.resident_id,
        service: waiting.service,
        title: waiting.title,
        starts: slot.starts,
        ends: slot.ends,
        state: AppointmentState::Held,
        checked_in: None,
        checked_out: None,
        sequence: 0,
        own: waiting.own,
        held_until: Some(until.max(work.now.plus_minutes(1))),
    };
    work.tx.create_appointment(&appointment).await?;
    work.booked.insert(appointment.id);
    let offered = Some(appointment.id);
    work.tx
        .set_appointment_waiting(waiting.id, "offered", offered)
        .await?;
    note(work, &Actor::host(), &appointment, "offered", "").await?;
    let (title, body) = (
        Localised::new("候补有空位了", "A slot has become free"),
        Localised::new(
            format!(
                "您候补的“{}”有空位，请尽快确认，逾期将让给下一位。",
                appointment.title.zh
            ),
            format!(
                "A slot for '{}' is kept for you. Confirm it soon; after a while it goes to the next.",
                appointment.title.en
            ),
        ),
    );
    let (resident, about) = (appointment.resident_id, appointment.id.0);
    notice::offer(work, resident, None, (title, body), about, "/bookings").await?;
    Ok(appointment.id)
}

/// Who was offered an appointment took it.
pub(crate) async fn served(work: &mut Work, offered: AppointmentId) -> Result<()> {
    settle(work, offered, "served").await
}

/// Who was offered an appointment let it go.
pub(crate) async fn lapsed(work: &mut Work, offered: AppointmentId) -> Result<()> {
    settle(work, offered, "lapsed").await
}

async fn settle(work: &mut Work, offered: AppointmentId, state: &str) -> Result<()> {
    if let Some(waiting) = work.tx.find_appointment_waiting_by_offer(offered).await?
        && waiting.state == "offered"
    {
        work.tx
            .set_appointment_waiting(waiting.id, state, Some(offered))
            .await?;
        notice::withdraw(work, offered.0).await?;
    }
    Ok(())
}

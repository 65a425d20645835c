//! `/today[?day=2026-11-24]`: a care worker's day.

use crate::worker::own_calendar;
use crate::{problem, state, watch};
use linli_sdk::appointments::{self, Appointment, AppointmentError};
use linli_sdk::time::{self, HOUR};
use linli_sdk::{
    Action, Address, AppointmentRef, Date, Done, Event, Events, Failure, Instant, Lang, Link,
    Outcome, Page, Submission, context, no_such_action,
};

/// The page.
pub fn view(lang: Lang, address: &Address) -> Result<Page, Failure> {
    let own = own_calendar(lang)?;
    let today = time::today();
    let day = match address.get("day") {
        Some(day) => day.parse().map_err(|_| Failure::NotFound)?,
        None => today,
    };
    let (from, to) = time::bounds_of(day).ok_or(Failure::NotFound)?;
    let visits = appointments::list_of_calendar(&own.calendar, from, to, None, 100)
        .map_err(|error| problem::failure(error, lang))?;
    let now = context::now();
    let mut events =
        Events::new(lang.t("这一天没有上门安排。", "There are no visits on this day."));
    events.extend(
        visits
            .items
            .iter()
            .filter(|visit| visit.state != state::CANCELLED)
            .map(|visit| event(visit, now, lang)),
    );
    Ok(Page::new(lang.t("我的上门安排", "My visits"))
        .text([own.title.into(), "  ".into(), day.into()])
        .links(other_days(day, today, lang))
        .calendar(events))
}

fn other_days(day: Date, today: Date, lang: Lang) -> Vec<Link> {
    let to = |day: Date| Address::new("/today").query("day", day.to_string());
    let mut links = vec![Link::new(
        lang.t("前一天", "Previous day"),
        to(day.plus_days(-1)),
    )];
    if day != today {
        links.push(Link::new(lang.t("今天", "Today"), "/today"));
    }
    links.push(Link::new(
        lang.t("后一天", "Next day"),
        to(day.plus_days(1)),
    ));
    links
}

fn event(visit: &Appointment, now: Instant, lang: Lang) -> Event {
    let event = Event::new(visit.title.as_str(), visit.slot.starts)
        .ends(visit.slot.ends)
        .mark(state::mark(&visit.state, lang))
        .line(visit.resident.field("name"))
        .line(visit.resident.field("phone"))
        .line(visit.resident.field("address"))
        .to(format!("/today/{}", visit.appointment.id));
    match button(visit, now, lang) {
        Some(button) => event.action(button),
        None => event,
    }
}

/// What the worker can do about a visit now, if anything.
pub fn button(visit: &Appointment, now: Instant, lang: Lang) -> Option<Action> {
    let button = match visit.state.as_str() {
        state::BOOKED | state::MISSED
            if (visit.slot.starts - HOUR..visit.slot.ends).contains(&now) =>
        {
            Action::new(
                "check-in",
                lang.t("签到", "Check in"),
                lang.t(
                    "记下您已到达，开始服务。",
                    "Records that you have arrived and begun.",
                ),
            )
        }
        state::CHECKED_IN => Action::new(
            "check-out",
            lang.t("签退", "Check out"),
            lang.t("记下服务已完成。", "Records that the visit is done."),
        ),
        _ => return None,
    };
    Some(button.argument("visit", visit.appointment.id.as_str()))
}

/// The action.
pub fn check_in(lang: Lang, submission: &Submission) -> Result<Outcome, Failure> {
    let Some(visit) = named(submission) else {
        return no_such_action();
    };
    let before = appointments::find(&visit).map_err(|error| problem::failure(error, lang))?;
    let after = appointments::check_in(&visit).map_err(|error| match error {
        AppointmentError::NotOffered => Failure::problem(lang.t(
            "现在不能签到：从开始前60分钟到服务结束前可以签到。",
            "You cannot check in now: check in from 60 minutes before the start until the end.",
        )),
        error => problem::failure(error, lang),
    })?;
    watch::clear(&visit);
    if before.state == state::MISSED {
        watch::arrived(&after)?;
    }
    Ok(Done::at(submission.address.clone())
        .say(lang.t("已签到。", "Checked in."))
        .into())
}

/// The action.
pub fn check_out(lang: Lang, submission: &Submission) -> Result<Outcome, Failure> {
    let Some(visit) = named(submission) else {
        return no_such_action();
    };
    appointments::check_out(&visit).map_err(|error| problem::failure(error, lang))?;
    Ok(Done::at(submission.address.clone())
        .say(lang.t("已签退，辛苦了。", "Checked out. Thank you."))
        .into())
}

fn named(submission: &Submission) -> Option<AppointmentRef> {
    submission
        .argument("visit")
        .map(|id| AppointmentRef { id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_sdk::{CalendarRef, PersonRef, Slot};

    fn visit(state: &str) -> Appointment {
        Appointment {
            appointment: AppointmentRef { id: "7".to_owned() },
            slot: Slot {
                calendar: CalendarRef { id: "c".to_owned() },
                starts: 10 * HOUR,
                ends: 11 * HOUR,
            },
            resident: PersonRef { id: "r".to_owned() },
            service: "bathing".to_owned(),
            title: "助浴".to_owned(),
            state: state.to_owned(),
            checked_in: None,
            checked_out: None,
            sequence: 0,
        }
    }

    #[test]
    fn a_visit_can_be_checked_in_to_from_an_hour_before_until_its_end() {
        let offered = |state, now| button(&visit(state), now, Lang::Zh).map(|action| action.name);
        assert_eq!(offered(state::BOOKED, 9 * HOUR - 1), None);
        assert_eq!(
            offered(state::BOOKED, 9 * HOUR).as_deref(),
            Some("check-in")
        );
        assert_eq!(
            offered(state::MISSED, 11 * HOUR - 1).as_deref(),
            Some("check-in")
        );
        assert_eq!(offered(state::BOOKED, 11 * HOUR), None);
        assert_eq!(
            offered(state::CHECKED_IN, 12 * HOUR).as_deref(),
            Some("check-out")
        );
        assert_eq!(offered(state::COMPLETED, 10 * HOUR), None);
    }

    #[test]
    fn the_way_back_to_today_is_shown_on_other_days_only() {
        let today: Date = "2026-03-01".parse().unwrap();
        assert_eq!(other_days(today, today, Lang::En).len(), 2);
        let links = other_days(today.plus_days(1), today, Lang::En);
        assert_eq!(links[0].to.get("day"), Some("2026-03-01"));
        assert_eq!(links[1].to.get("day"), None);
    }
}

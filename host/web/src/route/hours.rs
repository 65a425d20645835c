//! My working hours.

use crate::app::App;
use crate::page::{HoursPage, StaffCalendar, WorkingHours};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Form, State};
use axum::response::Response;
use jiff::civil::Weekday;
use linli_core::{Error, Login, Refusal, act, calendar, view};
use linli_domain::holiday::Holidays;
use linli_domain::recurrence::Recurrence;
use linli_domain::slot;
use linli_domain::{CalendarId, WorkingHoursId};
use serde::Deserialize;
use std::collections::BTreeSet;

/// RFC 5545 names of the days of the week, from Monday.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Shows them.
pub(crate) async fn hours(LoggedIn { visit, login }: LoggedIn) -> Response {
    show(&visit, &login, Vec::new()).await
}

async fn show(visit: &Visit, login: &Login, problems: Vec<String>) -> Response {
    let locale = visit.viewer.locale;
    let found = view!(visit.app.core, |work| async {
        let mut found = Vec::new();
        for calendar in work.tx.list_calendars_of(login.person).await? {
            let organisation = work.tx.find_organisation(calendar.organisation_id).await?;
            let community = work.tx.find_community(calendar.community_id).await?;
            let hours = work.tx.list_working_hours(calendar.id).await?;
            found.push((calendar, organisation, community, hours));
        }
        Ok(found)
    }
    .await);
    let found = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let calendars = found
        .into_iter()
        .map(|(calendar, organisation, community, hours)| {
            let names = [
                organisation.map(|found| found.name),
                community.map(|found| found.name),
            ];
            let names: Vec<_> = names
                .into_iter()
                .flatten()
                .map(|name| name.get(locale).to_owned())
                .collect();
            StaffCalendar {
                id: calendar.id.to_string(),
                title: format!("{} · {}", names.join(" · "), calendar.title),
                hours: hours
                    .into_iter()
                    .map(|row| WorkingHours {
                        id: row.id.to_string(),
                        days: weekdays(&row.days),
                        from: u16::try_from(row.from_minute).unwrap_or_default(),
                        to: u16::try_from(row.to_minute).unwrap_or_default(),
                    })
                    .collect(),
            }
        })
        .collect();
    visit
        .page(&HoursPage {
            calendars,
            problems,
        })
        .await
}

/// The days of the week that a weekly rule names.
fn weekdays(days: &Recurrence) -> Vec<Weekday> {
    let named = days
        .rule
        .split(';')
        .find_map(|part| part.strip_prefix("BYDAY="))
        .unwrap_or_default();
    named
        .split(',')
        .filter_map(|day| DAYS.iter().position(|name| *name == day))
        .filter_map(|index| Weekday::from_monday_zero_offset(i8::try_from(index).ok()?).ok())
        .collect()
}

/// Adds hours to one of one's own calendars.
pub(crate) async fn add(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let days: BTreeSet<usize> = posted
        .all("day")
        .into_iter()
        .filter_map(|day| day.parse().ok())
        .collect();
    let names: Vec<_> = days
        .into_iter()
        .filter_map(|day| DAYS.get(day).copied())
        .collect();
    let minute = |name| posted.first(name).and_then(minute_of);
    let calendar = posted
        .first("calendar")
        .and_then(|id| id.parse::<CalendarId>().ok());
    let (Some(calendar), Some(from_minute), Some(to_minute)) =
        (calendar, minute("from"), minute("to"))
    else {
        let problem = visit.viewer.text().problem_time().to_owned();
        return show(&visit, &login, vec![problem]).await;
    };
    let rule = if names.is_empty() {
        "?".to_owned()
    } else {
        format!("FREQ=WEEKLY;BYDAY={}", names.join(","))
    };
    let first = visit.viewer.day_of(visit.viewer.now);
    // Hours that end before they begin run past midnight.
    let to_minute = if to_minute < from_minute {
        to_minute + 1_440
    } else {
        to_minute
    };
    let hours = slot::WorkingHours {
        days: Recurrence {
            first,
            rule,
            except: BTreeSet::new(),
        },
        from_minute,
        to_minute,
        holidays: Holidays::Observe,
    };
    match act!(app.core, |work| calendar::add_hours(
        work, &login, calendar, &hours
    )
    .await)
    {
        Ok(_) => {
            visit
                .say(true, visit.viewer.text().said_hours_added())
                .await;
            see_other("/hours")
        }
        Err(Error::Refused(refusal @ (Refusal::Field { .. } | Refusal::OverBudget(_)))) => {
            show(
                &visit,
                &login,
                vec![refusal.message().get(visit.viewer.locale).to_owned()],
            )
            .await
        }
        Err(error) => visit.refuse(error).await,
    }
}

fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

#[derive(Deserialize)]
pub(crate) struct Remove {
    hours: WorkingHoursId,
}

/// Removes hours from one of one's own calendars.
pub(crate) async fn remove(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Remove>,
) -> Response {
    let removed = act!(app.core, |work| async {
        for calendar in work.tx.list_calendars_of(login.person).await? {
            let hours = work.tx.list_working_hours(calendar.id).await?;
            if hours.iter().any(|row| row.id == form.hours) {
                return calendar::remove_hours(work, &login, calendar.id, form.hours).await;
            }
        }
        Err(Refusal::NotFound("working hours").into())
    }
    .await);
    match removed {
        Ok(()) => {
            visit
                .say(true, visit.viewer.text().said_hours_removed())
                .await;
            see_other("/hours")
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn times_of_a_form_become_minutes() {
        assert_eq!(minute_of("09:30"), Some(570));
        for bad in ["", "9", "24:00", "09:60", "x:y", "-1:00"] {
            assert_eq!(minute_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_rule_names_its_days() {
        let days = Recurrence {
            first: date(2026, 1, 1),
            rule: "FREQ=WEEKLY;BYDAY=MO,SU".into(),
            except: BTreeSet::new(),
        };
        assert_eq!(weekdays(&days), [Weekday::Monday, Weekday::Sunday]);
    }
}

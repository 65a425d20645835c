//! The spaces of my community: found, looked at, booked.

use crate::app::App;
use crate::page::{SeriesReport, SpaceCard, SpacePage, SpacesPage};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Path, Query, RawQuery, State};
use axum::response::Response;
use jiff::civil::Date;
use linli_core::booking::series::{self, OnConflict, SeriesAnswer, SeriesDraft};
use linli_core::booking::{self, Draft, Party, waiting};
use linli_core::space::inventory::{self, Wanted};
use linli_core::{Login, Refusal, Result, act, space, view};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::{Instant, SpaceId};
use serde::Deserialize;

/// How many spaces one search answers.
const SLICE: u16 = 100;
/// RFC 5545 names of the days of the week, from Monday.
pub(crate) const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Lists the spaces of the community, or those that are free at a time.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Posted::from_body(query.unwrap_or_default().as_bytes());
    let searched = asked.first("day").is_some();
    let persons = asked
        .first("persons")
        .and_then(|persons| persons.parse().ok());
    let persons: u32 = persons.unwrap_or(1);
    let (range, problems) = match visit.range(&asked) {
        Ok(range) => (range, Vec::new()),
        Err(refusal) if searched => {
            let text = refusal.message().get(visit.viewer.locale).to_owned();
            (usual(&visit), vec![text])
        }
        Err(_) => (usual(&visit), Vec::new()),
    };
    let Some(community) = login.community_for(visit.acting) else {
        return visit.refuse(Refusal::NotFound("community").into()).await;
    };
    let only_free = searched && problems.is_empty();
    let found = view!(app.core, |work| async {
        if !only_free {
            return Ok(work.tx.list_spaces(community).await?);
        }
        let wanted = Wanted {
            community: Some(community),
            range,
            persons,
            equipment: Vec::new(),
            kind: None,
        };
        Ok(inventory::find_free(work, &wanted, None, SLICE).await?.0)
    }
    .await);
    let spaces = match found {
        Ok(spaces) => spaces,
        Err(error) => return visit.refuse(error).await,
    };
    let day = visit.viewer.day_of(range.starts);
    let cards = spaces
        .into_iter()
        .filter(|space| space.closed.is_none())
        .map(|space| SpaceCard {
            href: format!("/spaces/{}?day={day}", space.id),
            name: space.name.get(visit.viewer.locale).to_owned(),
            capacity: u64::try_from(space.capacity).unwrap_or_default(),
            place: space.place,
        });
    let page = SpacesPage {
        range,
        persons: persons.into(),
        searched: only_free,
        spaces: cards.collect(),
        problems,
    };
    visit.page(&page).await
}

/// An hour of tomorrow.
fn usual(visit: &Visit) -> Range {
    let day = visit.viewer.day_of(visit.viewer.now.plus_days(1));
    let starts = Instant::from_civil(day.at(10, 0, 0, 0), &visit.viewer.zone);
    let starts = starts.unwrap_or(visit.viewer.now);
    Range::new(starts, starts.plus_minutes(60))
}

#[derive(Deserialize)]
pub(crate) struct Shown {
    day: Option<Date>,
    minutes: Option<u16>,
}

/// A day of one space.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    Path(id): Path<SpaceId>,
    Query(shown): Query<Shown>,
) -> Response {
    let tomorrow = visit.viewer.day_of(visit.viewer.now.plus_days(1));
    let day = shown.day.unwrap_or(tomorrow);
    page(&visit, &login, id, day, shown.minutes, None).await
}

async fn page(
    visit: &Visit,
    login: &Login,
    id: SpaceId,
    day: Date,
    minutes: Option<u16>,
    report: Option<SeriesReport>,
) -> Response {
    let found = view!(visit.app.core, |work| async {
        let space = space::find(work, id).await?;
        let rules = &space.rules;
        let usual = 60.clamp(rules.min_minutes, rules.max_minutes);
        let minutes = minutes.unwrap_or(usual);
        let slots = inventory::free_slots(work, id, day, 1, minutes).await?;
        Ok((space, minutes, slots))
    }
    .await);
    match found {
        Ok((space, minutes, slots)) => {
            let page = SpacePage {
                id: id.to_string(),
                subject: visit.subject(login).to_string(),
                name: space.name.get(visit.viewer.locale).to_owned(),
                at: space.place,
                capacity: u64::try_from(space.capacity).unwrap_or_default(),
                approval: space.rules.approval,
                day,
                minutes,
                slots,
                report,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Books, holds, waits, or books again and again.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(id): Path<SpaceId>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let here = format!("/spaces/{id}");
    if !visit.is_for(&login, &posted) {
        return visit.other_person(&here).await;
    }
    let verb = posted.first("do").unwrap_or_default();
    if matches!(verb, "check" | "free" | "none") {
        return change_series(visit, login, app, id, &posted).await;
    }
    let draft = draft(&visit, &login, id, &posted);
    let ask = posted.first("ask").is_some();
    let done = act!(app.core, |work| async {
        let draft = draft.clone()?;
        let actor = login.actor(visit.acting)?;
        match verb {
            "book" => booking::book(work, &actor, &draft).await.map(drop),
            "hold" => booking::hold(work, &actor, &draft).await.map(drop),
            "wait" => waiting::join(work, &actor, &draft, ask).await.map(drop),
            _ => Err(Refusal::NotFound("page").into()),
        }
    }
    .await);
    let t = visit.viewer.text();
    let said = match verb {
        "hold" => t.said_held(),
        "wait" => t.said_waits(),
        _ => t.said_booked(),
    };
    let back = if done.is_ok() { "/bookings" } else { &here };
    visit.answer(done, said, back).await
}

/// What is to be booked: at a slot of the page, or at the day and times of the form.
fn draft(
    visit: &Visit,
    login: &Login,
    space: SpaceId,
    posted: &Posted,
) -> std::result::Result<Draft, Refusal> {
    let slot = || {
        let (starts, ends) = posted.first("slot")?.split_once('-')?;
        let at = |text: &str| text.parse().ok().map(Instant);
        Some(Range::new(at(starts)?, at(ends)?))
    };
    let range = match slot() {
        Some(range) => range,
        None => visit.range(posted)?,
    };
    Ok(Draft {
        space,
        range,
        party: Party::Resident(visit.subject(login)),
        title: posted.first("title").unwrap_or_default().to_owned(),
        persons: persons(posted),
    })
}

fn persons(posted: &Posted) -> u32 {
    let persons = posted
        .first("persons")
        .and_then(|persons| persons.parse().ok());
    persons.unwrap_or_default()
}

async fn change_series(
    visit: Visit,
    login: Login,
    app: App,
    id: SpaceId,
    posted: &Posted,
) -> Response {
    let here = format!("/spaces/{id}");
    let draft = match series_draft(&visit, &login, id, posted) {
        Ok(draft) => draft,
        Err(error) => return visit.answer(Err(error), "", &here).await,
    };
    let on_conflict = match posted.first("do") {
        Some("check") => None,
        Some("free") => Some(OnConflict::BookFree),
        _ => Some(OnConflict::BookNone),
    };
    let done = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        match on_conflict {
            None => Ok(SeriesAnswer {
                series: None,
                bookings: Vec::new(),
                conflicts: series::check(work, &actor, &draft).await?,
            }),
            Some(how) => series::book(work, &actor, &draft, how).await,
        }
    }
    .await);
    let answer = match done {
        Ok(answer) => answer,
        Err(error) => return visit.answer(Err(error), "", &here).await,
    };
    if answer.conflicts.is_empty() && on_conflict.is_some() {
        visit.say(true, visit.viewer.text().said_booked()).await;
        return see_other("/bookings");
    }
    let locale = visit.viewer.locale;
    let report = SeriesReport {
        booked: on_conflict.map(|_| u64::try_from(answer.bookings.len()).unwrap_or_default()),
        conflicts: answer
            .conflicts
            .into_iter()
            .map(|conflict| {
                let why = conflict.reason.message().get(locale).to_owned();
                (conflict.range, why)
            })
            .collect(),
    };
    let day = draft.hours.days.first;
    page(&visit, &login, id, day, None, Some(report)).await
}

fn series_draft(
    visit: &Visit,
    login: &Login,
    space: SpaceId,
    posted: &Posted,
) -> Result<SeriesDraft> {
    let range = visit.range(posted)?;
    let first = visit.viewer.day_of(range.starts);
    let weeks = posted.first("weeks").and_then(|weeks| weeks.parse().ok());
    let weeks: usize = weeks.unwrap_or(1);
    let names = weekdays(posted);
    let start = range.starts.to_civil(&visit.viewer.zone).time();
    let from = u16::try_from(i32::from(start.hour()) * 60 + i32::from(start.minute()));
    let from = from.unwrap_or_default();
    let minutes = u16::try_from(range.minutes()).unwrap_or_default();
    Ok(SeriesDraft {
        space,
        hours: WorkingHours {
            days: Recurrence {
                first,
                rule: format!(
                    "FREQ=WEEKLY;BYDAY={};COUNT={}",
                    names.join(","),
                    weeks.saturating_mul(names.len())
                ),
                except: Default::default(),
            },
            from_minute: from,
            to_minute: from.saturating_add(minutes),
            holidays: Default::default(),
        },
        party: Party::Resident(visit.subject(login)),
        title: posted.first("title").unwrap_or_default().to_owned(),
        persons: persons(posted),
    })
}

/// The days of the week that a form names, as RFC 5545 does.
pub(crate) fn weekdays(posted: &Posted) -> Vec<&'static str> {
    let days = posted.all("weekday").into_iter();
    days.filter_map(|day| DAYS.get(day.parse::<usize>().ok()?).copied())
        .collect()
}

//! Courses and standing places.

use crate::app::App;
use crate::page::{CourseCard, CoursePage, CoursesPage, MyPlace};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use linli_core::enrolment::{self, Application};
use linli_core::{Actor, Refusal, Result, Work, act, attendance, course, view};
use linli_domain::enrolment::EnrolmentState;
use linli_domain::slot::Range;
use linli_domain::{CourseId, EnrolmentId, PersonId};
use linli_store::course::Course;
use linli_store::enrolment::Enrolment;
use serde::Deserialize;

const PAGE: &str = "/courses";

#[derive(Deserialize)]
pub(crate) struct After {
    day: Option<Date>,
    id: Option<CourseId>,
}

/// Lists what is offered, and one's own places.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(after): Query<After>,
) -> Response {
    let resident = visit.subject(&login);
    let community = login.community_for(visit.acting);
    let after = after.day.zip(after.id);
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let courses = match community {
            Some(community) => course::list(work, community, after, course::MAX_SLICE).await?,
            None => Vec::new(),
        };
        let mut mine = Vec::new();
        for found in places(work, &actor, resident).await? {
            let (of, position) = about(work, &actor, &found).await?;
            mine.push((found, of, position));
        }
        Ok((courses, mine))
    }
    .await);
    let (courses, mine) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let full = courses.len() == usize::from(course::MAX_SLICE);
    let next = courses.last().filter(|_| full);
    let next = next.map(|last| format!("{PAGE}?day={}&id={}", last.from_day, last.id));
    let page = CoursesPage {
        subject: resident.to_string(),
        mine: mine
            .into_iter()
            .map(|(found, of, position)| my_place(&visit, &found, &of, position))
            .collect(),
        courses: courses.iter().map(|course| card(&visit, course)).collect(),
        next,
    };
    visit.page(&page).await
}

/// A resident's live places and waits.
async fn places(work: &mut Work, actor: &Actor, resident: PersonId) -> Result<Vec<Enrolment>> {
    let (mut live, mut after) = (Vec::new(), None);
    loop {
        let some =
            enrolment::list_of_resident(work, actor, resident, after, course::MAX_SLICE).await?;
        let full = some.len() == usize::from(course::MAX_SLICE);
        after = some.last().map(|last| (last.joined, last.id));
        live.extend(
            some.into_iter().filter(|found| {
                found.state.takes_place() || found.state == EnrolmentState::Waiting
            }),
        );
        if !full {
            return Ok(live);
        }
    }
}

/// The course of an enrolment and its position in the waiting list.
async fn about(work: &mut Work, actor: &Actor, found: &Enrolment) -> Result<(Course, Option<i64>)> {
    let of = course::find(work, found.course_id).await?;
    let (position, _) = enrolment::position(work, actor, found.id).await?;
    Ok((of, position))
}

fn card(visit: &Visit, course: &Course) -> CourseCard {
    CourseCard {
        title: course.title.get(visit.viewer.locale).to_owned(),
        href: format!("{PAGE}/{}", course.id),
        days: days(course),
        places: u64::try_from(course.places()).unwrap_or_default(),
    }
}

/// The first and the last day of a course.
pub(crate) fn days(course: &Course) -> (Date, Option<Date>) {
    let last = course.to_day.yesterday().ok();
    (
        course.from_day,
        last.filter(|_| course.to_day != course::NO_END),
    )
}

fn my_place(visit: &Visit, found: &Enrolment, of: &Course, position: Option<i64>) -> MyPlace {
    let locale = visit.viewer.locale;
    MyPlace {
        id: found.id.to_string(),
        title: of.title.get(locale).to_owned(),
        href: format!("{PAGE}/{}", of.id),
        state: found.state,
        position: position.and_then(|position| u64::try_from(position).ok()),
        rule: of.rule.text().get(locale).to_owned(),
        offer_until: found.offer_until,
    }
}

/// One course.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(id): Path<CourseId>,
) -> Response {
    let resident = visit.subject(&login);
    let now = visit.viewer.now;
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let course = course::find(work, id).await?;
        let ahead = Range::new(now, now.plus_days(60));
        let sessions = attendance::list(work, id, ahead).await?;
        let mine = places(work, &actor, resident).await?;
        let mine = match mine.into_iter().find(|found| found.course_id == id) {
            Some(found) => {
                let (_, position) = about(work, &actor, &found).await?;
                Some((found, position))
            }
            None => None,
        };
        Ok((course, sessions, mine))
    }
    .await);
    match found {
        Ok((course, sessions, mine)) => {
            let card = card(&visit, &course);
            let page = CoursePage {
                subject: resident.to_string(),
                href: card.href,
                title: card.title,
                days: card.days,
                places: card.places,
                rule: course.rule.text().get(visit.viewer.locale).to_owned(),
                mine: mine.map(|(found, position)| my_place(&visit, &found, &course, position)),
                sessions: sessions
                    .into_iter()
                    .map(|session| (session.starts, session.ends, session.cancelled))
                    .collect(),
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Enrols, takes what was offered, or leaves.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(id): Path<CourseId>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    if !visit.is_for(&login, &posted) {
        return visit.other_person(PAGE).await;
    }
    let resident = visit.subject(&login);
    let verb = posted.first("do").unwrap_or_default();
    let waits = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let place = posted.first("enrolment").and_then(|id| id.parse().ok());
        let place = || -> Result<EnrolmentId> {
            place.ok_or_else(|| Refusal::NotFound("enrolment").into())
        };
        let found = match verb {
            "enrol" => {
                let application = Application {
                    resident,
                    from_day: None,
                    weekdays: None,
                };
                enrolment::enrol(work, &actor, id, application).await?
            }
            "accept" => enrolment::accept(work, &actor, place()?).await?,
            "leave" => enrolment::cancel(work, &actor, place()?, "").await?,
            _ => return Err(Refusal::NotFound("page").into()),
        };
        Ok(found.state == EnrolmentState::Waiting)
    }
    .await);
    let t = visit.viewer.text();
    let said = match (verb, &waits) {
        ("leave", _) => t.said_cancelled(),
        (_, Ok(true)) => t.said_waits(),
        _ => t.said_enrolled(),
    };
    let page = format!("{PAGE}/{id}");
    visit.answer(waits.map(drop), said, &page).await
}

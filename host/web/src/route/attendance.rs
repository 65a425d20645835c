//! Courses that an office keeps, and who came to their sessions.

use super::course::days;
use crate::app::App;
use crate::page::{Attendee, KeptCourse, KeptCoursesPage, SessionPage};
use crate::render::submission::Posted;
use crate::visit::LoggedIn;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use linli_core::{Refusal, act, attendance, course, desk, view};
use linli_domain::enrolment::Attendance;
use linli_domain::slot::Range;
use linli_domain::{EnrolmentId, SessionId};

/// The sessions from a week ago to two weeks ahead are listed.
const BACK_DAYS: i64 = 7;
const AHEAD_DAYS: i64 = 14;

/// Lists the courses.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office)): Path<(String, String)>,
) -> Response {
    let now = visit.viewer.now;
    let range = Range::new(now.plus_days(-BACK_DAYS), now.plus_days(AHEAD_DAYS));
    let found = view!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, &office).await?;
        let mut courses = Vec::new();
        for course in course::list_kept(work, &desk.actor, desk.community).await? {
            let sessions = attendance::list(work, course.id, range).await?;
            courses.push((course, sessions));
        }
        Ok((desk, courses))
    }
    .await);
    match found {
        Ok((desk, courses)) => {
            let (locale, href) = (visit.viewer.locale, format!("/work/{}", desk.path));
            let courses = courses.into_iter().map(|(course, sessions)| KeptCourse {
                title: course.title.get(locale).to_owned(),
                days: days(&course),
                sessions: sessions
                    .into_iter()
                    .map(|session| {
                        let page = format!("{href}/sessions/{}", session.id);
                        (page, session.starts, session.ends, session.cancelled)
                    })
                    .collect(),
            });
            let courses = courses.collect();
            let page = KeptCoursesPage {
                desk: (desk.name.get(locale).to_owned(), href),
                courses,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// One session.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office, id)): Path<(String, String, SessionId)>,
) -> Response {
    let found = view!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, &office).await?;
        let roster = attendance::roster(work, &desk.actor, id).await?;
        Ok((desk, roster))
    }
    .await);
    match found {
        Ok((desk, roster)) => {
            let href = format!("/work/{}", desk.path);
            let session = roster.session;
            let expected = roster.expected.into_iter().map(|(enrolment, name, row)| {
                let left = row.as_ref().and_then(|row| {
                    let at = row.checked_out?;
                    Some((at, row.picked_up_by.clone()))
                });
                Attendee {
                    id: enrolment.id.to_string(),
                    name,
                    status: row.as_ref().map(|row| row.status),
                    came: row.as_ref().and_then(|row| row.checked_in),
                    left,
                }
            });
            let page = SessionPage {
                back: (
                    format!("{href}/courses"),
                    visit.viewer.text().courses_kept_title().to_owned(),
                ),
                action: format!("{href}/sessions/{id}"),
                title: roster.course.title.get(visit.viewer.locale).to_owned(),
                starts: session.starts,
                ends: session.ends,
                off: session.cancelled.then_some(session.note),
                expected: expected.collect(),
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Writes who came and left, or that the session does not take place.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office, id)): Path<(String, String, SessionId)>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let text = posted.first("text").unwrap_or_default();
    let enrolment = posted.first("enrolment").and_then(|id| id.parse().ok());
    let done = act!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, &office).await?;
        let actor = &desk.actor;
        let whose = || -> linli_core::Result<EnrolmentId> {
            enrolment.ok_or_else(|| Refusal::NotFound("enrolment").into())
        };
        match posted.first("do").unwrap_or_default() {
            "in" => attendance::check_in(work, actor, id, whose()?)
                .await
                .map(drop),
            "out" => attendance::check_out(work, actor, id, whose()?, text).await,
            "absent" => attendance::record(work, actor, id, whose()?, Attendance::Absent, "").await,
            "excused" => {
                attendance::record(work, actor, id, whose()?, Attendance::Excused, "").await
            }
            "call-off" => attendance::cancel(work, actor, id, text).await,
            _ => Err(Refusal::NotFound("page").into()),
        }
    }
    .await);
    let page = format!("/work/{community}/{office}/sessions/{id}");
    visit
        .answer(done, visit.viewer.text().said_done(), &page)
        .await
}

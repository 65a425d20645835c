//! Desks of staff: cases, hand-overs, bookings to approve.

use super::case::{SLICE, entry, office_of, read, sheet};
use super::inbox::Before;
use crate::app::App;
use crate::layout::Place;
use crate::page::{DeskPage, DesksPage, Incoming, RequestsPage, Wait};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, see_other};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use linli_core::{Refusal, act, booking, case, desk, space, view};
use linli_domain::case::{Accountable, CaseNumber, CommentKind};
use linli_domain::{BookingId, CaseId, HandoverId, Instant};
use serde::Deserialize;
use uuid::Uuid;

/// Lists the desks; whoever has one only goes there.
pub(crate) async fn desks(LoggedIn { visit, login }: LoggedIn, State(app): State<App>) -> Response {
    match view!(app.core, |work| desk::list(work, &login).await) {
        Ok(desks) => {
            let locale = visit.viewer.locale;
            let desks: Vec<_> = desks
                .into_iter()
                .map(|desk| {
                    (
                        desk.name.get(locale).to_owned(),
                        format!("/work/{}", desk.path),
                    )
                })
                .collect();
            match &desks[..] {
                [(_, only)] => see_other(only),
                _ => visit.page(&DesksPage { desks }).await,
            }
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Queue {
    overdue: Option<String>,
    at: Option<i64>,
    id: Option<Uuid>,
}

/// One desk: its cases and what it is asked to take over.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office)): Path<(String, String)>,
    Query(queue): Query<Queue>,
) -> Response {
    let overdue = queue.overdue.is_some();
    let slice = case::Slice {
        state: None,
        overdue,
        after: queue
            .at
            .zip(queue.id)
            .map(|(at, id)| (Instant(at), CaseId(id))),
        limit: SLICE,
    };
    let found = view!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, &office).await?;
        let cases = case::list_work(work, &desk.actor, desk.community, slice).await?;
        let incoming = case::list_incoming(work, &desk.actor, desk.community, None, SLICE).await?;
        Ok((desk, cases, incoming))
    }
    .await);
    let (desk, cases, incoming) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let href = format!("/work/{}", desk.path);
    let full = cases.len() == usize::from(SLICE);
    let next = cases.last().filter(|_| full).map(|last| {
        let only = if overdue { "overdue=1&" } else { "" };
        format!("{href}?{only}at={}&id={}", last.next_due.0, last.id)
    });
    let page = DeskPage {
        name: desk.name.get(visit.viewer.locale).to_owned(),
        is_community: desk.office == Accountable::Community,
        cases: cases
            .iter()
            .map(|line| entry(&visit, line, &format!("{href}/cases")))
            .collect(),
        overdue,
        next,
        incoming: incoming
            .into_iter()
            .map(|asked| Incoming {
                id: asked.id.to_string(),
                reason: asked.reason,
                asked: asked.asked,
                expires: asked.expires,
            })
            .collect(),
        href,
    };
    visit.page(&page).await
}

/// Takes over what the office is asked to answer for, or refuses it.
pub(crate) async fn answer_handover(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let text = posted.first("text").unwrap_or_default();
    let done = act!(app.core, |work| async {
        let absent = || linli_core::Error::from(Refusal::NotFound("hand-over"));
        let desk = desk::find(work, &login, &community, &office).await?;
        let id = posted.first("handover").and_then(|id| id.parse().ok());
        let id: HandoverId = id.ok_or_else(absent)?;
        match posted.first("do") {
            Some("accept") => case::accept_handover(work, &desk.actor, id).await,
            Some("reject") => case::reject_handover(work, &desk.actor, id, text).await,
            _ => Err(absent()),
        }
    }
    .await);
    let page = format!("/work/{community}/{office}");
    visit
        .answer(done, visit.viewer.text().said_done(), &page)
        .await
}

/// One case of a desk. The district's look at another office's work is audited.
pub(crate) async fn case(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office, id)): Path<(String, String, CaseId)>,
) -> Response {
    let found = act!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, &office).await?;
        let found = read(work, &desk.actor, id).await?;
        Ok((desk, found))
    }
    .await);
    match found {
        Ok((desk, found)) => {
            let href = format!("/work/{}", desk.path);
            let back = (href.clone(), desk.name.get(visit.viewer.locale).to_owned());
            let base = format!("{href}/cases");
            let action = format!("{base}/{id}");
            let page = sheet(&visit, found, Place::Work, back, action, &base);
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// What staff do in a case.
pub(crate) async fn change_case(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, office, id)): Path<(String, String, CaseId)>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let text = posted.first("text").unwrap_or_default();
    let page = format!("/work/{community}/{office}/cases/{id}");
    let done = act!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, &office).await?;
        let actor = &desk.actor;
        match posted.first("do").unwrap_or_default() {
            "accept" => case::accept(work, actor, id).await,
            "start" => case::start(work, actor, id).await,
            "resume" => case::resume(work, actor, id).await,
            "wait" => {
                let days = posted.first("days").and_then(|days| days.parse().ok());
                let until = work.now.plus_days(days.unwrap_or_default());
                case::wait(work, actor, id, text, until).await
            }
            "resolve" => case::resolve(work, actor, id, text).await,
            "close" => case::close(work, actor, id).await,
            "cancel" => case::cancel(work, actor, id, text).await,
            "comment" => {
                let kind = CommentKind::Internal;
                case::comment(work, actor, id, kind, text).await.map(drop)
            }
            "tell" => {
                let kind = CommentKind::Resident;
                case::comment(work, actor, id, kind, text).await.map(drop)
            }
            "hand-over" => {
                let to = office_of(work, posted.first("to").unwrap_or_default()).await?;
                case::ask_handover(work, actor, id, to, text)
                    .await
                    .map(drop)
            }
            "take-back" => {
                let asked = case::page(work, actor, id).await?.handover;
                let asked = asked.ok_or(Refusal::NotFound("hand-over"))?;
                case::withdraw_handover(work, actor, asked.id).await
            }
            "merge" => {
                let number = posted.first("other").unwrap_or_default();
                let number: CaseNumber = number.parse().map_err(|_| {
                    Refusal::field(
                        "other",
                        "请填写工单编号，例如 2026-000123",
                        "Write the number of the case, such as 2026-000123",
                    )
                })?;
                let at = case::page(work, actor, id).await?.case.community_id;
                let target = case::find_by_number(work, actor, at, number).await?;
                case::merge(work, actor, id, target, text).await
            }
            _ => Err(Refusal::NotFound("page").into()),
        }
    }
    .await);
    visit
        .answer(done, visit.viewer.text().said_done(), &page)
        .await
}

/// Bookings that a community's staff have to approve.
pub(crate) async fn requests(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(community): Path<String>,
    Query(after): Query<Before>,
) -> Response {
    let after = after.position().map(|(at, id)| (at, BookingId(id)));
    let found = view!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
        let some = booking::list_requested(work, &desk.actor, desk.community, after, SLICE).await?;
        let mut requests = Vec::with_capacity(some.len());
        for request in some {
            let space = space::find(work, request.space_id).await?;
            requests.push((request, space));
        }
        Ok((desk, requests))
    }
    .await);
    let (desk, found) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let (locale, href) = (visit.viewer.locale, format!("/work/{}", desk.path));
    let full = found.len() == usize::from(SLICE);
    let next = found.last().filter(|_| full).map(|(last, _)| {
        let (at, id) = (last.starts.0, last.id);
        format!("{href}/requests?at={at}&id={id}")
    });
    let requests = found.into_iter().map(|(request, space)| {
        let wait = Wait {
            id: request.id.to_string(),
            of_space: true,
            what: format!("{} · {}", space.name.get(locale), request.title),
            when: visit.viewer.period(request.starts, request.ends),
            place: None,
        };
        (wait, u64::try_from(request.persons).unwrap_or_default())
    });
    let page = RequestsPage {
        desk: (desk.name.get(locale).to_owned(), href),
        requests: requests.collect(),
        next,
    };
    visit.page(&page).await
}

/// Approves one, or rejects it.
pub(crate) async fn answer_request(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(community): Path<String>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let text = posted.first("text").unwrap_or_default();
    let done = act!(app.core, |work| async {
        let absent = || linli_core::Error::from(Refusal::NotFound("booking"));
        let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
        let id = posted.first("id").and_then(|id| id.parse().ok());
        let id: BookingId = id.ok_or_else(absent)?;
        match posted.first("do") {
            Some("approve") => booking::approve(work, &desk.actor, id).await.map(drop),
            Some("reject") => booking::reject(work, &desk.actor, id, text).await.map(drop),
            _ => Err(absent()),
        }
    }
    .await);
    let page = format!("/work/{community}/community/requests");
    visit
        .answer(done, visit.viewer.text().said_done(), &page)
        .await
}

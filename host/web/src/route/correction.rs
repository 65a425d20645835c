//! Requests for correction that a community's staff, or the district's admins, decide.

use crate::app::App;
use crate::page::{CorrectionEntry, CorrectionsPage};
use crate::route::inbox::Before;
use crate::route::place;
use crate::visit::LoggedIn;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use linli_core::my_data::correction::{self, Field};
use linli_core::{Actor, Login, Result, Work, act, district, view};
use linli_domain::{CommunityId, CorrectionId, Localised};
use serde::Deserialize;

/// Stands for no community: persons who live nowhere in the district.
const NOWHERE: &str = "-";
/// How many a page shows.
const SLICE: u16 = 50;

/// The communities for which one decides.
pub(crate) async fn places(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let t = visit.viewer.text();
    let nowhere = login.is_admin().then(|| {
        (
            t.corrections_nowhere().to_owned(),
            format!("/corrections/{NOWHERE}"),
        )
    });
    let title = t.corrections_title();
    place::choose(&visit, &app, &login, title, "/corrections", nowhere).await
}

/// Who decides there.
async fn office(
    work: &mut Work,
    login: &Login,
    slug: &str,
) -> Result<(Actor, Option<(CommunityId, Localised)>)> {
    if slug == NOWHERE {
        return Ok((login.admin()?.actor(), None));
    }
    let community = district::community(work, slug).await?;
    let staff = login.community_staff(community.id)?;
    Ok((staff.actor(), Some((community.id, community.name))))
}

/// Shows those that wait.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(after): Query<Before>,
) -> Response {
    let after = after.position().map(|(at, id)| (at, CorrectionId(id)));
    let locale = visit.viewer.locale;
    let found = view!(app.core, |work| async {
        let (actor, community) = office(work, &login, &slug).await?;
        let of = community.as_ref().map(|(id, _)| *id);
        let mut entries = Vec::new();
        for found in correction::list_waiting(work, &actor, of, after, SLICE).await? {
            let person = work.tx.find_person(found.person_id).await?;
            let field =
                Field::from_code(&found.field).map(|field| field.title().get(locale).to_owned());
            entries.push(CorrectionEntry {
                id: found.id.to_string(),
                person: person.map_or_else(String::new, |person| person.name),
                field: field.unwrap_or(found.field),
                previous: found.previous.unwrap_or_default(),
                wanted: found.wanted,
                reason: found.reason,
                at: found.requested,
            });
        }
        Ok((community, entries))
    }
    .await);
    match found {
        Ok((community, entries)) => {
            let action = format!("/corrections/{slug}");
            let next = entries
                .last()
                .filter(|_| entries.len() == usize::from(SLICE))
                .map(|last| format!("{action}?at={}&id={}", last.at.0, last.id));
            let page = CorrectionsPage {
                community: community.map(|(_, name)| name.get(locale).to_owned()),
                action,
                entries,
                next,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Decided {
    correction: CorrectionId,
    decision: Verdict,
    note: String,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accept,
    Reject,
}

/// Accepts one or rejects it.
pub(crate) async fn decide(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(form): Form<Decided>,
) -> Response {
    let accept = form.decision == Verdict::Accept;
    let done = act!(app.core, |work| async {
        let (actor, _) = office(work, &login, &slug).await?;
        correction::decide(work, &actor, form.correction, accept, &form.note).await
    }
    .await);
    let to = format!("/corrections/{slug}");
    visit
        .done(done, visit.viewer.text().said_decided(), &to)
        .await
}

//! Emergencies that a district admin reviews.

use crate::app::App;
use crate::page::admin::{ReviewEntry, ReviewsPage};
use crate::route::inbox::Before;
use crate::visit::DistrictAdmin;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::{Service, act, emergency, view};
use linli_domain::EmergencyId;
use serde::Deserialize;

const PAGE: &str = "/admin/emergencies";
/// How many a page shows.
const SLICE: u16 = 50;

/// Shows them.
pub(crate) async fn list(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Query(before): Query<Before>,
) -> Response {
    let before = before.position().map(|(at, id)| (at, EmergencyId(id)));
    let locale = visit.viewer.locale;
    let found = view!(app.core, |work| async {
        let mut entries = Vec::new();
        for found in emergency::list(work, &admin.actor(), false, before, SLICE).await? {
            let mut names = Vec::new();
            for person in [found.resident_id, found.declared_by] {
                let person = work.tx.find_person(person).await?;
                names.push(person.map_or_else(String::new, |person| person.name));
            }
            let service = Service::find(work, found.installation_id).await?;
            entries.push(ReviewEntry {
                id: found.id.to_string(),
                declarer: names.pop().unwrap_or_default(),
                resident: names.pop().unwrap_or_default(),
                service: service.map_or_else(String::new, |service| {
                    service.manifest.title.get(locale).to_owned()
                }),
                overdue: emergency::is_overdue(work, &found),
                reason: found.reason,
                at: found.declared,
                justified: found.justified,
                note: found.note.unwrap_or_default(),
            });
        }
        Ok(entries)
    }
    .await);
    match found {
        Ok(entries) => {
            let next = entries
                .last()
                .filter(|_| entries.len() == usize::from(SLICE))
                .map(|last| format!("{PAGE}?at={}&id={}", last.at.0, last.id));
            visit.page(&ReviewsPage { entries, next }).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Reviewed {
    emergency: EmergencyId,
    verdict: Verdict,
    note: String,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Justified,
    Unjustified,
}

/// Says whether one was justified.
pub(crate) async fn review(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Form(form): Form<Reviewed>,
) -> Response {
    let justified = form.verdict == Verdict::Justified;
    let done = act!(app.core, |work| emergency::review(
        work,
        &admin.actor(),
        form.emergency,
        justified,
        &form.note
    )
    .await);
    visit
        .done(done, visit.viewer.text().said_reviewed(), PAGE)
        .await
}

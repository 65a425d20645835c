//! A resident's needs.

use crate::app::App;
use crate::page::{NeedEntry, NeedsPage, Version};
use crate::visit::LoggedIn;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::need::{self, Said};
use linli_core::{act, view};
use linli_domain::NeedId;
use linli_domain::need::NeedState;
use serde::Deserialize;

const PAGE: &str = "/needs";
/// How many needs a page shows.
const SLICE: u16 = 50;
/// How many earlier versions of one it shows.
const VERSIONS: u16 = 20;

#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<NeedId>,
}

/// Shows them, for oneself or for whom one acts.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(query): Query<After>,
) -> Response {
    let subject = visit.subject(&login);
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let mut entries = Vec::new();
        for found in need::list(work, &actor, subject, query.after, SLICE).await? {
            let earlier = need::history(work, &actor, found.id, None, VERSIONS).await?;
            entries.push((found, earlier));
        }
        Ok(entries)
    }
    .await);
    let found = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let page = NeedsPage {
        resident: visit.acting_name(),
        next: found
            .last()
            .filter(|_| found.len() == usize::from(SLICE))
            .map(|(last, _)| format!("{PAGE}?after={}", last.id)),
        needs: found
            .into_iter()
            .map(|(found, earlier)| NeedEntry {
                id: found.id.to_string(),
                version: found.version,
                code: found.code,
                note: found.note,
                state: found.state,
                source: found.source,
                recorded: found.recorded,
                review: found.review,
                objection: found.objection,
                earlier: earlier
                    .into_iter()
                    .map(|before| Version {
                        at: before.recorded,
                        note: before.note,
                        source: before.source,
                    })
                    .collect(),
            })
            .collect(),
    };
    visit.page(&page).await
}

#[derive(Deserialize)]
pub(crate) struct Recorded {
    pub code: String,
    pub note: String,
}

impl Recorded {
    /// What is said, by nobody's plugin, to be looked at again in a year.
    pub fn said(self) -> Said {
        Said {
            code: self.code,
            note: self.note,
            ..Said::default()
        }
    }
}

/// Records one.
pub(crate) async fn record(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Recorded>,
) -> Response {
    let subject = visit.subject(&login);
    let said = form.said();
    let done = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        need::record(work, &actor, subject, &said).await.map(|_| ())
    }
    .await);
    visit
        .done(done, visit.viewer.text().said_saved(), PAGE)
        .await
}

#[derive(Deserialize)]
pub(crate) struct Change {
    need: NeedId,
    version: i64,
    #[serde(rename = "do")]
    verb: Verb,
    #[serde(default)]
    code: String,
    #[serde(default)]
    note: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verb {
    Correct,
    Object,
    Withdraw,
    Open,
}

/// Corrects one, objects to it, withdraws it or opens it again.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Change>,
) -> Response {
    let (id, version) = (form.need, form.version);
    let done = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let changed = match form.verb {
            Verb::Correct => {
                let said = Said {
                    code: form.code.clone(),
                    note: form.note.clone(),
                    ..Said::default()
                };
                need::correct(work, &actor, id, version, &said).await
            }
            Verb::Object => need::object(work, &actor, id, version, &form.note).await,
            Verb::Withdraw => {
                need::become_state(work, &actor, id, version, NeedState::Withdrawn).await
            }
            Verb::Open => need::become_state(work, &actor, id, version, NeedState::Open).await,
        };
        changed.map(|_| ())
    }
    .await);
    visit
        .done(done, visit.viewer.text().said_saved(), PAGE)
        .await
}

//! Messages that could not be sent.

use crate::app::App;
use crate::page::admin::{DeadLetter, DeadLettersPage};
use crate::route::inbox::Before;
use crate::visit::{DistrictAdmin, see_other};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::{act, dead_letter, view};
use linli_domain::DeliveryId;
use serde::Deserialize;

/// Shows them.
pub(crate) async fn list(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Query(after): Query<Before>,
) -> Response {
    let after = after.position().map(|(at, id)| (at, DeliveryId(id)));
    let found = match view!(app.core, |work| dead_letter::list(work, &admin, after)
        .await)
    {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let full = found.len() == usize::from(dead_letter::MAX_SLICE);
    let next = found.last().filter(|_| full).and_then(|last| {
        let at = last.ended?;
        Some(format!("/admin/dead-letters?at={}&id={}", at.0, last.id))
    });
    let letters = found
        .into_iter()
        .map(|found| DeadLetter {
            id: found.id.to_string(),
            channel: found.channel,
            at: found.ended.unwrap_or(found.created),
            attempts: u64::try_from(found.attempts).unwrap_or_default(),
            problem: found.problem,
        })
        .collect();
    visit.page(&DeadLettersPage { letters, next }).await
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    delivery: DeliveryId,
    #[serde(rename = "do")]
    verb: Verb,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verb {
    Retry,
    Drop,
}

/// Tries one again, or puts it away.
pub(crate) async fn decide(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Form(form): Form<Decision>,
) -> Response {
    let done = act!(app.core, |work| match form.verb {
        Verb::Retry => dead_letter::retry(work, &admin, form.delivery).await,
        Verb::Drop => dead_letter::put_away(work, &admin, form.delivery).await,
    });
    match done {
        Ok(()) => {
            let t = visit.viewer.text();
            let text = match form.verb {
                Verb::Retry => t.said_retry(),
                Verb::Drop => t.said_put_away(),
            };
            visit.say(true, text).await;
            see_other("/admin/dead-letters")
        }
        Err(error) => visit.refuse(error).await,
    }
}

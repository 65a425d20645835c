//! Messages that could not be sent.

use crate::app::App;
use crate::page::admin::{DeadLetter, DeadLettersPage, DeadTopic};
use crate::route::inbox::Before;
use crate::visit::{DistrictAdmin, see_other};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::{Service, act, dead_letter, view};
use linli_domain::{DeliveryId, InstallationId};
use serde::Deserialize;
use uuid::Uuid;

/// Shows them.
pub(crate) async fn list(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Query(after): Query<Before>,
) -> Response {
    let after = after.position().map(|(at, id)| (at, DeliveryId(id)));
    let locale = visit.viewer.locale;
    let found = view!(app.core, |work| async {
        let letters = dead_letter::list(work, &admin, after).await?;
        let mut topics = Vec::new();
        for topic in dead_letter::list_topics(work, &admin, None).await? {
            let service = Service::find(work, InstallationId(topic.subscriber_id)).await?;
            let title = service.map_or_else(String::new, |service| {
                let (title, place) = (&service.manifest.title, &service.community.name);
                format!("{} · {}", title.get(locale), place.get(locale))
            });
            topics.push((topic, title));
        }
        Ok((letters, topics))
    }
    .await);
    let (found, topics) = match found {
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
    let topics = topics.into_iter().map(|(topic, title)| DeadTopic {
        subscriber: topic.subscriber_id.to_string(),
        title,
        name: topic.name,
        position: topic.position,
        at: topic.died,
        attempts: u64::try_from(topic.attempts).unwrap_or_default(),
        problem: topic.problem,
    });
    let topics = topics.collect();
    visit
        .page(&DeadLettersPage {
            letters,
            next,
            topics,
        })
        .await
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

#[derive(Deserialize)]
pub(crate) struct TopicDecision {
    subscriber: Uuid,
    name: String,
    position: i64,
    #[serde(rename = "do")]
    verb: Verb,
}

/// Has a service try a message of a topic again, or puts it away.
pub(crate) async fn decide_topic(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Form(form): Form<TopicDecision>,
) -> Response {
    let (subscriber, name, position) = (form.subscriber, &form.name, form.position);
    let done = act!(app.core, |work| match form.verb {
        Verb::Retry => {
            dead_letter::retry_topic(work, &admin, subscriber, name, position).await
        }
        Verb::Drop => {
            dead_letter::put_away_topic(work, &admin, subscriber, name, position).await
        }
    });
    let t = visit.viewer.text();
    let said = match form.verb {
        Verb::Retry => t.said_topic_retry(),
        Verb::Drop => t.said_put_away(),
    };
    visit.answer(done, said, "/admin/dead-letters").await
}

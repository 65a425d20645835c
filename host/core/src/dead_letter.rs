//! Dead letters: what could not be sent by a channel and is not tried any more, for an admin to try again or put away.

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::outbox;
use crate::work::Work;
use linli_domain::notice::DeliveryState;
use linli_domain::{DeliveryId, Instant, TopicMessageId};
use linli_store::outbox::Delivery;
use linli_store::topic::TopicDeadLetter;
use serde_json::json;
use uuid::Uuid;

/// The most dead letters of one list.
pub const MAX_SLICE: u16 = 100;

/// Dead letters after a position, the longest dead first.
pub async fn list(
    work: &mut Work,
    _: &Admin,
    after: Option<(Instant, DeliveryId)>,
) -> Result<Vec<Delivery>> {
    let after = after.unwrap_or((Instant(i64::MIN), DeliveryId(Uuid::nil())));
    Ok(work
        .tx
        .list_dead_deliveries(after, MAX_SLICE.into())
        .await?)
}

/// One of them.
pub async fn find(work: &mut Work, _: &Admin, id: DeliveryId) -> Result<Delivery> {
    let found = work.tx.find_delivery(id).await?;
    let found = found.filter(|delivery| delivery.state == DeliveryState::Dead);
    found.ok_or_else(|| Refusal::NotFound("dead letter").into())
}

/// Tries it again as often as at first, from now on; at night what is not urgent waits for the morning.
pub async fn retry(work: &mut Work, admin: &Admin, id: DeliveryId) -> Result<()> {
    let found = find(work, admin, id).await?;
    let due = outbox::allowed(work, found.notice_id, work.now).await?;
    work.tx.revive_delivery(id, due).await?;
    record(work, admin, &found, "delivery.retry").await
}

/// Puts it away.
pub async fn put_away(work: &mut Work, admin: &Admin, id: DeliveryId) -> Result<()> {
    let found = find(work, admin, id).await?;
    work.tx.drop_delivery(id, work.now).await?;
    record(work, admin, &found, "delivery.drop").await
}

/// Messages of topics that no attempt of a subscriber could do, after a position, the longest dead first.
pub async fn list_topics(
    work: &mut Work,
    _: &Admin,
    after: Option<(Instant, TopicMessageId)>,
) -> Result<Vec<TopicDeadLetter>> {
    let after = after.unwrap_or((Instant(i64::MIN), TopicMessageId(Uuid::nil())));
    Ok(work
        .tx
        .list_topic_dead_letters(after, MAX_SLICE.into())
        .await?)
}

/// Has a subscriber try a message of a topic anew, as often as at first, before those that follow.
pub async fn retry_topic(
    work: &mut Work,
    admin: &Admin,
    subscriber: Uuid,
    name: &str,
    position: i64,
) -> Result<()> {
    let found = work
        .tx
        .revive_topic_dead_letter(subscriber, name, position)
        .await?;
    record_topic(work, admin, found, subscriber, name, "topic.retry").await
}

/// Puts a message of a topic away: the subscriber never gets it.
pub async fn put_away_topic(
    work: &mut Work,
    admin: &Admin,
    subscriber: Uuid,
    name: &str,
    position: i64,
) -> Result<()> {
    let found = work
        .tx
        .delete_topic_dead_letter(subscriber, name, position, "dead")
        .await?;
    record_topic(work, admin, found, subscriber, name, "topic.drop").await
}

async fn record_topic(
    work: &mut Work,
    admin: &Admin,
    found: bool,
    subscriber: Uuid,
    name: &str,
    action: &str,
) -> Result<()> {
    if !found {
        return Err(Refusal::NotFound("dead letter").into());
    }
    let detail = json!({ "topic": name });
    work.audit_act(&admin.actor(), None, action, subscriber, detail)
        .await
}

async fn record(work: &mut Work, admin: &Admin, found: &Delivery, action: &str) -> Result<()> {
    work.audit_act(
        &admin.actor(),
        Some(found.person_id),
        action,
        found.id,
        json!({ "channel": found.channel.code(), "problem": found.problem }),
    )
    .await
}

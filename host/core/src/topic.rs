//! Topics: what the host tells whoever subscribes.
//!
//! A message is written in the unit of work that it tells of. After that unit has been committed, [`place`] gives it its
//! place in the log: a reader who has come to a place has missed none before it, however many units of work ran at once.
//! A subscriber takes its place with [`claim`], and moves on with [`done`] in the unit of work that does what the messages
//! ask for, so that each of them has its effect once.

use crate::error::{Error, Result};
use crate::work::Work;
use linli_domain::topic::HOST_TOPICS;
use linli_domain::{CommunityId, Instant, PersonId, PluginId};
use linli_store::topic::TopicMessage;
use uuid::Uuid;

/// For how long a claim holds, in minutes.
const LEASE_MINUTES: i64 = 5;
/// The most messages of one claim.
const MAX_SLICE: u16 = 100;
/// How long messages are kept, in days.
pub const KEPT_DAYS: i64 = 30;

/// Publishes a message of the host in the caller's unit of work: it is in the log if and when the rest is done. `name` is
/// one of [`linli_domain::topic`]; the resident is the one that it concerns, in the community that it concerns.
pub async fn publish_host(
    work: &mut Work,
    name: &str,
    community: CommunityId,
    subject: PersonId,
) -> Result<()> {
    publish(work, name, community, subject, None).await
}

/// The same, for the installations of one plugin alone: what it tells is no other's business.
pub async fn publish_host_to(
    work: &mut Work,
    name: &str,
    community: CommunityId,
    subject: PersonId,
    plugin: &PluginId,
) -> Result<()> {
    publish(work, name, community, subject, Some(plugin)).await
}

async fn publish(
    work: &mut Work,
    name: &str,
    community: CommunityId,
    subject: PersonId,
    plugin: Option<&PluginId>,
) -> Result<()> {
    check_name(name)?;
    let message = TopicMessage {
        id: work.id(),
        name: name.to_owned(),
        community_id: community,
        subject_id: subject,
        plugin: plugin.cloned(),
        at: work.now,
        position: None,
    };
    Ok(work.tx.create_topic_message(&message).await?)
}

fn check_name(name: &str) -> Result<()> {
    if HOST_TOPICS.contains(&name) {
        return Ok(());
    }
    Err(Error::Internal(format!(
        "the host has no topic '{name}'; its topics are {}",
        HOST_TOPICS.join(", ")
    )))
}

/// Gives messages that were committed meanwhile their places in the log; answers how many.
pub async fn place(work: &mut Work) -> Result<u64> {
    Ok(work.tx.place_topic_messages().await?)
}

/// Has a subscriber, an installation, read a topic of a community from now on.
pub async fn subscribe(
    work: &mut Work,
    subscriber: Uuid,
    name: &str,
    community: CommunityId,
) -> Result<()> {
    check_name(name)?;
    Ok(work
        .tx
        .create_topic_cursor(subscriber, name, community, work.now)
        .await?)
}

/// Takes the next messages of a topic for `owner`, a process, at most 100; none while another process works on them. Whoever
/// takes messages and dies loses them to the next after five minutes.
pub async fn claim(
    work: &mut Work,
    subscriber: Uuid,
    name: &str,
    owner: Uuid,
    limit: u16,
) -> Result<Vec<TopicMessage>> {
    let until = work.now.plus_minutes(LEASE_MINUTES);
    let now = work.now;
    let Some(cursor) = work
        .tx
        .claim_topic(subscriber, name, owner, now, until)
        .await?
    else {
        return Ok(Vec::new());
    };
    let limit = limit.min(MAX_SLICE);
    let messages = work
        .tx
        .list_topic_messages(
            subscriber,
            name,
            cursor.community_id,
            cursor.position,
            limit.into(),
        )
        .await?;
    if messages.is_empty() {
        work.tx
            .advance_topic(subscriber, name, owner, cursor.position, now)
            .await?;
    }
    Ok(messages)
}

/// What the messages up to `position` ask for has been done in this unit of work. False if another process has them by now:
/// then the unit of work must not be committed.
pub async fn done(
    work: &mut Work,
    subscriber: Uuid,
    name: &str,
    owner: Uuid,
    position: i64,
) -> Result<bool> {
    let now = work.now;
    Ok(work
        .tx
        .advance_topic(subscriber, name, owner, position, now)
        .await?)
}

/// Removes messages that were kept long enough.
pub async fn sweep(work: &mut Work) -> Result<u64> {
    let before: Instant = work.now.plus_days(-KEPT_DAYS);
    Ok(work.tx.delete_old_topic_messages(before).await?)
}

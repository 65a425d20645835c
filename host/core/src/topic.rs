//! Topics: what the host tells whoever subscribes.
//!
//! A message is written in the unit of work that it tells of. After that unit has been committed, [`place`] gives it its
//! place in the log: a reader who has come to a place has missed none before it, however many units of work ran at once.
//! A subscriber takes its place with [`claim`], and moves on with [`done`] in the unit of work that does what the messages
//! ask for, so that each of them has its effect once. What could not be done is told by [`fail`]: it is tried again, later each
//! time and soon alone, and after the last attempt it is a dead letter, which an admin has tried anew or puts away, while
//! the subscriber goes on with what follows.

use crate::caller::Actor;
use crate::error::{Error, Result};
use crate::outbox;
use crate::work::Work;
use linli_domain::notice::MAX_ATTEMPTS;
use linli_domain::topic::HOST_TOPICS;
use linli_domain::{CommunityId, Instant, PersonId, PluginId};
use linli_store::topic::{TopicCursor, TopicDeadLetter, TopicMessage};
use serde_json::json;
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
    let Some(mut cursor) = work
        .tx
        .claim_topic(subscriber, name, owner, now, until)
        .await?
    else {
        return Ok(Vec::new());
    };
    let revived = work.tx.find_revived_topic_message(subscriber, name).await?;
    if cursor.attempts > MAX_ATTEMPTS {
        // Whoever read it died again and again without a word.
        let first = match revived {
            Some(message) => Some(message),
            None => next(work, &cursor, 1).await?.into_iter().next(),
        };
        if let Some(message) = first {
            let problem = format!(
                "it was begun {MAX_ATTEMPTS} times, and no process came to say how it went"
            );
            bury(work, &cursor, &message, &problem).await?;
            cursor.position = cursor.position.max(message.position.unwrap_or_default());
        }
        work.tx
            .advance_topic(subscriber, name, owner, cursor.position, now)
            .await?;
        return Ok(Vec::new());
    }
    if let Some(message) = revived {
        return Ok(vec![message]);
    }
    // What failed twice is read alone: so it is known which message it is.
    let limit = if cursor.attempts > 2 {
        1
    } else {
        limit.min(MAX_SLICE)
    };
    let messages = next(work, &cursor, limit.into()).await?;
    if messages.is_empty() {
        work.tx
            .advance_topic(subscriber, name, owner, cursor.position, now)
            .await?;
    }
    Ok(messages)
}

async fn next(work: &mut Work, cursor: &TopicCursor, limit: i64) -> Result<Vec<TopicMessage>> {
    Ok(work
        .tx
        .list_topic_messages(
            cursor.subscriber_id,
            &cursor.name,
            cursor.community_id,
            cursor.position,
            limit,
        )
        .await?)
}

/// The first message that `owner` took could not be done, or one of several: it is tried again later, soon alone; after the
/// last attempt it is a dead letter, and those that follow are read. `problem` says what was tried and why it failed; 500
/// characters of it are kept. False if another process has them by now.
pub async fn fail(
    work: &mut Work,
    subscriber: Uuid,
    name: &str,
    owner: Uuid,
    problem: &str,
) -> Result<bool> {
    let cursor = work.tx.find_topic_cursor(subscriber, name).await?;
    let Some(cursor) = cursor.filter(|cursor| cursor.claimed_by == Some(owner)) else {
        return Ok(false);
    };
    let problem = outbox::shortened(problem);
    if cursor.attempts < MAX_ATTEMPTS {
        let later = outbox::next_try(work, cursor.attempts);
        return Ok(work
            .tx
            .postpone_topic(subscriber, name, owner, later, &problem)
            .await?);
    }
    let revived = work.tx.find_revived_topic_message(subscriber, name).await?;
    let failed = match revived {
        Some(message) => Some(message),
        None => next(work, &cursor, 1).await?.into_iter().next(),
    };
    let mut position = cursor.position;
    if let Some(message) = failed {
        bury(work, &cursor, &message, &problem).await?;
        position = message.position.unwrap_or(position);
    }
    let now = work.now;
    Ok(work
        .tx
        .advance_topic(subscriber, name, owner, position, now)
        .await?)
}

/// Keeps a message that could not be done as a dead letter.
async fn bury(
    work: &mut Work,
    cursor: &TopicCursor,
    message: &TopicMessage,
    problem: &str,
) -> Result<()> {
    let letter = TopicDeadLetter {
        subscriber_id: cursor.subscriber_id,
        name: cursor.name.clone(),
        position: message.position.unwrap_or_default(),
        message_id: message.id,
        attempts: cursor.attempts,
        problem: problem.to_owned(),
        died: work.now,
    };
    work.tx.put_topic_dead_letter(&letter).await?;
    let detail = json!({ "topic": cursor.name, "attempts": cursor.attempts });
    let (host, subject) = (Actor::host(), Some(message.subject_id));
    work.audit_act(&host, subject, "topic.die", cursor.subscriber_id, detail)
        .await
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
    let moved = work
        .tx
        .advance_topic(subscriber, name, owner, position, now)
        .await?;
    if moved {
        work.tx
            .delete_topic_dead_letter(subscriber, name, position, "retry")
            .await?;
    }
    Ok(moved)
}

/// Removes messages that were kept long enough.
pub async fn sweep(work: &mut Work) -> Result<u64> {
    let before: Instant = work.now.plus_days(-KEPT_DAYS);
    Ok(work.tx.delete_old_topic_messages(before).await?)
}

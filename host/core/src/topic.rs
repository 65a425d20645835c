//! Topics: what the host tells whoever subscribes.

use crate::error::{Error, Result};
use crate::work::Work;
use linli_domain::topic::HOST_TOPICS;
use linli_domain::{CommunityId, PersonId};
use linli_store::topic::TopicMessage;

/// Publishes a message of the host in the caller's unit of work: it is in the log if and when the rest is done. `name` is
/// one of [`linli_domain::topic`]; the resident is the one that it concerns, in the community that it concerns.
pub async fn publish_host(
    work: &mut Work,
    name: &str,
    community: CommunityId,
    subject: PersonId,
) -> Result<()> {
    if !HOST_TOPICS.contains(&name) {
        return Err(Error::Internal(format!(
            "the host has no topic '{name}'; its topics are {}",
            HOST_TOPICS.join(", ")
        )));
    }
    let message = TopicMessage {
        id: work.id(),
        name: name.to_owned(),
        community_id: community,
        subject_id: subject,
        at: work.now,
        position: None,
    };
    Ok(work.tx.create_topic_message(&message).await?)
}

//! Topics: what the host publishes.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CommunityId, Instant, PersonId, TopicMessageId};

row! {
    /// A message of a topic.
    pub struct TopicMessage {
        /// The id.
        pub id: TopicMessageId,
        /// Of which topic.
        pub name: String,
        /// Which community it concerns.
        pub community_id: CommunityId,
        /// Which resident it concerns.
        pub subject_id: PersonId,
        /// When it was published.
        pub at: Instant,
        /// Where it stands in the log, from 1; none until it has been placed.
        pub position: Option<i64>,
    }
}

impl Tx {
    /// Publishes a message. It stands nowhere in the log yet.
    pub async fn create_topic_message(&mut self, m: &TopicMessage) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO topic_message (id, name, community_id, subject_id, at, position) VALUES ($1, $2, $3, $4, $5, $6)",
            m.id, m.name, m.community_id, m.subject_id, m.at, m.position)?;
        Ok(())
    }
}

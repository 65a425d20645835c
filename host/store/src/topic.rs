//! Topics: what the host publishes, and how far each subscriber has come.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::{CommunityId, Instant, PersonId, PluginId, TopicMessageId};
use uuid::Uuid;

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
        /// For which plugin alone; for every subscriber if none.
        pub plugin: Option<PluginId>,
        /// When it was published.
        pub at: Instant,
        /// Where it stands in the log, from 1; none until it has been placed.
        pub position: Option<i64>,
    }
}

row! {
    /// How far a subscriber has come in a topic.
    pub struct TopicCursor {
        /// Who reads: an installation.
        pub subscriber_id: Uuid,
        /// Which topic.
        pub name: String,
        /// Of which community.
        pub community_id: CommunityId,
        /// The last message that was done with.
        pub position: i64,
        /// How often the next one has been tried.
        pub attempts: i64,
        /// When it is tried next; for one that is held, when its holder's time is over.
        pub next_try: Instant,
        /// Who holds it.
        pub claimed_by: Option<Uuid>,
    }
}

row! {
    /// A resident and where they live.
    pub struct Inhabitant {
        /// Who.
        pub id: PersonId,
        /// Where.
        pub community_id: CommunityId,
    }
}

row! {
    struct LastDay {
        pub day: Option<Date>,
    }
}

impl Tx {
    /// Publishes a message. It stands nowhere in the log yet.
    pub async fn create_topic_message(&mut self, m: &TopicMessage) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO topic_message (id, name, community_id, subject_id, plugin, at, position)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
            m.id,
            m.name,
            m.community_id,
            m.subject_id,
            m.plugin,
            m.at,
            m.position
        )?;
        Ok(())
    }

    /// Gives the messages that were committed meanwhile their places at the end of the log; answers how many.
    pub async fn place_topic_messages(&mut self) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            UPDATE topic_message SET position = placed.position FROM (
              SELECT id, (SELECT COALESCE(max(position), 0) FROM topic_message)
                + row_number() OVER (ORDER BY at, id) AS position
              FROM topic_message WHERE position IS NULL) AS placed
            WHERE topic_message.id = placed.id"
        )
    }

    /// Begins to read a topic at the end of its log; one that is read already goes on.
    pub async fn create_topic_cursor(
        &mut self,
        subscriber: Uuid,
        name: &str,
        community: CommunityId,
        now: Instant,
    ) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO topic_cursor (subscriber_id, name, community_id, position, attempts, next_try)
            SELECT $1, $2, $3, COALESCE(max(position), 0), 0, $4 FROM topic_message WHERE true
            ON CONFLICT (subscriber_id, name) DO NOTHING", subscriber, name, community, now)?;
        Ok(())
    }

    /// Takes a subscriber's place in a topic for `owner` until `until`; none while somebody else holds it or it waits for
    /// its next attempt. Each time counts one attempt more.
    pub async fn claim_topic(
        &mut self,
        subscriber: Uuid,
        name: &str,
        owner: Uuid,
        now: Instant,
        until: Instant,
    ) -> StoreResult<Option<TopicCursor>> {
        let claimed = sql!(self, fetch_optional TopicCursor, "
            UPDATE topic_cursor SET claimed_by = $3, next_try = $5, attempts = attempts + 1
            WHERE subscriber_id = $1 AND name = $2 AND next_try <= $4
            RETURNING subscriber_id, name, community_id, position, attempts, next_try, claimed_by",
            subscriber, name, owner, now, until)?;
        crate::crash_at!("topic.claim");
        Ok(claimed)
    }

    /// Messages of a topic that are for a subscriber, after a position, in the log's order. What is for one plugin alone is
    /// for its installations.
    pub async fn list_topic_messages(
        &mut self,
        subscriber: Uuid,
        name: &str,
        community: CommunityId,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<TopicMessage>> {
        sql!(self, fetch_all TopicMessage, "
            SELECT id, name, community_id, subject_id, plugin, at, position FROM topic_message
            WHERE name = $1 AND community_id = $2 AND position > $3
              AND (plugin IS NULL OR plugin = (SELECT plugin FROM installation WHERE installation.id = $5))
            ORDER BY position LIMIT $4", name, community, after, limit, subscriber)
    }

    /// Moves a subscriber's place, which is still `owner`'s, on and lets it go; false if somebody else holds it by now.
    pub async fn advance_topic(
        &mut self,
        subscriber: Uuid,
        name: &str,
        owner: Uuid,
        position: i64,
        next_try: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE topic_cursor SET position = $4, attempts = 0, next_try = $5, claimed_by = NULL
            WHERE subscriber_id = $1 AND name = $2 AND claimed_by = $3 AND position <= $4",
            subscriber,
            name,
            owner,
            position,
            next_try
        )? > 0)
    }

    /// Removes placed messages that are older, but never the last: places are not given twice.
    pub async fn delete_old_topic_messages(&mut self, before: Instant) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            DELETE FROM topic_message
            WHERE at < $1 AND position < (SELECT max(position) FROM topic_message)",
            before
        )
    }

    /// The last day whose birthdays have been told.
    pub async fn find_last_birthday_run(&mut self) -> StoreResult<Option<Date>> {
        Ok(sql!(self, fetch_one LastDay, "SELECT max(day) AS day FROM birthday_run")?.day)
    }

    /// Birthdays of this day have been told.
    pub async fn create_birthday_run(&mut self, day: Date, at: Instant) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO birthday_run (day, at) VALUES ($1, $2)",
            day,
            at
        )?;
        Ok(())
    }

    /// Living residents who were born on a day, by id after a position.
    pub async fn list_residents_born_on(
        &mut self,
        day: Date,
        after: PersonId,
        limit: i64,
    ) -> StoreResult<Vec<Inhabitant>> {
        sql!(self, fetch_all Inhabitant, "
            SELECT id, community_id FROM person
            WHERE birth_date = $1 AND community_id IS NOT NULL AND died IS NULL AND id > $2 ORDER BY id LIMIT $3",
            day, after, limit)
    }
}

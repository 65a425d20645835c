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
        /// What went wrong last.
        pub problem: String,
    }
}

row! {
    /// A message that a subscriber could not do.
    pub struct TopicDeadLetter {
        /// Which subscriber.
        pub subscriber_id: Uuid,
        /// Of which topic.
        pub name: String,
        /// Where the message stands in the log.
        pub position: i64,
        /// Which message.
        pub message_id: TopicMessageId,
        /// How often it was tried.
        pub attempts: i64,
        /// What went wrong last.
        pub problem: String,
        /// When it was given up.
        pub died: Instant,
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
            RETURNING subscriber_id, name, community_id, position, attempts, next_try, claimed_by, problem",
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

    /// A subscriber's place in a topic.
    pub async fn find_topic_cursor(
        &mut self,
        subscriber: Uuid,
        name: &str,
    ) -> StoreResult<Option<TopicCursor>> {
        sql!(self, fetch_optional TopicCursor, "
            SELECT subscriber_id, name, community_id, position, attempts, next_try, claimed_by, problem FROM topic_cursor
            WHERE subscriber_id = $1 AND name = $2", subscriber, name)
    }

    /// Lets a subscriber's place, which is still `owner`'s, go until its next attempt; false if somebody else holds it by now.
    pub async fn postpone_topic(
        &mut self,
        subscriber: Uuid,
        name: &str,
        owner: Uuid,
        next_try: Instant,
        problem: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE topic_cursor SET next_try = $4, problem = $5, claimed_by = NULL
            WHERE subscriber_id = $1 AND name = $2 AND claimed_by = $3",
            subscriber,
            name,
            owner,
            next_try,
            problem
        )? > 0)
    }

    /// Keeps a message that a subscriber could not do; one that was tried anew is dead again.
    pub async fn put_topic_dead_letter(&mut self, d: &TopicDeadLetter) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO topic_dead_letter (subscriber_id, name, position, message_id, state, attempts, problem, died)
            VALUES ($1, $2, $3, $4, 'dead', $5, $6, $7)
            ON CONFLICT (subscriber_id, name, position) DO UPDATE SET state = 'dead', attempts = $5, problem = $6, died = $7",
            d.subscriber_id, d.name, d.position, d.message_id, d.attempts, d.problem, d.died)?;
        Ok(())
    }

    /// What no subscriber's attempts could do, after `(died, message)`, the longest dead first.
    pub async fn list_topic_dead_letters(
        &mut self,
        after: (Instant, TopicMessageId),
        limit: i64,
    ) -> StoreResult<Vec<TopicDeadLetter>> {
        sql!(self, fetch_all TopicDeadLetter, "
            SELECT subscriber_id, name, position, message_id, attempts, problem, died FROM topic_dead_letter
            WHERE state = 'dead' AND (died, message_id) > ($1, $2) ORDER BY died, message_id LIMIT $3", after.0, after.1, limit)
    }

    /// Has a dead message tried anew, before those that follow in the log; false if it is not dead.
    pub async fn revive_topic_dead_letter(
        &mut self,
        subscriber: Uuid,
        name: &str,
        position: i64,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE topic_dead_letter SET state = 'retry'
            WHERE subscriber_id = $1 AND name = $2 AND position = $3 AND state = 'dead'",
            subscriber,
            name,
            position
        )? > 0)
    }

    /// Removes a message from those that could not be done; false if it is not one of them.
    pub async fn delete_topic_dead_letter(
        &mut self,
        subscriber: Uuid,
        name: &str,
        position: i64,
        state: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            DELETE FROM topic_dead_letter WHERE subscriber_id = $1 AND name = $2 AND position = $3 AND state = $4",
            subscriber,
            name,
            position,
            state
        )? > 0)
    }

    /// The first message of a topic that an admin has tried anew for a subscriber.
    pub async fn find_revived_topic_message(
        &mut self,
        subscriber: Uuid,
        name: &str,
    ) -> StoreResult<Option<TopicMessage>> {
        sql!(self, fetch_optional TopicMessage, "
            SELECT topic_message.id, topic_message.name, community_id, subject_id, plugin, at, topic_message.position
            FROM topic_dead_letter JOIN topic_message ON topic_message.id = topic_dead_letter.message_id
            WHERE subscriber_id = $1 AND topic_dead_letter.name = $2 AND state = 'retry'
            ORDER BY topic_dead_letter.position LIMIT 1", subscriber, name)
    }

    /// Moves a subscriber's place, which is still `owner`'s, on, but never back, and lets it go; false if somebody else holds
    /// it by now.
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
            UPDATE topic_cursor SET position = CASE WHEN position > $4 THEN position ELSE $4 END, attempts = 0,
              next_try = $5, claimed_by = NULL, problem = ''
            WHERE subscriber_id = $1 AND name = $2 AND claimed_by = $3",
            subscriber,
            name,
            owner,
            position,
            next_try
        )? > 0)
    }

    /// Removes placed messages that are older, but never the last, for places are not given twice, nor what an admin has yet
    /// to decide about.
    pub async fn delete_old_topic_messages(&mut self, before: Instant) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            DELETE FROM topic_message
            WHERE at < $1 AND position < (SELECT max(position) FROM topic_message)
              AND NOT EXISTS (SELECT 1 FROM topic_dead_letter WHERE message_id = topic_message.id)",
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

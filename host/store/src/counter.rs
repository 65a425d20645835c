//! Sessions in which staff act at the counter for somebody who is there.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CommunityId, CounterId, Instant, PersonId};

row! {
    /// A session at the counter.
    pub struct CounterSession {
        /// The id.
        pub id: CounterId,
        /// Who acts.
        pub staff_id: PersonId,
        /// For whom.
        pub resident_id: PersonId,
        /// At the counter of which community.
        pub community_id: CommunityId,
        /// What they were shown, such as an identity card.
        pub evidence: String,
        /// Since when.
        pub begun: Instant,
        /// Until when at the latest.
        pub expires: Instant,
        /// When it was ended.
        pub ended: Option<Instant>,
    }
}

impl Tx {
    /// Begins a session.
    pub async fn create_counter_session(&mut self, s: &CounterSession) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO counter_session (id, staff_id, resident_id, community_id, evidence, begun, expires, ended)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            s.id, s.staff_id, s.resident_id, s.community_id, s.evidence, s.begun, s.expires, s.ended)?;
        Ok(())
    }

    /// A session by its id.
    pub async fn find_counter_session(
        &mut self,
        id: CounterId,
    ) -> StoreResult<Option<CounterSession>> {
        sql!(self, fetch_optional CounterSession, "
            SELECT id, staff_id, resident_id, community_id, evidence, begun, expires, ended FROM counter_session
            WHERE id = $1", id)
    }

    /// The session of a member of staff that nobody has ended; its time may be over.
    pub async fn find_open_counter_session(
        &mut self,
        staff: PersonId,
    ) -> StoreResult<Option<CounterSession>> {
        sql!(self, fetch_optional CounterSession, "
            SELECT id, staff_id, resident_id, community_id, evidence, begun, expires, ended FROM counter_session
            WHERE staff_id = $1 AND ended IS NULL", staff)
    }

    /// Ends whatever session somebody has.
    pub async fn end_counter_sessions(&mut self, staff: PersonId, now: Instant) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE counter_session SET ended = $2 WHERE staff_id = $1 AND ended IS NULL",
            staff,
            now
        )?;
        Ok(())
    }
}

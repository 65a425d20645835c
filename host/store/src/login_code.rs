//! Codes to log in that go out by mail. What a code is stands nowhere; rows say for whom one is, how often it was tried and
//! that it was used.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{DeliveryId, Instant, PersonId};

row! {
    /// A code that somebody asked for.
    pub struct LoginCode {
        /// The id, also of its delivery.
        pub id: DeliveryId,
        /// Whose; none where nobody has the name, or nobody can be written to.
        pub person_id: Option<PersonId>,
        /// The keyed hash of the name that was typed.
        pub name_hash: Vec<u8>,
        /// When it was asked for.
        pub asked: Instant,
        /// Until when it may be used.
        pub expires: Instant,
        /// How often somebody typed one.
        pub attempts: i64,
        /// When the outbox got it.
        pub posted: Option<Instant>,
        /// When it was used.
        pub used: Option<Instant>,
    }
}

impl Tx {
    /// Adds a code.
    pub async fn create_login_code(&mut self, code: &LoginCode) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO login_code (id, person_id, name_hash, asked, expires, attempts, posted, used)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            code.id, code.person_id, code.name_hash, code.asked, code.expires, code.attempts, code.posted, code.used)?;
        Ok(())
    }

    /// A code by its id.
    pub async fn find_login_code(&mut self, id: DeliveryId) -> StoreResult<Option<LoginCode>> {
        sql!(self, fetch_optional LoginCode, "
            SELECT id, person_id, name_hash, asked, expires, attempts, posted, used FROM login_code WHERE id = $1", id)
    }

    /// How many codes were asked for by a name since then.
    pub async fn count_login_codes(
        &mut self,
        name_hash: &[u8],
        since: Instant,
    ) -> StoreResult<i64> {
        let name_hash = name_hash.to_vec();
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM login_code WHERE name_hash = $1 AND asked > $2", name_hash, since)?.count)
    }

    /// Counts one attempt at a code; false if it has had all of `at_most`, was used or is over.
    pub async fn try_login_code(
        &mut self,
        id: DeliveryId,
        at_most: i64,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE login_code SET attempts = attempts + 1
            WHERE id = $1 AND attempts < $2 AND used IS NULL AND expires > $3",
            id,
            at_most,
            now
        )? > 0)
    }

    /// Uses a code up; false if it was used before.
    pub async fn use_login_code(&mut self, id: DeliveryId, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE login_code SET used = $2 WHERE id = $1 AND used IS NULL AND expires > $2",
            id,
            now
        )? > 0)
    }

    /// Whether a code waits to be handed to the outbox.
    pub async fn has_login_code_to_post(&mut self) -> StoreResult<bool> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM (
              SELECT 1 FROM login_code WHERE posted IS NULL AND person_id IS NOT NULL LIMIT 1) AS waiting")?.count > 0)
    }

    /// Codes that wait to be handed to the outbox, the oldest first.
    pub async fn list_login_codes_to_post(&mut self, limit: i64) -> StoreResult<Vec<LoginCode>> {
        sql!(self, fetch_all LoginCode, "
            SELECT id, person_id, name_hash, asked, expires, attempts, posted, used FROM login_code
            WHERE posted IS NULL AND person_id IS NOT NULL ORDER BY asked, id LIMIT $1", limit)
    }

    /// The outbox has a code.
    pub async fn set_login_code_posted(&mut self, id: DeliveryId, now: Instant) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE login_code SET posted = $2 WHERE id = $1",
            id,
            now
        )?;
        Ok(())
    }

    /// Removes codes that were over before then.
    pub async fn delete_old_login_codes(&mut self, before: Instant) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "DELETE FROM login_code WHERE expires < $1",
            before
        )
    }
}

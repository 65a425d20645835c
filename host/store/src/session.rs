//! Sessions of browsers and failed log-ins.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{Instant, PersonId};
use serde_json::Value;
use uuid::Uuid;

row! {
    /// Failed log-ins of a subject.
    pub struct Failures {
        /// How many.
        pub count: i64,
        /// When the last was.
        pub last: Option<Instant>,
    }
}

row! {
    /// A session.
    pub struct Session {
        /// A hash of the cookie's value.
        pub id: String,
        /// What it is called where its owner ends it; worth nothing to whoever would use it.
        pub handle: Uuid,
        /// Who is logged in.
        pub person_id: Option<PersonId>,
        /// What the web keeps in it.
        pub data: Value,
        /// On what: browser and system, roughly.
        pub device: String,
        /// Since when its owner is logged in.
        pub begun: Instant,
        /// When it was used last, to some minutes.
        pub seen: Instant,
        /// Until when it may be used.
        pub expires: Instant,
    }
}

impl Tx {
    /// Creates a session.
    pub async fn create_session(&mut self, s: &Session) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO session (id, handle, person_id, data, device, begun, seen, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            s.id,
            s.handle,
            s.person_id,
            s.data,
            s.device,
            s.begun,
            s.seen,
            s.expires
        )?;
        Ok(())
    }

    /// Changes a session, but for its handle and when it began; false if it has been ended, which it then stays.
    pub async fn update_session(&mut self, s: &Session) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            UPDATE session SET person_id = $2, data = $3, device = $4, seen = $5, expires = $6 WHERE id = $1",
            s.id, s.person_id, s.data, s.device, s.seen, s.expires)? > 0)
    }

    /// A session was used; one that was ended stays ended.
    pub async fn touch_session(
        &mut self,
        id: &str,
        seen: Instant,
        expires: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE session SET seen = $2, expires = $3 WHERE id = $1 AND seen < $2",
            id,
            seen,
            expires
        )?;
        Ok(())
    }

    /// A session that has not expired.
    pub async fn find_session(&mut self, id: &str, now: Instant) -> StoreResult<Option<Session>> {
        sql!(self, fetch_optional Session, "
            SELECT id, handle, person_id, data, device, begun, seen, expires FROM session
            WHERE id = $1 AND expires > $2",
            id, now)
    }

    /// The sessions of a person that have not expired, the newest first.
    pub async fn list_sessions_of(
        &mut self,
        person: PersonId,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Session>> {
        sql!(self, fetch_all Session, "
            SELECT id, handle, person_id, data, device, begun, seen, expires FROM session
            WHERE person_id = $1 AND expires > $2 ORDER BY begun DESC, handle LIMIT $3",
            person, now, limit)
    }

    /// Ends a session.
    pub async fn delete_session(&mut self, id: &str) -> StoreResult<()> {
        sql!(self, execute, "DELETE FROM session WHERE id = $1", id)?;
        Ok(())
    }

    /// Ends one session of a person by its handle; true if there was one.
    pub async fn delete_session_by_handle(
        &mut self,
        person: PersonId,
        handle: Uuid,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM session WHERE person_id = $1 AND handle = $2",
            person,
            handle
        )? > 0)
    }

    /// Ends all sessions of a person but one.
    pub async fn delete_other_sessions(&mut self, person: PersonId, but: &str) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "DELETE FROM session WHERE person_id = $1 AND id <> $2",
            person,
            but
        )
    }

    /// Ends all sessions of a person.
    pub async fn delete_sessions_of(&mut self, person: PersonId) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "DELETE FROM session WHERE person_id = $1",
            person
        )
    }

    /// Removes what has expired: sessions, and failed log-ins before `failures_before`.
    pub async fn delete_expired_sessions(
        &mut self,
        now: Instant,
        failures_before: Instant,
    ) -> StoreResult<u64> {
        let sessions = sql!(
            self,
            execute,
            "DELETE FROM session WHERE expires <= $1",
            now
        )?;
        let failures = sql!(
            self,
            execute,
            "DELETE FROM login_failure WHERE at < $1",
            failures_before
        )?;
        Ok(sessions + failures)
    }

    /// Remembers a failed log-in of a subject: a log-in name, a network address, both together, or a device. `name` is the
    /// log-in name that was tried; empty where the failure outlasts a new password.
    pub async fn create_login_failure(
        &mut self,
        id: Uuid,
        subject: &str,
        name: &str,
        at: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO login_failure (id, subject, name, at) VALUES ($1, $2, $3, $4)",
            id,
            subject,
            name,
            at
        )?;
        Ok(())
    }

    /// How often a subject has failed since an instant, and when it did last.
    pub async fn count_login_failures(
        &mut self,
        subject: &str,
        since: Instant,
    ) -> StoreResult<Failures> {
        sql!(self, fetch_one Failures, "
            SELECT count(*) AS count, max(at) AS last FROM login_failure WHERE subject = $1 AND at >= $2",
            subject, since)
    }

    /// Forgets a subject's failures.
    pub async fn delete_login_failures(&mut self, subject: &str) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "DELETE FROM login_failure WHERE subject = $1",
            subject
        )?;
        Ok(())
    }

    /// Forgets all failures of a log-in name, from whatever address.
    pub async fn delete_login_failures_of_name(&mut self, name: &str) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "DELETE FROM login_failure WHERE name = $1 AND name <> ''",
            name
        )?;
        Ok(())
    }
}

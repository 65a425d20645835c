//! Sessions of browsers and failed log-ins.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{Instant, PersonId};
use serde_json::Value;
use uuid::Uuid;

row! {
    /// A session.
    pub struct Session {
        /// A hash of the cookie's value.
        pub id: String,
        /// Who is logged in.
        pub person_id: Option<PersonId>,
        /// What the web keeps in it.
        pub data: Value,
        /// Until when it may be used.
        pub expires: Instant,
    }
}

impl Tx {
    /// Creates a session.
    pub async fn create_session(&mut self, session: &Session) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO session (id, person_id, data, expires) VALUES ($1, $2, $3, $4)",
            session.id,
            session.person_id,
            session.data,
            session.expires
        )?;
        Ok(())
    }

    /// Changes a session; false if it has been ended, which it then stays.
    pub async fn update_session(&mut self, session: &Session) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE session SET person_id = $2, data = $3, expires = $4 WHERE id = $1",
            session.id,
            session.person_id,
            session.data,
            session.expires
        )? > 0)
    }

    /// A session that has not expired.
    pub async fn find_session(&mut self, id: &str, now: Instant) -> StoreResult<Option<Session>> {
        sql!(self, fetch_optional Session, "SELECT id, person_id, data, expires FROM session WHERE id = $1 AND expires > $2",
            id, now)
    }

    /// Ends a session.
    pub async fn delete_session(&mut self, id: &str) -> StoreResult<()> {
        sql!(self, execute, "DELETE FROM session WHERE id = $1", id)?;
        Ok(())
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

    /// Remembers a failed log-in of a subject: a log-in name or a network address.
    pub async fn create_login_failure(
        &mut self,
        id: Uuid,
        subject: &str,
        at: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO login_failure (id, subject, at) VALUES ($1, $2, $3)",
            id,
            subject,
            at
        )?;
        Ok(())
    }

    /// How often a subject has failed since an instant.
    pub async fn count_login_failures(
        &mut self,
        subject: &str,
        since: Instant,
    ) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM login_failure WHERE subject = $1 AND at >= $2",
            subject, since)?.count)
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
}

//! Timers of plugins.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant};

row! {
    /// A timer.
    pub struct Timer {
        /// Whose.
        pub installation_id: InstallationId,
        /// Its name.
        pub key: String,
        /// When it is due.
        pub due: Instant,
        /// Handed back to the plugin.
        pub payload: String,
        /// How often it has been tried in vain.
        pub attempts: i64,
        /// When it is tried next.
        pub next_try: Instant,
        /// Whether the host has given up.
        pub failed: bool,
    }
}

impl Tx {
    /// Sets a timer, or sets it anew.
    pub async fn put_timer(
        &mut self,
        of: InstallationId,
        key: &str,
        due: Instant,
        payload: &str,
    ) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO timer (installation_id, key, due, payload, attempts, next_try, failed) VALUES ($1, $2, $3, $4, 0, $3, $5)
            ON CONFLICT (installation_id, key) DO UPDATE SET due = excluded.due, payload = excluded.payload, attempts = 0,
              next_try = excluded.next_try, failed = excluded.failed", of, key, due, payload, false)?;
        Ok(())
    }

    /// Removes a timer; true if it was there.
    pub async fn delete_timer(&mut self, of: InstallationId, key: &str) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM timer WHERE installation_id = $1 AND key = $2",
            of,
            key
        )? > 0)
    }

    /// Removes a timer that is still as it was claimed; false if it has been set anew, fired elsewhere or cleared.
    pub async fn take_timer(&mut self, timer: &Timer) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM timer WHERE installation_id = $1 AND key = $2 AND due = $3 AND failed = $4",
            timer.installation_id,
            timer.key,
            timer.due,
            false
        )? > 0)
    }

    /// Notes that a timer was tried in vain.
    pub async fn postpone_timer(
        &mut self,
        timer: &Timer,
        next_try: Instant,
        failed: bool,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE timer SET attempts = attempts + 1, next_try = $4, failed = $5
            WHERE installation_id = $1 AND key = $2 AND due = $3",
            timer.installation_id,
            timer.key,
            timer.due,
            next_try,
            failed
        )? > 0)
    }

    /// Timers to be tried now, of installations that are enabled, the longest due first.
    pub async fn list_due_timers(&mut self, now: Instant, limit: i64) -> StoreResult<Vec<Timer>> {
        sql!(self, fetch_all Timer, "
            SELECT timer.installation_id, key, due, payload, attempts, next_try, failed FROM timer
            JOIN installation ON installation.id = timer.installation_id
            WHERE next_try <= $1 AND NOT failed AND enabled ORDER BY next_try, key LIMIT $2", now, limit)
    }

    /// How many timers of an installation wait.
    pub async fn count_timers(&mut self, of: InstallationId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM timer WHERE installation_id = $1", of)?.count)
    }
}

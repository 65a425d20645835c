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
    /// Sets a timer, or sets it anew. One that is due in the past lines up at `now`: nobody jumps the queue.
    pub async fn put_timer(
        &mut self,
        of: InstallationId,
        key: &str,
        due: Instant,
        payload: &str,
        now: Instant,
    ) -> StoreResult<()> {
        let next_try = due.max(now);
        sql!(self, execute, "
            INSERT INTO timer (installation_id, key, due, payload, attempts, next_try, failed) VALUES ($1, $2, $3, $4, 0, $5, $6)
            ON CONFLICT (installation_id, key) DO UPDATE SET due = excluded.due, payload = excluded.payload, attempts = 0,
              next_try = excluded.next_try, failed = excluded.failed", of, key, due, payload, next_try, false)?;
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

    /// Notes that a timer was tried in vain: how often by now, when it is tried next, and whether the host gives up. False
    /// if it is no longer as it was claimed.
    pub async fn postpone_timer(
        &mut self,
        timer: &Timer,
        attempts: i64,
        next_try: Instant,
        failed: bool,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE timer SET attempts = $3, next_try = $4, failed = $5
            WHERE installation_id = $1 AND key = $2 AND due = $6 AND attempts = $7 AND next_try = $8",
            timer.installation_id,
            timer.key,
            attempts,
            next_try,
            failed,
            timer.due,
            timer.attempts,
            timer.next_try
        )? > 0)
    }

    /// Makes the timers of an installation that the host gave up wait again, to be tried from `now` on; answers how many.
    pub async fn rearm_timers(&mut self, of: InstallationId, now: Instant) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "UPDATE timer SET attempts = 0, next_try = $2, failed = $3 WHERE installation_id = $1 AND failed",
            of,
            now,
            false
        )
    }

    /// Timers to be tried now, of installations that are enabled: at most `each` of one installation, the longest due first.
    /// The first of every installation come before the second of any, and no list is longer than 1,000.
    pub async fn list_due_timers(&mut self, now: Instant, each: i64) -> StoreResult<Vec<Timer>> {
        sql!(self, fetch_all Timer, "
            SELECT installation_id, key, due, payload, attempts, next_try, failed FROM (
              SELECT timer.installation_id, key, due, payload, attempts, next_try, failed,
                row_number() OVER (PARTITION BY timer.installation_id ORDER BY next_try, key) AS turn
              FROM timer JOIN installation ON installation.id = timer.installation_id
              WHERE next_try <= $1 AND NOT failed AND enabled) AS queue
            WHERE turn <= $2 ORDER BY turn, next_try, key LIMIT 1000", now, each)
    }

    /// How many timers of an installation there are beside the one of this name.
    pub async fn count_other_timers(&mut self, of: InstallationId, key: &str) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM timer WHERE installation_id = $1 AND key <> $2", of, key)?.count)
    }
}

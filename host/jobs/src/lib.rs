//! The background: timers that are due, and sweeping out what has expired.
//!
//! Every process of a host runs it; several never do the same thing twice, for a timer is taken in the unit of work that
//! does what it asks for. [`Jobs::run`] goes on until it is told to stop; [`Jobs::fire_due_timers`] is one round.

use linli_core::{Core, Result, Service, act, view};
use linli_domain::Instant;
use linli_engine::{Answer, Engine};
use linli_store::timer::Timer;
use std::time::Duration;
use tokio::sync::watch;

/// How often the database is asked for what is due.
const INTERVAL: Duration = Duration::from_secs(1);
/// How many rounds lie between two sweeps.
const SWEEP_EVERY: u32 = 600;
/// How many timers one round fires.
const BATCH: i64 = 50;
/// How often a timer is tried before the host gives up and leaves it to the admin.
const ATTEMPTS: i64 = 5;
/// How long failed log-ins are kept, in minutes.
const FAILURES_KEPT: i64 = 24 * 60;
/// How long kept forms and answers by idempotency key are kept, in days.
const FORMS_KEPT: i64 = 2;

/// The background of one process.
#[derive(Clone)]
pub struct Jobs {
    core: Core,
    engine: Engine,
}

impl Jobs {
    /// The background that works through this engine.
    pub fn new(core: Core, engine: Engine) -> Self {
        Self { core, engine }
    }

    /// Works until `stop` becomes true; then ends what it has begun.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut round = 0;
        let mut interval = tokio::time::interval(INTERVAL);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !*stop.borrow() {
            tokio::select! {
                _ = interval.tick() => {}
                changed = stop.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    continue;
                }
            }
            if let Err(error) = self.fire_due_timers().await {
                tracing::error!(%error, "cannot look for timers that are due; trying again in a second");
            }
            if round % SWEEP_EVERY == 0
                && let Err(error) = self.sweep().await
            {
                tracing::error!(%error, "cannot sweep out what has expired; trying again later");
            }
            round = round.wrapping_add(1);
        }
    }

    /// Fires the timers that are due, one after another, and answers how many did what they ask for.
    pub async fn fire_due_timers(&self) -> Result<u32> {
        let now = self.core.now();
        let due = view!(self.core, |work| async {
            Ok(work.tx.list_due_timers(now, BATCH).await?)
        }
        .await)?;
        let mut fired = 0;
        for timer in due {
            fired += u32::from(self.fire(&timer).await?);
        }
        Ok(fired)
    }

    async fn fire(&self, timer: &Timer) -> Result<bool> {
        let Some(service) = view!(self.core, |work| Service::find(work, timer.installation_id)
            .await)?
        else {
            return Ok(false);
        };
        let answer = self.engine.fire(&service, timer).await;
        let (plugin, key) = (service.plugin(), &timer.key);
        match answer {
            Answer::Done(()) => return Ok(true),
            Answer::Gone => return Ok(false),
            Answer::Failed(failure) => tracing::warn!(%plugin, key, ?failure, "a timer failed"),
            Answer::Ill(illness) => {
                tracing::warn!(%plugin, key, reason = illness.reason, "a timer failed")
            }
            Answer::ConsentNeeded { fields, .. } => {
                tracing::warn!(%plugin, key, ?fields, "a timer needs consent that nobody can be asked for");
            }
            Answer::Busy | Answer::Changed => {
                tracing::info!(%plugin, key, "a timer waits for its turn")
            }
            Answer::HostFailed(error) => {
                tracing::error!(%plugin, key, %error, "a timer could not be fired")
            }
        }
        self.postpone(timer).await?;
        Ok(false)
    }

    async fn postpone(&self, timer: &Timer) -> Result<()> {
        let next = next_try(timer.attempts, self.core.now());
        let failed = timer.attempts + 1 >= ATTEMPTS;
        act!(self.core, |work| async {
            Ok(work.tx.postpone_timer(timer, next, failed).await?)
        }
        .await)?;
        Ok(())
    }

    /// Removes sessions, failed log-ins, kept forms and answers whose time is over.
    pub async fn sweep(&self) -> Result<()> {
        act!(self.core, |work| async {
            let now = work.now;
            work.tx
                .delete_expired_sessions(now, now.plus_minutes(-FAILURES_KEPT))
                .await?;
            work.tx.delete_old_forms(now.plus_days(-FORMS_KEPT)).await?;
            Ok(())
        }
        .await)
    }
}

/// When a timer that failed so often before is tried again: after 1, 4, 16, 64 minutes.
fn next_try(attempts: i64, now: Instant) -> Instant {
    let exponent = u32::try_from(attempts).unwrap_or(0).min(5);
    now.plus_minutes(4_i64.pow(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow() {
        let waits: Vec<_> = (0..4)
            .map(|attempts| next_try(attempts, Instant(0)).0 / linli_domain::time::MINUTE)
            .collect();
        assert_eq!(waits, [1, 4, 16, 64]);
    }
}

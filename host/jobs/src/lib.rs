//! The background: timers that are due, notices and requests on their way out, and sweeping out what has expired.
//!
//! Every process of a host runs it; several never do the same thing twice. A timer is taken in the unit of work that does
//! what it asks for; a message that leaves the host is claimed for a time, and goes out under the same id at every attempt.
//! [`Jobs::run`] goes on until it is told to stop; [`Jobs::fire_due_timers`] and [`Sender::send_due`] are one round each.

pub mod channel;
mod outbound;
mod outbox;
mod told;

pub use channel::{ChannelSettings, Channels};
pub use outbound::{Courier, Lookup, OutboundSettings, OutboundSettingsError, SystemLookup};
pub use outbox::Sender;

use linli_core::my_data::erasure;
use linli_core::{
    Core, Result, Service, account, act, appointment, audit, booking, case, consent, delegation,
    enrolment, login_code, qualification, retention, roll, topic, view,
};
use linli_domain::{InstallationId, Instant};
use linli_engine::{Answer, Engine, page};
use linli_store::timer::Timer;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

/// How often the database is asked for what is due.
const INTERVAL: Duration = Duration::from_secs(1);
/// How many rounds lie between two looks at notices that nobody confirmed.
const FOLLOW_UP_EVERY: u32 = 10;
/// How many rounds lie between two sweeps.
const SWEEP_EVERY: u32 = 600;
/// How many rounds lie between two looks for cases that are due.
const CASES_EVERY: u32 = 60;
/// How many cases one unit of work escalates.
const CASES: u16 = 20;
/// How many rounds lie between two looks at what time has done to bookings of spaces.
const BOOKINGS_EVERY: u32 = 15;
/// How many rounds lie between two sealings of the audit.
const SEAL_EVERY: u32 = 10;
/// How many units of work one sealing of the audit may take.
const SEALING_AT_MOST: u32 = 50;
/// How many timers of one installation one round fires.
const BATCH: i64 = 5;
/// Of how many installations timers are fired at once.
const AT_ONCE: usize = 4;
/// How often a plugin may fail at a timer before the host gives up and leaves it to the admin.
const ATTEMPTS: i64 = 5;
/// When a timer is tried again that failed through no fault of the plugin, in microseconds.
const SOON: i64 = 10_000_000;
/// How long failed log-ins are kept, in minutes.
const FAILURES_KEPT: i64 = 24 * 60;
/// How long kept forms and answers by idempotency key are kept, in days.
const FORMS_KEPT: i64 = 2;
/// How many slots that were held, and places that were offered, for too long one sweep gives up.
const LAPSED_AT_ONCE: i64 = 100;

/// The background of one process.
#[derive(Clone)]
pub struct Jobs {
    core: Core,
    engine: Engine,
    sender: Sender,
    courier: Option<Courier>,
}

impl Jobs {
    /// The background that works through this engine. It has no channel but letters.
    pub fn new(core: Core, engine: Engine) -> Self {
        let sender = Sender::new(core.clone(), Channels::default());
        Self {
            core,
            engine,
            sender,
            courier: None,
        }
    }

    /// The same with these channels.
    pub fn with_channels(self, channels: Channels) -> Self {
        let sender = Sender::new(self.core.clone(), channels);
        Self { sender, ..self }
    }

    /// The same with one who sends plugins' requests; without, they wait.
    pub fn with_courier(self, courier: Courier) -> Self {
        Self {
            courier: Some(courier),
            ..self
        }
    }

    /// Works until `stop` becomes true; then ends what it has begun. What is sent waits for other machines, so it holds up
    /// no timer.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let sender = &self.sender;
        let mut rounds = Rounds::new(stop.clone());
        let working = async {
            while let Some(round) = rounds.next().await {
                if let Err(error) = self.fire_due_timers().await {
                    tracing::error!(%error, "cannot look for timers that are due; trying again in a second");
                }
                if let Err(error) = self.tell_outcomes().await {
                    tracing::error!(%error, "cannot look for outcomes to tell; trying again in a second");
                }
                if round % CASES_EVERY == 0
                    && let Err(error) = self.escalate_cases().await
                {
                    tracing::error!(%error, "cannot look for cases that are due; trying again in a minute");
                }
                if round % SEAL_EVERY == 0
                    && let Err(error) = self.seal_audit().await
                {
                    tracing::error!(%error, "cannot link the audit's rows; trying again later");
                }
                if round % SWEEP_EVERY == 0
                    && let Err(error) = self.sweep().await
                {
                    tracing::error!(%error, "cannot sweep out what has expired; trying again later");
                }
                if round % BOOKINGS_EVERY == 0
                    && let Err(error) = self.sweep_bookings().await
                {
                    tracing::error!(%error, "cannot let holds expire; trying again in a moment");
                }
            }
        };
        let mut rounds = Rounds::new(stop.clone());
        let couriering = async {
            let Some(courier) = &self.courier else {
                return;
            };
            let mut running = JoinSet::new();
            while rounds.next().await.is_some() {
                if let Err(error) = courier.begin_due(&mut running).await {
                    tracing::error!(%error, "cannot look for requests to send; trying again in a second");
                }
            }
            while running.join_next().await.is_some() {}
        };
        let mut rounds = Rounds::new(stop);
        let sending = async {
            while let Some(round) = rounds.next().await {
                if let Err(error) = sender.send_due().await {
                    tracing::error!(%error, "cannot look for notices to send; trying again in a second");
                }
                if round % FOLLOW_UP_EVERY == 0
                    && let Err(error) = sender.follow_up().await
                {
                    tracing::error!(%error, "cannot look for notices that nobody confirmed; trying again soon");
                }
                if round % SWEEP_EVERY == 0
                    && let Err(error) = sender.tell_birthdays().await
                {
                    tracing::error!(%error, "cannot look for birthdays; trying again later");
                }
            }
        };
        tokio::join!(working, sending, couriering);
    }

    /// Lets holds of spaces expire, promotes whoever waits for them, completes what is over: a slice at a time.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sweep_bookings(&self) -> Result<()> {
        while act!(self.core, |work| booking::sweep(work).await)? > 0 {}
        Ok(())
    }

    /// Fires timers that are due: of each installation a few, one after another; of several installations at once, so that
    /// one that is slow or has many holds up no other. Answers how many did what they ask for. Trouble with one timer is
    /// logged and leaves the others alone.
    ///
    /// # Errors
    /// Where the database cannot say what is due.
    pub async fn fire_due_timers(&self) -> Result<u32> {
        let now = self.core.now();
        let due = view!(self.core, |work| async {
            Ok(work.tx.list_due_timers(now, BATCH).await?)
        }
        .await)?;
        let mut installations: BTreeMap<InstallationId, Vec<Timer>> = BTreeMap::new();
        for timer in due {
            installations
                .entry(timer.installation_id)
                .or_default()
                .push(timer);
        }
        let (mut running, mut fired) = (JoinSet::new(), 0);
        for timers in installations.into_values() {
            if running.len() >= AT_ONCE {
                fired += ended(running.join_next().await);
            }
            let jobs = self.clone();
            running.spawn(async move { jobs.fire_in_turn(timers).await });
        }
        while !running.is_empty() {
            fired += ended(running.join_next().await);
        }
        Ok(fired)
    }

    async fn fire_in_turn(&self, timers: Vec<Timer>) -> u32 {
        let mut fired = 0;
        for timer in timers {
            match self.fire(&timer).await {
                Ok(done) => fired += u32::from(done),
                Err(error) => {
                    let (installation, key) = (timer.installation_id, &timer.key);
                    tracing::error!(%installation, key, %error, "a timer could not be fired; it still waits");
                }
            }
        }
        fired
    }

    async fn fire(&self, timer: &Timer) -> Result<bool> {
        let found = view!(self.core, |work| Service::find(work, timer.installation_id)
            .await);
        let service = match found {
            Ok(Some(service)) => service,
            Ok(None) => return Ok(false),
            Err(error) => {
                self.put_off(timer, self.soon()).await?;
                return Err(error);
            }
        };
        let (plugin, key) = (service.plugin(), &timer.key);
        match self.engine.fire(&service, timer).await {
            Answer::Done(()) => return Ok(true),
            Answer::Gone => {}
            Answer::Busy | Answer::Changed => {
                tracing::info!(%plugin, key, "a timer waits for its turn");
                self.put_off(timer, self.soon()).await?;
            }
            Answer::Paused(next) => {
                tracing::info!(%plugin, key, "a timer waits until its service is tried again");
                self.put_off(timer, next.max(self.soon())).await?;
            }
            Answer::HostFailed(error) => {
                tracing::error!(%plugin, key, %error, "a timer could not be fired; trying again soon");
                self.put_off(timer, self.soon()).await?;
            }
            Answer::Failed(failure) => {
                let reason = match failure {
                    page::Failure::Problem(text) => text,
                    page::Failure::NotFound => "it answered not-found".to_owned(),
                    page::Failure::Forbidden => "it answered forbidden".to_owned(),
                };
                self.report(&service, timer, &reason).await;
                self.count_failure(&service, timer).await?;
            }
            Answer::ConsentNeeded { fields, .. } => {
                let reason = format!(
                    "it needs consent to read {}, and a timer can ask nobody",
                    fields.join(", ")
                );
                self.report(&service, timer, &reason).await;
                self.count_failure(&service, timer).await?;
            }
            // The engine has put it into the ledger.
            Answer::Ill(illness) => {
                tracing::warn!(%plugin, key, reason = illness.reason, "a timer failed");
                self.count_failure(&service, timer).await?;
            }
        }
        Ok(false)
    }

    fn soon(&self) -> Instant {
        Instant(self.core.now().0.saturating_add(SOON))
    }

    /// The plugin is not to blame: tries again then, as often as it takes.
    async fn put_off(&self, timer: &Timer, next: Instant) -> Result<()> {
        act!(self.core, |work| async {
            Ok(work
                .tx
                .postpone_timer(timer, timer.attempts, next, false)
                .await?)
        }
        .await)?;
        Ok(())
    }

    /// The plugin failed: tries again later, and gives up after the last attempt.
    async fn count_failure(&self, service: &Service, timer: &Timer) -> Result<()> {
        let next = next_try(timer.attempts, self.core.now());
        let attempts = timer.attempts + 1;
        let given_up = attempts >= ATTEMPTS;
        let noted = act!(self.core, |work| async {
            Ok(work
                .tx
                .postpone_timer(timer, attempts, next, given_up)
                .await?)
        }
        .await)?;
        if noted && given_up {
            let reason = format!(
                "it failed {attempts} times and is not tried again. When the plugin is mended: \
                 linli admin installation retry-timers {} --community {}",
                service.plugin(),
                service.community.slug
            );
            self.report(service, timer, &reason).await;
        }
        Ok(())
    }

    /// Shows the admin what happened to a timer.
    async fn report(&self, service: &Service, timer: &Timer, reason: &str) {
        let (plugin, key) = (service.plugin(), &timer.key);
        tracing::warn!(%plugin, key, reason, "a timer failed");
        let reason = format!("timer {key}: {reason}");
        if let Err(error) = self.engine.report(service, None, key, &reason).await {
            tracing::error!(%plugin, key, %error, "cannot write to the ledger that a timer failed");
        }
    }

    /// Escalates, resumes and closes the cases whose time has come, a few in each unit of work.
    async fn escalate_cases(&self) -> Result<()> {
        while act!(self.core, |work| case::escalate_due(work, CASES).await)? >= u32::from(CASES) {}
        Ok(())
    }

    /// Links the audit's rows that wait.
    ///
    /// # Errors
    /// Where the database fails, or where other sealers come first time after time.
    pub async fn seal_audit(&self) -> Result<()> {
        for _ in 0..SEALING_AT_MOST {
            if act!(self.core, |work| audit::seal(work).await)? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Ends roles and delegations whose time is over; removes rolls that were never imported, sessions, failed log-ins, kept
    /// forms and answers; gives up slots that were held for too long, deletes all else that has been kept as long as it may, and goes on with erasures that were broken off.
    pub async fn sweep(&self) -> Result<()> {
        while act!(self.core, |work| delegation::end_expired(work).await)? > 0 {}
        while act!(self.core, |work| account::end_expired_roles(work).await)? > 0 {}
        while act!(self.core, |work| consent::tell_expired(work).await)? > 0 {}
        while act!(self.core, |work| qualification::tell_expired(work).await)? > 0 {}
        roll::sweep(&self.core).await?;
        act!(self.core, |work| async {
            let now = work.now;
            work.tx
                .delete_expired_sessions(now, now.plus_minutes(-FAILURES_KEPT))
                .await?;
            work.tx.delete_old_forms(now.plus_days(-FORMS_KEPT)).await?;
            login_code::sweep(work).await?;
            topic::sweep(work).await?;
            appointment::release_lapsed(work, LAPSED_AT_ONCE).await?;
            enrolment::sweep(work, LAPSED_AT_ONCE).await?;
            Ok(())
        }
        .await)?;
        retention::sweep(&self.core).await?;
        erasure::resume(&self.core).await?;
        Ok(())
    }
}

/// Rounds, one every second, numbered from 0, until somebody says stop.
struct Rounds {
    stop: watch::Receiver<bool>,
    interval: tokio::time::Interval,
    round: u32,
}

impl Rounds {
    fn new(stop: watch::Receiver<bool>) -> Self {
        let mut interval = tokio::time::interval(INTERVAL);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Self {
            stop,
            interval,
            round: 0,
        }
    }

    /// Waits for the next one and answers its number; none after the stop.
    async fn next(&mut self) -> Option<u32> {
        if *self.stop.borrow() {
            return None;
        }
        tokio::select! {
            _ = self.interval.tick() => {}
            // Whoever could say it is gone: that is a stop too.
            _ = self.stop.wait_for(|stop| *stop) => return None,
        }
        let round = self.round;
        self.round = round.wrapping_add(1);
        Some(round)
    }
}

/// How many timers an installation's turn has fired.
fn ended(turn: Option<std::result::Result<u32, JoinError>>) -> u32 {
    match turn {
        Some(Ok(fired)) => fired,
        Some(Err(error)) => {
            tracing::error!(%error, "firing an installation's timers broke off");
            0
        }
        None => 0,
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

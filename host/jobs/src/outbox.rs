//! Sending what is due: claim in one unit of work, send outside of any, say how it went in another.

use crate::channel::{Channels, TIMEOUT};
use linli_core::outbox::{self, LEASE_MINUTES, Outcome, Outgoing};
use linli_core::{Core, Result, act, birthday, notice, topic, view};
use linli_domain::random::Stream;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How many messages one round claims.
const BATCH: u16 = 20;
/// How many are sent at once.
const AT_ONCE: usize = 5;
// A claim holds for longer than the whole batch takes: nobody else begins what still waits for its turn here.
const _: () = assert!(
    (BATCH as u64).div_ceil(AT_ONCE as u64) * TIMEOUT.as_secs() * 2 < LEASE_MINUTES as u64 * 60
);
/// How many unconfirmed notices one unit of work passes on.
const ESCALATIONS: u16 = 20;

/// What one process does of the host's correspondence.
#[derive(Clone)]
pub struct Sender {
    core: Core,
    channels: Channels,
    /// As whom it claims.
    process: Uuid,
}

impl Sender {
    /// A process that sends by these channels.
    pub fn new(core: Core, channels: Channels) -> Self {
        let process = Stream::new(core.seed()).uuid(core.now());
        Self {
            core,
            channels,
            process,
        }
    }

    /// Sends notices that are due by their channels; answers how many were tried. Several processes share the work: each
    /// message is one process's for five minutes.
    ///
    /// # Errors
    /// Where the database cannot say what is due.
    pub async fn send_due(&self) -> Result<u32> {
        if !view!(self.core, |work| outbox::is_due(work).await)? {
            return Ok(0);
        }
        let base = self.channels.base();
        let claimed = act!(self.core, |work| outbox::claim(
            work,
            self.process,
            base,
            BATCH
        )
        .await)?;
        linli_store::crash_at!("delivery.claimed");
        let (mut running, mut tried) = (JoinSet::new(), 0);
        for message in claimed {
            if running.len() >= AT_ONCE {
                running.join_next().await;
            }
            let sender = self.clone();
            running.spawn(async move { sender.send(message).await });
            tried += 1;
        }
        while running.join_next().await.is_some() {}
        Ok(tried)
    }

    async fn send(&self, message: Outgoing) {
        let outcome = self.channels.send(&message).await;
        let (id, channel) = (message.id, message.channel);
        match &outcome {
            Outcome::Failed(problem) => {
                tracing::info!(%id, %channel, problem, "a message could not be sent; it is tried again");
            }
            Outcome::Refused(problem) => {
                tracing::warn!(%id, %channel, problem, "a message was refused for good");
            }
            Outcome::Sent | Outcome::ToPrint | Outcome::NoChannel => {}
        }
        linli_store::crash_at!("delivery.sent");
        let concluded = act!(self.core, |work| outbox::conclude(
            work,
            self.process,
            id,
            &outcome
        )
        .await);
        match concluded {
            Ok(true) => {}
            Ok(false) => tracing::info!(%id, "another process has sent it meanwhile"),
            Err(error) => {
                tracing::error!(%id, %error, "cannot note that a message was sent; it is sent again, under the same id");
            }
        }
    }

    /// Tells others of notices that nobody confirmed, and gives published messages their places in the log.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn follow_up(&self) -> Result<u32> {
        let mut told = 0;
        loop {
            let some = act!(self.core, |work| notice::escalate(work, ESCALATIONS).await)?;
            told += some;
            if some < u32::from(ESCALATIONS) {
                break;
            }
        }
        act!(self.core, |work| topic::place(work).await)?;
        Ok(told)
    }

    /// What is done once a day: who has turned 14 or 18.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn tell_birthdays(&self) -> Result<u32> {
        act!(self.core, |work| birthday::tell(work).await)
    }
}

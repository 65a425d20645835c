//! Requests of plugins on their way out: claim in one unit of work, write what they disclose to the ledger, send outside of
//! any, say how it went in another. What came back is told the plugin by the engine.

mod client;
mod resolve;

pub use client::{OutboundSettings, SettingsError as OutboundSettingsError};
pub use resolve::{Lookup, SystemLookup};

use client::Client;
use linli_core::outbound::send::{self, Outgoing};
use linli_core::store::ledger::LedgerEntries;
use linli_core::{Core, Result, act, view};
use linli_domain::random::Stream;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How many requests of all installations a process has on their way at once; of one installation it is two.
const AT_ONCE: usize = 32;

/// What one process sends of its plugins' requests.
#[derive(Clone)]
pub struct Courier {
    core: Core,
    client: Client,
    /// As whom it claims.
    process: Uuid,
}

impl Courier {
    /// A process that sends by these settings and finds addresses by `lookup`.
    ///
    /// # Errors
    /// Where no client can be made.
    pub fn new(
        core: Core,
        settings: &OutboundSettings,
        lookup: Arc<dyn Lookup>,
    ) -> std::result::Result<Self, OutboundSettingsError> {
        let process = Stream::new(core.seed()).uuid(core.now());
        Ok(Self {
            core,
            client: Client::new(settings, lookup)?,
            process,
        })
    }

    /// Sends what is due and waits for all of it; answers how many were tried.
    ///
    /// # Errors
    /// Where the database cannot say what is due.
    pub async fn send_due(&self) -> Result<u32> {
        let mut running = JoinSet::new();
        let begun = self.begin_due(&mut running).await?;
        while running.join_next().await.is_some() {}
        Ok(begun)
    }

    /// Begins to send what is due, as much as there is room for among what runs, and waits for none of it: one slow recipient
    /// holds up no other.
    ///
    /// # Errors
    /// Where the database cannot say what is due.
    pub async fn begin_due(&self, running: &mut JoinSet<()>) -> Result<u32> {
        while running.try_join_next().is_some() {}
        let room = u16::try_from(AT_ONCE.saturating_sub(running.len())).unwrap_or(0);
        if room == 0 || !view!(self.core, |work| send::is_due(work).await)? {
            return Ok(0);
        }
        let claimed = act!(self.core, |work| send::claim(work, self.process, room)
            .await)?;
        linli_store::crash_at!("outbound.claimed");
        let mut begun = 0;
        for request in claimed {
            let courier = self.clone();
            running.spawn(async move { courier.send(request).await });
            begun += 1;
        }
        Ok(begun)
    }

    async fn send(&self, request: Outgoing) {
        let (id, plugin, recipient) = (request.id, &request.plugin, &request.recipient);
        // The resident can see what was read of them before anybody else does.
        if !request.disclosures.is_empty() {
            let entries = LedgerEntries {
                disclosures: request.disclosures.clone(),
                ..LedgerEntries::default()
            };
            if let Err(error) = self.core.store.write_ledger(&entries).await {
                tracing::error!(%id, %plugin, %error, "cannot write down what a request discloses, so it is not sent; trying again later");
                return;
            }
        }
        let attempt = self.client.send(&request).await;
        match &attempt {
            send::Attempt::Answered { status, .. } => {
                tracing::debug!(%id, %plugin, recipient, status, "a recipient answered");
            }
            send::Attempt::Failed(problem) | send::Attempt::Refused(_, problem) => {
                tracing::info!(%id, %plugin, recipient, problem, "a request could not be sent");
            }
        }
        linli_store::crash_at!("outbound.sent");
        let concluded = act!(self.core, |work| send::conclude(
            work,
            self.process,
            id,
            &attempt
        )
        .await);
        match concluded {
            Ok(true) => {}
            Ok(false) => tracing::info!(%id, "a request was sent elsewhere or erased meanwhile"),
            Err(error) => {
                tracing::error!(%id, %error, "cannot note what became of a request; it is sent again, under the same id");
            }
        }
    }
}

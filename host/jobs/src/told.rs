//! Telling plugins what became of their requests.

use crate::{AT_ONCE, ATTEMPTS, BATCH, Jobs, ended, next_try, page};
use linli_core::{Result, Service, act, view};
use linli_domain::{InstallationId, Instant};
use linli_engine::Answer;
use linli_store::outbound::Outbound;
use std::collections::BTreeMap;
use tokio::task::JoinSet;

impl Jobs {
    /// Tells plugins what became of requests: of each installation a few, one after another; of several installations at
    /// once. Answers how many were told.
    ///
    /// # Errors
    /// Where the database cannot say what is due.
    pub async fn tell_outcomes(&self) -> Result<u32> {
        let now = self.core.now();
        let due = view!(self.core, |work| async {
            Ok(work.tx.list_outbounds_to_tell(now, BATCH).await?)
        }
        .await)?;
        let mut installations: BTreeMap<InstallationId, Vec<Outbound>> = BTreeMap::new();
        for outbound in due {
            installations
                .entry(outbound.installation_id)
                .or_default()
                .push(outbound);
        }
        let (mut running, mut told) = (JoinSet::new(), 0);
        for outbounds in installations.into_values() {
            if running.len() >= AT_ONCE {
                told += ended(running.join_next().await);
            }
            let jobs = self.clone();
            running.spawn(async move { jobs.tell_in_turn(outbounds).await });
        }
        while !running.is_empty() {
            told += ended(running.join_next().await);
        }
        Ok(told)
    }

    async fn tell_in_turn(&self, outbounds: Vec<Outbound>) -> u32 {
        let mut told = 0;
        for outbound in outbounds {
            match self.tell(&outbound).await {
                Ok(done) => told += u32::from(done),
                Err(error) => {
                    let id = outbound.id;
                    tracing::error!(%id, %error, "a plugin could not be told what became of a request; it still waits");
                }
            }
        }
        told
    }

    async fn tell(&self, outbound: &Outbound) -> Result<bool> {
        let found = view!(self.core, |work| Service::find(
            work,
            outbound.installation_id
        )
        .await)?;
        let Some(service) = found else {
            return Ok(false);
        };
        let reason = match self.engine.tell(&service, outbound).await {
            Answer::Done(()) => return Ok(true),
            Answer::Gone => return Ok(false),
            Answer::Busy | Answer::Changed => {
                self.put_off_telling(outbound, self.soon()).await?;
                return Ok(false);
            }
            Answer::Paused(next) => {
                self.put_off_telling(outbound, next.max(self.soon()))
                    .await?;
                return Ok(false);
            }
            Answer::HostFailed(error) => {
                let id = outbound.id;
                tracing::error!(%id, %error, "a plugin could not be told what became of a request; trying again soon");
                self.put_off_telling(outbound, self.soon()).await?;
                return Ok(false);
            }
            Answer::Failed(page::Failure::Problem(text)) => Some(text),
            Answer::Failed(_) => Some("it answered that there is no such thing".to_owned()),
            Answer::ConsentNeeded { fields, .. } => Some(format!(
                "it needs consent to read {}, and a reply can ask nobody",
                fields.join(", ")
            )),
            // The engine has put it into the ledger.
            Answer::Ill(illness) => {
                tracing::warn!(plugin = %service.plugin(), reason = illness.reason, "a plugin failed at a reply");
                None
            }
        };
        if let Some(reason) = reason {
            self.report_telling(&service, outbound, &reason).await;
        }
        let attempts = outbound.tell_attempts + 1;
        let next = next_try(outbound.tell_attempts, self.core.now());
        let next = (attempts < ATTEMPTS).then_some(next);
        let noted = act!(self.core, |work| async {
            Ok(work
                .tx
                .postpone_outbound_reply(outbound, attempts, next)
                .await?)
        }
        .await)?;
        if noted && next.is_none() {
            let reason = format!(
                "it failed {attempts} times and is not told again. When the plugin is mended, try the request again on the page of its recipients."
            );
            self.report_telling(&service, outbound, &reason).await;
        }
        Ok(false)
    }

    /// The plugin is not to blame: tells it again then, as often as it takes.
    async fn put_off_telling(&self, outbound: &Outbound, next: Instant) -> Result<()> {
        act!(self.core, |work| async {
            let attempts = outbound.tell_attempts;
            Ok(work
                .tx
                .postpone_outbound_reply(outbound, attempts, Some(next))
                .await?)
        }
        .await)?;
        Ok(())
    }

    async fn report_telling(&self, service: &Service, outbound: &Outbound, reason: &str) {
        let reason = format!(
            "reply of {} to {}: {reason}",
            outbound.recipient, outbound.id
        );
        if let Err(error) = self
            .engine
            .report(service, None, &outbound.recipient, &reason)
            .await
        {
            tracing::error!(plugin = %service.plugin(), %error, "cannot write to the ledger that a reply failed");
        }
    }
}

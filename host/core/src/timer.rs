//! Timers of plugins.

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::budget::Budget;
use linli_domain::{InstallationId, Instant};
use serde_json::json;

/// The longest key, in bytes.
pub const MAX_KEY: usize = 128;
/// The longest payload, in bytes.
pub const MAX_PAYLOAD: usize = 4_096;

/// Sets a timer, or sets it anew. [`Budget::Timers`] bounds how many of an installation wait.
pub async fn set(
    work: &mut Work,
    service: &Service,
    key: &str,
    due: Instant,
    payload: &str,
) -> Result<()> {
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(Refusal::Invalid(format!(
            "key has {} bytes; it must have 1–{MAX_KEY}",
            key.len()
        ))
        .into());
    }
    if payload.len() > MAX_PAYLOAD {
        return Err(Refusal::Invalid(format!(
            "payload has {} bytes; at most {MAX_PAYLOAD}",
            payload.len()
        ))
        .into());
    }
    if !(-Instant::BOUND..=Instant::BOUND).contains(&due.0) {
        return Err(Refusal::Invalid("due is out of range".to_owned()).into());
    }
    let most = i64::from(service.installation.budgets.get(Budget::Timers));
    if work.tx.count_other_timers(service.id(), key).await? >= most {
        return Err(Refusal::OverBudget("timers").into());
    }
    work.tx
        .put_timer(service.id(), key, due, payload, work.now)
        .await?;
    Ok(())
}

/// Removes a timer; true if it was waiting.
pub async fn clear(work: &mut Work, service: &Service, key: &str) -> Result<bool> {
    Ok(work.tx.delete_timer(service.id(), key).await?)
}

/// Makes the timers of an installation that the host gave up wait again; answers how many.
pub async fn retry_given_up(
    work: &mut Work,
    admin: &Admin,
    installation: InstallationId,
) -> Result<u64> {
    let count = work.tx.rearm_timers(installation, work.now).await?;
    if count > 0 {
        work.audit(
            admin.person,
            None,
            "timer.retry",
            installation,
            json!({ "timers": count }),
        )
        .await?;
    }
    Ok(count)
}

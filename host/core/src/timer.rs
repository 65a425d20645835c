//! Timers of plugins.

use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::Instant;

/// The longest key, in bytes.
pub const MAX_KEY: usize = 128;
/// The longest payload, in bytes.
pub const MAX_PAYLOAD: usize = 4_096;
/// The most timers of an installation.
pub const MAX_TIMERS: i64 = 10_000;

/// Sets a timer, or sets it anew.
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
    if due.0.abs() > Instant::BOUND {
        return Err(Refusal::Invalid("due is out of range".to_owned()).into());
    }
    if work.tx.count_timers(service.id()).await? >= MAX_TIMERS {
        return Err(Refusal::OverBudget("timers").into());
    }
    Ok(work.tx.put_timer(service.id(), key, due, payload).await?)
}

/// Removes a timer; true if it was waiting.
pub async fn clear(work: &mut Work, service: &Service, key: &str) -> Result<bool> {
    Ok(work.tx.delete_timer(service.id(), key).await?)
}

//! Recordings of invocations that failed: what the plugin was asked and what the host answered it, as it was. They hold what
//! residents entered and what was read of them, so the database keeps them sealed, no longer than the log, and whoever opens
//! one is in the audit. Publishers get a report with substitutes instead (`linli_engine::report`).

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::{InstallationId, InvocationId};
use serde_json::json;

/// Keeps a recording. It is the host's own doing and changes nothing that anybody decided, so it is not audited.
pub async fn keep(
    work: &mut Work,
    id: InvocationId,
    of: InstallationId,
    content: &str,
) -> Result<()> {
    let now = work.now;
    Ok(work
        .tx
        .create_failure_recording(id, of, content, now)
        .await?)
}

/// Opens a recording of an installation.
pub async fn open(
    work: &mut Work,
    admin: &Admin,
    installation: InstallationId,
    id: InvocationId,
) -> Result<String> {
    let found = work.tx.find_failure_recording(id).await?;
    let found = found.filter(|(of, _)| *of == installation);
    let (_, content) = found.ok_or(Refusal::NotFound("recording"))?;
    let detail = json!({ "installation": installation });
    work.audit_act(&admin.actor(), None, "failure.open", id, detail)
        .await?;
    Ok(content)
}

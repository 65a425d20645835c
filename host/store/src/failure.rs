//! Recordings of invocations that failed, sealed.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant, InvocationId};

const CONTENT: &str = "failure_recording.content";

row! {
    struct Stored {
        pub installation_id: InstallationId,
        pub content: Vec<u8>,
    }
}

impl Tx {
    /// Keeps what was recorded of an invocation.
    pub async fn create_failure_recording(
        &mut self,
        id: InvocationId,
        of: InstallationId,
        content: &str,
        at: Instant,
    ) -> StoreResult<()> {
        let sealed = self.seal(CONTENT, id.0, content).await?;
        sql!(
            self,
            execute,
            "INSERT INTO failure_recording (id, installation_id, content, at) VALUES ($1, $2, $3, $4)",
            id,
            of,
            sealed,
            at
        )?;
        Ok(())
    }

    /// What was recorded of an invocation, and of which installation it was.
    pub async fn find_failure_recording(
        &mut self,
        id: InvocationId,
    ) -> StoreResult<Option<(InstallationId, String)>> {
        let found = sql!(self, fetch_optional Stored, "SELECT installation_id, content FROM failure_recording WHERE id = $1", id)?;
        found
            .map(|row| {
                Ok((
                    row.installation_id,
                    self.unseal(CONTENT, id.0, &row.content)?,
                ))
            })
            .transpose()
    }

    /// Deletes at most `limit` recordings from before `before`; how many it were.
    pub async fn delete_old_failure_recordings(
        &mut self,
        before: Instant,
        limit: i64,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            DELETE FROM failure_recording WHERE id IN (SELECT id FROM failure_recording WHERE at < $1 LIMIT $2)",
            before,
            limit
        )
    }
}

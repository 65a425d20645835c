//! The audit: who did what, in the unit of work that did it.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{AuditId, Instant, PersonId};
use serde_json::Value;

row! {
    /// One line of the audit.
    pub struct AuditRow {
        /// The id.
        pub id: AuditId,
        /// When.
        pub at: Instant,
        /// Who; none for the command line and the background.
        pub actor_id: Option<PersonId>,
        /// For whom, or about whom.
        pub subject_id: Option<PersonId>,
        /// What, as `noun.verb`.
        pub action: String,
        /// On what: an id or a name.
        pub object: String,
        /// More.
        pub detail: Value,
    }
}

impl Tx {
    /// Appends a line.
    pub async fn create_audit(&mut self, a: &AuditRow) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO audit (id, at, actor_id, subject_id, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            a.id, a.at, a.actor_id, a.subject_id, a.action, a.object, a.detail)?;
        Ok(())
    }
}

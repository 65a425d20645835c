//! The ledger: disclosures, log lines and failures. It commits apart from the invocation that it tells of and survives
//! its rollback; on SQLite it is a file of its own.

pub(crate) mod group;

use crate::column::row;
use crate::connect::Link;
use crate::tx::On;
use crate::{Store, StoreResult, Tx};
use linli_domain::{DisclosureId, InstallationId, Instant, InvocationId, Localised, PersonId};
use serde_json::Value;
use uuid::Uuid;

row! {
    /// Fields of a resident were read by a plugin, or shown to somebody.
    pub struct Disclosure {
        /// The id.
        pub id: DisclosureId,
        /// Whose fields.
        pub resident_id: PersonId,
        /// By which plugin, where.
        pub installation_id: InstallationId,
        /// For whom it ran; none in the background.
        pub actor_id: Option<PersonId>,
        /// Which fields.
        pub fields: Vec<String>,
        /// What for, as the release said then.
        pub purposes: Vec<Localised>,
        /// `consent`, `contract`, `duty` or `emergency`.
        pub basis: String,
        /// The article of the duty.
        pub ground: Option<Localised>,
        /// True where the host showed it to the actor without the plugin reading it.
        pub shown: bool,
        /// In which invocation.
        pub invocation_id: InvocationId,
        /// When.
        pub at: Instant,
    }
}

row! {
    /// A line that a plugin logged.
    pub struct PluginLog {
        /// The id.
        pub id: Uuid,
        /// By which plugin, where.
        pub installation_id: InstallationId,
        /// In which invocation.
        pub invocation_id: InvocationId,
        /// `debug`, `info`, `warn` or `error`.
        pub level: String,
        /// The line.
        pub line: String,
        /// When.
        pub at: Instant,
    }
}

row! {
    /// An invocation that failed through the plugin's fault.
    pub struct Failure {
        /// The id.
        pub id: Uuid,
        /// Of which plugin, where.
        pub installation_id: InstallationId,
        /// Which invocation.
        pub invocation_id: InvocationId,
        /// Why, in one line.
        pub reason: String,
        /// Back-trace and budgets.
        pub report: Value,
        /// When.
        pub at: Instant,
    }
}

/// What one invocation leaves in the ledger.
#[derive(Clone, Debug, Default)]
pub struct LedgerEntries {
    /// Disclosures.
    pub disclosures: Vec<Disclosure>,
    /// Log lines.
    pub log: Vec<PluginLog>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

impl LedgerEntries {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.disclosures.is_empty() && self.log.is_empty() && self.failure.is_none()
    }
}

impl Store {
    /// Makes the entries durable. On SQLite those of many writers at once share a commit.
    pub async fn write_ledger(&self, entries: &LedgerEntries) -> StoreResult<()> {
        if entries.is_empty() {
            return Ok(());
        }
        match &self.link {
            Link::Sqlite { group, .. } => group.write(self, entries.clone()).await,
            Link::Postgres { .. } => self.write_ledger_now(std::slice::from_ref(entries)).await,
        }
    }

    /// Makes the entries of some writers durable, all or none.
    pub(crate) async fn write_ledger_now(&self, writers: &[LedgerEntries]) -> StoreResult<()> {
        let mut tx = self.begin_ledger().await?;
        for entries in writers {
            tx.create_ledger_entries(entries).await?;
        }
        tx.commit().await
    }
    /// Who read what about a resident before `(at, id)`, newest first.
    pub async fn list_disclosures(
        &self,
        resident: PersonId,
        before: (Instant, DisclosureId),
        limit: i64,
    ) -> StoreResult<Vec<Disclosure>> {
        let mut tx = self.begin_ledger_view().await?;
        sql!(&mut tx, fetch_all Disclosure, "
            SELECT id, resident_id, installation_id, actor_id, fields, purposes, basis, ground, shown, invocation_id, at
            FROM disclosure
            WHERE resident_id = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4",
            resident, before.0, before.1, limit)
    }

    /// Disclosures before `before` and after `(at, id)`, oldest first.
    pub async fn list_old_disclosures(
        &self,
        before: Instant,
        after: Option<(Instant, DisclosureId)>,
        limit: i64,
    ) -> StoreResult<Vec<Disclosure>> {
        let mut tx = self.begin_ledger_view().await?;
        let (at, id) = after.unwrap_or((Instant(i64::MIN), DisclosureId(Uuid::nil())));
        sql!(&mut tx, fetch_all Disclosure, "
            SELECT id, resident_id, installation_id, actor_id, fields, purposes, basis, ground, shown, invocation_id, at
            FROM disclosure WHERE at < $1 AND (at, id) > ($2, $3) ORDER BY at, id LIMIT $4", before, at, id, limit)
    }

    /// Deletes disclosures; how many there were.
    pub async fn delete_disclosures(&self, ids: &[DisclosureId]) -> StoreResult<u64> {
        let mut tx = self.begin_ledger().await?;
        let mut deleted = 0;
        for id in ids {
            deleted += sql!(&mut tx, execute, "DELETE FROM disclosure WHERE id = $1", id)?;
        }
        tx.commit().await?;
        Ok(deleted)
    }

    /// Deletes at most `limit` log lines and as many failures from before `before`; how many it were.
    pub async fn delete_old_logs(&self, before: Instant, limit: i64) -> StoreResult<u64> {
        let mut tx = self.begin_ledger().await?;
        let lines = sql!(
            &mut tx,
            execute,
            "
            DELETE FROM plugin_log WHERE id IN (SELECT id FROM plugin_log WHERE at < $1 LIMIT $2)",
            before,
            limit
        )?;
        let failures = sql!(
            &mut tx,
            execute,
            "
            DELETE FROM failure WHERE id IN (SELECT id FROM failure WHERE at < $1 LIMIT $2)",
            before,
            limit
        )?;
        tx.commit().await?;
        Ok(lines + failures)
    }

    /// The newest log lines of an installation.
    pub async fn list_plugin_log(
        &self,
        of: InstallationId,
        limit: i64,
    ) -> StoreResult<Vec<PluginLog>> {
        let mut tx = self.begin_ledger_view().await?;
        sql!(&mut tx, fetch_all PluginLog, "
            SELECT id, installation_id, invocation_id, level, line, at FROM plugin_log
            WHERE installation_id = $1 ORDER BY at DESC, id DESC LIMIT $2", of, limit)
    }

    /// The newest failure of each installation that failed since then, the newest first.
    pub async fn list_failing(&self, since: Instant, limit: i64) -> StoreResult<Vec<Failure>> {
        let mut tx = self.begin_ledger_view().await?;
        sql!(&mut tx, fetch_all Failure, "
            SELECT id, installation_id, invocation_id, reason, report, at FROM failure
            WHERE at >= $1 AND NOT EXISTS (SELECT 1 FROM failure AS newer
              WHERE newer.installation_id = failure.installation_id AND newer.at >= failure.at
                AND (newer.at > failure.at OR newer.id > failure.id))
            ORDER BY at DESC, id DESC LIMIT $2", since, limit)
    }

    /// The newest failures of an installation.
    pub async fn list_failures(&self, of: InstallationId, limit: i64) -> StoreResult<Vec<Failure>> {
        let mut tx = self.begin_ledger_view().await?;
        sql!(&mut tx, fetch_all Failure, "
            SELECT id, installation_id, invocation_id, reason, report, at FROM failure
            WHERE installation_id = $1 ORDER BY at DESC, id DESC LIMIT $2", of, limit)
    }

    /// The failure of an invocation of an installation.
    pub async fn find_failure(
        &self,
        of: InstallationId,
        invocation: InvocationId,
    ) -> StoreResult<Option<Failure>> {
        let mut tx = self.begin_ledger_view().await?;
        sql!(&mut tx, fetch_optional Failure, "
            SELECT id, installation_id, invocation_id, reason, report, at FROM failure
            WHERE installation_id = $1 AND invocation_id = $2 ORDER BY at DESC, id DESC LIMIT 1", of, invocation)
    }

    pub(crate) async fn begin_ledger_view(&self) -> StoreResult<Tx> {
        Ok(match &self.link {
            Link::Sqlite { ledger_read, .. } => self.tx(On::Sqlite(ledger_read.begin().await?)),
            Link::Postgres { .. } => self.begin(crate::Mode::View).await?,
        })
    }
}

impl Tx {
    async fn create_ledger_entries(&mut self, entries: &LedgerEntries) -> StoreResult<()> {
        for d in &entries.disclosures {
            sql!(self, execute, "
                INSERT INTO disclosure (id, resident_id, installation_id, actor_id, fields, purposes, basis, ground, shown,
                  invocation_id, at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                d.id, d.resident_id, d.installation_id, d.actor_id, d.fields, d.purposes, d.basis, d.ground, d.shown,
                d.invocation_id, d.at)?;
        }
        for l in &entries.log {
            sql!(self, execute, "
                INSERT INTO plugin_log (id, installation_id, invocation_id, level, line, at) VALUES ($1, $2, $3, $4, $5, $6)",
                l.id, l.installation_id, l.invocation_id, l.level, l.line, l.at)?;
        }
        if let Some(f) = &entries.failure {
            sql!(self, execute, "
                INSERT INTO failure (id, installation_id, invocation_id, reason, report, at) VALUES ($1, $2, $3, $4, $5, $6)",
                f.id, f.installation_id, f.invocation_id, f.reason, f.report, f.at)?;
        }
        Ok(())
    }
}

//! Plugins' own documents.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant, PersonId};
use serde_json::Value;

row! {
    /// A document of a plugin.
    pub struct Record {
        /// Its key in the collection.
        pub key: String,
        /// The document.
        pub document: Value,
        /// 1 when created, one more with each write.
        pub version: i64,
        /// Whom it is about.
        pub subject_id: Option<PersonId>,
        /// When it was written.
        pub updated: Instant,
    }
}

impl Tx {
    /// A record.
    pub async fn find_record(
        &mut self,
        of: InstallationId,
        collection: &str,
        key: &str,
    ) -> StoreResult<Option<Record>> {
        sql!(self, fetch_optional Record, "
            SELECT key, document, version, subject_id, updated FROM record
            WHERE installation_id = $1 AND collection = $2 AND key = $3", of, collection, key)
    }

    /// Creates or replaces a record; its version is the caller's to have checked.
    pub async fn put_record(
        &mut self,
        of: InstallationId,
        collection: &str,
        record: &Record,
    ) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO record (installation_id, collection, key, document, version, subject_id, updated)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (installation_id, collection, key) DO UPDATE SET document = excluded.document,
              version = excluded.version, subject_id = excluded.subject_id, updated = excluded.updated",
            of, collection, record.key, record.document, record.version, record.subject_id, record.updated)?;
        Ok(())
    }

    /// Removes a record; true if it existed.
    pub async fn delete_record(
        &mut self,
        of: InstallationId,
        collection: &str,
        key: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM record WHERE installation_id = $1 AND collection = $2 AND key = $3",
            of,
            collection,
            key
        )? > 0)
    }

    /// Records of a collection after a key, by key.
    pub async fn list_records(
        &mut self,
        of: InstallationId,
        collection: &str,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Record>> {
        sql!(self, fetch_all Record, "
            SELECT key, document, version, subject_id, updated FROM record
            WHERE installation_id = $1 AND collection = $2 AND key > $3 ORDER BY key LIMIT $4", of, collection, after, limit)
    }

    /// Records of a collection about one person after a key, by key.
    pub async fn list_records_about(
        &mut self,
        of: InstallationId,
        collection: &str,
        subject: PersonId,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Record>> {
        sql!(self, fetch_all Record, "
            SELECT key, document, version, subject_id, updated FROM record
            WHERE installation_id = $1 AND collection = $2 AND subject_id = $3 AND key > $4 ORDER BY key LIMIT $5",
            of, collection, subject, after, limit)
    }

    /// How many records an installation has.
    pub async fn count_records(&mut self, of: InstallationId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM record WHERE installation_id = $1", of)?.count)
    }
}

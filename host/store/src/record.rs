//! Plugins' own documents.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant, PersonId, PluginId, ReleaseId};
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

row! {
    /// A record in a list.
    pub struct ListedRecord {
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
        /// Whether its subject restricted the plugin.
        pub restricted: bool,
    }
}

impl From<ListedRecord> for Record {
    fn from(listed: ListedRecord) -> Self {
        Self {
            key: listed.key,
            document: listed.document,
            version: listed.version,
            subject_id: listed.subject_id,
            updated: listed.updated,
        }
    }
}

row! {
    /// How many records an installation has about somebody in one collection.
    pub struct CollectionAbout {
        /// Which installation.
        pub installation_id: InstallationId,
        /// Which collection.
        pub collection: String,
        /// How many.
        pub count: i64,
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

    /// Records of a collection after a key, by key, with whether their subject restricted the plugin.
    pub async fn list_records(
        &mut self,
        of: InstallationId,
        plugin: &PluginId,
        collection: &str,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<ListedRecord>> {
        sql!(self, fetch_all ListedRecord, "
            SELECT key, document, version, subject_id, updated, EXISTS
              (SELECT 1 FROM restriction WHERE restriction.resident_id = record.subject_id AND restriction.plugin = $5)
              AS restricted
            FROM record WHERE installation_id = $1 AND collection = $2 AND key > $3 ORDER BY key LIMIT $4",
            of, collection, after, limit, plugin)
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

    /// In which collections of which installations there are records about somebody.
    pub async fn list_collections_about(
        &mut self,
        subject: PersonId,
    ) -> StoreResult<Vec<CollectionAbout>> {
        sql!(self, fetch_all CollectionAbout, "
            SELECT installation_id, collection, count(*) AS count FROM record WHERE subject_id = $1
            GROUP BY installation_id, collection ORDER BY installation_id, collection", subject)
    }

    /// Deletes at most `limit` records about somebody from a collection; how many it were.
    pub async fn delete_records_about(
        &mut self,
        subject: PersonId,
        of: InstallationId,
        collection: &str,
        limit: i64,
    ) -> StoreResult<u64> {
        sql!(self, execute, "
            DELETE FROM record WHERE (installation_id, collection, key) IN (SELECT installation_id, collection, key FROM record
              WHERE subject_id = $1 AND installation_id = $2 AND collection = $3 LIMIT $4)", subject, of, collection, limit)
    }

    /// Deletes at most `limit` records of a collection, in all installations of a release, that were last changed before
    /// `before`, but none about persons under a hold; how many it were.
    pub async fn delete_old_records(
        &mut self,
        release: ReleaseId,
        collection: &str,
        before: Instant,
        limit: i64,
    ) -> StoreResult<u64> {
        sql!(self, execute, "
            DELETE FROM record WHERE (installation_id, collection, key) IN (
              SELECT record.installation_id, record.collection, record.key FROM installation
              JOIN record ON record.installation_id = installation.id
              WHERE installation.release_id = $1 AND record.collection = $2 AND record.updated < $3 AND NOT EXISTS
                (SELECT 1 FROM hold WHERE hold.person_id = record.subject_id AND hold.lifted IS NULL)
              LIMIT $4)", release, collection, before, limit)
    }

    /// How many records an installation has.
    pub async fn count_records(&mut self, of: InstallationId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM record WHERE installation_id = $1", of)?.count)
    }
}

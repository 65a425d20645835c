//! Releases and their component files.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::permission::Permission;
use linli_domain::{Instant, Manifest, OrganisationId, PersonId, PluginId, ReleaseId};
use semver::Version;
use std::collections::BTreeSet;

row! {
    /// A plugin at a version.
    pub struct Release {
        /// The id.
        pub id: ReleaseId,
        /// Who publishes it.
        pub organisation_id: OrganisationId,
        /// Which plugin.
        pub plugin: PluginId,
        /// Which version.
        pub version: Version,
        /// SHA-256 of the component file, in hexadecimal.
        pub digest: String,
        /// The minisign key that signed it.
        pub key_id: String,
        /// What it says of itself.
        pub manifest: Manifest,
        /// What it asks for.
        pub permissions: BTreeSet<Permission>,
        /// The component's size in bytes.
        pub size: i64,
        /// `waiting`, `approved` or `rejected`.
        pub state: String,
        /// When it came.
        pub uploaded: Instant,
        /// Who uploaded it; none for the command line.
        pub uploaded_by: Option<PersonId>,
        /// When it was reviewed.
        pub reviewed: Option<Instant>,
        /// Who reviewed it; none for the command line.
        pub reviewed_by: Option<PersonId>,
        /// What the reviewer wrote.
        pub review_note: String,
    }
}

row! {
    /// A component file.
    pub struct ComponentFile {
        /// The file.
        pub bytes: Vec<u8>,
    }
}

impl Tx {
    /// Stores a component file; nothing happens where it is there already.
    pub async fn put_component(&mut self, digest: &str, bytes: &Vec<u8>) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO component (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
            digest,
            bytes
        )?;
        Ok(())
    }

    /// The component file of a digest.
    pub async fn find_component(&mut self, digest: &str) -> StoreResult<Option<Vec<u8>>> {
        Ok(sql!(self, fetch_optional ComponentFile, "SELECT bytes FROM component WHERE digest = $1", digest)?.map(|file| file.bytes))
    }

    /// Adds a release.
    pub async fn create_release(&mut self, r: &Release) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO release (id, organisation_id, plugin, version, digest, key_id, manifest, permissions, size, state,
              uploaded, uploaded_by, reviewed, reviewed_by, review_note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            r.id, r.organisation_id, r.plugin, r.version, r.digest, r.key_id, r.manifest, r.permissions, r.size, r.state,
            r.uploaded, r.uploaded_by, r.reviewed, r.reviewed_by, r.review_note)?;
        Ok(())
    }

    /// A release by its id.
    pub async fn find_release(&mut self, id: ReleaseId) -> StoreResult<Option<Release>> {
        sql!(self, fetch_optional Release, "
            SELECT id, organisation_id, plugin, version, digest, key_id, manifest, permissions, size, state,
              uploaded, uploaded_by, reviewed, reviewed_by, review_note FROM release WHERE id = $1", id)
    }

    /// A release by plugin and version.
    pub async fn find_release_of(
        &mut self,
        plugin: &PluginId,
        version: &Version,
    ) -> StoreResult<Option<Release>> {
        sql!(self, fetch_optional Release, "
            SELECT id, organisation_id, plugin, version, digest, key_id, manifest, permissions, size, state,
              uploaded, uploaded_by, reviewed, reviewed_by, review_note FROM release WHERE plugin = $1 AND version = $2",
            plugin, version)
    }

    /// All releases, newest first, at most 500.
    pub async fn list_releases(&mut self) -> StoreResult<Vec<Release>> {
        sql!(self, fetch_all Release, "
            SELECT id, organisation_id, plugin, version, digest, key_id, manifest, permissions, size, state,
              uploaded, uploaded_by, reviewed, reviewed_by, review_note FROM release ORDER BY uploaded DESC, id DESC LIMIT 500")
    }

    /// Answers a review: from `waiting` to another state; true if it was waiting.
    pub async fn review_release(
        &mut self,
        id: ReleaseId,
        state: &str,
        by: Option<PersonId>,
        note: &str,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE release SET state = $2, reviewed = $3, reviewed_by = $4, review_note = $5
            WHERE id = $1 AND state = 'waiting'",
            id,
            state,
            now,
            by,
            note
        )? > 0)
    }
}

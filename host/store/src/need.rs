//! Needs of residents, with all their versions.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::need::NeedState;
use linli_domain::{CommunityId, Instant, NeedId, PersonId, PluginId};
use uuid::Uuid;

/// A need of a resident in one version. Note and objection, which may tell of health, are sealed in the database.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// The id.
    pub id: NeedId,
    /// Whose.
    pub resident_id: PersonId,
    /// Which.
    pub code: String,
    /// In words.
    pub note: String,
    /// From 1; grows with each change.
    pub version: i64,
    /// Where it stands.
    pub state: NeedState,
    /// Who said so: `resident`, `staff`, `plugin` or `import`.
    pub source: String,
    /// Which plugin, where one did.
    pub plugin: Option<PluginId>,
    /// When it is to be looked at again.
    pub review: Date,
    /// What the resident objects to in what others wrote.
    pub objection: Option<String>,
    /// When this version was written.
    pub recorded: Instant,
    /// By whom; none for an import and the background.
    pub changed_by: Option<PersonId>,
}

row! {
    struct NeedRow {
        pub id: NeedId,
        pub resident_id: PersonId,
        pub code: String,
        pub note: Vec<u8>,
        pub version: i64,
        pub state: NeedState,
        pub source: String,
        pub plugin: Option<PluginId>,
        pub review: Date,
        pub objection: Option<Vec<u8>>,
        pub recorded: Instant,
        pub changed_by: Option<PersonId>,
    }
}

row! {
    struct VersionRow {
        pub id: Uuid,
        pub need_id: NeedId,
        pub code: String,
        pub note: Vec<u8>,
        pub version: i64,
        pub state: NeedState,
        pub source: String,
        pub plugin: Option<PluginId>,
        pub review: Date,
        pub objection: Option<Vec<u8>>,
        pub recorded: Instant,
        pub changed_by: Option<PersonId>,
    }
}

impl Tx {
    /// Records a need in its first version.
    pub async fn create_need(&mut self, need: &Need) -> StoreResult<()> {
        let row = need.id.0;
        let note = self.seal("need.note", row, &need.note).await?;
        let objection = self
            .seal_some("need.objection", row, need.objection.as_deref())
            .await?;
        sql!(self, execute, "
            INSERT INTO need (id, resident_id, code, note, version, state, source, plugin, review, objection, recorded, changed_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            need.id, need.resident_id, need.code, note, need.version, need.state, need.source, need.plugin,
            need.review, objection, need.recorded, need.changed_by)?;
        Ok(())
    }

    /// Writes the next version of a need and keeps the one before, under `kept`; true unless it changed meanwhile.
    pub async fn update_need(
        &mut self,
        before: &Need,
        next: &Need,
        kept: Uuid,
    ) -> StoreResult<bool> {
        let row = next.id.0;
        let note = self.seal("need.note", row, &next.note).await?;
        let objection = self
            .seal_some("need.objection", row, next.objection.as_deref())
            .await?;
        let changed = sql!(self, execute, "
            UPDATE need SET code = $3, note = $4, version = $5, state = $6, source = $7, plugin = $8, review = $9,
              objection = $10, recorded = $11, changed_by = $12 WHERE id = $1 AND version = $2",
            next.id, before.version, next.code, note, next.version, next.state, next.source, next.plugin, next.review,
            objection, next.recorded, next.changed_by)?;
        if changed == 0 {
            return Ok(false);
        }
        let note = self.seal("need_version.note", kept, &before.note).await?;
        let objection = self
            .seal_some("need_version.objection", kept, before.objection.as_deref())
            .await?;
        sql!(self, execute, "
            INSERT INTO need_version (id, need_id, version, code, note, state, source, plugin, review, objection, recorded,
              changed_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            kept, before.id, before.version, before.code, note, before.state, before.source, before.plugin,
            before.review, objection, before.recorded, before.changed_by)?;
        Ok(true)
    }

    /// A need by its id.
    pub async fn find_need(&mut self, id: NeedId) -> StoreResult<Option<Need>> {
        let found = sql!(self, fetch_optional NeedRow, "
            SELECT id, resident_id, code, note, version, state, source, plugin, review, objection, recorded, changed_by
            FROM need WHERE id = $1", id)?;
        found.map(|row| self.need(row)).transpose()
    }

    /// A resident's needs in their latest versions, by id, after an id.
    pub async fn list_needs(
        &mut self,
        resident: PersonId,
        after: NeedId,
        limit: i64,
    ) -> StoreResult<Vec<Need>> {
        let found = sql!(self, fetch_all NeedRow, "
            SELECT id, resident_id, code, note, version, state, source, plugin, review, objection, recorded, changed_by
            FROM need WHERE resident_id = $1 AND id > $2 ORDER BY id LIMIT $3", resident, after, limit)?;
        found.into_iter().map(|row| self.need(row)).collect()
    }

    /// The versions of a need before the latest, the oldest first, after a version.
    pub async fn list_need_versions(
        &mut self,
        need: &Need,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<Need>> {
        let found = sql!(self, fetch_all VersionRow, "
            SELECT id, need_id, code, note, version, state, source, plugin, review, objection, recorded, changed_by
            FROM need_version WHERE need_id = $1 AND version > $2 ORDER BY version LIMIT $3", need.id, after, limit)?;
        let plain = |row: VersionRow| {
            Ok(Need {
                note: self.unseal("need_version.note", row.id, &row.note)?,
                objection: self.unseal_some(
                    "need_version.objection",
                    row.id,
                    row.objection.as_deref(),
                )?,
                id: row.need_id,
                resident_id: need.resident_id,
                code: row.code,
                version: row.version,
                state: row.state,
                source: row.source,
                plugin: row.plugin,
                review: row.review,
                recorded: row.recorded,
                changed_by: row.changed_by,
            })
        };
        found.into_iter().map(plain).collect()
    }

    /// Open needs of a community's residents that are to be looked at by a day, or that the resident objects to; of one
    /// code, or of all where it is empty; by review date and id, after one.
    pub async fn list_needs_due(
        &mut self,
        community: CommunityId,
        code: &str,
        day: Date,
        after: (Date, NeedId),
        limit: i64,
    ) -> StoreResult<Vec<Need>> {
        let found = sql!(self, fetch_all NeedRow, "
            SELECT need.id, resident_id, code, note, version, state, source, plugin, review, objection, recorded, changed_by
            FROM need JOIN person ON person.id = resident_id
            WHERE community_id = $1 AND state = 'open' AND ($2 = '' OR code = $2) AND (review <= $3 OR objection IS NOT NULL)
              AND (review, need.id) > ($4, $5)
            ORDER BY review, need.id LIMIT $6", community, code, day, after.0, after.1, limit)?;
        found.into_iter().map(|row| self.need(row)).collect()
    }

    /// How many needs of a resident are open.
    pub async fn count_open_needs(&mut self, resident: PersonId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one crate::person::Count, "
            SELECT count(*) AS count FROM need WHERE resident_id = $1 AND state = 'open'", resident)?.count)
    }

    fn need(&self, row: NeedRow) -> StoreResult<Need> {
        let id = row.id.0;
        Ok(Need {
            note: self.unseal("need.note", id, &row.note)?,
            objection: self.unseal_some("need.objection", id, row.objection.as_deref())?,
            id: row.id,
            resident_id: row.resident_id,
            code: row.code,
            version: row.version,
            state: row.state,
            source: row.source,
            plugin: row.plugin,
            review: row.review,
            recorded: row.recorded,
            changed_by: row.changed_by,
        })
    }
}

//! Emergencies: staff opened a resident's fields for a day, and an admin reviews it. Reason and note are sealed in the
//! database.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{EmergencyId, InstallationId, Instant, PersonId};

/// An emergency.
#[derive(Clone, Debug, PartialEq)]
pub struct Emergency {
    /// The id.
    pub id: EmergencyId,
    /// Whose fields are open.
    pub resident_id: PersonId,
    /// To which plugin, where.
    pub installation_id: InstallationId,
    /// Who declared it.
    pub declared_by: PersonId,
    /// Why; empty once the resident has been erased.
    pub reason: String,
    /// When.
    pub declared: Instant,
    /// When it closes by itself.
    pub closes: Instant,
    /// When an admin looked at it.
    pub reviewed: Option<Instant>,
    /// Which one.
    pub reviewed_by: Option<PersonId>,
    /// What they found.
    pub justified: Option<bool>,
    /// And wrote.
    pub note: Option<String>,
}

row! {
    struct EmergencyRow {
        pub id: EmergencyId,
        pub resident_id: PersonId,
        pub installation_id: InstallationId,
        pub declared_by: PersonId,
        pub reason: Option<Vec<u8>>,
        pub declared: Instant,
        pub closes: Instant,
        pub reviewed: Option<Instant>,
        pub reviewed_by: Option<PersonId>,
        pub justified: Option<bool>,
        pub note: Option<Vec<u8>>,
    }
}

impl Tx {
    fn emergency(&self, row: EmergencyRow) -> StoreResult<Emergency> {
        let reason = self.unseal_some("emergency.reason", row.id.0, row.reason.as_deref())?;
        Ok(Emergency {
            reason: reason.unwrap_or_default(),
            note: self.unseal_some("emergency.note", row.id.0, row.note.as_deref())?,
            id: row.id,
            resident_id: row.resident_id,
            installation_id: row.installation_id,
            declared_by: row.declared_by,
            declared: row.declared,
            closes: row.closes,
            reviewed: row.reviewed,
            reviewed_by: row.reviewed_by,
            justified: row.justified,
        })
    }

    /// Records an emergency. The database refuses a second one of a resident with an installation before the first is reviewed.
    pub async fn create_emergency(&mut self, e: &Emergency) -> StoreResult<()> {
        let reason = self.seal("emergency.reason", e.id.0, &e.reason).await?;
        let note = self
            .seal_some("emergency.note", e.id.0, e.note.as_deref())
            .await?;
        sql!(self, execute, "
            INSERT INTO emergency (id, resident_id, installation_id, declared_by, reason, reason_plain, declared, closes,
              reviewed, reviewed_by, justified, note)
            VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, $11)",
            e.id, e.resident_id, e.installation_id, e.declared_by, reason, e.declared, e.closes, e.reviewed, e.reviewed_by,
            e.justified, note)?;
        Ok(())
    }

    /// An emergency by its id.
    pub async fn find_emergency(&mut self, id: EmergencyId) -> StoreResult<Option<Emergency>> {
        let found = sql!(self, fetch_optional EmergencyRow, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE id = $1", id)?;
        found.map(|row| self.emergency(row)).transpose()
    }

    /// The emergency of a resident with an installation that nobody has reviewed yet.
    pub async fn find_unreviewed_emergency(
        &mut self,
        resident: PersonId,
        of: InstallationId,
    ) -> StoreResult<Option<Emergency>> {
        let found = sql!(self, fetch_optional EmergencyRow, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE resident_id = $1 AND installation_id = $2 AND reviewed IS NULL", resident, of)?;
        found.map(|row| self.emergency(row)).transpose()
    }

    /// The emergency by which an installation may read about a resident now: not closed, and not found unjustified.
    pub async fn find_open_emergency(
        &mut self,
        resident: PersonId,
        of: InstallationId,
        now: Instant,
    ) -> StoreResult<Option<Emergency>> {
        let found = sql!(self, fetch_optional EmergencyRow, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE resident_id = $1 AND installation_id = $2 AND closes > $3 AND (justified IS NULL OR justified)
            ORDER BY closes DESC LIMIT 1", resident, of, now)?;
        found.map(|row| self.emergency(row)).transpose()
    }

    /// Emergencies before `(declared, id)`, newest first; only those that nobody has reviewed where asked.
    pub async fn list_emergencies(
        &mut self,
        unreviewed: bool,
        before: (Instant, EmergencyId),
        limit: i64,
    ) -> StoreResult<Vec<Emergency>> {
        let found = sql!(self, fetch_all EmergencyRow, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE (declared, id) < ($2, $3) AND (NOT $1 OR reviewed IS NULL)
            ORDER BY declared DESC, id DESC LIMIT $4", unreviewed, before.0, before.1, limit)?;
        found.into_iter().map(|row| self.emergency(row)).collect()
    }

    /// Emergencies of a resident, newest first.
    pub async fn list_emergencies_of(
        &mut self,
        resident: PersonId,
        limit: i64,
    ) -> StoreResult<Vec<Emergency>> {
        let found = sql!(self, fetch_all EmergencyRow, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE resident_id = $1 ORDER BY declared DESC, id DESC LIMIT $2", resident, limit)?;
        found.into_iter().map(|row| self.emergency(row)).collect()
    }

    /// Emergencies that somebody declared, newest first.
    pub async fn list_emergencies_by(
        &mut self,
        declarer: PersonId,
        limit: i64,
    ) -> StoreResult<Vec<Emergency>> {
        let found = sql!(self, fetch_all EmergencyRow, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE declared_by = $1 ORDER BY declared DESC, id DESC LIMIT $2", declarer, limit)?;
        found.into_iter().map(|row| self.emergency(row)).collect()
    }

    /// Whether one that somebody declared of a resident since then was found unjustified.
    pub async fn has_unjustified_emergency(
        &mut self,
        resident: PersonId,
        of: InstallationId,
        by: PersonId,
        since: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM emergency
            WHERE resident_id = $1 AND installation_id = $2 AND declared_by = $3 AND NOT justified AND reviewed > $4",
            resident, of, by, since)?.count > 0)
    }

    /// How many emergencies that somebody declared nobody has reviewed.
    pub async fn count_unreviewed_emergencies(&mut self, by: PersonId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM emergency WHERE declared_by = $1 AND reviewed IS NULL", by)?.count)
    }

    /// Writes what an admin found; true if nobody had before.
    pub async fn review_emergency(
        &mut self,
        id: EmergencyId,
        by: PersonId,
        justified: bool,
        note: &str,
        now: Instant,
    ) -> StoreResult<bool> {
        let note = self.seal("emergency.note", id.0, note).await?;
        Ok(sql!(self, execute, "
            UPDATE emergency SET reviewed = $5, reviewed_by = $2, justified = $3, note = $4 WHERE id = $1 AND reviewed IS NULL",
            id, by, justified, note, now)? > 0)
    }
}

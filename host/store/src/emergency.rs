//! Emergencies: staff opened a resident's fields for a day, and an admin reviews it.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{EmergencyId, InstallationId, Instant, PersonId};

row! {
    /// An emergency.
    pub struct Emergency {
        /// The id.
        pub id: EmergencyId,
        /// Whose fields are open.
        pub resident_id: PersonId,
        /// To which plugin, where.
        pub installation_id: InstallationId,
        /// Who declared it.
        pub declared_by: PersonId,
        /// Why.
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
}

impl Tx {
    /// Records an emergency. The database refuses a second one of a resident with an installation before the first is reviewed.
    pub async fn create_emergency(&mut self, e: &Emergency) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO emergency (id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by,
              justified, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            e.id, e.resident_id, e.installation_id, e.declared_by, e.reason, e.declared, e.closes, e.reviewed, e.reviewed_by,
            e.justified, e.note)?;
        Ok(())
    }

    /// An emergency by its id.
    pub async fn find_emergency(&mut self, id: EmergencyId) -> StoreResult<Option<Emergency>> {
        sql!(self, fetch_optional Emergency, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE id = $1", id)
    }

    /// The emergency of a resident with an installation that nobody has reviewed yet.
    pub async fn find_unreviewed_emergency(
        &mut self,
        resident: PersonId,
        of: InstallationId,
    ) -> StoreResult<Option<Emergency>> {
        sql!(self, fetch_optional Emergency, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE resident_id = $1 AND installation_id = $2 AND reviewed IS NULL", resident, of)
    }

    /// The emergency by which an installation may read about a resident now: not closed, and not found unjustified.
    pub async fn find_open_emergency(
        &mut self,
        resident: PersonId,
        of: InstallationId,
        now: Instant,
    ) -> StoreResult<Option<Emergency>> {
        sql!(self, fetch_optional Emergency, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE resident_id = $1 AND installation_id = $2 AND closes > $3 AND (justified IS NULL OR justified)
            ORDER BY closes DESC LIMIT 1", resident, of, now)
    }

    /// Emergencies before `(declared, id)`, newest first; only those that nobody has reviewed where asked.
    pub async fn list_emergencies(
        &mut self,
        unreviewed: bool,
        before: (Instant, EmergencyId),
        limit: i64,
    ) -> StoreResult<Vec<Emergency>> {
        sql!(self, fetch_all Emergency, "
            SELECT id, resident_id, installation_id, declared_by, reason, declared, closes, reviewed, reviewed_by, justified, note
            FROM emergency WHERE (declared, id) < ($2, $3) AND (NOT $1 OR reviewed IS NULL)
            ORDER BY declared DESC, id DESC LIMIT $4", unreviewed, before.0, before.1, limit)
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
        Ok(sql!(self, execute, "
            UPDATE emergency SET reviewed = $5, reviewed_by = $2, justified = $3, note = $4 WHERE id = $1 AND reviewed IS NULL",
            id, by, justified, note, now)? > 0)
    }
}

//! Consents: a resident lets a plugin read a field for a purpose.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{ConsentId, Instant, Localised, PersonId, PluginId};

row! {
    /// A consent.
    pub struct Consent {
        /// The id.
        pub id: ConsentId,
        /// Whose data.
        pub resident_id: PersonId,
        /// Which plugin may read it.
        pub plugin: PluginId,
        /// Which field.
        pub field: String,
        /// What for, as it was read when consent was given.
        pub purpose: Localised,
        /// When.
        pub granted: Instant,
        /// By whom: the resident, or who may act for them.
        pub granted_by: PersonId,
        /// Until when.
        pub expires: Instant,
        /// When it was withdrawn.
        pub withdrawn: Option<Instant>,
        /// By whom.
        pub withdrawn_by: Option<PersonId>,
        /// Whether it was asked for and given apart from others, as sensitive data must be (PIPL art. 29).
        pub separate: bool,
        /// Whether a guardian gave it for a child under 14 (PIPL art. 31).
        pub for_child: bool,
    }
}

impl Tx {
    /// Records a consent.
    pub async fn create_consent(&mut self, c: &Consent) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO consent (id, resident_id, plugin, field, purpose, granted, granted_by, expires, withdrawn, withdrawn_by,
              separate, for_child)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            c.id, c.resident_id, c.plugin, c.field, c.purpose, c.granted, c.granted_by, c.expires, c.withdrawn, c.withdrawn_by,
            c.separate, c.for_child)?;
        Ok(())
    }

    /// What a resident lets a plugin read now.
    pub async fn list_live_consents(
        &mut self,
        resident: PersonId,
        plugin: &PluginId,
        now: Instant,
    ) -> StoreResult<Vec<Consent>> {
        sql!(self, fetch_all Consent, "
            SELECT id, resident_id, plugin, field, purpose, granted, granted_by, expires, withdrawn, withdrawn_by,
              separate, for_child FROM consent
            WHERE resident_id = $1 AND plugin = $2 AND withdrawn IS NULL AND expires > $3 ORDER BY field", resident, plugin, now)
    }

    /// Consents of a resident, those that nobody has withdrawn before the others, newest first, at most 500.
    pub async fn list_consents(&mut self, resident: PersonId) -> StoreResult<Vec<Consent>> {
        sql!(self, fetch_all Consent, "
            SELECT id, resident_id, plugin, field, purpose, granted, granted_by, expires, withdrawn, withdrawn_by,
              separate, for_child FROM consent
            WHERE resident_id = $1 ORDER BY CASE WHEN withdrawn IS NULL THEN 0 ELSE 1 END, granted DESC, id DESC LIMIT 500", resident)
    }

    /// A consent of a resident.
    pub async fn find_consent(
        &mut self,
        resident: PersonId,
        id: ConsentId,
    ) -> StoreResult<Option<Consent>> {
        sql!(self, fetch_optional Consent, "
            SELECT id, resident_id, plugin, field, purpose, granted, granted_by, expires, withdrawn, withdrawn_by,
              separate, for_child FROM consent WHERE id = $1 AND resident_id = $2", id, resident)
    }

    /// Ends all live consents of a resident; how many there were.
    pub async fn withdraw_all_consents(
        &mut self,
        resident: PersonId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "UPDATE consent SET withdrawn = $3, withdrawn_by = $2 WHERE resident_id = $1 AND withdrawn IS NULL",
            resident,
            by,
            now
        )
    }

    /// Ends the live consent of a field, if there is one.
    pub async fn withdraw_consent_of(
        &mut self,
        resident: PersonId,
        plugin: &PluginId,
        field: &str,
        by: PersonId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE consent SET withdrawn = $5, withdrawn_by = $4
            WHERE resident_id = $1 AND plugin = $2 AND field = $3 AND withdrawn IS NULL",
            resident,
            plugin,
            field,
            by,
            now
        )? > 0)
    }

    /// Ends a consent of a resident; true if it was live.
    pub async fn withdraw_consent(
        &mut self,
        resident: PersonId,
        id: ConsentId,
        by: PersonId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            UPDATE consent SET withdrawn = $4, withdrawn_by = $3 WHERE id = $1 AND resident_id = $2 AND withdrawn IS NULL",
            id, resident, by, now)? > 0)
    }

    /// Consents that ran out and of which nobody has been told that, the oldest first.
    pub async fn list_expired_consents(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Consent>> {
        sql!(self, fetch_all Consent, "
            SELECT id, resident_id, plugin, field, purpose, granted, granted_by, expires, withdrawn, withdrawn_by,
              separate, for_child FROM consent
            WHERE withdrawn IS NULL AND told IS NULL AND expires <= $1 ORDER BY expires, id LIMIT $2", now, limit)
    }

    /// It was told that a consent ran out.
    pub async fn mark_consent_told(&mut self, id: ConsentId, now: Instant) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE consent SET told = $2 WHERE id = $1",
            id,
            now
        )?;
        Ok(())
    }
}

//! Restrictions: what a plugin keeps about a resident is shut to it.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{Instant, PersonId, PluginId};

row! {
    /// A restriction of a plugin's use of what it keeps about a resident.
    pub struct Restriction {
        /// About whom.
        pub resident_id: PersonId,
        /// Kept by which plugin.
        pub plugin: PluginId,
        /// Since when.
        pub since: Instant,
        /// `withdrawal` of consent, or `objection`.
        pub cause: String,
    }
}

impl Tx {
    /// Shuts what a plugin keeps about a resident; true if it was open.
    pub async fn create_restriction(&mut self, r: &Restriction) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "INSERT INTO restriction (resident_id, plugin, since, cause) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            r.resident_id,
            r.plugin,
            r.since,
            r.cause
        )? > 0)
    }

    /// Opens it again; true if it was shut.
    pub async fn lift_restriction(
        &mut self,
        resident: PersonId,
        plugin: &PluginId,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM restriction WHERE resident_id = $1 AND plugin = $2",
            resident,
            plugin
        )? > 0)
    }

    /// The restriction of a plugin about a resident, if there is one.
    pub async fn find_restriction(
        &mut self,
        resident: PersonId,
        plugin: &PluginId,
    ) -> StoreResult<Option<Restriction>> {
        sql!(self, fetch_optional Restriction, "
            SELECT resident_id, plugin, since, cause FROM restriction WHERE resident_id = $1 AND plugin = $2", resident, plugin)
    }

    /// All restrictions about a resident, by plugin.
    pub async fn list_restrictions(&mut self, resident: PersonId) -> StoreResult<Vec<Restriction>> {
        sql!(self, fetch_all Restriction, "
            SELECT resident_id, plugin, since, cause FROM restriction WHERE resident_id = $1 ORDER BY plugin", resident)
    }
}

//! Installations: plugins enabled for a community.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::breaker::Breaker;
use linli_domain::budget::Budgets;
use linli_domain::permission::Permission;
use linli_domain::{CommunityId, InstallationId, Instant, PluginId, ReleaseId};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

row! {
    /// A plugin enabled, or once enabled, for a community.
    pub struct Installation {
        /// The id.
        pub id: InstallationId,
        /// Which plugin.
        pub plugin: PluginId,
        /// Where.
        pub community_id: CommunityId,
        /// Which release runs.
        pub release_id: ReleaseId,
        /// What the admin granted.
        pub permissions: BTreeSet<Permission>,
        /// What the admin set.
        pub settings: Map<String, Value>,
        /// Whether it may be used.
        pub enabled: bool,
        /// When it was last changed.
        pub changed: Instant,
        /// What it may use.
        pub budgets: Budgets,
        /// The circuit breaker, once it has opened.
        pub breaker: Option<Breaker>,
    }
}

row! {
    struct InUse {
        pub release_id: ReleaseId,
    }
}

impl Tx {
    /// The releases that some installation runs.
    pub async fn list_releases_in_use(&mut self) -> StoreResult<Vec<ReleaseId>> {
        let found = sql!(self, fetch_all InUse, "SELECT DISTINCT release_id FROM installation ORDER BY release_id")?;
        Ok(found.into_iter().map(|row| row.release_id).collect())
    }

    /// Creates or replaces the installation of a plugin in a community; its id, budgets and breaker stay.
    pub async fn put_installation(&mut self, i: &Installation) -> StoreResult<InstallationId> {
        Ok(sql!(self, fetch_one Installation, "
            INSERT INTO installation (id, plugin, community_id, release_id, permissions, settings, enabled, changed, budgets)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (plugin, community_id) DO UPDATE SET release_id = excluded.release_id,
              permissions = excluded.permissions, settings = excluded.settings, enabled = excluded.enabled, changed = excluded.changed
            RETURNING id, plugin, community_id, release_id, permissions, settings, enabled, changed, budgets, breaker",
            i.id, i.plugin, i.community_id, i.release_id, i.permissions, i.settings, i.enabled, i.changed, i.budgets)?.id)
    }

    /// An installation by its id.
    pub async fn find_installation(
        &mut self,
        id: InstallationId,
    ) -> StoreResult<Option<Installation>> {
        sql!(self, fetch_optional Installation, "
            SELECT id, plugin, community_id, release_id, permissions, settings, enabled, changed, budgets, breaker FROM installation WHERE id = $1", id)
    }

    /// The installation of a plugin in a community.
    pub async fn find_installation_of(
        &mut self,
        plugin: &PluginId,
        community: CommunityId,
    ) -> StoreResult<Option<Installation>> {
        sql!(self, fetch_optional Installation, "
            SELECT id, plugin, community_id, release_id, permissions, settings, enabled, changed, budgets, breaker FROM installation
            WHERE plugin = $1 AND community_id = $2", plugin, community)
    }

    /// All installations, by plugin.
    pub async fn list_installations(&mut self) -> StoreResult<Vec<Installation>> {
        sql!(self, fetch_all Installation, "
            SELECT id, plugin, community_id, release_id, permissions, settings, enabled, changed, budgets, breaker FROM installation
            ORDER BY plugin, community_id")
    }

    /// A community's installations, by plugin.
    pub async fn list_installations_of(
        &mut self,
        community: CommunityId,
    ) -> StoreResult<Vec<Installation>> {
        sql!(self, fetch_all Installation, "
            SELECT id, plugin, community_id, release_id, permissions, settings, enabled, changed, budgets, breaker FROM installation
            WHERE community_id = $1 ORDER BY plugin", community)
    }

    /// Switches an installation on or off; true if that changed it.
    pub async fn set_installation_enabled(
        &mut self,
        id: InstallationId,
        enabled: bool,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE installation SET enabled = $2, changed = $3 WHERE id = $1 AND enabled <> $2",
            id,
            enabled,
            now
        )? > 0)
    }

    /// Changes what an installation may use; false where there is no such one.
    pub async fn set_budgets(&mut self, id: InstallationId, budgets: Budgets) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE installation SET budgets = $2 WHERE id = $1",
            id,
            budgets
        )? > 0)
    }

    /// Puts an installation's breaker into a state.
    pub async fn set_breaker(&mut self, id: InstallationId, breaker: &Breaker) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE installation SET breaker = $2 WHERE id = $1",
            id,
            breaker.clone()
        )?;
        Ok(())
    }
}

//! Installations with all that opening one needs to know, in one query.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::breaker::Breaker;
use linli_domain::budget::Budgets;
use linli_domain::permission::Permission;
use linli_domain::{
    CommunityId, InstallationId, Instant, Localised, Manifest, OrganisationId, PluginId, ReleaseId,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

row! {
    /// An enabled installation with its community, release and organisation.
    pub struct Served {
        /// The installation.
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
        /// The community's code.
        pub community_slug: String,
        /// The community's name.
        pub community_name: Localised,
        /// The release's digest.
        pub digest: String,
        /// What the release says of itself.
        pub manifest: Manifest,
        /// Who publishes it.
        pub organisation_id: OrganisationId,
        /// The organisation's code.
        pub organisation_slug: String,
        /// The organisation's name.
        pub organisation_name: Localised,
        /// When the organisation was registered.
        pub organisation_created: Instant,
    }
}

/// What every list of services reads.
macro_rules! served {
    ($where:literal) => {
        concat!(
            "SELECT i.id, i.plugin, i.community_id, i.release_id, i.permissions, i.settings, i.enabled, i.changed,
               i.budgets, i.breaker,
               c.slug AS community_slug, c.name AS community_name, r.digest, r.manifest, r.organisation_id,
               o.slug AS organisation_slug, o.name AS organisation_name, o.created AS organisation_created
             FROM installation AS i JOIN community AS c ON c.id = i.community_id JOIN release AS r ON r.id = i.release_id
               JOIN organisation AS o ON o.id = r.organisation_id
             WHERE i.enabled ",
            $where,
            " ORDER BY c.slug, i.plugin"
        )
    };
}

impl Tx {
    /// What is enabled in a community, by plugin.
    pub async fn list_served_in(&mut self, community: CommunityId) -> StoreResult<Vec<Served>> {
        sql!(self, fetch_all Served, served!("AND i.community_id = $1"), community)
    }

    /// What is enabled anywhere, by community and plugin.
    pub async fn list_served(&mut self) -> StoreResult<Vec<Served>> {
        sql!(self, fetch_all Served, served!(""))
    }
}

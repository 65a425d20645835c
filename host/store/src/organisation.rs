//! Organisations and their signing keys.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{Instant, Localised, OrganisationId, PublisherKeyId};

row! {
    /// A social organisation.
    pub struct Organisation {
        /// The id.
        pub id: OrganisationId,
        /// Its code: the first part of its plugins' ids.
        pub slug: String,
        /// Its name.
        pub name: Localised,
        /// When it was registered.
        pub created: Instant,
    }
}

row! {
    /// A minisign public key of an organisation.
    pub struct PublisherKey {
        /// The id.
        pub id: PublisherKeyId,
        /// Whose.
        pub organisation_id: OrganisationId,
        /// Minisign's key id, in hexadecimal.
        pub key_id: String,
        /// The key in base64.
        pub public_key: String,
        /// When it was added.
        pub added: Instant,
        /// When it was revoked.
        pub revoked: Option<Instant>,
    }
}

impl Tx {
    /// Registers an organisation.
    pub async fn create_organisation(&mut self, organisation: &Organisation) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO organisation (id, slug, name, created) VALUES ($1, $2, $3, $4)",
            organisation.id,
            organisation.slug,
            organisation.name,
            organisation.created
        )?;
        Ok(())
    }

    /// All organisations, by code.
    pub async fn list_organisations(&mut self) -> StoreResult<Vec<Organisation>> {
        sql!(self, fetch_all Organisation, "SELECT id, slug, name, created FROM organisation ORDER BY slug")
    }

    /// An organisation by its code.
    pub async fn find_organisation_by_slug(
        &mut self,
        slug: &str,
    ) -> StoreResult<Option<Organisation>> {
        sql!(self, fetch_optional Organisation, "SELECT id, slug, name, created FROM organisation WHERE slug = $1", slug)
    }

    /// An organisation by its id.
    pub async fn find_organisation(
        &mut self,
        id: OrganisationId,
    ) -> StoreResult<Option<Organisation>> {
        sql!(self, fetch_optional Organisation, "SELECT id, slug, name, created FROM organisation WHERE id = $1", id)
    }

    /// Adds a key.
    pub async fn create_publisher_key(&mut self, key: &PublisherKey) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO publisher_key (id, organisation_id, key_id, public_key, added, revoked) VALUES ($1, $2, $3, $4, $5, $6)",
            key.id, key.organisation_id, key.key_id, key.public_key, key.added, key.revoked)?;
        Ok(())
    }

    /// An organisation's keys, revoked ones too, oldest first.
    pub async fn list_publisher_keys(
        &mut self,
        organisation: OrganisationId,
    ) -> StoreResult<Vec<PublisherKey>> {
        sql!(self, fetch_all PublisherKey, "
            SELECT id, organisation_id, key_id, public_key, added, revoked FROM publisher_key
            WHERE organisation_id = $1 ORDER BY added, id", organisation)
    }

    /// Revokes a key; true if it was live.
    pub async fn revoke_publisher_key(
        &mut self,
        organisation: OrganisationId,
        id: PublisherKeyId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            UPDATE publisher_key SET revoked = $3 WHERE id = $1 AND organisation_id = $2 AND revoked IS NULL",
            id, organisation, now)? > 0)
    }
}

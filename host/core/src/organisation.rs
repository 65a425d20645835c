//! Organisations and their signing keys.

use crate::caller::Admin;
use crate::district::{check_name, check_slug};
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::{Localised, OrganisationId, PublisherKeyId};
use linli_store::organisation::{Organisation, PublisherKey};
use serde_json::json;

/// Registers an organisation.
pub async fn register(
    work: &mut Work,
    admin: &Admin,
    slug: &str,
    name: &Localised,
) -> Result<Organisation> {
    check_slug(slug)?;
    check_name(name)?;
    if work.tx.find_organisation_by_slug(slug).await?.is_some() {
        return Err(Refusal::Taken(slug.to_owned()).into());
    }
    let organisation = Organisation {
        id: work.id(),
        slug: slug.to_owned(),
        name: name.clone(),
        created: work.now,
    };
    work.tx.create_organisation(&organisation).await?;
    work.audit(
        admin.person,
        None,
        "organisation.register",
        slug,
        json!({ "name": name }),
    )
    .await?;
    Ok(organisation)
}

/// An organisation by its code.
pub async fn find(work: &mut Work, slug: &str) -> Result<Organisation> {
    work.tx
        .find_organisation_by_slug(slug)
        .await?
        .ok_or_else(|| Refusal::NotFound("organisation").into())
}

/// An organisation by its id.
pub async fn find_by_id(work: &mut Work, id: OrganisationId) -> Result<Organisation> {
    let found = work.tx.find_organisation(id).await?;
    found.ok_or_else(|| Refusal::NotFound("organisation").into())
}

/// Adds a key that was checked to be one: its id and itself in base64.
pub async fn add_key(
    work: &mut Work,
    admin: &Admin,
    organisation: &Organisation,
    key_id: &str,
    public_key: &str,
) -> Result<()> {
    let keys = work.tx.list_publisher_keys(organisation.id).await?;
    if keys
        .iter()
        .any(|key| key.key_id == key_id && key.revoked.is_none())
    {
        return Err(Refusal::Taken(key_id.to_owned()).into());
    }
    let key = PublisherKey {
        id: work.id(),
        organisation_id: organisation.id,
        key_id: key_id.to_owned(),
        public_key: public_key.to_owned(),
        added: work.now,
        revoked: None,
    };
    work.tx.create_publisher_key(&key).await?;
    work.audit(
        admin.person,
        None,
        "publisher-key.add",
        key_id,
        json!({ "organisation": organisation.slug }),
    )
    .await
}

/// Revokes a key: nothing that it signs is accepted any more. Releases that were accepted stay.
pub async fn revoke_key(
    work: &mut Work,
    admin: &Admin,
    organisation: &Organisation,
    id: PublisherKeyId,
) -> Result<()> {
    if !work
        .tx
        .revoke_publisher_key(organisation.id, id, work.now)
        .await?
    {
        return Err(Refusal::NotFound("key").into());
    }
    work.audit(
        admin.person,
        None,
        "publisher-key.revoke",
        id,
        json!({ "organisation": organisation.slug }),
    )
    .await
}

//! Plugins' own documents, in the collections that the manifest declares.

use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::PersonId;
use linli_store::record::Record;
use serde_json::Value;

/// The longest key, in bytes.
pub const MAX_KEY: usize = 128;
/// The largest document, in bytes.
pub const MAX_DOCUMENT: usize = 65_536;
/// The most records of an installation.
pub const MAX_RECORDS: i64 = 100_000;
/// The most records of one slice.
pub const MAX_SLICE: u16 = 100;

/// Reads one.
pub async fn find(
    work: &mut Work,
    service: &Service,
    collection: &str,
    key: &str,
) -> Result<Option<Record>> {
    check(service, collection)?;
    Ok(work.tx.find_record(service.id(), collection, key).await?)
}

/// Creates or replaces one and answers its new version. `expected` is the version that must be there now: 0 for 'must not
/// exist', none for 'whatever is there'.
pub async fn put(
    work: &mut Work,
    service: &Service,
    collection: &str,
    key: &str,
    document: &str,
    subject: Option<PersonId>,
    expected: Option<u64>,
) -> Result<u64> {
    check(service, collection)?;
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(Refusal::Invalid(format!(
            "key has {} bytes; it must have 1–{MAX_KEY}",
            key.len()
        ))
        .into());
    }
    if document.len() > MAX_DOCUMENT {
        return Err(Refusal::Invalid(format!(
            "document has {} bytes; at most {MAX_DOCUMENT}",
            document.len()
        ))
        .into());
    }
    let document: Value = serde_json::from_str(document)
        .map_err(|error| Refusal::Invalid(format!("document is not JSON: {error}")))?;
    // PostgreSQL's JSONB cannot hold U+0000.
    if document.to_string().contains("\\u0000") {
        return Err(Refusal::Invalid("document holds the character U+0000".to_owned()).into());
    }
    let current = work.tx.find_record(service.id(), collection, key).await?;
    let version = current.as_ref().map_or(0, |record| record.version);
    let seen = u64::try_from(version).unwrap_or_default();
    if expected.is_some_and(|expected| expected != seen) {
        return Err(Refusal::VersionConflict(seen).into());
    }
    if current.is_none() && work.tx.count_records(service.id()).await? >= MAX_RECORDS {
        return Err(Refusal::OverBudget("records").into());
    }
    let record = Record {
        key: key.to_owned(),
        document,
        version: version + 1,
        subject_id: subject,
        updated: work.now,
    };
    work.tx
        .put_record(service.id(), collection, &record)
        .await?;
    Ok(seen + 1)
}

/// Removes one; true if it existed.
pub async fn delete(
    work: &mut Work,
    service: &Service,
    collection: &str,
    key: &str,
) -> Result<bool> {
    check(service, collection)?;
    Ok(work.tx.delete_record(service.id(), collection, key).await?)
}

/// A slice of a collection after a key, by key; of those about one person where one is named.
pub async fn list(
    work: &mut Work,
    service: &Service,
    collection: &str,
    subject: Option<PersonId>,
    after: &str,
    limit: u16,
) -> Result<Vec<Record>> {
    check(service, collection)?;
    if !(1..=MAX_SLICE).contains(&limit) {
        return Err(Refusal::Invalid(format!("limit is {limit}; it must be 1–{MAX_SLICE}")).into());
    }
    Ok(match subject {
        Some(subject) => {
            work.tx
                .list_records_about(service.id(), collection, subject, after, limit.into())
                .await?
        }
        None => {
            work.tx
                .list_records(service.id(), collection, after, limit.into())
                .await?
        }
    })
}

fn check(service: &Service, collection: &str) -> Result<()> {
    if service.manifest.collections.contains_key(collection) {
        return Ok(());
    }
    Err(Refusal::Undeclared(collection.chars().take(64).collect()).into())
}

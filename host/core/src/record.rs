//! Plugins' own documents, in the collections that the manifest declares.

use crate::basis::has_contract;
use crate::error::{Refusal, Result};
use crate::my_data::hold::is_held;
use crate::my_data::restriction::is_restricted;
use crate::service::Service;
use crate::work::Work;
use linli_domain::{InstallationId, Localised, PersonId};
use linli_store::record::Record;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The longest key, in bytes.
pub const MAX_KEY: usize = 128;
/// The largest document, in bytes.
pub const MAX_DOCUMENT: usize = 65_536;
/// The most records of an installation. They are not counted each time (see [`put`]), so that there may be some dozens
/// more.
pub const MAX_RECORDS: i64 = 100_000;
/// The most records of one slice.
pub const MAX_SLICE: u16 = 100;

/// Why a record cannot be read or changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordRefusal {
    /// The resident withdrew consent or objected: only the host sees it until they consent anew.
    Locked,
    /// It is under a legal hold and cannot be removed.
    OnHold,
}

impl RecordRefusal {
    /// What it says to people, in both languages.
    pub fn message(self) -> Localised {
        match self {
            Self::Locked => Localised::new(
                "居民已撤回同意或提出异议，这份记录已锁定。居民重新同意后才能使用。",
                "The resident withdrew consent or objected, so this record is locked until they consent anew.",
            ),
            Self::OnHold => Localised::new(
                "这份记录正依法保全，暂时不能删除。",
                "This record is under a legal hold and cannot be removed.",
            ),
        }
    }
}

impl From<RecordRefusal> for Refusal {
    fn from(refusal: RecordRefusal) -> Self {
        Self::Record(refusal)
    }
}

/// Refuses where a collection's records about a person are shut to the service: the person restricted it, and has no contract
/// with it; a contract keeps what is not sensitive open until it is over, as with fields ([`crate::basis`]).
async fn check_open(
    work: &mut Work,
    service: &Service,
    collection: &str,
    subject: Option<PersonId>,
) -> Result<()> {
    if let Some(subject) = subject
        && is_restricted(work, service, subject).await?
        && !opened_by_contract(work, service, collection, subject).await?
    {
        return Err(Refusal::from(RecordRefusal::Locked).into());
    }
    Ok(())
}

async fn opened_by_contract(
    work: &mut Work,
    service: &Service,
    collection: &str,
    subject: PersonId,
) -> Result<bool> {
    let sensitive = service
        .manifest
        .collections
        .get(collection)
        .is_none_or(|declared| declared.sensitive);
    Ok(!sensitive && has_contract(work, service, subject).await?)
}

/// Reads one.
pub async fn find(
    work: &mut Work,
    service: &Service,
    collection: &str,
    key: &str,
) -> Result<Option<Record>> {
    check(service, collection)?;
    let found = work.tx.find_record(service.id(), collection, key).await?;
    let subject = found.as_ref().and_then(|record| record.subject_id);
    check_open(work, service, collection, subject).await?;
    Ok(found)
}

/// One new record in so many is counted.
const COUNTED: u8 = 64;

/// Installations that were found to have as many records as they may.
struct Full(Mutex<BTreeSet<InstallationId>>);

static FULL: Full = Full(Mutex::new(BTreeSet::new()));

impl Full {
    /// Whether an installation's records are to be counted before one more is created.
    fn must_count(&self, of: InstallationId, drawn: u8) -> bool {
        drawn.is_multiple_of(COUNTED) || self.set().contains(&of)
    }

    fn counted(&self, of: InstallationId, has_room: bool) {
        if has_room {
            self.set().remove(&of);
        } else {
            self.set().insert(of);
        }
    }

    fn set(&self) -> MutexGuard<'_, BTreeSet<InstallationId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Creates or replaces one and answers its new version. `expected` is the version that must be there now: 0 for 'must not
/// exist', none for 'whatever is there'.
///
/// A count reads all that an installation has, so that under PostgreSQL's serializable isolation any two acts that count
/// and create would lose a race to each other. Hence only one new record in 64 is counted, drawn from the unit of work's
/// stream, which no plugin can foresee. From the count that finds the installation full, every one is counted until
/// there is room again. Beyond the budget there are 64 at the mean each time that the host is started.
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
    let before = current.as_ref().and_then(|record| record.subject_id);
    check_open(work, service, collection, before).await?;
    if subject != before {
        check_open(work, service, collection, subject).await?;
    }
    let version = current.as_ref().map_or(0, |record| record.version);
    let seen = u64::try_from(version).unwrap_or_default();
    if expected.is_some_and(|expected| expected != seen) {
        return Err(Refusal::VersionConflict(seen).into());
    }
    if current.is_none() && !has_room(work, service.id()).await? {
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

async fn has_room(work: &mut Work, of: InstallationId) -> Result<bool> {
    let mut drawn = [0];
    work.stream.fill(&mut drawn);
    if !FULL.must_count(of, drawn[0]) {
        return Ok(true);
    }
    let has_room = work.tx.count_records(of).await? < MAX_RECORDS;
    FULL.counted(of, has_room);
    Ok(has_room)
}

/// Removes one; true if it existed.
pub async fn delete(
    work: &mut Work,
    service: &Service,
    collection: &str,
    key: &str,
) -> Result<bool> {
    let found = find(work, service, collection, key).await?;
    if let Some(subject) = found.and_then(|record| record.subject_id)
        && is_held(work, subject).await?
    {
        return Err(Refusal::from(RecordRefusal::OnHold).into());
    }
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
    check_open(work, service, collection, subject).await?;
    let size = usize::from(limit);
    if let Some(subject) = subject {
        return Ok(work
            .tx
            .list_records_about(service.id(), collection, subject, after, limit.into())
            .await?);
    }
    let (mut open, mut after) = (Vec::with_capacity(size), after.to_owned());
    let mut contracts = BTreeMap::new();
    loop {
        let slice = work
            .tx
            .list_records(
                service.id(),
                service.plugin(),
                collection,
                &after,
                limit.into(),
            )
            .await?;
        let is_last = slice.len() < size;
        for listed in slice {
            after.clone_from(&listed.key);
            if let Some(subject) = listed.subject_id.filter(|_| listed.restricted) {
                let opened = match contracts.get(&subject) {
                    Some(opened) => *opened,
                    None => {
                        let opened = opened_by_contract(work, service, collection, subject).await?;
                        contracts.insert(subject, opened);
                        opened
                    }
                };
                if !opened {
                    continue;
                }
            }
            open.push(Record::from(listed));
            if open.len() == size {
                return Ok(open);
            }
        }
        if is_last {
            return Ok(open);
        }
    }
}

fn check(service: &Service, collection: &str) -> Result<()> {
    if service.manifest.collections.contains_key(collection) {
        return Ok(());
    }
    Err(Refusal::Undeclared(collection.chars().take(64).collect()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn one_in_64_is_counted_and_all_of_a_full_installation() {
        let full = Full(Mutex::new(BTreeSet::new()));
        let [one, other] = [1, 2].map(|n| InstallationId(Uuid::from_u128(n)));
        let counted = |of| {
            (0..=u8::MAX)
                .filter(|drawn| full.must_count(of, *drawn))
                .count()
        };
        assert_eq!(counted(one), 4);
        full.counted(one, false);
        assert_eq!((counted(one), counted(other)), (256, 4));
        full.counted(one, true);
        assert_eq!(counted(one), 4);
    }
}

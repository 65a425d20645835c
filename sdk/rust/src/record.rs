//! Records of one Rust type.

use crate::records::{self, RecordError, Stored};
use crate::{Cursor, Failure, Instant, Lang, PersonRef, log};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// A collection that the manifest declares under `[collections]`, whose documents are `T` as JSON.
///
/// ```
/// # use linli_sdk::Collection;
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Question {
///     text: String,
/// }
///
/// const QUESTIONS: Collection<Question> = Collection::new("questions");
/// ```
pub struct Collection<T> {
    name: &'static str,
    documents: PhantomData<fn() -> T>,
}

/// One document with what the host knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<T> {
    /// Its key in the collection.
    pub key: String,
    /// The document.
    pub value: T,
    /// 1 when created, one more with each write.
    pub version: u64,
    /// Whom it is about.
    pub subject: Option<PersonRef>,
    /// When it was last written.
    pub updated: Instant,
}

/// A part of a list, and where it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next slice begins.
    pub next: Option<Cursor>,
}

impl<T: Serialize + DeserializeOwned> Collection<T> {
    /// The collection of that name.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            documents: PhantomData,
        }
    }

    /// The record of that key.
    pub fn get(&self, key: &str) -> Result<Option<Record<T>>, RecordError> {
        records::get(self.name, key)?.map(decode).transpose()
    }

    /// Creates a record; [`RecordError::VersionConflict`] where the key is taken.
    pub fn create(
        &self,
        key: &str,
        value: &T,
        subject: Option<&PersonRef>,
    ) -> Result<u64, RecordError> {
        records::put(self.name, key, &encode(value)?, subject, Some(0))
    }

    /// Creates or replaces a record, whatever is there.
    pub fn put(
        &self,
        key: &str,
        value: &T,
        subject: Option<&PersonRef>,
    ) -> Result<u64, RecordError> {
        records::put(self.name, key, &encode(value)?, subject, None)
    }

    /// Writes a changed record back; [`RecordError::VersionConflict`] where somebody else wrote it since.
    pub fn update(&self, record: &Record<T>) -> Result<u64, RecordError> {
        let document = encode(&record.value)?;
        records::put(
            self.name,
            &record.key,
            &document,
            record.subject.as_ref(),
            Some(record.version),
        )
    }

    /// Removes a record; true if it existed.
    pub fn delete(&self, key: &str) -> Result<bool, RecordError> {
        records::delete(self.name, key)
    }

    /// The collection's records by key, at most `limit` (1–100).
    pub fn list(
        &self,
        after: Option<&Cursor>,
        limit: u16,
    ) -> Result<Slice<Record<T>>, RecordError> {
        self.slice(None, after, limit)
    }

    /// The records about one person by key, at most `limit` (1–100).
    pub fn about(
        &self,
        subject: &PersonRef,
        after: Option<&Cursor>,
        limit: u16,
    ) -> Result<Slice<Record<T>>, RecordError> {
        self.slice(Some(subject), after, limit)
    }

    fn slice(
        &self,
        subject: Option<&PersonRef>,
        after: Option<&Cursor>,
        limit: u16,
    ) -> Result<Slice<Record<T>>, RecordError> {
        let slice = records::list_records(self.name, subject, after, limit)?;
        let items = slice
            .items
            .into_iter()
            .map(decode)
            .collect::<Result<_, _>>()?;
        Ok(Slice {
            items,
            next: slice.next,
        })
    }
}

fn encode<T: Serialize>(value: &T) -> Result<String, RecordError> {
    serde_json::to_string(value).map_err(|error| RecordError::Invalid(error.to_string()))
}

fn decode<T: DeserializeOwned>(stored: Stored) -> Result<Record<T>, RecordError> {
    let Stored {
        key,
        document,
        version,
        subject,
        updated,
    } = stored;
    match serde_json::from_str(&document) {
        Ok(value) => Ok(Record {
            key,
            value,
            version,
            subject,
            updated,
        }),
        Err(error) => Err(RecordError::Invalid(format!(
            "record '{key}' is of another format: {error}"
        ))),
    }
}

/// What the user can mend is said; what only the publisher can mend goes to the log.
impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        let lang = Lang::current();
        Self::problem(match error {
            RecordError::VersionConflict(_) => lang.t(
                "有人刚刚改过这条记录。请重新打开页面，看过后再试。",
                "Somebody has just changed this. Open the page again, have a look, then try once more.",
            ),
            RecordError::Locked => lang.t(
                "居民已撤回同意，或者这条记录须依法保存，所以不能这样做。请先征得居民同意。",
                "The resident has withdrawn consent, or the law has this record kept, so this cannot be done. Ask the resident first.",
            ),
            RecordError::OverBudget => lang.t(
                "这项服务的存储空间已满，没有保存。请联系服务机构。",
                "This service has no room left; nothing was saved. Please tell the organisation.",
            ),
            RecordError::UndeclaredCollection | RecordError::Invalid(_) => {
                log::write(log::Level::Error, &format!("records: {error:?}"));
                lang.t(
                    "这项服务出了问题，没有保存。请稍后再试。",
                    "Something is wrong with this service; nothing was saved. Please try again later.",
                )
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(document: &str) -> Stored {
        Stored {
            key: "a".to_owned(),
            document: document.to_owned(),
            version: 3,
            subject: None,
            updated: 0,
        }
    }

    #[test]
    fn a_document_of_another_format_is_named() {
        let record: Record<Vec<u8>> = decode(stored("[1,2]")).unwrap();
        assert_eq!((record.value, record.version), (vec![1, 2], 3));
        let error = decode::<Vec<u8>>(stored("{}")).unwrap_err();
        assert!(matches!(error, RecordError::Invalid(text) if text.contains("record 'a'")));
    }
}

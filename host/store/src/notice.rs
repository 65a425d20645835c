//! Notices in inboxes.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant, Localised, NoticeId, PersonId, Urgency};
use serde::{Deserialize, Serialize};

/// A message that waits for its reader: the text in both languages, and what stands in for each `{name}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoredMessage {
    /// The text, with `{names}`.
    pub text: Localised,
    /// What stands in for them.
    pub arguments: Vec<(String, StoredArgument)>,
}

/// What stands in for a `{name}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoredArgument {
    /// Text.
    Text(String),
    /// Text in both languages.
    Localised(Localised),
    /// A number.
    Number(f64),
    /// An instant, shown in the community's zone.
    Instant(Instant),
    /// A field of a person, checked and filled in for the reader.
    Person {
        /// Whose.
        person: PersonId,
        /// Which.
        field: String,
    },
}

row! {
    /// A notice.
    pub struct Notice {
        /// The id.
        pub id: NoticeId,
        /// Whose inbox it is in.
        pub person_id: PersonId,
        /// Which plugin sent it; none for the host itself.
        pub installation_id: Option<InstallationId>,
        /// For a delegate: whom it is about.
        pub subject_id: Option<PersonId>,
        /// Its title.
        pub title: StoredMessage,
        /// Its text.
        pub body: StoredMessage,
        /// How urgent it is.
        pub urgency: Urgency,
        /// The page that it leads to: of the plugin, or of the host where the host itself sent it.
        pub path: Option<String>,
        /// When it was sent.
        pub created: Instant,
        /// When it was read.
        pub read: Option<Instant>,
    }
}

impl Tx {
    /// Puts a notice into an inbox.
    pub async fn create_notice(&mut self, n: &Notice) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO notice (id, person_id, installation_id, subject_id, title, body, urgency, path, created, read)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            n.id, n.person_id, n.installation_id, n.subject_id, n.title, n.body, n.urgency, n.path, n.created, n.read)?;
        Ok(())
    }

    /// A notice by its id.
    pub async fn find_notice(&mut self, id: NoticeId) -> StoreResult<Option<Notice>> {
        sql!(self, fetch_optional Notice, "
            SELECT id, person_id, installation_id, subject_id, title, body, urgency, path, created, read FROM notice
            WHERE id = $1", id)
    }

    /// A person's notices before `(created, id)`, newest first.
    pub async fn list_notices(
        &mut self,
        person: PersonId,
        before: (Instant, NoticeId),
        limit: i64,
    ) -> StoreResult<Vec<Notice>> {
        sql!(self, fetch_all Notice, "
            SELECT id, person_id, installation_id, subject_id, title, body, urgency, path, created, read FROM notice
            WHERE person_id = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4",
            person, before.0, before.1, limit)
    }

    /// How many notices a person has not read.
    pub async fn count_unread_notices(&mut self, person: PersonId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM notice WHERE person_id = $1 AND read IS NULL", person)?.count)
    }

    /// Marks a notice of a person as read; true if it was unread.
    pub async fn mark_notice_read(
        &mut self,
        person: PersonId,
        id: NoticeId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE notice SET read = $3 WHERE id = $1 AND person_id = $2 AND read IS NULL",
            id,
            person,
            now
        )? > 0)
    }

    /// Marks all notices of a person as read.
    pub async fn mark_all_notices_read(
        &mut self,
        person: PersonId,
        now: Instant,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "UPDATE notice SET read = $2 WHERE person_id = $1 AND read IS NULL",
            person,
            now
        )
    }
}

//! Notices in inboxes.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant, Localised, NoticeId, PersonId, Urgency};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
        /// When its reader confirmed that they have read it.
        pub acknowledged: Option<Instant>,
        /// Who is told next while it is not confirmed: `channels`, `delegates`, `staff`, or `done`.
        pub step: String,
        /// When they are told.
        pub escalate_at: Option<Instant>,
        /// For those who are told because somebody did not confirm a notice: that notice.
        pub origin_id: Option<NoticeId>,
        /// What it offers: a booking, an appointment or an enrolment that is kept for its reader.
        pub about: Option<Uuid>,
        /// When the offer was over: from then on nothing more goes out.
        pub withdrawn: Option<Instant>,
    }
}

impl Tx {
    /// How many notices an installation has sent since an instant; `most` where it is that many or more.
    pub async fn count_notices_since(
        &mut self,
        of: InstallationId,
        since: Instant,
        most: i64,
    ) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM (
              SELECT 1 FROM notice WHERE installation_id = $1 AND created > $2 LIMIT $3) AS sent", of, since, most)?.count)
    }

    /// Puts a notice into an inbox.
    pub async fn create_notice(&mut self, n: &Notice) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO notice (id, person_id, installation_id, subject_id, title, body, urgency, path, created, read,
              acknowledged, step, escalate_at, origin_id, about, withdrawn)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            n.id, n.person_id, n.installation_id, n.subject_id, n.title, n.body, n.urgency, n.path, n.created, n.read,
            n.acknowledged, n.step, n.escalate_at, n.origin_id, n.about, n.withdrawn)?;
        Ok(())
    }

    /// A notice by its id.
    pub async fn find_notice(&mut self, id: NoticeId) -> StoreResult<Option<Notice>> {
        sql!(self, fetch_optional Notice, "
            SELECT id, person_id, installation_id, subject_id, title, body, urgency, path, created, read,
              acknowledged, step, escalate_at, origin_id, about, withdrawn FROM notice
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
            SELECT id, person_id, installation_id, subject_id, title, body, urgency, path, created, read,
              acknowledged, step, escalate_at, origin_id, about, withdrawn FROM notice
            WHERE person_id = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4",
            person, before.0, before.1, limit)
    }

    /// How many notices a person has not read.
    pub async fn count_unread_notices(&mut self, person: PersonId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM notice WHERE person_id = $1 AND read IS NULL", person)?.count)
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

    /// Confirms that a notice of a person was read, and ends what would happen without; true if it was not confirmed.
    pub async fn acknowledge_notice(
        &mut self,
        person: PersonId,
        id: NoticeId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE notice SET read = COALESCE(read, $3), acknowledged = $3, step = 'done', escalate_at = NULL
            WHERE id = $1 AND person_id = $2 AND acknowledged IS NULL",
            id,
            person,
            now
        )? > 0)
    }

    /// Notices that were not confirmed in time, the longest overdue first.
    pub async fn list_notices_to_escalate(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Notice>> {
        sql!(self, fetch_all Notice, "
            SELECT id, person_id, installation_id, subject_id, title, body, urgency, path, created, read,
              acknowledged, step, escalate_at, origin_id, about, withdrawn FROM notice
            WHERE escalate_at <= $1 ORDER BY escalate_at, id LIMIT $2", now, limit)
    }

    /// Says who is told next, and when; `escalate_at` is none where `step` is `done`.
    pub async fn set_notice_step(
        &mut self,
        id: NoticeId,
        step: &str,
        escalate_at: Option<Instant>,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE notice SET step = $2, escalate_at = $3 WHERE id = $1",
            id,
            step,
            escalate_at
        )?;
        Ok(())
    }

    /// Ends the waiting for somebody to confirm a notice, of the notice itself and of those that tell others about it.
    pub async fn end_escalation(&mut self, origin: NoticeId) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            UPDATE notice SET step = 'done', escalate_at = NULL
            WHERE (id = $1 OR origin_id = $1) AND escalate_at IS NOT NULL",
            origin
        )
    }

    /// Calls off the notices that offer something, and those that tell others of them: what has not gone out, and who is
    /// told next. What somebody is sending just now is not tried again.
    pub async fn withdraw_notices(&mut self, about: Uuid, now: Instant) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            UPDATE notice SET withdrawn = $2, step = 'done', escalate_at = NULL
            WHERE withdrawn IS NULL AND (about = $1 OR origin_id IN (SELECT id FROM notice WHERE about = $1))",
            about,
            now
        )?;
        sql!(
            self,
            execute,
            "
            UPDATE delivery SET state = 'cancelled', ended = $2
            WHERE notice_id IN (SELECT id FROM notice WHERE about = $1
                UNION SELECT id FROM notice WHERE origin_id IN (SELECT id FROM notice WHERE about = $1))
              AND (state = 'printing' OR (state = 'waiting' AND claimed_by IS NULL))",
            about,
            now
        )?;
        Ok(())
    }
}

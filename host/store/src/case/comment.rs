//! Comments on cases.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::case::CommentKind;
use linli_domain::{CaseCommentId, CaseId, Instant, PersonId};

row! {
    /// A comment. Its text never changes; it can only be retracted.
    pub struct CaseComment {
        /// The id.
        pub id: CaseCommentId,
        /// On which case.
        pub case_id: CaseId,
        /// For whom.
        pub kind: CommentKind,
        /// What it says.
        pub text: String,
        /// The resident who wrote it, or for whom it was written down: no other resident sees it.
        pub resident_id: Option<PersonId>,
        /// By whom; none for the background.
        pub author_id: Option<PersonId>,
        /// In which office.
        pub author_office: String,
        /// When.
        pub at: Instant,
        /// When it was retracted.
        pub retracted: Option<Instant>,
        /// By whom.
        pub retracted_by: Option<PersonId>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, case_id, kind, text, resident_id, author_id, author_office, at, retracted, retracted_by FROM case_comment ",
            $rest
        )
    };
}

impl Tx {
    /// Adds a comment.
    pub async fn create_case_comment(&mut self, c: &CaseComment) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO case_comment (id, case_id, kind, text, resident_id, author_id, author_office, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            c.id, c.case_id, c.kind, c.text, c.resident_id, c.author_id, c.author_office, c.at)?;
        Ok(())
    }

    /// A comment by its id.
    pub async fn find_case_comment(
        &mut self,
        id: CaseCommentId,
    ) -> StoreResult<Option<CaseComment>> {
        sql!(self, fetch_optional CaseComment, select!("WHERE id = $1"), id)
    }

    /// Retracts a comment; true if it stood.
    pub async fn retract_case_comment(
        &mut self,
        id: CaseCommentId,
        now: Instant,
        by: Option<PersonId>,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE case_comment SET retracted = $2, retracted_by = $3 WHERE id = $1 AND retracted IS NULL",
            id,
            now,
            by
        )? > 0)
    }

    /// The comments on a case before `(at, id)`, newest first.
    pub async fn list_case_comments(
        &mut self,
        id: CaseId,
        before: (Instant, CaseCommentId),
        limit: i64,
    ) -> StoreResult<Vec<CaseComment>> {
        sql!(self, fetch_all CaseComment, select!("
            WHERE case_id = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4"), id, before.0, before.1, limit)
    }

    /// The comments on a case, and on those that were merged into it, before `(at, id)`, newest first.
    pub async fn list_case_comments_with_merged(
        &mut self,
        id: CaseId,
        before: (Instant, CaseCommentId),
        limit: i64,
    ) -> StoreResult<Vec<CaseComment>> {
        sql!(self, fetch_all CaseComment, select!("
            WHERE case_id IN (SELECT id FROM case_file WHERE id = $1 OR merged_into = $1) AND (at, id) < ($2, $3)
            ORDER BY at DESC, id DESC LIMIT $4"), id, before.0, before.1, limit)
    }

    /// The comments on a case that a resident may see, who asks in it or does not, before `(at, id)`, newest first.
    pub async fn list_case_comments_for_resident(
        &mut self,
        id: CaseId,
        resident: PersonId,
        asks: bool,
        before: (Instant, CaseCommentId),
        limit: i64,
    ) -> StoreResult<Vec<CaseComment>> {
        sql!(self, fetch_all CaseComment, select!("
            WHERE case_id = $1 AND kind <> 'internal' AND (at, id) < ($2, $3)
              AND (kind = 'public' OR resident_id = $5 OR ($6 AND resident_id IS NULL))
            ORDER BY at DESC, id DESC LIMIT $4"), id, before.0, before.1, limit, resident, asks)
    }

    /// The public answers on a case, newest first.
    pub async fn list_case_answers(
        &mut self,
        id: CaseId,
        limit: i64,
    ) -> StoreResult<Vec<CaseComment>> {
        sql!(self, fetch_all CaseComment, select!("
            WHERE case_id = $1 AND kind <> 'internal' AND kind = 'public' AND retracted IS NULL
            ORDER BY at DESC, id DESC LIMIT $2"), id, limit)
    }
}

//! The audit: who did what, in the unit of work that did it; and the chain into which its rows are linked afterwards.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{AuditId, Instant, PersonId};
use serde_json::Value;

row! {
    /// One line of the audit.
    pub struct AuditRow {
        /// The id.
        pub id: AuditId,
        /// When.
        pub at: Instant,
        /// Who; none for the command line and the background, and where it was erased.
        pub actor_id: Option<PersonId>,
        /// For whom, or about whom.
        pub subject_id: Option<PersonId>,
        /// What, as `noun.verb`.
        pub action: String,
        /// On what: an id or a name.
        pub object: String,
        /// More.
        pub detail: Value,
        /// What is hashed with the row; none where the row was erased.
        pub salt: Option<Vec<u8>>,
    }
}

row! {
    /// One link of the chain.
    pub struct AuditLink {
        /// Its place, from 1.
        pub sequence: i64,
        /// The row that it links.
        pub audit_id: AuditId,
        /// The salted hash of the row.
        pub commitment: Vec<u8>,
        /// The hash of the link before, the place and the commitment.
        pub link: Vec<u8>,
    }
}

row! {
    /// The last link.
    pub struct AuditHead {
        /// Its place; 0 before the first.
        pub sequence: i64,
        /// Its hash.
        pub link: Vec<u8>,
        /// A keyed hash of both.
        pub signature: Vec<u8>,
    }
}

row! {
    /// The place of a row in the chain.
    pub struct AuditPlace {
        /// From 1.
        pub sequence: i64,
    }
}

row! {
    struct Count {
        pub count: i64,
    }
}

impl Tx {
    /// Appends a line.
    pub async fn create_audit(&mut self, a: &AuditRow) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO audit (id, at, actor_id, subject_id, action, object, detail, salt, linked)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE)",
            a.id,
            a.at,
            a.actor_id,
            a.subject_id,
            a.action,
            a.object,
            a.detail,
            a.salt
        )?;
        Ok(())
    }

    /// The oldest lines that are not linked.
    pub async fn list_unlinked_audit(&mut self, limit: i64) -> StoreResult<Vec<AuditRow>> {
        sql!(self, fetch_all AuditRow, "
            SELECT id, at, actor_id, subject_id, action, object, detail, salt FROM audit
            WHERE NOT linked ORDER BY at, id LIMIT $1", limit)
    }

    /// The lines of an action that are not linked.
    pub async fn list_unlinked_audit_of(&mut self, action: &str) -> StoreResult<Vec<AuditRow>> {
        sql!(self, fetch_all AuditRow, "
            SELECT id, at, actor_id, subject_id, action, object, detail, salt FROM audit
            WHERE NOT linked AND action = $1 ORDER BY at, id", action)
    }

    /// The number of lines that are not linked.
    pub async fn count_unlinked_audit(&mut self) -> StoreResult<i64> {
        Ok(
            sql!(self, fetch_one Count, "SELECT count(*) AS count FROM audit WHERE NOT linked")?
                .count,
        )
    }

    /// The number of lines that say that they are linked.
    pub async fn count_linked_audit(&mut self) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM audit WHERE linked")?.count)
    }

    /// The newest line.
    pub async fn find_newest_audit(&mut self) -> StoreResult<Option<AuditRow>> {
        sql!(self, fetch_optional AuditRow, "
            SELECT id, at, actor_id, subject_id, action, object, detail, salt FROM audit ORDER BY at DESC LIMIT 1")
    }

    /// The last link, where there is one.
    pub async fn find_audit_head(&mut self) -> StoreResult<Option<AuditHead>> {
        sql!(self, fetch_optional AuditHead, "SELECT sequence, link, signature FROM audit_head")
    }

    /// Appends links to the chain, after the last.
    pub async fn create_audit_links(
        &mut self,
        links: &[AuditLink],
        head: &AuditHead,
    ) -> StoreResult<()> {
        for l in links {
            sql!(
                self,
                execute,
                "INSERT INTO audit_link (sequence, audit_id, commitment, link) VALUES ($1, $2, $3, $4)",
                l.sequence,
                l.audit_id,
                l.commitment,
                l.link
            )?;
            sql!(
                self,
                execute,
                "UPDATE audit SET linked = TRUE WHERE id = $1",
                l.audit_id
            )?;
        }
        sql!(self, execute, "
            INSERT INTO audit_head (id, sequence, link, signature) VALUES (1, $1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, link = excluded.link, signature = excluded.signature",
            head.sequence, head.link, head.signature)?;
        Ok(())
    }

    /// Links after a place, in order.
    pub async fn list_audit_links(
        &mut self,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<AuditLink>> {
        sql!(self, fetch_all AuditLink, "
            SELECT sequence, audit_id, commitment, link FROM audit_link WHERE sequence > $1 ORDER BY sequence LIMIT $2",
            after, limit)
    }

    /// The lines of the links between two places, both included.
    pub async fn list_audit_of_links(&mut self, from: i64, to: i64) -> StoreResult<Vec<AuditRow>> {
        sql!(self, fetch_all AuditRow, "
            SELECT audit.id AS id, at, actor_id, subject_id, action, object, detail, salt FROM audit
            JOIN audit_link ON audit_link.audit_id = audit.id WHERE sequence >= $1 AND sequence <= $2", from, to)
    }

    /// The place of a line in the chain.
    pub async fn find_audit_place(&mut self, id: AuditId) -> StoreResult<Option<AuditPlace>> {
        sql!(self, fetch_optional AuditPlace, "SELECT sequence FROM audit_link WHERE audit_id = $1", id)
    }

    /// Lines that name a person, by id or by log-in name, and are not erased.
    pub async fn list_audit_naming(
        &mut self,
        person: PersonId,
        login: &str,
        limit: i64,
    ) -> StoreResult<Vec<AuditRow>> {
        sql!(self, fetch_all AuditRow, "
            SELECT id, at, actor_id, subject_id, action, object, detail, salt FROM audit
            WHERE salt IS NOT NULL
              AND (actor_id = $1 OR subject_id = $1 OR object = $2 OR object = $3 OR detail ->> 'for' = $2)
            ORDER BY at, id LIMIT $4",
            person, person.to_string(), login, limit)
    }

    /// Replaces a line by what is left of it.
    pub async fn blank_audit(&mut self, a: &AuditRow) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE audit SET actor_id = $2, subject_id = $3, object = $4, detail = $5, salt = NULL WHERE id = $1",
            a.id, a.actor_id, a.subject_id, a.object, a.detail)?;
        Ok(())
    }
}

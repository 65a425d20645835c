//! Requests for correction of what is held on a person. The values are sealed in the database.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CommunityId, CorrectionId, Instant, PersonId};

/// A request that a field of a person be corrected.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrectionRequest {
    /// The id.
    pub id: CorrectionId,
    /// Of whom.
    pub person_id: PersonId,
    /// Whose staff decides; none for the district's admins.
    pub community_id: Option<CommunityId>,
    /// Which field, by code.
    pub field: String,
    /// What it was then.
    pub previous: Option<String>,
    /// What it should be.
    pub wanted: String,
    /// Why, in the person's words.
    pub reason: String,
    /// When.
    pub requested: Instant,
    /// By whom: the person, or who acts for them.
    pub requested_by: PersonId,
    /// `waiting`, `accepted` or `rejected`.
    pub state: String,
    /// When it was decided.
    pub decided: Option<Instant>,
    /// By whom.
    pub decided_by: Option<PersonId>,
    /// Why so.
    pub note: String,
}

row! {
    struct CorrectionRow {
        pub id: CorrectionId,
        pub person_id: PersonId,
        pub community_id: Option<CommunityId>,
        pub field: String,
        pub previous: Option<Vec<u8>>,
        pub wanted: Vec<u8>,
        pub reason: String,
        pub requested: Instant,
        pub requested_by: PersonId,
        pub state: String,
        pub decided: Option<Instant>,
        pub decided_by: Option<PersonId>,
        pub note: String,
    }
}

impl Tx {
    fn correction(&self, row: CorrectionRow) -> StoreResult<CorrectionRequest> {
        Ok(CorrectionRequest {
            previous: self.unseal_some("correction.previous", row.id.0, row.previous.as_deref())?,
            wanted: self.unseal("correction.wanted", row.id.0, &row.wanted)?,
            id: row.id,
            person_id: row.person_id,
            community_id: row.community_id,
            field: row.field,
            reason: row.reason,
            requested: row.requested,
            requested_by: row.requested_by,
            state: row.state,
            decided: row.decided,
            decided_by: row.decided_by,
            note: row.note,
        })
    }

    /// Records a request. The database refuses a second one of a field while the first waits.
    pub async fn create_correction(&mut self, c: &CorrectionRequest) -> StoreResult<()> {
        let previous = self
            .seal_some("correction.previous", c.id.0, c.previous.as_deref())
            .await?;
        let wanted = self.seal("correction.wanted", c.id.0, &c.wanted).await?;
        sql!(self, execute, "
            INSERT INTO correction (id, person_id, community_id, field, previous, wanted, reason, requested, requested_by, state,
              decided, decided_by, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            c.id, c.person_id, c.community_id, c.field, previous, wanted, c.reason, c.requested, c.requested_by, c.state,
            c.decided, c.decided_by, c.note)?;
        Ok(())
    }

    /// A request by its id.
    pub async fn find_correction(
        &mut self,
        id: CorrectionId,
    ) -> StoreResult<Option<CorrectionRequest>> {
        let found = sql!(self, fetch_optional CorrectionRow, "
            SELECT id, person_id, community_id, field, previous, wanted, reason, requested, requested_by, state, decided,
              decided_by, note FROM correction WHERE id = $1", id)?;
        found.map(|row| self.correction(row)).transpose()
    }

    /// A person's requests, newest first, at most 100.
    pub async fn list_corrections_of(
        &mut self,
        person: PersonId,
    ) -> StoreResult<Vec<CorrectionRequest>> {
        let rows = sql!(self, fetch_all CorrectionRow, "
            SELECT id, person_id, community_id, field, previous, wanted, reason, requested, requested_by, state, decided,
              decided_by, note FROM correction WHERE person_id = $1 ORDER BY requested DESC, id DESC LIMIT 100", person)?;
        rows.into_iter().map(|row| self.correction(row)).collect()
    }

    /// What waits for a community's staff, or for the district's admins where there is no community, after
    /// `(requested, id)`, oldest first.
    pub async fn list_waiting_corrections(
        &mut self,
        community: Option<CommunityId>,
        after: (Instant, CorrectionId),
        limit: i64,
    ) -> StoreResult<Vec<CorrectionRequest>> {
        let rows = match community {
            Some(community) => sql!(self, fetch_all CorrectionRow, "
                SELECT id, person_id, community_id, field, previous, wanted, reason, requested, requested_by, state, decided,
                  decided_by, note FROM correction
                WHERE community_id = $1 AND state = 'waiting' AND (requested, id) > ($2, $3) ORDER BY requested, id LIMIT $4",
                community, after.0, after.1, limit)?,
            None => sql!(self, fetch_all CorrectionRow, "
                SELECT id, person_id, community_id, field, previous, wanted, reason, requested, requested_by, state, decided,
                  decided_by, note FROM correction
                WHERE community_id IS NULL AND state = 'waiting' AND (requested, id) > ($1, $2) ORDER BY requested, id LIMIT $3",
                after.0, after.1, limit)?,
        };
        rows.into_iter().map(|row| self.correction(row)).collect()
    }

    /// Writes a decision; true if it waited for one.
    pub async fn decide_correction(
        &mut self,
        id: CorrectionId,
        state: &str,
        by: Option<PersonId>,
        note: &str,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            UPDATE correction SET state = $2, decided_by = $3, note = $4, decided = $5 WHERE id = $1 AND state = 'waiting'",
            id, state, by, note, now)? > 0)
    }
}

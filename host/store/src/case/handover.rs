//! Hand-overs of cases from one office to another.

use super::list::not_against;
use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::case::{HandoverState, OfficeKind};
use linli_domain::{CaseId, CommunityId, HandoverId, Instant, OrganisationId, PersonId};

row! {
    /// A hand-over: asked for, and perhaps answered.
    pub struct Handover {
        /// The id.
        pub id: HandoverId,
        /// Of which case.
        pub case_id: CaseId,
        /// Where the case is.
        pub community_id: CommunityId,
        /// To what kind of office.
        pub office: OfficeKind,
        /// To which organisation.
        pub organisation_id: Option<OrganisationId>,
        /// Why.
        pub reason: String,
        /// When it was asked for.
        pub asked: Instant,
        /// By whom.
        pub asked_by: Option<PersonId>,
        /// Until when it can be answered.
        pub expires: Instant,
        /// What became of it.
        pub state: HandoverState,
        /// When.
        pub decided: Option<Instant>,
        /// By whom.
        pub decided_by: Option<PersonId>,
        /// The reason of a refusal.
        pub answer: String,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, case_id, community_id, office, organisation_id, reason, asked, asked_by, expires, state, decided, \
             decided_by, answer FROM case_handover ",
            $rest
        )
    };
}

// The hand-over of a case against somebody, or against an office whose staff they are, is not in that person's list.
macro_rules! shown {
    ($viewer:literal, $now:literal) => {
        concat!(
            " AND EXISTS (SELECT 1 FROM case_file WHERE case_file.id = case_handover.case_id AND ",
            not_against!($viewer, $now),
            ") "
        )
    };
}

impl Tx {
    /// Asks for a hand-over. The database refuses a second one of the same case that is pending.
    pub async fn create_handover(&mut self, h: &Handover) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO case_handover (id, case_id, community_id, office, organisation_id, reason, asked, asked_by, expires,
              state, decided, decided_by, answer)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            h.id, h.case_id, h.community_id, h.office, h.organisation_id, h.reason, h.asked, h.asked_by, h.expires, h.state,
            h.decided, h.decided_by, h.answer)?;
        Ok(())
    }

    /// Writes what became of a hand-over; true if it was pending.
    pub async fn decide_handover(&mut self, h: &Handover) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE case_handover SET state = $2, decided = $3, decided_by = $4, answer = $5
            WHERE id = $1 AND state = 'pending'",
            h.id,
            h.state,
            h.decided,
            h.decided_by,
            h.answer
        )? > 0)
    }

    /// A hand-over by its id.
    pub async fn find_handover(&mut self, id: HandoverId) -> StoreResult<Option<Handover>> {
        sql!(self, fetch_optional Handover, select!("WHERE id = $1"), id)
    }

    /// The hand-over of a case that is pending.
    pub async fn find_pending_handover(&mut self, id: CaseId) -> StoreResult<Option<Handover>> {
        sql!(self, fetch_optional Handover, select!("WHERE case_id = $1 AND state = 'pending'"), id)
    }

    /// The first hand-overs that nobody has answered in time, by when.
    pub async fn list_expired_handovers(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Handover>> {
        sql!(self, fetch_all Handover,
            select!("WHERE state = 'pending' AND expires <= $1 ORDER BY expires, id LIMIT $2"), now, limit)
    }

    /// What is to be answered by an organisation in a community, after `(asked, id)`, oldest first.
    pub async fn list_handovers_to_organisation(
        &mut self,
        organisation: OrganisationId,
        community: CommunityId,
        viewer: Option<PersonId>,
        after: (Instant, HandoverId),
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Handover>> {
        sql!(self, fetch_all Handover, concat!(select!("
            WHERE organisation_id = $1 AND community_id = $2 AND state = 'pending' AND (asked, id) > ($3, $4)"), shown!("$6", "$7"), "ORDER BY asked, id LIMIT $5"), organisation, community, after.0, after.1, limit, viewer, now)
    }

    /// What is to be answered by a community's office, after `(asked, id)`, oldest first.
    pub async fn list_handovers_to_community(
        &mut self,
        community: CommunityId,
        viewer: Option<PersonId>,
        after: (Instant, HandoverId),
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Handover>> {
        sql!(self, fetch_all Handover, concat!(select!("
            WHERE office = 'community' AND community_id = $1 AND state = 'pending' AND (asked, id) > ($2, $3)"), shown!("$5", "$6"), "ORDER BY asked, id LIMIT $4"), community, after.0, after.1, limit, viewer, now)
    }

    /// What is to be answered by the district, after `(asked, id)`, oldest first.
    pub async fn list_handovers_to_district(
        &mut self,
        viewer: Option<PersonId>,
        after: (Instant, HandoverId),
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Handover>> {
        sql!(self, fetch_all Handover, concat!(select!("
            WHERE office = 'district' AND state = 'pending' AND (asked, id) > ($1, $2)"), shown!("$4", "$5"), "ORDER BY asked, id LIMIT $3"),
            after.0, after.1, limit, viewer, now)
    }
}

//! What happened to cases, and how residents rated them.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::case::{CaseState, OfficeKind};
use linli_domain::{CaseId, Instant, OrganisationId, PersonId};

row! {
    /// One line of a case's history; state and office are those that it had from then on.
    pub struct CaseEvent {
        /// Of which case.
        pub case_id: CaseId,
        /// At which version the case was then: lines are in this order.
        pub version: i64,
        /// When.
        pub at: Instant,
        /// By whom; none for the background.
        pub actor_id: Option<PersonId>,
        /// In which office.
        pub actor_office: String,
        /// What.
        pub event: String,
        /// The reason, if one was given.
        pub note: String,
        /// Where it stands now.
        pub state: CaseState,
        /// What kind of office answers for it now.
        pub office: OfficeKind,
        /// Which organisation does.
        pub organisation_id: Option<OrganisationId>,
        /// Who there.
        pub assignee_id: Option<PersonId>,
    }
}

row! {
    /// A resident's rating of one closing of a case.
    pub struct CaseRating {
        /// Of which case.
        pub case_id: CaseId,
        /// Of which closing: how often the case was reopened before.
        pub round: i64,
        /// Whose.
        pub person_id: PersonId,
        /// 1–5.
        pub stars: i64,
        /// In words.
        pub text: String,
        /// When.
        pub at: Instant,
        /// Who gave it: the resident, or who acts for them.
        pub rated_by: Option<PersonId>,
    }
}

impl Tx {
    /// Adds a line to a case's history.
    pub async fn create_case_event(&mut self, e: &CaseEvent) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO case_event (case_id, version, at, actor_id, actor_office, event, note, state, office, organisation_id,
              assignee_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            e.case_id, e.version, e.at, e.actor_id, e.actor_office, e.event, e.note, e.state, e.office, e.organisation_id,
            e.assignee_id)?;
        Ok(())
    }

    /// The history of a case before a version, newest first.
    pub async fn list_case_events(
        &mut self,
        id: CaseId,
        before: i64,
        limit: i64,
    ) -> StoreResult<Vec<CaseEvent>> {
        sql!(self, fetch_all CaseEvent, "
            SELECT case_id, version, at, actor_id, actor_office, event, note, state, office, organisation_id, assignee_id
            FROM case_event WHERE case_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3",
            id, before, limit)
    }

    /// Adds a rating; false where that resident has rated that closing already.
    pub async fn create_case_rating(&mut self, r: &CaseRating) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            INSERT INTO case_rating (case_id, round, person_id, stars, text, at, rated_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (case_id, round, person_id) DO NOTHING",
            r.case_id, r.round, r.person_id, r.stars, r.text, r.at, r.rated_by)? > 0)
    }

    /// The ratings of a case, the latest closing first, at most 100.
    pub async fn list_case_ratings(&mut self, id: CaseId) -> StoreResult<Vec<CaseRating>> {
        sql!(self, fetch_all CaseRating, "
            SELECT case_id, round, person_id, stars, text, at, rated_by FROM case_rating
            WHERE case_id = $1 ORDER BY round DESC, person_id LIMIT 100", id)
    }
}

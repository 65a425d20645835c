//! Lists of cases: one line each.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::case::{CaseState, EscalationLevel, OfficeKind, Priority};
use linli_domain::{
    CaseId, CommunityId, InstallationId, Instant, Localised, OrganisationId, PersonId,
};

row! {
    /// A case in a list.
    pub struct CaseLine {
        /// The id.
        pub id: CaseId,
        /// Where.
        pub community_id: CommunityId,
        /// The year of its number.
        pub year: i64,
        /// Its number in that year.
        pub number: i64,
        /// The name of its type.
        pub type_title: Localised,
        /// In short.
        pub title: String,
        /// A code of the office's.
        pub category: String,
        /// How soon.
        pub priority: Priority,
        /// Where it stands.
        pub state: CaseState,
        /// Whether only those who deal with it may see it.
        pub confidential: bool,
        /// What kind of office answers for it.
        pub office: OfficeKind,
        /// Which organisation does.
        pub organisation_id: Option<OrganisationId>,
        /// Who there.
        pub assignee_id: Option<PersonId>,
        /// Up to whom it was escalated.
        pub level: EscalationLevel,
        /// What is due next.
        pub next_due: Instant,
        /// When it was opened.
        pub opened: Instant,
        /// When it was last changed.
        pub changed: Instant,
    }
}

/// Whose cases are listed: staff who see only their own among the confidential ones.
#[derive(Clone, Copy, Debug)]
pub struct ListedParty {
    /// Who looks; confidential cases of somebody else's are left out. None sees no confidential case that has an assignee.
    pub viewer: Option<PersonId>,
    /// Now, by which roles are held.
    pub now: Instant,
    /// Only cases in this state; all live ones if none.
    pub state: Option<CaseState>,
    /// Only cases due before.
    pub due_before: Instant,
    /// The position after which the slice begins.
    pub after: (Instant, CaseId),
    /// The most lines.
    pub limit: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT case_file.id AS id, case_file.community_id AS community_id, year, number, case_type.title AS type_title, \
             case_file.title AS title, category, priority, state, case_file.confidential AS confidential, office, \
             case_file.organisation_id AS organisation_id, assignee_id, level, next_due, opened, case_file.changed AS changed \
             FROM case_file JOIN case_type ON case_type.id = case_file.type_id ",
            $rest
        )
    };
}

// A case against somebody, or against an office whose staff they are, is not in that person's list, however they came to it;
// nor is what was merged into such a case.
macro_rules! not_against {
    ($person:literal, $now:literal) => {
        concat!(
            " NOT EXISTS (SELECT 1 FROM case_party WHERE case_party.case_id IN (case_file.id, case_file.merged_into) \
             AND removed IS NULL AND case_party.role = 'respondent' AND (case_party.person_id = ",
            $person,
            " OR EXISTS (SELECT 1 FROM role WHERE role.person_id = ",
            $person,
            " AND revoked IS NULL AND (role.expires IS NULL OR role.expires > ",
            $now,
            ") AND (role.organisation_id = case_party.organisation_id OR (case_party.community_office \
             AND role.organisation_id IS NULL AND role.code = 'community-staff' \
             AND (role.community_id IS NULL OR role.community_id = case_file.community_id)))))) "
        )
    };
}
pub(super) use not_against;

impl Tx {
    /// The same as [`Tx::list_cases_of_resident`], of those only that one installation opened.
    pub async fn list_cases_of_resident_with(
        &mut self,
        installation: InstallationId,
        resident: PersonId,
        viewer: Option<PersonId>,
        before: CaseId,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<CaseLine>> {
        sql!(self, fetch_all CaseLine, concat!(select!("
            JOIN case_party AS own ON own.case_id = case_file.id
            WHERE own.person_id = $1 AND own.removed IS NULL AND own.role IN ('reporter', 'subject') AND own.case_id < $3
              AND case_file.installation_id = $6
              AND (NOT case_file.confidential OR $1 = $2 OR opened_by = $2) AND ($1 = $2 OR "), not_against!("$2", "$5"), ")
            ORDER BY own.case_id DESC LIMIT $4"), resident, viewer, before, limit, now, installation)
    }

    /// What an organisation answers for in a community, of those cases that one installation opened or that were handed over
    /// to the organisation, by what is due.
    pub async fn list_cases_of_service(
        &mut self,
        installation: InstallationId,
        organisation: OrganisationId,
        community: CommunityId,
        l: ListedParty,
    ) -> StoreResult<Vec<CaseLine>> {
        // Written twice, so that each has the index of its own.
        macro_rules! of_service {
            ($which:literal) => {
                concat!(select!("WHERE case_file.organisation_id = $1 AND case_file.community_id = $2 AND next_due < $3"), $which, "
                  AND (next_due, case_file.id) > ($4, $5)
                  AND (case_file.installation_id = $9 OR EXISTS (SELECT 1 FROM case_handover
                    WHERE case_handover.case_id = case_file.id AND case_handover.state = 'accepted'
                      AND case_handover.organisation_id = $1))
                  AND (NOT case_file.confidential OR assignee_id IS NULL OR assignee_id = $6) AND", not_against!("$6", "$8"), "
                ORDER BY next_due, case_file.id LIMIT $7")
            };
        }
        match l.state {
            None => sql!(self, fetch_all CaseLine, of_service!(" AND live"),
                organisation, community, l.due_before, l.after.0, l.after.1, l.viewer, l.limit, l.now, installation),
            Some(state) => sql!(self, fetch_all CaseLine, of_service!(" AND state = $10"),
                organisation, community, l.due_before, l.after.0, l.after.1, l.viewer, l.limit, l.now, installation, state),
        }
    }

    /// Whether a case was ever handed over to an organisation, which took it.
    pub async fn was_handed_over(
        &mut self,
        id: CaseId,
        organisation: OrganisationId,
    ) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional super::file::Found, "
            SELECT case_id AS id FROM case_handover WHERE case_id = $1 AND organisation_id = $2 AND state = 'accepted' LIMIT 1",
            id, organisation)?;
        Ok(found.is_some())
    }

    /// The cases that a resident reports or that are about them, before an id, newest first; without confidential ones that
    /// neither they nor `viewer` opened. At a community's counter only those there that are not against its office.
    pub async fn list_cases_of_resident(
        &mut self,
        resident: PersonId,
        viewer: Option<PersonId>,
        counter: Option<CommunityId>,
        before: CaseId,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<CaseLine>> {
        sql!(self, fetch_all CaseLine, concat!(select!("
            JOIN case_party AS own ON own.case_id = case_file.id
            WHERE own.person_id = $1 AND own.removed IS NULL AND own.role IN ('reporter', 'subject') AND own.case_id < $3
              AND (NOT case_file.confidential OR $1 = $2 OR opened_by = $2) AND ($1 = $2 OR "), not_against!("$2", "$5"), ")
              AND ($6 IS NULL OR (case_file.community_id = $6 AND NOT EXISTS (
                SELECT 1 FROM case_party WHERE case_party.case_id IN (case_file.id, case_file.merged_into) AND removed IS NULL
                  AND case_party.role = 'respondent' AND case_party.community_office)))
            ORDER BY own.case_id DESC LIMIT $4"), resident, viewer, before, limit, now, counter)
    }

    /// The cases that an organisation answers for in a community, by what is due.
    pub async fn list_cases_of_organisation(
        &mut self,
        organisation: OrganisationId,
        community: CommunityId,
        l: ListedParty,
    ) -> StoreResult<Vec<CaseLine>> {
        match l.state {
            None => sql!(self, fetch_all CaseLine, concat!(select!("
                WHERE case_file.organisation_id = $1 AND case_file.community_id = $2 AND live AND next_due < $3
                  AND (next_due, case_file.id) > ($4, $5)
                  AND (NOT case_file.confidential OR assignee_id IS NULL OR assignee_id = $6) AND"), not_against!("$6", "$8"), "
                ORDER BY next_due, case_file.id LIMIT $7"),
                organisation, community, l.due_before, l.after.0, l.after.1, l.viewer, l.limit, l.now),
            Some(state) => sql!(self, fetch_all CaseLine, concat!(select!("
                WHERE case_file.organisation_id = $1 AND case_file.community_id = $2 AND state = $8 AND next_due < $3
                  AND (next_due, case_file.id) > ($4, $5)
                  AND (NOT case_file.confidential OR assignee_id IS NULL OR assignee_id = $6) AND"), not_against!("$6", "$9"), "
                ORDER BY next_due, case_file.id LIMIT $7"),
                organisation, community, l.due_before, l.after.0, l.after.1, l.viewer, l.limit, state, l.now),
        }
    }

    /// The cases in a community that its office may see, by what is due; `own` alone are those that it answers for itself.
    pub async fn list_cases_of_community(
        &mut self,
        community: CommunityId,
        own: bool,
        l: ListedParty,
    ) -> StoreResult<Vec<CaseLine>> {
        match l.state {
            None => sql!(self, fetch_all CaseLine, concat!(select!("
                WHERE case_file.community_id = $1 AND live AND next_due < $2 AND (next_due, case_file.id) > ($3, $4)
                  AND (office = 'community' OR NOT $5)
                  AND (NOT case_file.confidential OR (office = 'community' AND (assignee_id IS NULL OR assignee_id = $6)))
                  AND NOT EXISTS (SELECT 1 FROM case_party WHERE case_party.case_id IN (case_file.id, case_file.merged_into)
                    AND removed IS NULL AND case_party.role = 'respondent' AND community_office) AND"), not_against!("$6", "$8"), "
                ORDER BY next_due, case_file.id LIMIT $7"),
                community, l.due_before, l.after.0, l.after.1, own, l.viewer, l.limit, l.now),
            Some(state) => sql!(self, fetch_all CaseLine, concat!(select!("
                WHERE case_file.community_id = $1 AND state = $8 AND next_due < $2 AND (next_due, case_file.id) > ($3, $4)
                  AND (office = 'community' OR NOT $5)
                  AND (NOT case_file.confidential OR (office = 'community' AND (assignee_id IS NULL OR assignee_id = $6)))
                  AND NOT EXISTS (SELECT 1 FROM case_party WHERE case_party.case_id IN (case_file.id, case_file.merged_into)
                    AND removed IS NULL AND case_party.role = 'respondent' AND community_office) AND"), not_against!("$6", "$9"), "
                ORDER BY next_due, case_file.id LIMIT $7"),
                community, l.due_before, l.after.0, l.after.1, own, l.viewer, l.limit, state, l.now),
        }
    }

    /// The live cases that the district answers for or that were escalated to it, by what is due.
    pub async fn list_cases_of_district(&mut self, l: ListedParty) -> StoreResult<Vec<CaseLine>> {
        sql!(self, fetch_all CaseLine, concat!(select!("
            WHERE live AND (office = 'district' OR level = 'district') AND next_due < $1
              AND (next_due, case_file.id) > ($2, $3) AND"), not_against!("$4", "$6"), "
            ORDER BY next_due, case_file.id LIMIT $5"),
            l.due_before, l.after.0, l.after.1, l.viewer, l.limit, l.now)
    }

    /// The sub-cases of a case and of those that were merged into it, by number, at most 200.
    pub async fn list_sub_cases(&mut self, id: CaseId) -> StoreResult<Vec<CaseLine>> {
        sql!(self, fetch_all CaseLine, select!("
            WHERE parent_id = $1 OR parent_id IN (SELECT id FROM case_file WHERE merged_into = $1)
            ORDER BY year, number LIMIT 200"), id)
    }
}

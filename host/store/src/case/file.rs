//! The file of a case: where it stands, who answers for it, by when.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::case::{CaseState, Details, EscalationLevel, OfficeKind, Priority};
use linli_domain::{
    BuildingId, CaseId, CaseTypeId, CommunityId, InstallationId, Instant, OrganisationId, PersonId,
    SpaceId,
};

row! {
    /// A case.
    pub struct CaseFile {
        /// The id; ids grow with time.
        pub id: CaseId,
        /// Where.
        pub community_id: CommunityId,
        /// The year of its number.
        pub year: i64,
        /// Its number in that year.
        pub number: i64,
        /// Its type.
        pub type_id: CaseTypeId,
        /// Which plugin's; none for a case of the community itself.
        pub installation_id: Option<InstallationId>,
        /// Of which case it is a part.
        pub parent_id: Option<CaseId>,
        /// 1 where it is no part, at most 3.
        pub depth: i64,
        /// In short.
        pub title: String,
        /// In full.
        pub description: String,
        /// A code of the office's.
        pub category: String,
        /// How soon.
        pub priority: Priority,
        /// In which space.
        pub space_id: Option<SpaceId>,
        /// In which building.
        pub building_id: Option<BuildingId>,
        /// Where, in words.
        pub place: String,
        /// By which way it came: the channel of who opened it.
        pub channel: String,
        /// When.
        pub opened: Instant,
        /// Who opened it; none for the background.
        pub opened_by: Option<PersonId>,
        /// The resident who opened it, or for whom somebody did who acts for them: only then it is a basis.
        pub opened_for: Option<PersonId>,
        /// Whether only those who deal with it may see it.
        pub confidential: bool,
        /// Where it stands.
        pub state: CaseState,
        /// What kind of office answers for it.
        pub office: OfficeKind,
        /// Which organisation does, if one does.
        pub organisation_id: Option<OrganisationId>,
        /// Who there.
        pub assignee_id: Option<PersonId>,
        /// Up to whom it was escalated.
        pub level: EscalationLevel,
        /// When the first response is due.
        pub response_due: Option<Instant>,
        /// When the resolution is due.
        pub resolution_due: Option<Instant>,
        /// Working minutes left for the first response while the clock stands.
        pub response_left: Option<i64>,
        /// Working minutes left for the resolution while the clock stands.
        pub resolution_left: Option<i64>,
        /// When the first response was given.
        pub responded: Option<Instant>,
        /// Whether it was escalated for want of a first response.
        pub response_escalated: bool,
        /// Whether it was escalated for want of a resolution.
        pub resolution_escalated: bool,
        /// Since when it waits.
        pub waiting_since: Option<Instant>,
        /// Until when it waits at most.
        pub waiting_until: Option<Instant>,
        /// What it waits for.
        pub waiting_reason: Option<String>,
        /// How long it has waited before, in minutes.
        pub waited_minutes: i64,
        /// When the office was done.
        pub resolved: Option<Instant>,
        /// When it was closed or cancelled.
        pub ended: Option<Instant>,
        /// How often it was reopened.
        pub round: i64,
        /// Of which case it is a duplicate.
        pub merged_into: Option<CaseId>,
        /// Where it stood when it was merged.
        pub merged_from: Option<CaseState>,
        /// When it was merged.
        pub merged: Option<Instant>,
        /// How many comments it has.
        pub comments: i64,
        /// What is due next; far away where nothing is. Lists are in this order.
        pub next_due: Instant,
        /// When the host has to look at it by itself.
        pub wake: Option<Instant>,
        /// When it was last changed.
        pub changed: Instant,
        /// Grows by one with each change.
        pub version: i64,
    }
}

row! {
    /// A number that was given.
    pub struct Given {
        /// Which.
        pub last: i64,
    }
}

row! {
    /// The answers of a form.
    pub struct Answers {
        /// They.
        pub answers: Details,
    }
}

row! {
    /// A case, by its id.
    pub struct Found {
        /// Its id.
        pub id: CaseId,
    }
}

row! {
    /// Who holds a role.
    pub struct Holder {
        /// They.
        pub person_id: PersonId,
    }
}

row! {
    /// Where something is.
    pub struct InCommunity {
        /// In which community.
        pub community_id: CommunityId,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, community_id, year, number, type_id, installation_id, parent_id, depth, title, description, category, \
             priority, space_id, building_id, place, channel, opened, opened_by, opened_for, confidential, state, office, \
             organisation_id, assignee_id, level, response_due, resolution_due, response_left, resolution_left, responded, \
             response_escalated, resolution_escalated, waiting_since, waiting_until, waiting_reason, waited_minutes, resolved, \
             ended, round, merged_into, merged_from, merged, comments, next_due, wake, changed, version FROM case_file ",
            $rest
        )
    };
}

impl Tx {
    /// The next number of a community in a year. It is lost with the unit of work, and then given again.
    pub async fn take_case_number(
        &mut self,
        community: CommunityId,
        year: i64,
    ) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Given, "
            INSERT INTO case_counter (community_id, year, last) VALUES ($1, $2, 1)
            ON CONFLICT (community_id, year) DO UPDATE SET last = case_counter.last + 1 RETURNING last",
            community, year)?.last)
    }

    /// Adds a case. The database refuses a sub-case under a parent that has ended.
    pub async fn create_case(&mut self, c: &CaseFile) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO case_file (id, community_id, year, number, type_id, installation_id, parent_id, depth, title,
              description, category, priority, space_id, building_id, place, channel, opened, opened_by, opened_for,
              confidential, state, live, office, organisation_id, assignee_id, level, response_due, resolution_due,
              response_left, resolution_left, responded, response_escalated, resolution_escalated, waiting_since,
              waiting_until, waiting_reason, waited_minutes, resolved, ended, round, merged_into, merged_from, merged,
              comments, next_due, wake, changed, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
              $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43,
              $44, $45, $46, $47, $48)",
            c.id, c.community_id, c.year, c.number, c.type_id, c.installation_id, c.parent_id, c.depth, c.title,
            c.description, c.category, c.priority, c.space_id, c.building_id, c.place, c.channel, c.opened, c.opened_by,
            c.opened_for, c.confidential, c.state, c.state.is_live(), c.office, c.organisation_id, c.assignee_id, c.level,
            c.response_due, c.resolution_due, c.response_left, c.resolution_left, c.responded, c.response_escalated,
            c.resolution_escalated, c.waiting_since, c.waiting_until, c.waiting_reason, c.waited_minutes, c.resolved,
            c.ended, c.round, c.merged_into, c.merged_from, c.merged, c.comments, c.next_due, c.wake, c.changed,
            c.version)?;
        Ok(())
    }

    /// Writes what may change of a case. The database refuses an office or person against whom it is, and an end before its
    /// sub-cases end.
    pub async fn update_case(&mut self, c: &CaseFile) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE case_file SET category = $2, priority = $3, state = $4, live = $5, office = $6, organisation_id = $7,
              assignee_id = $8, level = $9, response_due = $10, resolution_due = $11, response_left = $12,
              resolution_left = $13, responded = $14, response_escalated = $15, resolution_escalated = $16,
              waiting_since = $17, waiting_until = $18, waiting_reason = $19, waited_minutes = $20, resolved = $21,
              ended = $22, round = $23, merged_into = $24, merged_from = $25, merged = $26, comments = $27, next_due = $28,
              wake = $29, changed = $30, version = $31
            WHERE id = $1",
            c.id, c.category, c.priority, c.state, c.state.is_live(), c.office, c.organisation_id, c.assignee_id,
            c.level, c.response_due, c.resolution_due, c.response_left, c.resolution_left, c.responded, c.response_escalated,
            c.resolution_escalated, c.waiting_since, c.waiting_until, c.waiting_reason, c.waited_minutes, c.resolved,
            c.ended, c.round, c.merged_into, c.merged_from, c.merged, c.comments, c.next_due, c.wake, c.changed,
            c.version)?;
        Ok(())
    }

    /// A case by its id.
    pub async fn find_case(&mut self, id: CaseId) -> StoreResult<Option<CaseFile>> {
        sql!(self, fetch_optional CaseFile, select!("WHERE id = $1"), id)
    }

    /// The case of a number in a community.
    pub async fn find_case_by_number(
        &mut self,
        community: CommunityId,
        year: i64,
        number: i64,
    ) -> StoreResult<Option<CaseId>> {
        let found = sql!(self, fetch_optional Found, "
            SELECT id FROM case_file WHERE community_id = $1 AND year = $2 AND number = $3", community, year, number)?;
        Ok(found.map(|found| found.id))
    }

    /// The first cases that the host has to look at by itself, by when.
    pub async fn list_cases_to_wake(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<CaseFile>> {
        sql!(self, fetch_all CaseFile, select!("WHERE wake IS NOT NULL AND wake <= $1 ORDER BY wake, id LIMIT $2"), now, limit)
    }

    /// Whether a case, or one that was merged into it, has a live sub-case.
    pub async fn has_live_sub_case(&mut self, id: CaseId) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional Found, "
            SELECT id FROM case_file
            WHERE live AND (parent_id = $1 OR parent_id IN (SELECT id FROM case_file WHERE merged_into = $1)) LIMIT 1", id)?;
        Ok(found.is_some())
    }

    /// The ids of the sub-cases of a case and of those that were merged into it.
    pub async fn list_sub_case_ids(&mut self, id: CaseId) -> StoreResult<Vec<CaseId>> {
        let found = sql!(self, fetch_all Found, "
            SELECT id FROM case_file
            WHERE parent_id = $1 OR parent_id IN (SELECT id FROM case_file WHERE merged_into = $1) ORDER BY id", id)?;
        Ok(found.into_iter().map(|found| found.id).collect())
    }

    /// Whether other cases were merged into a case.
    pub async fn has_merged_cases(&mut self, id: CaseId) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional Found, "SELECT id FROM case_file WHERE merged_into = $1 LIMIT 1", id)?;
        Ok(found.is_some())
    }

    /// The ids of the cases that were merged into a case, by id.
    pub async fn list_merged_cases(&mut self, id: CaseId) -> StoreResult<Vec<CaseId>> {
        let found = sql!(self, fetch_all Found, "SELECT id FROM case_file WHERE merged_into = $1 ORDER BY id", id)?;
        Ok(found.into_iter().map(|found| found.id).collect())
    }

    /// Whether an organisation has staff in a community.
    pub async fn organisation_works_in(
        &mut self,
        organisation: OrganisationId,
        community: CommunityId,
        now: Instant,
    ) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional Holder, "
            SELECT person_id FROM role WHERE organisation_id = $1 AND (community_id = $2 OR community_id IS NULL)
              AND revoked IS NULL AND (expires IS NULL OR expires > $3) LIMIT 1", organisation, community, now)?;
        Ok(found.is_some())
    }

    /// Who holds a role of a community's own office, there or everywhere, by id.
    pub async fn list_community_office(
        &mut self,
        code: &str,
        community: CommunityId,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<PersonId>> {
        let found = sql!(self, fetch_all Holder, "
            SELECT DISTINCT person_id FROM role
            WHERE organisation_id IS NULL AND (community_id = $1 OR community_id IS NULL) AND code = $2
              AND revoked IS NULL AND (expires IS NULL OR expires > $3) ORDER BY person_id LIMIT $4",
            community, code, now, limit)?;
        Ok(found.into_iter().map(|found| found.person_id).collect())
    }

    /// Whether a space is one of a community.
    pub async fn has_space(&mut self, community: CommunityId, id: SpaceId) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional InCommunity, "SELECT community_id FROM space WHERE id = $1", id)?;
        Ok(found.is_some_and(|found| found.community_id == community))
    }

    /// Whether a building is one of a community.
    pub async fn has_building(
        &mut self,
        community: CommunityId,
        id: BuildingId,
    ) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional InCommunity, "SELECT community_id FROM building WHERE id = $1", id)?;
        Ok(found.is_some_and(|found| found.community_id == community))
    }

    /// The number of live cases that were opened for a resident, counted to at most `most`.
    pub async fn count_live_cases_for(
        &mut self,
        resident: PersonId,
        most: i64,
    ) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one crate::person::Count, "
            SELECT count(*) AS count FROM (SELECT id FROM case_file WHERE opened_for = $1 AND live LIMIT $2) AS live",
            resident, most)?.count)
    }

    /// Whether a resident, or who acts for them, opened a case with an installation before an instant that is still live,
    /// by itself or in the one that it was merged into. A basis for reading about them: a contract.
    pub async fn has_open_case(
        &mut self,
        resident: PersonId,
        installation: InstallationId,
        before: Instant,
    ) -> StoreResult<bool> {
        let live = sql!(self, fetch_optional Found, "
            SELECT id FROM case_file WHERE opened_for = $1 AND live AND installation_id = $2 AND opened < $3 LIMIT 1",
            resident, installation, before)?;
        if live.is_some() {
            return Ok(true);
        }
        let merged = sql!(self, fetch_optional Found, "
            SELECT source.id AS id FROM case_file AS source JOIN case_file AS target ON target.id = source.merged_into
            WHERE source.opened_for = $1 AND NOT source.live AND source.installation_id = $2 AND source.opened < $3
              AND source.state = 'merged' AND target.live LIMIT 1",
            resident, installation, before)?;
        Ok(merged.is_some())
    }

    /// Keeps the answers of the form by which a case was opened.
    pub async fn create_case_details(&mut self, id: CaseId, answers: &Details) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO case_details (case_id, answers) VALUES ($1, $2)",
            id,
            answers
        )?;
        Ok(())
    }

    /// The answers of the form by which a case was opened.
    pub async fn find_case_details(&mut self, id: CaseId) -> StoreResult<Option<Details>> {
        let found = sql!(self, fetch_optional Answers, "SELECT answers FROM case_details WHERE case_id = $1", id)?;
        Ok(found.map(|found| found.answers))
    }
}

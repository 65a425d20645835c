//! Requests for erasure and how far their execution has come.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{ErasureId, Instant, Localised, PersonId};
use serde_json::Value;

row! {
    /// A request that everything held on a person be erased.
    pub struct ErasureRequest {
        /// The id.
        pub id: ErasureId,
        /// Of whom.
        pub person_id: PersonId,
        /// Why, in the person's words; may be empty.
        pub reason: String,
        /// When.
        pub requested: Instant,
        /// By whom; none at the command line.
        pub requested_by: Option<PersonId>,
        /// `requested`, `executing`, `executed` or `refused`.
        pub state: String,
        /// When an admin executed or refused it.
        pub decided: Option<Instant>,
        /// Which one; none at the command line.
        pub decided_by: Option<PersonId>,
        /// The lawful reason of a refusal.
        pub note: String,
        /// What was erased and what was kept: by table, with counts and reasons.
        pub report: Value,
    }
}

row! {
    /// A case that is open.
    pub struct LiveCase {
        /// Its year.
        pub year: i64,
        /// Its number in the year.
        pub number: i64,
        /// Its title.
        pub title: String,
    }
}

row! {
    /// A place in a course, or a wait for one, that is not over.
    pub struct LiveEnrolment {
        /// The course.
        pub title: Localised,
    }
}

row! {
    /// A booking of a space that is not over.
    pub struct LiveBooking {
        /// What it is for.
        pub title: String,
        /// When it begins.
        pub starts: Instant,
    }
}

impl Tx {
    /// The places in courses, and the waits for one, of a person that are not over, at most 100, by when they joined.
    pub async fn list_live_enrolments_of(
        &mut self,
        person: PersonId,
    ) -> StoreResult<Vec<LiveEnrolment>> {
        sql!(self, fetch_all LiveEnrolment, "
            SELECT course.title AS title FROM enrolment JOIN course ON course.id = enrolment.course_id
            WHERE resident_id = $1 AND state IN ('waiting', 'offered', 'enrolled') ORDER BY joined, enrolment.id LIMIT 100", person)
    }

    /// The bookings of spaces of a person that are not over, at most 100, by start.
    pub async fn list_live_bookings_of(
        &mut self,
        person: PersonId,
        now: Instant,
    ) -> StoreResult<Vec<LiveBooking>> {
        sql!(self, fetch_all LiveBooking, "
            SELECT title, starts FROM booking WHERE resident_id = $1 AND state IN ('held', 'requested', 'booked') AND ends > $2
            ORDER BY starts, id LIMIT 100", person, now)
    }

    /// The open cases that a person reported or that are about them, at most 100, by number.
    pub async fn list_live_cases_of(&mut self, person: PersonId) -> StoreResult<Vec<LiveCase>> {
        sql!(self, fetch_all LiveCase, "
            SELECT year, number, title FROM case_file WHERE live AND (opened_for = $1 OR id IN (
              SELECT case_id FROM case_party WHERE person_id = $1 AND removed IS NULL AND role IN ('reporter', 'subject')))
            ORDER BY year, number LIMIT 100", person)
    }

    /// Records a request. The database refuses a second one while the first is open.
    pub async fn create_erasure(&mut self, e: &ErasureRequest) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO erasure (id, person_id, reason, requested, requested_by, state, decided, decided_by, note, report)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            e.id, e.person_id, e.reason, e.requested, e.requested_by, e.state, e.decided, e.decided_by, e.note, e.report)?;
        Ok(())
    }

    /// Writes how far it has come.
    pub async fn update_erasure(&mut self, e: &ErasureRequest) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE erasure SET state = $2, decided = $3, decided_by = $4, note = $5, report = $6 WHERE id = $1",
            e.id,
            e.state,
            e.decided,
            e.decided_by,
            e.note,
            e.report
        )?;
        Ok(())
    }

    /// The newest request of a person.
    pub async fn find_last_erasure(
        &mut self,
        person: PersonId,
    ) -> StoreResult<Option<ErasureRequest>> {
        sql!(self, fetch_optional ErasureRequest, "
            SELECT id, person_id, reason, requested, requested_by, state, decided, decided_by, note, report FROM erasure
            WHERE person_id = $1 ORDER BY requested DESC, id DESC LIMIT 1", person)
    }

    /// Requests in a state, after `(requested, id)`, oldest first.
    pub async fn list_erasures(
        &mut self,
        state: &str,
        after: (Instant, ErasureId),
        limit: i64,
    ) -> StoreResult<Vec<ErasureRequest>> {
        sql!(self, fetch_all ErasureRequest, "
            SELECT id, person_id, reason, requested, requested_by, state, decided, decided_by, note, report FROM erasure
            WHERE state = $1 AND (requested, id) > ($2, $3) ORDER BY requested, id LIMIT $4",
            state, after.0, after.1, limit)
    }
}

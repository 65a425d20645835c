//! Enrolments, their waiting lists and their history.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::enrolment::EnrolmentState;
use linli_domain::{CourseId, EnrolmentId, HouseholdId, InstallationId, Instant, PersonId};
use uuid::Uuid;

row! {
    /// One resident's place in a course, or wait for one.
    pub struct Enrolment {
        /// The id.
        pub id: EnrolmentId,
        /// In which course.
        pub course_id: CourseId,
        /// Whose.
        pub resident_id: PersonId,
        /// Where it stands.
        pub state: EnrolmentState,
        /// The first day.
        pub from_day: Date,
        /// The first day after; 9999-12-31 where the end is open.
        pub to_day: Date,
        /// On which weekdays, as bits from Monday.
        pub weekdays: i64,
        /// Minus the points: the less, the earlier in the waiting list.
        pub rank: i64,
        /// When they joined; ends the tie of equal points.
        pub joined: Instant,
        /// For an offer: until when it stands.
        pub offer_until: Option<Instant>,
        /// When they got the place.
        pub enrolled: Option<Instant>,
        /// Whether the resident enrolled, or who acts for them: only then is it a basis for reading about them.
        pub own: bool,
    }
}

row! {
    /// One change of an enrolment.
    pub struct EnrolmentChange {
        /// The id.
        pub id: Uuid,
        /// Of which enrolment.
        pub enrolment_id: EnrolmentId,
        /// When.
        pub at: Instant,
        /// By whom; none for the background.
        pub actor_id: Option<PersonId>,
        /// The state that it came to, or what else changed.
        pub change: String,
        /// The reason, if one was given.
        pub note: String,
    }
}

impl Tx {
    /// Adds an enrolment; false where the resident has a live one in the course. The database refuses one beyond the places.
    pub async fn create_enrolment(&mut self, e: &Enrolment) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            INSERT INTO enrolment (id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until,
              enrolled, own) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
            e.id, e.course_id, e.resident_id, e.state, e.from_day, e.to_day, e.weekdays, e.rank, e.joined, e.offer_until,
            e.enrolled, e.own)? > 0)
    }

    /// Writes an enrolment's state and days. The database refuses one beyond the places.
    pub async fn update_enrolment(&mut self, e: &Enrolment) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE enrolment SET state = $2, from_day = $3, to_day = $4, offer_until = $5, enrolled = $6, own = $7 WHERE id = $1",
            e.id, e.state, e.from_day, e.to_day, e.offer_until, e.enrolled, e.own)?;
        Ok(())
    }

    /// An enrolment by its id.
    pub async fn find_enrolment(&mut self, id: EnrolmentId) -> StoreResult<Option<Enrolment>> {
        sql!(self, fetch_optional Enrolment, "
            SELECT id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until, enrolled, own
            FROM enrolment WHERE id = $1", id)
    }

    /// The enrolments of a resident, after `(joined, id)`, oldest first.
    pub async fn list_enrolments_of_resident(
        &mut self,
        resident: PersonId,
        after: (Instant, EnrolmentId),
        limit: i64,
    ) -> StoreResult<Vec<Enrolment>> {
        sql!(self, fetch_all Enrolment, "
            SELECT id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until, enrolled, own
            FROM enrolment WHERE resident_id = $1 AND (joined, id) > ($2, $3) ORDER BY joined, id LIMIT $4",
            resident, after.0, after.1, limit)
    }

    /// A resident's enrolments in courses of one installation, after `(joined, id)`, oldest first.
    pub async fn list_enrolments_of_resident_with(
        &mut self,
        installation: InstallationId,
        resident: PersonId,
        after: (Instant, EnrolmentId),
        limit: i64,
    ) -> StoreResult<Vec<Enrolment>> {
        sql!(self, fetch_all Enrolment, "
            SELECT enrolment.id, course_id, resident_id, state, enrolment.from_day, enrolment.to_day, weekdays, rank, joined,
              offer_until, enrolled, own
            FROM enrolment JOIN course ON course.id = course_id
            WHERE resident_id = $1 AND installation_id = $5 AND (joined, enrolment.id) > ($2, $3)
            ORDER BY joined, enrolment.id LIMIT $4",
            resident, after.0, after.1, limit, installation)
    }

    /// The enrolments of a course, after `(joined, id)`, oldest first.
    pub async fn list_enrolments_of_course(
        &mut self,
        course: CourseId,
        after: (Instant, EnrolmentId),
        limit: i64,
    ) -> StoreResult<Vec<Enrolment>> {
        sql!(self, fetch_all Enrolment, "
            SELECT id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until, enrolled, own
            FROM enrolment WHERE course_id = $1 AND (joined, id) > ($2, $3) ORDER BY joined, id LIMIT $4",
            course, after.0, after.1, limit)
    }

    /// Who waits for a course, in turn, after `(rank, joined, id)`.
    pub async fn list_waiting_enrolments(
        &mut self,
        course: CourseId,
        after: (i64, Instant, EnrolmentId),
        limit: i64,
    ) -> StoreResult<Vec<Enrolment>> {
        sql!(self, fetch_all Enrolment, "
            SELECT id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until, enrolled, own
            FROM enrolment WHERE course_id = $1 AND state = 'waiting' AND (rank, joined, id) > ($2, $3, $4)
            ORDER BY rank, joined, id LIMIT $5", course, after.0, after.1, after.2, limit)
    }

    /// How many wait for the same course before this one.
    pub async fn count_waiting_before(&mut self, e: &Enrolment) -> StoreResult<i64> {
        let (count,) = sql!(
            self,
            fetch_one(i64,),
            "
            SELECT count(*) FROM enrolment
            WHERE course_id = $1 AND state = 'waiting' AND (rank, joined, id) < ($2, $3, $4)",
            e.course_id,
            e.rank,
            e.joined,
            e.id
        )?;
        Ok(count)
    }

    /// The most places of a course that are taken at once on one of these weekdays in a half-open range of days.
    pub async fn count_taken_places(
        &mut self,
        course: CourseId,
        from: Date,
        to: Date,
        weekdays: i64,
    ) -> StoreResult<i64> {
        let (most,) = sql!(self, fetch_one (i64,), "
            SELECT coalesce(max((
              SELECT count(*) FROM enrolment WHERE course_id = $1 AND state IN ('offered', 'enrolled')
                AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
            )), 0) FROM weekday_bit, (
              SELECT CAST($2 AS TEXT) AS day UNION
              SELECT from_day FROM enrolment WHERE course_id = $1 AND state IN ('offered', 'enrolled')
                AND from_day > $2 AND from_day < $3
            ) AS moment WHERE $4 & bit <> 0", course, from, to, weekdays)?;
        Ok(most)
    }

    /// The codes of a resident's needs, which may give points in a waiting list.
    pub async fn list_priority_codes(&mut self, resident: PersonId) -> StoreResult<Vec<String>> {
        let rows = sql!(
            self,
            fetch_all(String,),
            "SELECT DISTINCT code FROM need WHERE resident_id = $1 AND state = 'open'",
            resident
        )?;
        Ok(rows.into_iter().map(|(code,)| code).collect())
    }

    /// Whether another member of a household has a place in a course.
    pub async fn has_sibling_enrolled(
        &mut self,
        course: CourseId,
        household: HouseholdId,
        besides: PersonId,
    ) -> StoreResult<bool> {
        let (has,) = sql!(self, fetch_one (bool,), "
            SELECT EXISTS (SELECT 1 FROM person JOIN enrolment ON enrolment.resident_id = person.id
              WHERE person.household_id = $2 AND person.id <> $3 AND enrolment.course_id = $1 AND enrolment.state = 'enrolled')",
            course, household, besides)?;
        Ok(has)
    }

    /// Whether a resident has a place in a course of an installation that they, or who acts for them, took before an
    /// instant: the basis of a contract. What the very same unit of work enrolled is none yet.
    pub async fn has_open_enrolment(
        &mut self,
        resident: PersonId,
        installation: InstallationId,
        before: Instant,
    ) -> StoreResult<bool> {
        let (has,) = sql!(self, fetch_one (bool,), "
            SELECT EXISTS (SELECT 1 FROM enrolment JOIN course ON course.id = enrolment.course_id
              WHERE enrolment.resident_id = $1 AND enrolment.state = 'enrolled' AND enrolment.own AND enrolment.enrolled < $3
                AND course.installation_id = $2)", resident, installation, before)?;
        Ok(has)
    }

    /// Offers that stood until `now` or before, the longest past first.
    pub async fn list_lapsed_offers(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Enrolment>> {
        sql!(self, fetch_all Enrolment, "
            SELECT id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until, enrolled, own
            FROM enrolment WHERE state = 'offered' AND offer_until <= $1 ORDER BY offer_until, id LIMIT $2", now, limit)
    }

    /// Places whose time was over on a day.
    pub async fn list_ended_enrolments(
        &mut self,
        today: Date,
        limit: i64,
    ) -> StoreResult<Vec<Enrolment>> {
        sql!(self, fetch_all Enrolment, "
            SELECT id, course_id, resident_id, state, from_day, to_day, weekdays, rank, joined, offer_until, enrolled, own
            FROM enrolment WHERE state = 'enrolled' AND to_day <= $1 ORDER BY to_day, id LIMIT $2", today, limit)
    }

    /// Adds a line to an enrolment's history.
    pub async fn create_enrolment_change(&mut self, c: &EnrolmentChange) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO enrolment_change (id, enrolment_id, at, actor_id, change, note) VALUES ($1, $2, $3, $4, $5, $6)",
            c.id, c.enrolment_id, c.at, c.actor_id, c.change, c.note)?;
        Ok(())
    }

    /// An enrolment's history, oldest first.
    pub async fn list_enrolment_changes(
        &mut self,
        enrolment: EnrolmentId,
    ) -> StoreResult<Vec<EnrolmentChange>> {
        sql!(self, fetch_all EnrolmentChange, "
            SELECT id, enrolment_id, at, actor_id, change, note FROM enrolment_change WHERE enrolment_id = $1 ORDER BY at, id",
            enrolment)
    }
}

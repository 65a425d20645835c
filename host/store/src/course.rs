//! What people enrol in, and its staff.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::enrolment::{self, CourseKind, WaitingRule};
use linli_domain::slot::WorkingHours;
use linli_domain::{
    CommunityId, CourseId, InstallationId, Instant, Localised, OrganisationId, PersonId,
};

row! {
    /// A course, or a group with standing places.
    pub struct Course {
        /// The id.
        pub id: CourseId,
        /// Where.
        pub community_id: CommunityId,
        /// Whose; the community's own where none is named.
        pub organisation_id: Option<OrganisationId>,
        /// By which plugin it is offered, if by one.
        pub installation_id: Option<InstallationId>,
        /// Of which kind.
        pub kind: CourseKind,
        /// In words.
        pub title: Localised,
        /// The most places, 1–10,000.
        pub capacity: i64,
        /// How many one member of staff looks after; none where nobody has to.
        pub ratio: Option<i64>,
        /// How many staff are assigned; the database keeps it.
        pub staff: i64,
        /// The least age on the first day, in months.
        pub least_months: Option<i64>,
        /// The greatest age on the first day, in months.
        pub most_months: Option<i64>,
        /// When its sessions are.
        pub hours: Vec<WorkingHours>,
        /// Its first day.
        pub from_day: Date,
        /// The first day after it; 9999-12-31 where the end is open.
        pub to_day: Date,
        /// The rule of its waiting list.
        pub rule: WaitingRule,
        /// How long an offer of a place lasts, in hours.
        pub offer_hours: i64,
        /// From when on people may enrol; always where none is given.
        pub opens: Option<Instant>,
        /// Until when.
        pub closes: Option<Instant>,
        /// Whether nobody may enrol any more.
        pub closed: bool,
    }
}

impl Course {
    /// How many places there are: the capacity, and no more than the staff can look after.
    pub fn places(&self) -> i64 {
        enrolment::places(self.capacity, self.ratio, self.staff)
    }
}

impl Tx {
    /// Adds a course, without staff.
    pub async fn create_course(&mut self, c: &Course) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO course (id, community_id, organisation_id, installation_id, kind, title, capacity, ratio, staff,
              least_months, most_months, hours, from_day, to_day, rule, offer_hours, opens, closes, closed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            c.id, c.community_id, c.organisation_id, c.installation_id, c.kind, c.title, c.capacity, c.ratio, c.least_months,
            c.most_months, c.hours, c.from_day, c.to_day, c.rule, c.offer_hours, c.opens, c.closes, c.closed)?;
        Ok(())
    }

    /// Writes a course's capacity, ratio and whether it is closed. The database refuses fewer places than are taken.
    pub async fn update_course(&mut self, c: &Course) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE course SET capacity = $2, ratio = $3, closed = $4 WHERE id = $1",
            c.id,
            c.capacity,
            c.ratio,
            c.closed
        )?;
        Ok(())
    }

    /// A course by its id.
    pub async fn find_course(&mut self, id: CourseId) -> StoreResult<Option<Course>> {
        sql!(self, fetch_optional Course, "
            SELECT id, community_id, organisation_id, installation_id, kind, title, capacity, ratio, staff, least_months, most_months, hours,
              from_day, to_day, rule, offer_hours, opens, closes, closed FROM course WHERE id = $1", id)
    }

    /// The courses of a community that end after a day, after `(from_day, id)`, by first day.
    pub async fn list_courses(
        &mut self,
        community: CommunityId,
        ending_after: Date,
        after: (Date, CourseId),
        limit: i64,
    ) -> StoreResult<Vec<Course>> {
        sql!(self, fetch_all Course, "
            SELECT id, community_id, organisation_id, installation_id, kind, title, capacity, ratio, staff, least_months, most_months, hours,
              from_day, to_day, rule, offer_hours, opens, closes, closed FROM course
            WHERE community_id = $1 AND to_day > $2 AND (from_day, id) > ($3, $4) ORDER BY from_day, id LIMIT $5",
            community, ending_after, after.0, after.1, limit)
    }

    /// The courses that an installation offers and that end after a day, by first day, after `(from_day, id)`.
    pub async fn list_courses_of_installation(
        &mut self,
        installation: InstallationId,
        ending_after: Date,
        after: (Date, CourseId),
        limit: i64,
    ) -> StoreResult<Vec<Course>> {
        sql!(self, fetch_all Course, "
            SELECT id, community_id, organisation_id, installation_id, kind, title, capacity, ratio, staff, least_months, most_months, hours,
              from_day, to_day, rule, offer_hours, opens, closes, closed FROM course
            WHERE installation_id = $1 AND to_day > $2 AND (from_day, id) > ($3, $4) ORDER BY from_day, id LIMIT $5",
            installation, ending_after, after.0, after.1, limit)
    }

    /// How many places of a course are taken by anybody at any time.
    pub async fn find_course_load(&mut self, id: CourseId) -> StoreResult<i64> {
        let found = sql!(
            self,
            fetch_optional(i64,),
            "SELECT taken FROM course_load WHERE course_id = $1",
            id
        )?;
        Ok(found.map_or(0, |(taken,)| taken))
    }

    /// Assigns a member of staff to a course; false if they were.
    pub async fn add_course_staff(&mut self, id: CourseId, person: PersonId) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            INSERT INTO course_staff (course_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            id,
            person
        )? > 0)
    }

    /// Takes a member of staff off a course; false if they were not on it. The database refuses where too few would be left.
    pub async fn delete_course_staff(
        &mut self,
        id: CourseId,
        person: PersonId,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM course_staff WHERE course_id = $1 AND person_id = $2",
            id,
            person
        )? > 0)
    }

    /// The staff of a course, by id.
    pub async fn list_course_staff(&mut self, id: CourseId) -> StoreResult<Vec<PersonId>> {
        let rows = sql!(
            self,
            fetch_all(uuid::Uuid,),
            "
            SELECT person_id FROM course_staff WHERE course_id = $1 ORDER BY person_id",
            id
        )?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }
}

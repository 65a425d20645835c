//! The sessions of a course, their staff, and who attended.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::enrolment::Attendance;
use linli_domain::{CourseId, EnrolmentId, Instant, PersonId, SessionId};

row! {
    /// One session of a course.
    pub struct CourseSession {
        /// The id.
        pub id: SessionId,
        /// Of which course.
        pub course_id: CourseId,
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
        /// Whether it does not take place.
        pub cancelled: bool,
        /// Why, or what to bring.
        pub note: String,
        /// How often it was changed.
        pub sequence: i64,
        /// When it was changed last.
        pub changed: Instant,
    }
}

row! {
    /// How somebody attended a session.
    pub struct AttendanceRow {
        /// Which session.
        pub session_id: SessionId,
        /// Whose place.
        pub enrolment_id: EnrolmentId,
        /// How.
        pub status: Attendance,
        /// When they came.
        pub checked_in: Option<Instant>,
        /// When they left.
        pub checked_out: Option<Instant>,
        /// Who picked them up; empty where nobody had to.
        pub picked_up_by: String,
        /// The reason or anything else that was noted.
        pub note: String,
        /// When this was last written.
        pub recorded: Instant,
        /// By whom.
        pub recorded_by: Option<PersonId>,
    }
}

impl Tx {
    /// Adds a session; false where the course has one at that time.
    pub async fn create_course_session(&mut self, s: &CourseSession) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            INSERT INTO course_session (id, course_id, starts, ends, cancelled, note, sequence, changed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (course_id, starts) DO NOTHING", s.id, s.course_id, s.starts, s.ends, s.cancelled, s.note,
            s.sequence, s.changed)? > 0)
    }

    /// Says that a session does not take place, or does after all.
    pub async fn set_session_cancelled(
        &mut self,
        id: SessionId,
        cancelled: bool,
        note: &str,
        now: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE course_session SET cancelled = $2, note = $3, sequence = sequence + 1, changed = $4 WHERE id = $1",
            id,
            cancelled,
            note,
            now
        )?;
        Ok(())
    }

    /// A session by its id.
    pub async fn find_course_session(
        &mut self,
        id: SessionId,
    ) -> StoreResult<Option<CourseSession>> {
        sql!(self, fetch_optional CourseSession, "
            SELECT id, course_id, starts, ends, cancelled, note, sequence, changed FROM course_session WHERE id = $1", id)
    }

    /// The sessions of a course that begin in a half-open range, by start.
    pub async fn list_course_sessions(
        &mut self,
        course: CourseId,
        from: Instant,
        to: Instant,
        limit: i64,
    ) -> StoreResult<Vec<CourseSession>> {
        sql!(self, fetch_all CourseSession, "
            SELECT id, course_id, starts, ends, cancelled, note, sequence, changed FROM course_session
            WHERE course_id = $1 AND starts >= $2 AND starts < $3 ORDER BY starts LIMIT $4", course, from, to, limit)
    }

    /// Assigns a member of staff to a session; false if they were.
    pub async fn add_session_staff(
        &mut self,
        id: SessionId,
        person: PersonId,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            INSERT INTO session_staff (session_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", id, person)? > 0)
    }

    /// Takes a member of staff off a session; false if they were not on it. The database refuses where too few would be left.
    pub async fn delete_session_staff(
        &mut self,
        id: SessionId,
        person: PersonId,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM session_staff WHERE session_id = $1 AND person_id = $2",
            id,
            person
        )? > 0)
    }

    /// How many staff are assigned to a session.
    pub async fn count_session_staff(&mut self, id: SessionId) -> StoreResult<i64> {
        let (count,) = sql!(
            self,
            fetch_one(i64,),
            "SELECT count(*) FROM session_staff WHERE session_id = $1",
            id
        )?;
        Ok(count)
    }

    /// How many are there: came and have not left.
    pub async fn count_there(&mut self, id: SessionId) -> StoreResult<i64> {
        let (count,) = sql!(self, fetch_one (i64,), "
            SELECT count(*) FROM attendance WHERE session_id = $1 AND checked_in IS NOT NULL AND checked_out IS NULL", id)?;
        Ok(count)
    }

    /// Writes how somebody attended; replaces what was there. The database refuses more than the staff can look after.
    pub async fn put_attendance(&mut self, a: &AttendanceRow) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO attendance (session_id, enrolment_id, status, checked_in, checked_out, picked_up_by, note, recorded,
              recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (session_id, enrolment_id) DO UPDATE SET status = $3, checked_in = $4, checked_out = $5,
              picked_up_by = $6, note = $7, recorded = $8, recorded_by = $9",
            a.session_id, a.enrolment_id, a.status, a.checked_in, a.checked_out, a.picked_up_by, a.note, a.recorded,
            a.recorded_by)?;
        Ok(())
    }

    /// How one place attended a session.
    pub async fn find_attendance(
        &mut self,
        session: SessionId,
        enrolment: EnrolmentId,
    ) -> StoreResult<Option<AttendanceRow>> {
        sql!(self, fetch_optional AttendanceRow, "
            SELECT session_id, enrolment_id, status, checked_in, checked_out, picked_up_by, note, recorded, recorded_by
            FROM attendance WHERE session_id = $1 AND enrolment_id = $2", session, enrolment)
    }

    /// How everybody attended a session, by enrolment, after one.
    pub async fn list_attendance(
        &mut self,
        session: SessionId,
        after: EnrolmentId,
        limit: i64,
    ) -> StoreResult<Vec<AttendanceRow>> {
        sql!(self, fetch_all AttendanceRow, "
            SELECT session_id, enrolment_id, status, checked_in, checked_out, picked_up_by, note, recorded, recorded_by
            FROM attendance WHERE session_id = $1 AND enrolment_id > $2 ORDER BY enrolment_id LIMIT $3", session, after, limit)
    }
}

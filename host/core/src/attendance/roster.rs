//! Who is expected at a session, and who came.

use super::session;
use crate::caller::Actor;
use crate::district;
use crate::error::Result;
use crate::work::Work;
use linli_domain::enrolment::{EnrolmentState, Weekdays};
use linli_domain::{Instant, SessionId};
use linli_store::course::Course;
use linli_store::course_session::{AttendanceRow, CourseSession};
use linli_store::enrolment::Enrolment;

/// How many enrolments are read together.
const SLICE: i64 = 100;

/// A session with those who are expected.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The session.
    pub session: CourseSession,
    /// Its course.
    pub course: Course,
    /// Each with their name and, where that was written, how they attended; in the order in which they joined.
    pub expected: Vec<(Enrolment, String, Option<AttendanceRow>)>,
}

/// Who has a place on the day of a session. For who keeps the course.
pub async fn roster(work: &mut Work, actor: &Actor, id: SessionId) -> Result<Roster> {
    let (session, course) = session(work, actor, id).await?;
    let zone = district::zone(work).await?;
    let day = session.starts.to_civil(&zone).date();
    let mut expected = Vec::new();
    let mut after = (
        Instant(i64::MIN),
        linli_domain::EnrolmentId(uuid::Uuid::nil()),
    );
    loop {
        let some = work
            .tx
            .list_enrolments_of_course(course.id, after, SLICE)
            .await?;
        let Some(last) = some.last() else { break };
        after = (last.joined, last.id);
        for enrolment in some {
            let has_place = matches!(
                enrolment.state,
                EnrolmentState::Enrolled | EnrolmentState::Completed
            );
            if !has_place
                || !(enrolment.from_day..enrolment.to_day).contains(&day)
                || !Weekdays(enrolment.weekdays).holds(day.weekday())
            {
                continue;
            }
            let person = work.tx.find_person(enrolment.resident_id).await?;
            let row = work.tx.find_attendance(id, enrolment.id).await?;
            let name = person.map(|person| person.name).unwrap_or_default();
            expected.push((enrolment, name, row));
        }
    }
    Ok(Roster {
        session,
        course,
        expected,
    })
}

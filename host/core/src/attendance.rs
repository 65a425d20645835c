//! The sessions of a course: planned from its hours, staffed, attended. No more are there at once than the staff may look
//! after.

mod roster;

pub use roster::{Roster, roster};

use crate::caller::Actor;
use crate::course::{check_limit, is_staff, kept};
use crate::enrolment::{EnrolmentRefusal, find};
use crate::error::{Error, Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{course, district, holiday};
use jiff::civil::Date;
use linli_domain::enrolment::{Attendance, EnrolmentState, Weekdays};
use linli_domain::slot::Range;
use linli_domain::time::age_on;
use linli_domain::working_time::WorkingTime;
use linli_domain::{CourseId, EnrolmentId, PersonId, SessionId};
use linli_store::course::Course;
use linli_store::course_session::{AttendanceRow, CourseSession};
use serde_json::json;
use uuid::Uuid;

/// The most days that are planned at once.
pub const MAX_PLAN_DAYS: i32 = 92;
/// How long before a session people may come, in minutes.
const COME_EARLY: i64 = 60;
/// From how many minutes after the start on somebody is late.
const LATE_AFTER: i64 = 10;
/// Below this age somebody must be picked up by somebody.
const PICKED_UP_BELOW: i16 = 14;

/// Plans the sessions that a course's hours give in the half-open range of days, with its staff of now; those that are planned
/// already stay as they are. Answers how many are new.
pub async fn plan(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    from: Date,
    to: Date,
) -> Result<usize> {
    let course = kept(work, actor, id).await?;
    let days = to.since(from).map_or(i32::MAX, |span| span.get_days());
    if !(1..=MAX_PLAN_DAYS).contains(&days) {
        let problem = format!("{days} days; it must be 1–{MAX_PLAN_DAYS}");
        return Err(Refusal::Invalid(problem).into());
    }
    let (from, to) = (from.max(course.from_day), to.min(course.to_day));
    let time = WorkingTime {
        hours: course.hours.clone(),
        special: holiday::special_days(work, from, to).await?,
        other: Default::default(),
        zone: district::zone(work).await?,
    };
    let periods = time
        .open_periods(from, to)
        .map_err(|error| Refusal::Invalid(error.to_string()))?;
    let mut planned = 0;
    for period in periods {
        planned += usize::from(create(work, &course, period).await?);
    }
    let detail = json!({ "from": from, "to": to, "sessions": planned });
    work.audit_act(actor, None, "course-session.plan", id, detail)
        .await?;
    Ok(planned)
}

/// Adds one session, 5 minutes to 24 hours long, to a course that has none at that time.
pub async fn add(work: &mut Work, actor: &Actor, id: CourseId, range: Range) -> Result<()> {
    let course = kept(work, actor, id).await?;
    let zone = district::zone(work).await?;
    let day = range.starts.to_civil(&zone).date();
    if !(5..=1_440).contains(&range.minutes()) || !(course.from_day..course.to_day).contains(&day) {
        return Err(Refusal::field(
            "session",
            "每次须为 5 分钟至 24 小时，并在课程起止日期之内",
            "A session lasts 5 minutes to 24 hours, within the days of the course",
        )
        .into());
    }
    if !create(work, &course, range).await? {
        return Err(Refusal::Taken(day.to_string()).into());
    }
    let detail = json!({ "starts": range.starts, "ends": range.ends });
    work.audit_act(actor, None, "course-session.add", id, detail)
        .await
}

async fn create(work: &mut Work, course: &Course, range: Range) -> Result<bool> {
    let session = CourseSession {
        id: work.id(),
        course_id: course.id,
        starts: range.starts,
        ends: range.ends,
        cancelled: false,
        note: String::new(),
        sequence: 0,
        changed: work.now,
    };
    if !work.tx.create_course_session(&session).await? {
        return Ok(false);
    }
    for person in work.tx.list_course_staff(course.id).await? {
        work.tx.add_session_staff(session.id, person).await?;
    }
    Ok(true)
}

/// The sessions of a course that begin in a half-open range, by start, at most 100.
pub async fn list(work: &mut Work, id: CourseId, range: Range) -> Result<Vec<CourseSession>> {
    let (from, to) = (range.starts, range.ends);
    Ok(work.tx.list_course_sessions(id, from, to, 100).await?)
}

/// A session of a course that an installation offers; one of another is as none.
pub async fn offered(work: &mut Work, service: &Service, id: SessionId) -> Result<CourseSession> {
    let absent = Refusal::NotFound("session");
    let found = work.tx.find_course_session(id).await?;
    let session = found.ok_or(absent.clone())?;
    match course::offered(work, service, session.course_id).await {
        Err(Error::Refused(_)) => Err(absent.into()),
        course => course.map(|_| session),
    }
}

/// Says that a session does not take place, and why; at most 500 bytes.
pub async fn cancel(work: &mut Work, actor: &Actor, id: SessionId, note: &str) -> Result<()> {
    let (_, course) = session(work, actor, id).await?;
    check_text("note", note)?;
    work.tx
        .set_session_cancelled(id, true, note, work.now)
        .await?;
    let detail = json!({ "course": course.id });
    work.audit_act(actor, None, "course-session.cancel", id, detail)
        .await
}

/// Assigns a member of staff to one session: a stand-in.
pub async fn add_staff(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    person: PersonId,
) -> Result<()> {
    let (_, course) = session(work, actor, id).await?;
    if !is_staff(work, &course, person).await? {
        return Err(Refusal::NotFound("person").into());
    }
    work.tx.add_session_staff(id, person).await?;
    let detail = json!({ "person": person });
    work.audit_act(actor, None, "course-session.add-staff", id, detail)
        .await
}

/// Takes a member of staff off one session. Refused while those who are left could not look after all who are there.
pub async fn remove_staff(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    person: PersonId,
) -> Result<()> {
    let (_, course) = session(work, actor, id).await?;
    let staff = work.tx.count_session_staff(id).await?;
    let there = work.tx.count_there(id).await?;
    if course
        .ratio
        .is_some_and(|ratio| there > ratio * (staff - 1))
    {
        return Err(EnrolmentRefusal::StaffBusy(there).into());
    }
    if !work.tx.delete_session_staff(id, person).await? {
        return Err(Refusal::NotFound("person").into());
    }
    let detail = json!({ "person": person });
    work.audit_act(actor, None, "course-session.remove-staff", id, detail)
        .await
}

/// Somebody has come: present, or late from 10 minutes after the start on. From an hour before the start to the end.
pub async fn check_in(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    enrolment: EnrolmentId,
) -> Result<Attendance> {
    let (session, course) = attended(work, actor, id, enrolment).await?;
    if work.now < session.starts.plus_minutes(-COME_EARLY) || work.now >= session.ends {
        return Err(EnrolmentRefusal::NotThatDay.into());
    }
    let found = work.tx.find_attendance(id, enrolment).await?;
    if found.is_some_and(|row| row.checked_in.is_some() && row.checked_out.is_none()) {
        return Err(Refusal::Taken("check-in".to_owned()).into());
    }
    if let Some(ratio) = course.ratio {
        let staff = work.tx.count_session_staff(id).await?;
        let there = work.tx.count_there(id).await?;
        if there >= ratio * staff {
            return Err(EnrolmentRefusal::StaffBusy(there).into());
        }
    }
    let status = if work.now >= session.starts.plus_minutes(LATE_AFTER) {
        Attendance::Late
    } else {
        Attendance::Present
    };
    let row = AttendanceRow {
        status,
        checked_in: Some(work.now),
        ..blank(work, actor, id, enrolment)
    };
    write(work, actor, &row, "check-in").await?;
    Ok(status)
}

/// Somebody has left; who is under 14 with whoever picked them up, at most 80 bytes.
pub async fn check_out(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    enrolment: EnrolmentId,
    picked_up_by: &str,
) -> Result<()> {
    let (row, course) = find(work, actor, enrolment).await?;
    kept(work, actor, course.id).await?;
    let person = work.tx.find_person(row.resident_id).await?;
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let birth = person.and_then(|person| person.birth_date);
    let is_child = birth.is_some_and(|birth| age_on(birth, today) < PICKED_UP_BELOW);
    if picked_up_by.len() > 80 || (is_child && picked_up_by.trim().is_empty()) {
        return Err(Refusal::field(
            "picked-up-by",
            "请填写接走孩子的人（最多 80 字节）",
            "Write who picks the child up, in at most 80 bytes",
        )
        .into());
    }
    let found = work.tx.find_attendance(id, enrolment).await?;
    let found = found.filter(|row| row.checked_in.is_some() && row.checked_out.is_none());
    let mut row = found.ok_or(Refusal::NotFound("attendance"))?;
    row.checked_out = Some(work.now);
    row.picked_up_by = picked_up_by.to_owned();
    (row.recorded, row.recorded_by) = (work.now, actor.person);
    write(work, actor, &row, "check-out").await
}

/// Writes how somebody attended who did not check in: absent or excused, or present as seen. `note` has at most 500 bytes.
pub async fn record(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    enrolment: EnrolmentId,
    status: Attendance,
    note: &str,
) -> Result<()> {
    attended(work, actor, id, enrolment).await?;
    check_text("note", note)?;
    let found = work.tx.find_attendance(id, enrolment).await?;
    let mut row = found.unwrap_or(blank(work, actor, id, enrolment));
    if row.checked_in.is_some() && !status.is_there() {
        return Err(Refusal::field(
            "status",
            "此人已签到，不能记为缺席",
            "They have checked in and cannot be absent",
        )
        .into());
    }
    row.status = status;
    row.note = note.to_owned();
    (row.recorded, row.recorded_by) = (work.now, actor.person);
    write(work, actor, &row, status.code()).await
}

/// How everybody attended a session, after a position. For who keeps the course.
pub async fn list_attendance(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    after: Option<EnrolmentId>,
    limit: u16,
) -> Result<Vec<AttendanceRow>> {
    session(work, actor, id).await?;
    let limit = check_limit(limit)?;
    let after = after.unwrap_or(EnrolmentId(Uuid::nil()));
    Ok(work.tx.list_attendance(id, after, limit).await?)
}

fn blank(work: &Work, actor: &Actor, session: SessionId, enrolment: EnrolmentId) -> AttendanceRow {
    AttendanceRow {
        session_id: session,
        enrolment_id: enrolment,
        status: Attendance::Absent,
        checked_in: None,
        checked_out: None,
        picked_up_by: String::new(),
        note: String::new(),
        recorded: work.now,
        recorded_by: actor.person,
    }
}

/// A session of a course that the actor keeps.
async fn session(work: &mut Work, actor: &Actor, id: SessionId) -> Result<(CourseSession, Course)> {
    let session = work.tx.find_course_session(id).await?;
    let session = session.ok_or(Refusal::NotFound("session"))?;
    let course = kept(work, actor, session.course_id).await?;
    Ok((session, course))
}

/// A session that takes place, and that an enrolment is for.
async fn attended(
    work: &mut Work,
    actor: &Actor,
    id: SessionId,
    enrolment: EnrolmentId,
) -> Result<(CourseSession, Course)> {
    let (session, course) = session(work, actor, id).await?;
    let (enrolment, of) = find(work, actor, enrolment).await?;
    if of.id != course.id {
        return Err(Refusal::NotFound("enrolment").into());
    }
    let zone = district::zone(work).await?;
    let day = session.starts.to_civil(&zone).date();
    let has_place = matches!(
        enrolment.state,
        EnrolmentState::Enrolled | EnrolmentState::Completed
    );
    if !has_place
        || session.cancelled
        || !(enrolment.from_day..enrolment.to_day).contains(&day)
        || !Weekdays(enrolment.weekdays).holds(day.weekday())
    {
        return Err(EnrolmentRefusal::NotThatDay.into());
    }
    Ok((session, course))
}

async fn write(work: &mut Work, actor: &Actor, row: &AttendanceRow, verb: &str) -> Result<()> {
    work.tx.put_attendance(row).await?;
    let enrolment = work.tx.find_enrolment(row.enrolment_id).await?;
    let subject = enrolment.map(|enrolment| enrolment.resident_id);
    let detail = json!({ "session": row.session_id });
    let action = format!("attendance.{verb}");
    work.audit_act(actor, subject, &action, row.enrolment_id, detail)
        .await
}

fn check_text(field: &'static str, text: &str) -> Result<()> {
    if text.len() > 500 {
        return Err(Refusal::field(field, "最多 500 字节", "At most 500 bytes").into());
    }
    Ok(())
}

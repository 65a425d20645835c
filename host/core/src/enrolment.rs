//! Enrolments: take a place or wait for one, accept, leave, go over to another course. Places go to who waits in the order of
//! the course's published rule.

mod list;
mod refusal;

pub use list::{
    history, list_of_course, list_of_resident, list_of_resident_with, list_waiting, position,
};
pub use refusal::EnrolmentRefusal;

use crate::caller::{Actor, Office};
use crate::course::keeps;
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{course, delegation, district, notice};
use jiff::civil::Date;
use linli_domain::enrolment::{CourseKind, EnrolmentState, Weekdays, age_in_months};
use linli_domain::{CourseId, EnrolmentId, Instant, Localised, PersonId};
use linli_store::course::Course;
use linli_store::enrolment::{Enrolment, EnrolmentChange};
use serde_json::json;
use uuid::Uuid;

/// A day after every other.
pub(crate) const AFTER_ALL: Date = Date::constant(9999, 12, 31);
/// How many of those who wait are looked at for one place, in turn: with weekdays of their own, it may not fit the first.
const MOST_LOOKED_AT: i64 = 200;

const FIRST: (Instant, EnrolmentId) = (Instant(i64::MIN), EnrolmentId(Uuid::nil()));
const FIRST_IN_TURN: (i64, Instant, EnrolmentId) = (i64::MIN, FIRST.0, FIRST.1);

/// What somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// For whom.
    pub resident: PersonId,
    /// For a standing place: from which day on. A course with sessions has its own.
    pub from_day: Option<Date>,
    /// For a standing place: on which weekdays; every day where none are given.
    pub weekdays: Option<Weekdays>,
}

/// Enrols a resident, or puts them on the waiting list where no place is free: the answer's state tells. For the resident,
/// who acts for them, and who keeps the course.
pub async fn enrol(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    application: Application,
) -> Result<Enrolment> {
    let course = course::find(work, id).await?;
    authorise(actor, &course, application.resident)?;
    let is_open = course.opens.is_none_or(|opens| opens <= work.now)
        && course.closes.is_none_or(|closes| work.now < closes);
    if course.closed || !(is_open || keeps(actor, &course)) {
        return Err(EnrolmentRefusal::NotOpen.into());
    }
    let mut enrolment = prepare(work, actor, &course, application).await?;
    if is_free(work, &course, &enrolment).await? {
        enrolment.state = EnrolmentState::Enrolled;
        enrolment.enrolled = Some(work.now);
    }
    create(work, actor, &enrolment).await?;
    Ok(enrolment)
}

/// Who may act for a resident here: they and who acts for them, and who keeps the course; never the background.
fn authorise(actor: &Actor, course: &Course, resident: PersonId) -> Result<()> {
    let acts = actor.acts_for(resident) || keeps(actor, course);
    if acts && !matches!(actor.office, Office::Background(..) | Office::Host) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// An enrolment that waits, with its days, after the checks of residence and age.
async fn prepare(
    work: &mut Work,
    actor: &Actor,
    course: &Course,
    application: Application,
) -> Result<Enrolment> {
    let person = work.tx.find_person(application.resident).await?;
    let person = person
        .filter(|person| person.community_id == Some(course.community_id))
        .ok_or(Refusal::NotFound("person"))?;
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let (from_day, weekdays) = match course.kind {
        CourseKind::Sessions => (course.from_day, Weekdays::ALL),
        CourseKind::Standing => (
            application
                .from_day
                .unwrap_or(today)
                .max(course.from_day)
                .max(today),
            application.weekdays.unwrap_or(Weekdays::ALL),
        ),
    };
    if course.to_day <= today || from_day >= course.to_day {
        return Err(EnrolmentRefusal::NotOpen.into());
    }
    if !weekdays.is_valid() {
        return Err(Refusal::field(
            "weekdays",
            "请至少选择一天",
            "Choose at least one day of the week",
        )
        .into());
    }
    let has_age = course.least_months.is_some() || course.most_months.is_some();
    let age = person
        .birth_date
        .map(|birth| age_in_months(birth, from_day));
    let fits = age.is_some_and(|age| {
        course.least_months.is_none_or(|least| least <= age)
            && course.most_months.is_none_or(|most| age <= most)
    });
    if has_age && !fits {
        return Err(EnrolmentRefusal::WrongAge.into());
    }
    let codes = if course.rule.priorities.is_empty() {
        Vec::new()
    } else {
        work.tx.list_priority_codes(person.id).await?
    };
    let has_sibling = match person.household_id {
        Some(household) if course.rule.sibling_points > 0 => {
            work.tx
                .has_sibling_enrolled(course.id, household, person.id)
                .await?
        }
        _ => false,
    };
    Ok(Enrolment {
        id: work.id(),
        course_id: course.id,
        resident_id: person.id,
        state: EnrolmentState::Waiting,
        from_day,
        to_day: course.to_day,
        weekdays: weekdays.0,
        rank: -course.rule.points(&codes, has_sibling),
        joined: work.now,
        offer_until: None,
        enrolled: None,
        own: actor.acts_for(person.id),
    })
}

/// Whether there is a place for an enrolment. Where everybody comes on the same days, the course's load tells; so whoever only
/// joins the waiting list reads one row, and a rush on the last place costs no lost races.
async fn is_free(work: &mut Work, course: &Course, enrolment: &Enrolment) -> Result<bool> {
    let taken = match course.kind {
        CourseKind::Sessions => work.tx.find_course_load(course.id).await?,
        CourseKind::Standing => {
            let (from, to) = (enrolment.from_day, enrolment.to_day);
            work.tx
                .count_taken_places(course.id, from, to, enrolment.weekdays)
                .await?
        }
    };
    Ok(taken < course.places())
}

async fn create(work: &mut Work, actor: &Actor, enrolment: &Enrolment) -> Result<()> {
    if !work.tx.create_enrolment(enrolment).await? {
        return Err(EnrolmentRefusal::AlreadyEnrolled.into());
    }
    let change = enrolment.state.code();
    note(work, actor, enrolment, change, "").await
}

/// Takes the place that was offered. For the resident, who acts for them, and who keeps the course.
pub async fn accept(work: &mut Work, actor: &Actor, id: EnrolmentId) -> Result<Enrolment> {
    let (mut enrolment, course) = find(work, actor, id).await?;
    authorise(actor, &course, enrolment.resident_id)?;
    if enrolment.state == EnrolmentState::Lapsed
        || enrolment.offer_until.is_some_and(|until| until <= work.now)
    {
        return Err(EnrolmentRefusal::OfferLapsed.into());
    }
    enrolment.own |= actor.acts_for(enrolment.resident_id);
    enrolment.enrolled = Some(work.now);
    become_state(work, actor, &mut enrolment, EnrolmentState::Enrolled, "").await?;
    Ok(enrolment)
}

/// Gives up a place, an offer or a wait; the place goes to who waits. `reason` has at most 500 bytes.
pub async fn cancel(
    work: &mut Work,
    actor: &Actor,
    id: EnrolmentId,
    reason: &str,
) -> Result<Enrolment> {
    check_reason(reason)?;
    let (mut enrolment, course) = find(work, actor, id).await?;
    authorise(actor, &course, enrolment.resident_id)?;
    become_state(
        work,
        actor,
        &mut enrolment,
        EnrolmentState::Cancelled,
        reason,
    )
    .await?;
    promote(work, &course).await?;
    Ok(enrolment)
}

/// Gives up a standing place from a day on, after today and before it ends by itself; it goes to who waits for then.
pub async fn leave_on(
    work: &mut Work,
    actor: &Actor,
    id: EnrolmentId,
    day: Date,
) -> Result<Enrolment> {
    let (mut enrolment, course) = find(work, actor, id).await?;
    authorise(actor, &course, enrolment.resident_id)?;
    if enrolment.state != EnrolmentState::Enrolled || course.kind != CourseKind::Standing {
        return Err(EnrolmentRefusal::WrongState(enrolment.state).into());
    }
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    if day <= today || day <= enrolment.from_day || day >= enrolment.to_day {
        return Err(Refusal::field(
            "day",
            "退出日期须晚于今天和入托日期",
            "The day must be after today and after the first day of the place",
        )
        .into());
    }
    enrolment.to_day = day;
    work.tx.update_enrolment(&enrolment).await?;
    note(work, actor, &enrolment, "leaves", &day.to_string()).await?;
    promote(work, &course).await?;
    Ok(enrolment)
}

/// Goes over to another course that has a free place, in one step: the old place is kept where the new one cannot be had.
/// Only who keeps the other course may pass by those who wait for it.
pub async fn transfer(
    work: &mut Work,
    actor: &Actor,
    id: EnrolmentId,
    to: CourseId,
    application: Application,
) -> Result<Enrolment> {
    let (mut old, from) = find(work, actor, id).await?;
    authorise(actor, &from, old.resident_id)?;
    let course = course::find(work, to).await?;
    authorise(actor, &course, old.resident_id)?;
    if old.state != EnrolmentState::Enrolled {
        return Err(EnrolmentRefusal::WrongState(old.state).into());
    }
    if application.resident != old.resident_id || course.closed {
        return Err(Refusal::NotAllowed.into());
    }
    let mut new = prepare(work, actor, &course, application).await?;
    let waiting = work
        .tx
        .list_waiting_enrolments(to, FIRST_IN_TURN, 1)
        .await?;
    if !is_free(work, &course, &new).await? || !(waiting.is_empty() || keeps(actor, &course)) {
        return Err(EnrolmentRefusal::Full.into());
    }
    let transferred = EnrolmentState::Transferred;
    become_state(work, actor, &mut old, transferred, &new.id.to_string()).await?;
    new.state = EnrolmentState::Enrolled;
    new.enrolled = Some(work.now);
    create(work, actor, &new).await?;
    promote(work, &from).await?;
    Ok(new)
}

/// An enrolment and its course, for the resident, who acts for them, and who keeps the course.
pub async fn find(work: &mut Work, actor: &Actor, id: EnrolmentId) -> Result<(Enrolment, Course)> {
    let absent = Refusal::NotFound("enrolment");
    let enrolment = work.tx.find_enrolment(id).await?.ok_or(absent.clone())?;
    let course = course::find(work, enrolment.course_id).await?;
    if actor.acts_for(enrolment.resident_id) || keeps(actor, &course) {
        Ok((enrolment, course))
    } else {
        Err(absent.into())
    }
}

/// Ends offers that nobody took in time, which go on to the next, and places whose time is over; at most `limit` of each.
/// Answers how many. For the background.
pub async fn sweep(work: &mut Work, limit: i64) -> Result<usize> {
    let host = Actor::host();
    let lapsed = work.tx.list_lapsed_offers(work.now, limit).await?;
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let ended = work.tx.list_ended_enrolments(today, limit).await?;
    let count = lapsed.len() + ended.len();
    for mut enrolment in ended {
        become_state(work, &host, &mut enrolment, EnrolmentState::Completed, "").await?;
    }
    for mut enrolment in lapsed {
        become_state(work, &host, &mut enrolment, EnrolmentState::Lapsed, "").await?;
        let course = course::find(work, enrolment.course_id).await?;
        promote(work, &course).await?;
    }
    Ok(count)
}

/// Offers free places to who waits, in turn. `course` is as it is now.
pub(crate) async fn promote(work: &mut Work, course: &Course) -> Result<()> {
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    if course.to_day <= today {
        return Ok(());
    }
    let waiting = work
        .tx
        .list_waiting_enrolments(course.id, FIRST_IN_TURN, MOST_LOOKED_AT)
        .await?;
    for mut enrolment in waiting {
        if course.kind == CourseKind::Standing {
            enrolment.from_day = enrolment.from_day.max(today);
        }
        if is_free(work, course, &enrolment).await? {
            let until = notice::reaches(work).await?;
            let until = until.plus_minutes(course.offer_hours * 60);
            enrolment.offer_until = Some(until);
            let (host, offered) = (Actor::host(), EnrolmentState::Offered);
            become_state(work, &host, &mut enrolment, offered, "").await?;
            tell_offered(work, course, &enrolment).await?;
        } else if course.kind == CourseKind::Sessions {
            break;
        }
    }
    Ok(())
}

/// Tells the resident and their guardians that a place is kept for them.
async fn tell_offered(work: &mut Work, course: &Course, enrolment: &Enrolment) -> Result<()> {
    let (title, hours) = (&course.title, course.offer_hours);
    let body = Localised::new(
        format!(
            "“{}”有一个名额为您保留 {hours} 小时，请在此期间确认，逾期将让给下一位。",
            title.zh
        ),
        format!(
            "A place in '{}' is kept for you for {hours} hours. Accept it before then, or it goes to the next.",
            title.en
        ),
    );
    let title = Localised::new("候补有名额了", "A place has become free");
    let resident = enrolment.resident_id;
    let guardians = delegation::guardians_of(work, resident).await?;
    let guardians = guardians
        .into_iter()
        .map(|guardian| (guardian, Some(resident)));
    let recipients: Vec<_> = std::iter::once((resident, None)).chain(guardians).collect();
    for (person, subject) in recipients {
        let texts = (title.clone(), body.clone());
        notice::offer(work, person, subject, texts, enrolment.id.0, "/courses").await?;
    }
    Ok(())
}

fn check_reason(reason: &str) -> Result<()> {
    if reason.len() > 500 {
        return Err(Refusal::Invalid("reason must have at most 500 bytes".to_owned()).into());
    }
    Ok(())
}

async fn become_state(
    work: &mut Work,
    actor: &Actor,
    enrolment: &mut Enrolment,
    state: EnrolmentState,
    reason: &str,
) -> Result<()> {
    if !enrolment.state.may_become(state) {
        return Err(EnrolmentRefusal::WrongState(enrolment.state).into());
    }
    if enrolment.state == EnrolmentState::Offered {
        notice::withdraw(work, enrolment.id.0).await?;
    }
    enrolment.state = state;
    if state != EnrolmentState::Offered {
        enrolment.offer_until = None;
    }
    work.tx.update_enrolment(enrolment).await?;
    note(work, actor, enrolment, state.code(), reason).await
}

async fn note(
    work: &mut Work,
    actor: &Actor,
    enrolment: &Enrolment,
    change: &str,
    reason: &str,
) -> Result<()> {
    let line = EnrolmentChange {
        id: work.id(),
        enrolment_id: enrolment.id,
        at: work.now,
        actor_id: actor.person,
        change: change.to_owned(),
        note: reason.to_owned(),
    };
    work.tx.create_enrolment_change(&line).await?;
    let subject = Some(enrolment.resident_id);
    let detail = json!({ "course": enrolment.course_id });
    let action = format!("enrolment.{change}");
    work.audit_act(actor, subject, &action, enrolment.id, detail)
        .await
}

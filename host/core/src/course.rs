//! Courses and groups with standing places: who keeps them, their capacity and their staff.

use crate::caller::{Actor, Office};
use crate::enrolment::{EnrolmentRefusal, promote};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{district, enrolment};
use jiff::civil::Date;
use linli_domain::enrolment::{CourseKind, WaitingRule};
use linli_domain::slot::WorkingHours;
use linli_domain::{CommunityId, CourseId, Instant, Localised, PersonId};
use linli_store::course::Course;
use serde_json::json;
use uuid::Uuid;

/// The first day after a course that has no end.
pub const NO_END: Date = Date::constant(9999, 12, 31);
/// The most courses of one slice.
pub const MAX_SLICE: u16 = 100;
/// The greatest age that a rule may name, in months.
const MAX_MONTHS: i64 = 150 * 12;
/// The most rules of hours of one course.
const MAX_HOURS: usize = 20;
/// The most staff of one course.
const MAX_STAFF: usize = 100;

/// A course to be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Of which kind.
    pub kind: CourseKind,
    /// In words.
    pub title: Localised,
    /// The most places, 1–10,000.
    pub capacity: i64,
    /// How many one member of staff looks after, 1–1,000; none where nobody has to.
    pub ratio: Option<i64>,
    /// The least and the greatest age on the first day, in months, both included.
    pub ages: (Option<i64>, Option<i64>),
    /// When its sessions are, at most 20 rules; none where they are entered one by one.
    pub hours: Vec<WorkingHours>,
    /// Its first day and the first day after it; no end only for standing places.
    pub days: (Date, Option<Date>),
    /// The rule of its waiting list.
    pub rule: WaitingRule,
    /// How long an offer of a place lasts, 1–336 hours.
    pub offer_hours: i64,
    /// Between which instants people may enrol.
    pub open: (Option<Instant>, Option<Instant>),
}

impl Draft {
    fn check(&self) -> Result<()> {
        district::check_name(&self.title)?;
        let bad = |field, zh: &str, en: &str| Err(Refusal::field(field, zh, en).into());
        check_numbers(self.capacity, self.ratio)?;
        let (least, most) = (self.ages.0.unwrap_or(0), self.ages.1.unwrap_or(MAX_MONTHS));
        if least < 0 || least > most || most > MAX_MONTHS {
            return bad(
                "ages",
                "年龄须为 0–1800 个月，且上限不小于下限",
                "Ages are 0–1,800 months, the greatest not below the least",
            );
        }
        let (from, to) = self.days;
        if to.is_some_and(|to| to <= from) || (to.is_none() && self.kind == CourseKind::Sessions) {
            return bad(
                "days",
                "结束日期须晚于开始日期；课程须有结束日期",
                "The end must be after the first day; a course with sessions has an end",
            );
        }
        if self.hours.len() > MAX_HOURS
            || self.hours.iter().any(|hours| {
                let rule = linli_domain::recurrence::Recurrence::new(
                    hours.days.first,
                    hours.days.rule.as_str(),
                );
                rule.is_err()
                    || !linli_domain::working_time::Minutes {
                        from: hours.from_minute,
                        to: hours.to_minute,
                    }
                    .is_valid()
            })
        {
            return bad(
                "hours",
                "上课时间最多 20 条，每条须有有效的日期规则，且结束晚于开始",
                "There are at most 20 rules of hours, each with days and its end after its start",
            );
        }
        if let Err(error) = self.rule.check() {
            return bad(
                "rule",
                "候补规则无法使用：最多 20 个类别，每类 1–1000 分",
                &error.to_string(),
            );
        }
        if !(1..=336).contains(&self.offer_hours) {
            return bad(
                "offer-hours",
                "名额保留时间须为 1–336 小时",
                "An offer lasts 1–336 hours",
            );
        }
        if let (Some(opens), Some(closes)) = self.open
            && opens >= closes
        {
            return bad(
                "open",
                "报名截止须晚于报名开始",
                "Enrolment must close after it opens",
            );
        }
        Ok(())
    }
}

fn check_numbers(capacity: i64, ratio: Option<i64>) -> Result<()> {
    if !(1..=10_000).contains(&capacity) {
        return Err(Refusal::field(
            "capacity",
            "名额须为 1–10000",
            "A course has 1–10,000 places",
        )
        .into());
    }
    if ratio.is_some_and(|ratio| !(1..=1_000).contains(&ratio)) {
        return Err(Refusal::field(
            "ratio",
            "每名工作人员照护的人数须为 1–1000",
            "One member of staff looks after 1–1,000",
        )
        .into());
    }
    Ok(())
}

/// Whether an actor keeps a course: staff of its organisation there, or whoever governs the community.
pub(crate) fn keeps(actor: &Actor, course: &Course) -> bool {
    actor.governs(course.community_id)
        || matches!(actor.office, Office::Organisation(organisation, at)
            if at == course.community_id && Some(organisation) == course.organisation_id)
}

/// A course that the actor keeps.
pub(crate) async fn kept(work: &mut Work, actor: &Actor, id: CourseId) -> Result<Course> {
    let course = find(work, id).await?;
    if keeps(actor, &course) {
        Ok(course)
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// A course by its id: anybody may see what is offered.
pub async fn find(work: &mut Work, id: CourseId) -> Result<Course> {
    let found = work.tx.find_course(id).await?;
    found.ok_or_else(|| Refusal::NotFound("course").into())
}

/// The courses of a community that are not over, by first day, after a position; at most [`MAX_SLICE`].
pub async fn list(
    work: &mut Work,
    community: CommunityId,
    after: Option<(Date, CourseId)>,
    limit: u16,
) -> Result<Vec<Course>> {
    let limit = check_limit(limit)?;
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let after = after.unwrap_or((Date::ZERO, CourseId(Uuid::nil())));
    Ok(work.tx.list_courses(community, today, after, limit).await?)
}

/// A course that an installation offers; one of another is as none.
pub async fn offered(work: &mut Work, service: &Service, id: CourseId) -> Result<Course> {
    let course = find(work, id).await?;
    if course.installation_id == Some(service.id()) {
        Ok(course)
    } else {
        Err(Refusal::NotFound("course").into())
    }
}

/// The courses that an installation offers and that are not over, by first day, after a position.
pub async fn list_offered(
    work: &mut Work,
    service: &Service,
    after: Option<(Date, CourseId)>,
    limit: u16,
) -> Result<Vec<Course>> {
    let limit = check_limit(limit)?;
    let today = work.now.to_civil(&service.zone).date();
    let after = after.unwrap_or((Date::ZERO, CourseId(Uuid::nil())));
    Ok(work
        .tx
        .list_courses_of_installation(service.id(), today, after, limit)
        .await?)
}

/// Of the courses of a community that are not over, those that the actor keeps, by first day.
pub async fn list_kept(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
) -> Result<Vec<Course>> {
    let (mut kept, mut after) = (Vec::new(), None);
    loop {
        let some = list(work, community, after, MAX_SLICE).await?;
        let full = some.len() == usize::from(MAX_SLICE);
        after = some.last().map(|last| (last.from_day, last.id));
        kept.extend(some.into_iter().filter(|course| keeps(actor, course)));
        if !full {
            return Ok(kept);
        }
    }
}

pub(crate) fn check_limit(limit: u16) -> Result<i64> {
    if (1..=MAX_SLICE).contains(&limit) {
        Ok(limit.into())
    } else {
        Err(Refusal::Invalid(format!("limit is {limit}; it must be 1–{MAX_SLICE}")).into())
    }
}

/// Offers a course: through a plugin for its organisation, or by whoever governs the community for the community itself.
pub async fn create(
    work: &mut Work,
    actor: &Actor,
    service: Option<&Service>,
    community: CommunityId,
    draft: &Draft,
) -> Result<CourseId> {
    draft.check()?;
    let course = Course {
        id: work.id(),
        community_id: service.map_or(community, |service| service.community.id),
        organisation_id: service.map(|service| service.organisation.id),
        installation_id: service.map(Service::id),
        kind: draft.kind,
        title: draft.title.clone(),
        capacity: draft.capacity,
        ratio: draft.ratio,
        staff: 0,
        least_months: draft.ages.0,
        most_months: draft.ages.1,
        hours: draft.hours.clone(),
        from_day: draft.days.0,
        to_day: draft.days.1.unwrap_or(NO_END),
        rule: draft.rule.clone(),
        offer_hours: draft.offer_hours,
        opens: draft.open.0,
        closes: draft.open.1,
        closed: false,
    };
    if !keeps(actor, &course) {
        return Err(Refusal::NotAllowed.into());
    }
    work.tx.create_course(&course).await?;
    let detail = json!({ "title": course.title, "capacity": course.capacity, "ratio": course.ratio, "rule": course.rule });
    work.audit_act(actor, None, "course.create", course.id, detail)
        .await?;
    Ok(course.id)
}

/// Changes capacity, ratio and whether anybody may still enrol. Refused where more places are taken; new places go to who
/// waits.
pub async fn change(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    capacity: i64,
    ratio: Option<i64>,
    closed: bool,
) -> Result<()> {
    let mut course = kept(work, actor, id).await?;
    check_numbers(capacity, ratio)?;
    (course.capacity, course.ratio, course.closed) = (capacity, ratio, closed);
    check_places(work, &course).await?;
    work.tx.update_course(&course).await?;
    let detail = json!({ "capacity": capacity, "ratio": ratio, "closed": closed });
    work.audit_act(actor, None, "course.change", id, detail)
        .await?;
    promote(work, &course).await
}

/// Assigns a member of staff to the course; where they look after a number each, places may go to who waits.
pub async fn add_staff(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    person: PersonId,
) -> Result<()> {
    let mut course = kept(work, actor, id).await?;
    if work.tx.list_course_staff(id).await?.len() >= MAX_STAFF {
        return Err(Refusal::OverBudget("staff").into());
    }
    if !is_staff(work, &course, person).await? {
        return Err(Refusal::NotFound("person").into());
    }
    if !work.tx.add_course_staff(id, person).await? {
        return Ok(());
    }
    course.staff += 1;
    let detail = json!({ "person": person });
    work.audit_act(actor, None, "course.add-staff", id, detail)
        .await?;
    promote(work, &course).await
}

/// Takes a member of staff off the course. Refused where those who are left could not look after all who have a place.
pub async fn remove_staff(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    person: PersonId,
) -> Result<()> {
    let mut course = kept(work, actor, id).await?;
    if !work.tx.list_course_staff(id).await?.contains(&person) {
        return Err(Refusal::NotFound("person").into());
    }
    course.staff -= 1;
    check_places(work, &course).await?;
    work.tx.delete_course_staff(id, person).await?;
    let detail = json!({ "person": person });
    work.audit_act(actor, None, "course.remove-staff", id, detail)
        .await
}

/// Whether a person works where the course is offered: for its organisation, or for the community.
pub(crate) async fn is_staff(work: &mut Work, course: &Course, person: PersonId) -> Result<bool> {
    let now = work.now;
    let roles = work.tx.list_roles(person, now).await?;
    Ok(roles.iter().any(|role| {
        role.organisation_id == course.organisation_id
            && role.community_id.is_none_or(|at| at == course.community_id)
    }))
}

/// Whether a course as it is to be has room for everybody who has a place now.
async fn check_places(work: &mut Work, course: &Course) -> Result<()> {
    let every_day = linli_domain::enrolment::Weekdays::ALL.0;
    let (from, to) = (Date::ZERO, enrolment::AFTER_ALL);
    let taken = work
        .tx
        .count_taken_places(course.id, from, to, every_day)
        .await?;
    if taken > course.places() {
        return Err(EnrolmentRefusal::PlacesTaken(taken).into());
    }
    Ok(())
}

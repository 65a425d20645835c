//! What is to be seen of enrolments: positions, lists, history.

use super::{FIRST, FIRST_IN_TURN, find};
use crate::caller::{Actor, Caller, CallerKind};
use crate::course::{check_limit, kept};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::enrolment::EnrolmentState;
use linli_domain::{CourseId, EnrolmentId, Instant, Localised, PersonId};
use linli_store::enrolment::{Enrolment, EnrolmentChange};

/// Where somebody who waits stands: 1 is next; none where they do not wait. With the rule in words.
pub async fn position(
    work: &mut Work,
    actor: &Actor,
    id: EnrolmentId,
) -> Result<(Option<i64>, Localised)> {
    let (enrolment, course) = find(work, actor, id).await?;
    let position = if enrolment.state == EnrolmentState::Waiting {
        Some(work.tx.count_waiting_before(&enrolment).await? + 1)
    } else {
        None
    };
    Ok((position, course.rule.text()))
}

/// A resident's enrolments, oldest first, after a position. For them and who acts for them.
pub async fn list_of_resident(
    work: &mut Work,
    actor: &Actor,
    resident: PersonId,
    after: Option<(Instant, EnrolmentId)>,
    limit: u16,
) -> Result<Vec<Enrolment>> {
    if !actor.acts_for(resident) {
        return Err(Refusal::NotAllowed.into());
    }
    let limit = check_limit(limit)?;
    let after = after.unwrap_or(FIRST);
    Ok(work
        .tx
        .list_enrolments_of_resident(resident, after, limit)
        .await?)
}

/// A resident's enrolments in the courses of one installation, likewise.
pub async fn list_of_resident_with(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    resident: PersonId,
    after: Option<(Instant, EnrolmentId)>,
    limit: u16,
) -> Result<Vec<Enrolment>> {
    if !caller.acts_for(resident) && caller.kind != CallerKind::Staff {
        return Err(Refusal::NotAllowed.into());
    }
    let limit = check_limit(limit)?;
    let after = after.unwrap_or(FIRST);
    Ok(work
        .tx
        .list_enrolments_of_resident_with(service.id(), resident, after, limit)
        .await?)
}

/// The enrolments of a course, oldest first, after a position. For who keeps it.
pub async fn list_of_course(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    after: Option<(Instant, EnrolmentId)>,
    limit: u16,
) -> Result<Vec<Enrolment>> {
    kept(work, actor, id).await?;
    let limit = check_limit(limit)?;
    let after = after.unwrap_or(FIRST);
    Ok(work.tx.list_enrolments_of_course(id, after, limit).await?)
}

/// Who waits for a course, in turn, after a position. For who keeps it.
pub async fn list_waiting(
    work: &mut Work,
    actor: &Actor,
    id: CourseId,
    after: Option<(i64, Instant, EnrolmentId)>,
    limit: u16,
) -> Result<Vec<Enrolment>> {
    kept(work, actor, id).await?;
    let limit = check_limit(limit)?;
    let after = after.unwrap_or(FIRST_IN_TURN);
    Ok(work.tx.list_waiting_enrolments(id, after, limit).await?)
}

/// What happened to an enrolment, oldest first. For the resident, who acts for them, and who keeps the course.
pub async fn history(
    work: &mut Work,
    actor: &Actor,
    id: EnrolmentId,
) -> Result<Vec<EnrolmentChange>> {
    find(work, actor, id).await?;
    Ok(work.tx.list_enrolment_changes(id).await?)
}

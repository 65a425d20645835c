//! Who deals with a case in the office that answers for it, and orders from above.

use super::access::{
    accountable, authorise_coordinator, authorise_handler, check_staff, office_of,
};
use super::handover::check_office;
use super::refusal::CaseRefusal;
use super::{Loaded, MAX_REASON, check_text, tell};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, Office};
use linli_domain::case::{Accountable, EscalationLevel};
use linli_domain::{CaseId, PersonId};

/// Gives a case to a colleague, or to oneself.
pub async fn assign(work: &mut Work, actor: &Actor, id: CaseId, person: PersonId) -> Result<()> {
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    if !loaded.case.state.is_live() {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    check_staff(work, &loaded, person, accountable(&loaded.case)).await?;
    loaded.case.assignee_id = Some(person);
    loaded.save(work, actor, "assigned", "").await?;
    if actor.person == Some(person) {
        return Ok(());
    }
    tell::one(work, person, &loaded, ("已分派给您", "was given to you")).await
}

/// Orders from above which office answers for a case from now on, without asking it: the district any, a community that a
/// case was escalated to itself. It frees a confidential case whose assignee has left.
pub async fn reassign(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    to: Accountable,
    reason: &str,
) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut loaded = Loaded::find(work, id).await?;
    authorise_coordinator(work, actor, &loaded).await?;
    let above = match actor.office {
        Office::District => true,
        Office::Community(_) => {
            loaded.case.level >= EscalationLevel::Community
                && to == Accountable::Community
                && matches!(accountable(&loaded.case), Accountable::Organisation(_))
                && office_of(actor, loaded.case.community_id) == Some(to)
        }
        _ => false,
    };
    if !above {
        return Err(Refusal::NotAllowed.into());
    }
    if !loaded.case.state.is_live() {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    check_office(work, &loaded, to).await?;
    loaded.end_handover(work, actor, |_| true).await?;
    loaded.put_office(to);
    loaded.case.assignee_id = None;
    loaded.save(work, actor, "reassigned", reason).await
}

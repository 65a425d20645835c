//! Legal holds: while one is live, nothing of the person is deleted, by retention, by a plugin or by erasure (PIPL art. 47: a
//! period that the law prescribes).

use super::check_text;
use crate::caller::{Actor, Office};
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::{HoldId, PersonId};
use linli_store::hold::Hold;
use serde_json::json;

/// Places a hold on a person. A district admin does.
pub async fn place(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    reason: &str,
    article: &str,
) -> Result<HoldId> {
    may(actor)?;
    check_text("reason", reason, 1)?;
    check_text("article", article, 1)?;
    if work.tx.find_person(person).await?.is_none() {
        return Err(Refusal::NotFound("person").into());
    }
    let hold = Hold {
        id: work.id(),
        person_id: person,
        reason: reason.to_owned(),
        article: article.to_owned(),
        placed: work.now,
        placed_by: actor.person,
        lifted: None,
        lifted_by: None,
    };
    work.tx.create_hold(&hold).await?;
    work.audit_act(
        actor,
        Some(person),
        "hold.place",
        hold.id,
        json!({ "article": article }),
    )
    .await?;
    Ok(hold.id)
}

/// Lifts all holds of a person; how many there were.
pub async fn lift(work: &mut Work, actor: &Actor, person: PersonId) -> Result<u64> {
    may(actor)?;
    let lifted = work.tx.lift_holds(person, actor.person, work.now).await?;
    if lifted == 0 {
        return Err(Refusal::NotFound("hold").into());
    }
    work.audit_act(
        actor,
        Some(person),
        "hold.lift",
        person,
        json!({ "holds": lifted }),
    )
    .await?;
    Ok(lifted)
}

/// Whether a person is under a hold.
pub(crate) async fn is_held(work: &mut Work, person: PersonId) -> Result<bool> {
    Ok(!work.tx.list_live_holds(person).await?.is_empty())
}

fn may(actor: &Actor) -> Result<()> {
    if actor.office == Office::District {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

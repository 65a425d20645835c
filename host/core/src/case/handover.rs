//! Hand-overs: one office asks another to answer for a case. Until it accepts, the first does.

use super::access::{Respondents, accountable, authorise_handler, check_staff, office_of, see};
use super::refusal::CaseRefusal;
use super::{HANDOVER_DAYS, Loaded, MAX_REASON, check_text, tell};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, Office, slice};
use linli_domain::case::{Accountable, CaseState, HandoverState, OfficeKind};
use linli_domain::{CaseId, CommunityId, HandoverId, Instant};
use linli_store::case::Handover;
use uuid::Uuid;

/// The office that a hand-over is to.
pub(super) fn target(handover: &Handover) -> Accountable {
    match (handover.organisation_id, handover.office) {
        (Some(organisation), _) => Accountable::Organisation(organisation),
        (None, OfficeKind::District) => Accountable::District,
        (None, _) => Accountable::Community,
    }
}

/// That an office can answer for a case: it works there, and the case is not against it.
pub(super) async fn check_office(
    work: &mut Work,
    loaded: &Loaded,
    office: Accountable,
) -> Result<()> {
    if let Accountable::Organisation(organisation) = office
        && !work
            .tx
            .organisation_works_in(organisation, loaded.case.community_id, work.now)
            .await?
    {
        return Err(CaseRefusal::NoSuchOffice.into());
    }
    if loaded.respondents().bars_office(office) {
        return Err(CaseRefusal::Conflict.into());
    }
    Ok(())
}

/// Asks another office to answer for a case, for a reason. It has [`HANDOVER_DAYS`] days to answer.
pub async fn ask_handover(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    to: Accountable,
    reason: &str,
) -> Result<HandoverId> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut loaded = Loaded::find(work, id).await?;
    authorise_handler(work, actor, &loaded).await?;
    if !loaded.case.state.is_active() {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    if to == accountable(&loaded.case) {
        return Err(CaseRefusal::NoSuchOffice.into());
    }
    check_office(work, &loaded, to).await?;
    match work.tx.find_pending_handover(id).await? {
        Some(pending) if pending.expires > work.now => {
            return Err(CaseRefusal::HandoverPending.into());
        }
        Some(late) => {
            expire(work, late).await?;
            loaded = Loaded::find(work, id).await?;
        }
        None => {}
    }
    let handover = Handover {
        id: work.id(),
        case_id: id,
        community_id: loaded.case.community_id,
        office: to.kind(),
        organisation_id: to.organisation(),
        reason: reason.to_owned(),
        asked: work.now,
        asked_by: actor.person,
        expires: work.now.plus_days(HANDOVER_DAYS),
        state: HandoverState::Pending,
        decided: None,
        decided_by: None,
        answer: String::new(),
    };
    work.tx.create_handover(&handover).await?;
    loaded.save(work, actor, "handover-asked", reason).await?;
    Ok(handover.id)
}

/// Takes over what was handed over: the office answers for the case from now on, and who accepts deals with it.
pub async fn accept_handover(work: &mut Work, actor: &Actor, id: HandoverId) -> Result<()> {
    let (mut handover, mut loaded) = find_for_target(work, actor, id).await?;
    let office = target(&handover);
    check_office(work, &loaded, office).await?;
    if let Some(person) = actor.person {
        check_staff(work, &loaded, person, office).await?;
    }
    decide(work, actor, &mut handover, HandoverState::Accepted, "").await?;
    loaded.put_office(office);
    loaded.case.assignee_id = actor.person;
    if matches!(loaded.case.state, CaseState::Open | CaseState::Reopened) {
        loaded.become_state(CaseState::Accepted)?;
        loaded.respond(work.now);
    }
    loaded
        .save(work, actor, "handover-accepted", &handover.reason)
        .await?;
    tell_asker(
        work,
        &handover,
        &loaded,
        (
            "移交已被接收",
            "was taken over by the office that you asked",
        ),
    )
    .await
}

/// Refuses what was handed over, for a reason: the first office goes on answering for the case.
pub async fn reject_handover(
    work: &mut Work,
    actor: &Actor,
    id: HandoverId,
    reason: &str,
) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let (mut handover, mut loaded) = find_for_target(work, actor, id).await?;
    decide(work, actor, &mut handover, HandoverState::Rejected, reason).await?;
    loaded
        .save(work, actor, "handover-rejected", reason)
        .await?;
    tell_asker(
        work,
        &handover,
        &loaded,
        (
            "移交被退回，原因见工单",
            "was refused by the office that you asked; it says why",
        ),
    )
    .await
}

/// Takes back what was asked for.
pub async fn withdraw_handover(work: &mut Work, actor: &Actor, id: HandoverId) -> Result<()> {
    let mut handover = find(work, id).await?;
    let mut loaded = Loaded::find(work, handover.case_id).await?;
    authorise_handler(work, actor, &loaded).await?;
    decide(work, actor, &mut handover, HandoverState::Withdrawn, "").await?;
    loaded.save(work, actor, "handover-withdrawn", "").await
}

/// What an office has to answer, after `(asked, id)`, oldest first. It sees no more of a case than its hand-over until it
/// has accepted.
pub async fn list_incoming(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    after: Option<(Instant, HandoverId)>,
    limit: u16,
) -> Result<Vec<Handover>> {
    let limit = slice::limit(limit)?;
    let after = after.unwrap_or((Instant(i64::MIN), HandoverId(Uuid::nil())));
    let (office, now) = (
        office_of(actor, community).ok_or(Refusal::NotAllowed)?,
        work.now,
    );
    Ok(match office {
        Accountable::Organisation(organisation) => {
            work.tx
                .list_handovers_to_organisation(
                    organisation,
                    community,
                    actor.person,
                    after,
                    now,
                    limit,
                )
                .await?
        }
        Accountable::Community => {
            work.tx
                .list_handovers_to_community(community, actor.person, after, now, limit)
                .await?
        }
        Accountable::District => {
            work.tx
                .list_handovers_to_district(actor.person, after, now, limit)
                .await?
        }
    })
}

/// Notes that nobody has answered in time.
pub(super) async fn expire(work: &mut Work, mut late: Handover) -> Result<()> {
    late.state = HandoverState::Expired;
    late.decided = Some(work.now);
    work.tx.decide_handover(&late).await?;
    let mut loaded = Loaded::find(work, late.case_id).await?;
    loaded
        .save(work, &Actor::host(), "handover-expired", "")
        .await
}

async fn tell_asker(
    work: &mut Work,
    handover: &Handover,
    loaded: &Loaded,
    words: (&str, &str),
) -> Result<()> {
    match handover.asked_by {
        Some(asker) => tell::one(work, asker, loaded, words).await,
        None => Ok(()),
    }
}

/// A hand-over by its id, for the office that it is to.
pub async fn find_handover(work: &mut Work, actor: &Actor, id: HandoverId) -> Result<Handover> {
    Ok(find_for_target(work, actor, id).await?.0)
}

async fn find(work: &mut Work, id: HandoverId) -> Result<Handover> {
    let found = work.tx.find_handover(id).await?;
    found.ok_or_else(|| Refusal::NotFound("hand-over").into())
}

/// A hand-over that waits for an answer of the office in which they act; as none where the case is against them.
async fn find_for_target(
    work: &mut Work,
    actor: &Actor,
    id: HandoverId,
) -> Result<(Handover, Loaded)> {
    let handover = find(work, id).await?;
    let loaded = Loaded::find(work, handover.case_id).await?;
    if office_of(actor, handover.community_id) != Some(target(&handover)) {
        return Err(Refusal::NotFound("hand-over").into());
    }
    if let Some(person) = actor.person {
        let respondents: Respondents = loaded.respondents();
        if respondents
            .bars_person(work, person, loaded.case.community_id)
            .await?
        {
            return Err(CaseRefusal::Conflict.into());
        }
    }
    if actor.office == Office::District {
        see(work, actor, &loaded).await?;
    }
    Ok((handover, loaded))
}

async fn decide(
    work: &mut Work,
    actor: &Actor,
    handover: &mut Handover,
    state: HandoverState,
    answer: &str,
) -> Result<()> {
    let open = handover.state == HandoverState::Pending && handover.expires > work.now;
    handover.state = state;
    handover.decided = Some(work.now);
    handover.decided_by = actor.person;
    handover.answer = answer.to_owned();
    if open && work.tx.decide_handover(handover).await? {
        Ok(())
    } else {
        Err(CaseRefusal::HandoverOver.into())
    }
}

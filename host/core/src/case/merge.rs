//! Duplicates: one case goes on in another. Nothing is copied but whom it is against; staff who see the other see both.

use super::access::{accountable, authorise_coordinator};
use super::party::{bring, same, tree};
use super::progress::check_parent;
use super::refusal::{CaseRefusal, Late, Many, NoMerge};
use super::{Loaded, MAX_REASON, UNDO_DAYS, check_text};
use crate::Actor;
use crate::error::Result;
use crate::work::Work;
use linli_domain::CaseId;
use linli_domain::case::{CaseState, PartyRole};
use linli_store::case::CaseParty;

/// The most cases that are merged into one.
const MAX_MERGED: usize = 100;

/// Merges a case into another of which it is a duplicate. Its clock runs on, or merging would
/// be a way to stop it; who asked in it still sees it, what the offices
/// say in it, and the public answers of the other. Whom it is against cannot handle the other either.
pub async fn merge(
    work: &mut Work,
    actor: &Actor,
    source: CaseId,
    target: CaseId,
    reason: &str,
) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut source = Loaded::find(work, source).await?;
    let mut target = Loaded::find(work, target).await?;
    authorise_coordinator(work, actor, &source).await?;
    authorise_coordinator(work, actor, &target).await?;
    if let Some(why) = obstacle(work, &source, &target).await? {
        return Err(CaseRefusal::NoMerge(why).into());
    }
    if !target.case.state.is_active() {
        return Err(CaseRefusal::WrongState(target.case.state).into());
    }
    if work.tx.list_merged_cases(target.case.id).await?.len() >= MAX_MERGED {
        return Err(CaseRefusal::TooMany(Many::Merged).into());
    }
    let from = source.case.state;
    source.become_state(CaseState::Merged)?;
    source.end_handover(work, actor, |_| true).await?;
    source.case.merged_from = Some(from);
    source.case.merged_into = Some(target.case.id);
    source.case.merged = Some(work.now);
    source.save(work, actor, "merged", reason).await?;
    target.save(work, actor, "merged-in", reason).await?;
    // The source's sub-cases stand under the target now.
    let (against_source, against_target) = (respondents(&source), respondents(&target));
    for below in tree(work, target.case.id).await? {
        bring(work, actor, below, &against_source, Some(source.case.id)).await?;
    }
    for below in tree(work, source.case.id).await? {
        if below != source.case.id {
            bring(work, actor, below, &against_target, Some(target.case.id)).await?;
        }
    }
    Ok(())
}

/// Undoes a merge: the case is again where it was, and due when it was.
pub async fn unmerge(work: &mut Work, actor: &Actor, source: CaseId, reason: &str) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut source = Loaded::find(work, source).await?;
    authorise_coordinator(work, actor, &source).await?;
    let (Some(target), Some(from), Some(merged)) = (
        source.case.merged_into,
        source.case.merged_from,
        source.case.merged,
    ) else {
        return Err(CaseRefusal::WrongState(source.case.state).into());
    };
    if merged.plus_days(UNDO_DAYS) < work.now {
        return Err(CaseRefusal::TooLate(Late::Undo).into());
    }
    let mut target = Loaded::find(work, target).await?;
    authorise_coordinator(work, actor, &target).await?;
    check_parent(work, &source).await?;
    for below in tree(work, source.case.id).await? {
        if below != source.case.id {
            work.tx
                .remove_brought_parties(below, target.case.id, work.now, actor.person)
                .await?;
        }
    }
    if !source.case.state.may_return_to(from) {
        return Err(CaseRefusal::WrongState(source.case.state).into());
    }
    source.case.state = from;
    source.case.merged_into = None;
    source.case.merged_from = None;
    source.case.merged = None;
    source.save(work, actor, "unmerged", reason).await?;
    for below in tree(work, target.case.id).await? {
        work.tx
            .remove_brought_parties(below, source.case.id, work.now, actor.person)
            .await?;
    }
    target.parties = work.tx.list_case_parties(target.case.id).await?;
    target.save(work, actor, "unmerged-from", reason).await
}

fn respondents(loaded: &Loaded) -> Vec<CaseParty> {
    loaded
        .parties
        .iter()
        .filter(|party| party.role == PartyRole::Respondent)
        .cloned()
        .collect()
}

/// Why two cases are no duplicates.
async fn obstacle(work: &mut Work, source: &Loaded, target: &Loaded) -> Result<Option<NoMerge>> {
    let (from, into) = (&source.case, &target.case);
    if from.id == into.id {
        return Ok(Some(NoMerge::Same));
    }
    if from.community_id != into.community_id || from.installation_id != into.installation_id {
        return Ok(Some(NoMerge::Elsewhere));
    }
    let same_office =
        accountable(from) == accountable(into) && from.assignee_id == into.assignee_id;
    if from.confidential != into.confidential
        || (from.confidential && (source.resident() != target.resident() || !same_office))
    {
        return Ok(Some(NoMerge::Confidential));
    }
    if is_below(work, target, from.id).await? || is_below(work, source, into.id).await? {
        return Ok(Some(NoMerge::Related));
    }
    if work.tx.has_merged_cases(from.id).await? {
        return Ok(Some(NoMerge::HasMerged));
    }
    let crossed = |one: &Loaded, other: &Loaded| {
        let owners = one
            .parties
            .iter()
            .filter(|party| party.role.owns() && party.name.is_none());
        let against = respondents(other);
        owners
            .into_iter()
            .any(|owner| against.iter().any(|party| same(owner, party)))
    };
    let cross = crossed(source, target) || crossed(target, source);
    Ok(cross.then_some(NoMerge::CrossComplaint))
}

/// Whether a case is part of another, at any depth.
async fn is_below(work: &mut Work, loaded: &Loaded, above: CaseId) -> Result<bool> {
    let mut parent = loaded.case.parent_id;
    while let Some(id) = parent {
        if id == above {
            return Ok(true);
        }
        parent = work.tx.find_case(id).await?.and_then(|case| case.parent_id);
    }
    Ok(false)
}

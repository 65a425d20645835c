//! All that the page of a case shows.

use super::Loaded;
use super::access::{Sight, is_against, see};
use super::comment::{NEWEST, shown};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, slice};
use linli_domain::case::{CaseNumber, Details};
use linli_domain::{CaseId, Localised};
use linli_store::case::{
    CaseComment, CaseEvent, CaseFile, CaseLine, CaseParty, CaseRating, Handover,
};
use serde_json::json;

/// How many comments and lines of history the page shows; the rest comes in slices.
const SHOWN: i64 = 50;

/// All that the page of a case shows to somebody; what they may not see is empty.
#[derive(Clone, PartialEq, Debug)]
pub struct CasePage {
    /// As whom they see it.
    pub sight: Sight,
    /// Its number.
    pub number: CaseNumber,
    /// The name of its type.
    pub type_title: Localised,
    /// The case.
    pub case: CaseFile,
    /// The answers of the form by which it was opened.
    pub details: Option<Details>,
    /// Who takes part, also in what was merged into it.
    pub parties: Vec<CaseParty>,
    /// The newest comments, newest first.
    pub comments: Vec<CaseComment>,
    /// For who asked in a case that was merged: the public answers in the other.
    pub answers: Vec<CaseComment>,
    /// The newest lines of its history, newest first.
    pub history: Vec<CaseEvent>,
    /// The sub-cases that they may see.
    pub sub_cases: Vec<CaseLine>,
    /// How many more there are.
    pub hidden_sub_cases: u32,
    /// What was merged into it.
    pub merged: Vec<CaseId>,
    /// The hand-over that waits for an answer.
    pub handover: Option<Handover>,
    /// How content residents were; for one of them their own.
    pub ratings: Vec<CaseRating>,
}

/// The page of a case. For the district, which looks at other offices' work, it is audited and so needs a unit of work that
/// writes.
pub async fn page(work: &mut Work, actor: &Actor, id: CaseId) -> Result<CasePage> {
    let loaded = Loaded::find(work, id).await?;
    let sight = see(work, actor, &loaded).await?;
    if sight == Sight::Oversight {
        work.audit_act(
            actor,
            loaded.resident(),
            "case.read",
            id,
            json!({ "what": "page" }),
        )
        .await?;
    }
    let kind = work
        .tx
        .find_case_type(loaded.case.type_id)
        .await?
        .ok_or(Refusal::NotFound("type of cases"))?;
    let merged = match sight {
        Sight::Own(_) => Vec::new(),
        _ => work.tx.list_merged_cases(id).await?,
    };
    let comments = shown(work, &loaded, sight, !merged.is_empty(), NEWEST, SHOWN).await?;
    let asks = matches!(sight, Sight::Own(resident) if loaded.asks(resident));
    let mut page = CasePage {
        sight,
        number: CaseNumber {
            year: loaded.case.year,
            number: loaded.case.number,
        },
        type_title: kind.title,
        details: work.tx.find_case_details(id).await?,
        parties: loaded.parties,
        comments,
        answers: Vec::new(),
        history: Vec::new(),
        sub_cases: Vec::new(),
        hidden_sub_cases: 0,
        merged,
        handover: None,
        ratings: work.tx.list_case_ratings(id).await?,
        case: loaded.case,
    };
    if let Sight::Own(resident) = sight {
        if let Some(target) = page.case.merged_into {
            let target = Loaded::find(work, target).await?;
            if !is_against(work, actor, &target).await? {
                page.answers = work.tx.list_case_answers(target.case.id, SHOWN).await?;
            }
        }
        // Whom it is about does not read what was told of them.
        if !asks {
            page.case.description.clear();
            page.details = None;
        }
        page.ratings.retain(|rating| rating.person_id == resident);
        // Whom else it concerns, and who told, is the offices' affair; but for whom they named themselves.
        let named = |party: &CaseParty| actor.person.is_some() && party.added_by == actor.person;
        page.parties
            .retain(|party| party.person_id == Some(resident) || named(party));
        page.case.assignee_id = None;
        page.case.opened_by = page.case.opened_by.filter(|by| Some(*by) == actor.person);
        page.case.opened_for = page
            .case
            .opened_for
            .filter(|opened_for| *opened_for == resident);
        for comment in &mut page.comments {
            comment.author_id = comment
                .author_id
                .filter(|author| Some(*author) == actor.person);
        }
        return Ok(page);
    }
    page.history = work.tx.list_case_events(id, i64::MAX, SHOWN).await?;
    for line in work.tx.list_sub_cases(id).await? {
        let below = Loaded::find(work, line.id).await?;
        if super::access::sight(work, actor, &below).await?.is_some() {
            page.sub_cases.push(line);
        } else {
            page.hidden_sub_cases += 1;
        }
    }
    if page.case.state.is_active() {
        page.handover = work.tx.find_pending_handover(id).await?;
    }
    for source in &page.merged {
        page.parties
            .extend(work.tx.list_case_parties(*source).await?);
    }
    Ok(page)
}

/// The history of a case before a version, newest first. For staff.
pub async fn list_history(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    before: Option<i64>,
    limit: u16,
) -> Result<Vec<CaseEvent>> {
    let limit = slice::limit(limit)?;
    let loaded = Loaded::find(work, id).await?;
    match see(work, actor, &loaded).await? {
        Sight::Own(_) => return Err(Refusal::NotAllowed.into()),
        Sight::Oversight => {
            work.audit_act(
                actor,
                loaded.resident(),
                "case.read",
                id,
                json!({ "what": "history" }),
            )
            .await?;
        }
        Sight::Office => {}
    }
    Ok(work
        .tx
        .list_case_events(id, before.unwrap_or(i64::MAX), limit)
        .await?)
}

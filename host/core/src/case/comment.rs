//! Comments on cases: never changed, only retracted.

use super::access::{Sight, authorise_handler, see};
use super::refusal::{CaseRefusal, Many};
use super::{Loaded, check_text, tell};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, slice};
use linli_domain::case::{CaseState, CommentKind};
use linli_domain::{CaseCommentId, CaseId, Instant};
use linli_store::case::CaseComment;
use serde_json::json;
use uuid::Uuid;

/// The longest comment, in bytes.
pub(super) const MAX_COMMENT: usize = 4_000;
/// The most comments on one case.
const MAX_COMMENTS: i64 = 10_000;
/// Before the newest of all.
pub(super) const NEWEST: (Instant, CaseCommentId) = (Instant(i64::MAX), CaseCommentId(Uuid::max()));

/// Comments on a case. Residents write to the offices, and no other resident reads it; staff who see the case write to each
/// other; who deals with it also writes to who asks in it, or in public: a first response.
pub async fn comment(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    kind: CommentKind,
    text: &str,
) -> Result<CaseCommentId> {
    check_text("comment", text, 1, MAX_COMMENT)?;
    let mut loaded = Loaded::find(work, id).await?;
    let sight = see(work, actor, &loaded).await?;
    match (sight, kind) {
        (Sight::Own(_), CommentKind::Resident)
        | (Sight::Office | Sight::Oversight, CommentKind::Internal) => {}
        (Sight::Own(_), _) => return Err(Refusal::NotAllowed.into()),
        _ => {
            authorise_handler(work, actor, &loaded).await?;
            loaded.respond(work.now);
        }
    }
    if matches!(loaded.case.state, CaseState::Closed | CaseState::Cancelled) {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    let added = add(work, actor, &mut loaded, kind, text).await?;
    let wake = loaded.wake();
    loaded.write(work, wake).await?;
    if kind != CommentKind::Internal && !matches!(sight, Sight::Own(_)) {
        tell::residents(work, actor, &loaded, "commented").await?;
    }
    Ok(added)
}

/// Adds a comment; the case has to be written after it.
pub(super) async fn add(
    work: &mut Work,
    actor: &Actor,
    loaded: &mut Loaded,
    kind: CommentKind,
    text: &str,
) -> Result<CaseCommentId> {
    if loaded.case.comments >= MAX_COMMENTS {
        return Err(CaseRefusal::TooMany(Many::Comments).into());
    }
    let comment = CaseComment {
        id: work.id(),
        case_id: loaded.case.id,
        kind,
        text: text.to_owned(),
        resident_id: actor.subject,
        author_id: actor.person,
        author_office: actor.office.code().to_owned(),
        at: work.now,
        retracted: None,
        retracted_by: None,
    };
    work.tx.create_case_comment(&comment).await?;
    loaded.case.comments += 1;
    let detail = json!({ "case": loaded.case.id, "kind": kind.code() });
    work.audit_act(actor, loaded.resident(), "case.comment", comment.id, detail)
        .await?;
    Ok(comment.id)
}

/// Retracts a comment of one's own, or of anybody on a case that one deals with. That there was one stays visible; its text
/// does not.
pub async fn retract(work: &mut Work, actor: &Actor, id: CaseCommentId) -> Result<()> {
    let found = work
        .tx
        .find_case_comment(id)
        .await?
        .ok_or(Refusal::NotFound("comment"))?;
    let loaded = Loaded::find(work, found.case_id).await?;
    let sight = see(work, actor, &loaded).await?;
    if matches!(sight, Sight::Own(_)) && found.kind == CommentKind::Internal {
        return Err(Refusal::NotFound("comment").into());
    }
    if actor.person.is_none() || actor.person != found.author_id {
        authorise_handler(work, actor, &loaded).await?;
    }
    if !work
        .tx
        .retract_case_comment(id, work.now, actor.person)
        .await?
    {
        return Ok(());
    }
    let detail = json!({ "case": loaded.case.id, "kind": found.kind.code() });
    work.audit_act(
        actor,
        loaded.resident(),
        "case.comment-retracted",
        id,
        detail,
    )
    .await
}

/// The comments on a case that somebody may see, before `(at, id)`, newest first: staff also those on what was merged into
/// it; who asks in it what is for them; whom else it is about, what is public. What was retracted has no text.
pub async fn list_comments(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    before: Option<(Instant, CaseCommentId)>,
    limit: u16,
) -> Result<Vec<CaseComment>> {
    let limit = slice::limit(limit)?;
    let loaded = Loaded::find(work, id).await?;
    let sight = see(work, actor, &loaded).await?;
    if sight == Sight::Oversight {
        work.audit_act(
            actor,
            loaded.resident(),
            "case.read",
            id,
            json!({ "what": "comments" }),
        )
        .await?;
    }
    let merged = work.tx.has_merged_cases(id).await?;
    shown(
        work,
        &loaded,
        sight,
        merged,
        before.unwrap_or(NEWEST),
        limit,
    )
    .await
}

pub(super) async fn shown(
    work: &mut Work,
    loaded: &Loaded,
    sight: Sight,
    merged: bool,
    before: (Instant, CaseCommentId),
    limit: i64,
) -> Result<Vec<CaseComment>> {
    let id = loaded.case.id;
    let mut comments = match sight {
        Sight::Own(resident) => {
            work.tx
                .list_case_comments_for_resident(id, resident, loaded.asks(resident), before, limit)
                .await?
        }
        _ if merged => {
            work.tx
                .list_case_comments_with_merged(id, before, limit)
                .await?
        }
        _ => work.tx.list_case_comments(id, before, limit).await?,
    };
    for comment in comments
        .iter_mut()
        .filter(|comment| comment.retracted.is_some())
    {
        comment.text.clear();
    }
    Ok(comments)
}

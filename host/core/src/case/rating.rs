//! How content residents are.

use super::check_text;
use super::progress::principal_of;
use super::refusal::CaseRefusal;
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, Office};
use linli_domain::CaseId;
use linli_domain::case::CaseState;
use linli_store::case::CaseRating;
use serde_json::json;

/// The longest text of a rating, in bytes.
const MAX_TEXT: usize = 1_000;

/// Rates a closing of a case, or of the one that it was merged into, with 1–5 stars: who asks in it, once for each closing.
/// Staff do not rate at the counter what their own office did.
pub async fn rate(work: &mut Work, actor: &Actor, id: CaseId, stars: u8, text: &str) -> Result<()> {
    check_text("text", text, 0, MAX_TEXT)?;
    if !(1..=5).contains(&stars) {
        return Err(Refusal::field("stars", "评分须为 1–5 星", "A rating has 1–5 stars").into());
    }
    if matches!(actor.office, Office::Counter(_)) {
        return Err(Refusal::NotAllowed.into());
    }
    let (resident, loaded) = principal_of(work, actor, id).await?;
    if loaded.case.state != CaseState::Closed {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    let rating = CaseRating {
        case_id: loaded.case.id,
        round: loaded.case.round,
        person_id: resident,
        stars: stars.into(),
        text: text.to_owned(),
        at: work.now,
        rated_by: actor.person,
    };
    if !work.tx.create_case_rating(&rating).await? {
        return Err(CaseRefusal::AlreadyRated.into());
    }
    let detail = json!({ "stars": stars, "round": rating.round });
    work.audit_act(actor, Some(resident), "case.rated", rating.case_id, detail)
        .await
}

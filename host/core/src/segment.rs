//! Segments (人群分类): into which groups residents fall. Staff put them into those that have a code; those by age are
//! computed from the day of birth and cannot be set.

use crate::caller::Actor;
use crate::error::{Refusal, Result};
use crate::resident;
use crate::slice;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::need::{MAX_SEGMENTS, births_of};
use linli_domain::{CommunityId, PersonId};
use linli_store::resident::Listed;
use linli_store::segment::Segment;
use serde_json::json;
use uuid::Uuid;

/// Puts a resident into a segment, or says anew on what it rests and when to look again.
pub async fn put(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    code: &str,
    note: &str,
    review: Option<Date>,
) -> Result<Segment> {
    resident::check_code("segment", Some(code))?;
    resident::check_text("note", note)?;
    let today = today(work).await?;
    if births_of(code, today).is_some() {
        return Err(Refusal::field(
            "segment",
            "年龄类人群由系统按出生日期计算，不能手工设置",
            "Segments by age follow from the day of birth and are not set by hand",
        )
        .into());
    }
    resident::find_governed(work, actor, person).await?;
    work.tx.end_segment(person, code, work.now).await?;
    if work.tx.list_segments(person).await?.len() >= MAX_SEGMENTS {
        return Err(Refusal::OverBudget("segments").into());
    }
    let segment = Segment {
        id: work.id(),
        resident_id: person,
        code: code.to_owned(),
        source: "staff".to_owned(),
        note: note.to_owned(),
        recorded: work.now,
        recorded_by: actor.person,
        review,
    };
    work.tx.create_segment(&segment).await?;
    let detail = json!({ "code": code, "review": review });
    work.audit_act(actor, Some(person), "segment.put", segment.id, detail)
        .await?;
    Ok(segment)
}

/// Takes a resident out of a segment.
pub async fn end(work: &mut Work, actor: &Actor, person: PersonId, code: &str) -> Result<()> {
    resident::find_governed(work, actor, person).await?;
    if !work.tx.end_segment(person, code, work.now).await? {
        return Err(Refusal::NotFound("segment").into());
    }
    work.audit_act(actor, Some(person), "segment.end", code, json!({}))
        .await
}

/// The segments that a resident was put into, for themself and for who governs their community.
pub async fn list(work: &mut Work, actor: &Actor, person: PersonId) -> Result<Vec<Segment>> {
    resident::find(work, actor, person).await?;
    Ok(work.tx.list_segments(person).await?)
}

/// The residents of a community in a segment, stored or by age, by id; `after` is whom the last slice ended with.
pub async fn list_residents(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    code: &str,
    after: Option<PersonId>,
    limit: u16,
) -> Result<Vec<Listed>> {
    actor.must_govern(community)?;
    let limit = slice::limit(limit)?;
    let after = after.unwrap_or(PersonId(Uuid::nil()));
    let today = today(work).await?;
    Ok(match births_of(code, today) {
        Some(born) => {
            work.tx
                .list_residents_born(community, born, after, limit)
                .await?
        }
        None => {
            work.tx
                .list_residents_in_segment(community, code, after, limit)
                .await?
        }
    })
}

async fn today(work: &mut Work) -> Result<Date> {
    let zone = crate::district::zone(work).await?;
    Ok(work.now.to_civil(&zone).date())
}

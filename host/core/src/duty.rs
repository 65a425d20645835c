//! Statutory duties (PIPL art. 13(3)): where the law has a service read certain fields, one admin records it with the article
//! and another confirms it. Until it expires, at most a year later, or is ended, it is a basis for those fields, and residents
//! read the article with each disclosure.

use crate::caller::{Actor, Office};
use crate::error::{Refusal, Result};
use crate::slice;
use crate::work::Work;
use linli_domain::profile::ProfileField;
use linli_domain::{CommunityId, DutyId, Instant, Localised, PersonId, PluginId};
use linli_store::duty::Duty;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The longest that a duty holds, in days.
pub const MAX_DAYS: i64 = 365;
/// The longest name of a law, in bytes, in each language.
const MAX_LAW: usize = 200;
/// The longest article, in bytes, in each language.
const MAX_ARTICLE: usize = 2_000;

/// Why a duty cannot be recorded or confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DutyRefusal {
    /// An admin in person must do this, not the command line as such.
    Nobody,
    /// It was proposed by the same admin.
    OwnProposal,
    /// It is confirmed, ended or expired already.
    NotWaiting,
    /// It has ended already.
    Ended,
}

impl DutyRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::Nobody => Localised::new(
                "法定职责须由区管理员本人登记和确认，请注明是哪位管理员。",
                "An admin in person proposes and confirms a statutory duty: say which one.",
            ),
            Self::OwnProposal => Localised::new(
                "法定职责须由另一位区管理员确认，不能由登记人自己确认。",
                "Another admin must confirm it than the one who proposed it.",
            ),
            Self::NotWaiting => Localised::new(
                "这项法定职责已确认、已终止或已过期，不能再确认。如仍需要，请重新登记。",
                "It is confirmed, ended or expired already. If it is still needed, propose it anew.",
            ),
            Self::Ended => Localised::new("这项法定职责已经终止。", "It has ended already."),
        }
    }
}

impl From<DutyRefusal> for Refusal {
    fn from(refusal: DutyRefusal) -> Self {
        Self::Duty(refusal)
    }
}

/// What an admin proposes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// Which plugin has the duty.
    pub plugin: PluginId,
    /// About residents of which community; none for all.
    pub community: Option<CommunityId>,
    /// Which fields it must read, by code.
    pub fields: BTreeSet<String>,
    /// The law and the number of the article; at most 200 bytes.
    pub law: Localised,
    /// What the article says; at most 2,000 bytes.
    pub article: Localised,
    /// Until when; at most a year from now.
    pub expires: Instant,
}

/// The district admin who acts in person.
pub(crate) fn admin_in_person(actor: &Actor) -> Result<PersonId> {
    if actor.office != Office::District {
        return Err(Refusal::NotAllowed.into());
    }
    Ok(actor.person.ok_or(Refusal::from(DutyRefusal::Nobody))?)
}

/// Records a duty, which another admin must confirm.
pub async fn propose(work: &mut Work, actor: &Actor, proposal: &Proposal) -> Result<DutyId> {
    let by = admin_in_person(actor)?;
    check(work, proposal)?;
    let duty = Duty {
        id: work.id(),
        plugin: proposal.plugin.clone(),
        community_id: proposal.community,
        fields: proposal.fields.iter().cloned().collect(),
        law: proposal.law.clone(),
        article: proposal.article.clone(),
        proposed: work.now,
        proposed_by: by,
        confirmed: None,
        confirmed_by: None,
        expires: proposal.expires,
        ended: None,
        ended_by: None,
    };
    work.tx.create_duty(&duty).await?;
    work.audit_act(
        actor,
        None,
        "duty.propose",
        duty.id,
        json!({
            "plugin": duty.plugin, "community": duty.community_id, "fields": duty.fields, "law": duty.law,
            "expires": duty.expires,
        }),
    )
    .await?;
    Ok(duty.id)
}

fn check(work: &Work, proposal: &Proposal) -> Result<()> {
    if proposal.fields.is_empty() {
        return Err(
            Refusal::field("fields", "请至少填写一个字段", "Name at least one field").into(),
        );
    }
    if let Some(unknown) = proposal
        .fields
        .iter()
        .find(|code| ProfileField::from_code(code).is_none())
    {
        let known = ProfileField::codes().join(", ");
        let unknown: String = unknown.chars().take(64).collect();
        return Err(Refusal::field(
            "fields",
            format!("没有字段 {unknown}；可用：{known}"),
            format!("There is no field {unknown}; there are {known}"),
        )
        .into());
    }
    for (field, text, most) in [
        ("law", &proposal.law, MAX_LAW),
        ("article", &proposal.article, MAX_ARTICLE),
    ] {
        if [&text.zh, &text.en]
            .into_iter()
            .any(|text| text.trim().is_empty() || text.len() > most)
        {
            return Err(Refusal::field(
                field,
                format!("请用中英文写明法律名称、条款和条文（各 1–{most} 字节）"),
                format!("Write it in both languages, 1–{most} bytes each"),
            )
            .into());
        }
    }
    if proposal.expires <= work.now || proposal.expires > work.now.plus_days(MAX_DAYS) {
        return Err(Refusal::field(
            "expires",
            "有效期须在今后一年之内",
            "It must expire within a year from now",
        )
        .into());
    }
    Ok(())
}

/// Another admin confirms a duty; it is a basis from now on.
pub async fn confirm(work: &mut Work, actor: &Actor, id: DutyId) -> Result<()> {
    let by = admin_in_person(actor)?;
    let duty = find(work, id).await?;
    if duty.proposed_by == by {
        return Err(Refusal::from(DutyRefusal::OwnProposal).into());
    }
    if duty.expires <= work.now || !work.tx.confirm_duty(id, by, work.now).await? {
        return Err(Refusal::from(DutyRefusal::NotWaiting).into());
    }
    work.audit_act(
        actor,
        None,
        "duty.confirm",
        id,
        json!({ "plugin": duty.plugin, "fields": duty.fields }),
    )
    .await
}

/// Ends a duty, or takes a proposal back. Any admin may.
pub async fn end(work: &mut Work, actor: &Actor, id: DutyId) -> Result<()> {
    if actor.office != Office::District {
        return Err(Refusal::NotAllowed.into());
    }
    find(work, id).await?;
    if !work.tx.end_duty(id, actor.person, work.now).await? {
        return Err(Refusal::from(DutyRefusal::Ended).into());
    }
    work.audit_act(actor, None, "duty.end", id, json!({})).await
}

/// Duties for a district admin, the newest first; `before` is where the last slice ended.
pub async fn list(
    work: &mut Work,
    actor: &Actor,
    before: Option<(Instant, DutyId)>,
    limit: u16,
) -> Result<Vec<Duty>> {
    actor.must_govern_district()?;
    let limit = slice::limit(limit)?;
    let before = before.unwrap_or((Instant(i64::MAX), DutyId(Uuid::max())));
    Ok(work.tx.list_duties(before, limit).await?)
}

/// One duty, for a district admin who is to confirm it.
pub async fn show(work: &mut Work, actor: &Actor, id: DutyId) -> Result<Duty> {
    actor.must_govern_district()?;
    find(work, id).await
}

async fn find(work: &mut Work, id: DutyId) -> Result<Duty> {
    let found = work.tx.find_duty(id).await?;
    found.ok_or_else(|| Refusal::NotFound("statutory duty").into())
}

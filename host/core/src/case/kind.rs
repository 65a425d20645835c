//! Types of cases: defined by the district or a community, or declared by a plugin's manifest.

use super::access::office_of;
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, district};
use linli_domain::case::{Accountable, Sla};
use linli_domain::{CaseTypeId, CommunityId, InstallationId, Localised, Manifest};
use linli_store::case::CaseType;
use serde_json::json;

/// What a type says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeDraft {
    /// Its name.
    pub title: Localised,
    /// How much working time it allows.
    pub sla: Sla,
    /// Whether only those who deal with a case may see it.
    pub confidential: bool,
}

/// Defines a type for the whole district, or changes it. Cases that are open keep what is due.
pub async fn define_for_district(
    work: &mut Work,
    actor: &Actor,
    code: &str,
    draft: &TypeDraft,
) -> Result<CaseTypeId> {
    if !matches!(actor.office, crate::Office::District | crate::Office::Host) {
        return Err(Refusal::NotAllowed.into());
    }
    let found = work.tx.find_case_type_of_district(code).await?;
    put(work, actor, found, (None, None), code, draft).await
}

/// Defines a type for a community, or changes it; there it stands before one of the district with the same code.
pub async fn define_for_community(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    code: &str,
    draft: &TypeDraft,
) -> Result<CaseTypeId> {
    if !actor.governs(community) {
        return Err(Refusal::NotAllowed.into());
    }
    if work.tx.find_community(community).await?.is_none() {
        return Err(Refusal::NotFound("community").into());
    }
    let found = work.tx.find_case_type_of_community(community, code).await?;
    put(work, actor, found, (Some(community), None), code, draft).await
}

/// Takes over what the manifest of an installation declares; what it declares no more is retired.
pub async fn declare(
    work: &mut Work,
    actor: &Actor,
    installation: InstallationId,
    manifest: &Manifest,
) -> Result<()> {
    let known = work
        .tx
        .list_case_types_of_installation(installation)
        .await?;
    for (code, declared) in &manifest.case_types {
        let draft = TypeDraft {
            title: declared.title.clone(),
            sla: declared.sla(),
            confidential: declared.confidential,
        };
        let found = known.iter().find(|known| known.code == *code).cloned();
        put(work, actor, found, (None, Some(installation)), code, &draft).await?;
    }
    for gone in known {
        if gone.retired.is_none() && !manifest.case_types.contains_key(&gone.code) {
            retire_type(work, actor, gone).await?;
        }
    }
    Ok(())
}

/// Ends that cases of a type can be opened; those that are open go on. Types of plugins end with their manifests.
pub async fn retire(work: &mut Work, actor: &Actor, id: CaseTypeId) -> Result<()> {
    let found = work
        .tx
        .find_case_type(id)
        .await?
        .ok_or(Refusal::NotFound("type of cases"))?;
    let theirs = match (found.community_id, found.installation_id) {
        (_, Some(_)) => false,
        (Some(community), None) => actor.governs(community),
        (None, None) => {
            office_of(actor, CommunityId(uuid::Uuid::nil())) == Some(Accountable::District)
        }
    };
    if !theirs {
        return Err(Refusal::NotAllowed.into());
    }
    if found.retired.is_some() {
        Ok(())
    } else {
        retire_type(work, actor, found).await
    }
}

/// The types of which cases can be opened in a community itself: its own, and those of the district that it has not replaced.
pub async fn list_types(work: &mut Work, community: CommunityId) -> Result<Vec<CaseType>> {
    let mut types = work.tx.list_case_types_of_community(community).await?;
    let own: Vec<_> = types
        .iter()
        .filter(|kind| kind.community_id.is_some())
        .map(|kind| kind.code.clone())
        .collect();
    types.retain(|kind| kind.community_id.is_some() || !own.contains(&kind.code));
    Ok(types)
}

async fn put(
    work: &mut Work,
    actor: &Actor,
    found: Option<CaseType>,
    (community_id, installation_id): (Option<CommunityId>, Option<InstallationId>),
    code: &str,
    draft: &TypeDraft,
) -> Result<CaseTypeId> {
    district::check_slug(code)?;
    district::check_name(&draft.title)?;
    if !draft.sla.is_valid() {
        return Err(Refusal::field(
            "sla",
            format!("首次响应与办结时限须为 1–{} 个工作分钟，且响应不晚于办结", Sla::MAX_MINUTES),
            format!(
                "First response and resolution are due within 1–{} working minutes, the response no later than the resolution",
                Sla::MAX_MINUTES
            ),
        )
        .into());
    }
    let kind = CaseType {
        id: found.as_ref().map_or_else(|| work.id(), |found| found.id),
        community_id,
        installation_id,
        code: code.to_owned(),
        title: draft.title.clone(),
        response_minutes: draft.sla.response_minutes,
        resolution_minutes: draft.sla.resolution_minutes,
        confidential: draft.confidential,
        changed: work.now,
        retired: None,
    };
    match &found {
        None => work.tx.create_case_type(&kind).await?,
        Some(found)
            if CaseType {
                changed: work.now,
                ..found.clone()
            } == kind =>
        {
            return Ok(kind.id);
        }
        Some(_) => work.tx.update_case_type(&kind).await?,
    }
    let detail = json!({
        "code": code, "community": community_id, "installation": installation_id, "confidential": kind.confidential,
        "response-minutes": kind.response_minutes, "resolution-minutes": kind.resolution_minutes,
    });
    work.audit_act(actor, None, "case-type.define", kind.id, detail)
        .await?;
    Ok(kind.id)
}

async fn retire_type(work: &mut Work, actor: &Actor, mut kind: CaseType) -> Result<()> {
    kind.retired = Some(work.now);
    kind.changed = work.now;
    work.tx.update_case_type(&kind).await?;
    work.audit_act(
        actor,
        None,
        "case-type.retire",
        kind.id,
        json!({ "code": kind.code }),
    )
    .await
}

//! Qualifications (从业资格): what members of an organisation's staff have shown that they are qualified for, who issued it and
//! until when. The district's admins record them; when one runs out, the organisation's installations are told, once.

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::resident::{check_code, check_text};
use crate::work::Work;
use crate::{district, slice, topic};
use jiff::civil::Date;
use linli_domain::topic::QUALIFICATION_EXPIRED;
use linli_domain::{CommunityId, OrganisationId, PersonId, QualificationId};
use linli_store::qualification::Qualification;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many qualifications one unit of work tells of.
const AT_ONCE: i64 = 100;

/// What an admin records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Whose it is: somebody who holds a role at the organisation.
    pub person: PersonId,
    /// At which organisation they work with it.
    pub organisation: OrganisationId,
    /// What for, as a code, such as `nursing`.
    pub code: String,
    /// Who issued it, and its number; 1–500 bytes.
    pub issuer: String,
    /// The last day on which it is valid; today or later.
    pub valid_until: Date,
}

/// Records a qualification, in place of the one for the same code before.
pub async fn record(work: &mut Work, admin: &Admin, shown: &Shown) -> Result<QualificationId> {
    check_code("code", Some(&shown.code))?;
    check_text("issuer", &shown.issuer)?;
    if shown.issuer.trim().is_empty() {
        return Err(Refusal::field(
            "issuer",
            "请写明发证机关和证书编号",
            "Say who issued it, and its number",
        )
        .into());
    }
    if shown.valid_until < today(work).await? {
        return Err(Refusal::field(
            "valid-until",
            "有效期不能早于今天",
            "It must be valid today",
        )
        .into());
    }
    let roles = work.tx.list_roles(shown.person, work.now).await?;
    if !roles
        .iter()
        .any(|role| role.organisation_id == Some(shown.organisation))
    {
        return Err(Refusal::NotFound("person").into());
    }
    let (person, organisation, now) = (shown.person, shown.organisation, work.now);
    work.tx
        .replace_qualification(person, organisation, &shown.code, admin.person, now)
        .await?;
    let qualification = Qualification {
        id: work.id(),
        person_id: person,
        organisation_id: organisation,
        code: shown.code.clone(),
        issuer: shown.issuer.clone(),
        valid_until: shown.valid_until,
        recorded: now,
        recorded_by: admin.person,
        withdrawn: None,
        withdrawn_by: None,
        told: None,
    };
    work.tx.create_qualification(&qualification).await?;
    let detail = json!({
        "organisation": organisation, "code": shown.code, "valid-until": shown.valid_until.to_string(),
    });
    work.audit_act(
        &admin.actor(),
        Some(person),
        "qualification.record",
        qualification.id,
        detail,
    )
    .await?;
    Ok(qualification.id)
}

/// Withdraws a qualification: it was revoked, or recorded in error.
pub async fn withdraw(work: &mut Work, admin: &Admin, id: QualificationId) -> Result<()> {
    let absent = Refusal::NotFound("qualification");
    let found = work.tx.find_qualification(id).await?;
    let found = found.ok_or(absent.clone())?;
    let now = work.now;
    if !work
        .tx
        .withdraw_qualification(id, admin.person, now)
        .await?
    {
        return Err(absent.into());
    }
    work.audit_act(
        &admin.actor(),
        Some(found.person_id),
        "qualification.withdraw",
        id,
        json!({ "code": found.code }),
    )
    .await
}

/// The qualifications at an organisation, those that run out first before the others; `after` is where the last slice ended.
pub async fn list(
    work: &mut Work,
    _admin: &Admin,
    organisation: OrganisationId,
    after: Option<(Date, QualificationId)>,
    limit: u16,
) -> Result<Vec<Qualification>> {
    let limit = slice::limit(limit)?;
    let after = after.unwrap_or((Date::MIN, QualificationId(Uuid::nil())));
    Ok(work
        .tx
        .list_qualifications(organisation, after, limit)
        .await?)
}

/// Publishes whose qualification has run out, each once, some at a time; answers how many it were. It goes to the
/// organisation's own services, where they work for it.
pub async fn tell_expired(work: &mut Work) -> Result<usize> {
    let (today, now) = (today(work).await?, work.now);
    let expired = work.tx.list_qualifications_to_tell(today, AT_ONCE).await?;
    for one in &expired {
        work.tx.mark_qualification_told(one.id, now).await?;
        let organisation = work.tx.find_organisation(one.organisation_id).await?;
        let Some(organisation) = organisation else {
            continue;
        };
        for community in communities(work, one).await? {
            for found in work.tx.list_installations_of(community).await? {
                if found.plugin.organisation() == organisation.slug {
                    let (name, plugin) = (QUALIFICATION_EXPIRED, &found.plugin);
                    topic::publish_host_to(work, name, community, one.person_id, plugin).await?;
                }
            }
        }
    }
    Ok(expired.len())
}

async fn communities(work: &mut Work, of: &Qualification) -> Result<BTreeSet<CommunityId>> {
    let mut found = BTreeSet::new();
    for role in work.tx.list_roles(of.person_id, work.now).await? {
        if role.organisation_id != Some(of.organisation_id) {
            continue;
        }
        match role.community_id {
            Some(community) => {
                found.insert(community);
            }
            None => {
                let all = work.tx.list_communities().await?;
                found.extend(all.into_iter().map(|community| community.id));
            }
        }
    }
    Ok(found)
}

async fn today(work: &mut Work) -> Result<Date> {
    let zone = district::zone(work).await?;
    Ok(work.now.to_civil(&zone).date())
}

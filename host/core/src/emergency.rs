//! Emergencies (PIPL art. 13(4): to protect life, health or property): staff of a plugin's organisation open the fields that
//! its manifest declares, of one resident, for 24 hours. The resident, their guardians and every district admin are told at
//! once; an admin other than who declared it finds within 24 hours whether it was justified. One that was not closes at once;
//! one that nobody reviewed is overdue, and no other can be declared for the same resident and service until it is.
//!
//! A plugin cannot declare one: it would make its own basis.

use crate::caller::{Actor, DISTRICT_ADMIN, Office};
use crate::delegation;
use crate::duty::admin_in_person;
use crate::error::{Refusal, Result};
use crate::notice::tell;
use crate::resident;
use crate::service::Service;
use crate::slice;
use crate::work::Work;
use linli_domain::{EmergencyId, Instant, Localised, PersonId, Urgency};
use linli_store::emergency::Emergency;
use linli_store::person::Person;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How long the fields are open, and within what time it must be reviewed, in minutes.
pub const OPEN_MINUTES: i64 = 24 * 60;
/// The most unreviewed emergencies of one member of staff.
pub const MAX_UNREVIEWED: i64 = 5;
/// The longest reason or note, in bytes.
const MAX_TEXT: usize = 1_000;

/// Why an emergency cannot be declared or reviewed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EmergencyRefusal {
    /// The plugin declares no field that could be opened.
    NothingDeclared,
    /// One of this resident with this service waits for its review.
    Unreviewed,
    /// Too many of the same member of staff wait for review.
    TooMany,
    /// An admin has reviewed it already.
    Reviewed,
    /// An admin found the declarer's last one of this resident unjustified.
    FoundUnjustified,
    /// The admin declared it themself.
    Own,
}

impl EmergencyRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::NothingDeclared => Localised::new(
                "此服务没有声明任何个人信息字段，无可开放的内容。请直接拨打 110、119 或 120。",
                "This service declares no personal data, so there is nothing to open. Call 110, 119 or 120.",
            ),
            Self::Unreviewed => Localised::new(
                "这位居民在此服务中已有一次紧急情况待复核。请联系区管理员先行复核。",
                "An emergency of this resident with this service waits for its review. Ask a district admin to review it first.",
            ),
            Self::TooMany => Localised::new(
                format!("您声明的紧急情况已有 {MAX_UNREVIEWED} 次待复核。请联系区管理员先行复核。"),
                format!(
                    "{MAX_UNREVIEWED} emergencies that you declared wait for review. Ask a district admin to review them first."
                ),
            ),
            Self::Reviewed => Localised::new(
                "这次紧急情况已由管理员复核。",
                "An admin has reviewed this emergency already.",
            ),
            Self::FoundUnjustified => Localised::new(
                "管理员不久前认定您对该居民的紧急声明理由不成立。如确有紧急情况，请同事声明，或联系区管理员。",
                "An admin found your last emergency of this resident unjustified. Ask a colleague to declare it, or call a district admin.",
            ),
            Self::Own => Localised::new(
                "紧急情况须由另一位管理员复核，不能由声明人自己复核。",
                "Another admin must review it than who declared it.",
            ),
        }
    }
}

impl From<EmergencyRefusal> for Refusal {
    fn from(refusal: EmergencyRefusal) -> Self {
        Self::Emergency(refusal)
    }
}

/// For how many days after an emergency that was found unjustified its declarer cannot declare another of the same resident.
const UNJUSTIFIED_DAYS: i64 = 30;

/// Declares an emergency of a resident whom the service serves.
pub async fn declare(
    work: &mut Work,
    service: &Service,
    actor: &Actor,
    resident: PersonId,
    reason: &str,
) -> Result<EmergencyId> {
    let by = match (actor.office, actor.person) {
        (Office::Organisation(organisation, community), Some(person))
            if (organisation, community) == (service.organisation.id, service.community.id)
                && service.employs(work, person).await? =>
        {
            person
        }
        _ => return Err(Refusal::NotAllowed.into()),
    };
    check_text("reason", reason)?;
    if !service.serves(work, resident).await? {
        return Err(Refusal::NotFound("person").into());
    }
    if service.manifest.fields.is_empty() {
        return Err(Refusal::from(EmergencyRefusal::NothingDeclared).into());
    }
    let waiting = work
        .tx
        .find_unreviewed_emergency(resident, service.id())
        .await?;
    if waiting.is_some() {
        return Err(Refusal::from(EmergencyRefusal::Unreviewed).into());
    }
    let since = work.now.plus_days(-UNJUSTIFIED_DAYS);
    if work
        .tx
        .has_unjustified_emergency(resident, service.id(), by, since)
        .await?
    {
        return Err(Refusal::from(EmergencyRefusal::FoundUnjustified).into());
    }
    if work.tx.count_unreviewed_emergencies(by).await? >= MAX_UNREVIEWED {
        return Err(Refusal::from(EmergencyRefusal::TooMany).into());
    }
    let emergency = Emergency {
        id: work.id(),
        resident_id: resident,
        installation_id: service.id(),
        declared_by: by,
        reason: reason.to_owned(),
        declared: work.now,
        closes: work.now.plus_minutes(OPEN_MINUTES),
        reviewed: None,
        reviewed_by: None,
        justified: None,
        note: None,
    };
    work.tx.create_emergency(&emergency).await?;
    announce(work, service, &emergency).await?;
    work.audit_act(
        actor,
        Some(resident),
        "emergency.declare",
        emergency.id,
        json!({ "installation": service.id() }),
    )
    .await?;
    Ok(emergency.id)
}

/// Whom staff mean in an emergency: a resident whom the service serves, by name and identity number, telephone number or
/// day of birth.
pub async fn find_resident(
    work: &mut Work,
    service: &Service,
    actor: &Actor,
    name: &str,
    known: &str,
) -> Result<PersonId> {
    if actor.works_for(service.community.id) != Some(service.organisation.id) {
        return Err(Refusal::NotAllowed.into());
    }
    let served = |person: &Person| person.community_id == Some(service.community.id);
    Ok(resident::identify(work, name, known, served).await?.id)
}

/// Tells the resident, their guardians, and every district admin. A delegate may not even know of the service. Why it was
/// declared stands on their pages only: notices are also printed, by staff whom it does not concern.
async fn announce(work: &mut Work, service: &Service, emergency: &Emergency) -> Result<()> {
    let name = &service.manifest.title;
    let title = Localised::new(
        "紧急情况：您的信息被打开",
        "Emergency: your data was opened",
    );
    let body = Localised::new(
        format!(
            "“{}”的工作人员声明了紧急情况，可在 24 小时内查看您的信息。理由请在“我的信息”中查看。区管理员将进行复核。",
            name.zh
        ),
        format!(
            "Staff of {} declared an emergency and can see your data for 24 hours. Read why under My data. A district admin reviews it.",
            name.en
        ),
    );
    let resident = emergency.resident_id;
    let path = Some("/my-data".to_owned());
    let mut to = vec![(resident, None)];
    for guardian in delegation::guardians_of(work, resident).await? {
        to.push((guardian, Some(resident)));
    }
    for (person, about) in to {
        let (title, body, path) = (title.clone(), body.clone(), path.clone());
        tell(work, person, about, title, body, Urgency::Urgent, path).await?;
    }
    let title = Localised::new("紧急情况待复核", "An emergency waits for review");
    let body = Localised::new(
        format!(
            "“{}”声明了紧急情况（编号 {}）。请在 24 小时内查看理由并复核。",
            name.zh, emergency.id
        ),
        format!(
            "{} declared an emergency ({}). Read why, and review it within 24 hours.",
            name.en, emergency.id
        ),
    );
    let admins: BTreeSet<_> = work
        .tx
        .list_office_holders(DISTRICT_ADMIN, work.now)
        .await?
        .into_iter()
        .map(|role| role.person_id)
        .collect();
    for admin in admins {
        let (title, body) = (title.clone(), body.clone());
        let path = Some("/admin/emergencies".to_owned());
        tell(work, admin, None, title, body, Urgency::Urgent, path).await?;
    }
    Ok(())
}

/// An admin finds whether an emergency was justified; one that was not closes at once.
pub async fn review(
    work: &mut Work,
    actor: &Actor,
    id: EmergencyId,
    justified: bool,
    note: &str,
) -> Result<()> {
    let by = admin_in_person(actor)?;
    check_text("note", note)?;
    let emergency = work
        .tx
        .find_emergency(id)
        .await?
        .ok_or(Refusal::NotFound("emergency"))?;
    if emergency.declared_by == by {
        return Err(Refusal::from(EmergencyRefusal::Own).into());
    }
    if !work
        .tx
        .review_emergency(id, by, justified, note, work.now)
        .await?
    {
        return Err(Refusal::from(EmergencyRefusal::Reviewed).into());
    }
    work.audit_act(
        actor,
        Some(emergency.resident_id),
        "emergency.review",
        id,
        json!({ "justified": justified }),
    )
    .await
}

/// Emergencies for a district admin, the newest first; only those that nobody has reviewed where asked. `before` is where the
/// last slice ended.
pub async fn list(
    work: &mut Work,
    actor: &Actor,
    unreviewed: bool,
    before: Option<(Instant, EmergencyId)>,
    limit: u16,
) -> Result<Vec<Emergency>> {
    actor.must_govern_district()?;
    let limit = slice::limit(limit)?;
    let before = before.unwrap_or((Instant(i64::MAX), EmergencyId(Uuid::max())));
    Ok(work.tx.list_emergencies(unreviewed, before, limit).await?)
}

/// The newest emergencies of a resident, for the resident and their guardians: a delegate's task does not reach there.
pub async fn list_of(
    work: &mut Work,
    actor: &Actor,
    resident: PersonId,
    limit: u16,
) -> Result<Vec<Emergency>> {
    if !matches!(actor.office, Office::Resident | Office::Guardian) || !actor.acts_for(resident) {
        return Err(Refusal::NotAllowed.into());
    }
    let limit = slice::limit(limit)?;
    Ok(work.tx.list_emergencies_of(resident, limit).await?)
}

/// The newest emergencies that a member of staff declared, for themself.
pub async fn list_own(work: &mut Work, staff: PersonId, limit: u16) -> Result<Vec<Emergency>> {
    let limit = slice::limit(limit)?;
    Ok(work.tx.list_emergencies_by(staff, limit).await?)
}

/// Whether an emergency should have been reviewed by now and has not been.
pub fn is_overdue(work: &Work, emergency: &Emergency) -> bool {
    emergency.reviewed.is_none() && emergency.closes <= work.now
}

fn check_text(field: &'static str, text: &str) -> Result<()> {
    if text.trim().is_empty() || text.len() > MAX_TEXT {
        return Err(Refusal::field(
            field,
            format!("请写明理由（1–{MAX_TEXT} 字节）"),
            format!("Write why, in 1–{MAX_TEXT} bytes"),
        )
        .into());
    }
    Ok(())
}

//! Consent: what a resident is asked, gives and withdraws (PIPL arts 14–16).
//!
//! Sensitive fields are asked for apart, one by one, and an answer that bundles them is refused (art. 29). For a child under
//! 14 every field is sensitive and only a guardian answers (art. 31); what a guardian agreed to ends with the day before the
//! fourteenth birthday, from which the young person is asked anew. Silence is no consent: whoever is asked and does nothing
//! has agreed to nothing (art. 14).

use crate::basis::{covers, is_child_now};
use crate::caller::{Caller, Login};
use crate::delegation;
use crate::error::{Refusal, Result};
use crate::my_data::restriction;
use crate::service::Service;
use crate::topic;
use crate::work::Work;
use linli_domain::manifest::PageEntry;
use linli_domain::profile::{ProfileField, of_age_on};
use linli_domain::topic::CONSENT_CHANGED;
use linli_domain::{ConsentId, Instant, Localised, PersonId, PluginId};
use linli_store::consent::Consent;
use linli_store::person::Person;
use serde_json::json;
use std::collections::BTreeSet;

/// How long a consent lasts at most, in days; the resident is asked again afterwards.
pub const LASTS_DAYS: i64 = 365;

/// Why a consent cannot be given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsentRefusal {
    /// The resident is a child under 14, and who answers is no guardian.
    GuardianNeeded,
    /// A sensitive field was agreed to together with others; its code.
    AskedApart(String),
    /// Another release runs by now than the one whose purposes were shown.
    Changed,
}

impl ConsentRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::Changed => Localised::new(
                "该服务刚刚更新，所需信息或用途可能有变。请重新打开该服务，看过后再决定。",
                "The service has just changed, and perhaps what it asks for. Open it again and decide on what it says now.",
            ),
            Self::GuardianNeeded => Localised::new(
                "未满十四周岁的未成年人，须由父母或其他监护人同意。请监护人登录后代为同意；如未登记监护关系，请联系社区工作人员。",
                "For a child under 14 a parent or another guardian must consent. Ask the guardian to log in and agree; community \
                 staff can register who the guardian is.",
            ),
            Self::AskedApart(code) => {
                let title = ProfileField::from_code(code).map(ProfileField::title);
                let title = title.unwrap_or_else(|| Localised::new(code, code));
                Localised::new(
                    format!("“{}”属于敏感个人信息，须单独同意，请逐项勾选。", title.zh),
                    format!(
                        "'{}' is sensitive and must be agreed to on its own: tick it separately.",
                        title.en
                    ),
                )
            }
        }
    }
}

impl From<ConsentRefusal> for Refusal {
    fn from(refusal: ConsentRefusal) -> Self {
        Self::Consent(refusal)
    }
}

/// One field that a resident is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// Which.
    pub field: ProfileField,
    /// What for.
    pub purpose: Localised,
    /// Whether the service cannot work without it.
    pub necessary: bool,
    /// Whether it is sensitive and asked apart.
    pub sensitive: bool,
}

/// What a resident is asked before a page is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Questions {
    /// About which fields.
    pub fields: Vec<Question>,
    /// Whether the resident is a child, so that only a guardian may answer.
    pub of_child: bool,
    /// Until when an answer that is given now would hold.
    pub until: Instant,
}

/// What to ask before a page is shown: all the fields that it declares, and those that were denied, less what is consented to.
pub async fn questions(
    work: &mut Work,
    service: &Service,
    page: &PageEntry,
    resident: PersonId,
    denied: &[String],
) -> Result<Questions> {
    let person = work
        .tx
        .find_person(resident)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    let child = is_child_now(work, service, &person);
    let live: BTreeSet<_> = work
        .tx
        .list_live_consents(resident, service.plugin(), work.now)
        .await?
        .into_iter()
        .filter(|consent| covers(service, consent, child))
        .map(|consent| consent.field)
        .collect();
    let codes: BTreeSet<_> = page
        .fields
        .iter()
        .chain(denied)
        .filter(|code| !live.contains(*code))
        .collect();
    let fields = codes
        .into_iter()
        .filter_map(|code| {
            let declared = service.manifest.fields.get(code)?;
            let field = ProfileField::from_code(code)?;
            Some(Question {
                field,
                purpose: declared.purpose.clone(),
                necessary: declared.necessary,
                sensitive: field.is_sensitive_of(child),
            })
        })
        .collect();
    Ok(Questions {
        fields,
        of_child: child,
        until: until(work, service, &person, child),
    })
}

/// Whether a person is a child for whom only a guardian can consent.
pub async fn needs_guardian(work: &mut Work, service: &Service, person: PersonId) -> Result<bool> {
    let found = work.tx.find_person(person).await?;
    Ok(found.is_some_and(|person| is_child_now(work, service, &person)))
}

/// Until when a consent that is given now holds: a year, but a guardian's not beyond the day before the fourteenth birthday.
fn until(work: &Work, service: &Service, person: &Person, child: bool) -> Instant {
    let year = work.now.plus_days(LASTS_DAYS);
    let birthday = person
        .birth_date
        .filter(|_| child)
        .and_then(of_age_on)
        .and_then(|day| Instant::from_civil(day.at(0, 0, 0, 0), &service.zone));
    birthday.map_or(year, |birthday| birthday.min(year))
}

/// What was agreed to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Agreed {
    /// The digest of the release whose fields and purposes were shown.
    pub release: String,
    /// Codes of fields that were agreed to together.
    pub together: BTreeSet<String>,
    /// Codes of fields that were each agreed to on their own; every sensitive one must be among these.
    pub apart: BTreeSet<String>,
}

/// Records consent of the resident whom the caller acts for, to fields that the plugin's manifest declares. What they agreed to
/// before and what still stands as it is now is not recorded again.
///
/// # Errors
/// [`ConsentRefusal`] where a child or a mere delegate answers for a child, or where something sensitive was bundled.
pub async fn give(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    agreed: &Agreed,
) -> Result<()> {
    let (Some(resident), Some(by)) = (caller.subject, caller.person) else {
        return Err(Refusal::NotAllowed.into());
    };
    // What was read is what is agreed to (PIPL art. 14): nobody agrees to a purpose that came later.
    let running = work.tx.find_installation(service.id()).await?;
    if agreed.release != service.digest
        || running.is_none_or(|running| running.release_id != service.installation.release_id)
    {
        return Err(Refusal::from(ConsentRefusal::Changed).into());
    }
    let person = work
        .tx
        .find_person(resident)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    let child = is_child_now(work, service, &person);
    let delegation = if by == resident {
        None
    } else {
        // It may have been ended since the page was opened.
        let found = delegation::find_covering(work, by, resident, service).await?;
        Some(found.ok_or(Refusal::NotAllowed)?)
    };
    if child && delegation.is_none_or(|delegation| delegation.kind != "guardian") {
        return Err(Refusal::from(ConsentRefusal::GuardianNeeded).into());
    }
    let expires = until(work, service, &person, child);
    let each = |codes: &BTreeSet<String>, apart: bool| {
        codes
            .iter()
            .map(|code| (code.clone(), apart))
            .collect::<Vec<_>>()
    };
    let live = work
        .tx
        .list_live_consents(resident, service.plugin(), work.now)
        .await?;
    let mut changed = false;
    for (code, apart) in each(&agreed.together, false)
        .into_iter()
        .chain(each(&agreed.apart, true))
    {
        let (Some(declared), Some(field)) = (
            service.manifest.fields.get(&code),
            ProfileField::from_code(&code),
        ) else {
            return Err(Refusal::Undeclared(code.chars().take(64).collect()).into());
        };
        if field.is_sensitive_of(child) && !apart {
            return Err(Refusal::from(ConsentRefusal::AskedApart(code)).into());
        }
        // What the plugin kept is open to it again.
        work.tx.lift_restriction(resident, service.plugin()).await?;
        let stands = live.iter().any(|held| {
            held.field == code && held.separate >= apart && covers(service, held, child)
        });
        if stands {
            continue;
        }
        changed = true;
        work.tx
            .withdraw_consent_of(resident, service.plugin(), &code, by, work.now)
            .await?;
        let consent = Consent {
            id: work.id(),
            resident_id: resident,
            plugin: service.plugin().clone(),
            field: code.clone(),
            purpose: declared.purpose.clone(),
            granted: work.now,
            granted_by: by,
            expires,
            withdrawn: None,
            withdrawn_by: None,
            separate: apart,
            for_child: child,
        };
        work.tx.create_consent(&consent).await?;
        work.audit_act(
            &caller.actor(service),
            Some(resident),
            "consent.give",
            service.plugin(),
            json!({ "field": code, "separate": apart, "for-child": child }),
        )
        .await?;
    }
    if changed {
        announce_change(work, resident, service.plugin()).await?;
    }
    Ok(())
}

/// Tells the plugin's installations where the resident lives that what it may read has changed; nobody else.
pub(crate) async fn announce_change(
    work: &mut Work,
    resident: PersonId,
    plugin: &PluginId,
) -> Result<()> {
    let person = work.tx.find_person(resident).await?;
    match person.and_then(|person| person.community_id) {
        Some(community) => {
            topic::publish_host_to(work, CONSENT_CHANGED, community, resident, plugin).await
        }
        None => Ok(()),
    }
}

/// Tells plugins whose consents ran out, each once, some at a time; answers how many consents. They open nothing from the
/// moment they expire, whether or not this has run.
pub async fn tell_expired(work: &mut Work) -> Result<usize> {
    let now = work.now;
    let expired = work.tx.list_expired_consents(now, 200).await?;
    let mut told = BTreeSet::new();
    for consent in &expired {
        work.tx.mark_consent_told(consent.id, now).await?;
        if told.insert((consent.resident_id, consent.plugin.clone())) {
            announce_change(work, consent.resident_id, &consent.plugin).await?;
        }
    }
    Ok(expired.len())
}

/// Withdraws a consent of oneself, or of whom one acts for. It denies the next call (PIPL art. 15); what was read before
/// stays lawful.
pub async fn withdraw(
    work: &mut Work,
    login: &Login,
    resident: PersonId,
    id: ConsentId,
) -> Result<()> {
    let consent = work
        .tx
        .find_consent(resident, id)
        .await?
        .ok_or(Refusal::NotFound("consent"))?;
    let service = restriction::service_of(work, resident, &consent.plugin).await?;
    if resident != login.person {
        // It may have been ended since the page was opened.
        let live = delegation::of_delegate(work, login.person).await?;
        let found = live
            .into_iter()
            .find(|delegation| delegation.resident_id == resident)
            .ok_or(Refusal::NotAllowed)?;
        // Nor does a delegate reach a service outside their task.
        if let Some(service) = &service
            && !delegation::in_scope(&found, service)
        {
            return Err(Refusal::NotFound("consent").into());
        }
    }
    if !work
        .tx
        .withdraw_consent(resident, id, login.person, work.now)
        .await?
    {
        return Err(Refusal::NotFound("consent").into());
    }
    restriction::after_withdrawal(work, service.as_ref(), &consent).await?;
    announce_change(work, resident, &consent.plugin).await?;
    work.audit(
        Some(login.person),
        Some(resident),
        "consent.withdraw",
        id,
        json!({}),
    )
    .await
}

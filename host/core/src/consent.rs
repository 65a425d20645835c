//! Consent: what a resident is asked, gives and withdraws.

use crate::basis::is_for_this_purpose;
use crate::caller::{Caller, Login};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::manifest::PageEntry;
use linli_domain::profile::ProfileField;
use linli_domain::{ConsentId, Localised, PersonId};
use linli_store::consent::Consent;
use serde_json::json;
use std::collections::BTreeSet;

/// How long a consent lasts, in days; the resident is asked again afterwards.
pub const LASTS_DAYS: i64 = 365;

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

/// What to ask before a page is shown: all the fields that it declares, and those that were denied, less what is consented to.
pub async fn questions(
    work: &mut Work,
    service: &Service,
    page: &PageEntry,
    resident: PersonId,
    denied: &[String],
) -> Result<Vec<Question>> {
    let live: BTreeSet<_> = work
        .tx
        .list_live_consents(resident, service.plugin(), work.now)
        .await?
        .into_iter()
        .filter(|consent| is_for_this_purpose(service, consent))
        .map(|consent| consent.field)
        .collect();
    let codes: BTreeSet<_> = page
        .fields
        .iter()
        .chain(denied)
        .filter(|code| !live.contains(*code))
        .collect();
    Ok(codes
        .into_iter()
        .filter_map(|code| {
            let declared = service.manifest.fields.get(code)?;
            let field = ProfileField::from_code(code)?;
            Some(Question {
                field,
                purpose: declared.purpose.clone(),
                necessary: declared.necessary,
                sensitive: field.is_sensitive(),
            })
        })
        .collect())
}

/// Records consent of the resident whom the caller acts for, to fields that the plugin's manifest declares.
pub async fn give(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    fields: &BTreeSet<String>,
) -> Result<()> {
    let (Some(resident), Some(by)) = (caller.subject, caller.person) else {
        return Err(Refusal::NotAllowed.into());
    };
    if by != resident {
        // It may have been ended since the page was opened.
        let live = work.tx.list_delegations_of_delegate(by, work.now).await?;
        if !live
            .iter()
            .any(|delegation| delegation.resident_id == resident)
        {
            return Err(Refusal::NotAllowed.into());
        }
    }
    for code in fields {
        let Some(declared) = service.manifest.fields.get(code) else {
            return Err(Refusal::Undeclared(code.clone()).into());
        };
        work.tx
            .withdraw_consent_of(resident, service.plugin(), code, by, work.now)
            .await?;
        let consent = Consent {
            id: work.id(),
            resident_id: resident,
            plugin: service.plugin().clone(),
            field: code.clone(),
            purpose: declared.purpose.clone(),
            granted: work.now,
            granted_by: by,
            expires: work.now.plus_days(LASTS_DAYS),
            withdrawn: None,
            withdrawn_by: None,
        };
        work.tx.create_consent(&consent).await?;
        work.audit(
            Some(by),
            Some(resident),
            "consent.give",
            service.plugin(),
            json!({ "field": code }),
        )
        .await?;
    }
    Ok(())
}

/// Withdraws a consent of oneself, or of whom one acts for. It denies the next call.
pub async fn withdraw(
    work: &mut Work,
    login: &Login,
    resident: PersonId,
    id: ConsentId,
) -> Result<()> {
    if resident != login.person && login.delegation_for(resident).is_none() {
        return Err(Refusal::NotAllowed.into());
    }
    if !work
        .tx
        .withdraw_consent(resident, id, login.person, work.now)
        .await?
    {
        return Err(Refusal::NotFound("consent").into());
    }
    work.audit(
        Some(login.person),
        Some(resident),
        "consent.withdraw",
        id,
        json!({}),
    )
    .await
}

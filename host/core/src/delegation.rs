//! Delegates and guardians: granted on evidence, in a scope and for a time; ended by the resident, an admin, death, age.
//!
//! Whether somebody may act is asked anew at each use ([`of_delegate`], [`covers`]): a guardianship of a minor ends on the
//! resident's 18th birthday by their day of birth, whether or not a job has run since.

use crate::basis::{self, Disclosures};
use crate::caller::{Actor, Caller, Office};
use crate::error::{Refusal, Result};
use crate::notice;
use crate::resident;
use crate::service::Service;
use crate::topic;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::delegation::{
    ADULT, DelegationKind, MAX_SERVICES, Scope, comes_of_age, latest_birth_of_adults,
};
use linli_domain::profile::ProfileField;
use linli_domain::time::age_on;
use linli_domain::topic::DELEGATION_CHANGED;
use linli_domain::{Instant, Localised, PersonId, Urgency};
use linli_store::delegation::Delegation;
use linli_store::person::Person;
use serde_json::json;

/// Why a delegation was not granted or ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DelegationRefusal {
    /// Nobody is their own delegate.
    Oneself,
    /// Who acts for another must be of age.
    DelegateUnderAge,
    /// A guardian is appointed by law, not by the resident.
    GuardianByLaw,
    /// It names no service.
    NoScope,
    /// It names too many services.
    TooManyServices,
    /// Its time is over before it begins.
    OverAlready,
}

impl DelegationRefusal {
    /// What it says to people.
    pub fn message(self) -> Localised {
        match self {
            Self::Oneself => Localised::new(
                "不能委托给本人，请选择其他人。",
                "Nobody is their own delegate. Choose somebody else.",
            ),
            Self::DelegateUnderAge => Localised::new(
                format!("受托人和监护人须年满 {ADULT} 周岁，请选择其他人，或先补全出生日期。"),
                format!(
                    "Delegates and guardians are {ADULT} or older. Choose somebody else, or correct the day of birth."
                ),
            ),
            Self::GuardianByLaw => Localised::new(
                "监护关系由法律确定，只能由社区工作人员或区管理员凭证明登记或终止。",
                "A guardian is appointed by law. Only community staff or an admin record or end that, on evidence.",
            ),
            Self::NoScope => Localised::new(
                "请选择委托的服务，或选择全部服务。",
                "Say for which services, or for all.",
            ),
            Self::TooManyServices => Localised::new(
                format!("一次委托最多列出 {MAX_SERVICES} 项服务，可改为全部服务。"),
                format!(
                    "A delegation names at most {MAX_SERVICES} services. Choose all of them instead."
                ),
            ),
            Self::OverAlready => Localised::new(
                "截止时间须在现在之后；未成年人的监护在其年满 18 周岁时终止。",
                "It must end after now; a guardianship of a minor ends on the 18th birthday.",
            ),
        }
    }
}

/// A delegation to be granted.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    /// Who is acted for.
    pub resident: PersonId,
    /// Who acts.
    pub delegate: PersonId,
    /// Asked by the resident, or appointed by law.
    pub kind: DelegationKind,
    /// For which services.
    pub scope: Scope,
    /// On what evidence, such as the number of a signed form; at most 500 bytes.
    pub evidence: String,
    /// Until when; without end if none.
    pub expires: Option<Instant>,
}

/// Lets one person act for another, in place of what was granted to them for the same resident before. Residents ask
/// somebody to act for them themselves or at the counter; guardians are recorded by their community's staff or an admin.
pub async fn grant(work: &mut Work, actor: &Actor, new: &NewDelegation) -> Result<Delegation> {
    check(new)?;
    let registration = resident::find_alive(work, new.resident).await?;
    let governs = registration
        .community_id
        .is_some_and(|community| actor.governs(community))
        || actor.governs_district();
    authorise(actor, new.resident, governs)?;
    let former = work.tx.find_delegation(new.resident, new.delegate).await?;
    let by_law = |kind: &str| kind == DelegationKind::Guardian.code();
    let touches_law = by_law(new.kind.code()) || former.as_ref().is_some_and(|it| by_law(&it.kind));
    if touches_law && !governs {
        return Err(DelegationRefusal::GuardianByLaw.into());
    }
    let today = today(work).await?;
    resident::find_alive(work, new.delegate).await?;
    if age(work, new.delegate, today)
        .await?
        .is_some_and(|age| age < ADULT)
    {
        return Err(DelegationRefusal::DelegateUnderAge.into());
    }
    let birth = birth_date(work, new.resident).await?;
    let minor = new.kind == DelegationKind::Guardian
        && birth.is_some_and(|birth| age_on(birth, today) < ADULT);
    let mut expires = new.expires;
    if let Some(birth) = birth.filter(|_| minor) {
        let zone = crate::district::zone(work).await?;
        let of_age = Instant::from_civil(comes_of_age(birth).at(0, 0, 0, 0), &zone);
        expires = expires.into_iter().chain(of_age).min();
    }
    if expires.is_some_and(|expires| expires <= work.now) {
        return Err(DelegationRefusal::OverAlready.into());
    }
    if let Some(former) = former {
        end(work, actor, &former, "replaced").await?;
    }
    let delegation = Delegation {
        id: work.id(),
        resident_id: new.resident,
        delegate_id: new.delegate,
        kind: new.kind.code().to_owned(),
        minor,
        all_services: new.scope.all,
        services: new.scope.services.clone(),
        evidence: new.evidence.clone(),
        granted: work.now,
        expires,
    };
    work.tx.create_delegation(&delegation).await?;
    let detail = json!({
        "kind": delegation.kind, "scope": new.scope, "expires": expires,
    });
    work.audit_act(
        actor,
        Some(new.resident),
        "delegation.grant",
        new.delegate,
        detail,
    )
    .await?;
    announce(work, &delegation, true).await?;
    Ok(delegation)
}

/// Whom a resident means whom they ask to act for them: by name and identity number, telephone number or day of birth.
pub async fn find_delegate(
    work: &mut Work,
    actor: &Actor,
    resident: PersonId,
    name: &str,
    known: &str,
) -> Result<PersonId> {
    authorise(actor, resident, false)?;
    let another = |person: &Person| person.id != resident;
    Ok(resident::identify(work, name, known, another).await?.id)
}

/// Ends that one person may act for another. The resident may end what they asked for, the delegate give it back; the
/// community's staff and admins may end any.
pub async fn revoke(
    work: &mut Work,
    actor: &Actor,
    resident: PersonId,
    delegate: PersonId,
) -> Result<()> {
    let absent = Refusal::NotFound("delegation");
    let live = of_resident(work, resident).await?;
    let found = live.into_iter().find(|it| it.delegate_id == delegate);
    let delegation = found.ok_or(absent.clone())?;
    let registration = work.tx.find_registration(resident).await?;
    let community = registration.and_then(|registration| registration.community_id);
    let governs =
        community.is_some_and(|community| actor.governs(community)) || actor.governs_district();
    let gives_back = actor.person == Some(delegate);
    if !governs && !gives_back {
        authorise(actor, resident, governs).map_err(|_| absent)?;
        if delegation.kind == DelegationKind::Guardian.code() {
            return Err(DelegationRefusal::GuardianByLaw.into());
        }
    }
    end(work, actor, &delegation, "revoked").await
}

/// Ends all delegations by and for somebody who has died.
pub(crate) async fn end_by_death(work: &mut Work, actor: &Actor, person: PersonId) -> Result<()> {
    for delegation in work.tx.list_delegations_of(person).await? {
        end(work, actor, &delegation, "death").await?;
    }
    Ok(())
}

/// Ends delegations whose time is over, some at a time; answers how many. They count for nothing from the moment they
/// expire; this tells those concerned.
pub async fn end_expired(work: &mut Work) -> Result<usize> {
    let expired = work.tx.list_expired_delegations(work.now, 100).await?;
    for delegation in &expired {
        end(work, &Actor::host(), delegation, "expired").await?;
    }
    Ok(expired.len())
}

/// For whom somebody may act now.
pub async fn of_delegate(work: &mut Work, delegate: PersonId) -> Result<Vec<Delegation>> {
    let adult_born = latest_birth_of_adults(today(work).await?);
    Ok(work
        .tx
        .list_delegations_of_delegate(delegate, work.now, adult_born)
        .await?)
}

/// Who may act for a resident now.
pub async fn of_resident(work: &mut Work, resident: PersonId) -> Result<Vec<Delegation>> {
    let adult_born = latest_birth_of_adults(today(work).await?);
    Ok(work
        .tx
        .list_delegations_of_resident(resident, work.now, adult_born)
        .await?)
}

/// Who may act for a resident in a service now, as its plugin reads them.
pub async fn read_deputies(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    resident: PersonId,
    disclosures: &mut Disclosures,
) -> Result<Vec<Delegation>> {
    let field = ProfileField::Delegates;
    basis::open_field(work, service, reader, resident, field, disclosures).await?;
    let mut live = of_resident(work, resident).await?;
    live.retain(|delegation| in_scope(delegation, service));
    Ok(live)
}

/// The guardians of a resident now: who consents for a child under 14.
pub async fn guardians_of(work: &mut Work, resident: PersonId) -> Result<Vec<PersonId>> {
    let live = of_resident(work, resident).await?;
    Ok(live
        .into_iter()
        .filter(|delegation| delegation.kind == DelegationKind::Guardian.code())
        .map(|delegation| delegation.delegate_id)
        .collect())
}

/// Whether somebody may act for a resident in a service now.
pub async fn covers(
    work: &mut Work,
    delegate: PersonId,
    resident: PersonId,
    service: &Service,
) -> Result<bool> {
    let found = find_covering(work, delegate, resident, service).await?;
    Ok(found.is_some())
}

/// The delegation by which somebody may act for a resident in a service now.
pub(crate) async fn find_covering(
    work: &mut Work,
    delegate: PersonId,
    resident: PersonId,
    service: &Service,
) -> Result<Option<Delegation>> {
    let live = of_delegate(work, delegate).await?;
    Ok(live
        .into_iter()
        .find(|delegation| delegation.resident_id == resident && in_scope(delegation, service)))
}

/// Whether a service is in a delegation's scope.
pub(crate) fn in_scope(delegation: &Delegation, service: &Service) -> bool {
    let scope = Scope {
        all: delegation.all_services,
        services: delegation.services.clone(),
    };
    scope.covers(service.plugin(), service.manifest.confidential)
}

fn check(new: &NewDelegation) -> Result<()> {
    if new.resident == new.delegate {
        return Err(DelegationRefusal::Oneself.into());
    }
    if !new.scope.all && new.scope.services.is_empty() {
        return Err(DelegationRefusal::NoScope.into());
    }
    if new.scope.services.len() > MAX_SERVICES {
        return Err(DelegationRefusal::TooManyServices.into());
    }
    if new.evidence.trim().is_empty() || new.evidence.len() > resident::MAX_TEXT {
        return Err(Refusal::field(
            "evidence",
            "请写明依据（最多 500 字节）",
            "Say on what evidence, in at most 500 bytes",
        )
        .into());
    }
    Ok(())
}

/// Whoever governs, and the resident themself, also at the counter: a delegate appoints no other.
fn authorise(actor: &Actor, resident: PersonId, governs: bool) -> Result<()> {
    let own = matches!(actor.office, Office::Resident | Office::Counter(_));
    if governs || (own && actor.acts_for(resident)) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

async fn end(
    work: &mut Work,
    actor: &Actor,
    delegation: &Delegation,
    why: &'static str,
) -> Result<()> {
    work.tx.revoke_delegation(delegation.id, work.now).await?;
    let detail = json!({ "kind": delegation.kind, "why": why });
    work.audit_act(
        actor,
        Some(delegation.resident_id),
        "delegation.revoke",
        delegation.delegate_id,
        detail,
    )
    .await?;
    if why == "replaced" {
        return Ok(());
    }
    announce(work, delegation, false).await
}

/// Tells the resident and who acts for them, and subscribers.
async fn announce(work: &mut Work, delegation: &Delegation, began: bool) -> Result<()> {
    let (resident, delegate) = (delegation.resident_id, delegation.delegate_id);
    let name = async |work: &mut Work, person| -> Result<String> {
        let found = work.tx.find_person(person).await?;
        Ok(found.map_or_else(String::new, |person| person.name))
    };
    let names = (name(work, resident).await?, name(work, delegate).await?);
    let title = if began {
        Localised::new("代办关系已建立", "Somebody may act for you or through you")
    } else {
        Localised::new("代办关系已终止", "Acting for another has ended")
    };
    let body = if began {
        Localised::new(
            format!(
                "{} 现在可以代 {} 办理事项。如有疑问，请联系社区工作人员。",
                names.1, names.0
            ),
            format!(
                "{} may act for {} from now on. If that is wrong, tell the community's staff.",
                names.1, names.0
            ),
        )
    } else {
        Localised::new(
            format!("{} 不再代 {} 办理事项。", names.1, names.0),
            format!("{} may no longer act for {}.", names.1, names.0),
        )
    };
    for person in [resident, delegate] {
        notice::tell(
            work,
            person,
            None,
            title.clone(),
            body.clone(),
            Urgency::Important,
            None,
        )
        .await?;
    }
    let registration = work.tx.find_registration(resident).await?;
    match registration.and_then(|registration| registration.community_id) {
        Some(community) => topic::publish_host(work, DELEGATION_CHANGED, community, resident).await,
        None => Ok(()),
    }
}

async fn today(work: &mut Work) -> Result<Date> {
    let zone = crate::district::zone(work).await?;
    Ok(work.now.to_civil(&zone).date())
}

async fn birth_date(work: &mut Work, person: PersonId) -> Result<Option<Date>> {
    let found = work.tx.find_person(person).await?;
    Ok(found.and_then(|person| person.birth_date))
}

async fn age(work: &mut Work, person: PersonId, today: Date) -> Result<Option<i16>> {
    let birth = birth_date(work, person).await?;
    Ok(birth.map(|birth| age_on(birth, today)))
}

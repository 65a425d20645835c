//! A resident's household, and who may act for them.

use crate::app::App;
use crate::page::{DelegateEntry, HouseholdPage, Member};
use crate::render::submission::Posted;
use crate::visit::LoggedIn;
use axum::body::Bytes;
use axum::extract::{Form, State};
use axum::response::Response;
use jiff::civil::Date;
use linli_core::delegation::{self, NewDelegation};
use linli_core::service::ActingFor;
use linli_core::store::delegation::Delegation;
use linli_core::{Refusal, Result, Service, Work, act, household, resident, view};
use linli_domain::delegation::{DelegationKind, Scope};
use linli_domain::{Instant, Locale, PersonId};
use serde::Deserialize;

const PAGE: &str = "/household";

/// Shows it, for oneself or for whom one acts.
pub(crate) async fn show(LoggedIn { visit, login }: LoggedIn, State(app): State<App>) -> Response {
    let subject = visit.subject(&login);
    let (locale, own) = (visit.viewer.locale, visit.acting == ActingFor::Own);
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let registration = resident::find(work, &actor, subject).await?;
        let (mut address, mut members) = (None, Vec::new());
        if let Some(home) = registration.household_id {
            address = work
                .tx
                .find_residence(home)
                .await?
                .map(|home| format!("{} {}", home.building, home.unit));
            for member in household::list_members(work, &actor, home).await? {
                members.push(Member {
                    head: member.relation.as_deref() == Some("head"),
                    name: member.name,
                });
            }
        }
        let (mut delegates, mut represented) = (Vec::new(), Vec::new());
        for found in delegation::of_resident(work, subject).await? {
            // Who acts for another need not know who else does.
            if own || found.delegate_id == login.person {
                delegates.push(entry(work, &found, found.delegate_id, locale).await?);
            }
        }
        if own {
            for found in delegation::of_delegate(work, login.person).await? {
                represented.push(entry(work, &found, found.resident_id, locale).await?);
            }
        }
        let mut services = Vec::new();
        if own && let Some(community) = registration.community_id {
            for found in work.tx.list_installations_of(community).await? {
                if found.enabled {
                    let service = Service::of(work, found).await?;
                    let title = service.manifest.title.get(locale).to_owned();
                    services.push((service.plugin().to_string(), title));
                }
            }
        }
        Ok(HouseholdPage {
            resident: visit.acting_name(),
            address,
            members,
            delegates,
            represented,
            services,
            may_ask: own,
        })
    }
    .await);
    match found {
        Ok(page) => visit.page(&page).await,
        Err(error) => visit.refuse(error).await,
    }
}

async fn entry(
    work: &mut Work,
    of: &Delegation,
    other: PersonId,
    locale: Locale,
) -> Result<DelegateEntry> {
    let name = work.tx.find_person(other).await?;
    let resident = work.tx.find_person(of.resident_id).await?;
    let community = resident.and_then(|resident| resident.community_id);
    let mut services = Vec::new();
    for plugin in &of.services {
        let found = match community {
            Some(community) => work.tx.find_installation_of(plugin, community).await?,
            None => None,
        };
        services.push(match found {
            Some(found) => {
                let service = Service::of(work, found).await?;
                service.manifest.title.get(locale).to_owned()
            }
            None => plugin.to_string(),
        });
    }
    Ok(DelegateEntry {
        resident: of.resident_id.to_string(),
        delegate: of.delegate_id.to_string(),
        name: name.map_or_else(String::new, |person| person.name),
        guardian: of.kind == DelegationKind::Guardian.code(),
        all: of.all_services,
        services,
        until: of.expires,
    })
}

/// Asks somebody to act for oneself.
pub(crate) async fn ask(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let one = |name: &str| posted.first(name).unwrap_or_default().to_owned();
    let (name, known) = (one("name"), one("known"));
    let mut scope = Scope::only(
        posted
            .all("service")
            .into_iter()
            .filter_map(|text| text.parse().ok()),
    );
    scope.all = one("scope") == "all";
    let until = one("until");
    let zone = visit.viewer.zone.clone();
    let done = act!(app.core, |work| async {
        let actor = login.actor(ActingFor::Own)?;
        let delegate = delegation::find_delegate(work, &actor, login.person, &name, &known).await?;
        let new = NewDelegation {
            resident: login.person,
            delegate,
            kind: DelegationKind::Delegate,
            scope: scope.clone(),
            evidence: "本人在线委托".to_owned(),
            expires: end_of(&until, &zone)?,
        };
        delegation::grant(work, &actor, &new).await.map(|_| ())
    }
    .await);
    visit
        .done(done, visit.viewer.text().said_asked(), PAGE)
        .await
}

/// The end of a day; none where nothing was written.
fn end_of(day: &str, zone: &jiff::tz::TimeZone) -> Result<Option<Instant>> {
    if day.is_empty() {
        return Ok(None);
    }
    let end = day
        .parse::<Date>()
        .ok()
        .and_then(|day| day.tomorrow().ok())
        .and_then(|day| Instant::from_civil(day.at(0, 0, 0, 0), zone));
    Ok(Some(end.ok_or(Refusal::NotFound("form"))?))
}

#[derive(Deserialize)]
pub(crate) struct Revoked {
    resident: PersonId,
    delegate: PersonId,
}

/// Ends that somebody may act for oneself, or gives it back.
pub(crate) async fn revoke(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Revoked>,
) -> Response {
    let done = act!(app.core, |work| async {
        let actor = login.actor(ActingFor::Own)?;
        delegation::revoke(work, &actor, form.resident, form.delegate).await
    }
    .await);
    visit
        .done(done, visit.viewer.text().said_ended(), PAGE)
        .await
}

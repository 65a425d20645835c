//! What a resident agreed to, and who read what about them.

use crate::app::App;
use crate::i18n::Text;
use crate::page::{ConsentEntry, DisclosureEntry, MyDataPage, OwnEmergency, Subscription};
use crate::route::inbox::Before;
use crate::visit::{LoggedIn, see_other};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::my_data::sight::Sight;
use linli_core::service::ActingFor;
use linli_core::{Error, Office, Service, act, consent, emergency, feed, view};
use linli_domain::profile::ProfileField;
use linli_domain::{ConsentId, DisclosureId, Instant, Locale};
use linli_store::ledger::Disclosure;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

const SLICE: i64 = 50;

/// Shows it, for oneself or for whom one acts.
pub(crate) async fn my_data(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(before): Query<Before>,
) -> Response {
    let subject = visit.subject(&login);
    let locale = visit.viewer.locale;
    let (at, id) = before
        .position()
        .unwrap_or((Instant(i64::MAX), Uuid::max()));
    let mut disclosures = match app
        .core
        .store
        .list_disclosures(subject, (at, DisclosureId(id)), SLICE)
        .await
    {
        Ok(disclosures) => disclosures,
        Err(error) => return visit.fault(&error).await,
    };
    let next = (i64::try_from(disclosures.len()) == Ok(SLICE))
        .then(|| disclosures.last())
        .flatten()
        .map(|last| format!("/my-data?at={}&id={}", last.at.0, last.id));
    let found = view!(app.core, |work| async {
        let sight = Sight::of(&login, subject)?;
        let mut consents = work.tx.list_consents(subject).await?;
        let person = work.tx.find_person(subject).await?;
        let phone = person.as_ref().and_then(|person| person.phone.clone());
        let community = person.and_then(|person| person.community_id);
        let (mut services, mut by_plugin) = (HashMap::new(), HashMap::new());
        for id in disclosures
            .iter()
            .map(|disclosure| disclosure.installation_id)
        {
            if !services.contains_key(&id)
                && let Some(service) = Service::find(work, id).await?
            {
                services.insert(id, service);
            }
        }
        for plugin in consents.iter().map(|consent| &consent.plugin) {
            if let (false, Some(community)) = (by_plugin.contains_key(plugin), community)
                && let Some(found) = work.tx.find_installation_of(plugin, community).await?
            {
                by_plugin.insert(plugin.clone(), Service::of(work, found).await?);
            }
        }
        consents.retain(|consent| sight.covers(by_plugin.get(&consent.plugin)));
        disclosures.retain(|entry| sight.covers(services.get(&entry.installation_id)));
        let actor = login.actor(visit.acting);
        let in_person = actor
            .as_ref()
            .is_ok_and(|actor| matches!(actor.office, Office::Resident | Office::Guardian));
        let (mut emergencies, mut locked) = (Vec::new(), Vec::new());
        if in_person && let Ok(actor) = &actor {
            emergencies = emergency::list_of(work, actor, subject, 20).await?;
            locked = work.tx.list_restrictions(subject).await?;
        }
        for found in &emergencies {
            let id = found.installation_id;
            if !services.contains_key(&id)
                && let Some(service) = Service::find(work, id).await?
            {
                services.insert(id, service);
            }
        }
        let mut names = HashMap::new();
        for actor in disclosures
            .iter()
            .filter_map(|disclosure| disclosure.actor_id)
            .chain(emergencies.iter().map(|found| found.declared_by))
        {
            if let Some(person) = work.tx.find_person(actor).await? {
                names.insert(actor, person.name);
            }
        }
        let feed = match actor {
            Ok(actor) => feed::since(work, &actor, feed::Of::Resident(subject)).await,
            Err(error) => Err(error),
        };
        let feed = match feed {
            Ok(None) => Subscription::Off,
            Ok(Some(since)) => Subscription::Since(since),
            // A delegate has no say in it.
            Err(Error::Refused(_)) => Subscription::Hidden,
            Err(error) => return Err(error),
        };
        Ok((
            services,
            by_plugin,
            names,
            consents,
            disclosures,
            phone.filter(|_| in_person),
            feed,
            in_person,
            emergencies,
            locked,
        ))
    }
    .await);
    let (
        services,
        by_plugin,
        names,
        consents,
        disclosures,
        phone,
        feed,
        in_person,
        emergencies,
        locked,
    ) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let now = visit.viewer.now;
    let consents = consents
        .into_iter()
        .filter(|consent| consent.withdrawn.is_none() && consent.expires > now)
        .map(|consent| {
            let service = by_plugin.get(&consent.plugin);
            ConsentEntry {
                id: consent.id.to_string(),
                service: service.map_or_else(
                    || consent.plugin.to_string(),
                    |s| s.manifest.title.get(locale).to_owned(),
                ),
                plugin: consent.plugin.to_string(),
                organisation: service
                    .map_or_else(String::new, |s| s.organisation.name.get(locale).to_owned()),
                field: field_title(&consent.field, locale),
                purpose: consent.purpose.get(locale).to_owned(),
                necessary: service.is_some_and(|s| {
                    s.manifest
                        .fields
                        .get(&consent.field)
                        .is_some_and(|field| field.necessary)
                }),
                separate: consent.separate,
                by_guardian: consent.for_child,
                since: consent.granted,
                until: Some(consent.expires),
            }
        })
        .collect();
    let t = visit.viewer.text();
    let entry = |disclosure: &Disclosure| {
        let service = services.get(&disclosure.installation_id);
        let organisation =
            service.map_or_else(String::new, |s| s.organisation.name.get(locale).to_owned());
        DisclosureEntry {
            at: disclosure.at,
            who: disclosure
                .actor_id
                .map(|actor| {
                    if actor == login.person {
                        t.disclosure_self().to_owned()
                    } else {
                        names.get(&actor).cloned().unwrap_or_default()
                    }
                })
                .unwrap_or_else(|| t.disclosure_background(&organisation)),
            service: service.map_or_else(String::new, |s| s.manifest.title.get(locale).to_owned()),
            fields: disclosure
                .fields
                .iter()
                .map(|field| field_title(field, locale))
                .collect(),
            purpose: disclosure
                .purposes
                .iter()
                .map(|purpose| purpose.get(locale))
                .collect::<Vec<_>>()
                .join(if locale == Locale::ZhCn { "；" } else { "; " }),
            basis: basis_title(disclosure, t, locale),
            times: 1,
        }
    };
    let mut entries: Vec<DisclosureEntry> = Vec::new();
    for disclosure in &disclosures {
        let next = entry(disclosure);
        match entries.last_mut() {
            Some(last)
                if visit.viewer.day_of(last.at) == visit.viewer.day_of(next.at)
                    && last.is_like(&next) =>
            {
                last.times += 1
            }
            _ => entries.push(next),
        }
    }
    let page = MyDataPage {
        resident: visit.acting_name(),
        consents,
        phone,
        in_person,
        emergencies: emergencies
            .into_iter()
            .map(|found| OwnEmergency {
                at: found.declared,
                who: names.get(&found.declared_by).cloned().unwrap_or_default(),
                service: services
                    .get(&found.installation_id)
                    .map_or_else(String::new, |s| s.manifest.title.get(locale).to_owned()),
                reason: found.reason,
                justified: found.justified,
                note: found.note.unwrap_or_default(),
            })
            .collect(),
        locked: locked
            .into_iter()
            .map(|found| {
                let service = by_plugin.get(&found.plugin);
                let title = service.map(|s| s.manifest.title.get(locale).to_owned());
                (
                    title.unwrap_or_else(|| found.plugin.to_string()),
                    found.since,
                )
            })
            .collect(),
        disclosures: entries,
        next,
        feed,
    };
    visit.page(&page).await
}

/// On what a disclosure rested, with the article of a duty.
fn basis_title(disclosure: &Disclosure, t: Text, locale: Locale) -> String {
    let ground = disclosure
        .ground
        .as_ref()
        .map_or("", |ground| ground.get(locale));
    match disclosure.basis.as_str() {
        "consent" => t.basis_consent().to_owned(),
        "contract" => t.basis_contract().to_owned(),
        "duty" => t.basis_duty(ground),
        "emergency" => t.basis_emergency().to_owned(),
        other => other.to_owned(),
    }
}

/// What a field is called.
pub(crate) fn field_title(code: &str, locale: Locale) -> String {
    ProfileField::from_code(code).map_or_else(|| code.to_owned(), |field| field.title_in(locale))
}

#[derive(Deserialize)]
pub(crate) struct Withdraw {
    consent: ConsentId,
}

/// Withdraws a consent.
pub(crate) async fn withdraw(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Withdraw>,
) -> Response {
    let resident = match visit.acting {
        ActingFor::Own => login.person,
        ActingFor::Resident(resident) => resident,
    };
    match act!(app.core, |work| consent::withdraw(
        work,
        &login,
        resident,
        form.consent
    )
    .await)
    {
        Ok(()) => {
            visit
                .say(true, visit.viewer.text().said_consent_withdrawn())
                .await;
            see_other("/my-data")
        }
        Err(error) => visit.refuse(error).await,
    }
}

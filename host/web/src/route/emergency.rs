//! Emergencies that an organisation's staff declare.

use crate::app::App;
use crate::page::{DeclaredEntry, EmergenciesPage};
use crate::visit::{LoggedIn, Visit, see_other};
use axum::extract::{Form, State};
use axum::response::Response;
use linli_core::{Error, Login, Refusal, Service, act, emergency, service, view};
use linli_domain::InstallationId;
use serde::Deserialize;

/// How many of one's own are shown.
const SHOWN: u16 = 50;

/// Shows one's own, and the form for another.
pub(crate) async fn list(LoggedIn { visit, login }: LoggedIn, State(app): State<App>) -> Response {
    page(&visit, &app, &login, Vec::new()).await
}

async fn page(visit: &Visit, app: &App, login: &Login, problems: Vec<String>) -> Response {
    let locale = visit.viewer.locale;
    let title = |service: &Service| {
        let community = service.community.name.get(locale);
        format!("{} · {community}", service.manifest.title.get(locale))
    };
    let found = view!(app.core, |work| async {
        if !login.is_staff() {
            return Err(Refusal::NotAllowed.into());
        }
        let services = service::list_at_work(work, login).await?;
        let mut declared = Vec::new();
        for found in emergency::list_own(work, login.person, SHOWN).await? {
            let resident = work.tx.find_person(found.resident_id).await?;
            let service = Service::find(work, found.installation_id).await?;
            declared.push(DeclaredEntry {
                resident: resident.map_or_else(String::new, |person| person.name),
                service: service.as_ref().map_or_else(String::new, title),
                reason: found.reason,
                at: found.declared,
                closes: found.closes,
                justified: found.justified,
                note: found.note.unwrap_or_default(),
            });
        }
        let services = services
            .iter()
            .map(|service| (service.id().to_string(), title(service)))
            .collect();
        Ok((services, declared))
    }
    .await);
    match found {
        Ok((services, declared)) => {
            let page = EmergenciesPage {
                services,
                declared,
                problems,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Declared {
    service: InstallationId,
    name: String,
    known: String,
    reason: String,
}

/// Declares one.
pub(crate) async fn declare(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Declared>,
) -> Response {
    let done = act!(app.core, |work| async {
        let found = Service::find(work, form.service).await?;
        let service = found.ok_or(Refusal::NotFound("service"))?;
        let actor = login.organisation_staff(&service)?;
        let resident =
            emergency::find_resident(work, &service, &actor, &form.name, &form.known).await?;
        emergency::declare(work, &service, &actor, resident, &form.reason)
            .await
            .map(|_| ())
    }
    .await);
    match done {
        Ok(()) => {
            visit.say(true, visit.viewer.text().said_declared()).await;
            see_other("/emergencies")
        }
        Err(Error::Refused(refusal)) if refusal != Refusal::NotAllowed => {
            let problem = refusal.message().get(visit.viewer.locale).to_owned();
            page(&visit, &app, &login, vec![problem]).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

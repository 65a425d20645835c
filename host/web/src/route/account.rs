//! Logging in and out, language and type size, for whom one acts.

use crate::app::App;
use crate::format::TypeSize;
use crate::page::{ActingForPage, LoginPage, LoginProblem, Represented};
use crate::session::{STATE, State as SessionState};
use crate::visit::{LANGUAGE_COOKIE, LoggedIn, TYPE_SIZE_COOKIE, Visit, see_other};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use linli_core::service::ActingFor;
use linli_core::{Error, Refusal, account, act, view};
use linli_domain::time::MINUTE;
use linli_domain::{Locale, PersonId};
use serde::Deserialize;
use uuid::Uuid;

/// Goes where this visitor belongs.
pub(crate) async fn front(visit: Visit) -> Response {
    see_other(start_of(&visit))
}

fn start_of(visit: &Visit) -> &'static str {
    match &visit.login {
        None => "/login",
        Some(login) if login.is_admin() && login.community.is_none() && !login.is_staff() => {
            "/admin"
        }
        Some(login)
            if login.community.is_none() && !login.is_staff() && !login.delegations.is_empty() =>
        {
            "/acting-for"
        }
        Some(_) => "/home",
    }
}

#[derive(Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// Shows the form.
pub(crate) async fn login(visit: Visit, Query(Next { next }): Query<Next>) -> Response {
    if visit.login.is_some() {
        return see_other(if next.is_empty() { "/" } else { &next });
    }
    let page = LoginPage {
        district: visit.district.clone(),
        name: String::new(),
        next,
        problem: None,
    };
    visit.page(&page).await
}

#[derive(Deserialize)]
pub(crate) struct LoginForm {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Logs in; the session gets a new id, so that one planted before is worth nothing.
pub(crate) async fn log_in(
    visit: Visit,
    State(app): State<App>,
    Form(form): Form<LoginForm>,
) -> Response {
    let problem = match account::log_in(&app.core, &form.name, &form.password, &visit.address).await
    {
        Ok(person) => return start_session(&visit, person, &form.next).await,
        Err(Error::Refused(Refusal::LockedOut(until))) => {
            let minutes = (until.0 - app.core.now().0) / MINUTE;
            LoginProblem::TooMany(u32::try_from(minutes).unwrap_or(15).max(1))
        }
        Err(Error::Refused(_)) => LoginProblem::Wrong,
        Err(error) => return visit.fault(&error).await,
    };
    let status = if matches!(problem, LoginProblem::Wrong) {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::TOO_MANY_REQUESTS
    };
    let page = LoginPage {
        district: visit.district.clone(),
        name: form.name,
        next: form.next,
        problem: Some(problem),
    };
    visit.page_as(status, &page).await
}

async fn start_session(visit: &Visit, person: PersonId, next: &str) -> Response {
    let state = SessionState {
        person: person.0,
        acting_for: None,
    };
    let started = async {
        visit.session.insert(STATE, state).await?;
        visit.session.cycle_id().await
    };
    match started.await {
        Ok(()) => see_other(if next.is_empty() { "/" } else { next }),
        Err(error) => visit.fault(&error).await,
    }
}

/// Ends the session.
pub(crate) async fn log_out(visit: Visit) -> Response {
    if visit.session.id().is_some()
        && let Err(error) = visit.session.flush().await
    {
        return visit.fault(&error).await;
    }
    visit.say(true, visit.viewer.text().said_logged_out()).await;
    see_other("/login")
}

#[derive(Deserialize)]
pub(crate) struct Preferences {
    language: Option<String>,
    #[serde(rename = "type-size")]
    type_size: Option<String>,
    #[serde(default)]
    back: String,
}

/// Changes language or type size; for whoever is logged in the language goes with their account.
pub(crate) async fn prefer(
    visit: Visit,
    State(app): State<App>,
    Form(form): Form<Preferences>,
) -> Response {
    let mut cookies = Vec::new();
    let mut keep = |name: &str, value: &str| {
        let secure = if app.reach.behind_proxy {
            "; Secure"
        } else {
            ""
        };
        cookies.push((
            SET_COOKIE,
            format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}"),
        ));
    };
    if let Some(locale) = form.language.as_deref().and_then(Locale::from_tag) {
        keep(LANGUAGE_COOKIE, locale.tag());
        if let Some(login) = &visit.login
            && let Err(error) = act!(app.core, |work| account::set_locale(work, login, locale)
                .await)
        {
            return visit.refuse(error).await;
        }
    }
    if let Some(size) = form.type_size.as_deref().map(TypeSize::from_code) {
        keep(TYPE_SIZE_COOKIE, size.code());
    }
    (AppendHeaders(cookies), see_other(&form.back)).into_response()
}

/// Shows for whom one may act.
pub(crate) async fn acting_for(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let communities = view!(app.core, |work| async {
        Ok(work.tx.list_communities().await?)
    }
    .await);
    let communities = match communities {
        Ok(communities) => communities,
        Err(error) => return visit.refuse(error).await,
    };
    let t = visit.viewer.text();
    let represented = login
        .delegations
        .iter()
        .map(|(delegation, name, community)| Represented {
            id: delegation.resident_id.to_string(),
            name: name.clone(),
            relation: if delegation.kind == "guardian" {
                t.relation_guardian()
            } else {
                t.relation_delegate()
            }
            .to_owned(),
            community: communities
                .iter()
                .find(|found| Some(found.id) == *community)
                .map_or_else(String::new, |found| {
                    found.name.get(visit.viewer.locale).to_owned()
                }),
        })
        .collect();
    let current = match visit.acting {
        ActingFor::Resident(resident) => Some(resident.to_string()),
        ActingFor::Own => None,
    };
    visit
        .page(&ActingForPage {
            name: login.name.clone(),
            represented,
            current,
        })
        .await
}

#[derive(Deserialize)]
pub(crate) struct ActFor {
    person: String,
}

/// Acts for somebody, or for oneself again.
pub(crate) async fn act_for(
    LoggedIn { visit, login }: LoggedIn,
    Form(form): Form<ActFor>,
) -> Response {
    let wanted = form
        .person
        .parse::<Uuid>()
        .ok()
        .map(PersonId)
        .filter(|person| *person != login.person);
    let said = match wanted {
        None => visit.viewer.text().said_acting_self().to_owned(),
        Some(resident) => match login
            .delegations
            .iter()
            .find(|entry| entry.0.resident_id == resident)
        {
            Some((_, name, _)) => visit.viewer.text().said_acting_for(name),
            None => return visit.refuse(Refusal::NotAllowed.into()).await,
        },
    };
    if let Err(error) = set_acting_for(&visit, login.person, wanted).await {
        return visit.fault(&error).await;
    }
    visit.say(true, said).await;
    see_other("/home")
}

/// Remembers in the session for whom one acts.
pub(crate) async fn set_acting_for(
    visit: &Visit,
    person: PersonId,
    resident: Option<PersonId>,
) -> Result<(), tower_sessions::session::Error> {
    let state = SessionState {
        person: person.0,
        acting_for: resident.map(|resident| resident.0),
    };
    visit.session.insert(STATE, state).await
}

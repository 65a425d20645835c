//! Logging in and out, language and type size, for whom one acts.

use crate::app::App;
use crate::format::TypeSize;
use crate::page::{ActingForPage, LoginPage, LoginProblem, Represented};
use crate::session::{CODE, STATE, State as SessionState};
use crate::visit::{DEVICE_COOKIE, LANGUAGE_COOKIE, LoggedIn, TYPE_SIZE_COOKIE, Visit, see_other};
use axum::extract::{Form, Query, State};
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use linli_core::login::{Attempt, Entry};
use linli_core::service::ActingFor;
use linli_core::{Error, Refusal, account, act, login as core_login, view};
use linli_domain::time::MINUTE;
use linli_domain::{DeliveryId, Instant, Locale, PersonId};
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
    pub next: String,
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
    let attempt = Attempt {
        name: &form.name,
        password: &form.password,
        address: &visit.address,
        device: visit.known_device.as_deref(),
    };
    let problem = match core_login::log_in(&app.core, &attempt).await {
        Ok(entry) => return start_session(&visit, &entry, &form.next).await,
        Err(Error::Refused(Refusal::LockedOut(until))) => too_many(&visit, until),
        Err(Error::Refused(_)) => LoginProblem::Wrong,
        Err(error) => return visit.fault(&error).await,
    };
    let page = LoginPage {
        district: visit.district.clone(),
        name: form.name,
        next: form.next,
        problem: Some(problem),
    };
    visit.page_as(problem.status(), &page).await
}

/// That somebody has to wait until then.
pub(crate) fn too_many(visit: &Visit, until: Instant) -> LoginProblem {
    let minutes = (until.0 - visit.viewer.now.0 + MINUTE - 1) / MINUTE;
    LoginProblem::TooMany(u32::try_from(minutes).unwrap_or(60).max(1))
}

/// Begins a session under a new id, so that one planted before is worth nothing, and has the browser known.
pub(crate) async fn start_session(visit: &Visit, entry: &Entry, next: &str) -> Response {
    let now = visit.app.core.now().0;
    let state = SessionState {
        person: entry.person.0,
        acting_for: None,
        begun: now,
        proved: now,
        device: visit.device.clone(),
    };
    let started = async {
        visit.session.remove::<DeliveryId>(CODE).await?;
        visit.session.insert(STATE, state).await?;
        visit.session.cycle_id().await
    };
    match started.await {
        Ok(()) => (
            AppendHeaders([(SET_COOKIE, kept(visit, DEVICE_COOKIE, &entry.device))]),
            see_other(if next.is_empty() { "/" } else { next }),
        )
            .into_response(),
        Err(error) => visit.fault(&error).await,
    }
}

/// A cookie that stays for a year.
fn kept(visit: &Visit, name: &str, value: &str) -> String {
    let secure = if visit.app.reach.behind_proxy {
        "; Secure"
    } else {
        ""
    };
    format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}")
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
    let mut keep = |name: &str, value: &str| cookies.push((SET_COOKIE, kept(&visit, name, value)));
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
    let state: Option<SessionState> = visit.session.get(STATE).await?;
    let Some(state) = state.filter(|state| state.person == person.0) else {
        return Ok(());
    };
    let state = SessionState {
        acting_for: resident.map(|resident| resident.0),
        ..state
    };
    visit.session.insert(STATE, state).await
}

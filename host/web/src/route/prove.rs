//! Proving again who one is, before what is dangerous: with the password, or with a code by mail.

use crate::app::App;
use crate::page::{LoginProblem, ProvePage};
use crate::route::account::{Next, too_many};
use crate::session::{CODE, STATE, State as SessionState};
use crate::visit::{LoggedIn, Visit, form_encode, see_other};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::login::Attempt;
use linli_core::{Error, Login, Refusal, login, login_code, view};
use linli_domain::DeliveryId;
use serde::Deserialize;

/// Asks for it.
pub(crate) async fn form(
    LoggedIn { visit, .. }: LoggedIn,
    Query(Next { next }): Query<Next>,
) -> Response {
    show(&visit, next, None).await
}

async fn show(visit: &Visit, next: String, problem: Option<LoginProblem>) -> Response {
    let asked: Option<DeliveryId> = match visit.session.get(CODE).await {
        Ok(asked) => asked,
        Err(error) => return visit.fault(&error).await,
    };
    let page = ProvePage {
        next,
        asked_code: asked.is_some(),
        problem,
    };
    match problem {
        None => visit.page(&page).await,
        Some(problem) => visit.page_as(problem.status(), &page).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Proof {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Proves it. The session gets a new id.
pub(crate) async fn prove(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Proof>,
) -> Response {
    match check(&visit, &app, &login, &form).await {
        Ok(()) => match note(&visit).await {
            Ok(()) => see_other(if form.next.is_empty() {
                "/"
            } else {
                &form.next
            }),
            Err(error) => visit.fault(&error).await,
        },
        Err(Error::Refused(Refusal::LockedOut(until))) => {
            let problem = too_many(&visit, until);
            show(&visit, form.next, Some(problem)).await
        }
        Err(Error::Refused(refusal)) => {
            let problem = match refusal {
                Refusal::WrongCode => LoginProblem::WrongCode,
                _ => LoginProblem::Wrong,
            };
            show(&visit, form.next, Some(problem)).await
        }
        Err(error) => visit.fault(&error).await,
    }
}

async fn check(visit: &Visit, app: &App, login: &Login, proof: &Proof) -> linli_core::Result<()> {
    let device = visit.known_device.as_deref();
    let entry = if proof.code.is_empty() {
        let name = account_name(app, login).await?;
        let attempt = Attempt {
            name: &name,
            password: &proof.password,
            address: &visit.address,
            device,
        };
        login::log_in(&app.core, &attempt).await?
    } else {
        let asked: Option<DeliveryId> = visit
            .session
            .get(CODE)
            .await
            .map_err(|error| Error::Internal(error.to_string()))?;
        let id = asked.ok_or(Refusal::WrongCode)?;
        login_code::redeem(&app.core, id, &proof.code, &visit.address, device).await?
    };
    // The code of another account proves nothing.
    if entry.person == login.person {
        Ok(())
    } else {
        Err(Refusal::WrongCode.into())
    }
}

async fn account_name(app: &App, login: &Login) -> linli_core::Result<String> {
    let account = view!(app.core, |work| async {
        Ok(work.tx.find_account(login.person).await?)
    }
    .await)?;
    account
        .map(|account| account.login)
        .ok_or_else(|| Refusal::WrongPassword.into())
}

async fn note(visit: &Visit) -> Result<(), tower_sessions::session::Error> {
    let state: Option<SessionState> = visit.session.get(STATE).await?;
    if let Some(state) = state {
        let proved = visit.app.core.now().0;
        visit.session.remove::<DeliveryId>(CODE).await?;
        visit
            .session
            .insert(STATE, SessionState { proved, ..state })
            .await?;
        visit.session.cycle_id().await?;
    }
    Ok(())
}

/// Has a code sent.
pub(crate) async fn ask_code(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(Next { next }): Form<Next>,
) -> Response {
    let asked = async {
        let name = account_name(&app, &login).await?;
        login_code::ask(&app.core, &name, &visit.address).await
    };
    match asked.await {
        Ok(code) => match visit.session.insert(CODE, code).await {
            Ok(()) => see_other(&format!("/prove?next={}", form_encode(&next))),
            Err(error) => visit.fault(&error).await,
        },
        Err(Error::Refused(Refusal::LockedOut(until))) => {
            let problem = too_many(&visit, until);
            show(&visit, next, Some(problem)).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

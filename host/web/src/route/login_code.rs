//! Logging in with a code by mail: ask for one, then type it.

use crate::app::App;
use crate::page::{LoginCodePage, LoginPage, LoginProblem};
use crate::route::account::{Next, start_session, too_many};
use crate::session::CODE;
use crate::visit::{Visit, form_encode, see_other};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::{Error, Refusal, login_code};
use linli_domain::DeliveryId;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Asked {
    name: String,
    #[serde(default)]
    next: String,
}

/// Asks for a code. The answer is the same whether there is such an account or not.
pub(crate) async fn ask(visit: Visit, State(app): State<App>, Form(form): Form<Asked>) -> Response {
    match login_code::ask(&app.core, &form.name, &visit.address).await {
        Ok(code) => match visit.session.insert(CODE, code).await {
            Ok(()) => see_other(&format!("/login/code?next={}", form_encode(&form.next))),
            Err(error) => visit.fault(&error).await,
        },
        Err(Error::Refused(Refusal::LockedOut(until))) => {
            let problem = too_many(&visit, until);
            let page = LoginPage {
                district: visit.district.clone(),
                name: form.name,
                next: form.next,
                problem: Some(problem),
            };
            visit.page_as(problem.status(), &page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Asks for what the mail says.
pub(crate) async fn form(visit: Visit, Query(Next { next }): Query<Next>) -> Response {
    if visit.login.is_some() {
        return see_other(if next.is_empty() { "/" } else { &next });
    }
    visit
        .page(&LoginCodePage {
            next,
            problem: None,
        })
        .await
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    code: String,
    #[serde(default)]
    next: String,
}

/// Logs in.
pub(crate) async fn log_in(
    visit: Visit,
    State(app): State<App>,
    Form(form): Form<Typed>,
) -> Response {
    let asked: Option<DeliveryId> = match visit.session.get(CODE).await {
        Ok(asked) => asked,
        Err(error) => return visit.fault(&error).await,
    };
    let problem = match asked {
        // This browser asked for none: whoever has somebody else's code has nothing.
        None => LoginProblem::WrongCode,
        Some(id) => {
            let device = visit.known_device.as_deref();
            match login_code::redeem(&app.core, id, &form.code, &visit.address, device).await {
                Ok(entry) => return start_session(&visit, &entry, &form.next).await,
                Err(Error::Refused(Refusal::LockedOut(until))) => too_many(&visit, until),
                Err(Error::Refused(_)) => LoginProblem::WrongCode,
                Err(error) => return visit.fault(&error).await,
            }
        }
    };
    let page = LoginCodePage {
        next: form.next,
        problem: Some(problem),
    };
    visit.page_as(problem.status(), &page).await
}

//! One's own account: sessions and password.

use crate::app::App;
use crate::page::{SecurityPage, SessionEntry};
use crate::route::admin::problems;
use crate::session::hash;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::extract::{Form, State};
use axum::response::Response;
use linli_core::{Login, account, act, session, view};
use linli_domain::random::Stream;
use serde::Deserialize;
use uuid::Uuid;

const PAGE: &str = "/account";

fn current(visit: &Visit) -> String {
    visit.session.id().as_ref().map(hash).unwrap_or_default()
}

/// Shows it.
pub(crate) async fn show(LoggedIn { visit, login }: LoggedIn, State(app): State<App>) -> Response {
    page(&visit, &app, &login, Vec::new()).await
}

async fn page(visit: &Visit, app: &App, login: &Login, problems: Vec<String>) -> Response {
    let current = current(visit);
    let found = view!(app.core, |work| async {
        let account = work.tx.find_account(login.person).await?;
        Ok((
            account.map(|account| account.login).unwrap_or_default(),
            session::list(work, login, &current).await?,
        ))
    }
    .await);
    match found {
        Ok((name, sessions)) => {
            let page = SecurityPage {
                name,
                sessions: sessions
                    .into_iter()
                    .map(|open| SessionEntry {
                        handle: open.handle.to_string(),
                        device: open.device,
                        begun: open.begun,
                        seen: open.seen,
                        current: open.current,
                    })
                    .collect(),
                proven: visit.is_proven(),
                problems,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct NewPassword {
    password: String,
    again: String,
}

/// Changes the password of whoever proved a short time ago who they are, and ends their other sessions.
pub(crate) async fn set_password(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<NewPassword>,
) -> Response {
    if !visit.is_proven() {
        return see_other("/prove?next=/account");
    }
    if form.password != form.again {
        let problem = visit.viewer.text().account_passwords_differ().to_owned();
        return page(&visit, &app, &login, vec![problem]).await;
    }
    let changed = async {
        let mut stream = Stream::new(app.core.seed());
        let hash = account::hash_password(&mut stream, &form.password).await?;
        let current = current(&visit);
        act!(app.core, |work| account::change_password(
            work, &login, &hash, &current
        )
        .await)
    };
    match changed.await {
        Ok(()) => {
            let said = visit.viewer.text().said_password_changed();
            visit.say(true, said).await;
            see_other(PAGE)
        }
        Err(error) => match problems(&visit, error) {
            Ok(problems) => page(&visit, &app, &login, problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

#[derive(Deserialize)]
pub(crate) struct Ended {
    handle: Uuid,
}

/// Ends one session.
pub(crate) async fn end(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Ended>,
) -> Response {
    match act!(app.core, |work| session::end(work, &login, form.handle)
        .await)
    {
        Ok(()) => {
            let said = visit.viewer.text().said_session_ended();
            visit.say(true, said).await;
            see_other(PAGE)
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Ends all but this one.
pub(crate) async fn end_others(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let current = current(&visit);
    match act!(app.core, |work| session::end_others(work, &login, &current)
        .await)
    {
        Ok(_) => {
            let said = visit.viewer.text().said_sessions_ended();
            visit.say(true, said).await;
            see_other(PAGE)
        }
        Err(error) => visit.refuse(error).await,
    }
}

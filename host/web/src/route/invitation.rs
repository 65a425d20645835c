//! Accepting an invitation to a role.

use crate::app::App;
use crate::page::{InvitationPage, InvitedRole};
use crate::route::account::start_session;
use crate::route::admin::invitation::{role_name, where_name};
use crate::route::admin::problems;
use crate::visit::{Visit, see_other};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use linli_core::login::Attempt;
use linli_core::store::invitation::Invitation;
use linli_core::{Error, Login, account, act, invitation, login, view};
use linli_domain::random::Stream;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Code {
    #[serde(default)]
    code: String,
}

/// Asks for the code, or shows what it invites to.
pub(crate) async fn open(visit: Visit, Query(Code { code }): Query<Code>) -> Response {
    if code.trim().is_empty() {
        return visit.page(&InvitationPage::default()).await;
    }
    show(&visit, &code, String::new(), Vec::new()).await
}

async fn show(visit: &Visit, code: &str, typed: String, mut said: Vec<String>) -> Response {
    let found = view!(visit.app.core, |work| async {
        let found = invitation::open(work, code).await?;
        describe(work, visit, &found).await
    }
    .await);
    let role = match found {
        Ok(role) => Some(role),
        Err(error) => match problems(visit, error) {
            Ok(over) => {
                said = over;
                None
            }
            Err(error) => return visit.refuse(error).await,
        },
    };
    let page = InvitationPage {
        code: code.to_owned(),
        role,
        me: visit.login.as_ref().map(|login| login.name.clone()),
        typed,
        problems: said,
    };
    visit.page(&page).await
}

async fn describe(
    work: &mut linli_core::Work,
    visit: &Visit,
    found: &Invitation,
) -> linli_core::Result<InvitedRole> {
    let locale = visit.viewer.locale;
    let organisation = match found.organisation_id {
        Some(id) => work.tx.find_organisation(id).await?,
        None => None,
    };
    let community = match found.community_id {
        Some(id) => work.tx.find_community(id).await?,
        None => None,
    };
    Ok(InvitedRole {
        name: found.name.clone(),
        role: role_name(visit.viewer.text(), &found.role),
        at: where_name(
            visit.viewer.text(),
            organisation.map(|found| found.name.get(locale).to_owned()),
            community.map(|found| found.name.get(locale).to_owned()),
        ),
        until: found.role_expires,
        expires: found.expires,
    })
}

#[derive(Deserialize)]
pub(crate) struct Acceptance {
    code: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Accepts it: on one's own account where one is logged in, else on a new one.
pub(crate) async fn accept(
    visit: Visit,
    State(app): State<App>,
    Form(form): Form<Acceptance>,
) -> Response {
    let accepted = match visit.login.clone() {
        Some(me) => take(&visit, &app, &me, &form).await,
        None if form.password != form.again => {
            let problem = visit.viewer.text().account_passwords_differ().to_owned();
            return show(&visit, &form.code, form.login, vec![problem]).await;
        }
        None => join(&visit, &app, &form).await,
    };
    match accepted {
        Ok(response) => response,
        Err(error) => match problems(&visit, error) {
            Ok(problems) => show(&visit, &form.code, form.login, problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

async fn take(visit: &Visit, app: &App, me: &Login, form: &Acceptance) -> Result<Response, Error> {
    act!(app.core, |work| invitation::accept(work, me, &form.code)
        .await)?;
    let said = visit.viewer.text().said_invitation_accepted();
    visit.say(true, said).await;
    Ok(see_other("/home"))
}

async fn join(visit: &Visit, app: &App, form: &Acceptance) -> Result<Response, Error> {
    // A code that opens nothing costs no hash.
    view!(app.core, |work| invitation::open(work, &form.code).await)?;
    let mut stream = Stream::new(app.core.seed());
    let hash = account::hash_password(&mut stream, &form.password).await?;
    act!(app.core, |work| invitation::accept_anew(
        work,
        &form.code,
        &form.login,
        &hash
    )
    .await)?;
    let attempt = Attempt {
        name: &form.login,
        password: &form.password,
        address: &visit.address,
        device: visit.known_device.as_deref(),
    };
    let entry = login::log_in(&app.core, &attempt).await?;
    let said = visit.viewer.text().said_invitation_accepted();
    visit.say(true, said).await;
    Ok(start_session(visit, &entry, "/").await)
}

//! How a person wants to be told.

use crate::app::App;
use crate::page::{ConfirmEmailPage, ContactPage};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use linli_core::{Error, Login, act, contact, view};
use linli_domain::DeliveryId;
use linli_domain::notice::{Channel, ChannelChoice, Urgency};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Shows it.
pub(crate) async fn show(LoggedIn { visit, login }: LoggedIn, State(app): State<App>) -> Response {
    page(&visit, &app, &login, Vec::new()).await
}

async fn page(visit: &Visit, app: &App, login: &Login, problems: Vec<String>) -> Response {
    let found = view!(app.core, |work| async {
        let phone = work.tx.find_person(login.person).await?;
        Ok((
            contact::find(work, login.person).await?,
            phone.and_then(|person| person.phone),
        ))
    }
    .await);
    match found {
        Ok((contact, phone)) => {
            let page = ContactPage {
                confirmed: contact.email_confirmed.is_some(),
                email: contact.email.unwrap_or_default(),
                phone,
                choice: contact.channels,
                problems,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Chooses channels.
pub(crate) async fn choose(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let of = |urgency: Urgency| -> BTreeSet<Channel> {
        let chosen = posted.all(urgency.code());
        chosen
            .into_iter()
            .filter_map(|code| code.parse().ok())
            .collect()
    };
    let choice = ChannelChoice {
        routine: of(Urgency::Routine),
        important: of(Urgency::Important),
        urgent: of(Urgency::Urgent),
    };
    match act!(app.core, |work| contact::choose(
        work,
        &login,
        choice.clone()
    )
    .await)
    {
        Ok(()) => {
            visit.say(true, visit.viewer.text().said_saved()).await;
            see_other("/contact")
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Email {
    email: String,
}

/// Gives a mail address, or takes it away.
pub(crate) async fn set_email(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Email>,
) -> Response {
    match act!(app.core, |work| contact::set_email(
        work,
        &login,
        &form.email
    )
    .await)
    {
        Ok(()) => {
            visit.say(true, visit.viewer.text().said_saved()).await;
            see_other("/contact")
        }
        Err(Error::Refused(refusal)) => {
            let problem = refusal.message().get(visit.viewer.locale).to_owned();
            page(&visit, &app, &login, vec![problem]).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Asks whether an address is right. Whoever has the mail need not be logged in.
pub(crate) async fn ask(visit: Visit, Path((id, token)): Path<(DeliveryId, String)>) -> Response {
    let token: String = token.chars().filter(char::is_ascii_hexdigit).collect();
    let action = format!("/contact/confirm/{id}/{token}");
    visit.page(&ConfirmEmailPage { action }).await
}

/// Confirms it.
pub(crate) async fn confirm(
    visit: Visit,
    State(app): State<App>,
    Path((id, token)): Path<(DeliveryId, String)>,
) -> Response {
    match act!(app.core, |work| contact::confirm_email(work, id, &token)
        .await)
    {
        Ok(_) => {
            visit.say(true, visit.viewer.text().said_confirmed()).await;
            see_other("/")
        }
        Err(error) => visit.refuse(error).await,
    }
}

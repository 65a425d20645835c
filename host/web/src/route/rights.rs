//! What a resident does about their own data: download it, correct it, object to its use, ask for its erasure.

use crate::app::App;
use crate::visit::{LoggedIn, Visit};
use axum::extract::{Form, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use linli_core::my_data::correction::{self, Field};
use linli_core::my_data::{erasure, export, restriction};
use linli_core::{Actor, Login, Refusal, Result, act};
use linli_domain::PluginId;
use serde::Deserialize;

const PAGE: &str = "/my-data";

fn actor(visit: &Visit, login: &Login) -> Result<Actor> {
    login.actor(visit.acting)
}

/// Everything that is held on the person, as a file.
pub(crate) async fn download(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let mut copy = Vec::new();
    let written = match actor(&visit, &login) {
        Ok(actor) => export::export(&app.core, &actor, visit.subject(&login), &mut copy).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        return visit.refuse(error).await;
    }
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"my-data.json\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, copy).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Phone {
    phone: String,
}

/// Changes the phone at once.
pub(crate) async fn set_phone(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Phone>,
) -> Response {
    let person = visit.subject(&login);
    let result = act!(app.core, |work| async {
        let actor = actor(&visit, &login)?;
        correction::set_phone(work, &actor, person, Some(&form.phone)).await
    }
    .await);
    let said = visit.viewer.text().said_phone_changed().to_owned();
    visit.done(result, &said, PAGE).await
}

#[derive(Deserialize)]
pub(crate) struct Correct {
    field: String,
    wanted: String,
    reason: String,
}

/// Asks for a field to be corrected.
pub(crate) async fn correct(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Correct>,
) -> Response {
    let person = visit.subject(&login);
    let result = act!(app.core, |work| async {
        let actor = actor(&visit, &login)?;
        let field = Field::from_code(&form.field).ok_or(Refusal::NotFound("form"))?;
        correction::request(work, &actor, person, field, &form.wanted, &form.reason)
            .await
            .map(|_| ())
    }
    .await);
    let said = visit.viewer.text().said_correction_requested().to_owned();
    visit.done(result, &said, PAGE).await
}

#[derive(Deserialize)]
pub(crate) struct Object {
    plugin: PluginId,
}

/// Objects to what a service does with the data.
pub(crate) async fn object(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Object>,
) -> Response {
    let person = visit.subject(&login);
    let result = act!(app.core, |work| async {
        let actor = actor(&visit, &login)?;
        restriction::object(work, &actor, person, &form.plugin).await
    }
    .await);
    let said = visit.viewer.text().said_objected().to_owned();
    visit.done(result, &said, PAGE).await
}

#[derive(Deserialize)]
pub(crate) struct Erase {
    reason: String,
}

/// Asks for erasure.
pub(crate) async fn erase(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Erase>,
) -> Response {
    let person = visit.subject(&login);
    let result = act!(app.core, |work| async {
        let actor = actor(&visit, &login)?;
        erasure::request(work, &actor, person, &form.reason)
            .await
            .map(|_| ())
    }
    .await);
    let said = visit.viewer.text().said_erasure_requested().to_owned();
    visit.done(result, &said, PAGE).await
}

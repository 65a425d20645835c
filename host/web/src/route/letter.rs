//! Letters that a community's staff print.

use crate::app::App;
use crate::page::LettersPage;
use crate::route::inbox::Before;
use crate::route::place;
use crate::visit::{LoggedIn, see_other};
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use linli_core::{act, district, letter, view};
use linli_domain::DeliveryId;
use serde::Deserialize;

/// The communities whose letters one may print.
pub(crate) async fn places(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let title = visit.viewer.text().menu_letters();
    place::choose(&visit, &app, &login, title, "/letters", None).await
}

/// A community's letters.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(after): Query<Before>,
) -> Response {
    let after = after.position().map(|(at, id)| (at, DeliveryId(id)));
    let found = view!(app.core, |work| async {
        let community = district::community(work, &slug).await?;
        let staff = login.community_staff(community.id)?;
        Ok((community, letter::list(work, &staff, after).await?))
    }
    .await);
    match found {
        Ok((community, letters)) => {
            let full = letters.len() == usize::from(letter::MAX_SLICE);
            let page = LettersPage {
                community: community.name.get(visit.viewer.locale).to_owned(),
                action: format!("/letters/{slug}"),
                next: letters
                    .last()
                    .filter(|_| full)
                    .map(|last| format!("/letters/{slug}?at={}&id={}", last.created.0, last.id)),
                letters,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Printed {
    letter: DeliveryId,
}

/// One was printed.
pub(crate) async fn printed(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(form): Form<Printed>,
) -> Response {
    let done = act!(app.core, |work| async {
        let community = district::community(work, &slug).await?;
        let staff = login.community_staff(community.id)?;
        letter::printed(work, &staff, form.letter).await
    }
    .await);
    match done {
        Ok(()) => see_other(&format!("/letters/{slug}")),
        Err(error) => visit.refuse(error).await,
    }
}

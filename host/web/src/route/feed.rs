//! iCalendar feeds: read by calendar programs that have the secret address, made and revoked by residents.

use crate::app::App;
use crate::page::FeedPage;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use linli_core::feed::{self, Of, ics};
use linli_core::{Error, Login, act, view};

/// For how long a calendar program may keep what it read, by itself only.
const KEEP: &str = "private, max-age=300";

/// `GET /feed/{token}.ics`. Without a session: whoever has the address reads.
pub(crate) async fn read(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(token) = file.strip_suffix(".ics") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match view!(app.core, |work| feed::read(work, token).await) {
        Ok(contents) => answer(ics::write(&contents), &headers),
        Err(Error::Refused(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a feed could not be read");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "60")]).into_response()
        }
    }
}

fn answer(text: String, headers: &HeaderMap) -> Response {
    // FNV-1a, 64 bits: names a content, protects nothing.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let tag = format!("\"{hash:016x}\"");
    let is_known = headers
        .get(IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|known| known.trim().trim_start_matches("W/") == tag)
        });
    let keep = [(CACHE_CONTROL, HeaderValue::from_static(KEEP))];
    let tag = HeaderValue::from_str(&tag).map(|tag| [(ETAG, tag)]);
    let Ok(tag) = tag else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if is_known {
        return (StatusCode::NOT_MODIFIED, keep, tag).into_response();
    }
    let kind = [(CONTENT_TYPE, "text/calendar; charset=utf-8")];
    (keep, tag, kind, text).into_response()
}

/// The whole address of a feed.
pub(crate) fn address(app: &App, headers: &HeaderMap, token: &str) -> String {
    let scheme = if app.reach.behind_proxy {
        "https"
    } else {
        "http"
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or("localhost");
    format!("{scheme}://{host}/feed/{token}.ics")
}

fn of(visit: &Visit, login: &Login) -> Of {
    Of::Resident(visit.subject(login))
}

/// Makes the address, or makes it anew, and shows it this once.
pub(crate) async fn make(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    headers: HeaderMap,
) -> Response {
    let made = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        feed::make(work, &actor, of(&visit, &login)).await
    }
    .await);
    match made {
        Ok(token) => {
            let page = FeedPage {
                url: address(&app, &headers, &token),
                of_space: None,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Revokes the address.
pub(crate) async fn revoke(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let revoked = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        feed::revoke(work, &actor, of(&visit, &login)).await
    }
    .await);
    match revoked {
        Ok(_) => {
            visit
                .say(true, visit.viewer.text().said_feed_revoked())
                .await;
            see_other("/my-data")
        }
        Err(error) => visit.refuse(error).await,
    }
}

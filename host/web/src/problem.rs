//! JSON answers beside pages: whether somebody asks for them, and errors as RFC 9457 has them.

use crate::format::Viewer;
use crate::layout::Page as _;
use crate::page::ErrorPage;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// The media type of an error (RFC 9457 section 3).
pub(crate) const PROBLEM: &str = "application/problem+json";
/// What the addresses of the JSON of pages end with.
pub(crate) const SUFFIX: &str = ".json";

/// Whether a request asks for JSON: by its address, by what it accepts or by what it posts. Browsers name HTML first.
pub(crate) fn is_asked(path: &str, headers: &HeaderMap) -> bool {
    let names = |header: &axum::http::HeaderName, kind: &str| {
        let mut lines = headers.get_all(header).iter();
        lines.any(|line| line.to_str().is_ok_and(|line| line.contains(kind)))
    };
    (path.starts_with("/c/") && path.ends_with(SUFFIX))
        || names(&CONTENT_TYPE, "application/json")
        || (names(&ACCEPT, "application/json") && !names(&ACCEPT, "text/html"))
}

/// An answer.
pub(crate) fn answer(status: StatusCode, body: &Value) -> Response {
    typed(status, "application/json", body)
}

fn typed(status: StatusCode, kind: &'static str, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An error: `more` are members of its own.
pub(crate) fn problem(
    status: StatusCode,
    code: &str,
    title: &str,
    detail: &str,
    more: Value,
) -> Response {
    let mut body = json!({
        "type": format!("urn:linli:problem:{code}"),
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    typed(status, PROBLEM, &body)
}

/// An error page as a problem: it says the same.
pub(crate) fn of_page(error: &ErrorPage, viewer: &Viewer) -> Response {
    let more = match error {
        ErrorPage::Ill { request, .. } | ErrorPage::Internal { request } => {
            json!({ "instance": format!("urn:uuid:{request}") })
        }
        ErrorPage::AskResident { fields, .. } => json!({ "fields": fields }),
        ErrorPage::Gone { href } => json!({ "href": href }),
        _ => json!({}),
    };
    problem(
        error.status(),
        error.code(),
        &error.title(viewer),
        &error.why(viewer),
        more,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages() {
        let asked = |path: &str, name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            is_asked(path, &headers)
        };
        assert!(asked("/x", "accept", "application/json"));
        assert!(asked(
            "/x",
            "content-type",
            "application/json; charset=utf-8"
        ));
        assert!(asked("/c/a/b/c/d.json", "accept", "*/*"));
        assert!(!asked("/my-data/export.json", "accept", "*/*"));
        assert!(!asked("/x", "accept", "text/html,application/json;q=0.9"));
        assert!(!asked("/x", "accept", "*/*"));
    }
}

//! Headers that keep the browser from doing more than a page without scripts needs.

use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use tower::ServiceBuilder;
use tower::layer::util::{Identity, Stack};
use tower_http::set_header::SetResponseHeaderLayer;

/// Nothing but our own style sheet, images, forms and manifest, and the one script that reads aloud; none stands in a page.
pub const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str =
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()";

type Header = SetResponseHeaderLayer<HeaderValue>;
type Headers = Stack<Header, Stack<Header, Stack<Header, Stack<Header, Stack<Header, Identity>>>>>;

/// A layer that sets them on every answer.
pub fn headers() -> ServiceBuilder<Headers> {
    let header = |name: HeaderName, value| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    ServiceBuilder::new()
        .layer(header(CONTENT_SECURITY_POLICY, CONTENT_SECURITY))
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(REFERRER_POLICY, "same-origin"))
        .layer(header(
            HeaderName::from_static("permissions-policy"),
            PERMISSIONS,
        ))
        .layer(header(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    #[tokio::test]
    async fn every_answer_carries_them() {
        let app: Router = crate::asset::router().layer(headers());
        for url in [crate::asset::STYLE.url(), "/nowhere"] {
            let answer = app
                .clone()
                .oneshot(Request::get(url).body(Body::empty()).unwrap())
                .await
                .unwrap();
            assert_eq!(
                answer.headers()["content-security-policy"],
                CONTENT_SECURITY
            );
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
    }
}

//! Files that the browser keeps: style sheet and mark, at addresses that change with their content.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::LazyLock;

/// A file built into the host.
pub struct Asset {
    name: &'static str,
    extension: &'static str,
    media_type: &'static str,
    content: &'static str,
    url: LazyLock<String>,
}

/// The style sheet.
pub static STYLE: Asset = Asset {
    name: "linli",
    extension: "css",
    media_type: "text/css; charset=utf-8",
    content: include_str!("style.css"),
    url: LazyLock::new(|| url(&STYLE)),
};

/// The mark, also the icon of the site.
pub static LOGO: Asset = Asset {
    name: "logo",
    extension: "svg",
    media_type: "image/svg+xml",
    content: include_str!("logo.svg"),
    url: LazyLock::new(|| url(&LOGO)),
};

fn url(asset: &Asset) -> String {
    // FNV-1a, 64 bits: names a content, protects nothing.
    let hash = asset
        .content
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("/static/{}-{hash:016x}.{}", asset.name, asset.extension)
}

impl Asset {
    /// Where it is served.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it holds.
    pub fn content(&self) -> &'static str {
        self.content
    }

    async fn serve(&'static self) -> impl IntoResponse {
        (
            [
                (CONTENT_TYPE, self.media_type),
                (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            self.content,
        )
    }
}

/// Serves all of them.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(STYLE.url(), get(|| STYLE.serve()))
        .route(LOGO.url(), get(|| LOGO.serve()))
}

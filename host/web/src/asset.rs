//! Files that the browser keeps: style sheet, mark, icons and the one script, at addresses that change with their content;
//! and the web app manifest (W3C Web Application Manifest), with which the site can be installed.

use crate::i18n::Text;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use linli_domain::Locale;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A file built into the host.
pub struct Asset {
    name: &'static str,
    extension: &'static str,
    media_type: &'static str,
    content: &'static [u8],
    url: LazyLock<String>,
}

/// The style sheet.
pub static STYLE: Asset = Asset {
    name: "linli",
    extension: "css",
    media_type: "text/css; charset=utf-8",
    content: include_bytes!("style.css"),
    url: LazyLock::new(|| url(&STYLE)),
};

/// The mark, also the icon of the site.
pub static LOGO: Asset = Asset {
    name: "logo",
    extension: "svg",
    media_type: "image/svg+xml",
    content: include_bytes!("logo.svg"),
    url: LazyLock::new(|| url(&LOGO)),
};

/// Reads a page aloud; pages are whole without it.
pub static READ_ALOUD: Asset = Asset {
    name: "read-aloud",
    extension: "js",
    media_type: "text/javascript; charset=utf-8",
    content: include_bytes!("static/read-aloud.js"),
    url: LazyLock::new(|| url(&READ_ALOUD)),
};

/// The icon of the installed site, 192 pixels wide.
pub static ICON: Asset = Asset {
    name: "icon-192",
    extension: "png",
    media_type: "image/png",
    content: include_bytes!("static/icon-192.png"),
    url: LazyLock::new(|| url(&ICON)),
};

/// The same, 512 pixels wide.
pub static LARGE_ICON: Asset = Asset {
    name: "icon-512",
    extension: "png",
    media_type: "image/png",
    content: include_bytes!("static/icon-512.png"),
    url: LazyLock::new(|| url(&LARGE_ICON)),
};

/// All of them.
pub static ALL: [&Asset; 5] = [&STYLE, &LOGO, &READ_ALOUD, &ICON, &LARGE_ICON];

/// Where the manifest of a language is.
pub fn manifest_url(locale: Locale) -> &'static str {
    match locale {
        Locale::ZhCn => "/manifest.zh-CN.webmanifest",
        Locale::En => "/manifest.en.webmanifest",
    }
}

/// What the site is when it is installed: it opens at home, in a window of its own.
pub fn manifest(locale: Locale) -> Value {
    let t = Text::of(locale);
    let icon = |asset: &Asset, sizes: &str, purpose: &str| json!({ "src": asset.url(), "sizes": sizes, "type": asset.media_type, "purpose": purpose });
    json!({
        "name": t.app_name(),
        "short_name": t.site_name(),
        "lang": locale.tag(),
        "id": "/",
        "start_url": "/home",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf5ec",
        "theme_color": THEME,
        "icons": [
            icon(&ICON, "192x192", "any"),
            icon(&LARGE_ICON, "512x512", "any maskable"),
            icon(&LOGO, "any", "any"),
        ],
    })
}

/// The colour of the window around the page.
pub const THEME: &str = "#faf5ec";

fn url(asset: &Asset) -> String {
    // FNV-1a, 64 bits: names a content, protects nothing.
    let hash = asset
        .content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("/static/{}-{hash:016x}.{}", asset.name, asset.extension)
}

impl Asset {
    /// Where it is served.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it holds.
    pub fn content(&self) -> &'static [u8] {
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
    let files = ALL.into_iter().fold(Router::new(), |router, asset| {
        router.route(asset.url(), get(move || asset.serve()))
    });
    Locale::ALL.into_iter().fold(files, |router, locale| {
        let serve = async move || {
            let kind = [(CONTENT_TYPE, "application/manifest+json")];
            (kind, manifest(locale).to_string())
        };
        router.route(manifest_url(locale), get(serve))
    })
}

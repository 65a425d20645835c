//! What went wrong: what was tried, why it failed, what to do now.

use crate::format::Viewer;
use crate::layout::Page;
use crate::render::harmless;
use axum::http::StatusCode;
use maud::{Markup, html};

/// A page instead of the one that was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ErrorPage {
    /// There is nothing at this address, or nothing that this reader may know of.
    NotFound,
    /// The reader may not open this.
    Forbidden,
    /// Nothing can be done so at this address.
    WrongMethod,
    /// The form came from another site, or without the browser's word that it did not.
    OtherSite,
    /// Something that was posted cannot be read; the text says what.
    Malformed(String),
    /// More was posted than is taken; the text names the limit, such as `16 MiB`.
    TooLarge(String),
    /// Too many requests; wait this many seconds.
    TooMany(u32),
    /// A service has more to do than it can; wait this many seconds.
    Busy {
        /// Which service.
        service: String,
        /// How long to wait.
        seconds: u32,
    },
    /// A service failed too often and is not run for a while; wait this many seconds.
    Paused {
        /// Which service.
        service: String,
        /// Who runs it.
        organisation: String,
        /// How long to wait.
        seconds: u32,
    },
    /// A service failed. Nothing was written; the rest of the house goes on.
    Ill {
        /// Which service.
        service: String,
        /// Who runs it.
        organisation: String,
        /// Names this request in the log.
        request: String,
        /// Whether something was being done, not only shown.
        acted: bool,
    },
    /// A service says why it cannot do this.
    Problem {
        /// Which service.
        service: String,
        /// In its own words.
        text: String,
    },
    /// Staff asked for data that the resident has not agreed to give.
    AskResident {
        /// Which service.
        service: String,
        /// Names of the fields.
        fields: Vec<String>,
        /// Whether the resident is a child, for whom a guardian answers.
        child: bool,
    },
    /// The page no longer offers what was pressed.
    Gone {
        /// The page as it is now.
        href: String,
    },
    /// Our own fault.
    Internal {
        /// Names this request in the log.
        request: String,
    },
}

impl ErrorPage {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::OtherSite | Self::AskResident { .. } => StatusCode::FORBIDDEN,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy { .. } | Self::Paused { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Ill { .. } => StatusCode::BAD_GATEWAY,
            Self::Problem { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Gone { .. } => StatusCode::CONFLICT,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::WrongMethod => "wrong-method",
            Self::OtherSite => "other-site",
            Self::Malformed(_) => "malformed",
            Self::TooLarge(_) => "too-large",
            Self::TooMany(_) => "too-many",
            Self::Busy { .. } => "busy",
            Self::Paused { .. } => "paused",
            Self::Ill { .. } => "ill",
            Self::Problem { .. } => "service",
            Self::AskResident { .. } => "ask-resident",
            Self::Gone { .. } => "gone",
            Self::Internal { .. } => "internal",
        }
    }

    /// Why, and what to do now: one paragraph, plain.
    pub fn why(&self, viewer: &Viewer) -> String {
        let t = viewer.text();
        match self {
            Self::NotFound => t.error_not_found_why().to_owned(),
            Self::Forbidden => t.error_forbidden_why().to_owned(),
            Self::WrongMethod => t.error_wrong_method_why().to_owned(),
            Self::OtherSite => t.error_other_site_why().to_owned(),
            Self::Malformed(what) => t.error_malformed_why(harmless(what)),
            Self::TooLarge(limit) => t.error_too_large_why(limit.as_str()),
            Self::TooMany(seconds) => t.error_too_many_why(*seconds),
            Self::Busy { seconds, .. } => t.error_busy_why(*seconds),
            Self::Paused {
                organisation,
                seconds,
                ..
            } => t.error_paused_why(seconds.div_ceil(60), harmless(organisation)),
            Self::Ill {
                organisation,
                acted,
                ..
            } => {
                let why = t.error_ill_why(harmless(organisation));
                if *acted {
                    format!("{} {why}", t.error_ill_nothing_written())
                } else {
                    why
                }
            }
            Self::Problem { text, .. } => harmless(text).into_owned(),
            Self::AskResident {
                service,
                fields,
                child,
            } => {
                let fields = fields.join(t.list_separator());
                if *child {
                    t.error_ask_guardian_why(harmless(&fields), harmless(service))
                } else {
                    t.error_ask_resident_why(harmless(&fields), harmless(service))
                }
            }
            Self::Gone { .. } => t.error_gone_why().to_owned(),
            Self::Internal { .. } => t.error_internal_why().to_owned(),
        }
    }
}

impl Page for ErrorPage {
    fn title(&self, viewer: &Viewer) -> String {
        let t = viewer.text();
        match self {
            Self::NotFound => t.error_not_found().to_owned(),
            Self::Forbidden => t.error_forbidden().to_owned(),
            Self::WrongMethod => t.error_wrong_method().to_owned(),
            Self::OtherSite => t.error_other_site().to_owned(),
            Self::Malformed(_) => t.error_malformed().to_owned(),
            Self::TooLarge(_) => t.error_too_large().to_owned(),
            Self::TooMany(_) => t.error_too_many().to_owned(),
            Self::Busy { service, .. } => t.error_busy(harmless(service)),
            Self::Paused { service, .. } => t.error_paused(harmless(service)),
            Self::Ill { service, .. } => t.error_ill(harmless(service)),
            Self::Problem { service, .. } => t.error_problem(harmless(service)),
            Self::AskResident { .. } => t.error_ask_resident().to_owned(),
            Self::Gone { .. } => t.error_gone().to_owned(),
            Self::Internal { .. } => t.error_internal().to_owned(),
        }
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let request = match self {
            Self::Ill { request, .. } | Self::Internal { request } => Some(request),
            _ => None,
        };
        html! {
            div.trouble {
                h1 { (self.title(viewer)) }
                p.text { (self.why(viewer)) }
                @if let Some(request) = request { p.meta { (t.error_request(request.as_str())) } }
                p.more {
                    @if let Self::Gone { href } = self { a.button href=(href) { (t.error_see_page()) } }
                    a.button.quiet href="/home" { (t.error_home()) }
                }
            }
        }
    }
}

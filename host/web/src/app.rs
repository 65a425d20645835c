//! What every handler shares, and all addresses of the host.

use crate::session::Sessions;
use crate::{asset, route, security, visit};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use linli_core::{Core, session};
use linli_engine::Engine;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer};

/// The name of the session's cookie.
const SESSION_COOKIE: &str = "linli";
/// The largest body of a form, in bytes.
pub(crate) const MAX_FORM: usize = 256 << 10;
/// Where releases are uploaded.
const UPLOAD: &str = "/admin/releases";
/// The largest upload: a component, its signature and what multipart adds.
pub(crate) const MAX_UPLOAD: usize = linli_registry::inspect::MAX_COMPONENT + (64 << 10);

/// The largest body that an address takes, in bytes.
pub(crate) fn max_body(path: &str) -> usize {
    if path == UPLOAD { MAX_UPLOAD } else { MAX_FORM }
}

/// How the host is reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach {
    /// Through a proxy that speaks HTTPS and sets `X-Forwarded-For`: then cookies are for HTTPS only, and the last address
    /// of that header is the client's.
    pub behind_proxy: bool,
}

/// What every handler shares.
#[derive(Clone)]
pub struct App {
    pub(crate) core: Core,
    pub(crate) engine: Engine,
    pub(crate) reach: Reach,
}

/// All addresses of the host. Serve it with connect info, so that failed log-ins count by address.
pub fn router(core: Core, engine: Engine, reach: Reach) -> Router {
    let sessions = SessionManagerLayer::new(Sessions::new(core.clone()))
        .with_name(SESSION_COOKIE)
        .with_same_site(SameSite::Lax)
        .with_secure(reach.behind_proxy)
        .with_expiry(Expiry::OnInactivity(Duration::minutes(
            session::IDLE_MINUTES,
        )));
    let app = App {
        core,
        engine,
        reach,
    };
    Router::new()
        .route("/", get(route::account::front))
        .route(
            "/login",
            get(route::account::login).post(route::account::log_in),
        )
        .route(
            "/login/code",
            get(route::login_code::form).post(route::login_code::log_in),
        )
        .route("/login/code/ask", post(route::login_code::ask))
        .route("/logout", post(route::account::log_out))
        .route("/prove", get(route::prove::form).post(route::prove::prove))
        .route("/prove/code", post(route::prove::ask_code))
        .route("/account", get(route::security::show))
        .route("/account/password", post(route::security::set_password))
        .route("/account/end", post(route::security::end))
        .route("/account/end-others", post(route::security::end_others))
        .route(
            "/invitation",
            get(route::invitation::open).post(route::invitation::accept),
        )
        .route(
            "/admin/invitations",
            get(route::admin::invitation::list).post(route::admin::invitation::invite),
        )
        .route(
            "/admin/invitations/{id}/revoke",
            post(route::admin::invitation::revoke),
        )
        .route(
            "/admin/invitations/{id}/letter",
            post(route::admin::invitation::letter),
        )
        .route("/preferences", post(route::account::prefer))
        .route(
            "/acting-for",
            get(route::account::acting_for).post(route::account::act_for),
        )
        .route("/home", get(route::home::home))
        .route(
            "/inbox",
            get(route::inbox::inbox).post(route::inbox::mark_read),
        )
        .route("/inbox/{notice}", get(route::inbox::open))
        .route(
            "/contact",
            get(route::contact::show).post(route::contact::choose),
        )
        .route("/contact/email", post(route::contact::set_email))
        .route(
            "/contact/confirm/{question}/{token}",
            get(route::contact::ask).post(route::contact::confirm),
        )
        .route("/letters", get(route::letter::places))
        .route(
            "/letters/{community}",
            get(route::letter::list).post(route::letter::printed),
        )
        .route("/my-data", get(route::my_data::my_data))
        .route("/my-data/withdraw", post(route::my_data::withdraw))
        .route("/my-data/export.json", get(route::rights::download))
        .route("/my-data/phone", post(route::rights::set_phone))
        .route("/my-data/correct", post(route::rights::correct))
        .route("/my-data/object", post(route::rights::object))
        .route("/my-data/erase", post(route::rights::erase))
        .route("/my-data/feed", post(route::feed::make))
        .route("/my-data/feed/revoke", post(route::feed::revoke))
        .route("/bookings", get(route::booking::list))
        .route("/bookings/{verb}", post(route::booking::change))
        .route("/spaces", get(route::space::list))
        .route(
            "/spaces/{id}",
            get(route::space::show).post(route::space::change),
        )
        .route("/courses", get(route::course::list))
        .route(
            "/courses/{id}",
            get(route::course::show).post(route::course::change),
        )
        .route("/cases", get(route::case::list))
        .route(
            "/cases/{id}",
            get(route::case::show).post(route::case::change),
        )
        .route("/work", get(route::work::desks))
        .route("/work/{community}/{office}", get(route::work::show))
        .route(
            "/work/{community}/{office}/handover",
            post(route::work::answer_handover),
        )
        .route(
            "/work/{community}/{office}/cases/{id}",
            get(route::work::case).post(route::work::change_case),
        )
        .route(
            "/work/{community}/{office}/courses",
            get(route::attendance::list),
        )
        .route(
            "/work/{community}/{office}/sessions/{id}",
            get(route::attendance::show).post(route::attendance::change),
        )
        .route(
            "/work/{community}/community/spaces",
            get(route::facility::list).post(route::facility::add),
        )
        .route(
            "/work/{community}/community/spaces/{id}",
            get(route::facility::show).post(route::facility::change),
        )
        .route(
            "/work/{community}/community/requests",
            get(route::work::requests).post(route::work::answer_request),
        )
        .route("/needs", get(route::need::list).post(route::need::record))
        .route("/needs/change", post(route::need::change))
        .route("/household", get(route::household::show))
        .route("/household/ask", post(route::household::ask))
        .route("/household/revoke", post(route::household::revoke))
        .route(
            "/emergencies",
            get(route::emergency::list).post(route::emergency::declare),
        )
        .route("/corrections", get(route::correction::places))
        .route(
            "/corrections/{community}",
            get(route::correction::list).post(route::correction::decide),
        )
        .route("/counter", get(route::counter::places))
        .route(
            "/counter/{community}",
            get(route::counter::show).post(route::counter::begin),
        )
        .route("/counter/{community}/end", post(route::counter::end))
        .route("/counter/{community}/need", post(route::counter::need))
        .route("/counter/{community}/phone", post(route::counter::phone))
        .route(
            "/counter/{community}/delegate",
            post(route::counter::delegate),
        )
        .route(
            "/admin/emergencies",
            get(route::admin::emergency::list).post(route::admin::emergency::review),
        )
        .route(
            "/admin/duties",
            get(route::admin::duty::list).post(route::admin::duty::propose),
        )
        .route("/admin/duties/decide", post(route::admin::duty::decide))
        .route("/hours", get(route::hours::hours).post(route::hours::add))
        .route("/hours/remove", post(route::hours::remove))
        .route("/consent", post(route::consent::answer))
        .route("/consent/{form}", get(route::consent::ask))
        .route(
            "/c/{community}/{organisation}/{plugin}",
            get(route::plugin::view).post(route::plugin::act),
        )
        .route(
            "/c/{community}/{organisation}/{plugin}/",
            get(route::plugin::view).post(route::plugin::act),
        )
        .route(
            "/c/{community}/{organisation}/{plugin}/{*path}",
            get(route::plugin::view).post(route::plugin::act),
        )
        .route(
            "/admin/dead-letters",
            get(route::admin::dead_letter::list).post(route::admin::dead_letter::decide),
        )
        .route(
            "/admin/dead-letters/topic",
            post(route::admin::dead_letter::decide_topic),
        )
        .route("/admin", get(route::admin::overview::overview))
        .route(
            "/admin/holidays",
            get(route::admin::holiday::list).post(route::admin::holiday::change),
        )
        .route(
            "/admin/organisations",
            get(route::admin::organisation::list).post(route::admin::organisation::register),
        )
        .route(
            "/admin/organisations/{code}",
            get(route::admin::organisation::show),
        )
        .route(
            "/admin/organisations/{code}/keys",
            post(route::admin::organisation::add_key),
        )
        .route(
            "/admin/organisations/{code}/keys/revoke",
            post(route::admin::organisation::revoke_key),
        )
        .route(
            UPLOAD,
            get(route::admin::release::list)
                .post(route::admin::release::upload.layer(DefaultBodyLimit::max(MAX_UPLOAD))),
        )
        .route("/admin/releases/{id}", get(route::admin::release::show))
        .route(
            "/admin/releases/{id}/approve",
            post(route::admin::release::approve),
        )
        .route(
            "/admin/releases/{id}/reject",
            post(route::admin::release::reject),
        )
        .route(
            "/admin/installations",
            get(route::admin::installation::matrix),
        )
        .route(
            "/admin/installations/enable",
            get(route::admin::installation::offer).post(route::admin::installation::enable),
        )
        .route(
            "/admin/installations/{id}",
            get(route::admin::installation::show),
        )
        .route(
            "/admin/installations/{id}/disable",
            post(route::admin::installation::disable),
        )
        .route(
            "/admin/installations/{id}/enable",
            post(route::admin::installation::enable_again),
        )
        .route(
            "/admin/installations/{id}/settings",
            post(route::admin::installation::set),
        )
        .route(
            "/admin/installations/{id}/recipients",
            get(route::admin::recipient::show).post(route::admin::recipient::decide),
        )
        .route(
            "/admin/installations/{id}/failures/{request}",
            get(route::admin::failure::show),
        )
        .route(
            "/admin/installations/{id}/failures/{request}/report.json",
            get(route::admin::failure::report),
        )
        .route(
            "/admin/installations/{id}/failures/{request}/recording",
            post(route::admin::failure::recording),
        )
        .route(
            "/admin/installations/{id}/budgets",
            post(route::admin::guard::set_budgets),
        )
        .route(
            "/admin/installations/{id}/try",
            post(route::admin::guard::try_now),
        )
        .fallback(route::nothing_here)
        .method_not_allowed_fallback(route::wrong_method)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(app.clone(), visit::explain_rejections))
        .layer(sessions)
        .merge(asset::router())
        .merge(Router::new().route("/feed/{file}", get(route::feed::read)))
        .layer(CatchPanicLayer::new())
        .layer(security::headers())
        .with_state(app)
}

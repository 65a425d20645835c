//! One request as a person makes it: who, for whom, in which language; and how it is answered.

use crate::app::App;
use crate::device;
use crate::format::{TypeSize, Viewer};
use crate::layout::{self, Flash, Page, Shell, Who};
use crate::page::ErrorPage;
use crate::problem;
use crate::render::submission::Posted;
use crate::session::{SAID, STATE, Said, State};
use axum::body::{Body, HttpBody as _};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State as AppState};
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, LOCATION, REFERER, RETRY_AFTER, USER_AGENT,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use linli_core::service::ActingFor;
use linli_core::{Admin, Error, Login, Refusal, session, view};
use linli_domain::slot::Range;
use linli_domain::{Instant, Locale, PersonId};
use serde_json::json;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use tower_http::csrf::ProtectionError;
use tower_sessions::Session;

/// The cookie of a visitor's language.
pub(crate) const LANGUAGE_COOKIE: &str = "language";
/// The cookie by which accounts know a browser.
pub(crate) const DEVICE_COOKIE: &str = "linli-device";
/// The cookie of the type size.
pub(crate) const TYPE_SIZE_COOKIE: &str = "type-size";

/// A request of anybody.
pub(crate) struct Visit {
    pub app: App,
    pub session: Session,
    pub viewer: Viewer,
    /// Who is logged in.
    pub login: Option<Login>,
    /// For whom they act.
    pub acting: ActingFor,
    /// The district's name.
    pub district: String,
    /// Path and query.
    pub here: String,
    /// Where the request came from.
    pub address: String,
    /// When whoever is logged in last proved who they are.
    pub proved: Instant,
    /// What this browser was given by accounts that know it.
    pub known_device: Option<String>,
    /// Browser and system, roughly.
    pub device: String,
    /// Whether the answer is to be JSON.
    pub json: bool,
    /// From which of this host's pages the request came.
    pub from: Option<String>,
    community: Option<String>,
    unread: u32,
}

/// A request of somebody who is logged in; anybody else is sent to log in first.
pub(crate) struct LoggedIn {
    pub visit: Visit,
    pub login: Login,
}

/// A request of a district admin.
pub(crate) struct DistrictAdmin {
    pub visit: Visit,
    pub admin: Admin,
}

/// A request of a district admin who proved a short time ago who they are; anybody else is asked for it first.
pub(crate) struct ProvenAdmin {
    pub visit: Visit,
    pub admin: Admin,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, app)
            .await
            .map_err(IntoResponse::into_response)?;
        let here = parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string);
        Self::begin(app, session, &parts.headers, here, address(app, parts))
            .await
            .map_err(|error| {
                tracing::error!(%error, "cannot tell who visits");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            })
    }
}

impl FromRequestParts<App> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, app).await?;
        match visit.login.clone() {
            Some(login) => Ok(Self { visit, login }),
            None if visit.json => {
                let t = visit.viewer.text();
                let more = json!({ "href": "/login" });
                let status = StatusCode::UNAUTHORIZED;
                let (title, detail) = (t.log_in(), t.error_log_in_first());
                Err(problem::problem(status, "log-in", title, detail, more))
            }
            None => {
                let next: String = form_encode(if parts.method == "GET" {
                    &visit.here
                } else {
                    "/home"
                });
                Err(see_other(&format!("/login?next={next}")))
            }
        }
    }
}

impl FromRequestParts<App> for DistrictAdmin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let LoggedIn { visit, login } = LoggedIn::from_request_parts(parts, app).await?;
        match login.admin() {
            Ok(admin) => Ok(Self { visit, admin }),
            Err(_) => Err(visit.error(&ErrorPage::Forbidden).await),
        }
    }
}

impl FromRequestParts<App> for ProvenAdmin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let DistrictAdmin { visit, admin } = DistrictAdmin::from_request_parts(parts, app).await?;
        if visit.is_proven() {
            return Ok(Self { visit, admin });
        }
        let back = if parts.method == "GET" {
            Some(visit.here.as_str())
        } else {
            visit.from.as_deref()
        };
        let next = form_encode(back.unwrap_or("/admin"));
        Err(see_other(&format!("/prove?next={next}")))
    }
}

impl Visit {
    async fn begin(
        app: &App,
        session: Session,
        headers: &HeaderMap,
        here: String,
        address: String,
    ) -> linli_core::Result<Self> {
        let state: Option<State> = session
            .get(STATE)
            .await
            .map_err(|error| Error::Internal(error.to_string()))?;
        let person = state.as_ref().map(|state| PersonId(state.person));
        let now = app.core.now();
        let begun = state.as_ref().map_or(0, |state| state.begun);
        let proved = state.as_ref().map_or(0, |state| state.proved);
        let wanted = state.and_then(|state| state.acting_for).map(PersonId);
        let (login, acting, community, unread, district, zone) = view!(app.core, |work| async {
            let login = match person {
                Some(person) => Login::find(work, person)
                    .await?
                    .filter(|login| !session::is_over(login, Instant(begun), now)),
                None => None,
            };
            let may = |resident: &PersonId| {
                let login = login.as_ref();
                login.is_some_and(|login| login.delegation_for(*resident).is_some())
            };
            let acting = wanted
                .filter(may)
                .map_or(ActingFor::Own, ActingFor::Resident);
            let home = login.as_ref().and_then(|login| login.community_for(acting));
            let community = match home {
                Some(id) => work.tx.find_community(id).await?,
                None => None,
            };
            let unread = match &login {
                Some(login) => work.tx.count_unread_notices(login.person).await?,
                None => 0,
            };
            let district = work.tx.find_district().await?;
            let zone = linli_core::district::zone_of(district.as_ref())?;
            Ok((login, acting, community, unread, district, zone))
        }
        .await)?;
        let json = problem::is_asked(here.split('?').next().unwrap_or_default(), headers);
        let locale = match &login {
            Some(login) => login.locale,
            None => visitor_locale(headers),
        };
        let type_size = cookie(headers, TYPE_SIZE_COOKIE)
            .map(TypeSize::from_code)
            .unwrap_or_default();
        let district =
            district.map_or_else(String::new, |district| district.name.get(locale).to_owned());
        let community = community.map(|community| community.name.get(locale).to_owned());
        Ok(Self {
            app: app.clone(),
            session,
            viewer: Viewer {
                locale,
                zone,
                now,
                type_size,
            },
            login,
            acting,
            community: community.or_else(|| Some(district.clone()).filter(|name| !name.is_empty())),
            district,
            here,
            address,
            proved: Instant(proved),
            known_device: cookie(headers, DEVICE_COOKIE).map(str::to_owned),
            device: headers
                .get(USER_AGENT)
                .and_then(|agent| agent.to_str().ok())
                .map_or("", device::name)
                .to_owned(),
            json,
            from: referring_page(headers),
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
        })
    }

    /// Whether whoever is logged in proved a short time ago who they are.
    pub fn is_proven(&self) -> bool {
        self.proved.plus_minutes(session::PROOF_MINUTES) > self.viewer.now
    }

    /// How many notices are unread.
    pub fn unread(&self) -> u32 {
        self.unread
    }

    /// The name of whom they act for, where that is somebody else.
    pub fn acting_name(&self) -> Option<String> {
        let ActingFor::Resident(resident) = self.acting else {
            return None;
        };
        let login = self.login.as_ref()?;
        login
            .delegations
            .iter()
            .find(|entry| entry.0.resident_id == resident)
            .map(|entry| entry.1.clone())
    }

    /// Whose things are shown: whom they act for, or themself.
    pub fn subject(&self, login: &Login) -> PersonId {
        match self.acting {
            ActingFor::Own => login.person,
            ActingFor::Resident(resident) => resident,
        }
    }

    /// Says something once at the top of the next page.
    pub async fn say(&self, good: bool, text: impl Into<String>) {
        let said = Said {
            good,
            text: text.into(),
        };
        if let Err(error) = self.session.insert(SAID, said).await {
            tracing::error!(%error, "cannot keep what is to be said next");
        }
    }

    /// Goes on to a page that says that something was done, or why it was not.
    pub async fn done(&self, result: Result<(), Error>, said: &str, to: &str) -> Response {
        match result {
            Ok(()) => self.say(true, said).await,
            Err(Error::Refused(refusal)) => {
                let text = refusal.message().get(self.viewer.locale).to_owned();
                self.say(false, text).await;
            }
            Err(error) => return self.refuse(error).await,
        }
        see_other(to)
    }

    /// Answers with a page.
    pub async fn page(&self, page: &(dyn Page + Sync)) -> Response {
        self.page_as(StatusCode::OK, page).await
    }

    /// Answers with a page and a status.
    pub async fn page_as(&self, status: StatusCode, page: &(dyn Page + Sync)) -> Response {
        // Removing what isn't there would have the session stored again for every page; and with an answer of our own
        // fault no session is stored, so that what is to be said waits for the next page.
        let said: Option<Said> = match self.session.get(SAID).await {
            Ok(Some(said)) if !status.is_server_error() => self
                .session
                .remove::<Said>(SAID)
                .await
                .map_or(Some(said), |removed| removed),
            _ => None,
        };
        let who = self.login.as_ref().map(|login| Who {
            name: login.name.clone(),
            acting_for: self.acting_name(),
            may_act_for_others: !login.delegations.is_empty(),
            unread: self.unread,
            is_resident: login.community.is_some() || self.acting != ActingFor::Own,
            is_staff: login.is_staff() && self.acting == ActingFor::Own,
            is_admin: login.is_admin(),
            is_community_staff: login.is_community_staff() && self.acting == ActingFor::Own,
            has_desk: !login.roles.is_empty() && self.acting == ActingFor::Own,
        });
        let shell = Shell {
            viewer: self.viewer.clone(),
            community: self.community.clone(),
            who,
            flash: said.map(|said| Flash {
                good: said.good,
                text: said.text,
            }),
            here: self.here.clone(),
        };
        let html = layout::document(&shell, page).into_string();
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert("cache-control", HeaderValue::from_static("no-store"));
        response
    }

    /// Answers with an error page.
    pub async fn error(&self, error: &ErrorPage) -> Response {
        let mut response = if self.json {
            problem::of_page(error, &self.viewer)
        } else {
            self.page_as(error.status(), error).await
        };
        if let ErrorPage::Busy { seconds, .. }
        | ErrorPage::Paused { seconds, .. }
        | ErrorPage::TooMany(seconds) = error
        {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }

    /// Answers with what an operation refused, or with our own fault, which is logged.
    pub async fn refuse(&self, error: Error) -> Response {
        match error {
            Error::Refused(Refusal::NotFound(_)) => self.error(&ErrorPage::NotFound).await,
            Error::Refused(Refusal::NotAllowed) => self.error(&ErrorPage::Forbidden).await,
            Error::Refused(refusal) => {
                let text = refusal.message().get(self.viewer.locale).to_owned();
                self.error(&ErrorPage::Malformed(text)).await
            }
            error if error.is_busy() => {
                let service = self.viewer.text().site_name().to_owned();
                self.error(&ErrorPage::Busy {
                    service,
                    seconds: 5,
                })
                .await
            }
            error => self.fault(&error).await,
        }
    }

    /// Whether a form was shown for the person for whom they act now: it names them in `for`.
    pub fn is_for(&self, login: &Login, posted: &Posted) -> bool {
        posted.first("for") == Some(self.subject(login).to_string().as_str())
    }

    /// Answers to a form that was shown for somebody else: nothing is done.
    pub async fn other_person(&self, page: &str) -> Response {
        self.say(false, self.viewer.text().said_other_person())
            .await;
        see_other(page)
    }

    /// The day and times of a form, `day`, `from` and `to`, in the district's zone; `to` before `from` is on the next day.
    pub fn range(&self, posted: &Posted) -> Result<Range, Refusal> {
        let time = |name| posted.first(name)?.parse::<jiff::civil::Time>().ok();
        let read = || {
            let day = posted.first("day")?.parse::<jiff::civil::Date>().ok()?;
            let (from, to) = (time("from")?, time("to")?);
            let last = if to <= from {
                day.tomorrow().ok()?
            } else {
                day
            };
            let at = |day: jiff::civil::Date, time| {
                Instant::from_civil(day.to_datetime(time), &self.viewer.zone)
            };
            Some(Range::new(at(day, from)?, at(last, to)?))
        };
        let problem = Refusal::field(
            "day",
            "请填写日期和起止时间",
            "Write a day, and from when to when",
        );
        read().ok_or(problem)
    }

    /// Goes back to a page and says there that it was done, or why not.
    pub async fn answer(&self, result: linli_core::Result<()>, said: &str, page: &str) -> Response {
        match result {
            Ok(()) => {
                self.say(true, said).await;
                see_other(page)
            }
            Err(error @ Error::Refused(Refusal::NotAllowed)) => self.refuse(error).await,
            Err(Error::Refused(refusal)) => {
                let text = refusal.message().get(self.viewer.locale).to_owned();
                self.say(false, text).await;
                see_other(page)
            }
            Err(error) => self.refuse(error).await,
        }
    }

    /// Answers that something broke on our side, and logs what.
    pub async fn fault(&self, error: &(dyn std::fmt::Display + Sync)) -> Response {
        let request =
            linli_domain::random::Stream::new(self.app.core.seed()).uuid(self.app.core.now());
        tracing::error!(%request, %error, here = self.here, "a request failed");
        self.error(&ErrorPage::Internal {
            request: request.to_string(),
        })
        .await
    }
}

/// Goes on to another page of this host.
pub(crate) fn see_other(to: &str) -> Response {
    let to = if is_local(to) { to } else { "/home" };
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/home"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// Whether an address stays on this host.
fn is_local(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.contains(char::is_control)
}

pub(crate) fn form_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(given, _)| *given == name)
        .map(|(_, value)| value)
}

/// The page of this host from which a request came, as path and query.
fn referring_page(headers: &HeaderMap) -> Option<String> {
    let referrer: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(HOST)?.to_str().ok()?;
    let own = referrer.authority()?.as_str() == host;
    let page = referrer.path_and_query()?.as_str();
    (own && is_local(page)).then(|| page.to_owned())
}

/// A visitor's language: what they chose, else the first that their browser asks for and the host has.
fn visitor_locale(headers: &HeaderMap) -> Locale {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Locale::from_tag);
    let asked = || {
        let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        header
            .split(',')
            .find_map(|entry| Locale::from_tag(entry.split(';').next()?.trim()))
    };
    chosen.or_else(asked).unwrap_or_default()
}

fn address(app: &App, parts: &Parts) -> String {
    let forwarded = || {
        // The last line is the proxy's own; a client can send others before it.
        let lines = parts.headers.get_all("x-forwarded-for");
        let header = lines.iter().next_back()?.to_str().ok()?;
        header.rsplit(',').next().map(|last| last.trim().to_owned())
    };
    let direct = || {
        parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip().to_string())
    };
    app.reach
        .behind_proxy
        .then(forwarded)
        .flatten()
        .or_else(direct)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// How much of a body that is too large is read and thrown away before the host hangs up, in bytes.
const MAX_DISCARDED: u64 = 512 << 20;

/// Gives plain rejections (a body too large, a form that cannot be read, a post of another site) a page that explains them.
pub(crate) async fn explain_rejections(
    AppState(app): AppState<App>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut again = parts.clone();
    let limit = crate::app::max_body(parts.uri.path());
    let too_large = || {
        let limit = if limit < 1 << 20 {
            format!("{} KiB", limit >> 10)
        } else {
            format!("{} MiB", limit >> 20)
        };
        ErrorPage::TooLarge(limit)
    };
    let announced = body
        .size_hint()
        .exact()
        .filter(|length| usize::try_from(*length).is_ok_and(|length| length > limit));
    let error = if announced.is_some_and(|length| length <= MAX_DISCARDED) {
        // A browser that is still sending reads no answer.
        discard(body).await;
        too_large()
    } else {
        let response = next.run(Request::from_parts(parts, body)).await;
        let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.as_bytes();
            kind.starts_with(b"text/html") || kind.starts_with(problem::PROBLEM.as_bytes())
        });
        match response.status() {
            _ if is_page => return response,
            StatusCode::FORBIDDEN if response.extensions().get::<ProtectionError>().is_some() => {
                ErrorPage::OtherSite
            }
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            status @ (StatusCode::BAD_REQUEST
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::UNSUPPORTED_MEDIA_TYPE) => {
                let body = axum::body::to_bytes(response.into_body(), 1_000)
                    .await
                    .unwrap_or_default();
                tracing::info!(%status, reason = %String::from_utf8_lossy(&body), "a post cannot be read");
                // In the reader's language, below.
                ErrorPage::Malformed(String::new())
            }
            _ => return response,
        }
    };
    match Visit::from_request_parts(&mut again, &app).await {
        Ok(visit) => {
            let error = match error {
                ErrorPage::Malformed(_) => {
                    ErrorPage::Malformed(visit.viewer.text().malformed_post().to_owned())
                }
                error => error,
            };
            visit.error(&error).await
        }
        Err(response) => response,
    }
}

async fn discard(mut body: Body) {
    while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_addresses_are_gone_to() {
        for good in ["/", "/home", "/c/a/b/c?x=1"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }

    #[test]
    fn a_visitor_reads_what_their_browser_asks_for() {
        let locale = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            visitor_locale(&headers)
        };
        assert_eq!(
            locale("accept-language", "fr, en-GB;q=0.8, zh;q=0.5"),
            Locale::En
        );
        assert_eq!(locale("accept-language", "fr"), Locale::ZhCn);
        assert_eq!(locale("cookie", "a=b; language=en"), Locale::En);
    }
}

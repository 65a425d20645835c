//! Plugins' pages: a GET views, a POST acts. The host fills in persons' fields; where consent is missing, `consent.rs` asks
//! for it and goes on where the resident agreed.

use crate::page::{ErrorPage, MenuEntry, PluginPage};
use crate::problem;
use crate::render::submission::{self, Located, Posted};
use crate::render::{self, Persons, Refused, Shown, address};
use crate::route::home::base;
use crate::route::my_data::field_title;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use linli_core::basis::{self, Disclosures, FieldValue};
use linli_core::{Caller, Core, Login, Service, calendar, view};
use linli_core::{consent, service};
use linli_domain::manifest::PageEntry;
use linli_domain::random::Stream;
use linli_domain::{Instant, InvocationId, PluginId};
use linli_engine::{Answer, page as wit};
use linli_store::ledger::LedgerEntries;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::Mutex;

/// How long a busy service asks to wait, in seconds.
const BUSY_SECONDS: u32 = 5;

/// Where a page is: community, organisation, plugin, path.
#[derive(Deserialize)]
pub(crate) struct Place {
    pub(super) community: String,
    pub(super) organisation: String,
    pub(super) plugin: String,
    #[serde(default)]
    pub(super) path: String,
}

/// A page that was opened for somebody: everything that showing it and acting on it need.
pub(super) struct Opened {
    pub(super) visit: Visit,
    pub(super) login: Login,
    pub(super) service: Service,
    pub(super) caller: Caller,
    pub(super) entry: PageEntry,
    pub(super) address: wit::Address,
    /// The plugin's reference of the caller's subject; empty where there is none.
    pub(super) subject: String,
}

/// Shows a page.
pub(crate) async fn view(
    logged_in: LoggedIn,
    Path(place): Path<Place>,
    RawQuery(query): RawQuery,
) -> Response {
    match open(logged_in, &place, query.as_deref()).await {
        Ok(opened) => opened.show(None).await,
        Err(response) => response,
    }
}

/// Does an action of a page.
pub(crate) async fn act(
    logged_in: LoggedIn,
    Path(place): Path<Place>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let opened = match open(logged_in, &place, query.as_deref()).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    if !opened.visit.json {
        return opened.act(Posted::from_body(&body)).await;
    }
    let key = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok());
    match Posted::from_json(&body) {
        Some(posted) => {
            let posted = match key {
                Some(key) => posted.with_key(key),
                None => posted,
            };
            opened.act(posted).await
        }
        None => {
            let text = opened.visit.viewer.text().malformed_post().to_owned();
            opened.visit.error(&ErrorPage::Malformed(text)).await
        }
    }
}

pub(super) async fn open(
    logged_in: LoggedIn,
    place: &Place,
    query: Option<&str>,
) -> Result<Opened, Response> {
    let id = format!("{}/{}", place.organisation, place.plugin).parse::<PluginId>();
    let path = match place.path.strip_suffix(problem::SUFFIX) {
        Some(path) if logged_in.visit.json => path,
        _ => &place.path,
    };
    let address = address::parse(&format!("/{path}"), query);
    let (Ok(plugin), Some(address)) = (id, address) else {
        return Err(logged_in.visit.error(&ErrorPage::NotFound).await);
    };
    open_at(logged_in, &place.community, &plugin, address).await
}

pub(super) async fn open_at(
    LoggedIn { visit, login }: LoggedIn,
    community: &str,
    plugin: &PluginId,
    address: wit::Address,
) -> Result<Opened, Response> {
    let (acting, locale) = (visit.acting, visit.viewer.locale);
    let opened = view!(visit.app.core, |work| {
        service::open_page(
            work,
            &login,
            acting,
            locale,
            community,
            plugin,
            &address.path,
        )
        .await
    });
    match opened {
        Ok((service, caller, entry)) => {
            let seal = |subject| visit.app.core.references.seal(service.plugin(), subject);
            let subject = caller.subject.and_then(seal).unwrap_or_default();
            Ok(Opened {
                visit,
                login,
                service,
                caller,
                entry,
                address,
                subject,
            })
        }
        Err(error) => Err(visit.refuse(error).await),
    }
}

impl Opened {
    pub(super) fn core(&self) -> &Core {
        &self.visit.app.core
    }

    pub(super) fn title(&self) -> String {
        self.service
            .manifest
            .title
            .get(self.visit.viewer.locale)
            .to_owned()
    }

    fn organisation(&self) -> String {
        let name = &self.service.organisation.name;
        name.get(self.visit.viewer.locale).to_owned()
    }

    /// Views the page, and answers with it or with why not. A refused post is filled in again.
    async fn show(self, refused: Option<Refused>) -> Response {
        match self.page().await {
            Ok(page) => self.render(page, refused.as_ref()).await,
            Err(answer) => self.explain(answer, None).await,
        }
    }

    async fn page(&self) -> Result<wit::Page, Answer<wit::Page>> {
        let request = wit::Request {
            address: self.address.clone(),
        };
        match self
            .visit
            .app
            .engine
            .view(&self.service, &self.caller, request)
            .await
        {
            Answer::Done(page) => Ok(page),
            other => Err(other),
        }
    }

    pub(super) async fn act(self, posted: Posted) -> Response {
        if posted.subject() != Some(self.subject.as_str()) {
            // The page was shown for somebody else: another tab may have changed for whom one acts.
            return self.gone().await;
        }
        let page = match self.page().await {
            Ok(page) => page,
            Err(answer) => {
                return match self.earlier(&posted).await {
                    Some(response) => response,
                    None => self.explain(answer, Some(&posted)).await,
                };
            }
        };
        let values = match submission::locate(&page, &posted) {
            None => {
                // It may have been done already: then the plugin's first answer stands.
                match self.earlier(&posted).await {
                    Some(response) => return response,
                    None => return self.gone().await,
                }
            }
            Some(Located::Action(_)) => Vec::new(),
            Some(Located::Form(form)) => {
                let decoded = submission::decode(form, &posted, &self.visit.viewer);
                if !decoded.problems.is_empty() {
                    if let Some(response) = self.earlier(&posted).await {
                        return response;
                    }
                    let refused = Refused {
                        posted,
                        problems: decoded.problems,
                    };
                    return self.render(page, Some(&refused)).await;
                }
                decoded.values
            }
        };
        let submission = wit::Submission {
            address: self.address.clone(),
            action: posted.action().unwrap_or_default().to_owned(),
            arguments: posted.arguments(),
            values,
        };
        let key = self.key(&posted);
        let engine = &self.visit.app.engine;
        match engine
            .act(&self.service, &self.caller, submission, key.as_deref())
            .await
        {
            Answer::Done(wit::Outcome::Done(done)) => self.go_on(done).await,
            Answer::Done(wit::Outcome::Invalid(problems)) => {
                self.show(Some(Refused { posted, problems })).await
            }
            other => self.explain(other, Some(&posted)).await,
        }
    }

    pub(super) async fn gone(&self) -> Response {
        let href = address::href(&base(&self.service), &self.address);
        self.visit.error(&ErrorPage::Gone { href }).await
    }

    /// The idempotency key of a post: that of its form, for this subject, page and action only.
    fn key(&self, posted: &Posted) -> Option<String> {
        let what = json!([
            self.subject,
            self.address.path,
            self.address.query,
            posted.action(),
            posted.arguments()
        ]);
        let digest = Sha256::digest(what.to_string());
        let digest: String = digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let key: String = posted.key()?.chars().take(64).collect();
        Some(format!("{key}.{digest}"))
    }

    /// The answer that the same post was given before.
    async fn earlier(&self, posted: &Posted) -> Option<Response> {
        let (person, key) = (self.caller.person?, self.key(posted)?);
        let id = self.service.id();
        let found = view!(self.core(), |work| async {
            Ok(work.tx.find_answer(id, person, &key).await?)
        }
        .await)
        .ok()??;
        match serde_json::from_value(found).ok()? {
            wit::Outcome::Done(done) => Some(self.go_on(done).await),
            wit::Outcome::Invalid(_) => None,
        }
    }

    async fn go_on(&self, done: wit::Done) -> Response {
        // It is done by now: an address that breaks the contract leads to the service's first page.
        let to = match render::check_address(&done.to) {
            Ok(()) => address::href(&base(&self.service), &done.to),
            Err(problem) => {
                tracing::warn!(plugin = %self.service.plugin(), %problem, "an answer breaks the contract");
                base(&self.service)
            }
        };
        if self.visit.json {
            let say = done.say.as_deref().map(render::harmless);
            return problem::answer(StatusCode::OK, &json!({ "to": to, "say": say }));
        }
        if let Some(say) = done.say {
            self.visit.say(true, say).await;
        }
        see_other(&to)
    }

    /// Answers with the page: checked, persons' fields filled in, disclosures durable before it leaves.
    async fn render(&self, page: wit::Page, refused: Option<&Refused>) -> Response {
        if let Some(refused) = refused.filter(|_| self.visit.json) {
            return self.invalid(refused);
        }
        if let Err(problem) = render::check(&page) {
            let reported = self
                .visit
                .app
                .engine
                .report(
                    &self.service,
                    self.caller.person,
                    &self.address.path,
                    &problem.to_string(),
                )
                .await;
            return match reported {
                Ok(illness) => self.ill(illness.invocation.to_string(), false).await,
                Err(failure) => self.visit.fault(&failure).await,
            };
        }
        let persons = match self.persons(&page).await {
            Ok(persons) => persons,
            Err(error) => return self.visit.refuse(error).await,
        };
        let calendars = match self.calendars(&page).await {
            Ok(calendars) => calendars,
            Err(error) => return self.visit.refuse(error).await,
        };
        let locale = self.visit.viewer.locale;
        let base = base(&self.service);
        let now = self.core().now();
        let stream = Mutex::new(Stream::new(self.core().seed()));
        let new_key = move || {
            let mut stream = stream
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            stream.uuid(now).to_string()
        };
        let menu = self.menu(&base);
        let content = {
            let context = render::Context {
                viewer: &self.visit.viewer,
                base: &base,
                address: &self.address,
                subject: &self.subject,
                persons: &persons,
                calendars: &calendars,
                refused,
                new_key: &new_key,
            };
            if self.visit.json {
                let mut body = render::json::page(&page, &context);
                body["service"] = json!({
                    "title": self.title(),
                    "organisation": self.service.organisation.name.get(locale),
                    "href": base,
                });
                body["menu"] = menu
                    .iter()
                    .map(|entry| {
                        json!({ "title": entry.title, "href": entry.href, "current": entry.current })
                    })
                    .collect();
                body["locale"] = json!(locale.tag());
                body["acting_for"] = json!(self.visit.acting_name());
                return problem::answer(StatusCode::OK, &body);
            }
            render::page(&page, &context)
        };
        let shown = PluginPage {
            service: self.title(),
            organisation: self.service.organisation.name.get(locale).to_owned(),
            menu,
            title: render::title(&page),
            content,
        };
        self.visit.page(&shown).await
    }

    /// What is wrong with a post, for programs.
    fn invalid(&self, refused: &Refused) -> Response {
        let t = self.visit.viewer.text();
        let errors: Vec<_> = refused
            .problems
            .iter()
            .map(|(field, problem)| json!({ "field": field, "detail": render::harmless(problem) }))
            .collect();
        problem::problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            t.form_problems(),
            t.form_problems(),
            json!({ "errors": errors }),
        )
    }

    /// The service's pages for menus that are for this person.
    fn menu(&self, base: &str) -> Vec<MenuEntry> {
        let locale = self.visit.viewer.locale;
        self.service
            .manifest
            .pages
            .iter()
            .filter(|entry| {
                entry.menu
                    && service::caller_for(
                        &self.service,
                        &self.login,
                        self.visit.acting,
                        locale,
                        entry,
                    )
                    .is_some()
            })
            .map(|entry| MenuEntry {
                title: entry.title.get(locale).to_owned(),
                href: format!("{base}{}", entry.path),
                current: entry.path == self.entry.path,
            })
            .collect()
    }

    /// The fields of persons that the page shows, for this viewer.
    async fn persons(&self, page: &wit::Page) -> linli_core::Result<Persons> {
        let fields = render::person_fields(page);
        let mut persons = Persons::default();
        if fields.is_empty() {
            return Ok(persons);
        }
        let mut disclosures = Disclosures::default();
        let shown = view!(self.core(), |work| async {
            let mut shown = Vec::with_capacity(fields.len());
            for field in &fields {
                let (reference, code) = (&field.person.id, &field.field);
                shown.push(
                    basis::show_field(
                        work,
                        &self.service,
                        &self.caller,
                        reference,
                        code,
                        &mut disclosures,
                    )
                    .await?,
                );
            }
            Ok(shown)
        }
        .await)?;
        let mut stream = Stream::new(self.core().seed());
        let now = self.core().now();
        let invocation = InvocationId(stream.uuid(now));
        let rows = disclosures.into_rows(&mut stream, now, &self.service, &self.caller, invocation);
        self.core()
            .store
            .write_ledger(&LedgerEntries {
                disclosures: rows,
                ..LedgerEntries::default()
            })
            .await?;
        for (field, value) in fields.iter().zip(shown) {
            persons.insert(
                field,
                match value {
                    FieldValue::Present(text) => Shown::Text(text),
                    FieldValue::Absent => Shown::Text("—".to_owned()),
                    FieldValue::Denied => Shown::Denied,
                },
            );
        }
        Ok(persons)
    }

    /// Titles of the calendars, where the page offers slots.
    async fn calendars(&self, page: &wit::Page) -> linli_core::Result<HashMap<String, String>> {
        let offers_slots = page.blocks.iter().any(|block| {
            matches!(block, wit::Block::Form(form) if form.fields.iter().any(|field| matches!(field.input, wit::Input::Slot(_))))
        });
        if !offers_slots {
            return Ok(HashMap::new());
        }
        let calendars = view!(self.core(), |work| calendar::list(
            work,
            &self.service,
            None
        )
        .await)?;
        Ok(calendars
            .into_iter()
            .map(|calendar| (calendar.id.to_string(), calendar.title))
            .collect())
    }

    /// Says why there is no page. `posted` is what waits, where something was to be done.
    async fn explain<T>(&self, answer: Answer<T>, posted: Option<&Posted>) -> Response {
        let service = self.title();
        let error = match answer {
            Answer::ConsentNeeded { person, fields } if self.caller.acts_for(person) => {
                return self.ask(person, &fields, posted).await;
            }
            Answer::ConsentNeeded { person, fields } => {
                let child = view!(self.core(), |work| {
                    consent::needs_guardian(work, &self.service, person).await
                });
                let child = match child {
                    Ok(child) => child,
                    Err(error) => return self.visit.refuse(error).await,
                };
                let locale = self.visit.viewer.locale;
                ErrorPage::AskResident {
                    service,
                    fields: fields
                        .iter()
                        .map(|field| field_title(field, locale))
                        .collect(),
                    child,
                }
            }
            Answer::Failed(wit::Failure::NotFound) => ErrorPage::NotFound,
            Answer::Failed(wit::Failure::Forbidden) => ErrorPage::Forbidden,
            Answer::Failed(wit::Failure::Problem(text)) => ErrorPage::Problem { service, text },
            Answer::Ill(illness) => {
                return self
                    .ill(illness.invocation.to_string(), posted.is_some())
                    .await;
            }
            Answer::Busy => ErrorPage::Busy {
                service,
                seconds: BUSY_SECONDS,
            },
            Answer::Paused(next) => ErrorPage::Paused {
                service,
                organisation: self.organisation(),
                seconds: seconds_until(next, self.core().now()),
            },
            Answer::Changed | Answer::Gone | Answer::Done(_) => ErrorPage::Gone {
                href: address::href(&base(&self.service), &self.address),
            },
            Answer::HostFailed(failure) => return self.visit.fault(&failure).await,
        };
        self.visit.error(&error).await
    }

    async fn ill(&self, request: String, acted: bool) -> Response {
        self.visit
            .error(&ErrorPage::Ill {
                service: self.title(),
                organisation: self.organisation(),
                request,
                acted,
            })
            .await
    }
}

/// Whole seconds from now until then, at least one.
fn seconds_until(then: Instant, now: Instant) -> u32 {
    let micros = then.0.saturating_sub(now.0).max(1);
    u32::try_from(micros.unsigned_abs().div_ceil(1_000_000)).unwrap_or(u32::MAX)
}

//! Plugins' pages: a GET views, a POST acts. The host asks for consent where it is missing, fills in persons' fields, and
//! goes on where the resident agreed.

use crate::app::App;
use crate::page::{AskedField, ConsentPage, ErrorPage, MenuEntry, PluginPage};
use crate::render::submission::{self, Located, Posted};
use crate::render::{self, Persons, Refused, Shown, address};
use crate::route::home::base;
use crate::route::my_data::field_title;
use crate::visit::{LoggedIn, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use linli_core::basis::{self, Disclosures, FieldValue};
use linli_core::service::{self, ActingFor};
use linli_core::{Caller, CallerKind, Core, Login, Refusal, Service, act, calendar, consent, view};
use linli_domain::manifest::PageEntry;
use linli_domain::random::Stream;
use linli_domain::{InvocationId, PersonId, PluginId};
use linli_engine::{Answer, page as wit};
use linli_store::invocation::PendingForm;
use linli_store::ledger::LedgerEntries;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use uuid::Uuid;

/// How long a busy service asks to wait, in seconds.
const BUSY_SECONDS: u32 = 5;

/// Where a page is: community, organisation, plugin, path.
#[derive(Deserialize)]
pub(crate) struct Place {
    community: String,
    organisation: String,
    plugin: String,
    #[serde(default)]
    path: String,
}

/// A page that was opened for somebody: everything that showing it and acting on it need.
struct Opened {
    visit: Visit,
    login: Login,
    service: Service,
    caller: Caller,
    entry: PageEntry,
    address: wit::Address,
    /// The plugin's reference of the caller's subject; empty where there is none.
    subject: String,
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
    body: Bytes,
) -> Response {
    match open(logged_in, &place, query.as_deref()).await {
        Ok(opened) => opened.act(Posted::from_body(&body)).await,
        Err(response) => response,
    }
}

async fn open(logged_in: LoggedIn, place: &Place, query: Option<&str>) -> Result<Opened, Response> {
    let id = format!("{}/{}", place.organisation, place.plugin).parse::<PluginId>();
    let address = address::parse(&format!("/{}", place.path), query);
    let (Ok(plugin), Some(address)) = (id, address) else {
        return Err(logged_in.visit.error(&ErrorPage::NotFound).await);
    };
    open_at(logged_in, &place.community, &plugin, address).await
}

async fn open_at(
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
    fn core(&self) -> &Core {
        &self.visit.app.core
    }

    fn title(&self) -> String {
        self.service
            .manifest
            .title
            .get(self.visit.viewer.locale)
            .to_owned()
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

    async fn act(self, posted: Posted) -> Response {
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

    async fn gone(&self) -> Response {
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
        if let Some(say) = done.say {
            self.visit.say(true, say).await;
        }
        see_other(&to)
    }

    /// Answers with the page: checked, persons' fields filled in, disclosures durable before it leaves.
    async fn render(&self, page: wit::Page, refused: Option<&Refused>) -> Response {
        if let Err(problem) = render::check(&page) {
            let reported = self
                .visit
                .app
                .engine
                .report(&self.service, &self.address.path, &problem.to_string())
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
            render::page(&page, &context)
        };
        let menu = self
            .service
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
            .collect();
        let shown = PluginPage {
            service: self.title(),
            organisation: self.service.organisation.name.get(locale).to_owned(),
            menu,
            title: render::title(&page),
            content,
        };
        self.visit.page(&shown).await
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
            Answer::ConsentNeeded { fields, .. } => {
                let locale = self.visit.viewer.locale;
                ErrorPage::AskResident {
                    service,
                    fields: fields
                        .iter()
                        .map(|field| field_title(field, locale))
                        .collect(),
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
            Answer::Changed | Answer::Gone | Answer::Done(_) => ErrorPage::Gone {
                href: address::href(&base(&self.service), &self.address),
            },
            Answer::HostFailed(failure) => return self.visit.fault(&failure).await,
        };
        self.visit.error(&error).await
    }

    async fn ill(&self, request: String, acted: bool) -> Response {
        let organisation = self
            .service
            .organisation
            .name
            .get(self.visit.viewer.locale)
            .to_owned();
        self.visit
            .error(&ErrorPage::Ill {
                service: self.title(),
                organisation,
                request,
                acted,
            })
            .await
    }

    /// Asks for consent. What waits is a view's own address, or a form that the host keeps meanwhile.
    async fn ask(
        &self,
        resident: PersonId,
        denied: &[String],
        posted: Option<&Posted>,
    ) -> Response {
        let pending = match posted {
            None => Waiting::View {
                subject: self.subject.clone(),
                href: address::href(&base(&self.service), &self.address),
            },
            Some(posted) => match self.keep(posted, denied).await {
                Ok(id) => return see_other(&format!("/consent/{id}")),
                Err(error) => return self.visit.refuse(error).await,
            },
        };
        self.consent_page(resident, denied, &pending).await
    }

    async fn consent_page(
        &self,
        resident: PersonId,
        denied: &[String],
        pending: &Waiting,
    ) -> Response {
        let questions = view!(self.core(), |work| {
            consent::questions(work, &self.service, &self.entry, resident, denied).await
        });
        let questions = match questions {
            Ok(questions) => questions,
            Err(error) => return self.visit.refuse(error).await,
        };
        let locale = self.visit.viewer.locale;
        let page = ConsentPage {
            service: self.title(),
            organisation: self.service.organisation.name.get(locale).to_owned(),
            resident: self.visit.acting_name(),
            fields: questions
                .into_iter()
                .map(|question| AskedField {
                    code: question.field.code().to_owned(),
                    title: question.field.title_in(locale),
                    purpose: question.purpose.get(locale).to_owned(),
                    necessary: question.necessary,
                    sensitive: question.sensitive,
                })
                .collect(),
            until: self.visit.viewer.date(
                self.visit
                    .viewer
                    .day_of(self.visit.viewer.now.plus_days(consent::LASTS_DAYS)),
            ),
            pending: pending.encode(),
        };
        self.visit.page(&page).await
    }

    /// Keeps a posted form while its sender is asked.
    async fn keep(&self, posted: &Posted, denied: &[String]) -> linli_core::Result<Uuid> {
        let person_id = self.login.person;
        let kept = Kept {
            community: self.service.community.slug.clone(),
            plugin: self.service.plugin().clone(),
            path: self.address.path.clone(),
            query: self.address.query.clone(),
            pairs: posted.pairs().to_vec(),
            denied: denied.to_vec(),
            acting_for: match self.visit.acting {
                ActingFor::Own => None,
                ActingFor::Resident(resident) => Some(resident),
            },
        };
        act!(self.core(), |work| async {
            let form = PendingForm {
                id: work.id(),
                person_id,
                data: json!(kept),
                created: work.now,
            };
            work.tx.create_pending_form(&form).await?;
            Ok(form.id)
        }
        .await)
    }
}

/// A posted form, kept while its sender is asked for consent.
#[derive(Serialize, Deserialize)]
struct Kept {
    community: String,
    plugin: PluginId,
    path: String,
    query: Vec<(String, String)>,
    pairs: Vec<(String, String)>,
    denied: Vec<String>,
    acting_for: Option<PersonId>,
}

/// What waits for consent.
enum Waiting {
    /// A page to be viewed.
    View {
        /// For whom it was asked for: [`Opened::subject`].
        subject: String,
        /// Its address.
        href: String,
    },
    /// A kept form.
    Form(Uuid),
}

impl Waiting {
    fn encode(&self) -> String {
        match self {
            Self::View { subject, href } => format!("{subject}:{href}"),
            Self::Form(id) => id.to_string(),
        }
    }

    fn decode(text: &str) -> Self {
        text.parse().map_or_else(
            |_| {
                let (subject, href) = text.split_once(':').unwrap_or_default();
                Self::View {
                    subject: subject.to_owned(),
                    href: href.to_owned(),
                }
            },
            Self::Form,
        )
    }
}

/// Opens again what waits.
async fn reopen(
    logged_in: LoggedIn,
    waiting: &Waiting,
) -> Result<(Opened, Option<Kept>), Response> {
    match waiting {
        Waiting::View { subject, href } => {
            let (path, query) = href
                .split_once('?')
                .map_or((href.as_str(), None), |(path, query)| (path, Some(query)));
            let parts: Vec<_> = path.trim_start_matches("/c/").splitn(4, '/').collect();
            let (true, [community, organisation, plugin, rest @ ..]) =
                (path.starts_with("/c/"), &parts[..])
            else {
                return Err(logged_in.visit.error(&ErrorPage::NotFound).await);
            };
            let place = Place {
                community: (*community).to_owned(),
                organisation: (*organisation).to_owned(),
                plugin: (*plugin).to_owned(),
                path: rest.first().copied().unwrap_or_default().to_owned(),
            };
            let opened = open(logged_in, &place, query).await?;
            if opened.subject != *subject {
                // Asked for one person, answered for another: nobody has agreed to that.
                return Err(opened.gone().await);
            }
            Ok((opened, None))
        }
        Waiting::Form(id) => {
            let LoggedIn { mut visit, login } = logged_in;
            let found = view!(visit.app.core, |work| async {
                Ok(work.tx.find_pending_form(login.person, *id).await?)
            }
            .await);
            let found = match found {
                Ok(found) => found,
                Err(error) => return Err(visit.refuse(error).await),
            };
            let Some(kept) = found.and_then(|form| serde_json::from_value::<Kept>(form.data).ok())
            else {
                let text = visit.viewer.text().pending_form_gone().to_owned();
                return Err(visit.error(&ErrorPage::Malformed(text)).await);
            };
            // It is done for whom it was posted, whatever the session says by now.
            visit.acting = match kept.acting_for {
                None => ActingFor::Own,
                Some(resident) if login.delegation_for(resident).is_some() => {
                    ActingFor::Resident(resident)
                }
                Some(_) => return Err(visit.refuse(Refusal::NotAllowed.into()).await),
            };
            let address = wit::Address {
                path: kept.path.clone(),
                query: kept.query.clone(),
            };
            let opened = open_at(
                LoggedIn { visit, login },
                &kept.community,
                &kept.plugin,
                address,
            )
            .await?;
            Ok((opened, Some(kept)))
        }
    }
}

/// Asks for consent for a form that is kept.
pub(crate) async fn ask_consent(logged_in: LoggedIn, Path(form): Path<Uuid>) -> Response {
    let waiting = Waiting::Form(form);
    match reopen(logged_in, &waiting).await {
        Ok((opened, kept)) => match opened.caller.subject {
            Some(resident) => {
                let denied = kept.map(|kept| kept.denied).unwrap_or_default();
                opened.consent_page(resident, &denied, &waiting).await
            }
            None => opened.visit.error(&ErrorPage::NotFound).await,
        },
        Err(response) => response,
    }
}

/// Forgets a kept form of somebody who declined.
async fn forget(core: &Core, login: &Login, form: Uuid) {
    let forgotten = act!(core, |work| async {
        if work
            .tx
            .find_pending_form(login.person, form)
            .await?
            .is_some()
        {
            work.tx.delete_pending_form(form).await?;
        }
        Ok(())
    }
    .await);
    if let Err(error) = forgotten {
        tracing::warn!(%error, "a kept form could not be removed; it is swept out later");
    }
}

/// Takes the resident's answer, and goes on with what waited.
pub(crate) async fn consent(logged_in: LoggedIn, State(app): State<App>, body: Bytes) -> Response {
    let posted = Posted::from_body(&body);
    let waiting = Waiting::decode(posted.first("pending").unwrap_or_default());
    if posted.first("decision") != Some("agree") {
        if let Waiting::Form(id) = waiting {
            forget(&app.core, &logged_in.login, id).await;
        }
        logged_in
            .visit
            .say(true, logged_in.visit.viewer.text().said_consent_declined())
            .await;
        return see_other("/home");
    }
    let (opened, kept) = match reopen(logged_in, &waiting).await {
        Ok(reopened) => reopened,
        Err(response) => return response,
    };
    if opened.caller.kind == CallerKind::Staff {
        return opened.visit.error(&ErrorPage::Forbidden).await;
    }
    let fields: BTreeSet<String> = posted.all("field").into_iter().map(str::to_owned).collect();
    let given = act!(app.core, |work| consent::give(
        work,
        &opened.service,
        &opened.caller,
        &fields
    )
    .await);
    if let Err(error) = given {
        return opened.visit.refuse(error).await;
    }
    match (waiting, kept) {
        // It stays until it is swept out: agreed to twice, by a second press, it is done once and answered alike.
        (Waiting::Form(_), Some(kept)) => opened.act(Posted::from_pairs(kept.pairs)).await,
        _ => {
            opened
                .visit
                .say(true, opened.visit.viewer.text().said_consent_given())
                .await;
            see_other(&address::href(&base(&opened.service), &opened.address))
        }
    }
}

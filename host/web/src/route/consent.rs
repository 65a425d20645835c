//! Asking a resident for consent, and going on with what waited for it: a page, or a form that the host keeps meanwhile.

use crate::app::App;
use crate::page::{AskedField, ConsentPage, ErrorPage};
use crate::problem;
use crate::render::address;
use crate::render::submission::Posted;
use crate::route::home::base;
use crate::route::plugin::{Opened, Place, open, open_at};
use crate::visit::{LoggedIn, see_other};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use linli_core::service::ActingFor;
use linli_core::{CallerKind, Core, Login, Refusal, act, consent, view};
use linli_domain::{PersonId, PluginId};
use linli_engine::page as wit;
use linli_store::invocation::PendingForm;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

impl Opened {
    /// Asks for consent. What waits is a view's own address, or a form that the host keeps meanwhile.
    pub(super) async fn ask(
        &self,
        resident: PersonId,
        denied: &[String],
        posted: Option<&Posted>,
    ) -> Response {
        let here = address::href(&base(&self.service), &self.address);
        let pending = match posted {
            None if self.visit.json => return self.consent_problem(&here),
            None => Waiting::View {
                subject: self.subject.clone(),
                href: here,
            },
            Some(posted) => match self.keep(posted, denied).await {
                Ok(id) if self.visit.json => {
                    return self.consent_problem(&format!("/consent/{id}"));
                }
                Ok(id) => return see_other(&format!("/consent/{id}")),
                Err(error) => return self.visit.refuse(error).await,
            },
        };
        self.consent_page(resident, denied, &pending).await
    }

    /// A program is told where a person decides.
    fn consent_problem(&self, href: &str) -> Response {
        let title = self.visit.viewer.text().consent_title(self.title());
        problem::problem(
            StatusCode::FORBIDDEN,
            "consent-needed",
            &title,
            &title,
            json!({ "href": href }),
        )
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
            guardian_needed: questions.of_child && self.caller.kind != CallerKind::Guardian,
            fields: questions
                .fields
                .into_iter()
                .map(|question| AskedField {
                    code: question.field.code().to_owned(),
                    title: question.field.title_in(locale),
                    purpose: question.purpose.get(locale).to_owned(),
                    necessary: question.necessary,
                    sensitive: question.sensitive,
                })
                .collect(),
            until: self
                .visit
                .viewer
                .date(self.visit.viewer.day_of(questions.until)),
            release: self.service.digest.clone(),
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
pub(crate) async fn ask(logged_in: LoggedIn, Path(form): Path<Uuid>) -> Response {
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
pub(crate) async fn answer(logged_in: LoggedIn, State(app): State<App>, body: Bytes) -> Response {
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
    let codes = |name| posted.all(name).into_iter().map(str::to_owned).collect();
    let agreed = consent::Agreed {
        release: posted.first("release").unwrap_or_default().to_owned(),
        together: codes("field"),
        apart: codes("apart"),
    };
    let given = act!(app.core, |work| consent::give(
        work,
        &opened.service,
        &opened.caller,
        &agreed
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

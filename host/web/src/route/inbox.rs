//! Notices.

use crate::app::App;
use crate::format::Viewer;
use crate::page::{InboxPage, NoticeEntry};
use crate::render::{address, check_address};
use crate::route::account::set_acting_for;
use crate::route::home;
use crate::visit::{LoggedIn, see_other};
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use linli_core::notice::{self, Format};
use linli_core::{Service, act, view};
use linli_domain::random::Stream;
use linli_domain::{Instant, InvocationId, Locale, NoticeId, Urgency};
use linli_store::ledger::LedgerEntries;
use serde::Deserialize;
use uuid::Uuid;

const SLICE: u16 = 30;

/// Where a list goes on: the last row's time and id.
#[derive(Default, Deserialize)]
pub(crate) struct Before {
    at: Option<i64>,
    id: Option<Uuid>,
}

impl Before {
    pub fn position(&self) -> Option<(Instant, Uuid)> {
        Some((Instant(self.at?), self.id?))
    }
}

struct Formatted(Viewer);

impl Format for Formatted {
    fn instant(&self, at: Instant, service: &Service, locale: Locale) -> String {
        Viewer {
            zone: service.zone.clone(),
            locale,
            ..self.0.clone()
        }
        .instant(at)
    }
}

/// Shows them, newest first.
pub(crate) async fn inbox(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(before): Query<Before>,
) -> Response {
    let format = Formatted(visit.viewer.clone());
    let before = before.position().map(|(at, id)| (at, NoticeId(id)));
    let mut read = Vec::new();
    let locale = visit.viewer.locale;
    let notices = view!(app.core, |work| notice::list(
        work, &login, locale, before, SLICE, &format, &mut read
    )
    .await);
    let notices = match notices {
        Ok(notices) => notices,
        Err(error) => return visit.refuse(error).await,
    };
    // Durable before the answer leaves.
    let mut stream = Stream::new(app.core.seed());
    let now = app.core.now();
    let mut entries = LedgerEntries::default();
    for (service, reader, disclosures) in read {
        let invocation = InvocationId(stream.uuid(now));
        entries.disclosures.extend(disclosures.into_rows(
            &mut stream,
            now,
            &service,
            &reader,
            invocation,
        ));
    }
    if let Err(error) = app.core.store.write_ledger(&entries).await {
        return visit.fault(&error).await;
    }
    let next = (notices.len() == usize::from(SLICE))
        .then(|| notices.last())
        .flatten()
        .map(|last| format!("/inbox?at={}&id={}", last.notice.created.0, last.notice.id));
    let notices = notices
        .into_iter()
        .map(|notice| NoticeEntry {
            id: notice.notice.id.to_string(),
            title: notice.title,
            body: notice.body,
            sender: notice.service.map_or_else(
                || visit.district.clone(),
                |service| service.manifest.title.get(locale).to_owned(),
            ),
            about: notice.notice.subject_id.and_then(|subject| {
                login
                    .delegations
                    .iter()
                    .find(|entry| entry.0.resident_id == subject)
                    .map(|entry| entry.1.clone())
            }),
            at: notice.notice.created,
            urgent: notice.notice.urgency == Urgency::Urgent,
            read: notice.notice.read.is_some(),
            to_confirm: notice.notice.urgency.wants_confirmation()
                && notice.notice.acknowledged.is_none(),
            href: notice
                .notice
                .path
                .is_some()
                .then(|| format!("/inbox/{}", notice.notice.id)),
        })
        .collect();
    visit.page(&InboxPage { notices, next }).await
}

#[derive(Deserialize)]
pub(crate) struct Read {
    notice: Option<NoticeId>,
}

/// Confirms that one was read, or marks all as read.
pub(crate) async fn mark_read(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Form(form): Form<Read>,
) -> Response {
    let marked = act!(app.core, |work| async {
        match form.notice {
            Some(id) => {
                notice::acknowledge(work, &login, id).await?;
            }
            None => {
                work.tx
                    .mark_all_notices_read(login.person, work.now)
                    .await?;
            }
        }
        Ok(())
    }
    .await);
    match marked {
        Ok(()) => see_other("/inbox"),
        Err(error) => visit.refuse(error).await,
    }
}

/// Goes to the page that a notice leads to, acting for whom it is about.
pub(crate) async fn open(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(id): Path<NoticeId>,
) -> Response {
    let (notice, service) = match act!(app.core, |work| notice::open(work, &login, id).await) {
        Ok(opened) => opened,
        Err(error) => return visit.refuse(error).await,
    };
    let subject = notice
        .subject_id
        .filter(|subject| login.delegation_for(*subject).is_some());
    if let Err(error) = set_acting_for(&visit, login.person, subject).await {
        return visit.fault(&error).await;
    }
    let to = notice.path.as_deref().and_then(|path| {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let to = address::parse(path, query)?;
        check_address(&to).ok()?;
        let base = service.as_ref().map_or_else(String::new, home::base);
        Some(address::href(&base, &to))
    });
    see_other(to.as_deref().unwrap_or("/inbox"))
}

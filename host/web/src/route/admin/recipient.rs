//! An installation's recipients outside the host: grants, secrets, and what became of its requests.

use crate::app::App;
use crate::page::admin::{AskedSecret, RecipientEntry, RecipientsPage, RequestEntry};
use crate::route::admin::problems;
use crate::route::inbox::Before;
use crate::visit::{DistrictAdmin, ProvenAdmin, Visit, see_other};
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use linli_core::outbound::grant::{self, Recipients};
use linli_core::store::outbound::Outbound;
use linli_core::{Admin, act, view};
use linli_domain::outbound::RequestState;
use linli_domain::{InstallationId, OutboundId};
use serde::Deserialize;

/// Shows them.
pub(crate) async fn show(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<InstallationId>,
    Query(before): Query<Before>,
) -> Response {
    show_with(&visit, &admin, id, &before, Vec::new()).await
}

async fn show_with(
    visit: &Visit,
    admin: &Admin,
    id: InstallationId,
    before: &Before,
    problems: Vec<String>,
) -> Response {
    let before = before.position().map(|(at, id)| (at, OutboundId(id)));
    match view!(visit.app.core, |work| grant::show(work, admin, id, before)
        .await)
    {
        Ok(found) => visit.page(&page(visit, found, problems)).await,
        Err(error) => visit.refuse(error).await,
    }
}

fn page(visit: &Visit, found: Recipients, problems: Vec<String>) -> RecipientsPage {
    let locale = visit.viewer.locale;
    let Recipients {
        service,
        grants,
        secrets,
        requests,
    } = found;
    let installation = format!("/admin/installations/{}", service.id());
    let recipients = service
        .manifest
        .outbound
        .iter()
        .map(|(code, declared)| RecipientEntry {
            code: code.clone(),
            purpose: declared.purpose.get(locale).to_owned(),
            hosts: declared.hosts.iter().cloned().collect(),
            methods: declared
                .methods
                .iter()
                .map(|method| method.code().to_owned())
                .collect(),
            persons_data: declared.persons_data,
            granted: grants
                .iter()
                .any(|grant| grant.recipient == *code && grant.declared == *declared),
            secrets: declared
                .secrets
                .iter()
                .map(|(name, secret)| AskedSecret {
                    name: name.clone(),
                    title: secret.title.get(locale).to_owned(),
                    entered: secrets
                        .iter()
                        .find(|entered| entered.recipient == *code && entered.name == *name)
                        .map(|entered| entered.entered),
                })
                .collect(),
        })
        .collect();
    let full = requests.len() == usize::from(grant::MAX_SLICE);
    let next = requests.last().filter(|_| full).map(|last| {
        format!(
            "{installation}/recipients?at={}&id={}",
            last.created.0, last.id
        )
    });
    RecipientsPage {
        service: service.manifest.title.get(locale).to_owned(),
        community: service.community.name.get(locale).to_owned(),
        recipients,
        requests: requests.into_iter().map(entry).collect(),
        next,
        problems,
        installation,
    }
}

fn entry(request: Outbound) -> RequestEntry {
    let told_in_vain =
        request.reply.is_some() && request.told.is_none() && request.tell_at.is_none();
    let can_retry = match request.state {
        RequestState::Dead => true,
        RequestState::Sent => told_in_vain,
        RequestState::Waiting | RequestState::Dropped => false,
    };
    RequestEntry {
        id: request.id.to_string(),
        recipient: request.recipient,
        state: request.state,
        attempts: u64::try_from(request.attempts).unwrap_or_default(),
        at: request.created,
        problem: request.problem,
        can_retry,
    }
}

/// What an admin does.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub(crate) enum Deed {
    Grant {
        recipient: String,
    },
    Revoke {
        recipient: String,
    },
    Secret {
        recipient: String,
        secret: String,
        value: String,
    },
    Retry {
        request: OutboundId,
    },
    Drop {
        request: OutboundId,
    },
}

/// Does it.
pub(crate) async fn decide(
    ProvenAdmin { visit, admin }: ProvenAdmin,
    State(app): State<App>,
    Path(id): Path<InstallationId>,
    Form(deed): Form<Deed>,
) -> Response {
    let done = act!(app.core, |work| match &deed {
        Deed::Grant { recipient } => grant::grant(work, &admin, id, recipient).await,
        Deed::Revoke { recipient } => grant::revoke(work, &admin, id, recipient).await,
        Deed::Secret {
            recipient,
            secret,
            value,
        } => grant::enter_secret(work, &admin, id, recipient, secret, value.trim()).await,
        Deed::Retry { request } => grant::retry(work, &admin, id, *request).await,
        Deed::Drop { request } => grant::put_away(work, &admin, id, *request).await,
    });
    match done {
        Ok(()) => {
            let t = visit.viewer.text();
            let said = match deed {
                Deed::Grant { .. } => t.said_recipient_granted(),
                Deed::Revoke { .. } => t.said_recipient_revoked(),
                Deed::Secret { .. } => t.said_secret_entered(),
                Deed::Retry { .. } => t.said_retry(),
                Deed::Drop { .. } => t.said_put_away(),
            };
            visit.say(true, said).await;
            see_other(&format!("/admin/installations/{id}/recipients"))
        }
        Err(error) => match problems(&visit, error) {
            Ok(problems) => show_with(&visit, &admin, id, &Before::default(), problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

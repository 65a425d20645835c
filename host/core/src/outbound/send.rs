//! Sending: who sends takes requests with [`claim`] for a time, writes what they disclose to the ledger, sends, and says how
//! it went with [`conclude`]. A process that dies between sends again under the same id.

use super::{fill, grant};
use crate::basis::{Disclosures, Manner};
use crate::caller::{Actor, Caller};
use crate::error::{Error, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::notice::{MAX_ATTEMPTS, retry_seconds};
use linli_domain::outbound::{Answer, Body, Failure, Method, Request, RequestState, WAITS_DAYS};
use linli_domain::{Instant, InvocationId, Localised, OutboundId, PluginId};
use linli_store::ledger::Disclosure;
use linli_store::outbound::Outbound;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use uuid::Uuid;

/// For how long a claim holds, in minutes: longer than any attempt takes.
const LEASE_MINUTES: i64 = 5;
/// How many requests of one installation are on their way at once.
const OF_ONE: i64 = 2;
/// The longest text about what went wrong that is kept, in characters.
const MAX_PROBLEM: usize = 500;
/// The longest that a recipient may ask to be waited for, in seconds.
const LONGEST_WAIT: i64 = 6 * 60 * 60;
/// The permission without which nothing is sent.
const PERMISSION: &str = "linli:host/outbound";

/// A text that nothing shows, not even for debugging.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A request that is ready to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The same at every attempt: the Idempotency-Key.
    pub id: OutboundId,
    /// Whose.
    pub plugin: PluginId,
    /// To whom, by code.
    pub recipient: String,
    /// By which method.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// The host that the address names, with its port if it is not 443.
    pub host: String,
    /// Headers, those of the body among them.
    pub headers: Vec<(String, String)>,
    /// Headers with secrets.
    pub secret_headers: Vec<(String, Secret)>,
    /// The secrets themselves, to be struck out of whatever comes back.
    pub secrets: Vec<Secret>,
    /// What it carries, with persons' fields filled in.
    pub body: Option<Secret>,
    /// Which headers of the reply are kept.
    pub reply_headers: BTreeSet<String>,
    /// What it discloses: to be in the ledger before it is sent.
    pub disclosures: Vec<Disclosure>,
}

/// How an attempt went.
#[derive(Clone, PartialEq, Debug)]
pub enum Attempt {
    /// The recipient answered.
    Answered {
        /// What.
        answer: Answer,
        /// Of HTTP.
        status: u16,
        /// For how long the recipient wants to be left alone, in seconds.
        retry_after: Option<i64>,
    },
    /// It failed in a way that may pass; what was tried and why it failed.
    Failed(String),
    /// Trying again would change nothing.
    Refused(Failure, String),
}

/// Whether anything is due, without taking it.
pub async fn is_due(work: &mut Work) -> Result<bool> {
    Ok(work.tx.has_due_outbound(work.now).await?)
}

/// Takes requests that are due for `owner`, a process, and answers those that may still be sent.
pub async fn claim(work: &mut Work, owner: Uuid, limit: u16) -> Result<Vec<Outgoing>> {
    let (now, until) = (work.now, work.now.plus_minutes(LEASE_MINUTES));
    let claimed = work
        .tx
        .claim_outbounds(owner, now, until, OF_ONE, limit.into())
        .await?;
    let mut outgoing = Vec::new();
    for request in claimed {
        match compose(work, &request).await? {
            Ok(ready) => outgoing.push(ready),
            Err((code, problem)) => {
                fail(work, &request, owner, code, &problem).await?;
            }
        }
    }
    Ok(outgoing)
}

type Unsendable = (Failure, String);

/// Completes a request, if it may still be sent.
async fn compose(
    work: &mut Work,
    outbound: &Outbound,
) -> Result<std::result::Result<Outgoing, Unsendable>> {
    if outbound.created.plus_days(WAITS_DAYS) < work.now {
        let problem = format!("it has waited for more than {WAITS_DAYS} days");
        return Ok(Err((Failure::Expired, problem)));
    }
    let not_granted = |why: &str| Ok(Err((Failure::NotGranted, why.to_owned())));
    let Some(service) = Service::find(work, outbound.installation_id).await? else {
        return not_granted("the installation is gone");
    };
    let permitted = service
        .installation
        .permissions
        .iter()
        .any(|permission| permission.interface() == PERMISSION);
    if !permitted {
        return not_granted("the permission to send was taken back");
    }
    let Some(declared) = service.manifest.outbound.get(&outbound.recipient).cloned() else {
        return not_granted("the release that runs now does not declare this recipient");
    };
    if !grant::is_granted(work, &service, &outbound.recipient).await? {
        return not_granted("the grant was taken back, or the recipient declared anew since");
    }
    let request: Request = serde_json::from_str(&outbound.content)
        .map_err(|error| Error::Internal(format!("cannot read a request: {error}")))?;
    let host = declared.host_of(&request.url).map(str::to_owned);
    let Some(host) = host.filter(|_| declared.methods.contains(&request.method)) else {
        return not_granted("what is declared now does not allow it");
    };
    let mut secret_headers = Vec::new();
    let mut secrets = Vec::new();
    let entered = work
        .tx
        .list_outbound_secrets(outbound.installation_id, &outbound.recipient)
        .await?;
    for (name, header) in &declared.secrets {
        let Some((_, secret)) = entered.iter().find(|(entered, _)| entered == name) else {
            return not_granted("a secret is missing: enter it and try again");
        };
        secret_headers.push((header.header.clone(), Secret(header.value(secret))));
        secrets.push(Secret(secret.clone()));
    }
    let mut read = Disclosures::default();
    let background = Caller::background();
    let filled = fill(
        work,
        &service,
        &background,
        &request.body,
        Manner::OfMany,
        &mut read,
    )
    .await;
    let body = match filled {
        Ok(body) => body,
        Err(Error::Refused(_)) => {
            let problem = "the basis for a person's field is gone".to_owned();
            return Ok(Err((Failure::Denied, problem)));
        }
        Err(error) => return Err(error),
    };
    let invocation: InvocationId = InvocationId(work.stream.uuid(work.now));
    let now = work.now;
    let mut disclosures = read.into_rows(&mut work.stream, now, &service, &background, invocation);
    let hosts: Vec<_> = declared.hosts.iter().map(String::as_str).collect();
    let hosts = hosts.join(", ");
    for row in &mut disclosures {
        row.purposes.push(Localised::new(
            format!("发送给 {hosts}：{}", declared.purpose.zh),
            format!("Sent to {hosts}: {}", declared.purpose.en),
        ));
    }
    let mut headers = request.headers;
    let media_type = match &request.body {
        Body::None => None,
        Body::Json(_) => Some("application/json".to_owned()),
        Body::Form(_) => Some("application/x-www-form-urlencoded".to_owned()),
        Body::Text { media_type, .. } => Some(media_type.clone()),
    };
    headers.extend(media_type.map(|media_type| ("content-type".to_owned(), media_type)));
    Ok(Ok(Outgoing {
        id: outbound.id,
        plugin: service.plugin().clone(),
        recipient: outbound.recipient.clone(),
        method: request.method,
        url: request.url,
        host,
        headers,
        secret_headers,
        secrets,
        body: body.map(Secret),
        reply_headers: declared.reply_headers,
        disclosures,
    }))
}

/// Says how `owner`'s attempt went; false if somebody else has the request by now.
pub async fn conclude(
    work: &mut Work,
    owner: Uuid,
    id: OutboundId,
    attempt: &Attempt,
) -> Result<bool> {
    let Some(request) = work.tx.find_outbound(id).await? else {
        return Ok(false);
    };
    let last = request.attempts >= MAX_ATTEMPTS;
    match attempt {
        Attempt::Answered {
            status,
            retry_after,
            ..
        } if may_pass(*status) && !last => {
            let problem = format!("the recipient answered {status}");
            postpone(work, &request, owner, &problem, *retry_after).await
        }
        Attempt::Answered { answer, status, .. } => {
            let (state, problem) = if may_pass(*status) {
                (
                    RequestState::Dead,
                    format!("the recipient answered {status}"),
                )
            } else {
                (RequestState::Sent, String::new())
            };
            end(work, &request, owner, state, &problem, answer).await
        }
        Attempt::Failed(problem) if !last => postpone(work, &request, owner, problem, None).await,
        Attempt::Failed(problem) => {
            fail(work, &request, owner, Failure::Unreachable, problem).await
        }
        Attempt::Refused(code, problem) => fail(work, &request, owner, *code, problem).await,
    }
}

/// Whether a status says that the same may go well later.
fn may_pass(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 425 | 429)
}

async fn postpone(
    work: &mut Work,
    request: &Outbound,
    owner: Uuid,
    problem: &str,
    retry_after: Option<i64>,
) -> Result<bool> {
    let seconds = retry_seconds(request.attempts).max(retry_after.unwrap_or(0).min(LONGEST_WAIT));
    // Half as much again at most, so that what failed together does not come back together.
    let jitter = work.stream.below(seconds.unsigned_abs() * 500_000);
    let wait = seconds * 1_000_000 + i64::try_from(jitter).unwrap_or(0);
    let next = Instant(work.now.0.saturating_add(wait));
    let problem = shortened(problem);
    Ok(work
        .tx
        .postpone_outbound(request.id, owner, next, &problem)
        .await?)
}

async fn fail(
    work: &mut Work,
    request: &Outbound,
    owner: Uuid,
    code: Failure,
    problem: &str,
) -> Result<bool> {
    let answer = Answer::Failed {
        code,
        detail: shortened(problem),
    };
    end(work, request, owner, RequestState::Dead, problem, &answer).await
}

async fn end(
    work: &mut Work,
    request: &Outbound,
    owner: Uuid,
    state: RequestState,
    problem: &str,
    answer: &Answer,
) -> Result<bool> {
    let reply = serde_json::to_string(answer)
        .map_err(|error| Error::Internal(format!("cannot keep a reply: {error}")))?;
    let (now, problem) = (work.now, shortened(problem));
    let ended = work
        .tx
        .end_outbound(request.id, owner, state, &problem, &reply, now)
        .await?;
    if ended && state == RequestState::Dead {
        let detail = json!({ "recipient": request.recipient, "attempts": request.attempts });
        let host = Actor::host();
        work.audit_act(
            &host,
            request.resident_id,
            "outbound.die",
            request.id,
            detail,
        )
        .await?;
    }
    Ok(ended)
}

fn shortened(problem: &str) -> String {
    problem
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_PROBLEM)
        .collect()
}

//! Requests of plugins to recipients outside the host: a plugin posts one ([`post()`]) in its unit of work; the background
//! sends it ([`send`]) after the commit and tells the plugin what became of it. An admin grants each recipient and enters
//! its secrets ([`grant`]).
//!
//! A plugin names a recipient that its manifest declares; what it may send there is what was declared when the admin granted
//! it. Fields of persons are filled in by the host when it sends, on a basis that still holds then.

pub mod grant;
mod refusal;
pub mod send;

pub use refusal::OutboundRefusal;

use crate::basis::{self, Disclosures, Manner};
use crate::caller::Caller;
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::budget::Budget;
use linli_domain::outbound::{
    Body, MAX_BODY, MAX_HEADERS, MAX_OF_INVOCATION, MAX_TAG, Piece, Recipient, Request,
    RequestState, form_encoded, is_header_value,
};
use linli_domain::{OutboundId, PersonId};
use linli_store::outbound::Outbound;
use serde_json::Value;

/// A plugin posts a request to a recipient. It leaves only if the unit of work commits. `posted` counts the requests of this
/// invocation. A necessary field that no basis opens ends the invocation as a read does.
pub async fn post(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    recipient: &str,
    request: &Request,
    posted: &mut u32,
) -> Result<OutboundId> {
    let code: String = recipient.chars().take(64).collect();
    let Some(declared) = service.manifest.outbound.get(recipient) else {
        return Err(Refusal::Undeclared(code).into());
    };
    check(declared, request)?;
    let granted = grant::is_granted(work, service, recipient).await?;
    if !granted {
        return Err(OutboundRefusal::NotGranted(code).into());
    }
    let entered = work.tx.list_entered_secrets(service.id()).await?;
    let missing = declared.secrets.keys().find(|name| {
        !entered
            .iter()
            .any(|secret| secret.recipient == recipient && secret.name == **name)
    });
    if let Some(name) = missing {
        return Err(OutboundRefusal::NoSecret(name.clone()).into());
    }
    if *posted >= MAX_OF_INVOCATION {
        return Err(Refusal::OverBudget("requests of an invocation").into());
    }
    let since = work.now.plus_days(-1);
    let most = i64::from(service.installation.budgets.get(Budget::Outbound));
    if work.tx.count_outbounds(service.id(), since).await? >= most {
        return Err(Refusal::OverBudget("requests a day").into());
    }
    let person = person_of(work, service, declared, &request.body).await?;
    if person.is_some() {
        // Read now, and read again when it is sent: what is read here goes nowhere.
        let mut unread = Disclosures::default();
        fill(
            work,
            service,
            caller,
            &request.body,
            Manner::One,
            &mut unread,
        )
        .await?;
    }
    *posted += 1;
    let outbound = Outbound {
        id: work.id(),
        installation_id: service.id(),
        recipient: code,
        resident_id: person.or(caller.subject),
        content: serde_json::to_string(request)
            .map_err(|error| crate::Error::Internal(format!("cannot keep a request: {error}")))?,
        state: RequestState::Waiting,
        attempts: 0,
        next_try: work.now,
        problem: String::new(),
        reply: None,
        tell_at: None,
        tell_attempts: 0,
        told: None,
        created: work.now,
        ended: None,
    };
    work.tx.create_outbound(&outbound).await?;
    Ok(outbound.id)
}

/// Whether a request is one that may be sent to a recipient; persons apart.
fn check(declared: &Recipient, request: &Request) -> Result<()> {
    let invalid = |problem: String| Err(Refusal::Invalid(problem).into());
    if declared.host_of(&request.url).is_none() {
        return invalid(
            "url must begin with https:// and a host that the manifest names for this recipient, in ASCII".to_owned(),
        );
    }
    if !declared.methods.contains(&request.method) {
        return invalid(format!(
            "the manifest does not name the method {} for this recipient",
            request.method.code()
        ));
    }
    if request.headers.len() > MAX_HEADERS {
        return invalid(format!(
            "{} headers; at most {MAX_HEADERS}",
            request.headers.len()
        ));
    }
    for (name, value) in &request.headers {
        if !declared.may_set(name) {
            return invalid(
                "a header's name is not in lower case, or the host sets it itself".to_owned(),
            );
        }
        if !is_header_value(value) {
            return invalid(format!(
                "the header {name} has a value that is not printable ASCII or too long"
            ));
        }
    }
    if request.tag.len() > MAX_TAG {
        return invalid(format!(
            "tag has {} bytes; at most {MAX_TAG}",
            request.tag.len()
        ));
    }
    let bytes: usize = match &request.body {
        Body::None => 0,
        Body::Json(pieces) | Body::Form(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.len(),
                Piece::Person { reference, field } => reference.len() + field.len(),
            })
            .sum(),
        Body::Text { media_type, text } => {
            if !is_header_value(media_type) || media_type.is_empty() {
                return invalid("media-type must be one such as application/xml".to_owned());
            }
            text.len()
        }
    };
    if bytes > MAX_BODY {
        return invalid(format!("the body has {bytes} bytes; at most {MAX_BODY}"));
    }
    if let Body::Json(pieces) = &request.body {
        // Every value is filled in as one string: where that is no JSON, a placeholder stands inside of another string.
        let probe: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Person { .. } => "\"x\"",
            })
            .collect();
        if let Err(error) = serde_json::from_str::<Value>(&probe) {
            return invalid(format!(
                "the body is no JSON ({error}); a person's field stands where a whole value does, without quotes"
            ));
        }
    }
    Ok(())
}

/// The one person whose fields a body carries.
async fn person_of(
    work: &mut Work,
    service: &Service,
    declared: &Recipient,
    body: &Body,
) -> Result<Option<PersonId>> {
    let mut person = None;
    for (reference, _) in placeholders(body) {
        if !declared.persons_data {
            let problem =
                "the manifest says that no data of persons go there: set persons-data".to_owned();
            return Err(Refusal::Invalid(problem).into());
        }
        let named = service.open_reference(work, reference).await?;
        if person.is_some_and(|person| person != named) {
            return Err(Refusal::Invalid(
                "a request carries fields of one person: post one for each".to_owned(),
            )
            .into());
        }
        person = Some(named);
    }
    Ok(person)
}

fn placeholders(body: &Body) -> impl Iterator<Item = (&str, &str)> {
    let pieces: &[Piece] = match body {
        Body::Json(pieces) | Body::Form(pieces) => pieces,
        Body::None | Body::Text { .. } => &[],
    };
    pieces.iter().filter_map(|piece| match piece {
        Piece::Person { reference, field } => Some((reference.as_str(), field.as_str())),
        Piece::Text(_) => None,
    })
}

/// The body with persons' fields filled in, after the check and disclosure that any read has; none where it has none.
pub(crate) async fn fill(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    body: &Body,
    manner: Manner,
    disclosures: &mut Disclosures,
) -> Result<Option<String>> {
    let (pieces, json) = match body {
        Body::None => return Ok(None),
        Body::Text { text, .. } => return Ok(Some(text.clone())),
        Body::Json(pieces) => (pieces, true),
        Body::Form(pieces) => (pieces, false),
    };
    let mut fields: Vec<String> = Vec::new();
    let mut of = None;
    for (reference, field) in placeholders(body) {
        if !fields.iter().any(|known| known == field) {
            fields.push(field.to_owned());
        }
        of = Some(reference);
    }
    let values = match of {
        Some(reference) => {
            basis::read_fields(
                work,
                service,
                reader,
                reference,
                &fields,
                manner,
                disclosures,
            )
            .await?
        }
        None => Vec::new(),
    };
    let value = |field: &str| {
        values.iter().find_map(|(code, value)| match value {
            basis::FieldValue::Present(text) if code == field => Some(text.as_str()),
            _ => None,
        })
    };
    let mut filled = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Person { field, .. } if json => {
                filled.push_str(&Value::from(value(field)).to_string());
            }
            Piece::Person { field, .. } => {
                filled.push_str(&form_encoded(value(field).unwrap_or_default()));
            }
        }
    }
    Ok(Some(filled))
}

//! `linli:host/outbound` over [`linli_core::outbound`].

use crate::bindings::linli::host::outbound::{Body, Host, Method, OutboundError, Piece, Request};
use crate::call::{Call, answer, check_text, host_call};
use linli_core::Refusal;
use linli_core::outbound::{self, OutboundRefusal};
use linli_domain::outbound as domain;

fn pieces(pieces: Vec<Piece>) -> Vec<domain::Piece> {
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => domain::Piece::Text(text),
            Piece::Person(field) => domain::Piece::Person {
                reference: field.person.id,
                field: field.field,
            },
        })
        .collect()
}

fn request(request: Request) -> domain::Request {
    domain::Request {
        method: match request.method {
            Method::Get => domain::Method::Get,
            Method::Head => domain::Method::Head,
            Method::Post => domain::Method::Post,
            Method::Put => domain::Method::Put,
            Method::Patch => domain::Method::Patch,
            Method::Delete => domain::Method::Delete,
        },
        url: request.url,
        headers: request.headers,
        body: match request.body {
            Body::None => domain::Body::None,
            Body::Json(body) => domain::Body::Json(pieces(body)),
            Body::Form(body) => domain::Body::Form(pieces(body)),
            Body::Text(typed) => domain::Body::Text {
                media_type: typed.media_type,
                text: typed.text,
            },
        },
        tag: request.tag,
    }
}

impl Host for Call {
    async fn post(&mut self, posted: Request) -> wasmtime::Result<Result<String, OutboundError>> {
        host_call!(self, "outbound.post", {
            self.writes("outbound.post")?;
            check_text("outbound.post", [posted.tag.as_str()])?;
            let recipient = posted.recipient.clone();
            let request = request(posted);
            let unit = self.unit().await?;
            let id = outbound::post(
                unit.work,
                unit.service,
                unit.caller,
                &recipient,
                &request,
                unit.requests_posted,
            )
            .await
            .map(|id| id.to_string());
            answer("outbound.post", id, |refusal| match refusal {
                Refusal::Undeclared(what) => Some(OutboundError::Undeclared(what.clone())),
                Refusal::Outbound(
                    OutboundRefusal::NotGranted(what) | OutboundRefusal::NoSecret(what),
                ) => Some(OutboundError::NotGranted(what.clone())),
                Refusal::Invalid(problem) => Some(OutboundError::Invalid(problem.clone())),
                Refusal::NotFound(_) => Some(OutboundError::NotFound),
                Refusal::OverBudget(_) => Some(OutboundError::TooMany),
                _ => None,
            })
        })
    }
}

//! Requests to recipients outside the host, built as they read.
//!
//! ```no_run
//! # fn refer(person: &linli_sdk::PersonRef) -> Result<(), linli_sdk::outbound::OutboundError> {
//! use linli_sdk::outbound::{Body, Method, Request};
//!
//! let body = Body::json().text("{\"phone\":").person(person, "phone").text("}");
//! Request::new("clinic", Method::Post, "https://clinic.example.org/referrals")
//!     .body(body)
//!     .tag("case 1")
//!     .post()?;
//! # Ok(()) }
//! ```

use crate::outbound::{self, Body, Method, OutboundError, Piece, Request};
use crate::{PersonField, PersonRef};

impl Request {
    /// A request without headers, body and tag. `recipient` is a code of the manifest's `[outbound]`.
    pub fn new(recipient: impl Into<String>, method: Method, url: impl Into<String>) -> Self {
        Self {
            recipient: recipient.into(),
            method,
            url: url.into(),
            headers: Vec::new(),
            body: Body::None,
            tag: String::new(),
        }
    }

    /// With a header, its name in lower case.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a body.
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// With a tag, which comes back with the reply.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag = tag.into();
        self
    }

    /// Posts it: it leaves once the invocation has committed. Answers its id.
    pub fn post(&self) -> Result<String, OutboundError> {
        outbound::post(self)
    }
}

impl Body {
    /// JSON, to be put together from pieces.
    pub fn json() -> Self {
        Self::Json(Vec::new())
    }

    /// A form, to be put together from pieces.
    pub fn form() -> Self {
        Self::Form(Vec::new())
    }

    /// With a piece of text, as it is. A body that has no pieces stays as it was.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Piece::Text(text.into()))
    }

    /// With a field of a person, which the host fills in.
    pub fn person(self, person: &PersonRef, field: impl Into<String>) -> Self {
        self.with(Piece::Person(PersonField {
            person: person.clone(),
            field: field.into(),
        }))
    }

    fn with(mut self, piece: Piece) -> Self {
        if let Self::Json(pieces) | Self::Form(pieces) = &mut self {
            pieces.push(piece);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_put_together_in_order() {
        let person = PersonRef { id: "p".into() };
        let body = Body::json().text("[").person(&person, "phone").text("]");
        let Body::Json(pieces) = body else {
            panic!("it is JSON")
        };
        assert_eq!(pieces.len(), 3);
        assert!(matches!(&pieces[1], Piece::Person(field) if field.field == "phone"));
    }
}

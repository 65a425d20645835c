//! Requests of plugins to recipients outside the host: what a manifest declares, what a request may hold, and which
//! addresses of the internet may be spoken to.

mod address;

pub use address::is_public;

use crate::Localised;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The longest address of a request, in bytes.
pub const MAX_URL: usize = 2_048;
/// The most headers of a request.
pub const MAX_HEADERS: usize = 16;
/// The longest value of a header, in bytes.
pub const MAX_HEADER: usize = 1_024;
/// The largest body of a request, in bytes, before persons' fields are filled in.
pub const MAX_BODY: usize = 256 << 10;
/// The largest body of a reply, in bytes.
pub const MAX_REPLY: usize = 256 << 10;
/// The longest tag, in bytes.
pub const MAX_TAG: usize = 1_024;
/// The most requests of one invocation.
pub const MAX_OF_INVOCATION: u32 = 20;
/// For how long a request may wait to be sent, in days.
pub const WAITS_DAYS: i64 = 3;
/// The longest secret, in bytes; the shortest has [`MIN_SECRET`].
pub const MAX_SECRET: usize = 2_048;
/// The shortest secret, in bytes: a shorter one could not be told from other text and struck out of a reply.
pub const MIN_SECRET: usize = 8;
/// The placeholder of a secret in the value of its header.
const SECRET: &str = "{}";
/// Headers that are the host's own.
const OWN_HEADERS: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "idempotency-key",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];

/// A method of HTTP (RFC 9110 section 9).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Reads the headers.
    Head,
    /// Creates or does.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As it stands in a request.
    pub fn code(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Whom a plugin sends requests to: an entry of the manifest's `[outbound]`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recipient {
    /// What for.
    pub purpose: Localised,
    /// Names of the internet, such as `api.example.org` or `api.example.org:8443`; each is reached by HTTPS.
    pub hosts: BTreeSet<String>,
    /// By which methods.
    pub methods: BTreeSet<Method>,
    /// Whether data of persons go there; without it a body holds no field of a person.
    #[serde(default)]
    pub persons_data: bool,
    /// Headers of a reply that the plugin reads, beside `content-type`.
    #[serde(default)]
    pub reply_headers: BTreeSet<String>,
    /// Secrets that an admin enters and the host puts into headers. The plugin never reads them.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretHeader>,
}

/// A secret, and the header that it goes into.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretHeader {
    /// What the admin is asked for.
    pub title: Localised,
    /// The header.
    pub header: String,
    /// The header's value, in which `{}` is the secret, such as `Bearer {}`.
    #[serde(default = "bare")]
    pub format: String,
}

fn bare() -> String {
    SECRET.to_owned()
}

impl SecretHeader {
    /// The header's value.
    pub fn value(&self, secret: &str) -> String {
        self.format.replacen(SECRET, secret, 1)
    }
}

impl Recipient {
    /// What is wrong with it beyond its shape, each with the mend.
    pub fn problems(&self, code: &str) -> Vec<String> {
        let mut problems = Vec::new();
        if self.hosts.is_empty() || self.hosts.len() > 20 {
            problems.push(format!("outbound.{code}.hosts must name 1–20 hosts"));
        }
        for host in self.hosts.iter().filter(|host| !is_host(host)) {
            problems.push(format!(
                "outbound.{code}: '{host}' is no host of the internet: write a name in lower case such as api.example.org, with a port if it is not 443"
            ));
        }
        if self.methods.is_empty() {
            problems.push(format!("outbound.{code}.methods must name one at least"));
        }
        for header in self
            .reply_headers
            .iter()
            .filter(|name| !is_header_name(name))
        {
            problems.push(format!(
                "outbound.{code}: '{header}' is no name of a header: write it in lower case"
            ));
        }
        let mut headers = BTreeSet::new();
        for (name, secret) in &self.secrets {
            let place = format!("outbound.{code}.secrets.{name}");
            if !crate::id::is_slug(name) {
                problems.push(format!(
                    "{place}: '{name}' is no code: use 1–40 of a–z, 0–9 and '-', beginning with a letter"
                ));
            }
            let own =
                secret.header != "authorization" && OWN_HEADERS.contains(&secret.header.as_str());
            if !is_header_name(&secret.header) || own {
                problems.push(format!(
                    "{place}: '{}' is no header that it may set: write one in lower case such as authorization",
                    secret.header
                ));
            }
            if secret.format.matches(SECRET).count() != 1 || !is_header_value(&secret.format) {
                problems.push(format!(
                    "{place}.format must have one {SECRET} and plain ASCII, such as \"Bearer {SECRET}\""
                ));
            }
            if !headers.insert(secret.header.as_str()) {
                problems.push(format!(
                    "{place}: two secrets go into the header '{}'",
                    secret.header
                ));
            }
        }
        problems
    }

    /// The host that a request's address names, if it is one of these and the address is one that may be sent:
    /// `https://HOST/…`, ASCII, without user, fragment or backslash.
    pub fn host_of<'a>(&self, url: &'a str) -> Option<&'a str> {
        let rest = url.strip_prefix("https://")?;
        let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'#' | b'\\' | b'"' | b'<' | b'>');
        if url.len() > MAX_URL || !rest.bytes().all(plain) {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let host = rest.get(..end)?;
        self.hosts.contains(host).then_some(host)
    }

    /// Whether a plugin may set this header itself.
    pub fn may_set(&self, header: &str) -> bool {
        is_header_name(header)
            && !OWN_HEADERS.contains(&header)
            && !header.starts_with("proxy-")
            && !header.starts_with("sec-")
            && !header.starts_with("x-forwarded-")
            && self.secrets.values().all(|secret| secret.header != header)
    }
}

/// Whether a text is a name of the internet with an optional port: lower case, at least two labels, no address, none of the
/// names that mean this machine or this network (RFC 6761, RFC 6762, RFC 8375).
pub fn is_host(text: &str) -> bool {
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let port_is_one = port.is_none_or(|port| {
        port.parse::<u16>()
            .is_ok_and(|number| number != 0 && number != 443 && port == number.to_string())
    });
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let labels: Vec<_> = name.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    let here = matches!(last, "localhost" | "local" | "internal" | "lan" | "arpa");
    port_is_one
        && name.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|part| label(part))
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !here
}

/// Whether a text is the name of a header in lower case (RFC 9110 section 5.1).
pub fn is_header_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// Whether a text can be the value of a header: printable ASCII and spaces, nothing that begins another header.
pub fn is_header_value(text: &str) -> bool {
    text.len() <= MAX_HEADER && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

/// A part of a body.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// As it is.
    Text(String),
    /// A field of a person, which the host fills in when it sends.
    Person {
        /// The plugin's reference of the person.
        reference: String,
        /// Which field, by code.
        field: String,
    },
}

/// What a request carries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Nothing.
    None,
    /// JSON; a person's field becomes a string, or null where there is none.
    Json(Vec<Piece>),
    /// A form (`application/x-www-form-urlencoded`); a person's field is percent-encoded.
    Form(Vec<Piece>),
    /// Text of another media type, without fields of persons.
    Text {
        /// Such as `application/xml`.
        media_type: String,
        /// The text.
        text: String,
    },
}

/// A request as a plugin posted it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// By which method.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Headers of its own.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Body,
    /// Handed back with the reply.
    pub tag: String,
}

/// What became of a request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The recipient answered.
    Answered {
        /// Of HTTP.
        status: u16,
        /// Those that the manifest names, and `content-type`.
        headers: Vec<(String, String)>,
        /// As text.
        body: String,
    },
    /// It was not delivered, or nothing of use came back.
    Failed {
        /// Why, for the plugin.
        code: Failure,
        /// In English, for people.
        detail: String,
    },
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// It could not be reached, time after time.
    Unreachable,
    /// The name leads to no address of the public internet.
    NotPublic,
    /// The grant, or the permission, was taken back before it was sent.
    NotGranted,
    /// The basis for a person's field was gone when it was to be sent.
    Denied,
    /// It waited for too long.
    Expired,
    /// The reply was too large.
    TooLarge,
}

impl Failure {
    /// The code that the plugin sees.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NotPublic => "not-public",
            Self::NotGranted => "not-granted",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::TooLarge => "too-large",
        }
    }
}

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestState {
    /// To be sent, or tried again.
    Waiting,
    /// The recipient answered.
    Sent,
    /// Given up; an admin may try it again.
    Dead,
    /// An admin has put a dead one away.
    Dropped,
}

impl RequestState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dead, Self::Dropped];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for RequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is no state of a request.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no state of a request; there are waiting, sent, dead, dropped")]
pub struct BadRequestState(String);

impl FromStr for RequestState {
    type Err = BadRequestState;
    fn from_str(text: &str) -> Result<Self, BadRequestState> {
        let found = Self::ALL.into_iter().find(|state| state.code() == text);
        found.ok_or_else(|| BadRequestState(text.to_owned()))
    }
}

/// A text in a form's body (WHATWG URL, application/x-www-form-urlencoded): everything but unreserved characters encoded.
pub fn form_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient() -> Recipient {
        serde_json::from_value(serde_json::json!({
            "purpose": { "zh": "甲", "en": "A" },
            "hosts": ["api.example.org", "api.example.org:8443"],
            "methods": ["POST"],
            "secrets": { "token": { "title": { "zh": "甲", "en": "A" }, "header": "x-token" } },
        }))
        .unwrap()
    }

    #[test]
    fn hosts_are_names_of_the_internet() {
        for good in ["api.example.org", "a.b:8443", "xn--fiqs8s.example.cn"] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "localhost",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "1.2.3.0x4",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "::1",
            "Api.example.org",
            "api.example.org.",
            "api.example.org:0",
            "api.example.org:443",
            "api.example.org:08443",
            "api.example.org/x",
            "user@api.example.org",
            "api .example.org",
            "*.example.org",
            "-a.example.org",
            "1.0.0.127.in-addr.arpa",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn an_address_leads_to_a_declared_host_or_nowhere() {
        let recipient = recipient();
        for good in [
            "https://api.example.org/v1?x=1",
            "https://api.example.org:8443/",
            "https://api.example.org?x=1",
        ] {
            assert!(recipient.host_of(good).is_some(), "{good}");
        }
        for bad in [
            "http://api.example.org/",
            "https://api.example.org.evil.example/",
            "https://api.example.org@evil.example/",
            "https://evil.example/api.example.org",
            "https://evil.example#api.example.org/",
            "https://api.example.org\\@evil.example/",
            "https://api.example.org/\r\nHost: evil",
            "https://api.example.org/ x",
            "https://api.example.org/#x",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "HTTPS://api.example.org/",
            "https://api.example.org:443/",
            "file:///etc/passwd",
            "",
        ] {
            assert!(recipient.host_of(bad).is_none(), "{bad}");
        }
        let long = format!("https://api.example.org/{}", "a".repeat(MAX_URL));
        assert!(recipient.host_of(&long).is_none());
    }

    #[test]
    fn headers_of_the_host_and_of_secrets_are_not_the_plugins() {
        let recipient = recipient();
        assert!(recipient.may_set("accept") && recipient.may_set("x-request"));
        for bad in [
            "host",
            "x-token",
            "X-Token",
            "authorization",
            "transfer-encoding",
            "content-length",
            "idempotency-key",
            "proxy-authorization",
            "a b",
            "a:b",
            "a\r\nb",
            "",
        ] {
            assert!(!recipient.may_set(bad), "{bad}");
        }
        for bad in ["a\r\nb: c", "a\nb", "a\0", "甲"] {
            assert!(!is_header_value(bad), "{bad:?}");
        }
    }

    #[test]
    fn problems_name_the_place() {
        let mut recipient = recipient();
        assert!(recipient.problems("clinic").is_empty());
        recipient.hosts.insert("169.254.169.254".into());
        recipient.methods.clear();
        if let Some(secret) = recipient.secrets.get_mut("token") {
            secret.header = "host".into();
            secret.format = "Bearer".into();
        }
        let problems = recipient.problems("clinic").join("\n");
        for part in ["169.254.169.254", "methods", "'host'", "format"] {
            assert!(problems.contains(part), "{problems}");
        }
    }
}

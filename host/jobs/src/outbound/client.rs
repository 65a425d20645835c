//! One request by HTTP: to public addresses by TLS, no redirect followed, no proxy, and no more read than is kept.

use super::resolve::{Guard, Lookup, Loopback, NotPublic};
use crate::channel::choose_cryptography;
use linli_core::outbound::send::{Attempt, Outgoing};
use linli_domain::outbound::{Answer, Failure, MAX_REPLY, is_host};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, Url, redirect};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The longest that one attempt takes, the reply included.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest value of a reply's header that is kept, in bytes.
const MAX_HEADER: usize = 4 << 10;
/// What stands where a secret stood.
const STRUCK_OUT: &str = "…";

/// What the host is told of requests to the outside.
#[derive(Clone, Debug)]
pub struct OutboundSettings {
    /// Names that are reached on this machine, at a port, without TLS: for tests and development, and for nothing else.
    pub loopback: BTreeMap<String, u16>,
    /// The longest that one attempt takes.
    pub timeout: Duration,
}

impl Default for OutboundSettings {
    fn default() -> Self {
        Self {
            loopback: BTreeMap::new(),
            timeout: TIMEOUT,
        }
    }
}

/// Why requests cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Something that is no `NAME=PORT`.
    #[error(
        "cannot use LINLI_OUTBOUND_LOOPBACK: '{0}' is no NAME=PORT; write it such as clinic.test=8080"
    )]
    Loopback(String),
    /// The client cannot be made.
    #[error("cannot make a client of HTTP: {0}")]
    Client(#[from] reqwest::Error),
}

impl OutboundSettings {
    /// Reads `NAME=PORT` with commas between.
    ///
    /// # Errors
    /// [`SettingsError::Loopback`] for what is not of that form.
    pub fn parse_loopback(text: &str) -> Result<BTreeMap<String, u16>, SettingsError> {
        text.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                let bad = || SettingsError::Loopback(entry.to_owned());
                let (name, port) = entry.split_once('=').ok_or_else(bad)?;
                let port = port.parse().map_err(|_| bad())?;
                if !is_host(name) || name.contains(':') {
                    return Err(bad());
                }
                Ok((name.to_owned(), port))
            })
            .collect()
    }
}

/// Sends requests.
#[derive(Clone)]
pub(super) struct Client {
    public: reqwest::Client,
    near: reqwest::Client,
    loopback: Arc<BTreeMap<String, u16>>,
}

impl Client {
    pub(super) fn new(
        settings: &OutboundSettings,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, SettingsError> {
        choose_cryptography();
        let builder = || {
            reqwest::Client::builder()
                .timeout(settings.timeout)
                .connect_timeout(settings.timeout)
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .user_agent(concat!("linli/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            public: builder()
                .https_only(true)
                .dns_resolver(Arc::new(Guard(lookup)))
                .build()?,
            near: builder()
                .dns_resolver(Arc::new(Loopback(settings.loopback.clone())))
                .build()?,
            loopback: Arc::new(settings.loopback.clone()),
        })
    }

    /// Sends a request and reads what comes back, with every secret struck out of it.
    pub(super) async fn send(&self, request: &Outgoing) -> Attempt {
        let built = match self.build(request) {
            Ok(built) => built,
            Err(problem) => return Attempt::Refused(Failure::NotPublic, problem),
        };
        let response = match built.send().await {
            Ok(response) => response,
            Err(error) => return failed(error, request),
        };
        read(response, request).await
    }

    fn build(&self, request: &Outgoing) -> Result<RequestBuilder, String> {
        let mut url = Url::parse(&request.url).map_err(|error| error.to_string())?;
        // The address was checked as text; what the client makes of it must be the same host.
        let port = url.port().map(|port| format!(":{port}"));
        let host = url.domain().unwrap_or_default();
        if format!("{host}{}", port.unwrap_or_default()) != request.host || url.scheme() != "https"
        {
            return Err("the address does not lead to the host that it names".to_owned());
        }
        let client = match self.loopback.get(host) {
            Some(port) => {
                let moved = url.set_port(Some(*port)).and(url.set_scheme("http"));
                moved.map_err(|()| "the address cannot be used".to_owned())?;
                &self.near
            }
            None => &self.public,
        };
        let method = Method::from_bytes(request.method.code().as_bytes())
            .map_err(|error| error.to_string())?;
        let mut headers = HeaderMap::new();
        let bad = |name: &str| format!("the header {name} cannot be sent");
        let secret = request
            .secret_headers
            .iter()
            .map(|(name, value)| (name, &value.0, true));
        let plain = request
            .headers
            .iter()
            .map(|(name, value)| (name, value, false));
        for (name, value, sensitive) in plain.chain(secret) {
            let mut value = HeaderValue::from_str(value).map_err(|_| bad(name))?;
            value.set_sensitive(sensitive);
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad(name))?;
            headers.append(name, value);
        }
        let built = client
            .request(method, url)
            .headers(headers)
            .header("idempotency-key", request.id.to_string());
        Ok(match &request.body {
            Some(body) => built.body(body.0.clone()),
            None => built,
        })
    }
}

/// Why nothing came back, without the address, which may hold what is nobody's business.
fn failed(error: reqwest::Error, request: &Outgoing) -> Attempt {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            let problem = format!(
                "{} leads to no address of the public internet",
                request.host
            );
            return Attempt::Refused(Failure::NotPublic, problem);
        }
        cause = error.source();
    }
    let host = &request.host;
    Attempt::Failed(match (error.is_timeout(), error.is_connect()) {
        (true, _) => format!("{host} did not answer in time"),
        (_, true) => format!("{host} cannot be reached"),
        _ => format!("{host} cannot be spoken to"),
    })
}

async fn read(mut response: Response, request: &Outgoing) -> Attempt {
    let status = response.status().as_u16();
    let headers = response.headers();
    let retry_after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let kept = headers
        .iter()
        .filter(|(name, value)| {
            (*name == CONTENT_TYPE || request.reply_headers.contains(name.as_str()))
                && value.len() <= MAX_HEADER
        })
        .filter_map(|(name, value)| {
            Some((
                name.as_str().to_owned(),
                struck_out(value.to_str().ok()?, request),
            ))
        })
        .take(request.reply_headers.len() + 1)
        .collect();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_REPLY => {
                let problem = format!(
                    "{} answered {status} with more than {MAX_REPLY} bytes",
                    request.host
                );
                return Attempt::Refused(Failure::TooLarge, problem);
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return failed(error, request),
        }
    }
    let body = struck_out(&String::from_utf8_lossy(&body), request).replace('\0', "\u{fffd}");
    Attempt::Answered {
        answer: Answer::Answered {
            status,
            headers: kept,
            body,
        },
        status,
        retry_after,
    }
}

/// A text without the secrets that went out: a recipient that repeats them tells the plugin nothing.
fn struck_out(text: &str, request: &Outgoing) -> String {
    request
        .secrets
        .iter()
        .fold(text.to_owned(), |text, secret| {
            text.replace(secret.0.as_str(), STRUCK_OUT)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_this_machine_are_told_with_their_ports() {
        let read = OutboundSettings::parse_loopback("clinic.test=8080, lab.test=81").unwrap();
        assert_eq!(read.get("clinic.test"), Some(&8080));
        assert_eq!(read.len(), 2);
        for bad in [
            "clinic.test",
            "clinic.test=x",
            "127.0.0.1=80",
            "localhost=80",
            "a.test:1=80",
        ] {
            assert!(OutboundSettings::parse_loopback(bad).is_err(), "{bad}");
        }
    }
}

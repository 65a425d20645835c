//! Text messages and calls: posted as JSON to one gateway, which speaks to whatever provider the district has.
//!
//! `POST` with `Authorization: Bearer SECRET`, `Idempotency-Key: DELIVERY` and the body
//! `{"id", "channel": "sms"|"voice", "to", "locale", "text"}`. Any 2xx says that it has been taken; 408, 425, 429 and 5xx
//! that it may be tried again; 401, 403 and 404 that an admin has something to mend, so it is tried again as well; every
//! other 4xx that this message never goes out.

use super::{Driver, SettingsError};
use async_trait::async_trait;
use linli_core::outbox::{Outcome, Outgoing};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, StatusCode, Url, redirect};
use serde_json::json;
use std::time::Duration;

const EXAMPLE: &str = "https://sms.example/send";

/// Posts to one gateway and to nothing else: it follows no redirect.
pub struct Gateway {
    client: Client,
    url: Url,
    authorization: HeaderValue,
}

impl Gateway {
    /// Posts to `url` with the secret. Only machines of one's own are reached without TLS.
    ///
    /// # Errors
    /// Where either cannot be used.
    pub fn new(url: &str, secret: &str, timeout: Duration) -> Result<Self, SettingsError> {
        super::choose_cryptography();
        let unusable = |reason: String| SettingsError::Unusable {
            setting: "LINLI_GATEWAY_URL",
            reason,
            example: EXAMPLE,
        };
        let url = Url::parse(url).map_err(|error| unusable(error.to_string()))?;
        let near = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && near) {
            return Err(unusable(
                "telephone numbers leave this machine only by https".to_owned(),
            ));
        }
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", secret.trim()))
            .map_err(|_| SettingsError::Unusable {
                setting: "LINLI_GATEWAY_SECRET_FILE",
                reason: "a secret is one line of letters, digits and signs".to_owned(),
                example: "the output of: openssl rand -hex 32",
            })?;
        authorization.set_sensitive(true);
        let client = Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self {
            client,
            url,
            authorization,
        })
    }
}

#[async_trait]
impl Driver for Gateway {
    async fn send(&self, message: &Outgoing) -> Outcome {
        let body = json!({
            "id": message.id,
            "channel": message.channel.code(),
            "to": message.to,
            "locale": message.locale.tag(),
            "text": message.text,
        });
        let sent = self
            .client
            .post(self.url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header("Idempotency-Key", message.id.to_string())
            .json(&body)
            .send()
            .await;
        match sent.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => Outcome::Sent,
            Ok(status) => {
                let problem = format!("the gateway answered {status}");
                if may_pass(status) {
                    Outcome::Failed(problem)
                } else {
                    Outcome::Refused(problem)
                }
            }
            Err(error) => {
                let error = error.without_url();
                let why = match (error.is_timeout(), error.is_connect()) {
                    (true, _) => "did not answer in time".to_owned(),
                    (_, true) => "cannot be reached".to_owned(),
                    _ => format!("cannot be spoken to: {error}"),
                };
                Outcome::Failed(format!("the gateway {why}"))
            }
        }
    }
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status.as_u16(),
            300..=399 | 401 | 403 | 404 | 408 | 425 | 429
        )
}

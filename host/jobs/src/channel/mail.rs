//! Mail by SMTP (RFC 5321).

use super::{Driver, SettingsError};
use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport as _, Tokio1Executor};
use linli_core::outbox::{Outcome, Outgoing};
use std::time::Duration;

/// A sender, for messages about settings.
pub(super) const FROM: &str = "'Linli <linli@example.org>'";
const URL: &str = "smtps://USER:PASSWORD@mail.example.org or smtp://127.0.0.1:25";

/// Sends mail through one server.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

impl Mail {
    /// Sends as `from` through the server at `url`: `smtps://` speaks TLS, `smtp://…?tls=required` begins it, `smtp://`
    /// does without.
    ///
    /// # Errors
    /// Where either cannot be used.
    pub fn new(url: &str, from: &str, timeout: Duration) -> Result<Self, SettingsError> {
        super::choose_cryptography();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| SettingsError::Unusable {
                setting: "LINLI_SMTP_URL",
                reason: error.to_string(),
                example: URL,
            })?
            .timeout(Some(timeout))
            .build();
        let from = from.parse().map_err(|error| SettingsError::Unusable {
            setting: "LINLI_SMTP_FROM",
            reason: format!("{error}"),
            example: FROM,
        })?;
        Ok(Self {
            transport,
            from,
            timeout,
        })
    }

    fn message(&self, message: &Outgoing) -> Result<Message, String> {
        let to = message
            .to
            .parse()
            .map_err(|_| "no mail address".to_owned())?;
        // RFC 5322 section 3.6.4: the same message has the same id, at every attempt.
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(id))
            .subject(message.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Driver for Mail {
    async fn send(&self, message: &Outgoing) -> Outcome {
        let mail = match self.message(message) {
            Ok(mail) => mail,
            Err(problem) => return Outcome::Refused(problem),
        };
        match tokio::time::timeout(self.timeout, self.transport.send(mail)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) => {
                let problem = format!("the mail server did not take it: {error}");
                // 53x is about the host's own password or encryption (RFC 4954 section 6), which an admin mends.
                let own = error
                    .status()
                    .is_some_and(|code| code.to_string().starts_with("53"));
                if error.is_permanent() && !own {
                    Outcome::Refused(problem)
                } else {
                    Outcome::Failed(problem)
                }
            }
            Err(_) => Outcome::Failed(format!(
                "the mail server did not answer within {} seconds",
                self.timeout.as_secs_f32()
            )),
        }
    }
}

//! The channels by which notices leave the host: one [`Driver`] each, chosen by the host's settings.
//!
//! The inbox needs none: a notice is in it from the unit of work that made it. A driver sends one message and says how that
//! went; who is told what, when it is tried again and what comes next is `linli_core::outbox`'s.

mod gateway;
mod letter;
mod mail;

pub use gateway::Gateway;
pub use letter::Letter;
pub use mail::Mail;

use async_trait::async_trait;
use linli_core::outbox::{Outcome, Outgoing};
use linli_domain::notice::Channel;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The longest that one attempt takes, whatever the settings say.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// Has TLS use the one implementation that the host links. Every client needs it, those that speak no TLS as well.
pub fn choose_cryptography() {
    // A second time it changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Sends by one channel.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Sends a message, under its id each time that it is tried: the receiver can tell a repetition.
    async fn send(&self, message: &Outgoing) -> Outcome;
}

/// What the host is told of its channels.
#[derive(Clone, Debug)]
pub struct ChannelSettings {
    /// Where the host is reached from outside, such as `https://linli.example`.
    pub public_url: Option<String>,
    /// `smtp://` or `smtps://`, with user name and password where the server asks for them.
    pub smtp_url: Option<String>,
    /// The sender of mail, such as `Linli <linli@example.org>`.
    pub smtp_from: Option<String>,
    /// Where text messages and calls are posted to.
    pub gateway_url: Option<String>,
    /// What the gateway knows the host by.
    pub gateway_secret: Option<String>,
    /// The longest that one attempt takes, at most [`TIMEOUT`].
    pub timeout: Duration,
}

impl Default for ChannelSettings {
    fn default() -> Self {
        Self {
            public_url: None,
            smtp_url: None,
            smtp_from: None,
            gateway_url: None,
            gateway_secret: None,
            timeout: TIMEOUT,
        }
    }
}

/// Why the settings of channels cannot be used; each says what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// One needs another.
    #[error("{given} is set but {missing} is not; set {missing} as well, such as {example}")]
    Missing {
        /// What is set.
        given: &'static str,
        /// What is missing.
        missing: &'static str,
        /// For example.
        example: &'static str,
    },
    /// One cannot be used.
    #[error("cannot use {setting}: {reason}; write it such as {example}")]
    Unusable {
        /// Which.
        setting: &'static str,
        /// Why not.
        reason: String,
        /// For example.
        example: &'static str,
    },
}

/// The channels that a host has. Letters it always has: its staff print them.
#[derive(Clone)]
pub struct Channels {
    drivers: BTreeMap<Channel, Arc<dyn Driver>>,
    base: Option<String>,
}

impl Default for Channels {
    fn default() -> Self {
        let letter: Arc<dyn Driver> = Arc::new(Letter);
        Self {
            drivers: BTreeMap::from([(Channel::Letter, letter)]),
            base: None,
        }
    }
}

impl Channels {
    /// Those that the settings name.
    ///
    /// # Errors
    /// Where a setting cannot be used or another is missing, before anything is sent.
    pub fn new(settings: &ChannelSettings) -> Result<Self, SettingsError> {
        let mut channels = Self::default();
        if let Some(url) = &settings.public_url {
            channels.base = Some(public_url(url)?);
        }
        if let Some(url) = &settings.smtp_url {
            let from = needs(
                "LINLI_SMTP_URL",
                "LINLI_SMTP_FROM",
                mail::FROM,
                &settings.smtp_from,
            )?;
            channels.needs_base("LINLI_SMTP_URL")?;
            let mail = Mail::new(url, from, settings.timeout)?;
            channels.drivers.insert(Channel::Mail, Arc::new(mail));
        }
        if let Some(url) = &settings.gateway_url {
            let secret = needs(
                "LINLI_GATEWAY_URL",
                "LINLI_GATEWAY_SECRET_FILE",
                "/etc/linli/gateway.secret",
                &settings.gateway_secret,
            )?;
            channels.needs_base("LINLI_GATEWAY_URL")?;
            let gateway = Arc::new(Gateway::new(url, secret, settings.timeout)?);
            channels.drivers.insert(Channel::Sms, gateway.clone());
            channels.drivers.insert(Channel::Voice, gateway);
        }
        Ok(channels)
    }

    fn needs_base(&self, given: &'static str) -> Result<(), SettingsError> {
        match self.base {
            Some(_) => Ok(()),
            None => Err(SettingsError::Missing {
                given,
                missing: "LINLI_PUBLIC_URL",
                example: "https://linli.example",
            }),
        }
    }

    /// Where the host is reached from outside.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// Sends a message by its channel.
    pub async fn send(&self, message: &Outgoing) -> Outcome {
        let Some(driver) = self.drivers.get(&message.channel) else {
            return Outcome::NoChannel;
        };
        // Servers like to repeat the address that they refuse; it has no place among problems that admins read.
        let hide = |problem: String| match message.to.as_str() {
            "" => problem,
            to => problem.replace(to, "…"),
        };
        let sent = tokio::time::timeout(TIMEOUT, driver.send(message)).await;
        let sent = sent.unwrap_or_else(|_| {
            let seconds = TIMEOUT.as_secs();
            Outcome::Failed(format!(
                "the channel did not answer within {seconds} seconds"
            ))
        });
        match sent {
            Outcome::Failed(problem) => Outcome::Failed(hide(problem)),
            Outcome::Refused(problem) => Outcome::Refused(hide(problem)),
            other => other,
        }
    }
}

fn needs<'a>(
    given: &'static str,
    missing: &'static str,
    example: &'static str,
    value: &'a Option<String>,
) -> Result<&'a str, SettingsError> {
    value.as_deref().ok_or(SettingsError::Missing {
        given,
        missing,
        example,
    })
}

fn public_url(text: &str) -> Result<String, SettingsError> {
    let unusable = |reason: String| SettingsError::Unusable {
        setting: "LINLI_PUBLIC_URL",
        reason,
        example: "https://linli.example",
    };
    let url = reqwest::Url::parse(text).map_err(|error| unusable(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(unusable("it is no http or https address".to_owned()));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(unusable(
            "the host stands at the root of its address".to_owned(),
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: impl FnOnce(&mut ChannelSettings)) -> ChannelSettings {
        let mut settings = ChannelSettings {
            public_url: Some("https://linli.example".into()),
            smtp_url: Some("smtp://127.0.0.1:2525".into()),
            smtp_from: Some("Linli <linli@example.org>".into()),
            gateway_url: Some("https://sms.example/send".into()),
            gateway_secret: Some("secret".into()),
            ..ChannelSettings::default()
        };
        change(&mut settings);
        settings
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_told_with_the_mend() {
        assert!(Channels::new(&settings(|_| {})).is_ok());
        assert!(Channels::new(&ChannelSettings::default()).is_ok());
        let bad: [(ChannelSettings, &str); 8] = [
            (settings(|s| s.smtp_from = None), "LINLI_SMTP_FROM"),
            (settings(|s| s.public_url = None), "LINLI_PUBLIC_URL"),
            (
                settings(|s| s.gateway_secret = None),
                "LINLI_GATEWAY_SECRET_FILE",
            ),
            (
                settings(|s| s.smtp_url = Some("http://a".into())),
                "smtp://",
            ),
            (
                settings(|s| s.smtp_from = Some("nobody".into())),
                "linli@example.org",
            ),
            (
                settings(|s| s.gateway_url = Some("http://sms.example".into())),
                "https",
            ),
            (
                settings(|s| s.public_url = Some("linli.example".into())),
                "https://",
            ),
            (
                settings(|s| s.gateway_secret = Some("a\nb".into())),
                "one line",
            ),
        ];
        for (settings, mend) in bad {
            let error = Channels::new(&settings)
                .err()
                .map(|error| error.to_string());
            assert!(
                error.as_ref().is_some_and(|error| error.contains(mend)),
                "{settings:?}: {error:?}"
            );
        }
    }
}

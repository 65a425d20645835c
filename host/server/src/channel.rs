//! What the command line and the environment say of the channels by which notices leave the host.

use anyhow::{Context as _, Result};
use clap::Args;
use linli_jobs::{ChannelSettings, Channels};
use std::path::PathBuf;

/// How notices leave the host. Without any of these they are in the inbox, and letters can be printed.
#[derive(Args, Clone, Debug, Default)]
pub struct ChannelArgs {
    /// Where the host is reached from outside, such as https://linli.example: links in mail and text messages begin with it
    #[arg(long, value_name = "URL", env = "LINLI_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Mail server: smtps://USER:PASSWORD@HOST, smtp://HOST:25, or smtp://HOST:587?tls=required
    #[arg(
        long,
        value_name = "URL",
        env = "LINLI_SMTP_URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// Sender of mail, such as 'Linli <linli@example.org>'
    #[arg(long, value_name = "MAILBOX", env = "LINLI_SMTP_FROM")]
    pub smtp_from: Option<String>,
    /// Where text messages and calls are posted to, as JSON
    #[arg(long, value_name = "URL", env = "LINLI_GATEWAY_URL")]
    pub gateway_url: Option<String>,
    /// File with the secret that the gateway knows the host by
    #[arg(long, value_name = "FILE", env = "LINLI_GATEWAY_SECRET_FILE")]
    pub gateway_secret_file: Option<PathBuf>,
}

impl ChannelArgs {
    /// The channels, or what to write instead.
    pub fn channels(&self) -> Result<Channels> {
        let secret = match &self.gateway_secret_file {
            Some(path) => Some(std::fs::read_to_string(path).with_context(|| {
                format!(
                    "cannot read the gateway's secret from {}; write it there, or name another file with \
                     --gateway-secret-file",
                    path.display()
                )
            })?),
            None => None,
        };
        Ok(Channels::new(&ChannelSettings {
            public_url: self.public_url.clone(),
            smtp_url: self.smtp_url.clone(),
            smtp_from: self.smtp_from.clone(),
            gateway_url: self.gateway_url.clone(),
            gateway_secret: secret.map(|secret| secret.trim().to_owned()),
            ..ChannelSettings::default()
        })?)
    }
}

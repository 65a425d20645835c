//! What the command line and the environment say of plugins' requests to the outside.

use anyhow::Result;
use clap::Args;
use linli_jobs::OutboundSettings;

/// How plugins' requests leave the host. They need no setting.
#[derive(Args, Clone, Debug, Default)]
pub struct OutboundArgs {
    /// For tests and development only: names that plugins' requests reach on this machine, at a port and without TLS, such
    /// as clinic.test=8080,lab.test=8081
    #[arg(long, value_name = "NAME=PORT,…", env = "LINLI_OUTBOUND_LOOPBACK")]
    pub outbound_loopback: Option<String>,
}

impl OutboundArgs {
    /// The settings, or what to write instead.
    pub fn settings(&self) -> Result<OutboundSettings> {
        let mut settings = OutboundSettings::default();
        if let Some(text) = &self.outbound_loopback {
            settings.loopback = OutboundSettings::parse_loopback(text)?;
            tracing::warn!(
                names = text,
                "plugins' requests to these names stay on this machine: a setting for tests and development only"
            );
        }
        Ok(settings)
    }
}

//! `linli admin release …`

use super::ADMIN;
use crate::host::{DataArgs, Host, open_core};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use linli_core::release::{Verdict, review};
use linli_core::store::release::Release;
use linli_core::{Core, act, view};
use linli_domain::{Locale, PluginId};
use std::path::{Path, PathBuf};

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Submit a signed component file for review
    Submit {
        /// The component
        file: PathBuf,
        /// Its signature [default: FILE.minisig]
        #[arg(long)]
        signature: Option<PathBuf>,
    },
    /// List releases
    List,
    /// Show what a release asks for
    Show {
        /// ORGANISATION/PLUGIN@VERSION
        release: ReleaseName,
    },
    /// Approve a release: it may be enabled in communities
    Approve {
        /// ORGANISATION/PLUGIN@VERSION
        release: ReleaseName,
        /// A note for the record
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Reject a release
    Reject {
        /// ORGANISATION/PLUGIN@VERSION
        release: ReleaseName,
        /// Why; its publisher reads it
        #[arg(long)]
        note: String,
    },
}

/// `ORGANISATION/PLUGIN@VERSION`.
#[derive(Clone, Debug)]
pub(crate) struct ReleaseName {
    plugin: PluginId,
    version: semver::Version,
}

impl std::str::FromStr for ReleaseName {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> Result<Self> {
        let (plugin, version) = text
            .split_once('@')
            .context("write ORGANISATION/PLUGIN@VERSION")?;
        let version = version
            .parse()
            .with_context(|| format!("'{version}' is not a version such as 1.0.0"))?;
        Ok(Self {
            plugin: plugin.parse()?,
            version,
        })
    }
}

impl ReleaseName {
    pub(crate) async fn find(&self, core: &Core) -> Result<Release> {
        let found = view!(core, |work| async {
            Ok(work.tx.find_release_of(&self.plugin, &self.version).await?)
        }
        .await)?;
        found.with_context(|| {
            format!(
                "there is no release {}@{}; see `linli admin release list`",
                self.plugin, self.version
            )
        })
    }
}

pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    match command {
        Command::Submit { file, signature } => {
            let host = Host::open(data).await?;
            let release = submit(&host, file, signature.as_deref()).await?;
            println!("{}@{} waits for review.", release.plugin, release.version);
        }
        Command::List => {
            let core = &open_core(data).await?;
            for release in view!(core, |work| async { Ok(work.tx.list_releases().await?) }
                .await)?
            {
                println!(
                    "{}@{}\t{}\t{}",
                    release.plugin, release.version, release.state, release.digest
                );
            }
        }
        Command::Show { release } => {
            let release = release.find(&open_core(data).await?).await?;
            let manifest = &release.manifest;
            println!(
                "{}@{}: {} · {}",
                release.plugin, release.version, manifest.title.zh, manifest.title.en
            );
            println!(
                "state {}, signed with key {}, SHA-256 {}",
                release.state, release.key_id, release.digest
            );
            println!("It asks to:");
            for permission in &release.permissions {
                let optional = if manifest.optional_imports.contains(permission.interface()) {
                    " (optional)"
                } else {
                    ""
                };
                println!(
                    "  {permission}{optional}: {}",
                    permission.meaning().get(Locale::En)
                );
            }
            for (code, field) in &manifest.fields {
                let need = if field.necessary {
                    "necessary"
                } else {
                    "optional"
                };
                println!("  read {code} ({need}): {}", field.purpose.en);
            }
        }
        Command::Approve { release, note } => decide(data, release, Verdict::Approve, note).await?,
        Command::Reject { release, note } => decide(data, release, Verdict::Reject, note).await?,
    }
    Ok(())
}

async fn decide(data: &DataArgs, name: &ReleaseName, verdict: Verdict, note: &str) -> Result<()> {
    let core = &open_core(data).await?;
    let release = name.find(core).await?;
    act!(core, |work| review(work, &ADMIN, release.id, verdict, note)
        .await)?;
    let done = if verdict == Verdict::Approve {
        "approved"
    } else {
        "rejected"
    };
    println!("{}@{} is {done}.", release.plugin, release.version);
    Ok(())
}

/// Submits a component file with its signature.
pub(crate) async fn submit(host: &Host, file: &Path, signature: Option<&Path>) -> Result<Release> {
    let beside = PathBuf::from(format!("{}.minisig", file.display()));
    let signature = signature.unwrap_or(&beside);
    let size = std::fs::metadata(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len();
    if size > linli_registry::inspect::MAX_COMPONENT as u64 {
        bail!(
            "{} has {size} bytes: a component may have at most {}",
            file.display(),
            linli_registry::inspect::MAX_COMPONENT
        );
    }
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = std::fs::read_to_string(signature).with_context(|| {
        format!(
            "cannot read the signature {}; sign with `linli plugin sign`",
            signature.display()
        )
    })?;
    let id = linli_engine::publish::submit(&host.core, &host.engine, &ADMIN, bytes, &text).await?;
    let found = view!(host.core, |work| async {
        Ok(work.tx.find_release(id).await?)
    }
    .await)?;
    found.context("the release vanished")
}

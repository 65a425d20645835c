//! `linli admin organisation …`

use super::{ADMIN, Name};
use crate::host::{DataArgs, open_core};
use anyhow::{Context as _, Result};
use clap::Subcommand;
use linli_core::{Refusal, act, organisation, view};
use std::path::PathBuf;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Register an organisation
    Add {
        /// Its code, the first part of its plugins' ids
        code: String,
        #[command(flatten)]
        name: Name,
    },
    /// List organisations and their keys
    List,
    /// Add a minisign public key: what it signs is accepted for review
    AddKey {
        /// Code of the organisation
        code: String,
        /// The .pub file
        file: PathBuf,
    },
    /// Revoke a key: nothing that it signs is accepted any more
    RevokeKey {
        /// Code of the organisation
        code: String,
        /// The key's id, as `list` shows it
        key: String,
    },
}

pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    let core = &open_core(data).await?;
    match command {
        Command::Add { code, name } => {
            let name = name.localised();
            act!(core, |work| organisation::register(
                work, &ADMIN, code, &name
            )
            .await)?;
            println!(
                "Registered {code}. Add its signing key with `linli admin organisation add-key {code} FILE.pub`."
            );
        }
        Command::List => {
            let list = view!(core, |work| async {
                let mut list = Vec::new();
                for organisation in work.tx.list_organisations().await? {
                    let keys = work.tx.list_publisher_keys(organisation.id).await?;
                    list.push((organisation, keys));
                }
                Ok(list)
            }
            .await)?;
            for (organisation, keys) in list {
                println!(
                    "{}\t{}\t{}",
                    organisation.slug, organisation.name.zh, organisation.name.en
                );
                for key in keys {
                    println!(
                        "\tkey {}{}",
                        key.key_id,
                        if key.revoked.is_some() {
                            " (revoked)"
                        } else {
                            ""
                        }
                    );
                }
            }
        }
        Command::AddKey { code, file } => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            linli_engine::publish::add_key(core, &ADMIN, code, &text).await?;
            println!("Added the key to {code}.");
        }
        Command::RevokeKey { code, key } => {
            act!(core, |work| async {
                let organisation = organisation::find(work, code).await?;
                let keys = work.tx.list_publisher_keys(organisation.id).await?;
                let found = keys
                    .iter()
                    .find(|found| found.revoked.is_none() && found.key_id.eq_ignore_ascii_case(key))
                    .ok_or(Refusal::NotFound("key"))?;
                organisation::revoke_key(work, &ADMIN, &organisation, found.id).await
            }
            .await)?;
            println!("Revoked the key {key} of {code}.");
        }
    }
    Ok(())
}

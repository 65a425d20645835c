//! `linli admin installation …`

use super::ADMIN;
use super::release::ReleaseName;
use crate::host::{DataArgs, open_core};
use anyhow::{Context as _, Result};
use clap::Subcommand;
use linli_core::{act, installation, timer, view};
use linli_domain::PluginId;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Enable an approved release in a community, or change what is enabled there
    Enable {
        /// ORGANISATION/PLUGIN@VERSION
        release: ReleaseName,
        /// Code of the community
        #[arg(long)]
        community: String,
        /// Permission to grant, such as linli:host/records@0.1; repeat it for each [default: all that it asks for]
        #[arg(long = "grant")]
        grants: Vec<String>,
        /// Setting, as NAME=JSON; repeat it for each
        #[arg(long = "set", value_name = "NAME=JSON")]
        settings: Vec<String>,
    },
    /// Disable a plugin in a community; what it stored stays
    Disable {
        /// ORGANISATION/PLUGIN
        plugin: PluginId,
        /// Code of the community
        #[arg(long)]
        community: String,
    },
    /// Try timers again that the host gave up because the plugin failed each time
    RetryTimers {
        /// ORGANISATION/PLUGIN
        plugin: PluginId,
        /// Code of the community
        #[arg(long)]
        community: String,
    },
    /// List installations
    List,
}

pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    let core = &open_core(data).await?;
    match command {
        Command::Enable {
            release,
            community,
            grants,
            settings,
        } => {
            let release = release.find(core).await?;
            let place = view!(core, |work| async {
                Ok(work.tx.find_community_by_slug(community).await?)
            }
            .await)?;
            let place = place.with_context(|| format!("there is no community '{community}'"))?;
            let granted: BTreeSet<_> = release
                .permissions
                .iter()
                .filter(|permission| grants.is_empty() || grants.contains(&permission.0))
                .cloned()
                .collect();
            let settings = settings
                .iter()
                .map(|setting| parse(setting))
                .collect::<Result<Map<_, _>>>()?;
            linli_engine::publish::enable(core, &ADMIN, release.id, place.id, &granted, &settings)
                .await?;
            println!(
                "{}@{} is enabled in {community}.",
                release.plugin, release.version
            );
        }
        Command::Disable { plugin, community } => {
            act!(core, |work| async {
                let found = installation::find(work, plugin, community).await?;
                installation::disable(work, &ADMIN, found.id).await
            }
            .await)?;
            println!("{plugin} is disabled in {community}.");
        }
        Command::RetryTimers { plugin, community } => {
            let count = act!(core, |work| async {
                let found = installation::find(work, plugin, community).await?;
                timer::retry_given_up(work, &ADMIN, found.id).await
            }
            .await)?;
            match count {
                0 => println!("The host has given up no timer of {plugin} in {community}."),
                _ => println!(
                    "{count} timers of {plugin} in {community} are tried again from now on."
                ),
            }
        }
        Command::List => {
            let list = view!(core, |work| async {
                let mut list = Vec::new();
                for installation in work.tx.list_installations().await? {
                    let place = work.tx.find_community(installation.community_id).await?;
                    let release = work.tx.find_release(installation.release_id).await?;
                    list.push((installation, place, release));
                }
                Ok(list)
            }
            .await)?;
            for (installation, place, release) in list {
                let state = if installation.enabled {
                    "enabled"
                } else {
                    "disabled"
                };
                let place = place.map(|place| place.slug).unwrap_or_default();
                let version = release
                    .map(|release| release.version.to_string())
                    .unwrap_or_default();
                println!("{}@{version}\t{place}\t{state}", installation.plugin);
            }
        }
    }
    Ok(())
}

fn parse(setting: &str) -> Result<(String, Value)> {
    let (name, json) = setting
        .split_once('=')
        .with_context(|| format!("'{setting}': write NAME=JSON"))?;
    let value = serde_json::from_str(json).with_context(|| {
        format!("'{json}' is not JSON; text needs quotes, as in {name}='\"text\"'")
    })?;
    Ok((name.to_owned(), value))
}

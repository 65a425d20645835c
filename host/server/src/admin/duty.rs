//! `linli admin duty …`

use super::person::admin_in_person;
use crate::host::{DataArgs, open_core};
use anyhow::Result;
use clap::Subcommand;
use jiff::civil::Date;
use linli_core::store::duty::Duty;
use linli_core::{act, district, duty, view};
use linli_domain::{DutyId, Instant, Localised, PluginId};
use uuid::Uuid;

/// The most duties that a list shows.
const LISTED: i64 = 100;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Propose that a plugin may read fields because the law says so; another admin must confirm it
    Propose {
        /// The plugin, such as jinhui/eldercare
        plugin: PluginId,
        /// User name of the admin who proposes
        #[arg(long = "as", value_name = "LOGIN")]
        admin: String,
        /// Code of the community; all communities where it is missing
        #[arg(long)]
        community: Option<String>,
        /// Code of a field, such as phone; give it once for each
        #[arg(long = "field", required = true)]
        fields: Vec<String>,
        /// Law and article in Chinese, such as 《…法》第十三条
        #[arg(long)]
        law_zh: String,
        /// Law and article in English
        #[arg(long)]
        law_en: String,
        /// What the article says, in Chinese
        #[arg(long)]
        article_zh: String,
        /// What the article says, in English
        #[arg(long)]
        article_en: String,
        /// The last day on which it holds, at most a year ahead, such as 2027-06-30
        #[arg(long)]
        until: Date,
    },
    /// Confirm a duty that another admin proposed
    Confirm {
        /// Its id
        id: DutyId,
        /// User name of the admin who confirms
        #[arg(long = "as", value_name = "LOGIN")]
        admin: String,
    },
    /// End a duty at once, or take a proposal back
    End {
        /// Its id
        id: DutyId,
        /// User name of the admin who ends it
        #[arg(long = "as", value_name = "LOGIN")]
        admin: String,
    },
    /// List the newest duties
    List,
}

/// Runs the command.
pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    let core = open_core(data).await?;
    match command {
        Command::Propose {
            plugin,
            admin,
            community,
            fields,
            law_zh,
            law_en,
            article_zh,
            article_en,
            until,
        } => {
            let id = act!(core, |work| async {
                let actor = admin_in_person(work, admin).await?;
                let community = match community {
                    Some(code) => Some(district::community(work, code).await?.id),
                    None => None,
                };
                let zone = district::zone(work).await?;
                let end = until
                    .tomorrow()
                    .ok()
                    .and_then(|day| Instant::from_civil(day.at(0, 0, 0, 0), &zone));
                let proposal = duty::Proposal {
                    plugin: plugin.clone(),
                    community,
                    fields: fields.iter().cloned().collect(),
                    law: Localised::new(law_zh, law_en),
                    article: Localised::new(article_zh, article_en),
                    expires: end.unwrap_or(work.now),
                };
                duty::propose(work, &actor, &proposal).await
            }
            .await)?;
            println!(
                "Proposed {id}. Another admin confirms it with: linli admin duty confirm {id} --as LOGIN"
            );
        }
        Command::Confirm { id, admin } => {
            act!(core, |work| async {
                let actor = admin_in_person(work, admin).await?;
                duty::confirm(work, &actor, *id).await
            }
            .await)?;
            println!("Confirmed. {id} is a basis from now on.");
        }
        Command::End { id, admin } => {
            act!(core, |work| async {
                let actor = admin_in_person(work, admin).await?;
                duty::end(work, &actor, *id).await
            }
            .await)?;
            println!("Ended {id}.");
        }
        Command::List => {
            let latest = (Instant(i64::MAX), DutyId(Uuid::max()));
            let duties = view!(core, |work| async {
                Ok(work.tx.list_duties(latest, LISTED).await?)
            }
            .await)?;
            for duty in duties {
                println!(
                    "{}\t{}\t{}\t{}\t{}\tuntil {}",
                    duty.id,
                    duty.plugin,
                    duty.fields.join(","),
                    state(&duty, core.now()),
                    duty.law.zh,
                    duty.expires.to_rfc3339()
                );
            }
        }
    }
    Ok(())
}

fn state(duty: &Duty, now: Instant) -> &'static str {
    if duty.ended.is_some() {
        "ended"
    } else if duty.expires <= now {
        "expired"
    } else if duty.confirmed.is_some() {
        "in force"
    } else {
        "waits for another admin"
    }
}

//! `linli admin duty …`

use super::person::InPerson;
use crate::host::{DataArgs, open_core};
use anyhow::{Result, bail};
use clap::Subcommand;
use jiff::civil::Date;
use linli_core::store::duty::Duty;
use linli_core::{Actor, Work, act, district, duty, view};
use linli_domain::{DutyId, Instant, Localised, PluginId};
use std::io::{self, Write as _};
use uuid::Uuid;

/// The most duties that a list shows.
const LISTED: i64 = 100;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Propose that a plugin may read fields because the law says so; another admin must confirm it
    Propose {
        /// The plugin, such as jinhui/eldercare
        plugin: PluginId,
        #[command(flatten)]
        admin: InPerson,
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
    /// Confirm a duty that another admin proposed: it is shown first
    Confirm {
        /// Its id
        id: DutyId,
        #[command(flatten)]
        admin: InPerson,
        /// Confirm what is shown without asking; for scripts
        #[arg(long)]
        yes: bool,
    },
    /// End a duty at once, or take a proposal back
    End {
        /// Its id
        id: DutyId,
        #[command(flatten)]
        admin: InPerson,
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
            let actor = admin.actor(&core).await?;
            let id = act!(core, |work| async {
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
        Command::Confirm { id, admin, yes } => {
            let actor = admin.actor(&core).await?;
            let shown = view!(core, |work| shown(work, &actor, *id).await)?;
            println!("{shown}");
            if !yes && !asked("Confirm this duty? Write yes: ")? {
                bail!("not confirmed");
            }
            act!(core, |work| duty::confirm(work, &actor, *id).await)?;
            println!("Confirmed. {id} is a basis from now on.");
        }
        Command::End { id, admin } => {
            let actor = admin.actor(&core).await?;
            act!(core, |work| duty::end(work, &actor, *id).await)?;
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

/// What is to be confirmed, whole.
async fn shown(work: &mut Work, actor: &Actor, id: DutyId) -> linli_core::Result<String> {
    let duty = duty::show(work, actor, id).await?;
    let proposer = work.tx.find_person(duty.proposed_by).await?;
    let community = match duty.community_id {
        Some(community) => work.tx.find_community(community).await?,
        None => None,
    };
    let community = community.map_or_else(|| "all communities".to_owned(), |found| found.slug);
    Ok(format!(
        "{} may read {} in {community}, until {}\n{} · {}\n{}\n{}\nrecorded {} by {}",
        duty.plugin,
        duty.fields.join(", "),
        duty.expires.to_rfc3339(),
        duty.law.zh,
        duty.law.en,
        duty.article.zh,
        duty.article.en,
        duty.proposed.to_rfc3339(),
        proposer.map_or_else(String::new, |person| person.name),
    ))
}

/// Whether somebody writes yes.
fn asked(question: &str) -> Result<bool> {
    print!("{question}");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
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

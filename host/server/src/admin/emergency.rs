//! `linli admin emergency …`

use super::person::InPerson;
use crate::host::{DataArgs, open_core};
use anyhow::Result;
use clap::{Args, Subcommand};
use linli_core::{act, emergency, view};
use linli_domain::{EmergencyId, Instant};
use uuid::Uuid;

/// The most emergencies that a list shows.
const LISTED: i64 = 100;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// List the newest emergencies
    List {
        /// Only those that nobody has reviewed
        #[arg(long)]
        unreviewed: bool,
    },
    /// Say whether an emergency was justified; one that was not closes at once
    Review {
        /// Its id
        id: EmergencyId,
        #[command(flatten)]
        admin: InPerson,
        #[command(flatten)]
        verdict: Verdict,
        /// Why
        #[arg(long)]
        note: String,
    },
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Verdict {
    /// It was
    #[arg(long)]
    justified: bool,
    /// It was not
    #[arg(long)]
    unjustified: bool,
}

/// Runs the command.
pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    let core = open_core(data).await?;
    match command {
        Command::List { unreviewed } => {
            let latest = (Instant(i64::MAX), EmergencyId(Uuid::max()));
            let lines = view!(core, |work| async {
                let mut lines = Vec::new();
                for found in work
                    .tx
                    .list_emergencies(*unreviewed, latest, LISTED)
                    .await?
                {
                    let state = match found.justified {
                        Some(true) => "justified",
                        Some(false) => "not justified",
                        None if emergency::is_overdue(work, &found) => "OVERDUE for review",
                        None => "open, waits for review",
                    };
                    let plugin = work
                        .tx
                        .find_installation(found.installation_id)
                        .await?
                        .map_or_else(String::new, |found| found.plugin.to_string());
                    let mut names = Vec::new();
                    for person in [found.resident_id, found.declared_by] {
                        let person = work.tx.find_person(person).await?;
                        names.push(person.map_or_else(String::new, |person| person.name));
                    }
                    lines.push(format!(
                        "{}\t{}\t{plugin}\tof {}\tby {}\t{state}\t{}",
                        found.id,
                        found.declared.to_rfc3339(),
                        names[0],
                        names[1],
                        found.reason.replace(char::is_control, " ")
                    ));
                }
                Ok(lines)
            }
            .await)?;
            for line in lines {
                println!("{line}");
            }
        }
        Command::Review {
            id,
            admin,
            verdict,
            note,
        } => {
            let actor = admin.actor(&core).await?;
            act!(core, |work| emergency::review(
                work,
                &actor,
                *id,
                verdict.justified,
                note
            )
            .await)?;
            println!("Reviewed {id}.");
        }
    }
    Ok(())
}

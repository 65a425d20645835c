//! `linli admin person …`: what the law gives persons over their data, and what bounds it.

use crate::host::{DataArgs, open_core};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use linli_core::my_data::{erasure, export, hold};
use linli_core::{Actor, Admin, Channel, Core, Error, Login, Refusal, Work, account, act, view};
use linli_domain::PersonId;
use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Write everything that is held on a person into a new JSON file
    Export {
        /// User name, or the id where there is no account
        person: String,
        /// The file; it must not exist
        file: PathBuf,
    },
    /// Erase a person who has asked for it: without --execute only says what would happen
    Erase {
        /// User name, or the id where there is no account
        person: String,
        /// Do it; it cannot be undone
        #[arg(long)]
        execute: bool,
        /// Erase without a request, for this reason
        #[arg(long, requires = "execute")]
        without_request: Option<String>,
        /// Refuse the request instead, for this lawful reason, which the person reads
        #[arg(long, conflicts_with_all = ["execute", "without_request"])]
        refuse: Option<String>,
    },
    /// Place a legal hold: nothing of the person is deleted until it is lifted
    Hold {
        /// User name, or the id where there is no account
        person: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// By which article
        #[arg(long)]
        article: String,
    },
    /// Lift all legal holds of a person
    Release {
        /// User name, or the id where there is no account
        person: String,
    },
}

/// Runs the command.
pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    let core = open_core(data).await?;
    let actor = Admin::at_command_line().actor();
    match command {
        Command::Export { person, file } => {
            let person = view!(core, |work| find(work, person).await)?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let opened = options
                .open(file)
                .with_context(|| format!("cannot create {}", file.display()))?;
            let mut out = BufWriter::new(opened);
            export::export(&core, &actor, person, &mut out).await?;
            out.flush()
                .with_context(|| format!("cannot write {}", file.display()))?;
            println!("Wrote {}.", file.display());
        }
        Command::Erase {
            person,
            refuse: Some(note),
            ..
        } => {
            act!(core, |work| async {
                let person = find(work, person).await?;
                erasure::refuse(work, &actor, person, note).await
            }
            .await)?;
            println!("Refused; the person has been told why.");
        }
        Command::Erase {
            person,
            execute: true,
            without_request,
            ..
        } => {
            let person = view!(core, |work| find(work, person).await)?;
            let report =
                erasure::execute(&core, &actor, person, without_request.as_deref()).await?;
            println!("{}", serde_json::to_string_pretty(&report)?);
        }
        Command::Erase { person, .. } => {
            let preview = view!(core, |work| async {
                let person = find(work, person).await?;
                erasure::preview(work, &actor, person).await
            }
            .await)?;
            for line in preview.lines {
                println!(
                    "{}\t{} rows\t{}\t{}",
                    line.table, line.rows, line.title.en, line.effect.en
                );
            }
            if !preview.blocks.is_empty() {
                let blocks: Vec<_> = preview.blocks.into_iter().map(|block| block.en).collect();
                bail!("it cannot be erased yet: {}", blocks.join("; "));
            }
            println!("Nothing was erased. To do it add --execute.");
        }
        Command::Hold {
            person,
            reason,
            article,
        } => {
            act!(core, |work| async {
                let person = find(work, person).await?;
                hold::place(work, &actor, person, reason, article).await
            }
            .await)?;
            println!("Nothing of the person is deleted until the hold is lifted.");
        }
        Command::Release { person } => {
            let lifted = act!(core, |work| async {
                let person = find(work, person).await?;
                hold::lift(work, &actor, person).await
            }
            .await)?;
            println!("Lifted {lifted}.");
        }
    }
    Ok(())
}

/// The person of a user name, or of an id.
async fn find(work: &mut Work, name: &str) -> linli_core::Result<PersonId> {
    if let Some(account) = work.tx.find_account_by_login(name).await? {
        return Ok(account.person_id);
    }
    let id = name.parse().map_err(|_| Refusal::NotFound("person"))?;
    let found = work.tx.find_person(id).await?;
    Ok(found.ok_or(Refusal::NotFound("person"))?.id)
}

/// Which district admin acts in person at the command line: the log-in says who, the password shows it.
#[derive(Args, Debug)]
pub(crate) struct InPerson {
    /// User name of the admin who does this
    #[arg(long = "as", value_name = "LOGIN")]
    login: String,
    /// Read the admin's password from the first line of the standard input; asked for where this is missing
    #[arg(long)]
    password_stdin: bool,
}

impl InPerson {
    /// The admin, whose password was right. Wrong ones count as at any log-in.
    pub(crate) async fn actor(&self, core: &Core) -> Result<Actor> {
        let password = if self.password_stdin {
            let mut line = String::new();
            std::io::stdin()
                .read_line(&mut line)
                .context("cannot read the password from the standard input")?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        } else {
            rpassword::prompt_password(format!("Password of {}: ", self.login))?
        };
        let person = account::log_in(core, &self.login, &password, "command line").await?;
        let login = view!(core, |work| Login::find(work, person).await)?;
        let login = login.ok_or_else(|| Error::from(Refusal::NotFound("person")))?;
        Ok(Actor {
            channel: Channel::CommandLine,
            ..login.admin()?.actor()
        })
    }
}

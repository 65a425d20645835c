//! `linli admin …`: what district admins do on the web, for scripts and for the first account. Each command calls the
//! same operation as its page.

mod account;
mod backup;
mod channel;
mod doctor;
mod duty;
mod emergency;
mod installation;
mod organisation;
mod person;
mod release;
mod roll;
mod rotate_key;
mod verify_audit;

use crate::host::{DataArgs, Host};
use anyhow::Result;
use clap::{Args, Subcommand};
use linli_core::store::place::District;
use linli_core::store::release::Release;
use linli_core::{Admin, act, district, view};
use linli_domain::Localised;
use std::path::Path;

/// What `linli admin` takes.
#[derive(Args, Debug)]
pub struct AdminArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Name the district; once, before anything else
    District {
        #[command(flatten)]
        name: Name,
        /// IANA time zone
        #[arg(long, default_value = district::DEFAULT_ZONE)]
        zone: String,
    },
    /// Communities
    #[command(subcommand)]
    Community(Community),
    /// People who log in, and their roles
    #[command(subcommand)]
    Account(account::Command),
    /// The resident roll of a community
    #[command(subcommand)]
    Roll(roll::Command),
    /// Organisations and their signing keys
    #[command(subcommand)]
    Organisation(organisation::Command),
    /// Plugin releases: submit, review
    #[command(subcommand)]
    Release(release::Command),
    /// Plugins enabled in communities
    #[command(subcommand)]
    Installation(installation::Command),
    /// Copy the database into a folder, while the host runs; the keys are NOT in it
    Backup(backup::Backup),
    /// Put a backup back
    Restore(backup::Restore),
    /// Look whether the host is well, and say how to mend what is not
    Doctor(doctor::Doctor),
    /// Seal phone numbers, identity numbers and notes with a new key
    RotateKey(rotate_key::RotateKey),
    /// Check that nobody changed the audit
    VerifyAudit(verify_audit::VerifyAudit),
    /// Mail, text messages and calls
    #[command(subcommand)]
    Channel(channel::Command),
    /// Messages that could not be sent
    #[command(subcommand)]
    DeadLetter(channel::DeadLetters),
    /// Everything that is held on one person: export, erasure, legal holds
    #[command(subcommand)]
    Person(person::Command),
    /// Statutory duties: what the law has a plugin read
    #[command(subcommand)]
    Duty(duty::Command),
    /// Emergencies that staff declared
    #[command(subcommand)]
    Emergency(emergency::Command),
}

#[derive(Subcommand, Debug)]
enum Community {
    /// Add a community
    Add {
        /// Its code in addresses, such as chunhui
        code: String,
        #[command(flatten)]
        name: Name,
    },
    /// List the communities
    List,
}

/// A name in both languages.
#[derive(Args, Debug)]
pub(crate) struct Name {
    /// Name in Chinese
    #[arg(long)]
    zh: String,
    /// Name in English
    #[arg(long)]
    en: String,
}

impl Name {
    pub(crate) fn localised(&self) -> Localised {
        Localised::new(self.zh.clone(), self.en.clone())
    }
}

/// Submits a component file with the signature beside it.
pub(crate) async fn submit_file(host: &Host, file: &Path) -> Result<Release> {
    release::submit(host, file, None).await
}

const ADMIN: Admin = Admin { person: None };

/// Runs the command.
pub async fn run(args: &AdminArgs) -> Result<()> {
    match &args.command {
        Command::District { name, zone } => {
            let core = crate::host::open_core(&args.data).await?;
            let founded = District {
                name: name.localised(),
                zone: zone.clone(),
                demo: false,
            };
            act!(core, |work| district::found(work, &ADMIN, &founded).await)?;
            println!("The district is named {} · {}.", name.zh, name.en);
        }
        Command::Community(Community::Add { code, name }) => {
            let core = crate::host::open_core(&args.data).await?;
            let name = name.localised();
            act!(core, |work| district::add_community(
                work, &ADMIN, code, &name
            )
            .await)?;
            println!("Added the community {code}.");
        }
        Command::Community(Community::List) => {
            let core = crate::host::open_core(&args.data).await?;
            for community in view!(core, |work| async { Ok(work.tx.list_communities().await?) }
                .await)?
            {
                println!(
                    "{}\t{}\t{}",
                    community.slug, community.name.zh, community.name.en
                );
            }
        }
        Command::Account(command) => account::run(command, &args.data).await?,
        Command::Roll(command) => roll::run(command, &args.data).await?,
        Command::Organisation(command) => organisation::run(command, &args.data).await?,
        Command::Release(command) => release::run(command, &args.data).await?,
        Command::Installation(command) => installation::run(command, &args.data).await?,
        Command::Backup(command) => backup::backup(command, &args.data).await?,
        Command::Restore(command) => backup::restore(command, &args.data).await?,
        Command::Doctor(command) => doctor::run(command, &args.data).await?,
        Command::RotateKey(command) => rotate_key::run(command, &args.data).await?,
        Command::VerifyAudit(command) => verify_audit::run(command, &args.data).await?,
        Command::Channel(command) => channel::run(command).await?,
        Command::DeadLetter(command) => channel::run_dead_letters(command, &args.data).await?,
        Command::Person(command) => person::run(command, &args.data).await?,
        Command::Duty(command) => duty::run(command, &args.data).await?,
        Command::Emergency(command) => emergency::run(command, &args.data).await?,
    }
    Ok(())
}

//! `linli admin rotate-key`

use crate::host::{DataArgs, open_core};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use linli_core::store::Keyring;
use linli_core::store::keys::KeyFileError;
use linli_core::{Actor, Core, key};
use linli_domain::RandomSource as _;
use linli_domain::random::SystemRandom;
use std::io::Write as _;

/// What `linli admin rotate-key` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Phone numbers, identity numbers and notes are sealed in the database. This adds a new key to linli.key and seals
everything anew with it, while the host runs. Broken off, it goes on from there when it is run again.

One machine:
  linli admin rotate-key              add a key and seal everything anew
  linli admin rotate-key --drop-old   then take the old key out; it is refused while anything needs it

Several machines on one PostgreSQL, each with its own linli.key:
  linli admin rotate-key --add-only   on one machine: only add the key
  (copy linli.key to the other machines; their processes read it by themselves)
  linli admin rotate-key              on the first machine: seal everything anew
  linli admin rotate-key --drop-old   and copy linli.key again

Keep the old linli.key as long as you keep backups that were made with it.
Where the keys are in LINLI_KEYS, the command prints the line to add and what to do next.")]
pub(crate) struct RotateKey {
    /// Only add a new key to the key file; nothing is sealed with it yet
    #[arg(long, conflicts_with = "drop_old")]
    add_only: bool,
    /// Take out the keys that seal nothing any more
    #[arg(long)]
    drop_old: bool,
}

pub(crate) async fn run(args: &RotateKey, data: &DataArgs) -> Result<()> {
    let core = &open_core(data).await?;
    if args.drop_old {
        return drop_old(core).await;
    }
    let (_, sealing) = key::in_use(core).await?;
    add(core, sealing)?;
    if args.add_only {
        println!(
            "Copy the key file to every machine of this host, then run: linli admin rotate-key"
        );
        return Ok(());
    }
    key::start(core, &Actor::host()).await?;
    let mut shown = String::new();
    let done = key::reseal_all(core, |column, sealed| {
        let line = format!("{column}: {sealed} sealed anew");
        if line != shown {
            let end = if shown.starts_with(column) || shown.is_empty() {
                "\r"
            } else {
                "\n"
            };
            print!("{end}{line}");
            let _ = std::io::stdout().flush();
            shown = line;
        }
    })
    .await;
    println!();
    let done = done.context("not everything is sealed anew; run the command again to go on")?;
    for (column, row) in &done.spoilt {
        println!("{column} of {row} does not open: it was changed or moved outside Linli");
    }
    if !done.spoilt.is_empty() {
        bail!(
            "{} values do not open and were left as they are; restore them from a backup, or write them anew on the web",
            done.spoilt.len()
        );
    }
    println!(
        "Everything is sealed with the newest key. The old one may go: linli admin rotate-key --drop-old"
    );
    println!("Copy the key file to where you keep its copy, apart from the database's backups.");
    Ok(())
}

/// Adds a key, unless the file has one already that is not used yet.
fn add(core: &Core, sealing: u32) -> Result<()> {
    let keys = core.store.keys();
    let fresh = |ring: &Keyring| {
        Ok::<_, KeyFileError>(if ring.newest() > sealing {
            ring.clone()
        } else {
            ring.with_new_seal(SystemRandom.seed())
        })
    };
    match keys.file() {
        Some(path) => {
            let ring = keys.change_file(fresh)?;
            println!("{} has key {}.", path.display(), ring.newest());
        }
        None if keys.ring().newest() > sealing => {}
        None => {
            let text = fresh(&keys.ring())?.to_text();
            let line = text.lines().last().unwrap_or_default();
            bail!(
                "the keys are in LINLI_KEYS, which this command cannot change. Add this line to it for every process, start them again, and run this command again:\n{line}"
            );
        }
    }
    Ok(())
}

async fn drop_old(core: &Core) -> Result<()> {
    key::drop_old(core, &Actor::host()).await?;
    let (used, sealing) = key::in_use(core).await?;
    let keys = core.store.keys();
    let without = |ring: &Keyring| {
        let idle = (1..sealing).filter(|version| !used.contains(version));
        Ok::<_, KeyFileError>(idle.fold(ring.clone(), |ring, version| ring.without_seal(version)))
    };
    match keys.file() {
        Some(path) => {
            keys.change_file(without)?;
            println!(
                "{} holds only the keys that are used. Copy it to the other machines of this host.",
                path.display()
            );
        }
        None => println!("Take the seal keys before version {sealing} out of LINLI_KEYS."),
    }
    Ok(())
}

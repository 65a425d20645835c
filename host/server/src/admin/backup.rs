//! `linli admin backup` and `linli admin restore`

use crate::host::{self, DataArgs, open_core};
use anyhow::Result;
use clap::Args;
use linli_core::store::backup::{self, Archive};
use linli_core::store::place::District;
use linli_core::{audit, view};
use linli_domain::Instant;
use std::path::PathBuf;

/// What `linli admin backup` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
The host may go on: everything that was acknowledged before the backup began is in it. The folder holds the database's copy
(SQLite) or dump (PostgreSQL, made by its own pg_dump) and manifest.json with digests of them.

It does NOT hold the keys. Without linli.key (or LINLI_KEYS) a backup is of no use: keep a copy of the key file in another
place than the backups, for who has both has everything. Keep old key files as long as backups that were made with them.

Daily, with systemd or cron:
  linli admin --data /var/lib/linli backup /srv/backup/linli-$(date +%F)")]
pub(crate) struct Backup {
    /// Folder to make; it must not exist yet
    folder: PathBuf,
}

/// What `linli admin restore` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
First put the key file that belongs to the backup into the data folder, as linli.key: backups never hold it. Then stop every
process of the host and restore:

  linli admin --data /var/lib/linli restore /srv/backup/linli-2026-11-24

The backup's digests are compared first. The database is replaced whole or stays as it is, wherever this is broken off.
A database that is not empty is replaced only with --force. Afterwards check: linli admin verify-audit, linli admin doctor.")]
pub(crate) struct Restore {
    /// Folder that linli admin backup made
    folder: PathBuf,
    /// Replace a database that is not empty
    #[arg(long)]
    force: bool,
}

pub(crate) async fn backup(args: &Backup, data: &DataArgs) -> Result<()> {
    let core = open_core(data).await?;
    let chain = view!(core, |work| async { Ok(work.tx.find_audit_head().await?) }
        .await)?;
    let head = chain.map(|head| audit::Head {
        sequence: head.sequence,
        link: head.link,
    });
    let head = head.map(|head| head.to_string());
    let version = env!("CARGO_PKG_VERSION");
    let made = core.now();
    let manifest =
        backup::write(&core.store, &data.url(), &args.folder, version, made, head).await?;
    let bytes: u64 = manifest.files.values().map(|file| file.bytes).sum();
    println!(
        "Made {} of {} ({} bytes).",
        args.folder.display(),
        manifest.database,
        bytes
    );
    if let Some(head) = &manifest.audit_head {
        println!("The audit's head in it: {head}");
    }
    println!(
        "The keys are NOT in it: keep a copy of the key file in another place. Without it the backup is of no use."
    );
    Ok(())
}

pub(crate) async fn restore(args: &Restore, data: &DataArgs) -> Result<()> {
    let archive = Archive::open(&args.folder)?;
    let keys = host::existing_keys(data)?;
    let manifest = &archive.manifest;
    archive.restore(&data.url(), keys, args.force).await?;
    println!(
        "Restored the {} of {} by Linli {}.",
        manifest.database,
        Instant(manifest.made).to_rfc3339(),
        manifest.linli
    );
    let core = open_core(data).await?;
    let district = view!(core, |work| async { Ok(work.tx.find_district().await?) }
        .await)?;
    if let Some(District { name, .. }) = district {
        println!("It is the district {} · {}.", name.zh, name.en);
    }
    let expect = manifest
        .audit_head
        .as_ref()
        .map_or_else(String::new, |head| format!(" --expect {head}"));
    println!("Now check it: linli admin verify-audit{expect}");
    Ok(())
}

//! Retention (PIPL art. 19: no longer than is needed for the purpose): what is too old is deleted, in batches, but nothing of
//! persons under a legal hold ([`crate::my_data::hold`]).
//!
//! - records of plugins, as the manifest says for each collection, counted from their last change;
//! - what [`linli_store::personal::HOLDINGS`] gives a number of days;
//! - logs and failure reports of plugins after [`LOGS_KEPT_DAYS`].

use crate::act;
use crate::error::Result;
use crate::work::Core;
use linli_store::personal::{HOLDINGS, Retention};
use std::collections::BTreeSet;

/// How long logs and failure reports of plugins are kept, in days: at least six months (Cybersecurity Law art. 21(3)).
pub const LOGS_KEPT_DAYS: i64 = 184;
/// How many rows one unit of work deletes.
const BATCH: i64 = 500;
/// How many batches of one kind one sweep deletes at most; the next sweep goes on.
const BATCHES: usize = 20;

/// Deletes what is too old; answers how many rows.
pub async fn sweep(core: &Core) -> Result<u64> {
    Ok(sweep_records(core).await? + sweep_holdings(core).await? + sweep_ledger(core).await?)
}

async fn sweep_records(core: &Core) -> Result<u64> {
    let releases = crate::view!(core, |work| async {
        let mut releases = Vec::new();
        for id in work.tx.list_releases_in_use().await? {
            releases.extend(work.tx.find_release(id).await?);
        }
        Ok(releases)
    }
    .await)?;
    let mut deleted = 0;
    for release in releases {
        for (collection, declared) in &release.manifest.collections {
            for _ in 0..BATCHES {
                let rows = act!(core, |work| async {
                    let before = work.now.plus_days(-i64::from(declared.retention_days));
                    Ok(work
                        .tx
                        .delete_old_records(release.id, collection, before, BATCH)
                        .await?)
                }
                .await)?;
                deleted += rows;
                if rows < BATCH.unsigned_abs() {
                    break;
                }
            }
        }
    }
    Ok(deleted)
}

async fn sweep_holdings(core: &Core) -> Result<u64> {
    let mut deleted = 0;
    for holding in HOLDINGS.iter().filter(|holding| {
        !holding.in_ledger
            && matches!(
                holding.retention,
                Retention::Days(..) | Retention::DaysWhere(..) | Retention::With(..)
            )
    }) {
        for _ in 0..BATCHES {
            let rows = act!(core, |work| async {
                let now = work.now;
                Ok(work.tx.delete_old(holding, now, BATCH).await?)
            }
            .await)?;
            deleted += rows;
            if rows < BATCH.unsigned_abs() {
                break;
            }
        }
    }
    Ok(deleted)
}

async fn sweep_ledger(core: &Core) -> Result<u64> {
    let held: BTreeSet<_> = crate::view!(core, |work| async {
        let holds = work.tx.list_held_persons().await?;
        Ok(holds.into_iter().map(|hold| hold.person_id).collect())
    }
    .await)?;
    let now = core.now();
    let kept_days = HOLDINGS
        .iter()
        .find_map(|holding| match holding.retention {
            Retention::Days(_, days) if holding.in_ledger => Some(days),
            _ => None,
        })
        .unwrap_or(linli_store::personal::THREE_YEARS);
    let mut deleted = 0;
    for _ in 0..BATCHES {
        let rows = core
            .store
            .delete_old_logs(now.plus_days(-LOGS_KEPT_DAYS), BATCH)
            .await?;
        deleted += rows;
        if rows < BATCH.unsigned_abs() {
            break;
        }
    }
    for _ in 0..BATCHES {
        let before = now.plus_days(-LOGS_KEPT_DAYS);
        let rows = act!(core, |work| async {
            Ok(work.tx.delete_old_failure_recordings(before, BATCH).await?)
        }
        .await)?;
        deleted += rows;
        if rows < BATCH.unsigned_abs() {
            break;
        }
    }
    let before = now.plus_days(-kept_days);
    let mut after = None;
    for _ in 0..BATCHES {
        let old = core
            .store
            .list_old_disclosures(before, after, BATCH)
            .await?;
        let full = old.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX);
        after = old.last().map(|last| (last.at, last.id));
        let free: Vec<_> = old
            .iter()
            .filter(|disclosure| !held.contains(&disclosure.resident_id))
            .map(|disclosure| disclosure.id)
            .collect();
        deleted += core.store.delete_disclosures(&free).await?;
        if !full {
            break;
        }
    }
    Ok(deleted)
}

//! Changing the key that seals, while the host runs: the database is told to use a new key, then every value is sealed
//! anew in small units of work, then the old key may go. Broken off anywhere, it goes on from there when it is run again.

use crate::error::Result;
use crate::{Actor, Core, Refusal, Work, act, view};
use linli_domain::Localised;
use linli_store::StoreError;
use linli_store::sealed::{COLUMNS, Column};
use serde_json::json;
use uuid::Uuid;

/// How many values one unit of work seals: on SQLite it holds up all others.
pub const BATCH: i64 = 100;

/// Why a key cannot be dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyRefusal {
    /// Values are still sealed with it.
    InUse {
        /// Its version.
        version: u32,
        /// Where, as `table.column`.
        column: &'static str,
    },
}

impl KeyRefusal {
    /// What it says, in both languages.
    pub fn message(&self) -> Localised {
        let Self::InUse { version, column } = self;
        Localised::new(
            format!(
                "密钥 {version} 仍在使用（{column}），不能移除。请先运行 linli admin rotate-key。"
            ),
            format!("Key {version} is still in use ({column}). Run linli admin rotate-key first."),
        )
    }
}

/// From now on the newest key of the process seals, in every process; true where that is news.
pub async fn start(core: &Core, actor: &Actor) -> Result<bool> {
    let newest = core.store.keys().ring().newest();
    act!(core, |work| async {
        let before = work.tx.find_sealing_key().await?;
        if before == newest {
            return Ok(false);
        }
        work.tx.set_sealing_key(newest).await?;
        let detail = json!({ "before": before });
        work.audit_act(actor, None, "key.rotate", newest, detail)
            .await?;
        Ok(true)
    }
    .await)
}

/// What one unit of work sealed anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// How many values.
    pub sealed: u64,
    /// Rows whose value does not open; they stay as they are.
    pub spoilt: Vec<Uuid>,
    /// The last row looked at; none where no more come.
    pub last: Option<Uuid>,
}

/// Seals the next values of a column anew, of rows after `after`.
pub async fn reseal(work: &mut Work, column: Column, after: Uuid) -> Result<Batch> {
    let sealing = work.tx.find_sealing_key().await?;
    let values = work
        .tx
        .list_sealed_otherwise(column, sealing, after, BATCH)
        .await?;
    let mut batch = Batch::default();
    for value in values {
        match work.tx.unseal(column.name, value.id, &value.value) {
            Ok(plain) => {
                let sealed = work.tx.seal(column.name, value.id, &plain).await?;
                work.tx.update_sealed(column, value.id, &sealed).await?;
                batch.sealed += 1;
            }
            Err(StoreError::Sealed { .. } | StoreError::NoKey { .. }) => {
                batch.spoilt.push(value.id)
            }
            Err(error) => return Err(error.into()),
        }
        batch.last = Some(value.id);
    }
    Ok(batch)
}

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// How many values it sealed anew.
    pub sealed: u64,
    /// Values that do not open, by column and row.
    pub spoilt: Vec<(&'static str, Uuid)>,
}

/// Seals everything anew that another key sealed. `progress` is told the column and the number of values so far.
pub async fn reseal_all(core: &Core, mut progress: impl FnMut(&str, u64)) -> Result<Rotation> {
    let mut done = Rotation::default();
    for column in COLUMNS.iter().copied() {
        let mut after = Uuid::nil();
        let mut of_column = 0;
        loop {
            let batch = act!(core, |work| reseal(work, column, after).await)?;
            of_column += batch.sealed;
            done.sealed += batch.sealed;
            done.spoilt
                .extend(batch.spoilt.iter().map(|row| (column.name, *row)));
            progress(column.name, of_column);
            match batch.last {
                Some(last) => after = last,
                None => break,
            }
        }
    }
    Ok(done)
}

/// Forgets the keys that seal nothing any more; answers their versions. The keys themselves are to be taken out of the key
/// file afterwards.
pub async fn drop_old(core: &Core, actor: &Actor) -> Result<Vec<u32>> {
    act!(core, |work| async {
        let sealing = work.tx.find_sealing_key().await?;
        let old: Vec<_> = work
            .tx
            .list_seal_keys()
            .await?
            .into_iter()
            .filter(|version| *version != sealing)
            .collect();
        for version in &old {
            for column in COLUMNS.iter().copied() {
                if work.tx.find_sealed_by(column, *version).await?.is_some() {
                    let refusal = KeyRefusal::InUse {
                        version: *version,
                        column: column.name,
                    };
                    return Err(Refusal::Key(refusal).into());
                }
            }
            work.tx.delete_seal_key(*version).await?;
            work.audit_act(actor, None, "key.drop", version, json!({}))
                .await?;
        }
        Ok(old)
    }
    .await)
}

/// The versions of the keys that the database uses, and of the one that seals.
pub async fn in_use(core: &Core) -> Result<(Vec<u32>, u32)> {
    view!(core, |work| async {
        Ok((
            work.tx.list_seal_keys().await?,
            work.tx.find_sealing_key().await?,
        ))
    }
    .await)
}

//! The unit of work.

use crate::connect::Link;
use crate::{Keys, Store, StoreResult};
use sqlx::{Postgres, Sqlite, Transaction};

/// Whether a unit of work may write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A read-only snapshot.
    View,
    /// Reads and writes, serialisable.
    Act,
}

/// A transaction on either database. Dropped without [`Tx::commit`] it is rolled back. Never drop a future that is using one.
pub struct Tx {
    pub(crate) on: On,
    pub(crate) keys: Keys,
    /// The key that seals, once it has been read.
    pub(crate) sealing: Option<u32>,
    /// Rows that its statements answered or changed.
    pub(crate) rows: u64,
}

/// Which database a unit of work is on.
pub(crate) enum On {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Store {
    /// Begins a unit of work. On SQLite an act waits for the one before it.
    pub async fn begin(&self, mode: Mode) -> StoreResult<Tx> {
        let on = match (&self.link, mode) {
            (Link::Sqlite { write, .. }, Mode::Act) => {
                On::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            (Link::Sqlite { read, .. }, Mode::View) => {
                On::Sqlite(read.begin_with("BEGIN DEFERRED").await?)
            }
            (Link::Postgres { pool, .. }, Mode::Act) => On::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE")
                    .await?,
            ),
            (Link::Postgres { pool, .. }, Mode::View) => On::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(self.tx(on))
    }

    /// Begins a unit of work on the ledger, which commits apart from the main one.
    pub(crate) async fn begin_ledger(&self) -> StoreResult<Tx> {
        let on = match &self.link {
            Link::Sqlite { ledger, .. } => On::Sqlite(ledger.begin_with("BEGIN IMMEDIATE").await?),
            Link::Postgres { ledger, .. } => On::Postgres(ledger.begin().await?),
        };
        Ok(self.tx(on))
    }

    pub(crate) fn tx(&self, on: On) -> Tx {
        Tx {
            on,
            keys: self.keys.clone(),
            sealing: None,
            rows: 0,
        }
    }
}

impl Tx {
    /// How many rows its statements have answered or changed so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Makes everything durable, or fails and has done nothing.
    pub async fn commit(self) -> StoreResult<()> {
        crate::crash_at!("commit.before");
        match self.on {
            On::Sqlite(tx) => tx.commit().await?,
            On::Postgres(tx) => tx.commit().await?,
        }
        crate::crash_at!("commit.after");
        Ok(())
    }

    /// Undoes everything.
    pub async fn rollback(self) -> StoreResult<()> {
        match self.on {
            On::Sqlite(tx) => tx.rollback().await?,
            On::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// Runs one text on whichever database the unit of work is on: `sql!(tx, execute, TEXT, binds…)` answers the number of
/// rows, `sql!(tx, fetch_one|fetch_optional|fetch_all Row, TEXT, binds…)` rows. The unit of work counts them.
macro_rules! sql {
    ($tx:expr, execute, $text:expr $(, $bind:expr)* $(,)?) => {{
        let done = match &mut ($tx).on {
            $crate::tx::On::Sqlite(tx) => sqlx::query($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .execute(&mut **tx).await.map(|done| done.rows_affected()),
            $crate::tx::On::Postgres(tx) => sqlx::query($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .execute(&mut **tx).await.map(|done| done.rows_affected()),
        };
        ($tx).rows += done.as_ref().map_or(0, |rows| *rows);
        done.map_err($crate::StoreError::from)
    }};
    ($tx:expr, $fetch:ident $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {{
        let found = match &mut ($tx).on {
            $crate::tx::On::Sqlite(tx) => sqlx::query_as::<_, $row>($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .$fetch(&mut **tx).await,
            $crate::tx::On::Postgres(tx) => sqlx::query_as::<_, $row>($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .$fetch(&mut **tx).await,
        };
        ($tx).rows += found.as_ref().map_or(0, |found| sql!(@rows $fetch found));
        found.map_err($crate::StoreError::from)
    }};
    (@rows fetch_all $found:ident) => { $found.len() as u64 };
    (@rows fetch_optional $found:ident) => { u64::from($found.is_some()) };
    (@rows fetch_one $found:ident) => {{ let _ = $found; 1 }};
}

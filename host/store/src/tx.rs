//! The unit of work.

use crate::{Store, StoreResult};
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
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Store {
    /// Begins a unit of work. On SQLite an act waits for the one before it.
    pub async fn begin(&self, mode: Mode) -> StoreResult<Tx> {
        Ok(match (self, mode) {
            (Self::Sqlite { write, .. }, Mode::Act) => {
                Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            (Self::Sqlite { read, .. }, Mode::View) => {
                Tx::Sqlite(read.begin_with("BEGIN DEFERRED").await?)
            }
            (Self::Postgres { pool, .. }, Mode::Act) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE")
                    .await?,
            ),
            (Self::Postgres { pool, .. }, Mode::View) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// Begins a unit of work on the ledger, which commits apart from the main one.
    pub(crate) async fn begin_ledger(&self) -> StoreResult<Tx> {
        Ok(match self {
            Self::Sqlite { ledger, .. } => Tx::Sqlite(ledger.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { ledger, .. } => Tx::Postgres(ledger.begin().await?),
        })
    }
}

impl Tx {
    /// Makes everything durable, or fails and has done nothing.
    pub async fn commit(self) -> StoreResult<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Undoes everything.
    pub async fn rollback(self) -> StoreResult<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// Runs one text on whichever database the unit of work is on: `sql!(tx, execute, TEXT, binds…)` answers the number of
/// rows, `sql!(tx, fetch_one|fetch_optional|fetch_all Row, TEXT, binds…)` rows.
macro_rules! sql {
    ($tx:expr, execute, $text:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => sqlx::query($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .execute(&mut **tx).await.map(|done| done.rows_affected()),
            $crate::Tx::Postgres(tx) => sqlx::query($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .execute(&mut **tx).await.map(|done| done.rows_affected()),
        }.map_err($crate::StoreError::from)
    };
    ($tx:expr, $fetch:ident $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => sqlx::query_as::<_, $row>($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .$fetch(&mut **tx).await,
            $crate::Tx::Postgres(tx) => sqlx::query_as::<_, $row>($text)$(.bind($crate::column::ToColumn::to_column(&$bind)))*
                .$fetch(&mut **tx).await,
        }.map_err($crate::StoreError::from)
    };
}

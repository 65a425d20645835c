//! Opening a database by its URL.

use crate::backup::finish_switch;
use crate::ledger::group::Group;
use crate::migrate::{Dialect, Part, migrator};
use crate::{Keys, StoreError, StoreResult};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, SqlitePool};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// A database: SQLite with one writer, many readers and a ledger file of its own; or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) link: Link,
    pub(crate) keys: Keys,
}

/// Which database a store is.
#[derive(Clone, Debug)]
pub(crate) enum Link {
    /// Embedded.
    Sqlite {
        /// One connection that writes.
        write: SqlitePool,
        /// Connections that only read.
        read: SqlitePool,
        /// One connection that writes the ledger's file.
        ledger: SqlitePool,
        /// Connections that only read it.
        ledger_read: SqlitePool,
        /// Who writes to it together.
        group: Group,
    },
    /// Shared by many processes.
    Postgres {
        /// Connections of units of work.
        pool: PgPool,
        /// Connections that write the ledger: an invocation that holds one of the others never waits for another of them.
        ledger: PgPool,
    },
}

const READERS: u32 = 8;
const LEDGER_READERS: u32 = 2;
const POSTGRES_CONNECTIONS: u32 = 16;
const POSTGRES_LEDGER_CONNECTIONS: u32 = 4;
const ACQUIRE: Duration = Duration::from_secs(10);
/// After how long without work a connection to PostgreSQL is asked whether it is still there.
const PROBED_AFTER: Duration = Duration::from_secs(2);

impl Store {
    /// Opens the database and brings it up to date. `sqlite:PATH` (or `sqlite://PATH`) creates the file where it is
    /// missing; its ledger is `PATH` with `.ledger` added. `postgres://…` must exist. A database that was made with other
    /// keys is refused.
    pub async fn open(url: &str, keys: Keys) -> StoreResult<Self> {
        let link = Link::open(url, true).await?;
        link.migrate().await?;
        let store = Self { link, keys };
        store.check_keys().await?;
        store.seal_plain().await?;
        Ok(store)
    }

    /// Opens an existing database as it is, for looking at it: nothing is made, brought up to date or compared.
    pub async fn open_as_it_is(url: &str, keys: Keys) -> StoreResult<Self> {
        let link = Link::open(url, false).await?;
        Ok(Self { link, keys })
    }

    /// The keys of the database.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Which database it is, for logs: `SQLite` or `PostgreSQL`.
    pub fn kind(&self) -> &'static str {
        match self.link {
            Link::Sqlite { .. } => "SQLite",
            Link::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Whether all acts share one writer.
    pub fn has_one_writer(&self) -> bool {
        matches!(self.link, Link::Sqlite { .. })
    }

    /// Closes all connections when they are free.
    pub async fn close(&self) {
        match &self.link {
            Link::Sqlite {
                write,
                read,
                ledger,
                ledger_read,
                ..
            } => {
                read.close().await;
                ledger_read.close().await;
                ledger.close().await;
                write.close().await;
            }
            Link::Postgres { pool, ledger } => {
                pool.close().await;
                ledger.close().await;
            }
        }
    }
}

impl Link {
    async fn open(url: &str, create: bool) -> StoreResult<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains('?') {
                return Err(address(url, "write sqlite:PATH with a file's path"));
            }
            Self::open_sqlite(Path::new(path), create).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(address(
                url,
                "write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
            ))
        }
    }

    async fn open_sqlite(path: &Path, create: bool) -> StoreResult<Self> {
        finish_switch(path).map_err(|error| StoreError::Database(error.into()))?;
        let options = |path: &Path| {
            SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(create)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("trusted_schema", "OFF")
        };
        let one = || {
            SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(ACQUIRE)
                // A file does not hang up.
                .test_before_acquire(false)
        };
        let mut ledger_path = path.as_os_str().to_owned();
        ledger_path.push(".ledger");
        let write = one()
            .connect_with(options(path))
            .await
            .map_err(StoreError::from)?;
        let ledger_path = PathBuf::from(ledger_path);
        let ledger = one().connect_with(options(&ledger_path)).await?;
        let readers = |connections, path: &Path| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                .test_before_acquire(false)
                .connect_with(
                    options(path)
                        .create_if_missing(false)
                        .pragma("query_only", "ON"),
                )
        };
        let read = readers(READERS, path).await?;
        let ledger_read = readers(LEDGER_READERS, &ledger_path).await?;
        Ok(Self::Sqlite {
            write,
            read,
            ledger,
            ledger_read,
            group: Group::default(),
        })
    }

    async fn open_postgres(url: &str) -> StoreResult<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|e| address(url, &e.to_string()))?
            .options([
                ("statement_timeout", "10s"),
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "15s"),
                // `after_release` rolls back where mostly nothing is open; its warning is no news.
                ("client_min_messages", "error"),
            ]);
        let pool = |connections| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                // A round trip before each unit of work would be a third of a short one: only who was idle is asked.
                .test_before_acquire(false)
                .before_acquire(|connection, found| {
                    Box::pin(async move {
                        if found.idle_for > PROBED_AFTER {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                // A future that was dropped inside BEGIN leaves an open transaction behind: never hand it to the next.
                .after_release(|connection, _| {
                    Box::pin(async move {
                        sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
                        Ok(true)
                    })
                })
                .connect_with(options.clone())
        };
        let ledger = pool(POSTGRES_LEDGER_CONNECTIONS).await?;
        let pool = pool(POSTGRES_CONNECTIONS).await?;
        Ok(Self::Postgres { pool, ledger })
    }

    async fn migrate(&self) -> StoreResult<()> {
        match self {
            Self::Sqlite { write, ledger, .. } => {
                migrator(Dialect::Sqlite, Some(Part::Main))
                    .run(write)
                    .await?;
                migrator(Dialect::Sqlite, Some(Part::Ledger))
                    .run(ledger)
                    .await?;
            }
            Self::Postgres { pool, .. } => migrator(Dialect::Postgres, None).run(pool).await?,
        }
        Ok(())
    }
}

pub(crate) fn address(url: &str, reason: &str) -> StoreError {
    let url = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}…{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    };
    StoreError::Address {
        url,
        reason: reason.to_owned(),
    }
}

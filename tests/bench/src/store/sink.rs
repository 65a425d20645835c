//! Writing millions of rows fast, past the store: `COPY` on PostgreSQL, statements of many rows on SQLite, indexes and
//! triggers made again at the end.

use anyhow::Result;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// A table and the columns that are written.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, with commas.
    pub columns: &'static str,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An id.
    Id(Uuid),
    /// A number.
    Int(i64),
    /// A truth.
    Bool(bool),
    /// A text, or JSON.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}
impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<Vec<u8>> for Cell {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}
impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// How many rows SQLite gets in one statement.
const ROWS: usize = 200;
/// How many bytes PostgreSQL gets in one `COPY`.
const COPY: usize = 4 << 20;

/// Where rows go.
#[derive(Debug)]
pub struct Sink {
    on: On,
    /// What makes indexes, triggers and constraints again.
    again: Vec<String>,
    waiting: BTreeMap<&'static str, (Table, Waiting)>,
}

#[derive(Debug)]
enum On {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(Debug, Default)]
struct Waiting {
    rows: Vec<Vec<Cell>>,
    copy: String,
}

/// The indexes and triggers of SQLite that were written as such.
const SQLITE_EXTRAS: &str = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL";
/// PostgreSQL's indexes that belong to no constraint.
const POSTGRES_INDEXES: &str = "
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)";
/// Its exclusion constraints, which are slow to fill row by row.
const POSTGRES_EXCLUSIONS: &str = "
    SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'x' AND connamespace = 'public'::regnamespace";

impl Sink {
    /// Opens a database that nobody else uses now, and makes it ready to be filled.
    pub async fn open(url: &str) -> Result<Self> {
        let mut again = Vec::new();
        let on = if let Some(path) = url.strip_prefix("sqlite:") {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = options.connect().await?;
            sqlx::raw_sql(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
                 PRAGMA cache_size = -400000; PRAGMA locking_mode = EXCLUSIVE",
            )
            .execute(&mut connection)
            .await?;
            let extras: Vec<(String, String, String)> = sqlx::query_as(SQLITE_EXTRAS)
                .fetch_all(&mut connection)
                .await?;
            for (kind, name, text) in extras {
                run_sqlite(&mut connection, format!("DROP {kind} {name}")).await?;
                again.push(text);
            }
            // Triggers last: an index serves them.
            again.sort_by_key(|text| text.trim_start().starts_with("CREATE TRIGGER"));
            run_sqlite(&mut connection, "BEGIN".to_owned()).await?;
            On::Sqlite(connection)
        } else {
            let mut connection = PgConnection::connect(url).await?;
            // No triggers and no foreign keys.
            sqlx::raw_sql(
                "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off",
            )
            .execute(&mut connection)
            .await?;
            let indexes: Vec<(String, String)> = sqlx::query_as(POSTGRES_INDEXES)
                .fetch_all(&mut connection)
                .await?;
            for (name, text) in indexes {
                run_postgres(&mut connection, format!("DROP INDEX {name}")).await?;
                again.push(text);
            }
            let exclusions: Vec<(String, String, String)> = sqlx::query_as(POSTGRES_EXCLUSIONS)
                .fetch_all(&mut connection)
                .await?;
            for (table, name, text) in exclusions {
                run_postgres(
                    &mut connection,
                    format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
                )
                .await?;
                again.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {text}"));
            }
            On::Postgres(connection)
        };
        Ok(Self {
            on,
            again,
            waiting: BTreeMap::new(),
        })
    }

    /// Adds a row.
    pub async fn put<const N: usize>(&mut self, table: Table, cells: [Cell; N]) -> Result<()> {
        let (_, waiting) = self
            .waiting
            .entry(table.name)
            .or_insert_with(|| (table, Waiting::default()));
        let full = match &self.on {
            On::Sqlite(_) => {
                waiting.rows.push(cells.into());
                waiting.rows.len() >= ROWS
            }
            On::Postgres(_) => {
                copy_line(&mut waiting.copy, &cells)?;
                waiting.copy.len() >= COPY
            }
        };
        if full {
            let waiting = std::mem::take(waiting);
            self.flush(table, waiting).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, table: Table, waiting: Waiting) -> Result<()> {
        let Table { name, columns } = table;
        match &mut self.on {
            On::Sqlite(connection) => {
                let width = columns.split(',').count();
                let row = format!("({})", vec!["?"; width].join(", "));
                let rows = vec![row; waiting.rows.len()].join(", ");
                let text = format!("INSERT INTO {name} ({columns}) VALUES {rows}");
                let mut query = sqlx::query(AssertSqlSafe(text));
                for cell in waiting.rows.into_iter().flatten() {
                    query = match cell {
                        Cell::Null => query.bind(None::<i64>),
                        Cell::Id(id) => query.bind(id),
                        Cell::Int(number) => query.bind(number),
                        Cell::Bool(truth) => query.bind(truth),
                        Cell::Text(text) => query.bind(text),
                        Cell::Bytes(bytes) => query.bind(bytes),
                    };
                }
                query.execute(connection).await?;
            }
            On::Postgres(connection) => {
                let text = format!("COPY {name} ({columns}) FROM STDIN");
                let mut copy = connection.copy_in_raw(&text).await?;
                copy.send(waiting.copy.into_bytes()).await?;
                copy.finish().await?;
            }
        }
        Ok(())
    }

    /// Writes what waits, makes indexes, triggers and constraints again, and has the database as one finds it in use.
    pub async fn close(mut self) -> Result<()> {
        for (_, (table, waiting)) in std::mem::take(&mut self.waiting) {
            if !waiting.rows.is_empty() || !waiting.copy.is_empty() {
                self.flush(table, waiting).await?;
            }
        }
        // Says that all of it is there.
        self.again
            .push("UPDATE district SET demo = TRUE".to_owned());
        match self.on {
            On::Sqlite(mut connection) => {
                for text in self.again {
                    run_sqlite(&mut connection, text).await?;
                }
                sqlx::raw_sql(
                    "COMMIT; PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
                )
                .execute(&mut connection)
                .await?;
                connection.close().await?;
            }
            On::Postgres(mut connection) => {
                for text in self.again {
                    run_postgres(&mut connection, text).await?;
                }
                run_postgres(&mut connection, "VACUUM ANALYZE".to_owned()).await?;
                run_postgres(&mut connection, "CHECKPOINT".to_owned()).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }
}

async fn run_sqlite(connection: &mut SqliteConnection, text: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(text))
        .execute(connection)
        .await?;
    Ok(())
}

async fn run_postgres(connection: &mut PgConnection, text: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(text))
        .execute(connection)
        .await?;
    Ok(())
}

/// A row in the text format of `COPY`.
fn copy_line(copy: &mut String, cells: &[Cell]) -> std::fmt::Result {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            copy.push('\t');
        }
        match cell {
            Cell::Null => copy.push_str("\\N"),
            Cell::Id(id) => write!(copy, "{id}")?,
            Cell::Int(number) => write!(copy, "{number}")?,
            Cell::Bool(truth) => copy.push(if *truth { 't' } else { 'f' }),
            Cell::Text(text) => {
                for c in text.chars() {
                    match c {
                        '\\' => copy.push_str("\\\\"),
                        '\t' => copy.push_str("\\t"),
                        '\n' => copy.push_str("\\n"),
                        '\r' => copy.push_str("\\r"),
                        c => copy.push(c),
                    }
                }
            }
            Cell::Bytes(bytes) => {
                copy.push_str("\\\\x");
                copy.push_str(&linli_store::roll::hex(bytes));
            }
        }
    }
    copy.push('\n');
    Ok(())
}

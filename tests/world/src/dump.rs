//! A database as SQL text, and back: how a release's schema with data in it is kept for the releases after it.

use crate::postgres;
use anyhow::Result;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// SQLite's tables, indexes, triggers and views, in the order in which they were made.
const OBJECTS: &str = "
    SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";

/// The database of this URL as SQL text: schema, rows, and the list of its migrations. On SQLite its main file, not the
/// ledger.
pub async fn dump(url: &str) -> Result<String> {
    match url.strip_prefix("sqlite:") {
        Some(path) => dump_sqlite(Path::new(path)).await,
        None => postgres::dump(url),
    }
}

/// Makes a new, empty database what the text says.
pub async fn restore(url: &str, text: &str) -> Result<()> {
    let text = AssertSqlSafe(text.to_owned());
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let mut connection = sqlite(Path::new(path)).await?;
            sqlx::raw_sql(text).execute(&mut connection).await?;
            connection.close().await?;
        }
        None => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::raw_sql(text).execute(&mut connection).await?;
            connection.close().await?;
        }
    }
    Ok(())
}

/// How many rows each table has.
pub async fn counts(url: &str) -> Result<BTreeMap<String, i64>> {
    let mut counts = BTreeMap::new();
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let mut connection = sqlite(Path::new(path)).await?;
            for (kind, name, _) in objects(&mut connection).await? {
                if kind == "table" {
                    let text = format!("SELECT count(*) FROM {name}");
                    let count = sqlx::query_scalar(AssertSqlSafe(text));
                    counts.insert(name, count.fetch_one(&mut connection).await?);
                }
            }
            connection.close().await?;
        }
        None => {
            let mut connection = PgConnection::connect(url).await?;
            let tables: Vec<String> = sqlx::query_scalar(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
            )
            .fetch_all(&mut connection)
            .await?;
            for name in tables {
                let text = format!("SELECT count(*) FROM public.{name}");
                let count = sqlx::query_scalar(AssertSqlSafe(text));
                counts.insert(name, count.fetch_one(&mut connection).await?);
            }
            connection.close().await?;
        }
    }
    Ok(counts)
}

async fn sqlite(path: &Path) -> Result<SqliteConnection> {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(false);
    Ok(options.connect().await?)
}

async fn objects(connection: &mut SqliteConnection) -> Result<Vec<(String, String, String)>> {
    Ok(sqlx::query_as(OBJECTS).fetch_all(connection).await?)
}

async fn dump_sqlite(path: &Path) -> Result<String> {
    let mut connection = sqlite(path).await?;
    let objects = objects(&mut connection).await?;
    let mut text = String::new();
    let mut later = String::new();
    for (kind, name, sql) in objects {
        if kind != "table" {
            // An index or a trigger would slow the rows down, or refuse them in this order.
            later.push_str(&format!("{sql};\n"));
            continue;
        }
        text.push_str(&format!("{sql};\n"));
        let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT name FROM pragma_table_info('{name}')"
        )))
        .fetch_all(&mut connection)
        .await?;
        let quoted: Vec<_> = columns
            .iter()
            .map(|column| format!("quote(\"{column}\")"))
            .collect();
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT {} FROM {name}",
            quoted.join(" || ', ' || ")
        )))
        .fetch_all(&mut connection)
        .await?;
        for row in rows {
            text.push_str(&format!("INSERT INTO {name} VALUES ({row});\n"));
        }
    }
    connection.close().await?;
    Ok(text + &later)
}

//! SQLite: both files are copied by `VACUUM INTO`, and put back beside the old ones, which they then replace.

use super::{BackupError, Result, failed, sync};
use crate::{Keys, Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The copy of the main database.
pub(super) const MAIN: &str = "linli.db";
/// The copy of the ledger.
pub(super) const LEDGER: &str = "linli.db.ledger";

/// Copies an open database, each file as of one instant, the ledger after the main database.
pub(super) async fn copy(
    main: &SqlitePool,
    ledger: &SqlitePool,
    folder: &Path,
) -> Result<Vec<&'static str>> {
    for (pool, name) in [(main, MAIN), (ledger, LEDGER)] {
        let mut connection = pool.connect_options().as_ref().clone().connect().await?;
        let path = folder.join(name);
        sqlx::query("VACUUM INTO $1")
            .bind(path.to_string_lossy().into_owned())
            .execute(&mut connection)
            .await?;
        connection.close().await?;
    }
    Ok(vec![MAIN, LEDGER])
}

/// Puts the copies in place of the database at `target`.
pub(super) async fn restore(folder: &Path, target: &Path, keys: Keys, force: bool) -> Result<()> {
    let old = match target.exists() {
        true => Some(take(target).await?),
        false => None,
    };
    let mut old = old;
    if let Some(old) = &mut old
        && !force
        && !is_empty(old).await?
    {
        return Err(BackupError::NotEmpty);
    }
    let staged = beside(target, ".restoring");
    let staged_ledger = beside(&staged, ".ledger");
    for (name, to) in [(MAIN, &staged), (LEDGER, &staged_ledger)] {
        for end in ["", "-wal", "-shm"] {
            remove(&beside(to, end))?;
        }
        let from = folder.join(name);
        std::fs::copy(&from, to).map_err(failed("write", to))?;
        sync(to).map_err(failed("write", to))?;
    }
    // Brings it up to date and compares the keys, before anything is replaced.
    let store = Store::open(&format!("sqlite:{}", staged.display()), keys).await?;
    let checked = store.check_integrity().await;
    store.close().await;
    if let Some(problem) = checked?.first() {
        return Err(BackupError::NoBackup {
            path: folder.to_owned(),
            reason: problem.clone(),
        });
    }
    for path in [&staged, &staged_ledger] {
        sync(path).map_err(failed("write", path))?;
    }
    // From here on it is done, also where this process is killed: whoever opens the database ends it.
    let switching = beside(target, ".switching");
    std::fs::rename(&staged, &switching).map_err(failed("write", &switching))?;
    finish_switch(target).map_err(failed("replace", target))?;
    if let Some(old) = old {
        // The old file has no name any more.
        let _ = old.close().await;
    }
    Ok(())
}

/// Ends a restore that was broken off when everything was ready. `….switching` is there only from then on.
pub(crate) fn finish_switch(target: &Path) -> io::Result<()> {
    let switching = beside(target, ".switching");
    if !switching.exists() {
        return Ok(());
    }
    let staged_ledger = beside(&beside(target, ".restoring"), ".ledger");
    if staged_ledger.exists() {
        std::fs::rename(&staged_ledger, beside(target, ".ledger"))?;
    }
    std::fs::rename(&switching, target)?;
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => sync(folder),
        _ => sync(Path::new(".")),
    }
}

/// Takes the old database for this process alone and folds its write-ahead log into it, so that its file can be replaced.
async fn take(target: &Path) -> Result<SqliteConnection> {
    let mut main = alone(target).await?;
    let ledger = beside(target, ".ledger");
    if ledger.exists() {
        let _ = alone(&ledger).await?.close().await;
    }
    sqlx::raw_sql("BEGIN EXCLUSIVE")
        .execute(&mut main)
        .await
        .map_err(in_use)?;
    Ok(main)
}

async fn alone(path: &Path) -> Result<SqliteConnection> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_millis(200))
        .connect()
        .await?;
    sqlx::raw_sql("PRAGMA journal_mode = DELETE")
        .execute(&mut connection)
        .await
        .map_err(in_use)?;
    Ok(connection)
}

fn in_use(error: sqlx::Error) -> BackupError {
    match StoreError::from(error) {
        StoreError::Conflict(_) => BackupError::InUse,
        other => other.into(),
    }
}

async fn is_empty(connection: &mut SqliteConnection) -> Result<bool> {
    let table: Option<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'district'")
            .fetch_optional(&mut *connection)
            .await?;
    if table.is_none() {
        let (tables,): (i64,) = sqlx::query_as("SELECT count(*) FROM sqlite_master")
            .fetch_one(connection)
            .await?;
        return Ok(tables == 0);
    }
    let (rows,): (i64,) =
        sqlx::query_as("SELECT (SELECT count(*) FROM district) + (SELECT count(*) FROM person)")
            .fetch_one(connection)
            .await?;
    Ok(rows == 0)
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

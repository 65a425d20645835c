//! PostgreSQL: its own programs copy and put back. What is put back replaces the schema in one transaction.

use super::{BackupError, Result};
use crate::connect::address;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr as _;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The dump, in `pg_dump`'s custom format.
pub(super) const DUMP: &str = "linli.dump";

/// Copies the database as of one snapshot.
pub(super) async fn copy(url: &str, folder: &Path) -> Result<Vec<&'static str>> {
    let mut dump = program("pg_dump", url)?;
    dump.args(["--format=custom", "--no-owner", "--no-privileges", "--file"])
        .arg(folder.join(DUMP));
    run("pg_dump", dump).await?;
    Ok(vec![DUMP])
}

/// Replaces what is in the database.
pub(super) async fn restore(folder: &Path, url: &str, force: bool) -> Result<()> {
    let options =
        PgConnectOptions::from_str(url).map_err(|error| address(url, &error.to_string()))?;
    let mut connection = options.connect().await?;
    let empty = is_empty(&mut connection).await;
    let others: std::result::Result<(i64,), _> = sqlx::query_as(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .fetch_one(&mut connection)
    .await;
    connection.close().await?;
    if !empty? && !force {
        return Err(BackupError::NotEmpty);
    }
    if others?.0 > 0 {
        return Err(BackupError::InUse);
    }
    // The dump as SQL, checked to be whole before anything is replaced.
    let mut script = Command::new(find("pg_restore")?);
    script
        .args(["--no-owner", "--no-privileges", "--file=-"])
        .arg(folder.join(DUMP));
    let script = run("pg_restore", script).await?;
    let mut psql = program("psql", url)?;
    psql.args([
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--file=-",
    ])
    .stdin(Stdio::piped())
    .stdout(Stdio::null())
    .stderr(Stdio::piped());
    let mut child = psql
        .spawn()
        .map_err(|error| failed("psql", &error.to_string()))?;
    let input = child.stdin.take();
    let feed = async move {
        if let Some(mut input) = input {
            input.write_all(b"SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n").await?;
            input.write_all(&script).await?;
            input.shutdown().await?;
        }
        std::io::Result::Ok(())
    };
    // Where psql stops early, it says why; that it reads no further is no news.
    let (_, done) = tokio::join!(feed, child.wait_with_output());
    let done = done.map_err(|error| failed("psql", &error.to_string()))?;
    if !done.status.success() {
        return Err(failed("psql", &String::from_utf8_lossy(&done.stderr)));
    }
    Ok(())
}

async fn is_empty(connection: &mut PgConnection) -> std::result::Result<bool, sqlx::Error> {
    let (tables, ours): (i64, bool) = sqlx::query_as(
        "SELECT count(*), bool_or(tablename = 'district') IS TRUE FROM pg_tables WHERE schemaname = 'public'",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !ours {
        return Ok(tables == 0);
    }
    let (rows,): (i64,) =
        sqlx::query_as("SELECT (SELECT count(*) FROM district) + (SELECT count(*) FROM person)")
            .fetch_one(connection)
            .await?;
    Ok(rows == 0)
}

/// A program that speaks to the database. The password goes by the environment, where other users do not see it.
fn program(name: &'static str, url: &str) -> Result<Command> {
    let options =
        PgConnectOptions::from_str(url).map_err(|error| address(url, &error.to_string()))?;
    let mut command = Command::new(find(name)?);
    match options.get_socket() {
        Some(folder) => command.arg("--host").arg(folder),
        None => command.arg("--host").arg(options.get_host()),
    };
    command.arg("--port").arg(options.get_port().to_string());
    command.arg("--username").arg(options.get_username());
    command
        .arg("--dbname")
        .arg(options.get_database().unwrap_or(options.get_username()));
    command.arg("--no-password");
    let mode = match options.get_ssl_mode() {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    };
    command.env("PGSSLMODE", mode);
    if let Some(password) = password(url) {
        command.env("PGPASSWORD", password);
    }
    command.kill_on_drop(true);
    Ok(command)
}

/// The password in a URL, with its escapes undone.
fn password(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?']).next()?;
    let (_, escaped) = authority.rsplit_once('@')?.0.split_once(':')?;
    let mut bytes = Vec::new();
    let mut left = escaped.as_bytes();
    while let Some((&byte, more)) = left.split_first() {
        let code = more
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match (
            byte,
            code.and_then(|digits| u8::from_str_radix(digits, 16).ok()),
        ) {
            (b'%', Some(code)) => {
                bytes.push(code);
                left = more.get(2..)?;
            }
            _ => {
                bytes.push(byte);
                left = more;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

async fn run(name: &'static str, mut command: Command) -> Result<Vec<u8>> {
    let done = command.stdin(Stdio::null()).output().await;
    let done = done.map_err(|error| failed(name, &error.to_string()))?;
    if !done.status.success() {
        return Err(failed(name, &String::from_utf8_lossy(&done.stderr)));
    }
    Ok(done.stdout)
}

fn failed(program: &'static str, said: &str) -> BackupError {
    BackupError::Program {
        program,
        said: said.trim().chars().take(2_000).collect(),
    }
}

/// Where a program of PostgreSQL is: of the newest version that Debian installed, or on the path.
fn find(program: &'static str) -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path));
    let mut found = folders
        .map(|folder| folder.join(program))
        .filter(|path| path.is_file());
    found.next().ok_or(BackupError::NoProgram { program })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_url_is_read_with_its_escapes() {
        let of = |url| password(url);
        assert_eq!(
            of("postgres://u:p%40s%2Fs@host/db").as_deref(),
            Some("p@s/s")
        );
        assert_eq!(
            of("postgres://u:100%@host:5432/db").as_deref(),
            Some("100%")
        );
        assert_eq!(of("postgres://u@host/db"), None);
        assert_eq!(of("postgres:///db?host=/run&user=u"), None);
    }

    #[test]
    fn a_missing_program_is_told_with_its_package() {
        let error = find("pg_no_such_program").unwrap_err();
        assert!(error.to_string().contains("postgresql-client"), "{error}");
    }
}

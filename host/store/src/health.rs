//! Looks at a database as it is and says what is wrong with it, for `linli admin doctor`. It changes nothing.

use crate::column::row;
use crate::connect::Link;
use crate::migrate::{Dialect, migrator};
use crate::sealed::compare;
use crate::{Mode, Store, StoreResult, Tx};
use linli_domain::Instant;
use std::collections::BTreeMap;

/// How grave a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// All is well.
    Ok,
    /// It works, and somebody should look.
    Warning,
    /// It must be mended.
    Problem,
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What, in a word or two.
    pub of: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub said: String,
    /// How to mend it; empty where nothing is wrong.
    pub mend: String,
}

impl Finding {
    /// All is well.
    pub fn ok(of: &'static str, said: impl Into<String>) -> Self {
        Self {
            of,
            state: State::Ok,
            said: said.into(),
            mend: String::new(),
        }
    }

    /// It works, and somebody should look.
    pub fn warning(of: &'static str, said: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            of,
            state: State::Warning,
            said: said.into(),
            mend: mend.into(),
        }
    }

    /// It must be mended.
    pub fn problem(of: &'static str, said: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            of,
            state: State::Problem,
            said: said.into(),
            mend: mend.into(),
        }
    }
}

/// What to do about a spoilt database.
const RESTORE: &str = "stop the host and put back a backup: linli admin restore";
/// How many problems of one sort are told.
const TOLD: usize = 5;
/// How far the clock may be behind the newest row, in minutes.
const CLOCK_MINUTES: i64 = 5;
/// How long a row of the audit waits at most to be linked while a host runs, in minutes.
const LINKING_MINUTES: i64 = 15;
/// How long an expired session stays at most while a host runs, in minutes.
const SWEEPING_MINUTES: i64 = 60;

row! {
    struct Applied {
        pub version: i64,
        pub checksum: Vec<u8>,
    }
}

row! {
    struct Count {
        pub count: i64,
    }
}

row! {
    struct Setting {
        pub value: String,
    }
}

row! {
    struct Violation {
        pub table: String,
    }
}

impl Store {
    /// Looks at everything that can be told from the database.
    pub async fn examine(&self, now: Instant) -> Vec<Finding> {
        let mut findings = Vec::new();
        let migrations = told("migrations", self.examine_migrations().await);
        let current = migrations.iter().all(|finding| finding.state == State::Ok);
        findings.extend(migrations);
        findings.extend(told("settings", self.examine_settings().await));
        let integrity = self
            .check_integrity()
            .await
            .map(|problems| match problems.first() {
                None => vec![Finding::ok(
                    "integrity",
                    "the files are whole and no row refers to one that is missing",
                )],
                Some(_) => vec![Finding::problem("integrity", problems.join("; "), RESTORE)],
            });
        if self.has_one_writer() {
            findings.extend(told("integrity", integrity));
        }
        if !current {
            return findings;
        }
        findings.extend(told("keys", self.examine_keys().await));
        findings.extend(told("clock", self.examine_clock(now).await));
        findings.extend(told("audit", self.examine_audit(now).await));
        findings.extend(told("sessions", self.examine_sessions(now).await));
        findings.extend(told("ledger", self.examine_ledger().await));
        findings
    }

    async fn examine_migrations(&self) -> StoreResult<Vec<Finding>> {
        let parts: Vec<(Tx, _)> = match &self.link {
            Link::Sqlite { .. } => vec![
                (
                    self.begin(Mode::View).await?,
                    migrator(Dialect::Sqlite, Some(crate::migrate::Part::Main)),
                ),
                (
                    self.begin_ledger_view().await?,
                    migrator(Dialect::Sqlite, Some(crate::migrate::Part::Ledger)),
                ),
            ],
            Link::Postgres { .. } => vec![(
                self.begin(Mode::View).await?,
                migrator(Dialect::Postgres, None),
            )],
        };
        let (mut missing, mut other) = (0, Vec::new());
        for (mut tx, known) in parts {
            let applied = sql!(&mut tx, fetch_all Applied, "SELECT version, checksum FROM _sqlx_migrations WHERE success")?;
            let mut applied: BTreeMap<_, _> = applied
                .into_iter()
                .map(|applied| (applied.version, applied.checksum))
                .collect();
            for migration in known.iter() {
                match applied.remove(&migration.version) {
                    None => missing += 1,
                    Some(checksum) if checksum == *migration.checksum => {}
                    Some(_) => other.push(migration.version),
                }
            }
            other.extend(applied.into_keys());
        }
        Ok(vec![if !other.is_empty() {
            Finding::problem(
                "migrations",
                format!("the database was made by another version of Linli (migrations {other:?})"),
                "run the version that made it, or a newer one",
            )
        } else if missing > 0 {
            Finding::warning(
                "migrations",
                format!("{missing} migrations are not applied"),
                "make a backup and start linli serve, which applies them",
            )
        } else {
            Finding::ok("migrations", "the database is up to date")
        }])
    }

    async fn examine_settings(&self) -> StoreResult<Vec<Finding>> {
        if self.has_one_writer() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin(Mode::View).await?;
        let mut findings = Vec::new();
        let version = setting(&mut tx, "server_version_num")
            .await?
            .parse()
            .unwrap_or(0);
        findings.push(match version / 10_000 {
            15.. => Finding::ok("settings", format!("PostgreSQL {}", version / 10_000)),
            major => Finding::problem(
                "settings",
                format!("PostgreSQL {major} is too old"),
                "move to PostgreSQL 15 or newer",
            ),
        });
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            let value = setting(&mut tx, name).await?;
            findings.push(match value.as_str() {
                "off" | "local" => Finding::problem(
                    "settings",
                    format!(
                        "{name} is {value}: what was acknowledged is lost when the machine fails"
                    ),
                    format!("set {name} = on in postgresql.conf and reload it"),
                ),
                _ => Finding::ok("settings", format!("{name} is {value}")),
            });
        }
        Ok(findings)
    }

    /// What is wrong in SQLite's files, in words; nothing where they are whole. PostgreSQL checks its own.
    pub(crate) async fn check_integrity(&self) -> StoreResult<Vec<String>> {
        let mut problems = Vec::new();
        if !self.has_one_writer() {
            return Ok(problems);
        }
        for (name, mut tx) in [
            ("linli.db", self.begin(Mode::View).await?),
            ("the ledger", self.begin_ledger_view().await?),
        ] {
            let said = sql!(&mut tx, fetch_all Setting, "SELECT integrity_check AS value FROM pragma_integrity_check")?;
            problems.extend(
                said.into_iter()
                    .filter(|said| said.value != "ok")
                    .take(TOLD)
                    .map(|said| format!("{name}: {}", said.value)),
            );
            let violations = sql!(&mut tx, fetch_all Violation, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")?;
            problems.extend(
                violations
                    .into_iter()
                    .take(TOLD)
                    .map(|row| format!("{name}: rows of {} refer to missing ones", row.table)),
            );
        }
        Ok(problems)
    }

    async fn examine_keys(&self) -> StoreResult<Vec<Finding>> {
        let mut tx = self.begin(Mode::View).await?;
        let known = tx.list_proofs().await?;
        compare(&self.keys, &known)?;
        let old = tx.list_seal_keys().await?.len().saturating_sub(1);
        Ok(vec![match old {
            0 => Finding::ok("keys", "they are the database's"),
            _ => Finding::warning(
                "keys",
                format!("{old} old keys are still known"),
                "end the rotation: linli admin rotate-key, then linli admin rotate-key --drop-old",
            ),
        }])
    }

    async fn examine_clock(&self, now: Instant) -> StoreResult<Vec<Finding>> {
        let mut tx = self.begin(Mode::View).await?;
        let newest = tx.find_newest_audit().await?.map_or(now, |row| row.at);
        let ahead = (newest.0 - now.0) / linli_domain::time::MINUTE;
        Ok(vec![if ahead > CLOCK_MINUTES {
            Finding::problem(
                "clock",
                format!(
                    "the newest row was written {ahead} minutes from now: this machine's clock is behind, or another's was ahead"
                ),
                "set the clocks of all machines of the host by NTP (timedatectl set-ntp true)",
            )
        } else {
            Finding::ok("clock", "it is not behind what is in the database")
        }])
    }

    async fn examine_audit(&self, now: Instant) -> StoreResult<Vec<Finding>> {
        let mut tx = self.begin(Mode::View).await?;
        let waiting = tx.count_unlinked_audit().await?;
        let oldest = tx.list_unlinked_audit(1).await?.pop();
        let late = oldest.is_some_and(|row| row.at < now.plus_minutes(-LINKING_MINUTES));
        Ok(vec![if late {
            Finding::warning(
                "audit",
                format!(
                    "{waiting} rows wait to be linked, the oldest for more than {LINKING_MINUTES} minutes"
                ),
                "see that linli serve runs, and read its log for 'cannot link the audit'",
            )
        } else {
            Finding::ok(
                "audit",
                format!(
                    "{waiting} rows wait to be linked; check the chain with linli admin verify-audit"
                ),
            )
        }])
    }

    async fn examine_sessions(&self, now: Instant) -> StoreResult<Vec<Finding>> {
        let mut tx = self.begin(Mode::View).await?;
        let expired = sql!(&mut tx, fetch_one Count, "SELECT count(*) AS count FROM session WHERE expires < $1",
            now.plus_minutes(-SWEEPING_MINUTES))?
        .count;
        Ok(vec![if expired > 0 {
            Finding::warning(
                "sessions",
                format!("{expired} expired sessions were not swept out"),
                "see that linli serve runs, and read its log for 'cannot sweep'",
            )
        } else {
            Finding::ok("sessions", "expired ones are swept out")
        }])
    }

    async fn examine_ledger(&self) -> StoreResult<Vec<Finding>> {
        let mut tx = self.begin_ledger_view().await?;
        sql!(&mut tx, fetch_one Count, "SELECT count(*) AS count FROM (SELECT id FROM disclosure LIMIT 1) AS one")?;
        Ok(vec![Finding::ok("ledger", "it can be read")])
    }
}

async fn setting(tx: &mut Tx, name: &str) -> StoreResult<String> {
    Ok(sql!(tx, fetch_one Setting, "SELECT current_setting($1) AS value", name)?.value)
}

/// The findings, or that it could not be looked at.
fn told(of: &'static str, findings: StoreResult<Vec<Finding>>) -> Vec<Finding> {
    findings.unwrap_or_else(|error| {
        let mend = match of {
            "keys" => "give the host the key file that belongs to this database",
            _ => "read the message; where the database is spoilt, put back a backup: linli admin restore",
        };
        vec![Finding::problem(of, error.to_string(), mend)]
    })
}

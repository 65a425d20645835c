//! Forward migrations: one text for both databases, with what differs filled in, and an appendix for each.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::borrow::Cow;

/// Which database a text is for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Which file of SQLite; PostgreSQL holds both.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Main,
    Ledger,
}

struct Source {
    version: i64,
    name: &'static str,
    part: Part,
    both: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// A migration by its number, its name, its part and its file; with `each` it has an appendix for each database.
macro_rules! source {
    (@ $version:literal, $name:literal, $part:ident, $file:literal, $sqlite:expr, $postgres:expr) => {
        Source {
            version: $version,
            name: $name,
            part: Part::$part,
            both: include_str!(concat!("../migrations/", $file, ".sql")),
            sqlite: $sqlite,
            postgres: $postgres,
        }
    };
    ($version:literal, $name:literal, $part:ident, $file:literal) => {
        source!(@ $version, $name, $part, $file, "", "")
    };
    ($version:literal, $name:literal, $part:ident, $file:literal, each) => {
        source!(
            @ $version, $name, $part, $file,
            include_str!(concat!("../migrations/", $file, ".sqlite.sql")),
            include_str!(concat!("../migrations/", $file, ".postgres.sql"))
        )
    };
}

const SOURCES: &[Source] = &[
    source!(1, "first light", Main, "0001_first_light", each),
    source!(2, "ledger", Ledger, "0002_ledger"),
    source!(3, "audit chain", Main, "0003_audit_chain"),
    source!(4, "people", Main, "0004_people"),
    source!(5, "basis", Main, "0005_basis"),
    source!(6, "spaces", Main, "0006_spaces", each),
    source!(7, "scheduling", Main, "0007_scheduling", each),
    source!(8, "enrolment", Main, "0008_enrolment", each),
    source!(9, "cases", Main, "0009_cases", each),
    source!(10, "outbox", Main, "0010_outbox"),
    source!(11, "topics and jobs", Main, "0011_topics_and_jobs"),
    source!(12, "feeds", Main, "0012_feeds"),
    source!(13, "ledger grounds", Ledger, "0013_ledger_grounds"),
    source!(14, "rights", Main, "0014_rights"),
    source!(15, "stays and seals", Main, "0015_stays_and_seals", each),
    source!(16, "qualifications", Main, "0016_qualifications"),
    source!(17, "flow", Main, "0017_flow", each),
    source!(20, "guard", Main, "0020_guard"),
    source!(21, "outbound", Main, "0021_outbound"),
    source!(23, "log-in", Main, "0023_log_in", each),
];

/// The newest migration that this version knows.
pub(crate) fn newest_migration() -> i64 {
    SOURCES
        .iter()
        .map(|source| source.version)
        .max()
        .unwrap_or(0)
}

impl Source {
    fn text(&self, dialect: Dialect) -> String {
        let (names, appendix): ([&str; 6], _) = match dialect {
            Dialect::Sqlite => (
                ["BLOB", "INTEGER", "INTEGER", "TEXT", "BLOB", "STRICT"],
                self.sqlite,
            ),
            Dialect::Postgres => (
                ["UUID", "BIGINT", "BOOLEAN", "JSONB", "BYTEA", ""],
                self.postgres,
            ),
        };
        let placeholders = ["{uuid}", "{int}", "{bool}", "{json}", "{bytes}", "{strict}"];
        let mut text = self.both.to_owned();
        for (placeholder, name) in placeholders.into_iter().zip(names) {
            text = text.replace(placeholder, name);
        }
        text + appendix
    }
}

/// The migrations of a dialect, of one part or of all.
pub(crate) fn migrator(dialect: Dialect, part: Option<Part>) -> Migrator {
    let migrations = SOURCES
        .iter()
        .filter(|source| part.is_none_or(|part| part == source.part))
        .map(|source| {
            let sql = sqlx::AssertSqlSafe(source.text(dialect)).into_sql_str();
            Migration::new(
                source.version,
                Cow::Borrowed(source.name),
                MigrationType::Simple,
                sql,
                false,
            )
        })
        .collect::<Vec<_>>();
    Migrator {
        migrations: Cow::Owned(migrations),
        ..Migrator::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    const RELEASED: &str = include_str!("../migrations/released/digests.txt");

    /// What a migration says on either database, in one digest.
    fn digest(source: &Source) -> String {
        let mut digest = Sha256::new();
        for text in [source.both, source.sqlite, source.postgres] {
            digest.update(Sha256::digest(text));
        }
        let bytes = digest.finalize();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{:04} {hex}", source.version)
    }

    /// `cargo xtask freeze` notes them; a line that is there never changes.
    #[test]
    #[ignore = "it writes into the checkout; `cargo xtask freeze` runs it at a release"]
    fn freeze() {
        let lines: Vec<_> = SOURCES.iter().map(digest).collect();
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/migrations/released/digests.txt"
        );
        std::fs::write(file, lines.join("\n") + "\n").unwrap();
    }

    #[test]
    fn what_was_released_is_never_edited() {
        let released: Vec<_> = RELEASED.lines().collect();
        assert!(released.len() >= 14, "the first release has 14 migrations");
        let now: Vec<_> = SOURCES.iter().map(digest).collect();
        for (was, is) in released.iter().zip(&now) {
            assert_eq!(
                was, is,
                "a released migration was edited or moved: put it back and write a new one"
            );
        }
        assert!(now.len() >= released.len(), "a released migration is gone");
    }

    #[test]
    fn migrations_are_listed_in_order() {
        for (at, source) in SOURCES.iter().enumerate() {
            assert!(
                SOURCES[..at]
                    .iter()
                    .all(|before| before.version < source.version)
            );
        }
    }
}

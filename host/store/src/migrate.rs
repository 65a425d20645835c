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

const SOURCES: &[Source] = &[
    Source {
        version: 1,
        name: "first light",
        part: Part::Main,
        both: include_str!("../migrations/0001_first_light.sql"),
        sqlite: include_str!("../migrations/0001_first_light.sqlite.sql"),
        postgres: include_str!("../migrations/0001_first_light.postgres.sql"),
    },
    Source {
        version: 2,
        name: "ledger",
        part: Part::Ledger,
        both: include_str!("../migrations/0002_ledger.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 3,
        name: "audit chain",
        part: Part::Main,
        both: include_str!("../migrations/0003_audit_chain.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 4,
        name: "people",
        part: Part::Main,
        both: include_str!("../migrations/0004_people.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 5,
        name: "basis",
        part: Part::Main,
        both: include_str!("../migrations/0005_basis.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 6,
        name: "spaces",
        part: Part::Main,
        both: include_str!("../migrations/0006_spaces.sql"),
        sqlite: include_str!("../migrations/0006_spaces.sqlite.sql"),
        postgres: include_str!("../migrations/0006_spaces.postgres.sql"),
    },
    Source {
        version: 7,
        name: "scheduling",
        part: Part::Main,
        both: include_str!("../migrations/0007_scheduling.sql"),
        sqlite: include_str!("../migrations/0007_scheduling.sqlite.sql"),
        postgres: include_str!("../migrations/0007_scheduling.postgres.sql"),
    },
    Source {
        version: 8,
        name: "enrolment",
        part: Part::Main,
        both: include_str!("../migrations/0008_enrolment.sql"),
        sqlite: include_str!("../migrations/0008_enrolment.sqlite.sql"),
        postgres: include_str!("../migrations/0008_enrolment.postgres.sql"),
    },
    Source {
        version: 9,
        name: "cases",
        part: Part::Main,
        both: include_str!("../migrations/0009_cases.sql"),
        sqlite: include_str!("../migrations/0009_cases.sqlite.sql"),
        postgres: include_str!("../migrations/0009_cases.postgres.sql"),
    },
    Source {
        version: 10,
        name: "outbox",
        part: Part::Main,
        both: include_str!("../migrations/0010_outbox.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 11,
        name: "topics and jobs",
        part: Part::Main,
        both: include_str!("../migrations/0011_topics_and_jobs.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 12,
        name: "feeds",
        part: Part::Main,
        both: include_str!("../migrations/0012_feeds.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 13,
        name: "ledger grounds",
        part: Part::Ledger,
        both: include_str!("../migrations/0013_ledger_grounds.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 14,
        name: "rights",
        part: Part::Main,
        both: include_str!("../migrations/0014_rights.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 15,
        name: "stays and seals",
        part: Part::Main,
        both: include_str!("../migrations/0015_stays_and_seals.sql"),
        sqlite: include_str!("../migrations/0015_stays_and_seals.sqlite.sql"),
        postgres: include_str!("../migrations/0015_stays_and_seals.postgres.sql"),
    },
    Source {
        version: 16,
        name: "qualifications",
        part: Part::Main,
        both: include_str!("../migrations/0016_qualifications.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 17,
        name: "flow",
        part: Part::Main,
        both: include_str!("../migrations/0017_flow.sql"),
        sqlite: include_str!("../migrations/0017_flow.sqlite.sql"),
        postgres: include_str!("../migrations/0017_flow.postgres.sql"),
    },
    Source {
        version: 20,
        name: "guard",
        part: Part::Main,
        both: include_str!("../migrations/0020_guard.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 21,
        name: "outbound",
        part: Part::Main,
        both: include_str!("../migrations/0021_outbound.sql"),
        sqlite: "",
        postgres: "",
    },
    Source {
        version: 23,
        name: "log-in",
        part: Part::Main,
        both: include_str!("../migrations/0023_log_in.sql"),
        sqlite: include_str!("../migrations/0023_log_in.sqlite.sql"),
        postgres: include_str!("../migrations/0023_log_in.postgres.sql"),
    },
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

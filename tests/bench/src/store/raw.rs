//! Bare SQL for the same rows: one statement a table, in one transaction of the same kind, on one connection that is there
//! already. Nothing is checked, sealed, opened or computed.

use super::district::Site;
use super::fill::{DAY, DAYS, HOUR, MIDNIGHT};
use super::operation::Case;
use anyhow::Result;
use linli_domain::random::Stream;
use linli_domain::*;
use linli_world::NOW;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

/// A connection.
#[derive(Debug)]
pub enum Raw {
    /// To SQLite, as durable as the store's.
    Sqlite(SqliteConnection),
    /// To PostgreSQL.
    Postgres(PgConnection),
}

/// Runs statements in a transaction on either database.
macro_rules! transaction {
    ($raw:expr, $sqlite:literal, $postgres:literal, |$tx:ident| $body:block) => {
        match $raw {
            Raw::Sqlite(connection) => {
                let mut $tx = connection.begin_with($sqlite).await?;
                $body
                $tx.commit().await?;
            }
            Raw::Postgres(connection) => {
                let mut $tx = connection.begin_with($postgres).await?;
                $body
                $tx.commit().await?;
            }
        }
    };
}

/// Fetches the rows of a text on a transaction.
macro_rules! rows {
    ($tx:ident, $text:literal $(, $bind:expr)*) => {
        sqlx::query($text)$(.bind($bind))*.fetch_all(&mut *$tx).await?
    };
}

/// Executes a text on a transaction.
macro_rules! write {
    ($tx:ident, $text:literal $(, $bind:expr)* $(,)?) => {
        sqlx::query($text)$(.bind($bind))*.execute(&mut *$tx).await?
    };
}

/// What the free slots of a calendar hang on.
macro_rules! slots {
    ($tx:ident, $calendar:expr, $from:expr, $to:expr) => {
        let found = rows!($tx, "SELECT * FROM calendar WHERE id = $1", $calendar);
        anyhow::ensure!(found.len() == 1);
        rows!($tx, "SELECT * FROM working_hours WHERE calendar_id = $1 ORDER BY id", $calendar);
        rows!(
            $tx,
            "SELECT * FROM special_day WHERE day >= $1 AND day < $2 ORDER BY day",
            day($from),
            day($to)
        );
        rows!(
            $tx,
            "SELECT * FROM calendar_day WHERE calendar_id = $1 AND day >= $2 AND day < $3 ORDER BY day",
            $calendar,
            day($from),
            day($to)
        );
        rows!(
            $tx,
            "SELECT * FROM appointment WHERE calendar_id = $1 AND starts < $3 AND starts > $2 - 2678400000000 AND ends > $2
             ORDER BY starts, id LIMIT 500",
            $calendar,
            $from,
            $to
        );
    };
}

/// A line of the audit.
macro_rules! audit {
    ($tx:ident, $id:expr, $person:expr, $action:literal, $object:expr) => {
        write!(
            $tx,
            "INSERT INTO audit (id, at, actor_id, subject_id, action, object, detail, salt, linked)
             VALUES ($1, $2, $3, $3, $4, $5, $6, $7, FALSE)",
            $id,
            NOW.0,
            $person,
            $action,
            $object.to_string(),
            json("{\"office\":\"resident\",\"channel\":\"web\"}"),
            vec![7_u8; 32],
        )
    };
}

/// The day of an instant, as columns have it.
fn day(at: i64) -> String {
    Instant(at + 8 * HOUR)
        .to_civil(&jiff::tz::TimeZone::UTC)
        .date()
        .to_string()
}

impl Raw {
    /// Connects.
    pub async fn open(url: &str) -> Result<Self> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                    .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                    .foreign_keys(true);
                Self::Sqlite(SqliteConnection::connect_with(&options).await?)
            }
            None => Self::Postgres(PgConnection::connect(url).await?),
        })
    }

    /// Removes what a run has booked and said, so that the next finds the district as it was; closes the connection.
    pub async fn close(mut self) -> Result<()> {
        let after = MIDNIGHT + DAYS.end * DAY;
        transaction!(&mut self, "BEGIN IMMEDIATE", "BEGIN", |tx| {
            write!(
                tx,
                "DELETE FROM appointment_change WHERE appointment_id IN (SELECT id FROM appointment WHERE starts >= $1)",
                after
            );
            write!(tx, "DELETE FROM appointment WHERE starts >= $1", after);
            write!(tx, "DELETE FROM need WHERE code = 'bench'");
        });
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}

/// Reads and writes the rows that the operation does.
pub async fn run(site: &Site, case: &Case) -> Result<()> {
    let mut raw = site.raw.lock().await;
    let mut stream = Stream::new(site.core.random.seed());
    let mut id = || stream.uuid(NOW);
    match case {
        Case::Reference(_, _, person) => {
            transaction!(
                &mut *raw,
                "BEGIN DEFERRED",
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                |tx| {
                    let found = rows!(tx, "
                    SELECT id, name, birth_date, sex, phone, identity_number, care_level, household_id, community_id
                    FROM person WHERE id = $1", person.0);
                    anyhow::ensure!(found.len() == 1);
                }
            );
        }
        Case::Household(home, _) => {
            transaction!(
                &mut *raw,
                "BEGIN DEFERRED",
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                |tx| {
                    let found = rows!(tx, "
                    SELECT id, name, birth_date, sex, household_id, relation FROM person WHERE household_id = $1
                    ORDER BY id", home.0);
                    anyhow::ensure!(!found.is_empty());
                }
            );
        }
        Case::Slots(_, calendar, from) => {
            let (from, to) = (from.0 - DAY, from.0 + 2 * DAY);
            transaction!(
                &mut *raw,
                "BEGIN DEFERRED",
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                |tx| {
                    slots!(tx, calendar.0, from, to);
                }
            );
        }
        Case::Book(at, calendar, range, person) => {
            let installation = site.communities[*at].service.id().0;
            let (starts, ends) = (range.starts.0, range.ends.0);
            let (appointment, change, audit) = (id(), id(), id());
            transaction!(
                &mut *raw,
                "BEGIN IMMEDIATE",
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                |tx| {
                    slots!(tx, calendar.0, starts - DAY, starts + 2 * DAY);
                    write!(tx, "
                    INSERT INTO appointment (id, calendar_id, installation_id, resident_id, service, title, starts, ends,
                      state, sequence, own)
                    VALUES ($1, $2, $3, $4, 'visit', $7, $5, $6, 'booked', 0, TRUE)",
                    appointment, calendar.0, installation, person.0, starts, ends, json("{\"en\":\"Visit\",\"zh\":\"上门\"}"));
                    write!(tx, "
                    INSERT INTO appointment_change (id, appointment_id, at, actor_id, change, starts, ends, calendar_id, note)
                    VALUES ($1, $2, $3, $4, 'booked', $5, $6, $7, '')",
                    change, appointment, NOW.0, person.0, starts, ends, calendar.0);
                    audit!(tx, audit, person.0, "appointment.booked", appointment);
                }
            );
        }
        Case::Page(case, person) => {
            transaction!(
                &mut *raw,
                "BEGIN DEFERRED",
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                |tx| {
                    let found = rows!(tx, "SELECT * FROM case_file WHERE id = $1", case.0);
                    rows!(
                        tx,
                        "SELECT * FROM case_party WHERE case_id = $1 AND removed IS NULL ORDER BY added, id",
                        case.0
                    );
                    rows!(
                        tx,
                        "SELECT * FROM case_type WHERE id = (SELECT type_id FROM case_file WHERE id = $1)",
                        case.0
                    );
                    rows!(tx, "
                    SELECT * FROM case_comment WHERE case_id = $1 AND kind <> 'internal'
                      AND (kind = 'public' OR resident_id = $2 OR resident_id IS NULL) ORDER BY at DESC, id DESC LIMIT 50",
                    case.0, person.0);
                    rows!(
                        tx,
                        "SELECT answers FROM case_details WHERE case_id = $1",
                        case.0
                    );
                    rows!(
                        tx,
                        "SELECT * FROM case_rating WHERE case_id = $1 ORDER BY round DESC LIMIT 100",
                        case.0
                    );
                    anyhow::ensure!(found.len() == 1);
                }
            );
        }
        Case::Need(person) => {
            let (need, audit) = (id(), id());
            transaction!(
                &mut *raw,
                "BEGIN IMMEDIATE",
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                |tx| {
                    rows!(
                        tx,
                        "SELECT id, community_id, household_id, died FROM person WHERE id = $1",
                        person.0
                    );
                    rows!(
                        tx,
                        "SELECT count(*) FROM need WHERE resident_id = $1 AND state = 'open'",
                        person.0
                    );
                    write!(tx, "
                    INSERT INTO need (id, resident_id, code, note, version, state, source, review, recorded, changed_by)
                    VALUES ($1, $2, 'bench', $3, 1, 'open', 'resident', '2027-11-24', $4, $2)",
                    need, person.0, vec![7_u8; 60], NOW.0);
                    audit!(tx, audit, person.0, "need.record", need);
                }
            );
        }
    }
    Ok(())
}

/// JSON as both databases take it.
fn json(text: &'static str) -> sqlx::types::Json<serde_json::Value> {
    sqlx::types::Json(serde_json::from_str(text).unwrap_or_default())
}

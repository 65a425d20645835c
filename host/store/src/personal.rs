//! Everything that is held on one person: one declarative list, [`HOLDINGS`], of every table with a column that names a
//! person, with what export, correction, retention and erasure do to it (PIPL arts 19, 45–47). A test reads the real schema
//! and fails where a table is missing here.
//!
//! # Adding a table that names a person
//! Add a [`Holding`]: `of` picks the rows that hold something *on* the person `$1`; `subjects` are the columns in it, `actors`
//! those that only say who did something about somebody else. Children stand before their parents: erasure and retention go
//! down the list.

mod list;

use crate::column::row;
use crate::person::Count;
use crate::sealed;
use crate::tx::On;
use crate::{Mode, Store, StoreResult, Tx};
use linli_domain::{Instant, PersonId};
pub use list::{HOLDINGS, THREE_YEARS};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A table that holds something on persons.
#[derive(Debug)]
pub struct Holding {
    /// Its name.
    pub table: &'static str,
    /// What it is to the person: in Chinese and in English.
    pub title: [&'static str; 2],
    /// Whether it is in the ledger.
    pub in_ledger: bool,
    /// The condition that picks the rows on the person `$1`.
    pub of: &'static str,
    /// The columns that name whom rows are on.
    pub subjects: &'static [&'static str],
    /// The columns that name who acted, on somebody else's data too: they stay, and name a person without a name after erasure.
    pub actors: &'static [&'static str],
    /// The columns that name a row.
    pub key: &'static str,
    /// Columns of tables by which other rows reference rows of this one; they are cleared where those are deleted.
    pub referenced: &'static [(&'static str, &'static str)],
    /// What an export holds of it.
    pub columns: &'static [(&'static str, Kind)],
    /// How the person has it corrected.
    pub correction: Correction,
    /// How long it is kept.
    pub retention: Retention,
    /// What erasure does.
    pub erasure: Erasure,
}

/// How a column is exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// As it is: text or a number.
    Plain,
    /// True or false.
    Flag,
    /// An id.
    Id,
    /// A person's id, which an export shows as a name.
    Person,
    /// JSON.
    Json,
    /// A sealed column, by its name.
    Sealed(&'static str),
}

/// How something is corrected (PIPL art. 46).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Correction {
    /// On the person's own pages, at once.
    Own,
    /// By a request that community staff decide on.
    Request,
    /// By whoever keeps it: the service, or the staff who recorded it.
    Keeper,
    /// Never: it records what happened.
    Record,
}

/// How long something is kept (PIPL art. 19).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retention {
    /// Until the person is erased.
    WhileRegistered,
    /// So many days after what the column says.
    Days(&'static str, i64),
    /// The same, but only while the condition holds, in which `$1` is so many days ago.
    DaysWhere(&'static str, i64, &'static str),
    /// As long as the row of another table that the column names.
    With(&'static str, &'static str),
    /// As the plugin's manifest says for each collection.
    Manifest,
    /// Hours or days: the host sweeps it out when it has served its purpose.
    Short,
    /// For good, so that the record as a whole can be verified.
    ForGood,
}

/// What erasure does (PIPL art. 47).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Erasure {
    /// Rows are deleted.
    Delete,
    /// Columns are overwritten: an SQL `SET` list in which `$2` is now. The row stays under a person without a name.
    Blank(&'static str),
    /// The same, but only where the second condition holds, in which `{table}` is the table: that nobody else's business is
    /// in the row.
    BlankWhere(&'static str, &'static str),
    /// Rows stay, under a person without a name; why, in Chinese and in English.
    Keep([&'static str; 2]),
    /// Rows are deleted but for collections that the law has the plugin keep.
    Records,
    /// The person becomes a tombstone: nothing but the id stays.
    Tombstone,
    /// What the rows say is blanked; their commitments stay.
    Audit,
}

row! {
    struct HeldRow {
        pub data: Value,
    }
}

row! {
    struct IdColumn {
        pub table_name: String,
        pub column_name: String,
        pub target: Option<String>,
    }
}

/// Columns that hold an id and reference no table, but name no person either.
const NAME_NO_PERSON: &[&str] = &[
    "audit_id",
    "building_id",
    "calendar_id",
    // Processes.
    "claimed_by",
    "household_id",
    "installation_id",
    "invocation_id",
    "organisation_id",
    "stay_id",
    "subscriber_id",
];

impl Holding {
    /// The holding of a table.
    pub fn of_table(table: &str) -> Option<&'static Self> {
        HOLDINGS.iter().find(|holding| holding.table == table)
    }

    fn json(&self, sqlite: bool) -> String {
        let pairs: Vec<_> = self
            .columns
            .iter()
            .map(|(name, kind)| {
                let value = match (kind, sqlite) {
                    (Kind::Json, true) => format!("json({name})"),
                    (Kind::Id | Kind::Person | Kind::Sealed(_), true) => {
                        format!("nullif(lower(hex({name})), '')")
                    }
                    (Kind::Sealed(_), false) => format!("encode({name}, 'hex')"),
                    _ => (*name).to_owned(),
                };
                format!("'{name}', {value}")
            })
            .collect();
        let function = if sqlite {
            "json_object"
        } else {
            "jsonb_build_object"
        };
        format!("{function}({})", pairs.join(", "))
    }
}

impl Tx {
    /// How many rows hold something on a person.
    pub async fn count_held(&mut self, holding: &Holding, person: PersonId) -> StoreResult<i64> {
        let text = format!(
            "SELECT count(*) AS count FROM {} WHERE {}",
            holding.table, holding.of
        );
        Ok(sql!(self, fetch_one Count, sqlx::AssertSqlSafe(text), person)?.count)
    }

    /// Rows that hold something on a person, by key, as objects of their columns; sealed ones opened.
    pub async fn list_held(
        &mut self,
        holding: &Holding,
        person: PersonId,
        skip: i64,
        limit: i64,
    ) -> StoreResult<Vec<Map<String, Value>>> {
        let json = holding.json(matches!(self.on, On::Sqlite(_)));
        let text = format!(
            "SELECT {json} AS data FROM {} WHERE {} ORDER BY {} LIMIT $2 OFFSET $3",
            holding.table, holding.of, holding.key
        );
        let rows = sql!(self, fetch_all HeldRow, sqlx::AssertSqlSafe(text), person, limit, skip)?;
        rows.into_iter()
            .map(|row| self.opened(holding, row.data))
            .collect()
    }

    fn opened(&self, holding: &Holding, data: Value) -> StoreResult<Map<String, Value>> {
        let Value::Object(mut row) = data else {
            return Ok(Map::new());
        };
        let uuid = |value: &Value| value.as_str().and_then(|text| Uuid::parse_str(text).ok());
        let ids: Vec<_> = holding
            .columns
            .iter()
            .map(|(_, kind)| match kind {
                Kind::Sealed(name) => sealed::COLUMNS
                    .iter()
                    .find(|column| column.name == *name)
                    .and_then(|column| row.get(column.id))
                    .and_then(uuid),
                _ => None,
            })
            .collect();
        for ((name, kind), id) in holding.columns.iter().zip(ids) {
            let Some(value) = row.get_mut(*name) else {
                continue;
            };
            match kind {
                Kind::Flag => {
                    if let Some(number) = value.as_i64() {
                        *value = Value::Bool(number != 0);
                    }
                }
                Kind::Id | Kind::Person => {
                    if let Some(id) = uuid(value) {
                        *value = Value::String(id.to_string());
                    }
                }
                Kind::Sealed(column) => {
                    if let (Some(id), Some(sealed)) = (id, value.as_str().and_then(from_hex)) {
                        *value = Value::String(self.unseal(column, id, &sealed)?);
                    }
                }
                Kind::Plain | Kind::Json => {}
            }
        }
        Ok(row)
    }

    /// Deletes at most `limit` rows on a person; how many it were.
    pub async fn delete_held(
        &mut self,
        holding: &Holding,
        person: PersonId,
        limit: i64,
    ) -> StoreResult<u64> {
        let Holding { table, key, of, .. } = holding;
        let which = format!("SELECT {key} FROM {table} WHERE {of} ORDER BY {key} LIMIT $2");
        for (other, column) in holding.referenced {
            let text = format!("UPDATE {other} SET {column} = NULL WHERE {column} IN ({which})");
            sql!(self, execute, sqlx::AssertSqlSafe(text), person, limit)?;
        }
        let text = format!("DELETE FROM {table} WHERE ({key}) IN ({which})");
        sql!(self, execute, sqlx::AssertSqlSafe(text), person, limit)
    }

    /// Overwrites the columns of rows on a person, of those for which `only` holds, by a `SET` list; how many rows it were.
    pub async fn blank_held(
        &mut self,
        holding: &Holding,
        set: &'static str,
        only: &'static str,
        person: PersonId,
        now: Instant,
    ) -> StoreResult<u64> {
        let only = only.replace("{table}", holding.table);
        let text = format!(
            "UPDATE {} SET {set} WHERE ({}) AND ({only}) AND CAST($2 AS BIGINT) IS NOT NULL",
            holding.table, holding.of
        );
        sql!(self, execute, sqlx::AssertSqlSafe(text), person, now)
    }

    /// Deletes at most `limit` rows whose time is over at `now`, but nothing of persons under a hold; how many it were.
    pub async fn delete_old(
        &mut self,
        holding: &Holding,
        now: Instant,
        limit: i64,
    ) -> StoreResult<u64> {
        let Holding { table, key, .. } = holding;
        let (from, dated) = match holding.retention {
            Retention::With(parent, link) => {
                let Some(dated) = Holding::of_table(parent) else {
                    return Ok(0);
                };
                let from = format!("{table} JOIN {parent} ON {parent}.id = {table}.{link}");
                (from, dated)
            }
            _ => ((*table).to_owned(), holding),
        };
        let (column, days, only) = match dated.retention {
            Retention::Days(column, days) => (column, days, "1 = 1"),
            Retention::DaysWhere(column, days, only) => (column, days, only),
            _ => return Ok(0),
        };
        let dates = dated.table;
        let free: String = dated
            .subjects
            .iter()
            .map(|subject| {
                format!(
                    " AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.person_id = {dates}.{subject} AND hold.lifted IS NULL)"
                )
            })
            .collect();
        let keys: Vec<_> = key
            .split(", ")
            .map(|key| format!("{table}.{key}"))
            .collect();
        let keys = keys.join(", ");
        let before = now.plus_days(-days);
        let which = format!(
            "SELECT {keys} FROM {from} WHERE {dates}.{column} < $1 AND {only}{free} ORDER BY {dates}.{column} LIMIT $2"
        );
        for (other, column) in holding.referenced {
            let text = format!("UPDATE {other} SET {column} = NULL WHERE {column} IN ({which})");
            sql!(self, execute, sqlx::AssertSqlSafe(text), before, limit)?;
        }
        let text = format!("DELETE FROM {table} WHERE ({key}) IN ({which})");
        sql!(self, execute, sqlx::AssertSqlSafe(text), before, limit)
    }

    /// Makes a person a tombstone: of their row nothing but the id stays.
    pub async fn bury_person(&mut self, person: PersonId, now: Instant) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE person SET name = '', birth_date = NULL, sex = NULL, phone = NULL, phone_fingerprint = NULL,
              identity_number = NULL, identity_fingerprint = NULL, care_level = NULL, care_level_plain = NULL, relation = NULL, household_id = NULL,
              community_id = NULL, died = NULL, residence = NULL, registered_place = NULL, registered_household_id = NULL,
              erased = $2
            WHERE id = $1", person, now)?;
        Ok(())
    }

    /// The columns of this file's schema that name some row by its id: those of type UUID, and on SQLite, which has no such
    /// type, those that reference a table or are named so.
    async fn list_id_columns(&mut self) -> StoreResult<Vec<IdColumn>> {
        match self.on {
            On::Sqlite(_) => sql!(self, fetch_all IdColumn, "
                SELECT m.name AS table_name, c.name AS column_name,
                  (SELECT f.\"table\" FROM pragma_foreign_key_list(m.name) AS f WHERE f.\"from\" = c.name LIMIT 1) AS target
                FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
                WHERE m.type = 'table' AND c.type = 'BLOB' AND c.name <> 'id' ORDER BY 1, 2"),
            On::Postgres(_) => sql!(self, fetch_all IdColumn, "
                SELECT c.relname::TEXT AS table_name, a.attname::TEXT AS column_name, (
                  SELECT t.relname::TEXT FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.confrelid
                  WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum] LIMIT 1) AS target
                FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
                WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0
                  AND NOT a.attisdropped AND a.atttypid = 'uuid'::regtype AND a.attname <> 'id'
                ORDER BY 1, 2"),
        }
    }
}

impl Store {
    /// Columns of the real schema that name a person and that [`HOLDINGS`] does not list, and columns that it lists and the
    /// schema does not have, as `table.column`. There must be none.
    pub async fn list_unlisted_columns(&self) -> StoreResult<Vec<String>> {
        let mut columns = self.begin(Mode::View).await?.list_id_columns().await?;
        columns.extend(self.begin_ledger_view().await?.list_id_columns().await?);
        let listed: BTreeSet<_> = HOLDINGS
            .iter()
            .flat_map(|holding| {
                let named = holding.subjects.iter().chain(holding.actors);
                named.map(|column| format!("{}.{column}", holding.table))
            })
            .collect();
        let name = |column: &IdColumn| format!("{}.{}", column.table_name, column.column_name);
        let real: BTreeSet<_> = columns.iter().map(name).collect();
        let names_person = |column: &IdColumn| match column.target.as_deref() {
            Some(target) => target == "person",
            None => {
                let by_name = ["_id", "_by"]
                    .iter()
                    .any(|end| column.column_name.ends_with(end));
                by_name && !NAME_NO_PERSON.contains(&column.column_name.as_str())
            }
        };
        let unlisted = columns
            .iter()
            .filter(|column| names_person(column))
            .map(name);
        let stale = listed
            .iter()
            .filter(|name| *name != "person.id" && !real.contains(*name))
            .cloned();
        let unlisted: BTreeSet<_> = unlisted
            .filter(|name| !listed.contains(name))
            .chain(stale)
            .collect();
        Ok(unlisted.into_iter().collect())
    }

    /// Begins a read of the ledger.
    pub async fn begin_ledger_reading(&self) -> StoreResult<Tx> {
        self.begin_ledger_view().await
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

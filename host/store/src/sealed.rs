//! Values that are encrypted at rest, and the check that a process holds the database's keys.
//!
//! # Adding a sealed column
//! 1. The column is `{bytes}`; beside it, where it is looked up, `…_fingerprint {bytes}` with an index.
//! 2. Write it with `self.seal("table.column", id, plain).await?`, read it with `self.unseal("table.column", id, &sealed)?`.
//!    The row that the database gives is a private `row!`; what callers see has the plain value.
//! 3. Fingerprints are of a normal form, in which two writings of the same value are equal:
//!    `self.fingerprint("phone", &normal)`.
//! 4. List the column in [`COLUMNS`], so that `linli admin rotate-key` seals it anew; what is not listed cannot be sealed.
//!
//! Which key seals is written in the database: a unit of work reads it with the first value that it seals, so that once a
//! rotation has begun no process writes with the old key.

use crate::column::row;
use crate::keyring::Unopened;
use crate::keys::Keys;
use crate::{Mode, Store, StoreError, StoreResult, Tx};
use uuid::Uuid;

/// A sealed column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// `table.column`, which is authenticated with each value.
    pub name: &'static str,
    /// The table's column that names the row: a UUID.
    pub id: &'static str,
}

/// All sealed columns.
pub const COLUMNS: &[Column] = &[
    Column {
        name: "correction.previous",
        id: "id",
    },
    Column {
        name: "correction.wanted",
        id: "id",
    },
    Column {
        name: "person.phone",
        id: "id",
    },
    Column {
        name: "person.identity_number",
        id: "id",
    },
    Column {
        name: "person.care_level",
        id: "id",
    },
    Column {
        name: "emergency.reason",
        id: "id",
    },
    Column {
        name: "emergency.note",
        id: "id",
    },
    Column {
        name: "need.note",
        id: "id",
    },
    Column {
        name: "need.objection",
        id: "id",
    },
    Column {
        name: "need_version.note",
        id: "id",
    },
    Column {
        name: "need_version.objection",
        id: "id",
    },
    Column {
        name: "contact.email",
        id: "person_id",
    },
    Column {
        name: "invitation.email",
        id: "id",
    },
    Column {
        name: "case_party.name",
        id: "id",
    },
    Column {
        name: "case_party.contact",
        id: "id",
    },
    Column {
        name: "outbound_secret.value",
        id: "id",
    },
    Column {
        name: "outbound_request.content",
        id: "id",
    },
    Column {
        name: "failure_recording.content",
        id: "id",
    },
    Column {
        name: "outbound_request.reply",
        id: "id",
    },
];

/// Columns whose values stood unsealed in earlier versions, in a column of the same name with `_plain` behind it: a process
/// that opens the database seals what still stands there.
const ONCE_PLAIN: [&str; 3] = ["person.care_level", "emergency.note", "emergency.reason"];

row! {
    struct PlainValue {
        pub id: Uuid,
        pub value: String,
    }
}

row! {
    /// What shows that a key is the database's.
    pub(crate) struct Proof {
        /// `reference`, `lookup` or `seal`.
        pub kind: String,
        /// Which of that kind.
        pub version: i64,
        /// A keyed hash.
        pub proof: Vec<u8>,
    }
}

row! {
    /// Which key seals.
    struct Sealing {
        /// Its version.
        pub version: i64,
    }
}

impl Tx {
    /// Seals a value for a column, `table.column`, of one row.
    pub async fn seal(
        &mut self,
        column: &'static str,
        row: Uuid,
        plain: &str,
    ) -> StoreResult<Vec<u8>> {
        if !COLUMNS.iter().any(|listed| listed.name == column) {
            return Err(StoreError::Refused {
                constraint: format!("{column} is not among the sealed columns"),
            });
        }
        let version = match self.sealing {
            Some(version) => version,
            None => {
                let found =
                    sql!(self, fetch_one Sealing, "SELECT version FROM host_key WHERE sealing")?;
                *self
                    .sealing
                    .insert(u32::try_from(found.version).unwrap_or(0))
            }
        };
        let no_key = || no_key(&self.keys, version);
        let ring = self.keys.ring_with(version).ok_or_else(no_key)?;
        ring.seal(version, column, row, plain).ok_or_else(no_key)
    }

    /// Seals a value if there is one.
    pub async fn seal_some(
        &mut self,
        column: &'static str,
        row: Uuid,
        plain: Option<&str>,
    ) -> StoreResult<Option<Vec<u8>>> {
        match plain {
            Some(plain) => Ok(Some(self.seal(column, row, plain).await?)),
            None => Ok(None),
        }
    }

    /// Opens what was sealed for that column of that row.
    pub fn unseal(&self, column: &'static str, row: Uuid, sealed: &[u8]) -> StoreResult<String> {
        let spoilt = || StoreError::Sealed { column, row };
        match self.keys.ring().open(column, row, sealed) {
            Ok(plain) => Ok(plain),
            Err(Unopened::Spoilt) => Err(spoilt()),
            Err(Unopened::NoKey(version)) => {
                let ring = self
                    .keys
                    .ring_with(version)
                    .ok_or_else(|| no_key(&self.keys, version))?;
                ring.open(column, row, sealed).map_err(|_| spoilt())
            }
        }
    }

    /// Opens a sealed value if there is one.
    pub fn unseal_some(
        &self,
        column: &'static str,
        row: Uuid,
        sealed: Option<&[u8]>,
    ) -> StoreResult<Option<String>> {
        sealed
            .map(|sealed| self.unseal(column, row, sealed))
            .transpose()
    }

    /// The keyed hash by which a sealed value is found. `kind` is what sort of value it is; the value is in the normal form
    /// of its sort.
    pub fn fingerprint(&self, kind: &'static str, value: &str) -> Vec<u8> {
        self.keys.ring().fingerprint(kind, value)
    }
}

fn no_key(keys: &Keys, version: u32) -> StoreError {
    let place = match keys.file() {
        Some(path) => path.display().to_string(),
        None => "LINLI_KEYS".to_owned(),
    };
    StoreError::NoKey { version, place }
}

impl Store {
    /// Refuses a database that was made with other keys. A new database remembers these.
    pub(crate) async fn check_keys(&self) -> StoreResult<()> {
        loop {
            let mut tx = self.begin(Mode::Act).await?;
            let known = tx.list_proofs().await?;
            if !known.is_empty() {
                return compare(&tx.keys, &known);
            }
            match tx.create_proofs().await {
                Ok(()) => match tx.commit().await {
                    // Another process was faster: look at what it wrote.
                    Err(StoreError::Conflict(_) | StoreError::Exists { .. }) => {}
                    done => return done,
                },
                Err(StoreError::Conflict(_) | StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Store {
    /// Seals what earlier versions wrote unsealed, some rows in each unit of work.
    pub(crate) async fn seal_plain(&self) -> StoreResult<()> {
        for column in ONCE_PLAIN {
            loop {
                let mut tx = self.begin(Mode::Act).await?;
                let sealed = match tx.seal_some_plain(column).await {
                    Ok(0) => break,
                    Ok(_) => tx.commit().await,
                    Err(error) => Err(error),
                };
                match sealed {
                    // Another process was faster: look at what it left.
                    Err(StoreError::Conflict(_)) => {}
                    done => done?,
                }
            }
        }
        Ok(())
    }
}

row! {
    /// A sealed value in its row.
    pub struct SealedValue {
        /// The row's id.
        pub id: Uuid,
        /// The value.
        pub value: Vec<u8>,
    }
}

impl Column {
    fn table_and_column(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or((self.name, ""))
    }
}

impl Tx {
    async fn seal_some_plain(&mut self, column: &'static str) -> StoreResult<usize> {
        let (table, name) = column.split_once('.').unwrap_or((column, ""));
        let text = format!(
            "SELECT id, {name}_plain AS value FROM {table} WHERE {name}_plain <> '' ORDER BY id LIMIT $1"
        );
        let plain = sql!(self, fetch_all PlainValue, sqlx::AssertSqlSafe(text), 500_i64)?;
        for row in &plain {
            let sealed = self.seal(column, row.id, &row.value).await?;
            let text = format!("UPDATE {table} SET {name} = $2, {name}_plain = '' WHERE id = $1");
            sql!(self, execute, sqlx::AssertSqlSafe(text), row.id, sealed)?;
        }
        Ok(plain.len())
    }
}

/// Rotation. Texts are made for each of [`COLUMNS`].
impl Tx {
    /// The version of the key that seals.
    pub async fn find_sealing_key(&mut self) -> StoreResult<u32> {
        let found = sql!(self, fetch_one Sealing, "SELECT version FROM host_key WHERE sealing")?;
        Ok(u32::try_from(found.version).unwrap_or(0))
    }

    /// The versions of the keys that the database may use.
    pub async fn list_seal_keys(&mut self) -> StoreResult<Vec<u32>> {
        let found = sql!(self, fetch_all Sealing, "SELECT version FROM host_key WHERE kind = 'seal' ORDER BY version")?;
        Ok(found
            .iter()
            .filter_map(|key| u32::try_from(key.version).ok())
            .collect())
    }

    /// From now on the key of that version seals. [`StoreError::OtherKeys`] where another key of that version is known.
    pub async fn set_sealing_key(&mut self, version: u32) -> StoreResult<()> {
        let ring = self
            .keys
            .ring_with(version)
            .ok_or_else(|| no_key(&self.keys, version))?;
        let proofs = ring.proofs();
        let proof = proofs
            .into_iter()
            .find(|(kind, held, _)| *kind == "seal" && *held == version);
        let Some((_, _, proof)) = proof else {
            return Err(no_key(&self.keys, version));
        };
        let number = i64::from(version);
        let known = sql!(self, fetch_optional Proof, "
            SELECT kind, version, proof FROM host_key WHERE kind = 'seal' AND version = $1", number)?;
        sql!(
            self,
            execute,
            "UPDATE host_key SET sealing = FALSE WHERE sealing"
        )?;
        match known {
            Some(known) if known.proof == proof => {
                sql!(
                    self,
                    execute,
                    "UPDATE host_key SET sealing = TRUE WHERE kind = 'seal' AND version = $1",
                    number
                )?;
            }
            Some(_) => {
                return Err(StoreError::OtherKeys {
                    key: format!("seal {version}"),
                });
            }
            None => {
                sql!(
                    self,
                    execute,
                    "INSERT INTO host_key (kind, version, proof, sealing) VALUES ('seal', $1, $2, TRUE)",
                    number,
                    proof
                )?;
            }
        }
        self.sealing = Some(version);
        Ok(())
    }

    /// The database uses the key of that version no more.
    pub async fn delete_seal_key(&mut self, version: u32) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "DELETE FROM host_key WHERE kind = 'seal' AND version = $1 AND NOT sealing",
            i64::from(version)
        )?;
        Ok(())
    }

    /// Values of a column, after a row, by row, that another key sealed than that of `version`.
    pub async fn list_sealed_otherwise(
        &mut self,
        column: Column,
        version: u32,
        after: Uuid,
        limit: i64,
    ) -> StoreResult<Vec<SealedValue>> {
        let (table, name) = column.table_and_column();
        let id = column.id;
        let text = format!(
            "SELECT {id} AS id, {name} AS value FROM {table}
             WHERE {id} > $1 AND substr({name}, 1, 4) <> $2 ORDER BY {id} LIMIT $3"
        );
        sql!(self, fetch_all SealedValue, sqlx::AssertSqlSafe(text), after, version.to_be_bytes().to_vec(), limit)
    }

    /// A row whose value of a column the key of that version sealed.
    pub async fn find_sealed_by(
        &mut self,
        column: Column,
        version: u32,
    ) -> StoreResult<Option<SealedValue>> {
        let (table, name) = column.table_and_column();
        let id = column.id;
        let text = format!(
            "SELECT {id} AS id, {name} AS value FROM {table} WHERE substr({name}, 1, 4) = $1 LIMIT 1"
        );
        sql!(self, fetch_optional SealedValue, sqlx::AssertSqlSafe(text), version.to_be_bytes().to_vec())
    }

    /// Replaces a sealed value.
    pub async fn update_sealed(
        &mut self,
        column: Column,
        row: Uuid,
        sealed: &[u8],
    ) -> StoreResult<()> {
        let (table, name) = column.table_and_column();
        let text = format!("UPDATE {table} SET {name} = $2 WHERE {} = $1", column.id);
        sql!(
            self,
            execute,
            sqlx::AssertSqlSafe(text),
            row,
            sealed.to_vec()
        )?;
        Ok(())
    }

    /// What shows that keys are the database's.
    pub(crate) async fn list_proofs(&mut self) -> StoreResult<Vec<Proof>> {
        sql!(self, fetch_all Proof, "SELECT kind, version, proof FROM host_key ORDER BY kind, version")
    }

    async fn create_proofs(&mut self) -> StoreResult<()> {
        let ring = self.keys.ring();
        for (kind, version, proof) in ring.proofs() {
            let sealing = kind == "seal" && version == ring.newest();
            sql!(
                self,
                execute,
                "INSERT INTO host_key (kind, version, proof, sealing) VALUES ($1, $2, $3, $4)",
                kind,
                i64::from(version),
                proof,
                sealing
            )?;
        }
        Ok(())
    }
}

pub(crate) fn compare(keys: &Keys, known: &[Proof]) -> StoreResult<()> {
    let ring = keys.ring();
    let held = ring.proofs();
    for proof in known {
        let same = held
            .iter()
            .find(|(kind, version, _)| *kind == proof.kind && i64::from(*version) == proof.version);
        match same {
            Some((_, _, held)) if *held == proof.proof => {}
            Some(_) => {
                return Err(StoreError::OtherKeys {
                    key: format!("{} {}", proof.kind, proof.version),
                });
            }
            None => return Err(no_key(keys, u32::try_from(proof.version).unwrap_or(0))),
        }
    }
    Ok(())
}

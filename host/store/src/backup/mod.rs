//! Backups: a folder with the database's copy and a manifest, made while the host runs. It never holds the keys.
//!
//! Start at [`write()`], [`Archive::open`] and [`Archive::restore`]. `sqlite.rs` and `postgres.rs` copy and put back.

mod postgres;
mod sqlite;

pub(crate) use sqlite::finish_switch;

use crate::connect::Link;
use crate::keys::Keys;
use crate::migrate::newest_migration;
use crate::{Store, StoreError};
use linli_domain::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The name of the manifest in a backup's folder.
const MANIFEST: &str = "manifest.json";
/// The layout that this version writes and reads.
const FORMAT: u32 = 1;

/// What a backup is, as it stands in its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout of the folder.
    pub format: u32,
    /// The version of Linli that made it.
    pub linli: String,
    /// `SQLite` or `PostgreSQL`.
    pub database: String,
    /// When it was begun, in microseconds since 1970.
    pub made: i64,
    /// The newest migration of the database.
    pub migration: i64,
    /// The head of the audit's chain, which the restored database still has.
    pub audit_head: Option<String>,
    /// What shows, without giving anything away, which keys the database needs.
    pub keys: Vec<NeededKey>,
    /// The files, by name.
    pub files: BTreeMap<String, Contents>,
}

/// A key that a restored database needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeededKey {
    /// `reference`, `lookup` or `seal`.
    pub kind: String,
    /// Which of that kind.
    pub version: i64,
    /// A keyed hash, in hexadecimal.
    pub proof: String,
}

/// What a file of a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Why a backup was not made or not put back. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder exists.
    #[error("{0} exists already; choose a new name for the backup")]
    Exists(PathBuf),
    /// A file cannot be read or written.
    #[error("cannot {what} {path}")]
    File {
        /// What was tried.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The folder is no backup that this version can read.
    #[error("{path} is no backup that can be used: {reason}")]
    NoBackup {
        /// Which folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The backup is of the other database.
    #[error("the backup is of {backup} and the database is {database}; restore it into {backup}")]
    OtherDatabase {
        /// What the backup is of.
        backup: String,
        /// What it shall go into.
        database: &'static str,
    },
    /// The keys are not those of the backup.
    #[error(
        "the keys are not those of the backup ({0}); put the key file that belongs to it in place first, backups never hold it"
    )]
    OtherKeys(String),
    /// There is something in the database.
    #[error("the database is not empty; add --force to replace all that is in it")]
    NotEmpty,
    /// Processes use the database.
    #[error("the database is in use; stop every process of the host and try again")]
    InUse,
    /// A program is not installed.
    #[error(
        "{program} is not installed; install PostgreSQL's programs (on Debian: apt-get install postgresql-client)"
    )]
    NoProgram {
        /// Which.
        program: &'static str,
    },
    /// A program failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A result of this module.
pub type Result<T> = std::result::Result<T, BackupError>;

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { what, path, source }
}

/// Makes a backup of an open database in a new folder, while others write. `url` is the database's, `made` now.
///
/// It holds every unit of work that was committed before it began. On SQLite the ledger is copied after the main database, so
/// that no read is without its disclosure; on PostgreSQL both are of one snapshot.
pub async fn write(
    store: &Store,
    url: &str,
    folder: &Path,
    linli: &str,
    made: Instant,
    audit_head: Option<String>,
) -> Result<Manifest> {
    if folder.exists() {
        return Err(BackupError::Exists(folder.to_owned()));
    }
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = folder.with_file_name(name);
    if part.exists() {
        std::fs::remove_dir_all(&part).map_err(failed("remove", &part))?;
    }
    private_folder(&part).map_err(failed("make", &part))?;
    let keys = store.list_proofs().await?;
    let names = match &store.link {
        Link::Sqlite { write, ledger, .. } => sqlite::copy(write, ledger, &part).await?,
        Link::Postgres { .. } => postgres::copy(url, &part).await?,
    };
    let mut files = BTreeMap::new();
    for name in names {
        let path = part.join(name);
        sync(&path).map_err(failed("write", &path))?;
        files.insert(
            name.to_owned(),
            contents(&path).map_err(failed("read", &path))?,
        );
    }
    let manifest = Manifest {
        format: FORMAT,
        linli: linli.to_owned(),
        database: store.kind().to_owned(),
        made: made.0,
        migration: newest_migration(),
        audit_head,
        keys,
        files,
    };
    let path = part.join(MANIFEST);
    let text = serde_json::to_string_pretty(&manifest).map_err(io::Error::other);
    let written = text.and_then(|text| {
        let mut file = std::fs::File::create(&path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(failed("write", &path))?;
    sync(&part).map_err(failed("write", &part))?;
    std::fs::rename(&part, folder).map_err(failed("write", folder))?;
    Ok(manifest)
}

/// A backup whose files are whole.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    /// What it is.
    pub manifest: Manifest,
}

impl Archive {
    /// Reads a backup's manifest and compares the files with it.
    pub fn open(folder: &Path) -> Result<Self> {
        let bad = |reason: String| BackupError::NoBackup {
            path: folder.to_owned(),
            reason,
        };
        let path = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(failed("read", &path))?;
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(bad(format!(
                "its layout is {}, this version reads {FORMAT}",
                manifest.format
            )));
        }
        if manifest.migration > newest_migration() {
            return Err(bad(format!(
                "it was made by Linli {}, which is newer than this one",
                manifest.linli
            )));
        }
        for (name, expected) in &manifest.files {
            if !matches!(
                name.as_str(),
                sqlite::MAIN | sqlite::LEDGER | postgres::DUMP
            ) {
                return Err(bad(format!("it lists a file {name}")));
            }
            let path = folder.join(name);
            let found = contents(&path).map_err(failed("read", &path))?;
            if found != *expected {
                return Err(bad(format!(
                    "{name} was changed or cut off since it was made"
                )));
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
        })
    }

    /// Puts the backup into a database, all or nothing. What is in it already is replaced only with `force`.
    pub async fn restore(&self, url: &str, keys: Keys, force: bool) -> Result<()> {
        let sqlite = url
            .strip_prefix("sqlite:")
            .map(|path| path.strip_prefix("//").unwrap_or(path));
        let database = if sqlite.is_some() {
            "SQLite"
        } else {
            "PostgreSQL"
        };
        if self.manifest.database != database {
            return Err(BackupError::OtherDatabase {
                backup: self.manifest.database.clone(),
                database,
            });
        }
        let held = keys.ring().proofs();
        for needed in &self.manifest.keys {
            let same = held.iter().any(|(kind, version, proof)| {
                *kind == needed.kind
                    && i64::from(*version) == needed.version
                    && hex(proof) == needed.proof
            });
            if !same {
                return Err(BackupError::OtherKeys(format!(
                    "{} {}",
                    needed.kind, needed.version
                )));
            }
        }
        match sqlite {
            Some(path) => sqlite::restore(&self.folder, Path::new(path), keys, force).await,
            None => {
                postgres::restore(&self.folder, url, force).await?;
                Store::open(url, keys).await?.close().await;
                Ok(())
            }
        }
    }
}

impl Store {
    async fn list_proofs(&self) -> Result<Vec<NeededKey>> {
        let mut tx = self.begin(crate::Mode::View).await?;
        let proofs = tx.list_proofs().await?;
        let needed = proofs.into_iter().map(|proof| NeededKey {
            kind: proof.kind,
            version: proof.version,
            proof: hex(&proof.proof),
        });
        Ok(needed.collect())
    }
}

/// A new folder that only its owner may open: a backup holds all about everybody.
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

fn sync(path: &Path) -> io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

fn contents(path: &Path) -> io::Result<Contents> {
    let mut file = std::fs::File::open(path)?;
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        digest.update(part);
        bytes += u64::try_from(read).unwrap_or(0);
    }
    Ok(Contents {
        bytes,
        sha256: hex(&digest.finalize()),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

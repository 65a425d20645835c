//! Where a process has its keys from, shared by all its units of work, and how they are read again when another process has
//! added one.

use crate::keyring::{BadKeys, Keyring};
use linli_domain::Seed;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// The keys that a process holds.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<PathBuf>,
    ring: RwLock<Arc<Keyring>>,
}

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read.
    #[error("cannot read the key file {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write the key file {path}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It does not hold keys.
    #[error("cannot use the keys in {path}; restore the file from where you keep its copy")]
    Spoilt {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: BadKeys,
    },
}

impl Keys {
    /// Keys that only this process knows, or that it was given: they are never read again.
    pub fn fixed(ring: Keyring) -> Self {
        Self::new(None, ring)
    }

    /// The keys of a file.
    pub fn from_file(path: &Path) -> Result<Self, KeyFileError> {
        Ok(Self::new(Some(path.to_owned()), read(path)?))
    }

    /// Makes a file with new keys that only its owner may read; true where this process made it. Of several processes
    /// that start at once one makes it, whole, and the others read it.
    pub fn create_file(path: &Path, seed: Seed) -> Result<(Self, bool), KeyFileError> {
        let ring = Keyring::generate(seed);
        let made = std::fs::File::open(folder(path)).and_then(|folder| {
            folder.lock()?;
            write(path, &ring, |new| std::fs::hard_link(new, path))
        });
        match made {
            Ok(()) => Ok((Self::new(Some(path.to_owned()), ring), true)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok((Self::from_file(path)?, false))
            }
            Err(source) => Err(KeyFileError::Write {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Puts other keys into the file and uses them. The change is made under a lock, for which two who change the file wait
    /// for each other; `change` sees the keys that are in the file now.
    pub fn change_file<E: From<KeyFileError>>(
        &self,
        change: impl FnOnce(&Keyring) -> Result<Keyring, E>,
    ) -> Result<Arc<Keyring>, E> {
        let Some(path) = self.file() else {
            return Ok(self.ring());
        };
        let failed = |source| KeyFileError::Write {
            path: path.to_owned(),
            source,
        };
        let folder = std::fs::File::open(folder(path)).map_err(failed)?;
        folder.lock().map_err(failed)?;
        let before = read(path)?;
        let after = change(&before)?;
        if after != before {
            write(path, &after, |new| std::fs::rename(new, path)).map_err(failed)?;
        }
        let after = Arc::new(after);
        *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = after.clone();
        Ok(after)
    }

    fn new(file: Option<PathBuf>, ring: Keyring) -> Self {
        Self(Arc::new(Inner {
            file,
            ring: RwLock::new(Arc::new(ring)),
        }))
    }

    /// The keys as they are now.
    pub fn ring(&self) -> Arc<Keyring> {
        self.0
            .ring
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The file that they are in, if they are in one.
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// The keys with one of that version, for which the file is read again where it was added meanwhile.
    pub(crate) fn ring_with(&self, version: u32) -> Option<Arc<Keyring>> {
        let ring = self.ring();
        if ring.has(version) {
            return Some(ring);
        }
        let newer = Arc::new(read(self.file()?).ok()?);
        if !newer.has(version) {
            return None;
        }
        *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = newer.clone();
        Some(newer)
    }
}

fn read(path: &Path) -> Result<Keyring, KeyFileError> {
    let text = std::fs::read_to_string(path).map_err(|source| KeyFileError::Read {
        path: path.to_owned(),
        source,
    })?;
    Keyring::parse(&text).map_err(|source| KeyFileError::Spoilt {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file beside `path` that only its owner may read, makes it durable, and then puts it in place.
fn write(path: &Path, ring: &Keyring, put: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let new = path.with_file_name(name);
    let _ = std::fs::remove_file(&new);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    let done = file
        .write_all(ring.to_text().as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| put(&new));
    let _ = std::fs::remove_file(&new);
    done?;
    std::fs::File::open(folder(path))?.sync_all()
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

//! A host: its data folder, database, keys and engine, wired together.

use crate::cli::COMPILE;
use anyhow::{Context as _, Result};
use clap::Args;
use linli_core::{Core, References};
use linli_domain::RandomSource;
use linli_domain::random::SystemRandom;
use linli_domain::time::SystemClock;
use linli_engine::{Engine, Worker};
use linli_store::{Keyring, Keys, Store, StoreError};
use std::env::VarError;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a host keeps what it keeps.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// Folder of the key file, the compiled components and the embedded database; made where it is missing
    #[arg(
        long,
        value_name = "DIR",
        default_value = "linli-data",
        env = "LINLI_DATA"
    )]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DIR/linli.db]
    #[arg(
        long,
        value_name = "URL",
        env = "LINLI_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
}

impl DataArgs {
    /// The database's address.
    pub(crate) fn url(&self) -> String {
        match &self.database {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.data.join("linli.db").display()),
        }
    }
}

/// The environment variable that holds the keys where no file shall.
pub(crate) const KEYS: &str = "LINLI_KEYS";

/// An open host.
pub struct Host {
    /// What its operations share.
    pub core: Core,
    /// What runs its plugins.
    pub engine: Engine,
}

/// This program, which compiles in processes of its own.
pub(crate) fn worker() -> Worker {
    Worker::this_program(&[COMPILE])
}

impl Host {
    /// Opens the data folder and brings the database up to date.
    pub async fn open(args: &DataArgs) -> Result<Self> {
        let core = open_core(args).await?;
        let engine = Engine::start(core.clone(), &args.data.join("cache"), worker())?;
        Ok(Self { core, engine })
    }
}

/// Opens what needs no engine.
pub async fn open_core(args: &DataArgs) -> Result<Core> {
    std::fs::create_dir_all(&args.data).with_context(|| {
        format!(
            "cannot make the data folder {}; choose another with --data",
            args.data.display()
        )
    })?;
    let path = args.data.join("linli.key");
    let url = args.url();
    let (keys, made) = keys(&path)?;
    let references = References::new(keys.ring().reference());
    let store = match Store::open(&url, keys).await {
        Ok(store) => store,
        Err(error) => {
            // A key file that was made just now is of no use to a database that has its keys already.
            let others = matches!(
                error,
                StoreError::OtherKeys { .. } | StoreError::NoKey { .. }
            );
            if others && made {
                std::fs::remove_file(&path)?;
                return Err(error).with_context(|| {
                    format!(
                        "the key file {} is missing and the database was made with one; put it back from where you keep its copy",
                        path.display()
                    )
                });
            }
            return Err(error.into());
        }
    };
    Ok(Core {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        references: Arc::new(references),
    })
}

/// The host's keys: of the environment, of the key file, or new ones where there are none yet; true where the file was made.
fn keys(path: &Path) -> Result<(Keys, bool)> {
    if let Some(keys) = keys_of_environment()? {
        return Ok((keys, false));
    }
    Ok(if path.exists() {
        (Keys::from_file(path)?, false)
    } else {
        Keys::create_file(path, SystemRandom.seed())?
    })
}

/// The keys of the environment or of the key file; none are made.
pub(crate) fn existing_keys(args: &DataArgs) -> Result<Keys> {
    Ok(match keys_of_environment()? {
        Some(keys) => keys,
        None => Keys::from_file(&args.data.join("linli.key"))?,
    })
}

fn keys_of_environment() -> Result<Option<Keys>> {
    match std::env::var(KEYS) {
        Ok(text) => {
            let ring = Keyring::parse(&text)
                .with_context(|| format!("cannot use the keys in the environment's {KEYS}"))?;
            Ok(Some(Keys::fixed(ring)))
        }
        Err(VarError::NotPresent) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {KEYS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    fn host(dir: &Path) -> DataArgs {
        DataArgs {
            data: dir.to_owned(),
            database: None,
        }
    }

    #[tokio::test]
    async fn keys_are_made_once_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("linli.key");
        let made = open_core(&host(dir.path())).await.unwrap();
        let ring = made.store.keys().ring();
        made.store.close().await;
        assert_eq!(
            std::fs::metadata(&path).unwrap().mode() & 0o777,
            0o600,
            "nobody else reads it"
        );
        let again = open_core(&host(dir.path())).await.unwrap();
        assert_eq!(again.store.keys().ring(), ring);
        again.store.close().await;
        std::fs::write(&path, "spoilt").unwrap();
        assert!(open_core(&host(dir.path())).await.is_err());
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "spoilt",
            "a spoilt file is never replaced"
        );
    }

    #[tokio::test]
    async fn a_database_is_not_opened_with_other_keys() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("linli.key");
        open_core(&host(dir.path()))
            .await
            .unwrap()
            .store
            .close()
            .await;
        std::fs::remove_file(&path).unwrap();
        let error = open_core(&host(dir.path())).await.err().unwrap();
        assert!(format!("{error:#}").contains("is missing"), "{error:#}");
        assert!(!path.exists(), "no wrong key file is left behind");
        std::fs::write(&path, Keyring::generate([9; 32]).to_text()).unwrap();
        let error = open_core(&host(dir.path())).await.err().unwrap();
        assert!(
            format!("{error:#}").contains("not the keys of this database"),
            "{error:#}"
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn hosts_that_start_at_once_share_one_key_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("linli.key");
        let makers = (0..8).map(|seed| {
            let path = path.clone();
            std::thread::spawn(move || Keys::create_file(&path, [seed; 32]).unwrap())
        });
        let made: Vec<_> = makers
            .collect::<Vec<_>>()
            .into_iter()
            .map(|maker| maker.join().unwrap())
            .collect();
        assert_eq!(made.iter().filter(|(_, made)| *made).count(), 1);
        assert!(made.iter().all(|(keys, _)| keys.ring() == made[0].0.ring()));
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            1,
            "nothing else is left"
        );
    }
}

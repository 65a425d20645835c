//! A host: its data folder, database, key and engine, wired together.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use linli_core::{Core, References};
use linli_domain::RandomSource;
use linli_domain::random::SystemRandom;
use linli_domain::time::SystemClock;
use linli_engine::Engine;
use linli_store::Store;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a host keeps what it keeps.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// Folder of the key, the compiled components and the embedded database; made where it is missing
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

/// An open host.
pub struct Host {
    /// What its operations share.
    pub core: Core,
    /// What runs its plugins.
    pub engine: Engine,
}

impl Host {
    /// Opens the data folder and brings the database up to date.
    pub async fn open(args: &DataArgs) -> Result<Self> {
        let core = open_core(args).await?;
        let engine = Engine::start(core.clone(), &args.data.join("cache"))?;
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
    let references = key(&args.data.join("linli.key"))?;
    let url = match &args.database {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", args.data.join("linli.db").display()),
    };
    let store = Store::open(&url).await?;
    Ok(Core {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        references: Arc::new(references),
    })
}

/// Reads the host's key, or makes one where there is none yet.
fn key(path: &Path) -> Result<References> {
    match std::fs::read_to_string(path) {
        Ok(text) => References::from_hex(&text)
            .with_context(|| format!("cannot use the key in {}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = References::generate(SystemRandom.seed());
            let file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path);
            let mut file = match file {
                Ok(file) => file,
                // Another process was faster: its key is the key.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    bail!(
                        "another process is making the key {}; start again",
                        path.display()
                    )
                }
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("cannot write the key {}", path.display()));
                }
            };
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            Ok(References::from_hex(&text)?)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read the key {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_domain::{PersonId, PluginId};

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("linli.key");
        let plugin: PluginId = "a/b".parse().unwrap();
        let person = PersonId(uuid::Uuid::nil());
        let sealed = key(&path).unwrap().seal(&plugin, person).unwrap();
        assert_eq!(key(&path).unwrap().open(&plugin, &sealed), Some(person));
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(
            std::fs::metadata(&path).unwrap().mode() & 0o777,
            0o600,
            "nobody else reads it"
        );
        std::fs::write(&path, "spoilt").unwrap();
        assert!(key(&path).is_err(), "a spoilt key is never replaced");
    }
}

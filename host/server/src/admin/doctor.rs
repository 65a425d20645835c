//! `linli admin doctor`

use crate::host::{self, DataArgs};
use anyhow::{Result, bail};
use clap::Args;
use linli_core::store::Store;
use linli_core::store::health::{Finding, State};
use linli_domain::Clock as _;
use linli_domain::time::SystemClock;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What `linli admin doctor` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
It looks at the key file, the disk, the database and what the background should have done, and changes nothing. Each line
begins with ok, warning or problem; where something is wrong the next line says how to mend it. It answers 1 where there is a
problem, so that a monitor can call it.")]
pub(crate) struct Doctor {}

/// Below how many free bytes a disk is told to be nearly full.
const FEW_BYTES: u64 = 2 << 30;
/// Below how many free bytes writing may fail any moment.
const TOO_FEW_BYTES: u64 = 200 << 20;

pub(crate) async fn run(_: &Doctor, data: &DataArgs) -> Result<()> {
    let findings = examine(data).await;
    for Finding {
        of,
        state,
        said,
        mend,
    } in &findings
    {
        let state = match state {
            State::Ok => "ok     ",
            State::Warning => "warning",
            State::Problem => "problem",
        };
        println!("{state}  {of}: {said}");
        if !mend.is_empty() {
            println!("         → {mend}");
        }
    }
    let problems = findings
        .iter()
        .filter(|finding| finding.state == State::Problem)
        .count();
    if problems > 0 {
        bail!("{problems} problems were found; mend the first and run linli admin doctor again");
    }
    Ok(())
}

/// Everything that was looked at.
pub(crate) async fn examine(data: &DataArgs) -> Vec<Finding> {
    let mut findings = vec![key_file(&data.data.join("linli.key"))];
    findings.extend(folders(&data.data));
    let keys = match host::existing_keys(data) {
        Ok(keys) => keys,
        Err(error) => {
            findings.push(Finding::problem(
                "keys",
                format!("{error:#}"),
                "put the host's key file into the data folder as linli.key, from where you keep its copy",
            ));
            return findings;
        }
    };
    match Store::open_as_it_is(&data.url(), keys).await {
        Ok(store) => {
            findings.push(Finding::ok("database", format!("{} answers", store.kind())));
            findings.extend(store.examine(SystemClock.now()).await);
            store.close().await;
        }
        Err(error) => findings.push(Finding::problem(
            "database",
            error.to_string(),
            "check the address, that the server runs, and who may read the file; a new host has none before linli serve was started",
        )),
    }
    findings
}

fn key_file(path: &Path) -> Finding {
    if std::env::var_os(host::KEYS).is_some() {
        return Finding::ok("key file", format!("the keys are in {}", host::KEYS));
    }
    match std::fs::metadata(path) {
        Err(error) => Finding::problem(
            "key file",
            format!("{}: {error}", path.display()),
            "put it back from where you keep its copy",
        ),
        Ok(file) if file.mode() & 0o077 != 0 => Finding::problem(
            "key file",
            format!(
                "others than its owner may read {} (mode {:o})",
                path.display(),
                file.mode() & 0o777
            ),
            format!("chmod 600 {}", path.display()),
        ),
        Ok(_) => Finding::ok("key file", "only its owner reads it"),
    }
}

fn folders(data: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.push(match rustix::fs::statvfs(data) {
        Err(error) => Finding::problem(
            "disk",
            format!("{}: {error}", data.display()),
            "give the folder of the host with --data",
        ),
        Ok(disk) => free(disk.f_bavail.saturating_mul(disk.f_frsize)),
    });
    let cache = data.join("cache");
    findings.push(match tempfile::tempfile_in(&cache) {
        Ok(_) => Finding::ok("cache", "compiled plugins can be kept"),
        Err(error) => Finding::warning(
            "cache",
            format!("cannot write into {}: {error}", cache.display()),
            "let the host's user own the folder; linli serve makes it where it is missing",
        ),
    });
    findings
}

fn free(bytes: u64) -> Finding {
    let said = format!("{} MiB are free", bytes >> 20);
    let mend = "make room, or move the data folder to a larger disk";
    match bytes {
        ..TOO_FEW_BYTES => Finding::problem("disk", said, mend),
        TOO_FEW_BYTES..FEW_BYTES => Finding::warning("disk", said, mend),
        _ => Finding::ok("disk", said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::open_core;
    use std::os::unix::fs::PermissionsExt as _;

    fn of<'a>(findings: &'a [Finding], of: &str) -> Vec<&'a Finding> {
        findings.iter().filter(|finding| finding.of == of).collect()
    }

    #[tokio::test]
    async fn a_spoilt_host_is_told_with_the_mend() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataArgs {
            data: dir.path().to_owned(),
            database: None,
        };
        let nothing = examine(&data).await;
        assert_eq!(of(&nothing, "key file")[0].state, State::Problem);
        assert_eq!(of(&nothing, "keys")[0].state, State::Problem);
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            0,
            "it makes nothing"
        );

        open_core(&data).await.unwrap().store.close().await;
        std::fs::create_dir(dir.path().join("cache")).unwrap();
        let sound = examine(&data).await;
        assert!(
            sound.iter().all(|finding| finding.state != State::Problem),
            "{sound:?}"
        );
        assert_eq!(of(&sound, "database")[0].said, "SQLite answers");
        assert!(run(&Doctor {}, &data).await.is_ok());

        let key = dir.path().join("linli.key");
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::remove_dir(dir.path().join("cache")).unwrap();
        let spoilt = examine(&data).await;
        assert!(of(&spoilt, "key file")[0].mend.starts_with("chmod 600"));
        assert_eq!(of(&spoilt, "cache")[0].state, State::Warning);
        assert!(run(&Doctor {}, &data).await.is_err());

        std::fs::write(dir.path().join("linli.db"), "no database at all").unwrap();
        let gone = examine(&data).await;
        assert!(
            gone.iter()
                .any(|finding| finding.state == State::Problem && finding.of != "key file"),
            "{gone:?}"
        );
    }

    #[test]
    fn a_full_disk_is_told() {
        assert_eq!(free(10 << 30).state, State::Ok);
        assert_eq!(free(1 << 30).state, State::Warning);
        assert_eq!(free(1 << 20).state, State::Problem);
    }
}

//! A backup is made while others write, and put back elsewhere.

use linli_core::store::backup::{self, Archive, BackupError};
use linli_core::store::{Keyring, Keys, Store};
use linli_core::{Actor, Core, act, audit, view};
use linli_world::{Database, Result, World, on_both, postgres};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn keys() -> Keys {
    Keys::fixed(Keyring::generate([1; 32]))
}

/// A place for a restored database.
fn elsewhere(world: &World, name: &str) -> Result<String> {
    Ok(match world.core.store.has_one_writer() {
        true => format!("sqlite:{}", world.dir.path().join(name).display()),
        false => postgres::database()?,
    })
}

async fn append(core: &Core, number: i64) -> linli_core::Result<()> {
    act!(core, |work| work
        .audit_act(
            &Actor::host(),
            None,
            "test.append",
            number,
            serde_json::json!({})
        )
        .await)
}

async fn seal_all(core: &Core) -> Result<Option<audit::Head>> {
    while act!(core, |work| audit::seal(work).await)? > 0 {}
    Ok(view!(core, |work| audit::verify(work, None).await)?.head)
}

async fn write(world: &World, folder: &Path) -> backup::Result<backup::Manifest> {
    backup::write(
        &world.core.store,
        &world.url,
        folder,
        "0.1.0",
        world.core.now(),
        None,
    )
    .await
}

/// What a restored database has: the numbers that were appended, and the phone of a resident.
async fn opened(world: &World, url: &str) -> Result<Core> {
    let store = Store::open(url, keys()).await?;
    Ok(Core {
        store,
        ..world.core.clone()
    })
}

async fn count(core: &Core) -> Result<i64> {
    let found = view!(core, |work| audit::verify(work, None).await)?;
    assert_eq!(found.broken, None);
    Ok(found.links + found.unlinked)
}

on_both!(
    a_backup_under_writes_holds_what_was_acknowledged_before,
    |world| {
        let head = seal_all(&world.core).await?.unwrap();
        for number in 0..30 {
            append(&world.core, number).await?;
        }
        let before = count(&world.core).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn({
            let (core, stop) = (world.core.clone(), stop.clone());
            async move {
                let mut number = 1_000;
                while !stop.load(Ordering::Relaxed) {
                    append(&core, number).await?;
                    act!(core, |work| audit::seal(work).await)?;
                    number += 1;
                }
                linli_core::Result::Ok(number)
            }
        });
        let folder = world.dir.path().join("backup");
        let manifest = write(&world, &folder).await?;
        stop.store(true, Ordering::Relaxed);
        writer.await??;
        let text = std::fs::read_to_string(folder.join("manifest.json"))?;
        let ring = Keyring::generate([1; 32]).to_text();
        for line in ring.lines().filter(|line| !line.starts_with('#')) {
            let key = line.rsplit(' ').next().unwrap();
            assert!(!text.contains(key), "a backup never holds a key");
        }

        let target = elsewhere(&world, "elsewhere.db")?;
        let archive = Archive::open(&folder)?;
        assert_eq!(archive.manifest, manifest);
        archive.restore(&target, keys(), false).await?;
        let restored = opened(&world, &target).await?;
        let after = count(&restored).await?;
        assert!(
            after >= before,
            "{after} rows, {before} were acknowledged before it began"
        );
        let noted = view!(restored, |work| audit::verify(work, Some(&head)).await)?;
        assert_eq!(noted.broken, None);
        let li = view!(restored, |work| async {
            Ok(work.tx.find_person(world.li).await?)
        }
        .await)?;
        assert_eq!(li.unwrap().phone.as_deref(), Some("13800000000"));
        append(&restored, 1).await?;
        restored.store.close().await;
    }
);

on_both!(a_restore_replaces_all_or_nothing, |world| {
    let folder = world.dir.path().join("backup");
    write(&world, &folder).await?;
    assert!(matches!(
        write(&world, &folder).await,
        Err(BackupError::Exists(_))
    ));
    let rows = count(&world.core).await?;
    append(&world.core, 1).await?;
    let archive = Archive::open(&folder)?;

    let refused = archive.restore(&world.url, keys(), true).await;
    assert!(matches!(refused, Err(BackupError::InUse)), "{refused:?}");
    world.core.store.close().await;
    let refused = archive.restore(&world.url, keys(), false).await;
    assert!(matches!(refused, Err(BackupError::NotEmpty)), "{refused:?}");
    let others = Keys::fixed(Keyring::generate([2; 32]));
    let refused = archive.restore(&world.url, others, true).await;
    assert!(
        matches!(refused, Err(BackupError::OtherKeys(_))),
        "{refused:?}"
    );
    let core = opened(&world, &world.url).await?;
    assert_eq!(count(&core).await?, rows + 1, "nothing was replaced");
    core.store.close().await;

    archive.restore(&world.url, keys(), true).await?;
    let core = opened(&world, &world.url).await?;
    assert_eq!(count(&core).await?, rows);
    core.store.close().await;
});

on_both!(a_spoilt_backup_is_refused, |world| {
    let folder = world.dir.path().join("backup");
    let manifest = write(&world, &folder).await?;
    let file = folder.join(manifest.files.keys().next().unwrap());
    let mut bytes = std::fs::read(&file)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes)?;
    assert!(matches!(
        Archive::open(&folder),
        Err(BackupError::NoBackup { .. })
    ));
    std::fs::write(&file, &bytes[..middle])?;
    assert!(matches!(
        Archive::open(&folder),
        Err(BackupError::NoBackup { .. })
    ));
    let path = folder.join("manifest.json");
    let newer = std::fs::read_to_string(&path)?.replace("\"migration\": ", "\"migration\": 9");
    std::fs::write(&path, newer)?;
    assert!(
        Archive::open(&folder)
            .unwrap_err()
            .to_string()
            .contains("newer")
    );
});

/// The last step of a restore on SQLite are two renames: what a kill leaves between them is ended by the next start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_was_killed_while_it_switched_is_ended_at_the_next_start() -> Result<()> {
    let world = World::new(Database::Sqlite).await?;
    let folder = world.dir.path().join("backup");
    write(&world, &folder).await?;
    let rows = count(&world.core).await?;
    append(&world.core, 1).await?;
    world.core.store.close().await;
    let file = |name: &str| world.dir.path().join(name);
    std::fs::copy(folder.join("linli.db"), file("linli.db.switching"))?;
    std::fs::copy(
        folder.join("linli.db.ledger"),
        file("linli.db.restoring.ledger"),
    )?;
    let core = opened(&world, &world.url).await?;
    assert_eq!(count(&core).await?, rows);
    assert!(!file("linli.db.switching").exists() && !file("linli.db.restoring.ledger").exists());
    Ok(())
}

//! What happens to components that attack the compiler, to code in the cache that was tampered with, and to crowds of
//! uploads.

use anyhow::Result;
use linli_core::{Admin, Service};
use linli_domain::random::Stream;
use linli_engine::publish::{self, PublishError};
use linli_engine::{Answer, CheckError, Checker, Engine, Worker};
use linli_registry::{digest, inspect, signature};
use linli_tests::hostile::{self, Parts, enable, request};
use linli_tests::{process, site};
use linli_world::{Database, World, resident};
use minisign::KeyPair;
use std::path::PathBuf;
use std::time::Duration;

const MIB: u64 = 1 << 20;

/// The title that a service shows.
async fn title(engine: &Engine, world: &World, service: &Service) -> Result<String> {
    match engine.view(service, &resident(world.li), request()).await {
        Answer::Done(page) => Ok(page.title),
        other => anyhow::bail!("{other:?}"),
    }
}

/// What a component cannot be compiled for.
async fn refused(worker: Worker, component: &[u8]) -> Result<String> {
    match Checker::start(worker)?.check(component, "care").await {
        Err(CheckError::Compile(why)) => Ok(why),
        other => anyhow::bail!("{other:?}"),
    }
}

/// One function with so many instructions and ways through them that compiling it takes long.
fn bomb() -> Vec<u8> {
    let mut body = String::new();
    for number in 0..60_000 {
        let (local, other) = (number % 64, (number * 7 + 1) % 64);
        body.push_str(&format!(
            "block local.get {local} local.get {other} i32.mul local.tee {other} br_if 0 local.get {local} i32.const {number} i32.xor local.set {local} end\n"
        ));
    }
    let locals = "(local i32)".repeat(64);
    let more = format!("(func $bomb {locals} {body})");
    let parts = Parts {
        view: "(call $bomb) (global.get $page)",
        more: &more,
        ..hostile::HEALTHY
    };
    hostile::component(parts, "care/bomb", "1.0.0")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_bomb_ends_at_the_workers_limits_and_its_neighbour_is_well() -> Result<()> {
    let world = World::new(Database::Sqlite).await?;
    let engine = process::engine(&world)?;
    let neighbour = enable(&world, hostile::HEALTHY, "good").await?;
    let bomb = bomb();
    let limited = |memory, cpu, wall| {
        let (cpu, wall) = (Duration::from_secs(cpu), Duration::from_secs(wall));
        Result::<_>::Ok(process::worker()?.limited(memory, cpu, wall))
    };
    let slow = refused(limited(4_096 * MIB, 1, 60)?, &bomb).await?;
    assert!(slow.contains("more than 1 s of processor time"), "{slow}");
    let late = refused(limited(4_096 * MIB, 60, 0)?, &bomb).await?;
    assert!(late.contains("more than 0 s"), "{late}");
    let large = refused(limited(48 * MIB, 60, 60)?, &bomb).await?;
    assert!(large.contains("more than 48 MiB of memory"), "{large}");
    assert_eq!(title(&engine, &world, &neighbour).await?, "Hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deep_nesting_is_compiled_or_refused_and_never_breaks_the_host() -> Result<()> {
    let world = World::new(Database::Sqlite).await?;
    let engine = process::engine(&world)?;
    for depth in [1_000, 100_000] {
        let nest = format!("{}{}", "block ".repeat(depth), "end ".repeat(depth));
        let more = format!("(func $deep {nest})");
        let parts = Parts {
            more: &more,
            ..hostile::HEALTHY
        };
        let component = hostile::component(parts, "care/deep", "1.0.0");
        let checked = engine.checker().check(&component, "care").await;
        assert!(
            matches!(checked, Ok(_) | Err(CheckError::Compile(_))),
            "{checked:?}"
        );
    }
    let neighbour = enable(&world, hostile::HEALTHY, "good").await?;
    assert_eq!(title(&engine, &world, &neighbour).await?, "Hello");
    Ok(())
}

#[tokio::test]
async fn without_its_worker_the_host_says_so() -> Result<()> {
    let nowhere = Checker::start(Worker::program("/nowhere/linli", &[]))?;
    let component = hostile::component(hostile::HEALTHY, "care/x", "1.0.0");
    let checked = nowhere.check(&component, "care").await;
    assert!(
        matches!(&checked, Err(CheckError::Broken(why)) if why.contains("/nowhere/linli")),
        "{checked:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_uploads_at_once_are_bounded_and_leave_room_for_others() -> Result<()> {
    let checker = Checker::start(process::worker()?)?;
    let component = hostile::component(hostile::HEALTHY, "care/x", "1.0.0");
    let mut crowd: Vec<_> = (0..1_000)
        .map(|_| {
            let (checker, component) = (checker.clone(), component.clone());
            Box::pin(async move { checker.check(&component, "crowd").await })
        })
        .collect();
    // Each asks for its place before any is compiled.
    let mut waiting = Vec::new();
    let mut busy = 0;
    for mut upload in crowd.drain(..) {
        match poll_once(&mut upload).await {
            Some(Err(CheckError::Busy)) => busy += 1,
            Some(other) => panic!("{other:?}"),
            None => waiting.push(tokio::spawn(upload)),
        }
    }
    assert_eq!((waiting.len(), busy), (4, 996));
    assert!(checker.check(&component, "another").await.is_ok());
    for upload in waiting {
        assert!(upload.await?.is_ok());
    }
    Ok(())
}

/// Polls a future once.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// The files of the cache with an ending.
fn files(world: &World, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(world.dir.path().join("cache"))? {
        let path = file?.path();
        if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Puts a file in the place of another, as a restored backup or a broken disk does: what is mapped is never written to.
fn replace(path: &PathBuf, content: &[u8]) -> Result<()> {
    let new = path.with_extension("damaged");
    std::fs::write(&new, content)?;
    Ok(std::fs::rename(&new, path)?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_that_is_damaged_cut_off_or_anothers_is_made_anew() -> Result<()> {
    let world = World::new(Database::Sqlite).await?;
    let (one, other) = (
        enable(&world, hostile::HEALTHY, "one").await?,
        enable(&world, hostile::BUTTONED, "other").await?,
    );
    let engine = process::engine(&world)?;
    let shown = async |engine: &Engine| {
        let page = engine.view(&one, &resident(world.li), request()).await;
        match page {
            Answer::Done(page) => Result::<_>::Ok(page.blocks.len()),
            other => anyhow::bail!("{other:?}"),
        }
    };
    assert_eq!(shown(&engine).await?, 0);
    assert_eq!(title(&engine, &world, &other).await?, "Hello");
    let of = |ending: &str, service: &Service| -> Result<PathBuf> {
        let found = files(&world, ending)?.into_iter().find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&service.digest)
        });
        found.ok_or_else(|| anyhow::anyhow!("no {ending} of {}", service.digest))
    };
    let (code, seal) = (of("cwasm", &one)?, of("seal", &one)?);
    let (whole, its_seal) = (std::fs::read(&code)?, std::fs::read(&seal)?);
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let foreign = std::fs::read(of("cwasm", &other)?)?;
    let foreign_seal = std::fs::read(of("seal", &other)?)?;
    for (what, bad_code, bad_seal) in [
        ("flipped", &flipped, &its_seal),
        ("cut off", &whole[..whole.len() / 3].to_vec(), &its_seal),
        ("empty", &Vec::new(), &its_seal),
        ("another's", &foreign, &its_seal),
        ("another's with its seal", &foreign, &foreign_seal),
        ("sealed by nobody", &whole, &b"nobody".to_vec()),
    ] {
        replace(&code, bad_code)?;
        replace(&seal, bad_seal)?;
        assert_eq!(shown(&process::engine(&world)?).await?, 0, "{what}");
        assert_eq!(std::fs::read(&code)?, whole, "{what}");
        assert_eq!(std::fs::read(&seal)?, its_seal, "{what}");
    }
    Ok(())
}

/// Breaks a component in one of many ways.
fn mutated(component: &[u8], draw: &mut Stream) -> Vec<u8> {
    let mut bytes = component.to_vec();
    let mut number = |below: usize| {
        let mut drawn = [0; 8];
        draw.fill(&mut drawn);
        (u64::from_le_bytes(drawn) % below.max(1) as u64) as usize
    };
    let at = number(bytes.len());
    let long = 1 + number(64);
    let end = (at + long).min(bytes.len());
    match number(8) {
        0 | 1 => {
            for _ in 0..=number(4) {
                let at = number(bytes.len());
                bytes[at] ^= 1 << number(8);
            }
        }
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let copied = bytes[at..end].to_vec();
            let to = number(bytes.len());
            bytes.splice(to..to, copied);
        }
        5 => bytes[at..end].fill(0xff),
        6 => {
            for byte in &mut bytes[at..end] {
                *byte = number(256) as u8;
            }
        }
        // The largest number in LEB128, where a length or an index may stand.
        _ => drop(bytes.splice(at..end.min(at + 1), [0xff, 0xff, 0xff, 0xff, 0x0f])),
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_components_never_break_the_host() -> Result<()> {
    let count = if std::env::var_os("LINLI_LONG").is_some() {
        10_000
    } else {
        500
    };
    let world = World::new(Database::Sqlite).await?;
    let engine = process::engine(&world)?;
    let (admin, key) = (
        Admin::at_command_line(),
        KeyPair::generate_unencrypted_keypair()?,
    );
    let public = key.pk.to_box()?.into_string();
    publish::add_key(&world.core, &admin, "care", &public).await?;
    let neighbour = enable(&world, hostile::HEALTHY, "good").await?;
    let whole = [
        hostile::component(hostile::BUTTONED, "care/a", "1.0.0"),
        hostile::component(hostile::WRITES_WHEN_FIRED, "care/b", "1.0.0"),
        hostile::component(hostile::READS_AGE, "care/c", "1.0.0"),
    ];
    let signatures: Vec<_> = whole
        .iter()
        .map(|component| site::sign(&key, component))
        .collect::<Result<_>>()?;
    let mut draw = Stream::new([7; 32]);
    let (mut undecodable, mut uncompilable, mut accepted) = (0, 0, 0);
    for number in 0..count {
        let of = number % whole.len();
        let broken = mutated(&whole[of], &mut draw);
        if broken == whole[of] {
            continue;
        }
        let old = signature::verify(&broken, &signatures[of], &[public.as_str()]);
        assert!(
            old.is_err(),
            "{number}: a changed file passed for a signed one"
        );
        let anew = site::sign(&key, &broken)?;
        match publish::submit(&world.core, &engine, &admin, broken.clone(), &anew).await {
            Err(PublishError::Check(CheckError::Broken(why))) => panic!("{number}: {why}"),
            Err(PublishError::Check(_)) => uncompilable += 1,
            // Of one version there is one release: whatever else is sound is refused as taken.
            Err(PublishError::Core(error)) if error.refusal().is_none() => {
                panic!("{number}: {error}")
            }
            Err(_) => undecodable += 1,
            Ok(_) => {
                accepted += 1;
                let mut service = neighbour.clone();
                service.digest = digest(&broken);
                service.installation.permissions = inspect(&broken)?.permissions();
                let answer = engine.view(&service, &resident(world.li), request()).await;
                assert!(
                    !matches!(answer, Answer::HostFailed(_)),
                    "{number}: {answer:?}"
                );
            }
        }
    }
    println!(
        "{undecodable} undecodable or taken, {uncompilable} refused by the check, {accepted} accepted"
    );
    assert!(undecodable > count / 4 && uncompilable > 0 && accepted > 0);
    assert_eq!(title(&engine, &world, &neighbour).await?, "Hello");
    Ok(())
}

//! What a publisher is told of a failure, and that it can be replayed.

use anyhow::{Context as _, Result};
use linli_core::{Admin, Service, act, consent, failure, view};
use linli_domain::InvocationId;
use linli_engine::report::{self, Recorded, Replayed};
use linli_engine::{Answer, Checker, Engine, page};
use linli_tests::hostile::{self, Parts};
use linli_tests::process;
use linli_world::{Database, World, on_both, resident};
use serde_json::{Value, json};
use std::process::Command;

/// Enables it, and answers its component as well.
async fn enable(world: &World, parts: Parts<'_>, name: &str) -> Result<(Service, Vec<u8>)> {
    let service = hostile::enable(world, parts, name).await?;
    let bytes = hostile::component(parts, &format!("care/{name}"), "1.0.0");
    Ok((service, bytes))
}

async fn fails_at(
    world: &World,
    engine: &Engine,
    service: &Service,
    path: &str,
) -> Result<InvocationId> {
    let request = page::Request {
        address: page::Address {
            path: path.to_owned(),
            query: Vec::new(),
        },
    };
    match engine.view(service, &resident(world.li), request).await {
        Answer::Ill(illness) => Ok(illness.invocation),
        other => anyhow::bail!("it should be ill: {other:?}"),
    }
}

/// What the publisher gets of a failure, and the true recording of it.
async fn reports(
    world: &World,
    service: &Service,
    invocation: InvocationId,
) -> Result<(Value, Value)> {
    let store = &world.core.store;
    let failure = store.find_failure(service.id(), invocation).await?;
    let failure = failure.context("the ledger has it")?;
    let report = report::for_publisher(&failure, &service.manifest, [9; 32]);
    let admin = Admin::at_command_line();
    let opened = act!(world.core, |work| failure::open(
        work,
        &admin,
        service.id(),
        invocation
    )
    .await)?;
    let recording: Value = serde_json::from_str(&opened)?;
    let recording = json!({ "linli-report": 1, "report": { "replay": recording } });
    Ok((report, recording))
}

fn read(report: &Value) -> Result<Recorded> {
    report::read(&report.to_string()).map_err(|problem| anyhow::anyhow!(problem))
}

async fn replayed(component: &[u8], report: &Value) -> Result<Replayed> {
    let checker = Checker::start(process::worker()?)?;
    Ok(report::replay(&checker, component, &read(report)?).await?)
}

on_both!(
    a_failure_is_replayed_and_tells_nothing_of_the_resident,
    |world| {
        let engine = process::engine(&world)?;
        let (service, component) = enable(&world, hostile::TRAP_AFTER_READING, "bad").await?;
        let agreed = consent::Agreed {
            release: service.digest.clone(),
            together: ["age".to_owned()].into(),
            ..Default::default()
        };
        act!(world.core, |work| consent::give(
            work,
            &service,
            &resident(world.li),
            &agreed
        )
        .await)?;
        let invocation = fails_at(&world, &engine, &service, "/").await?;
        let (report, recording) = reports(&world, &service, invocation).await?;
        let reference = view!(world.core, |work| service.reference(work, world.li))?;
        let (told, truth) = (report.to_string(), recording.to_string());
        assert!(
            truth.contains(&reference) && truth.contains("80"),
            "{truth}"
        );
        assert!(!told.contains(&reference), "{told}");
        let read = |report: &Value| report["report"]["replay"]["host-calls"][1].clone();
        assert_eq!(read(&report)["call"], "profile.read");
        assert_ne!(read(&report), read(&recording));
        assert_eq!(report["report"]["back-trace"][0], "deep");
        assert_eq!(
            report["report"]["used"]["last-host-calls"],
            json!(["context.current", "profile.read"])
        );
        for file in [&report, &recording] {
            let replayed = replayed(&component, file).await?;
            assert!(replayed.reproduced, "{replayed:?}");
            assert_eq!(replayed.back_trace[0], "deep");
        }
        // Another component is refused, and one report in a minute is recorded of a service.
        let other = hostile::component(hostile::TRAP, "care/bad", "1.0.1");
        let checker = Checker::start(process::worker()?)?;
        assert!(
            report::replay(&checker, &other, &self::read(&report)?)
                .await
                .is_err()
        );
        let again = fails_at(&world, &engine, &service, "/").await?;
        let failure = world.core.store.find_failure(service.id(), again).await?;
        assert_eq!(
            failure.context("the ledger has it")?.report["replay"],
            Value::Null
        );
        world.clock.set(world.core.now().plus_minutes(1));
        let later = fails_at(&world, &engine, &service, "/").await?;
        let failure = world.core.store.find_failure(service.id(), later).await?;
        assert!(failure.context("the ledger has it")?.report["replay"].is_object());
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_says_where_substitutes_do_not_reproduce_the_failure() -> Result<()> {
    let world = World::new(Database::Sqlite).await?;
    let engine = process::engine(&world)?;
    let (service, component) = enable(&world, hostile::TRAP_AT_A_PATH, "bad").await?;
    let invocation = fails_at(&world, &engine, &service, "/secret").await?;
    let (report, recording) = reports(&world, &service, invocation).await?;
    assert!(!report.to_string().contains("secret"), "{report}");
    let folder = world.dir.path();
    let file = folder.join("bad.wasm");
    std::fs::write(&file, &component)?;
    let replay = |name: &str, content: &Value| -> Result<(bool, String)> {
        let path = folder.join(name);
        std::fs::write(&path, content.to_string())?;
        let done = Command::new(process::linli()?)
            .args(["plugin", "replay"])
            .arg(&path)
            .arg("--component")
            .arg(&file)
            .output()?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        Ok((done.status.success(), said))
    };
    let (again, said) = replay("report.json", &report)?;
    assert!(
        !again && said.contains("substitutes in the place of personal data"),
        "{said}"
    );
    let (again, said) = replay("recording.json", &recording)?;
    assert!(
        again && said.contains("fails as it did in the district"),
        "{said}"
    );
    let (again, _) = replay("nothing.json", &json!({ "linli-report": 1 }))?;
    assert!(!again);
    Ok(())
}

on_both!(a_budget_that_is_used_up_is_used_up_again, |world| {
    let engine = process::engine(&world)?;
    for (name, parts) in [
        ("loop", hostile::ENDLESS_LOOP),
        ("memory", hostile::MEMORY_BOMB),
        ("calls", hostile::MANY_HOST_CALLS),
        ("write", hostile::WRITE_IN_VIEW),
    ] {
        let (service, component) = enable(&world, parts, name).await?;
        let invocation = fails_at(&world, &engine, &service, "/").await?;
        let (report, _) = reports(&world, &service, invocation).await?;
        let replayed = replayed(&component, &report).await?;
        // A million calls are more than a report holds.
        let complete = report["report"]["replay"]["complete"] == true;
        assert_eq!(replayed.reproduced, complete, "{name}: {replayed:?}");
    }
});

on_both!(a_run_that_succeeds_is_not_recorded, |world| {
    let engine = process::engine(&world)?;
    let (service, _) = enable(&world, hostile::HEALTHY, "good").await?;
    let answer = engine
        .view(&service, &resident(world.li), hostile::request())
        .await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    let failures = world.core.store.list_failures(service.id(), 10).await?;
    assert!(failures.is_empty());
});

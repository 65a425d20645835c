//! What happens to plugins that misbehave, and to those beside them.

use anyhow::Result;
use jiff::civil::date;
use linli_core::notice::{self, Draft, Message, Recipient};
use linli_core::store::notice::StoredArgument;
use linli_core::store::timer::Timer;
use linli_core::{Admin, Refusal, Service, account, act, calendar, consent, view};
use linli_domain::budget::Budget;
use linli_domain::permission::Permission;
use linli_domain::slot::SlotRules;
use linli_domain::{CalendarId, DisclosureId, Instant, Urgency};
use linli_engine::{Answer, CheckError, Engine, Illness, LinkError, page};
use linli_registry::{InspectError, inspect};
use linli_tests::hostile::{self, Parts, enable, request, submission};
use linli_tests::process;
use linli_world::on_both;
use linli_world::{self as world, TOMORROW, World, resident};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;
use uuid::Uuid;

const RULES: SlotRules = SlotRules {
    minutes: 60,
    buffer_minutes: 0,
    notice_minutes: 0,
    horizon_days: None,
};

fn engine(world: &World) -> Result<Engine> {
    process::engine(world)
}

fn illness<T: std::fmt::Debug>(answer: Answer<T>) -> Illness {
    match answer {
        Answer::Ill(illness) => illness,
        other => panic!("it should be ill: {other:?}"),
    }
}

/// The same service with another budget, as its admin changes it.
async fn with_budget(
    world: &World,
    service: &Service,
    budget: Budget,
    amount: u32,
) -> Result<Service> {
    let (id, wanted) = (service.id(), [(budget, amount)]);
    act!(world.core, |work| linli_core::installation::set_budgets(
        work,
        &Admin::at_command_line(),
        id,
        &wanted
    )
    .await)?;
    world.service(id).await
}

/// The version of the one record that the fixtures write; 0 where there is none.
async fn version(world: &World, service: &Service) -> Result<i64> {
    let record = view!(world.core, |work| Ok(work
        .tx
        .find_record(service.id(), "notes", "k")
        .await?))?;
    Ok(record.map_or(0, |record| record.version))
}

/// The plugin is ill for this reason, the ledger says so, and its neighbour is well.
async fn is_ill_alone(
    world: &World,
    parts: Parts<'_>,
    acts: bool,
    reason: &str,
) -> Result<Service> {
    let engine = engine(world)?;
    let service = enable(world, parts, "bad").await?;
    let neighbour = enable(world, hostile::HEALTHY, "good").await?;
    let illness = if acts {
        illness(
            engine
                .act(&service, &resident(world.li), submission(), Some("1"))
                .await,
        )
    } else {
        illness(engine.view(&service, &resident(world.li), request()).await)
    };
    assert!(illness.reason.contains(reason), "{}", illness.reason);
    let failures = world.core.store.list_failures(service.id(), 10).await?;
    assert_eq!(failures.len(), 1);
    assert_eq!(
        (failures[0].invocation_id, &failures[0].reason),
        (illness.invocation, &illness.reason)
    );
    assert_eq!(version(world, &service).await?, 0);
    let page = engine
        .view(&neighbour, &resident(world.li), request())
        .await;
    assert!(
        matches!(&page, Answer::Done(page) if page.title == "Hello"),
        "{page:?}"
    );
    let done = engine
        .act(&neighbour, &resident(world.wang), submission(), Some("1"))
        .await;
    assert!(
        matches!(&done, Answer::Done(page::Outcome::Done(done)) if done.to.path == "/"),
        "{done:?}"
    );
    Ok(service)
}

on_both!(an_endless_loop_ends_at_its_budget, |world| {
    is_ill_alone(
        &world,
        hostile::ENDLESS_LOOP,
        false,
        "running time (200 ms)",
    )
    .await?;
});

on_both!(an_endless_loop_in_an_act_ends_at_its_budget, |world| {
    is_ill_alone(&world, hostile::ENDLESS_LOOP, true, "running time (200 ms)").await?;
});

on_both!(a_table_bomb_ends_at_its_budget, |world| {
    is_ill_alone(&world, hostile::TABLE_BOMB, false, "table elements (20000)").await?;
});

on_both!(
    a_loop_of_bulk_memory_instructions_ends_at_its_budget,
    |world| {
        let reason = "running time (200 ms)";
        is_ill_alone(&world, hostile::BULK_MEMORY_LOOP, false, reason).await?;
    }
);

on_both!(a_loop_of_bulk_memory_after_a_write_is_undone, |world| {
    let reason = if world.core.store.has_one_writer() {
        "while it writes (20 ms)"
    } else {
        "running time (200 ms)"
    };
    is_ill_alone(&world, hostile::BULK_MEMORY_LOOP, true, reason).await?;
});

on_both!(giant_strings_and_answers_end_the_invocation, |world| {
    let engine = engine(&world)?;
    let neighbour = enable(&world, hostile::HEALTHY, "good").await?;
    for (name, parts, reason) in [
        ("one", hostile::GIANT_STRING, "out of bounds"),
        ("two", hostile::LONG_STRING, "fuel"),
        ("three", hostile::GIANT_ANSWER, "count is 4294967295"),
        ("four", hostile::NOWHERE_TO_PUT, "beyond end of memory"),
    ] {
        let service = enable(&world, parts, name).await?;
        let illness = illness(engine.view(&service, &resident(world.li), request()).await);
        assert!(
            illness.reason.contains(reason),
            "{name}: {}",
            illness.reason
        );
        let page = engine
            .view(&neighbour, &resident(world.wang), request())
            .await;
        assert!(matches!(page, Answer::Done(_)), "{name}: {page:?}");
    }
});

on_both!(
    a_page_of_many_blocks_is_refused_or_handed_over_within_its_budgets,
    |world| {
        let engine = engine(&world)?;
        let service = enable(&world, hostile::MANY_BLOCKS, "bad").await?;
        // The renderer refuses what the transfer lets through: `a_page_of_many_blocks_is_not_shown` among the web's tests.
        match engine.view(&service, &resident(world.li), request()).await {
            Answer::Done(page) => assert_eq!(page.blocks.len(), 100_000),
            other => {
                illness(other);
            }
        }
    }
);

on_both!(
    a_flood_of_records_ends_at_the_rows_or_the_writers_time,
    |world| {
        let service = is_ill_alone(&world, hostile::RECORD_FLOOD, true, "it used up its").await?;
        let stored = view!(world.core, |work| Ok(work
            .tx
            .count_records(service.id())
            .await?))?;
        assert_eq!(stored, 0);
    }
);

on_both!(rows_have_a_budget, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::RECORD_FLOOD, "bad").await?;
    let service = with_budget(&world, &service, Budget::Rows, 100).await?;
    let illness = illness(
        engine
            .act(&service, &resident(world.li), submission(), Some("1"))
            .await,
    );
    assert!(
        illness.reason.contains("rows of the database (100)"),
        "{}",
        illness.reason
    );
});

on_both!(a_storm_of_timers_ends_at_its_budget, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::TIMER_STORM, "bad").await?;
    let service = with_budget(&world, &service, Budget::Timers, 3).await?;
    let answer = engine
        .act(&service, &resident(world.li), submission(), Some("1"))
        .await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    let (id, now) = (service.id(), world.core.now());
    let waiting = view!(world.core, |work| Ok(work
        .tx
        .count_other_timers(id, "")
        .await?))?;
    assert_eq!(waiting, 3, "at {now:?}");
});

on_both!(
    budgets_of_an_installation_hold_from_the_next_invocation_on,
    |world| {
        let engine = engine(&world)?;
        let service = enable(&world, hostile::ENDLESS_LOOP, "bad").await?;
        let service = with_budget(&world, &service, Budget::Cpu, 40).await?;
        let short = illness(engine.view(&service, &resident(world.li), request()).await);
        assert!(
            short.reason.contains("running time (40 ms)"),
            "{}",
            short.reason
        );
        let service = enable(&world, hostile::MEMORY_BOMB, "large").await?;
        let service = with_budget(&world, &service, Budget::Memory, 8).await?;
        let small = illness(engine.view(&service, &resident(world.li), request()).await);
        assert!(small.reason.contains("memory (8 MiB)"), "{}", small.reason);
        let refused = act!(world.core, |work| linli_core::installation::set_budgets(
            work,
            &Admin::at_command_line(),
            service.id(),
            &[(Budget::Memory, 4_000)],
        )
        .await);
        let refused = refused.as_ref().map_err(|error| error.refusal());
        assert!(
            matches!(
                refused,
                Err(Some(Refusal::Field {
                    field: "memory-mib",
                    ..
                }))
            ),
            "{refused:?}"
        );
    }
);

on_both!(
    an_installation_that_keeps_failing_is_paused_and_tried_again,
    |world| {
        let engine = engine(&world)?;
        let id = enable(&world, hostile::TRAP, "bad").await?.id();
        let neighbour = enable(&world, hostile::HEALTHY, "good").await?;
        let view = async |person| {
            let service = world.service(id).await?;
            Result::<_>::Ok(engine.view(&service, &resident(person), request()).await)
        };
        for _ in 0..10 {
            illness(view(world.li).await?);
        }
        illness(view(world.wang).await?);
        let last = illness(view(world.wang).await?);
        let paused = view(world.li).await?;
        let until = world.core.now().plus_seconds(30);
        assert!(
            matches!(paused, Answer::Paused(next) if next == until),
            "{paused:?}"
        );
        let breaker = world.service(id).await?.installation.breaker;
        let breaker = breaker.ok_or_else(|| anyhow::anyhow!("it stands in the database"))?;
        assert!(breaker.open);
        assert_eq!(
            (breaker.invocation, breaker.reason),
            (last.invocation, last.reason)
        );
        // Another process knows it from the database.
        let other = Engine::start(
            world.core.clone(),
            &world.dir.path().join("other"),
            process::worker()?,
        )?;
        let service = world.service(id).await?;
        let paused = other.view(&service, &resident(world.wang), request()).await;
        assert!(matches!(paused, Answer::Paused(_)), "{paused:?}");
        let page = engine
            .view(&neighbour, &resident(world.li), request())
            .await;
        assert!(matches!(page, Answer::Done(_)), "{page:?}");

        // The trial fails: the next pause is twice as long.
        world.clock.set(until);
        illness(view(world.zhao).await?);
        let paused = view(world.li).await?;
        let until = until.plus_seconds(60);
        assert!(
            matches!(paused, Answer::Paused(next) if next == until),
            "{paused:?}"
        );

        // The admin does not want to wait; meanwhile it has been mended.
        let admin = Admin::at_command_line();
        act!(world.core, |work| linli_core::installation::try_now(
            work, &admin, id
        )
        .await)?;
        let mut service = world.service(id).await?;
        service.digest = neighbour.digest.clone();
        service.installation.permissions = neighbour.installation.permissions.clone();
        let page = engine.view(&service, &resident(world.li), request()).await;
        assert!(matches!(page, Answer::Done(_)), "{page:?}");
        let breaker = world.service(id).await?.installation.breaker;
        assert!(breaker.is_some_and(|breaker| !breaker.open));
        illness(view(world.li).await?);
    }
);

on_both!(a_memory_bomb_ends_at_its_budget, |world| {
    is_ill_alone(&world, hostile::MEMORY_BOMB, false, "memory (64 MiB)").await?;
});

on_both!(recursion_ends_at_the_end_of_the_stack, |world| {
    is_ill_alone(&world, hostile::RECURSION, false, "stack").await?;
});

on_both!(a_million_host_calls_end_at_their_budget, |world| {
    is_ill_alone(
        &world,
        hostile::MANY_HOST_CALLS,
        false,
        "calls of the host (10000)",
    )
    .await?;
});

on_both!(a_log_flood_is_cut_off, |world| {
    let service = is_ill_alone(&world, hostile::LOG_FLOOD, false, "calls of the host").await?;
    let lines = world
        .core
        .store
        .list_plugin_log(service.id(), 1_000)
        .await?;
    assert_eq!(lines.len(), 101);
    assert!(lines.iter().all(|line| line.line.len() <= 1_000));
});

on_both!(a_page_beyond_the_memory_is_refused, |world| {
    is_ill_alone(&world, hostile::GIANT_PAGE, false, "").await?;
});

on_both!(a_trap_is_reported_with_the_guests_functions, |world| {
    let service = is_ill_alone(&world, hostile::TRAP, false, "unreachable").await?;
    let failures = world.core.store.list_failures(service.id(), 1).await?;
    assert_eq!(
        failures[0].report["back-trace"][0], "deep",
        "{}",
        failures[0].report
    );
});

on_both!(a_trap_after_a_write_writes_nothing, |world| {
    is_ill_alone(&world, hostile::TRAP_AFTER_WRITE, true, "unreachable").await?;
});

on_both!(a_spin_after_a_write_is_undone, |world| {
    let reason = if world.core.store.has_one_writer() {
        "while it writes (20 ms)"
    } else {
        "running time (200 ms)"
    };
    is_ill_alone(&world, hostile::SPIN_AFTER_WRITE, true, reason).await?;
});

on_both!(
    an_act_that_writes_for_ever_does_not_hold_the_writer,
    |world| {
        let engine = engine(&world)?;
        let service = enable(&world, hostile::WRITES_FOR_EVER, "bad").await?;
        let caller = resident(world.li);
        let answer = engine.act(&service, &caller, submission(), Some("1")).await;
        let illness = illness(answer);
        // Which budget ends it is the machine's speed: of calls, of its own time, or of the host's included.
        assert!(
            illness.reason.contains("it used up its"),
            "{}",
            illness.reason
        );
        assert_eq!(version(&world, &service).await?, 0);
    }
);

on_both!(documents_of_one_invocation_have_a_budget, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::WRITES_TOO_MUCH, "bad").await?;
    let answer = engine
        .act(&service, &resident(world.li), submission(), None)
        .await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
});

on_both!(
    what_is_said_is_cut_and_kept_without_control_characters,
    |world| {
        let engine = engine(&world)?;
        let service = enable(&world, hostile::SAYS_TOO_MUCH, "bad").await?;
        for time in ["first", "second"] {
            let answer = engine
                .act(&service, &resident(world.li), submission(), Some("1"))
                .await;
            let Answer::Done(page::Outcome::Done(done)) = answer else {
                panic!("{time}: {answer:?}")
            };
            assert_eq!(done.say, Some("a".repeat(500)), "{time}");
        }
    }
);

on_both!(instants_beyond_the_contract_are_invalid, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::BEYOND_TIME, "bad").await?;
    let caller = resident(world.li);
    let page = engine.view(&service, &caller, request()).await;
    assert!(matches!(page, Answer::Done(_)), "{page:?}");
    let answer = engine.act(&service, &caller, submission(), None).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
});

on_both!(a_search_for_slots_has_bounds, |world| {
    let service = enable(&world, hostile::HEALTHY, "good").await?;
    let search = async |calendars: &[CalendarId], from| {
        view!(world.core, |work| calendar::free_slots(
            work, &service, calendars, from, 1, RULES, None
        )
        .await)
    };
    let once = search(&[world.calendar], TOMORROW).await?;
    assert!(!once.is_empty());
    let often = search(&[world.calendar; 100], TOMORROW).await?;
    assert_eq!(once, often, "a calendar counts once");
    for from in [
        date(-9999, 1, 2),
        date(2024, 11, 23),
        date(2028, 11, 25),
        date(9999, 12, 30),
    ] {
        let refused = search(&[world.calendar], from).await;
        let refused = refused.as_ref().map_err(|error| error.refusal());
        assert!(
            matches!(refused, Err(Some(Refusal::Invalid(why))) if why.starts_with("from is")),
            "{refused:?}"
        );
    }
    for first in [date(1900, 1, 1), date(2050, 1, 1)] {
        let mut hours = world::office_hours();
        hours.days.first = first;
        let refused = act!(world.core, |work| calendar::put_hours(
            work,
            world.calendar,
            &hours,
            None
        )
        .await);
        let refused = refused.as_ref().map_err(|error| error.refusal());
        assert!(
            matches!(refused, Err(Some(Refusal::Field { field: "days", .. }))),
            "{refused:?}"
        );
    }
});

on_both!(a_notice_has_bounds, |world| {
    let toml = hostile::manifest("care/notices", "1.0.0")
        + r#"
        [roles.care-worker]
        title = { zh = "护理员", en = "Care worker" }
        [messages]
        hello = { zh = "你好 {who}", en = "hello {who}" }"#;
    let bytes = hostile::with_manifest(hostile::HEALTHY, &toml);
    let id = world
        .enable(inspect(&bytes)?.manifest, &bytes, BTreeSet::new())
        .await?;
    let service = world.service(id).await?;
    act!(world.core, |work| account::grant_staff_role(
        work,
        &Admin::at_command_line(),
        world.wang,
        world.care,
        Some(world.east),
        "care-worker"
    )
    .await)?;
    let send = async |to: Recipient, text: String, path: &str, before: u32| {
        let message = Message {
            key: "hello".into(),
            arguments: vec![("who".into(), StoredArgument::Text(text))],
        };
        let draft = Draft {
            title: message.clone(),
            body: message,
            urgency: Urgency::Routine,
            path: Some(path.to_owned()),
        };
        act!(world.core, |work| async {
            let mut sent = before;
            let refused = notice::send(work, &service, &to, &draft, &mut sent).await;
            let stored = work.tx.count_unread_notices(world.worker).await?
                + work.tx.count_unread_notices(world.wang).await?;
            let refused = refused.err().and_then(|error| error.refusal().cloned());
            Ok((refused, stored, sent))
        }
        .await)
    };
    let workers = || Recipient::Role("care-worker".to_owned());
    assert_eq!(
        send(workers(), String::new(), "/", 49).await?,
        (Some(Refusal::OverBudget("notices")), 0, 49),
        "none of two is stored where only one may be"
    );
    for (text, path) in [
        ("a".repeat(4_097), "/"),
        (String::new(), "/../other"),
        (String::new(), "//example.org"),
    ] {
        let refused = send(workers(), text, path, 0).await?;
        assert!(
            matches!(refused, (Some(Refusal::Invalid(_)), 0, 0)),
            "{refused:?}"
        );
    }
    assert_eq!(
        send(workers(), "a".repeat(4_096), "/visits/1", 48).await?,
        (None, 2, 50)
    );
});

on_both!(a_page_that_is_only_shown_cannot_write, |world| {
    is_ill_alone(
        &world,
        hostile::WRITE_IN_VIEW,
        false,
        "records.put, which writes",
    )
    .await?;
});

on_both!(the_same_key_does_nothing_twice, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::WRITES, "good").await?;
    for (key, expected) in [("a", 1), ("a", 1), ("b", 2), ("a", 2)] {
        let answer = engine
            .act(&service, &resident(world.li), submission(), Some(key))
            .await;
        assert!(
            matches!(answer, Answer::Done(page::Outcome::Done(_))),
            "{answer:?}"
        );
        assert_eq!(version(&world, &service).await?, expected);
    }
});

on_both!(racing_acts_all_count, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::WRITES, "good").await?;
    let mut tasks = tokio::task::JoinSet::new();
    for racer in 0..30 {
        let (engine, service, caller) = (engine.clone(), service.clone(), resident(world.li));
        tasks.spawn(async move {
            engine
                .act(&service, &caller, submission(), Some(&racer.to_string()))
                .await
        });
    }
    let mut done = 0;
    while let Some(answer) = tasks.join_next().await {
        match answer? {
            Answer::Done(_) => done += 1,
            Answer::Busy => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(version(&world, &service).await?, done);
    assert!(done >= 20, "{done}");
});

on_both!(an_act_that_nobody_waits_for_is_done_all_the_same, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::WRITES, "good").await?;
    let caller = resident(world.li);
    let mut act = Box::pin(engine.act(&service, &caller, submission(), None));
    let begun = poll_fn(|context| Poll::Ready(act.as_mut().poll(context).is_pending())).await;
    drop(act);
    assert!(begun, "it was answered before anybody could leave");
    let done = async {
        while version(&world, &service).await? != 1 {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(30), done).await??;
    engine.drain().await;
    assert_eq!(version(&world, &service).await?, 1);
});

on_both!(a_necessary_field_needs_consent_and_is_disclosed, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::READS_AGE, "good").await?;
    let caller = resident(world.li);
    let answer = engine.view(&service, &caller, request()).await;
    let Answer::ConsentNeeded { person, fields } = answer else {
        panic!("{answer:?}")
    };
    assert_eq!((person, fields), (world.li, vec!["age".to_owned()]));
    let agreed = consent::Agreed {
        release: service.digest.clone(),
        together: ["age".to_owned()].into(),
        ..Default::default()
    };
    act!(world.core, |work| consent::give(
        work, &service, &caller, &agreed
    )
    .await)?;
    let answer = engine.view(&service, &caller, request()).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    let end = (Instant(i64::MAX), DisclosureId(Uuid::max()));
    let disclosures = world.core.store.list_disclosures(world.li, end, 10).await?;
    assert_eq!(disclosures.len(), 1);
    assert_eq!(
        (
            disclosures[0].fields.as_slice(),
            disclosures[0].basis.as_str()
        ),
        (["age".to_owned()].as_slice(), "consent")
    );
});

on_both!(a_timer_has_its_effects_once, |world| {
    let engine = engine(&world)?;
    let service = enable(&world, hostile::WRITES_WHEN_FIRED, "good").await?;
    let due = world.core.now();
    act!(world.core, |work| Ok(work
        .tx
        .put_timer(service.id(), "t", due, "", due)
        .await?))?;
    let due = view!(world.core, |work| Ok(work
        .tx
        .list_due_timers(due, 10)
        .await?))?;
    let [timer]: [Timer; 1] = due
        .try_into()
        .map_err(|due: Vec<Timer>| anyhow::anyhow!("{} timers", due.len()))?;
    let answer = engine.fire(&service, &timer).await;
    assert!(matches!(answer, Answer::Done(())), "{answer:?}");
    let answer = engine.fire(&service, &timer).await;
    assert!(matches!(answer, Answer::Gone), "{answer:?}");
    assert_eq!(version(&world, &service).await?, 1);
});

on_both!(a_timer_that_fails_still_waits, |world| {
    let engine = engine(&world)?;
    let parts = Parts {
        fired: Some("(call $put) (unreachable)"),
        ..hostile::WRITES_WHEN_FIRED
    };
    let service = enable(&world, parts, "bad").await?;
    let due = world.core.now();
    act!(world.core, |work| Ok(work
        .tx
        .put_timer(service.id(), "t", due, "", due)
        .await?))?;
    let timers = view!(world.core, |work| Ok(work
        .tx
        .list_due_timers(due, 10)
        .await?))?;
    illness(engine.fire(&service, &timers[0]).await);
    let timers = view!(world.core, |work| Ok(work
        .tx
        .list_due_timers(due, 10)
        .await?))?;
    assert_eq!((timers.len(), version(&world, &service).await?), (1, 0));
});

on_both!(
    what_changed_since_the_page_was_opened_ends_the_invocation,
    |world| {
        let engine = engine(&world)?;
        let service = enable(&world, hostile::WRITES, "good").await?;
        let now = world.core.now();
        act!(world.core, |work| Ok(work
            .tx
            .set_installation_enabled(service.id(), false, now)
            .await?))?;
        let answer = engine
            .act(&service, &resident(world.li), submission(), None)
            .await;
        assert!(matches!(answer, Answer::Changed), "{answer:?}");
    }
);

on_both!(
    an_ungranted_import_is_not_linked_and_an_optional_one_denies,
    |world| {
        let engine = engine(&world)?;
        let mut service = enable(&world, hostile::WRITES_IF_IT_MAY, "good").await?;
        service.installation.permissions.clear();
        let illness = illness(
            engine
                .act(&service, &resident(world.li), submission(), None)
                .await,
        );
        assert!(
            illness.reason.contains("linli:host/records@0.1"),
            "{}",
            illness.reason
        );

        let toml = hostile::manifest("care/optional", "1.0.0").replace(
            "licence",
            "optional-imports = [\"linli:host/records\"]\nlicence",
        );
        let bytes = hostile::with_manifest(hostile::WRITES_IF_IT_MAY, &toml);
        let inspected = inspect(&bytes)?;
        assert_eq!(
            inspected.optional,
            BTreeSet::from([Permission("linli:host/records@0.1".into())])
        );
        let mut service = world
            .service(
                world
                    .enable(inspected.manifest, &bytes, inspected.optional)
                    .await?,
            )
            .await?;
        let now = world.core.now();
        service.installation.permissions.clear();
        let denied = service.installation.clone();
        act!(world.core, |work| Ok(work
            .tx
            .put_installation(&denied)
            .await?))?;
        let answer = engine
            .act(&service, &resident(world.li), submission(), None)
            .await;
        assert!(matches!(answer, Answer::Done(_)), "{answer:?} at {now:?}");
        assert_eq!(version(&world, &service).await?, 0);
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compiled_code_is_kept_and_made_anew_where_it_is_damaged() -> Result<()> {
    let world = World::new(world::Database::Sqlite).await?;
    let service = enable(&world, hostile::HEALTHY, "good").await?;
    let shows = |engine: Engine| {
        let (service, caller) = (service.clone(), resident(world.li));
        async move {
            matches!(
                engine.view(&service, &caller, request()).await,
                Answer::Done(_)
            )
        }
    };
    assert!(shows(engine(&world)?).await);
    let code = || -> Result<std::path::PathBuf> {
        let files = std::fs::read_dir(world.dir.path().join("cache"))?;
        let paths: Vec<_> = files
            .map(|file| file.map(|file| file.path()))
            .collect::<Result<_, _>>()?;
        Ok(paths
            .into_iter()
            .find(|path| path.extension().is_some_and(|ending| ending == "cwasm"))
            .unwrap_or_default())
    };
    let written = std::fs::metadata(code()?)?.modified()?;
    assert!(shows(engine(&world)?).await);
    assert_eq!(std::fs::metadata(code()?)?.modified()?, written);
    let mut bytes = std::fs::read(code()?)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    // Damage as a disk does it: another file's content under the name, never a change of what is mapped.
    let damaged = code()?.with_extension("damaged");
    std::fs::write(&damaged, &bytes)?;
    std::fs::rename(&damaged, code()?)?;
    assert!(shows(engine(&world)?).await);
    assert_ne!(std::fs::read(code()?)?, bytes);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_are_compiled_and_type_checked() -> Result<()> {
    let checker = linli_engine::Checker::start(process::worker()?)?;
    let check = async |parts| {
        checker
            .check(&hostile::component(parts, "care/x", "1.0.0"), "care")
            .await
            .map(drop)
    };
    assert_eq!(check(hostile::READS_AGE).await, Ok(()));
    assert_eq!(check(hostile::WRITES_WHEN_FIRED).await, Ok(()));
    let slow = check(hostile::LOOP_AT_START).await;
    assert!(
        matches!(&slow, Err(CheckError::Instantiate(why)) if why.contains("running time")),
        "{slow:?}"
    );
    let empty = hostile::from_text(hostile::EMPTY_PAGES, "care/x", "1.0.0");
    inspect(&empty)?;
    let empty = checker.check(&empty, "care").await;
    assert!(
        matches!(
            &empty,
            Err(CheckError::Link(LinkError::Export {
                interface: "linli:plugin/pages",
                ..
            }))
        ),
        "{empty:?}"
    );
    let huge = Parts {
        more: "(memory $huge 2000)",
        ..hostile::HEALTHY
    };
    let huge = check(huge).await;
    assert!(huge.is_err(), "{huge:?}");
    Ok(())
}

#[test]
fn imports_that_the_host_does_not_offer_are_refused_by_name() {
    let refused = inspect(&hostile::from_text(hostile::WASI_IMPORT, "care/x", "1.0.0"))
        .map(|inspected| inspected.digest);
    let text = format!("{refused:?}");
    assert!(matches!(refused, Err(InspectError::RefusedImports(_))));
    assert!(
        text.contains("wasi:cli/environment@0.2.6") && text.contains("linli:host/ballots@0.1.0"),
        "{text}"
    );
}

//! Firing timers: whose turn it is, what counts as a failure, giving up and trying again.

use anyhow::Result;
use linli_core::{Admin, Refusal, Service, act, timer, view};
use linli_domain::*;
use linli_jobs::Jobs;
use linli_store::timer::Timer;
use linli_tests::hostile::{self, Parts, enable};
use linli_tests::process;
use linli_world::on_both;
use linli_world::{NOW, World, manifest};
use linli_world::{installed, refusal};

/// A plugin that traps whenever a timer fires.
const TRAPS: Parts<'static> = Parts {
    fired: Some("(unreachable)"),
    ..hostile::HEALTHY
};
/// A plugin whose timers do nothing.
const FIRES: Parts<'static> = Parts {
    fired: Some("(global.get $nothing)"),
    ..hostile::HEALTHY
};

fn jobs(world: &World) -> Result<Jobs> {
    let engine = process::engine(world)?;
    Ok(Jobs::new(world.core.clone(), engine))
}

async fn set(world: &World, service: &Service, key: &str, due: Instant) -> linli_core::Result<()> {
    act!(world.core, |work| timer::set(work, service, key, due, "")
        .await)
}

async fn due(world: &World, now: Instant, each: i64) -> Result<Vec<Timer>> {
    Ok(view!(world.core, |work| async {
        Ok(work.tx.list_due_timers(now, each).await?)
    }
    .await)?)
}

async fn failures(world: &World, service: &Service) -> Result<Vec<String>> {
    let list = world.core.store.list_failures(service.id(), 100).await?;
    Ok(list.into_iter().map(|failure| failure.reason).collect())
}

on_both!(one_installation_starves_no_other, |world| {
    let greedy = installed(&world).await?;
    let other = world
        .enable(manifest("care/other"), b"another", Default::default())
        .await?;
    let other = world.service(other).await?;
    set(&world, &other, "alert", NOW).await?;
    let early = Instant(-Instant::BOUND);
    for number in 0..8 {
        set(&world, &greedy, &format!("{number}"), early).await?;
    }
    let list = due(&world, NOW, 3).await?;
    let of = |service: &Service| {
        list.iter()
            .filter(|timer| timer.installation_id == service.id())
            .count()
    };
    assert_eq!((of(&greedy), of(&other), list.len()), (3, 1, 4));
    assert!(list.iter().all(|timer| timer.next_try == NOW));
    assert!(
        list[..2]
            .iter()
            .any(|timer| timer.installation_id == other.id()),
        "the first of each come first"
    );
    assert_eq!(
        list.iter().filter(|timer| timer.due == early).count(),
        3,
        "the plugin gets back what it set"
    );
});

on_both!(instants_out_of_bounds_are_refused, |world| {
    let service = installed(&world).await?;
    for due in [i64::MIN, i64::MAX, Instant::BOUND + 1, -Instant::BOUND - 1] {
        let set = set(&world, &service, "t", Instant(due)).await;
        assert!(matches!(refusal(set), Refusal::Invalid(_)), "{due}");
    }
    for due in [Instant::BOUND, -Instant::BOUND] {
        set(&world, &service, "t", Instant(due)).await?;
    }
});

on_both!(a_timer_can_be_set_anew_where_no_other_fits, |world| {
    let service = installed(&world).await?;
    act!(world.core, |work| async {
        for number in 0..budget::Budget::Timers.default() {
            work.tx
                .put_timer(service.id(), &format!("{number}"), NOW, "", NOW)
                .await?;
        }
        Ok(())
    }
    .await)?;
    assert_eq!(
        refusal(set(&world, &service, "one more", NOW).await),
        Refusal::OverBudget("timers")
    );
    set(&world, &service, "0", NOW.plus_minutes(1)).await?;
});

on_both!(a_plugin_that_fails_is_given_up_and_tried_again, |world| {
    let (jobs, service) = (jobs(&world)?, enable(&world, TRAPS, "traps").await?);
    let well = enable(&world, FIRES, "fires").await?;
    set(&world, &service, "t", NOW).await?;
    set(&world, &well, "t", NOW).await?;
    assert_eq!(jobs.fire_due_timers().await?, 1, "the neighbour's");
    for _ in 1..5 {
        world.clock.set(world.core.now().plus_minutes(64));
        assert_eq!(jobs.fire_due_timers().await?, 0);
    }
    let reasons = failures(&world, &service).await?;
    assert_eq!(reasons.len(), 6, "five traps and giving up: {reasons:?}");
    let hint = "linli admin installation retry-timers care/traps --community east";
    assert_eq!(
        reasons
            .iter()
            .filter(|reason| reason.contains(hint))
            .count(),
        1,
        "{reasons:?}"
    );
    let later = world.core.now().plus_days(30);
    assert!(due(&world, later, 9).await?.is_empty());

    let admin = Admin::at_command_line();
    let retry = async || {
        act!(world.core, |work| timer::retry_given_up(
            work,
            &admin,
            service.id()
        )
        .await)
    };
    assert_eq!(retry().await?, 1);
    assert_eq!(retry().await?, 0, "none is given up any more");
    let waiting = due(&world, world.core.now(), 9).await?;
    assert_eq!(
        waiting
            .iter()
            .map(|timer| timer.attempts)
            .collect::<Vec<_>>(),
        [0]
    );
});

on_both!(trouble_of_the_host_counts_as_no_failure, |world| {
    // What is stored is no component: the host fails, not the plugin.
    let (jobs, service) = (jobs(&world)?, installed(&world).await?);
    let well = enable(&world, FIRES, "fires").await?;
    set(&world, &service, "t", NOW).await?;
    set(&world, &well, "t", NOW).await?;
    assert_eq!(jobs.fire_due_timers().await?, 1, "the round goes on");
    for _ in 0..6 {
        let soon = Instant(world.core.now().0 + 10_000_000);
        world.clock.set(soon);
        let waiting = due(&world, soon, 9).await?;
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].attempts, waiting[0].failed), (0, false));
        assert_eq!(jobs.fire_due_timers().await?, 0);
    }
    assert!(failures(&world, &service).await?.is_empty());
});

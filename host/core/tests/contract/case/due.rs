//! What is due, what waits, what the host does by itself.

use super::*;
use linli_domain::case::{CommentKind, EscalationLevel};
use linli_world::{on_both, refusal};

async fn sweep(world: &World) -> Result<u32> {
    act!(world.core, |work| case::escalate_due(work, 100).await)
}
fn slice(overdue: bool) -> case::Slice {
    case::Slice {
        state: None,
        overdue,
        after: None,
        limit: 100,
    }
}

on_both!(what_is_overdue_is_escalated_once_a_level, |world| {
    let offices = offices(&world).await?;
    let (chen, worker) = (
        staff(offices.chen, world.east),
        employee(world.worker, world.care, world.east),
    );
    let id = open(&world, &resident(world.li), &opening(&world)).await?;
    let to_care = Accountable::Organisation(world.care);
    act!(world.core, |work| case::reassign(
        work,
        &district(&world),
        id,
        to_care,
        "x"
    )
    .await)?;
    assert_eq!(sweep(&world).await?, 0);
    world.clock.set(at(24, 12));
    let overdue = view!(world.core, |work| case::list_work(
        work,
        &worker,
        world.east,
        slice(true)
    )
    .await)?;
    assert_eq!(overdue.len(), 1);
    assert_eq!(sweep(&world).await?, 1);
    assert_eq!(file(&world, id).await.level, EscalationLevel::Community);
    assert_eq!(sweep(&world).await?, 0, "once");
    let to_district = view!(world.core, |work| case::list_of_district(
        work,
        &district(&world),
        slice(false)
    )
    .await)?;
    assert!(to_district.is_empty());
    world.clock.set(at(26, 9));
    // Several processes at once do it once.
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let core = world.core.clone();
        racers.spawn(async move { act!(core, |work| case::escalate_due(work, 100).await) });
    }
    let swept: u32 = racers
        .join_all()
        .await
        .into_iter()
        .map(|swept| swept.unwrap_or(100))
        .sum();
    assert_eq!(swept, 1);
    assert_eq!(file(&world, id).await.level, EscalationLevel::District);
    let to_district = view!(world.core, |work| case::list_of_district(
        work,
        &district(&world),
        slice(true)
    )
    .await)?;
    assert_eq!(
        to_district.iter().map(|line| line.id).collect::<Vec<_>>(),
        [id]
    );
    let notes: Vec<_> = page(&world, &chen, id)
        .await?
        .history
        .into_iter()
        .filter(|line| line.event == "escalated")
        .map(|line| line.note)
        .collect();
    assert_eq!(notes, ["resolution overdue", "first response overdue"]);
});

on_both!(
    the_clock_stands_while_a_case_waits_and_no_longer_than_it_may,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
        let id = open(&world, &li, &opening(&world)).await?;
        accept(&world, &chen, id).await?;
        act!(world.core, |work| case::start(work, &chen, id).await)?;
        world.clock.set(at(24, 13));
        for until in [at(24, 13), at(24, 13).plus_days(31)] {
            let wait = act!(world.core, |work| case::wait(
                work,
                &chen,
                id,
                "等配件",
                until
            )
            .await);
            assert_eq!(refusal(wait), refused(CaseRefusal::WaitTooLong));
        }
        let wait = act!(world.core, |work| case::wait(
            work,
            &chen,
            id,
            "",
            at(25, 13)
        )
        .await);
        assert!(matches!(
            refusal(wait),
            Refusal::Field {
                field: "reason",
                ..
            }
        ));
        act!(world.core, |work| case::wait(
            work,
            &chen,
            id,
            "等配件",
            at(24, 13).plus_days(30)
        )
        .await)?;
        let waiting = file(&world, id).await;
        assert_eq!(
            (waiting.resolution_due, waiting.resolution_left),
            (None, Some(720))
        );
        world.clock.set(at(27, 13));
        assert_eq!(sweep(&world).await?, 0, "nothing is due while it waits");
        act!(world.core, |work| case::resume(work, &chen, id).await)?;
        let resumed = file(&world, id).await;
        assert_eq!(
            resumed.resolution_due,
            Some(at(30, 17)),
            "twelve working hours later"
        );
        assert_eq!(resumed.waited_minutes, 3 * 24 * 60);
        // It goes on by itself, and does not wait for ever by waiting again and again.
        let mut now = at(27, 13);
        for days in [30, 27] {
            act!(world.core, |work| case::wait(
                work,
                &chen,
                id,
                "等配件",
                now.plus_days(days)
            )
            .await)?;
            now = now.plus_days(days);
            world.clock.set(now);
            assert_eq!(sweep(&world).await?, 1);
            assert_eq!(file(&world, id).await.state, CaseState::InProgress);
        }
        let more = act!(world.core, |work| case::wait(
            work,
            &chen,
            id,
            "等配件",
            now.plus_minutes(5)
        )
        .await);
        assert_eq!(refusal(more), refused(CaseRefusal::WaitTooLong));
    }
);

on_both!(
    a_word_to_the_resident_is_a_first_response_and_one_among_staff_is_none,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
        let id = open(&world, &li, &opening(&world)).await?;
        act!(world.core, |work| case::comment(
            work,
            &li,
            id,
            CommentKind::Resident,
            "有人吗"
        )
        .await)?;
        act!(world.core, |work| case::comment(
            work,
            &chen,
            id,
            CommentKind::Internal,
            "看一下"
        )
        .await)?;
        assert_eq!(file(&world, id).await.responded, None);
        act!(world.core, |work| case::comment(
            work,
            &chen,
            id,
            CommentKind::Resident,
            "明天来"
        )
        .await)?;
        let responded = file(&world, id).await;
        assert_eq!(
            (responded.responded, responded.response_due),
            (Some(at(24, 9)), None)
        );
        assert_eq!(responded.next_due, at(25, 17));
        let public = act!(world.core, |work| case::comment(
            work,
            &li,
            id,
            CommentKind::Public,
            "x"
        )
        .await);
        assert_eq!(refusal(public), Refusal::NotAllowed);
    }
);

on_both!(
    what_was_resolved_is_closed_after_a_week_but_never_before_its_sub_cases,
    |world| {
        let offices = offices(&world).await?;
        let chen = staff(offices.chen, world.east);
        let parent = open(&world, &resident(world.li), &opening(&world)).await?;
        let sub_case = open(
            &world,
            &chen,
            &Opening {
                parent: Some(parent),
                ..opening(&world)
            },
        )
        .await?;
        resolve(&world, &chen, parent).await?;
        act!(world.core, |work| async {
            case::accept(work, &chen, sub_case).await?;
            case::start(work, &chen, sub_case).await?;
            case::wait(work, &chen, sub_case, "等", at(24, 9).plus_days(20)).await
        }
        .await)?;
        world.clock.set(at(24, 9).plus_days(7));
        assert_eq!(sweep(&world).await?, 1);
        assert_eq!(
            file(&world, parent).await.state,
            CaseState::Resolved,
            "its sub-case is open"
        );
        assert_eq!(sweep(&world).await?, 0);
        act!(world.core, |work| async {
            case::resume(work, &chen, sub_case).await?;
            case::cancel(work, &chen, sub_case, "不需要").await
        }
        .await)?;
        world.clock.set(at(24, 9).plus_days(9));
        assert_eq!(sweep(&world).await?, 1);
        assert_eq!(file(&world, parent).await.state, CaseState::Closed);
    }
);

on_both!(lists_come_in_slices_by_what_is_due, |world| {
    let offices = offices(&world).await?;
    let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
    for hour in 0..25 {
        world.clock.set(at(24, 9).plus_minutes(hour));
        open(&world, &li, &opening(&world)).await?;
    }
    let mut after = None;
    let mut due = Vec::new();
    loop {
        let part = case::Slice {
            after,
            limit: 10,
            ..slice(false)
        };
        let lines = view!(world.core, |work| case::list_work(
            work, &chen, world.east, part
        )
        .await)?;
        due.extend(lines.iter().map(|line| (line.next_due, line.id)));
        after = due.last().copied();
        if lines.len() < 10 {
            break;
        }
    }
    assert_eq!(due.len(), 25);
    assert!(due.is_sorted());
    accept(&world, &chen, due[0].1).await?;
    let accepted = case::Slice {
        state: Some(CaseState::Accepted),
        ..slice(false)
    };
    let lines = view!(world.core, |work| case::list_work(
        work, &chen, world.east, accepted
    )
    .await)?;
    assert_eq!(
        lines.iter().map(|line| line.id).collect::<Vec<_>>(),
        [due[0].1]
    );
    let found = view!(world.core, |work| case::find_by_number(
        work,
        &chen,
        world.east,
        "2026-7".parse().unwrap()
    )
    .await)?;
    assert_eq!(file(&world, found).await.number, 7);
    let gao = staff(offices.gao, world.west);
    let number = "2026-000007".parse().unwrap();
    let hidden = view!(world.core, |work| case::find_by_number(
        work, &gao, world.east, number
    )
    .await);
    assert_eq!(refusal(hidden), Refusal::NotFound("case"));
    let too_many = case::Slice {
        limit: 101,
        ..slice(false)
    };
    let too_many = view!(world.core, |work| case::list_work(
        work, &chen, world.east, too_many
    )
    .await);
    assert!(matches!(refusal(too_many), Refusal::Invalid(_)));
});

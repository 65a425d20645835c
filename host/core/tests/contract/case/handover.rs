//! Hand-overs: until one is accepted, the old office answers for the case.

use super::*;
use linli_domain::case::OfficeKind;
use linli_world::{on_both, refusal};

on_both!(
    a_hand_over_is_accepted_or_rejected_and_one_office_always_answers,
    |world| {
        let offices = offices(&world).await?;
        let (chen, worker) = (
            staff(offices.chen, world.east),
            employee(world.worker, world.care, world.east),
        );
        let id = open(&world, &resident(world.li), &opening(&world)).await?;
        accept(&world, &chen, id).await?;
        let first = hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await?;
        assert_eq!(
            file(&world, id).await.office,
            OfficeKind::Community,
            "until it is accepted"
        );
        assert_eq!(
            refusal(page(&world, &worker, id).await),
            Refusal::NotFound("case")
        );
        let incoming = view!(world.core, |work| case::list_incoming(
            work, &worker, world.east, None, 10
        )
        .await)?;
        assert_eq!(
            incoming
                .iter()
                .map(|handover| handover.id)
                .collect::<Vec<_>>(),
            [first]
        );
        let second = hand_over(&world, &chen, id, Accountable::Organisation(offices.legal)).await;
        assert_eq!(refusal(second), refused(CaseRefusal::HandoverPending));
        let lawyer = employee(offices.lawyer, offices.legal, world.east);
        let by_another = act!(world.core, |work| case::accept_handover(
            work, &lawyer, first
        )
        .await);
        assert_eq!(refusal(by_another), Refusal::NotFound("hand-over"));
        let without_reason = act!(world.core, |work| case::reject_handover(
            work, &worker, first, " "
        )
        .await);
        assert!(matches!(
            refusal(without_reason),
            Refusal::Field {
                field: "reason",
                ..
            }
        ));
        act!(world.core, |work| case::reject_handover(
            work,
            &worker,
            first,
            "不属我方"
        )
        .await)?;
        let again = act!(world.core, |work| case::accept_handover(
            work, &worker, first
        )
        .await);
        assert_eq!(refusal(again), refused(CaseRefusal::HandoverOver));
        let third = hand_over(&world, &chen, id, Accountable::Organisation(offices.legal)).await?;
        act!(world.core, |work| case::accept_handover(
            work, &lawyer, third
        )
        .await)?;
        let taken = file(&world, id).await;
        assert_eq!(
            (taken.organisation_id, taken.assignee_id),
            (Some(offices.legal), Some(offices.lawyer))
        );
        assert_eq!(
            refusal(accept(&world, &chen, id).await),
            Refusal::NotAllowed,
            "the old office answers no more"
        );
        let history = page(&world, &lawyer, id).await?.history;
        let owners: Vec<_> = history
            .iter()
            .map(|line| (line.event.as_str(), line.office))
            .collect();
        assert!(
            owners.contains(&("handover-asked", OfficeKind::Community)),
            "{owners:?}"
        );
        assert!(
            owners.contains(&("handover-accepted", OfficeKind::Organisation)),
            "{owners:?}"
        );
    }
);

on_both!(a_hand_over_that_nobody_answers_expires, |world| {
    let offices = offices(&world).await?;
    let (chen, worker) = (
        staff(offices.chen, world.east),
        employee(world.worker, world.care, world.east),
    );
    let id = open(&world, &resident(world.li), &opening(&world)).await?;
    let first = hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await?;
    world.clock.set(at(27, 9));
    let late = act!(world.core, |work| case::accept_handover(
        work, &worker, first
    )
    .await);
    assert_eq!(
        refusal(late),
        refused(CaseRefusal::HandoverOver),
        "even before anybody swept"
    );
    hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await?;
    world.clock.set(at(30, 9));
    act!(world.core, |work| case::escalate_due(work, 100).await)?;
    assert_eq!(page(&world, &chen, id).await?.handover, None);
});

on_both!(
    of_many_hand_overs_at_once_one_is_pending_and_one_answer_counts,
    |world| {
        let offices = offices(&world).await?;
        let id = open(&world, &resident(world.li), &opening(&world)).await?;
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..8 {
            let core = world.core.clone();
            let to = Accountable::Organisation(if racer % 2 == 0 {
                world.care
            } else {
                offices.legal
            });
            let actor = staff(
                if racer % 3 == 0 {
                    offices.chen
                } else {
                    offices.fang
                },
                world.east,
            );
            racers.spawn(async move {
                act!(core, |work| case::ask_handover(
                    work, &actor, id, to, "转办"
                )
                .await)
            });
        }
        let (won, lost): (Vec<_>, Vec<_>) =
            racers.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        for result in lost {
            assert_eq!(refusal(result), refused(CaseRefusal::HandoverPending));
        }
        let pending = won.into_iter().next().unwrap()?;
        let to_care = view!(world.core, |work| async {
            Ok(work.tx.find_handover(pending).await?)
        }
        .await)?
        .unwrap();
        let actor = if to_care.organisation_id == Some(world.care) {
            employee(world.worker, world.care, world.east)
        } else {
            employee(offices.lawyer, offices.legal, world.east)
        };
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..6 {
            let core = world.core.clone();
            racers.spawn(async move {
                act!(core, |work| async {
                    if racer % 2 == 0 {
                        case::accept_handover(work, &actor, pending).await
                    } else {
                        case::reject_handover(work, &actor, pending, "x").await
                    }
                }
                .await)
            });
        }
        let results = racers.join_all().await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for result in results.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(result), refused(CaseRefusal::HandoverOver));
        }
    }
);

on_both!(cases_go_only_to_offices_and_staff_that_are_there, |world| {
    let offices = offices(&world).await?;
    let chen = staff(offices.chen, world.east);
    let id = open(&world, &resident(world.li), &opening(&world)).await?;
    let admin = Admin::at_command_line();
    let absent = act!(world.core, |work| async {
        Ok(
            organisation::register(work, &admin, "absent", &Localised::new("无", "Absent"))
                .await?
                .id,
        )
    }
    .await)?;
    for to in [Accountable::Organisation(absent), Accountable::Community] {
        assert_eq!(
            refusal(hand_over(&world, &chen, id, to).await),
            refused(CaseRefusal::NoSuchOffice)
        );
    }
    for person in [offices.gao, world.worker, world.li] {
        let given = act!(world.core, |work| case::assign(work, &chen, id, person)
            .await);
        assert_eq!(refusal(given), refused(CaseRefusal::NotStaff));
    }
    act!(world.core, |work| case::assign(
        work,
        &chen,
        id,
        offices.fang
    )
    .await)?;
    let gao = staff(offices.gao, world.west);
    assert_eq!(
        refusal(hand_over(&world, &gao, id, Accountable::District).await),
        Refusal::NotFound("case")
    );
    // An order from above: the district any, the community only itself and only what was escalated to it.
    let handover = hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await?;
    let worker = employee(world.worker, world.care, world.east);
    act!(world.core, |work| case::accept_handover(
        work, &worker, handover
    )
    .await)?;
    let early = act!(world.core, |work| case::reassign(
        work,
        &chen,
        id,
        Accountable::Community,
        "x"
    )
    .await);
    assert_eq!(refusal(early), Refusal::NotAllowed);
    world.clock.set(at(26, 9));
    act!(world.core, |work| case::escalate_due(work, 100).await)?;
    act!(world.core, |work| case::reassign(
        work,
        &chen,
        id,
        Accountable::Community,
        "超时"
    )
    .await)?;
    let to_legal = Accountable::Organisation(offices.legal);
    act!(world.core, |work| case::reassign(
        work,
        &district(&world),
        id,
        to_legal,
        "x"
    )
    .await)?;
    assert_eq!(file(&world, id).await.organisation_id, Some(offices.legal));
});

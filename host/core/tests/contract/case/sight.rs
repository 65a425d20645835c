//! Who needs to know, and nobody else.

use super::*;
use linli_core::case::Sight;
use linli_domain::case::CommentKind;
use linli_world::{on_both, refusal};

fn slice() -> case::Slice {
    case::Slice {
        state: None,
        overdue: false,
        after: None,
        limit: 100,
    }
}

on_both!(
    a_confidential_case_is_seen_by_those_who_deal_with_it_alone,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen, fang) = (
            resident(world.li),
            staff(offices.chen, world.east),
            staff(offices.fang, world.east),
        );
        let secret = Opening {
            kind: "abuse".into(),
            ..opening(&world)
        };
        let id = open(&world, &li, &secret).await?;
        assert!(
            page(&world, &fang, id).await.is_ok(),
            "somebody has to take it up"
        );
        accept(&world, &chen, id).await?;
        assert_eq!(
            refusal(page(&world, &fang, id).await),
            Refusal::NotFound("case")
        );
        let lines = view!(world.core, |work| case::list_of_community(
            work,
            &fang,
            world.east,
            slice()
        )
        .await)?;
        assert!(lines.is_empty());
        let lines = view!(world.core, |work| case::list_of_community(
            work,
            &chen,
            world.east,
            slice()
        )
        .await)?;
        assert_eq!(lines.len(), 1);
        // Neither does who acts for the resident, who may be the one to fear, unless they opened it.
        let daughter = delegate(world.daughter, world.li);
        let guardian = Actor {
            office: Office::Guardian,
            ..daughter
        };
        for actor in [&daughter, &guardian] {
            assert_eq!(
                refusal(page(&world, actor, id).await),
                Refusal::NotFound("case")
            );
            let own = view!(world.core, |work| case::list_own(work, actor, None, 10)
                .await)?;
            assert!(own.is_empty());
            let withdrawn = act!(world.core, |work| case::withdraw(work, actor, id, "").await);
            assert_eq!(refusal(withdrawn), Refusal::NotFound("case"));
        }
        let hers = open(&world, &daughter, &secret).await?;
        assert!(page(&world, &daughter, hers).await.is_ok());
        assert!(page(&world, &li, hers).await.is_ok());
        // A sub-case is as confidential as its parent.
        let part = open(
            &world,
            &chen,
            &Opening {
                parent: Some(id),
                ..opening(&world)
            },
        )
        .await?;
        assert!(file(&world, part).await.confidential);
        // Nor does the community hear of it when it is overdue: the district is told at once.
        world.clock.set(at(26, 9));
        act!(world.core, |work| case::escalate_due(work, 100).await)?;
        assert_eq!(
            file(&world, id).await.level,
            linli_domain::case::EscalationLevel::District
        );
        // When the one who deals with it has left, the district frees it.
        act!(world.core, |work| case::reassign(
            work,
            &district(&world),
            id,
            Accountable::Community,
            "原经办人离职"
        )
        .await)?;
        assert!(page(&world, &fang, id).await.is_ok());
    }
);

on_both!(residents_see_their_own_part_and_not_who_told, |world| {
    let offices = offices(&world).await?;
    let (li, wang, chen) = (
        resident(world.li),
        resident(world.wang),
        staff(offices.chen, world.east),
    );
    let outsider = Who::Outsider {
        name: "张三".into(),
        contact: "电话 13900001111".into(),
    };
    let about_li = Opening {
        parties: vec![
            party(PartyRole::Subject, world.li),
            NewParty {
                role: PartyRole::Witness,
                who: outsider.clone(),
            },
        ],
        ..opening(&world)
    };
    let id = open(&world, &wang, &about_li).await?;
    act!(world.core, |work| async {
        case::comment(work, &wang, id, CommentKind::Resident, "请别说是我").await?;
        case::comment(work, &chen, id, CommentKind::Internal, "核实中").await?;
        case::comment(work, &chen, id, CommentKind::Resident, "谢谢您告知").await?;
        case::comment(work, &chen, id, CommentKind::Public, "已收到").await
    }
    .await)?;
    let hers = page(&world, &li, id).await?;
    assert_eq!(hers.sight, Sight::Own(world.li));
    assert_eq!(
        hers.parties
            .iter()
            .map(|party| party.person_id)
            .collect::<Vec<_>>(),
        [Some(world.li)]
    );
    assert_eq!(
        (
            hers.case.opened_by,
            hers.case.opened_for,
            hers.case.assignee_id
        ),
        (None, None, None)
    );
    assert_eq!(
        hers.comments
            .iter()
            .map(|it| (it.text.as_str(), it.author_id))
            .collect::<Vec<_>>(),
        [("已收到", None)]
    );
    assert_eq!(
        (hers.case.description.as_str(), hers.details),
        ("", None),
        "not what was told of her"
    );
    let his = page(&world, &wang, id).await?;
    assert!(!his.case.description.is_empty());
    assert_eq!(
        (his.parties.len(), his.comments.len()),
        (3, 3),
        "himself, and whom he named"
    );
    let named = his
        .parties
        .iter()
        .find(|party| party.role == PartyRole::Witness)
        .unwrap();
    assert_eq!(named.contact.as_deref(), Some("电话 13900001111"));
    let hex: String = "张三".bytes().map(|byte| format!("{byte:02x}")).collect();
    let plain = if world.core.store.has_one_writer() {
        format!("x'{hex}'")
    } else {
        format!("'\\x{hex}'::bytea")
    };
    let update = "UPDATE case_party SET name = name WHERE name";
    assert_eq!(world.sql(&format!("{update} IS NOT NULL")).await?, 1);
    assert_eq!(
        world.sql(&format!("{update} = {plain}")).await?,
        0,
        "it is sealed"
    );
    let history = act!(world.core, |work| case::list_history(
        work, &wang, id, None, 10
    )
    .await);
    assert_eq!(refusal(history), Refusal::NotAllowed);
    assert_eq!(
        refusal(page(&world, &resident(world.zhao), id).await),
        Refusal::NotFound("case")
    );
    for stranger in [
        staff(offices.gao, world.west),
        employee(world.worker, world.care, world.east),
        Actor {
            subject: Some(world.li),
            ..staff(offices.gao, world.west)
        },
        Actor {
            subject: Some(world.li),
            office: Office::Counter(world.west),
            ..staff(offices.gao, world.west)
        },
    ] {
        assert_eq!(
            refusal(page(&world, &stranger, id).await),
            Refusal::NotFound("case")
        );
    }
    // Whom it is about may not call it off; who told may.
    let withdrawn = act!(world.core, |work| case::withdraw(work, &li, id, "").await);
    assert_eq!(refusal(withdrawn), Refusal::NotAllowed);
    act!(world.core, |work| case::withdraw(work, &wang, id, "").await)?;
});

on_both!(
    the_district_looks_at_others_work_and_is_seen_looking,
    |world| {
        offices(&world).await?;
        let id = open(&world, &resident(world.li), &opening(&world)).await?;
        let district = district(&world);
        let seen = page(&world, &district, id).await?;
        assert_eq!(seen.sight, Sight::Oversight);
        let unseen = view!(world.core, |work| case::page(work, &district, id).await);
        assert!(unseen.is_err(), "not without being audited: {unseen:?}");
        assert_eq!(
            refusal(accept(&world, &district, id).await),
            Refusal::NotAllowed,
            "it looks; the office acts"
        );
        act!(world.core, |work| case::comment(
            work,
            &district,
            id,
            CommentKind::Internal,
            "请加快"
        )
        .await)?;
        let public = act!(world.core, |work| case::comment(
            work,
            &district,
            id,
            CommentKind::Public,
            "x"
        )
        .await);
        assert_eq!(refusal(public), Refusal::NotAllowed);
    }
);

on_both!(
    at_the_counter_staff_act_for_the_person_before_them,
    |world| {
        let offices = offices(&world).await?;
        let counter = Actor {
            person: Some(offices.chen),
            subject: Some(world.li),
            office: Office::Counter(world.east),
            channel: Channel::Counter,
        };
        let id = open(&world, &counter, &opening(&world)).await?;
        let opened = file(&world, id).await;
        assert_eq!(
            (opened.opened_by, opened.opened_for, opened.channel.as_str()),
            (Some(offices.chen), Some(world.li), "counter")
        );
        assert!(page(&world, &resident(world.li), id).await.is_ok());
        resolve(&world, &staff(offices.fang, world.east), id).await?;
        act!(world.core, |work| case::close(work, &counter, id).await)?;
        let praised = act!(world.core, |work| case::rate(work, &counter, id, 5, "很好")
            .await);
        assert_eq!(
            refusal(praised),
            Refusal::NotAllowed,
            "staff do not rate their own work"
        );
        let elsewhere = Actor {
            office: Office::Counter(world.west),
            ..counter
        };
        assert_eq!(
            refusal(open(&world, &elsewhere, &opening(&world)).await),
            Refusal::NotAllowed
        );
        let alone = Actor {
            subject: None,
            ..counter
        };
        assert_eq!(
            refusal(open(&world, &alone, &opening(&world)).await),
            Refusal::NotAllowed
        );
        for (field, bad) in [
            (
                "title",
                Opening {
                    title: " ".into(),
                    ..opening(&world)
                },
            ),
            (
                "title",
                Opening {
                    title: "x".repeat(201),
                    ..opening(&world)
                },
            ),
            (
                "description",
                Opening {
                    description: "x".repeat(8_001),
                    ..opening(&world)
                },
            ),
            (
                "category",
                Opening {
                    category: "Lamp!".into(),
                    ..opening(&world)
                },
            ),
        ] {
            assert!(
                matches!(refusal(open(&world, &counter, &bad).await), Refusal::Field { field: at, .. } if at == field)
            );
        }
    }
);

//! Segments and needs: who says what of a resident, and what becomes of it.

use jiff::civil::date;
use linli_core::need::{self, NeedRefusal, Said};
use linli_core::service::ActingFor;
use linli_core::store::need::Need;
use linli_core::store::resident::Listed;
use linli_core::{Actor, Admin, Login, Refusal, Result, act, resident, segment, view};
use linli_domain::need::NeedState;
use linli_domain::*;
use linli_world::{World, installed, on_both, refusal, worker};

fn staff(community: CommunityId) -> Actor {
    Admin::at_command_line().at(community).actor()
}

async fn own(world: &World, person: PersonId) -> Actor {
    let login = view!(world.core, |work| Login::find(work, person).await);
    login.unwrap().unwrap().actor(ActingFor::Own).unwrap()
}

fn said(code: &str, note: &str) -> Said {
    Said {
        code: code.into(),
        note: note.into(),
        ..Said::default()
    }
}

async fn record(world: &World, actor: Actor, said: &Said) -> Result<Need> {
    act!(world.core, |work| need::record(
        work, &actor, world.li, said
    )
    .await)
}

on_both!(a_need_is_recorded_by_who_may_and_says_who_it_was, |world| {
    let li = own(&world, world.li).await;
    let by_resident = record(&world, li, &said("meals", "少盐")).await?;
    let by_staff = record(&world, staff(world.east), &said("home-care", "行动不便")).await?;
    let service = installed(&world).await?;
    let plugin = Said {
        plugin: Some(service.plugin().clone()),
        ..said("escort", "每月复诊")
    };
    let by_plugin = record(&world, worker(world.worker).actor(&service), &plugin).await?;
    assert_eq!(
        [&by_resident, &by_staff, &by_plugin].map(|need| need.source.as_str()),
        ["resident", "staff", "plugin"]
    );
    assert_eq!(by_resident.review, date(2027, 11, 24), "in a year");
    for actor in [staff(world.west), own(&world, world.wang).await] {
        assert_eq!(
            refusal(record(&world, actor, &said("meals", "x")).await),
            Refusal::NotAllowed
        );
        let seen = view!(world.core, |work| need::find(work, &actor, by_staff.id)
            .await);
        assert_eq!(refusal(seen), Refusal::NotFound("need"));
    }
    let daughter = view!(world.core, |work| Login::find(work, world.daughter).await)?.unwrap();
    let daughter = daughter.actor(ActingFor::Resident(world.li))?;
    let list = async |after| {
        view!(world.core, |work| need::list(
            work, &daughter, world.li, after, 2
        )
        .await)
    };
    let first = list(None).await?;
    let rest = list(first.last().map(|need| need.id)).await?;
    assert_eq!((first.len(), rest.len()), (2, 1));
    for (bad, field) in [
        (said("Not A Code", "x"), "need"),
        (said("meals", " "), "note"),
        (said("meals", &"字".repeat(667)), "note"),
    ] {
        let refused = refusal(record(&world, li, &bad).await);
        assert!(
            matches!(refused, Refusal::Field { field: f, .. } if f == field),
            "{refused:?}"
        );
    }
});

on_both!(every_change_of_a_need_is_a_version, |world| {
    let (li, east) = (own(&world, world.li).await, staff(world.east));
    let first = record(&world, east, &said("home-care", "行动不便")).await?;
    let second = act!(world.core, |work| need::object(
        work,
        &li,
        first.id,
        1,
        "我能自己走"
    )
    .await)?;
    assert_eq!(
        (second.version, second.objection.as_deref()),
        (2, Some("我能自己走"))
    );
    assert_eq!(
        second.note, "行动不便",
        "what was objected to stands until it is corrected"
    );
    let stale = act!(world.core, |work| need::correct(
        work,
        &east,
        first.id,
        1,
        &said("home-care", "y")
    )
    .await);
    assert_eq!(refusal(stale), Refusal::Need(NeedRefusal::Changed));
    let third = act!(world.core, |work| need::correct(
        work,
        &east,
        first.id,
        2,
        &said("home-care", "买菜需要帮助")
    )
    .await)?;
    assert_eq!((third.version, third.objection), (3, None));
    let fourth = act!(world.core, |work| need::correct(
        work,
        &li,
        first.id,
        3,
        &said("shopping", "每周一次")
    )
    .await)?;
    assert_eq!(
        (fourth.source.as_str(), fourth.code.as_str()),
        ("resident", "shopping")
    );
    let history = view!(world.core, |work| need::history(
        work, &li, first.id, None, 10
    )
    .await)?;
    let notes: Vec<_> = history
        .iter()
        .map(|need| (need.version, need.note.as_str()))
        .collect();
    assert_eq!(
        notes,
        [(1, "行动不便"), (2, "行动不便"), (3, "买菜需要帮助")]
    );
    assert_eq!(history[1].objection.as_deref(), Some("我能自己走"));

    let become_state = async |actor: Actor, version, state| {
        act!(world.core, |work| need::become_state(
            work, &actor, first.id, version, state
        )
        .await)
    };
    assert_eq!(
        refusal(become_state(east, 4, NeedState::Withdrawn).await),
        Refusal::NotAllowed,
        "only the resident takes it back"
    );
    become_state(li, 4, NeedState::Withdrawn).await?;
    assert_eq!(
        refusal(become_state(east, 5, NeedState::Open).await),
        Refusal::NotAllowed
    );
    assert_eq!(
        refusal(become_state(li, 5, NeedState::Met).await),
        Refusal::Need(NeedRefusal::State(NeedState::Withdrawn))
    );
    let closed = act!(world.core, |work| need::correct(
        work,
        &east,
        first.id,
        5,
        &said("a", "b")
    )
    .await);
    assert_eq!(
        refusal(closed),
        Refusal::Need(NeedRefusal::State(NeedState::Withdrawn))
    );
    become_state(li, 5, NeedState::Open).await?;
    become_state(east, 6, NeedState::Met).await?;
});

on_both!(of_two_who_change_a_need_at_once_one_is_told, |world| {
    let east = staff(world.east);
    let need = record(&world, east, &said("meals", "a")).await?;
    let racers: Vec<_> = (0..8)
        .map(|n| {
            let (core, id) = (world.core.clone(), need.id);
            tokio::spawn(async move {
                act!(core, |work| need::correct(
                    work,
                    &east,
                    id,
                    1,
                    &said("meals", &format!("note {n}"))
                )
                .await)
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await? {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(
                refusal::<()>(Err(error)),
                Refusal::Need(NeedRefusal::Changed)
            ),
        }
    }
    assert_eq!(won, 1);
});

on_both!(
    what_is_due_for_review_is_listed_by_community_and_code,
    |world| {
        let (li, east) = (own(&world, world.li).await, staff(world.east));
        let on = |code: &str, day| Said {
            review: Some(day),
            ..said(code, "x")
        };
        let soon = record(&world, east, &on("meals", date(2026, 12, 1))).await?;
        let late = record(&world, east, &on("care", date(2027, 6, 1))).await?;
        let due = async |actor: Actor, code: Option<&str>, day, after| {
            let listed = view!(world.core, |work| need::list_due(
                work, &actor, world.east, code, day, after, 10
            )
            .await)?;
            Ok::<_, linli_core::Error>(listed.into_iter().map(|need| need.id).collect::<Vec<_>>())
        };
        let day = date(2026, 12, 31);
        assert_eq!(due(east, None, day, None).await?, [soon.id]);
        act!(world.core, |work| need::object(
            work, &li, late.id, 1, "不对"
        )
        .await)?;
        assert_eq!(
            due(east, None, day, None).await?,
            [soon.id, late.id],
            "an objection is due at once"
        );
        assert_eq!(due(east, Some("care"), day, None).await?, [late.id]);
        assert_eq!(
            due(east, None, day, Some((soon.review, soon.id))).await?,
            [late.id]
        );
        assert_eq!(
            refusal(due(staff(world.west), None, day, None).await),
            Refusal::NotAllowed
        );
        let kept = act!(world.core, |work| need::keep(
            work,
            &east,
            soon.id,
            1,
            Some(date(2027, 1, 31))
        )
        .await)?;
        assert_eq!(kept.version, 2);
        assert_eq!(due(east, Some("meals"), day, None).await?, []);
        let past = record(&world, east, &on("meals", date(2026, 11, 23))).await;
        assert!(matches!(
            refusal(past),
            Refusal::Field {
                field: "review",
                ..
            }
        ));
    }
);

on_both!(segments_are_put_or_computed, |world| {
    let east = staff(world.east);
    let put = async |actor: Actor, code: &str| {
        act!(world.core, |work| segment::put(
            work,
            &actor,
            world.li,
            code,
            "走访",
            Some(date(2027, 1, 1))
        )
        .await)
    };
    put(east, "living-alone").await?;
    put(east, "living-alone").await?;
    assert_eq!(
        refusal(put(staff(world.west), "disabled").await),
        Refusal::NotFound("person")
    );
    assert!(matches!(
        refusal(put(east, "over-80").await),
        Refusal::Field {
            field: "segment",
            ..
        }
    ));
    let in_segment = async |code: &str, after, limit| {
        view!(world.core, |work| segment::list_residents(
            work, &east, world.east, code, after, limit
        )
        .await)
    };
    let ids = |listed: Vec<Listed>| listed.into_iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(in_segment("living-alone", None, 10).await?), [world.li]);
    assert_eq!(
        in_segment("over-80", None, 10).await?.len(),
        2,
        "both are 80"
    );
    let first = in_segment("over-80", None, 1).await?;
    assert_eq!(in_segment("over-80", Some(first[0].id), 1).await?.len(), 1);
    assert!(in_segment("over-90", None, 10).await?.is_empty());
    act!(world.core, |work| resident::correct_profile(
        work,
        &east,
        world.li,
        "李秀英",
        Some(date(1930, 1, 1)),
        None
    )
    .await)?;
    assert_eq!(ids(in_segment("over-90", None, 10).await?), [world.li]);
    let li = own(&world, world.li).await;
    let seen = view!(world.core, |work| segment::list(work, &li, world.li).await)?;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (seen[0].source.as_str(), seen[0].review),
        ("staff", Some(date(2027, 1, 1)))
    );
    let end = async || {
        act!(world.core, |work| segment::end(
            work,
            &east,
            world.li,
            "living-alone"
        )
        .await)
    };
    end().await?;
    assert_eq!(refusal(end().await), Refusal::NotFound("segment"));
});

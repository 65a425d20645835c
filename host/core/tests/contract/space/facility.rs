//! Who may add and change spaces, and what they may say.

use super::*;
use linli_core::view;
use linli_domain::space::Misfit;
use linli_domain::working_time::Minutes;
use linli_world::{TOMORROW, on_both, tomorrow};

on_both!(only_staff_of_the_community_change_its_spaces, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    for actor in [staff(world.west), of(world.li), worker(&world)] {
        let added = act!(world.core, |work| space::add(
            work,
            &actor,
            world.east,
            input(1, SpaceRules::default())
        )
        .await);
        assert_eq!(refusal(added), Refusal::NotAllowed);
        let changed = act!(world.core, |work| space::change(
            work,
            &actor,
            id,
            input(2, SpaceRules::default())
        )
        .await);
        assert_eq!(refusal(changed), Refusal::NotAllowed);
        let closed = act!(world.core, |work| space::close(work, &actor, id, "no")
            .await);
        assert_eq!(refusal(closed), Refusal::NotAllowed);
        let hours = act!(world.core, |work| space::add_hours(
            work,
            &actor,
            id,
            hours("FREQ=DAILY", 0, 60)
        )
        .await);
        assert_eq!(refusal(hours), Refusal::NotAllowed);
    }
    let space = view!(world.core, |work| space::find(work, id).await)?;
    assert_eq!((space.place.as_str(), space.concurrency), ("2号楼 3层", 1));
    assert_eq!(space.rules, SpaceRules::default(), "as it was stored");
});

on_both!(what_is_out_of_range_is_refused_by_name, |world| {
    let staff = staff(world.east);
    let mut bad = vec![
        input(0, SpaceRules::default()),
        input(1_001, SpaceRules::default()),
        SpaceInput {
            capacity: 0,
            ..input(1, SpaceRules::default())
        },
        SpaceInput {
            kind: "A room".into(),
            ..input(1, SpaceRules::default())
        },
        SpaceInput {
            equipment: vec!["x".into(); 31],
            ..input(1, SpaceRules::default())
        },
        SpaceInput {
            place: "很".repeat(67),
            ..input(1, SpaceRules::default())
        },
    ];
    bad.push(input(
        1,
        SpaceRules {
            horizon_days: 0,
            ..SpaceRules::default()
        },
    ));
    for input in bad {
        let result = act!(world.core, |work| space::add(
            work,
            &staff,
            world.east,
            input.clone()
        )
        .await);
        assert!(
            matches!(refusal(result), Refusal::Field { .. } | Refusal::Invalid(_)),
            "{input:?}"
        );
    }
});

on_both!(hours_and_their_exceptions_decide_when_it_is_open, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let staff = staff(world.east);
    let early = Range::new(tomorrow(7).starts, tomorrow(7).ends);
    assert_eq!(
        space_refusal(book(&world, id, world.li, early).await),
        SpaceRefusal::Closed
    );
    let exception = act!(world.core, |work| space::add_exception(
        work, &staff, id, TOMORROW, None
    )
    .await)?;
    assert_eq!(
        space_refusal(book(&world, id, world.li, tomorrow(10)).await),
        SpaceRefusal::Closed,
        "closed for the day"
    );
    act!(world.core, |work| space::add_exception(
        work,
        &staff,
        id,
        TOMORROW,
        Some(Minutes { from: 420, to: 480 })
    )
    .await)?;
    book(&world, id, world.li, early).await?;
    act!(world.core, |work| space::remove_exception(
        work, &staff, id, exception
    )
    .await)?;
    book(&world, id, world.li, tomorrow(10)).await?;
    // The extra hour and the regular ones make one stretch.
    let across = Range::new(tomorrow(7).ends.plus_minutes(-30), tomorrow(8).ends);
    assert_eq!(
        space_refusal(book(&world, id, world.li, across).await),
        SpaceRefusal::Full,
        "open, and taken"
    );
    let past = act!(world.core, |work| space::add_exception(
        work,
        &staff,
        id,
        date(2026, 1, 1),
        None
    )
    .await);
    assert!(matches!(refusal(past), Refusal::Field { field: "day", .. }));
});

on_both!(the_rules_of_a_space_bind_residents, |world| {
    let rules = SpaceRules {
        min_minutes: 60,
        max_minutes: 120,
        notice_minutes: 180,
        horizon_days: 3,
        ..SpaceRules::default()
    };
    let id = room(&world, 1, rules).await?;
    let at = |from, minutes| {
        let starts = tomorrow(from).starts;
        Range::new(starts, starts.plus_minutes(minutes))
    };
    let soon = later(at(10, 60), -1);
    for (range, misfit) in [
        (at(10, 30), Misfit::TooShort(60)),
        (at(10, 150), Misfit::TooLong(120)),
        (soon, Misfit::TooSoon(180)),
        (later(at(10, 60), 3), Misfit::TooFar(3)),
        (later(at(10, 60), -2), Misfit::Past),
    ] {
        let refused = space_refusal(book(&world, id, world.li, range).await);
        assert_eq!(refused, SpaceRefusal::Misfit(misfit));
    }
    let crowd = Draft {
        persons: 21,
        ..draft(id, world.li, at(10, 60))
    };
    let refused = act!(world.core, |work| linli_core::booking::book(
        work,
        &of(world.li),
        &crowd
    )
    .await);
    assert_eq!(space_refusal(refused), SpaceRefusal::TooManyPersons(20));
    // The community itself is bound by hours and grid, not by notice, horizon and the longest booking.
    let own = Draft {
        party: Party::Community,
        ..draft(
            id,
            world.li,
            Range::new(soon.starts, soon.starts.plus_minutes(600)),
        )
    };
    act!(world.core, |work| linli_core::booking::book(
        work,
        &staff(world.east),
        &own
    )
    .await)?;
});

on_both!(a_closed_space_is_settled_and_may_open_again, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let staff = staff(world.east);
    let booked = book(&world, id, world.li, tomorrow(10)).await?;
    let blackout = act!(world.core, |work| space::close(work, &staff, id, "漏水")
        .await)?;
    assert_eq!(
        space_refusal(book(&world, id, world.wang, tomorrow(12)).await),
        SpaceRefusal::OutOfUse
    );
    let listed = view!(world.core, |work| async {
        Ok(work.tx.list_spaces(world.east).await?)
    }
    .await)?;
    assert!(listed.iter().all(|space| space.id != id));
    let pending = view!(world.core, |work| space::blackout::conflicts(
        work, &staff, blackout, None, 10
    )
    .await)?;
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].id, booked.id);
    act!(world.core, |work| space::blackout::lift(
        work, &staff, blackout
    )
    .await)?;
    book(&world, id, world.wang, tomorrow(12)).await?;
});

on_both!(
    a_concurrency_below_what_is_booked_is_refused_by_both,
    |world| {
        let id = room(&world, 3, SpaceRules::default()).await?;
        for person in [world.li, world.wang] {
            book(&world, id, person, tomorrow(10)).await?;
        }
        let staff = staff(world.east);
        let lowered = act!(world.core, |work| space::change(
            work,
            &staff,
            id,
            input(1, SpaceRules::default())
        )
        .await);
        assert_eq!(space_refusal(lowered), SpaceRefusal::BookedMoreOften(2));
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let mut space = work.tx.find_space(id).await?.unwrap();
        space.concurrency = 1;
        let error = work.tx.update_space(&space).await.unwrap_err();
        assert!(
            matches!(&error, linli_store::StoreError::Refused { constraint } if constraint == "space_is_full"),
            "{error}"
        );
        drop(work);
        act!(world.core, |work| space::change(
            work,
            &staff,
            id,
            input(2, SpaceRules::default())
        )
        .await)?;
        assert_eq!(
            space_refusal(book(&world, id, world.li, tomorrow(10)).await),
            SpaceRefusal::Full
        );
        // From several places to one and back: what is booked later is counted by the new rule.
        let other = room(&world, 2, SpaceRules::default()).await?;
        book(&world, other, world.li, tomorrow(10)).await?;
        for concurrency in [1, 2] {
            act!(world.core, |work| space::change(
                work,
                &staff,
                other,
                input(concurrency, SpaceRules::default())
            )
            .await)?;
        }
        book(&world, other, world.wang, tomorrow(10)).await?;
    }
);

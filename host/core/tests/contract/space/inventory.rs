//! What is free, what is idle.

use super::*;
use linli_core::space::blackout::{self, When};
use linli_core::space::inventory::{self, Wanted};
use linli_core::view;
use linli_domain::space::OpenTo;
use linli_world::{NOW, TOMORROW, on_both, tomorrow};

fn wanted(community: Option<CommunityId>, range: Range) -> Wanted {
    Wanted {
        community,
        range,
        persons: 5,
        equipment: vec!["projector".into()],
        kind: None,
    }
}

on_both!(free_slots_are_exactly_what_can_be_booked, |world| {
    let rules = SpaceRules {
        buffer_minutes: 30,
        ..SpaceRules::default()
    };
    let id = room(&world, 1, rules).await?;
    book(&world, id, world.li, tomorrow(10)).await?;
    let slots = view!(world.core, |work| inventory::free_slots(
        work, id, TOMORROW, 1, 60
    )
    .await)?;
    // Every half hour from 8:00 to 21:00, less those that come within half an hour of 10:00 to 11:00.
    let starts: Vec<i64> = slots
        .iter()
        .map(|slot| (slot.starts.0 - tomorrow(0).starts.0) / time::MINUTE)
        .collect();
    let expected: Vec<i64> = (16..=42)
        .map(|half| half * 30)
        .filter(|minute| *minute + 90 <= 600 || *minute >= 690)
        .collect();
    assert_eq!(starts, expected);
    for slot in [slots[0], slots[5], *slots.last().unwrap()] {
        book(&world, id, world.wang, slot).await?;
    }
    let days = view!(world.core, |work| inventory::free_slots(
        work, id, TOMORROW, 32, 60
    )
    .await);
    assert!(matches!(refusal(days), Refusal::Invalid(_)));
});

on_both!(
    free_spaces_are_found_in_a_community_and_in_the_district,
    |world| {
        let small = act!(world.core, |work| async {
            let input = SpaceInput {
                capacity: 4,
                ..input(1, SpaceRules::default())
            };
            Ok(space::add(work, &staff(world.east), world.east, input)
                .await?
                .id)
        }
        .await)?;
        // Ids grow with time.
        world.clock.set(NOW.plus_minutes(1));
        let first = room(&world, 1, SpaceRules::default()).await?;
        world.clock.set(NOW.plus_minutes(2));
        let second = room(&world, 1, SpaceRules::default()).await?;
        world.clock.set(NOW.plus_minutes(3));
        let elsewhere = act!(world.core, |work| async {
            let staff = staff(world.west);
            let space =
                space::add(work, &staff, world.west, input(1, SpaceRules::default())).await?;
            space::add_hours(work, &staff, space.id, hours("FREQ=DAILY", 480, 1_320)).await?;
            Ok(space.id)
        }
        .await)?;
        let found = async |wanted: &Wanted| {
            view!(world.core, |work| async {
                let (spaces, next) = inventory::find_free(work, wanted, None, 100).await?;
                assert_eq!(next, None);
                Ok(spaces.iter().map(|space| space.id).collect::<Vec<_>>())
            }
            .await)
        };
        let here = wanted(Some(world.east), tomorrow(10));
        assert_eq!(found(&here).await?, [first, second], "not {small}");
        book(&world, first, world.li, tomorrow(10)).await?;
        assert_eq!(found(&here).await?, [second]);
        let everywhere = wanted(None, tomorrow(10));
        assert_eq!(found(&everywhere).await?, [second, elsewhere]);
        let piano = Wanted {
            equipment: vec!["piano".into()],
            ..everywhere.clone()
        };
        assert_eq!(found(&piano).await?, []);
        let court = Wanted {
            kind: Some("court".into()),
            ..everywhere.clone()
        };
        assert_eq!(found(&court).await?, []);
        let (page, next) = view!(world.core, |work| inventory::find_free(
            work,
            &everywhere,
            None,
            1
        )
        .await)?;
        assert_eq!((page[0].id, next), (second, Some(second)));
    }
);

on_both!(what_is_idle_adds_up, |world| {
    let open = SpaceRules {
        open_to: [OpenTo::Community].into(),
        max_minutes: 480,
        ..SpaceRules::default()
    };
    let id = room(&world, 2, open).await?;
    let four = Range::new(tomorrow(10).starts, tomorrow(13).ends);
    book(&world, id, world.li, four).await?;
    book(&world, id, world.wang, tomorrow(12)).await?;
    act!(world.core, |work| blackout::make(
        work,
        &staff(world.east),
        id,
        &When::Once(Range::new(tomorrow(20).starts, tomorrow(21).ends)),
        "保洁"
    )
    .await)?;
    let idle = view!(world.core, |work| inventory::idle(
        work,
        &staff(world.east),
        id,
        TOMORROW,
        1
    )
    .await)?;
    // Open from 8 to 20; both places are taken from 12 to 13; five of 24 hours of places are taken.
    assert_eq!((idle.open_minutes, idle.free_minutes), (720, 660));
    assert_eq!(idle.used_per_mille, 208);
    assert_eq!(
        idle.free,
        [
            Range::new(tomorrow(8).starts, tomorrow(12).starts),
            Range::new(tomorrow(13).starts, tomorrow(20).starts)
        ]
    );
    let all = view!(world.core, |work| inventory::idle_of_all(
        work,
        &Admin::at_command_line().actor(),
        None,
        TOMORROW,
        31,
        None,
        100
    )
    .await)?;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].open_minutes, 31 * 840 - 120);
    for (actor, community) in [
        (of(world.li), Some(world.east)),
        (staff(world.west), Some(world.east)),
        (staff(world.east), None),
    ] {
        let refused = view!(world.core, |work| inventory::idle_of_all(
            work, &actor, community, TOMORROW, 1, None, 10
        )
        .await);
        assert_eq!(refusal(refused), Refusal::NotAllowed);
    }
    let at_work = view!(world.core, |work| inventory::idle(
        work,
        &worker(&world),
        id,
        TOMORROW,
        1
    )
    .await);
    assert!(at_work.is_ok());
});

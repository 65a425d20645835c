//! Bookings that recur, checked instance by instance.

use super::*;
use linli_core::booking::series::{self, OnConflict, Part, SeriesDraft};
use linli_core::space::blackout::{self, When};
use linli_core::{booking, view};
use linli_domain::booking::BookingState;
use linli_domain::quota::Quota;

use linli_world::{TOMORROW, on_both, tomorrow};

fn daily(space: SpaceId, person: PersonId, count: u16) -> SeriesDraft {
    SeriesDraft {
        space,
        hours: WorkingHours {
            days: Recurrence::new(TOMORROW, format!("FREQ=DAILY;COUNT={count}")).unwrap(),
            from_minute: 600,
            to_minute: 660,
            holidays: Default::default(),
        },
        party: Party::Resident(person),
        title: "合唱".into(),
        persons: 8,
    }
}

async fn book_series(
    world: &World,
    actor: &Actor,
    draft: &SeriesDraft,
    on_conflict: OnConflict,
) -> linli_core::Result<series::SeriesAnswer> {
    act!(world.core, |work| series::book(
        work,
        actor,
        draft,
        on_conflict
    )
    .await)
}

on_both!(each_conflict_is_listed_with_its_reason, |world| {
    let rules = SpaceRules {
        quota: Quota {
            month_bookings: Some(3),
            ..Quota::default()
        },
        horizon_days: 20,
        ..SpaceRules::default()
    };
    let id = room(&world, 1, rules).await?;
    let staff = staff(world.east);
    book(&world, id, world.wang, later(tomorrow(10), 1)).await?;
    act!(world.core, |work| async {
        let day = TOMORROW.checked_add(jiff::Span::new().days(2)).unwrap();
        space::add_exception(work, &staff, id, day, None).await?;
        let range = later(tomorrow(10), 3);
        blackout::make(work, &staff, id, &When::Once(range), "消毒").await
    }
    .await)?;
    // 25 November to 4 December: two months; the sixth, on 30 November, would be the fourth of its month without conflicts.
    let draft = daily(id, world.li, 21);
    let li = of(world.li);
    let conflicts = view!(world.core, |work| series::check(work, &li, &draft).await)?;
    let none = book_series(&world, &li, &draft, OnConflict::BookNone).await?;
    assert_eq!((none.series, none.bookings.len()), (None, 0));
    assert_eq!(none.conflicts, conflicts);
    let reasons: Vec<(i64, &SpaceRefusal)> = conflicts
        .iter()
        .map(|conflict| {
            let days = (conflict.range.starts.0 - tomorrow(10).starts.0) / time::DAY;
            (days, &conflict.reason)
        })
        .collect();
    assert_eq!(
        reasons[..3],
        [
            (1, &SpaceRefusal::Full),
            (2, &SpaceRefusal::Closed),
            (3, &SpaceRefusal::BlackedOut)
        ]
    );
    assert!(
        reasons[3..].iter().all(|(day, reason)| match reason {
            SpaceRefusal::Quota(exceeded) => {
                exceeded.from == date(2027, 1, 1) && (9..20).contains(day)
            }
            SpaceRefusal::Misfit(linli_domain::space::Misfit::TooFar(20)) => *day == 20,
            _ => false,
        }),
        "{reasons:?}"
    );
    let some = book_series(&world, &li, &draft, OnConflict::BookFree).await?;
    assert_eq!(
        some.bookings.len(),
        6,
        "three of November, three of December"
    );
    assert_eq!(some.conflicts, conflicts);
    let listed = view!(world.core, |work| series::list(
        work,
        &li,
        some.series.unwrap()
    )
    .await)?;
    assert_eq!(listed, some.bookings);
    let history = view!(world.core, |work| booking::history(work, &li, listed[0].id)
        .await)?;
    assert_eq!(history.len(), 1);
});

on_both!(one_or_the_following_or_all_are_cancelled, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let li = of(world.li);
    let made = book_series(&world, &li, &daily(id, world.li, 10), OnConflict::BookNone).await?;
    let (id_of_series, bookings) = (made.series.unwrap(), made.bookings);
    let fifth = later(tomorrow(10), 4);
    let waiting = act!(world.core, |work| booking::waiting::join(
        work,
        &of(world.wang),
        &draft(id, world.wang, fifth),
        false
    )
    .await)?;
    act!(world.core, |work| booking::cancel(
        work,
        &li,
        bookings[1].id,
        ""
    )
    .await)?;
    for (actor, refused) in [
        (of(world.wang), Refusal::NotFound("series")),
        (staff(world.west), Refusal::NotFound("series")),
    ] {
        let result = act!(world.core, |work| series::cancel(
            work,
            &actor,
            id_of_series,
            Part::All,
            ""
        )
        .await);
        assert_eq!(refusal(result), refused);
    }
    let following = act!(world.core, |work| series::cancel(
        work,
        &li,
        id_of_series,
        Part::Following(bookings[4].id),
        "旅行"
    )
    .await)?;
    assert_eq!(following, 6);
    let promoted = view!(world.core, |work| async {
        let waiting = work.tx.find_waiting(waiting.id).await?.unwrap();
        Ok(work.tx.find_booking(waiting.booking_id.unwrap()).await?)
    }
    .await)?;
    assert_eq!(promoted.unwrap().starts, fifth.starts);
    world.clock.set(tomorrow(10).starts);
    let rest = act!(world.core, |work| series::cancel(
        work,
        &staff(world.east),
        id_of_series,
        Part::All,
        ""
    )
    .await)?;
    assert_eq!(rest, 3, "the first begins now: it has not begun");
    let states: Vec<_> = view!(world.core, |work| series::list(work, &li, id_of_series)
        .await)?
    .iter()
    .map(|booking| (booking.state, booking.sequence))
    .collect();
    assert!(
        states
            .iter()
            .all(|state| *state == (BookingState::Cancelled, 1))
    );
    let history = view!(world.core, |work| booking::history(
        work,
        &li,
        bookings[4].id
    )
    .await)?;
    assert_eq!(history[1].note, "旅行");
});

on_both!(
    a_series_of_500_is_booked_and_cancelled_in_a_moment,
    |world| {
        let rules = SpaceRules {
            horizon_days: 731,
            ..SpaceRules::default()
        };
        let id = room(&world, 2, rules).await?;
        let li = of(world.li);
        let draft = daily(id, world.li, 500);
        let begun = std::time::Instant::now();
        let made = book_series(&world, &li, &draft, OnConflict::BookNone).await?;
        assert_eq!((made.bookings.len(), made.conflicts.len()), (500, 0));
        // A second one takes the second place each time, a third none.
        let second = daily(id, world.wang, 500);
        let wang = of(world.wang);
        let made_too = book_series(&world, &wang, &second, OnConflict::BookNone).await?;
        assert_eq!(made_too.bookings.len(), 500);
        let third = book_series(&world, &wang, &second, OnConflict::BookFree).await?;
        assert_eq!((third.series, third.conflicts.len()), (None, 500));
        let cancelled = act!(world.core, |work| series::cancel(
            work,
            &li,
            made.series.unwrap(),
            Part::All,
            ""
        )
        .await)?;
        assert_eq!(cancelled, 500);
        // Far above what it takes, far below what 500 units of work would.
        let took = begun.elapsed();
        assert!(took.as_secs() < 20, "{took:?}");
        let over = book_series(&world, &li, &daily(id, world.li, 501), OnConflict::BookFree).await;
        assert!(matches!(
            refusal(over),
            Refusal::Field { field: "days", .. }
        ));
    }
);

on_both!(
    a_wall_time_stays_the_same_and_hours_may_pass_midnight,
    |world| {
        let id = room(&world, 1, SpaceRules::default()).await?;
        let staff = staff(world.east);
        act!(world.core, |work| space::add_hours(
            work,
            &staff,
            id,
            hours("FREQ=DAILY", 1_320, 1_500)
        )
        .await)?;
        let night = SeriesDraft {
            hours: WorkingHours {
                from_minute: 1_380,
                to_minute: 1_470,
                ..daily(id, world.li, 3).hours
            },
            ..daily(id, world.li, 3)
        };
        let made = book_series(&world, &of(world.li), &night, OnConflict::BookNone).await?;
        assert_eq!(made.conflicts, []);
        assert_eq!(made.bookings[1].starts, later(tomorrow(23), 1).starts);
        assert_eq!(
            made.bookings[1].ends,
            later(tomorrow(23), 1).ends.plus_minutes(30)
        );
    }
);

//! Hold, book, confirm, approve, move, cancel; quotas; who may do what to a booking.

use super::*;
use linli_core::{booking, view};
use linli_domain::booking::BookingState;
use linli_domain::quota::{Quota, QuotaKind};
use linli_domain::space::OpenTo;
use linli_store::StoreError;
use linli_world::{NOW, on_both, tomorrow};

on_both!(a_hold_is_free_for_others_when_it_expires, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let li = of(world.li);
    let wanted = draft(id, world.li, tomorrow(10));
    let held = act!(world.core, |work| booking::hold(work, &li, &wanted).await)?;
    assert_eq!(held.expires, Some(NOW.plus_minutes(10)));
    world.clock.set(Instant(NOW.plus_minutes(10).0 - 1));
    assert_eq!(
        space_refusal(book(&world, id, world.wang, tomorrow(10)).await),
        SpaceRefusal::Full
    );
    world.clock.set(NOW.plus_minutes(10));
    let late = act!(world.core, |work| booking::confirm(work, &li, held.id)
        .await);
    assert_eq!(space_refusal(late), SpaceRefusal::HoldExpired);
    book(&world, id, world.wang, tomorrow(10)).await?;
    let seen = view!(world.core, |work| booking::find(work, &li, held.id).await)?;
    assert_eq!((seen.state, seen.sequence), (BookingState::Expired, 1));
});

on_both!(a_hold_is_confirmed_in_time, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let li = of(world.li);
    let wanted = draft(id, world.li, tomorrow(10));
    let held = act!(world.core, |work| booking::hold(work, &li, &wanted).await)?;
    let by_another = act!(world.core, |work| booking::confirm(
        work,
        &of(world.wang),
        held.id
    )
    .await);
    assert_eq!(refusal(by_another), Refusal::NotFound("booking"));
    let booked = act!(world.core, |work| booking::confirm(work, &li, held.id)
        .await)?;
    assert_eq!((booked.state, booked.expires), (BookingState::Booked, None));
    let again = act!(world.core, |work| booking::confirm(work, &li, held.id)
        .await);
    assert_eq!(
        space_refusal(again),
        SpaceRefusal::WrongState(BookingState::Booked)
    );
    world.clock.set(NOW.plus_minutes(60));
    assert_eq!(
        space_refusal(book(&world, id, world.wang, tomorrow(10)).await),
        SpaceRefusal::Full,
        "it has not expired"
    );
});

on_both!(the_database_itself_refuses_an_overbooking, |world| {
    for places in [1, 3] {
        let id = room(&world, places, SpaceRules::default()).await?;
        let first = book(&world, id, world.li, tomorrow(10)).await?;
        // The next ones overlap the first and each other only in part.
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        for taken in 1..places {
            let another = Booking {
                id: work.id(),
                starts: first.starts.plus_minutes(10 * taken),
                ends: first.ends.plus_minutes(10 * taken),
                blocked_until: first.ends.plus_minutes(10 * taken),
                ..first.clone()
            };
            work.tx.create_bookings(&[another]).await?;
        }
        work.commit().await?;
        let one_more = |work: &mut linli_core::Work, minutes: i64| Booking {
            id: work.id(),
            starts: first.starts.plus_minutes(minutes),
            ends: first.ends.plus_minutes(minutes),
            blocked_until: first.ends.plus_minutes(minutes),
            ..first.clone()
        };
        for minutes in [-30, 0, 20, 35] {
            let mut work = world.core.begin(linli_core::Mode::Act).await?;
            let row = one_more(&mut work, minutes);
            let error = work.tx.create_bookings(&[row]).await.unwrap_err();
            assert!(
                matches!(error, StoreError::Refused { .. } | StoreError::Conflict(_)),
                "{places} places, {minutes}: {error}"
            );
        }
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let mut row = one_more(&mut work, -60);
        work.tx.create_bookings(std::slice::from_ref(&row)).await?;
        row.blocked_until = row.blocked_until.plus_minutes(30);
        assert!(
            work.tx.update_booking(&row).await.is_err(),
            "its buffer reaches into the others"
        );
        drop(work);
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let mut row = one_more(&mut work, 0);
        row.state = BookingState::Cancelled;
        work.tx.create_bookings(std::slice::from_ref(&row)).await?;
        row.state = BookingState::Booked;
        assert!(
            work.tx.update_booking(&row).await.is_err(),
            "no way back into the space"
        );
    }
});

on_both!(a_buffer_is_kept_between_bookings, |world| {
    let rules = SpaceRules {
        buffer_minutes: 30,
        ..SpaceRules::default()
    };
    let id = room(&world, 1, rules).await?;
    book(&world, id, world.li, tomorrow(10)).await?;
    for hour in [9, 11] {
        assert_eq!(
            space_refusal(book(&world, id, world.wang, tomorrow(hour)).await),
            SpaceRefusal::Full
        );
    }
    let half = Range::new(
        tomorrow(11).starts.plus_minutes(30),
        tomorrow(11).ends.plus_minutes(30),
    );
    book(&world, id, world.wang, half).await?;
});

on_both!(requests_are_approved_or_rejected_by_staff, |world| {
    let rules = SpaceRules {
        approval: true,
        ..SpaceRules::default()
    };
    let id = room(&world, 1, rules).await?;
    let staff = staff(world.east);
    let first = book(&world, id, world.li, tomorrow(10)).await?;
    assert_eq!(first.state, BookingState::Requested);
    assert_eq!(
        space_refusal(book(&world, id, world.wang, tomorrow(10)).await),
        SpaceRefusal::Full,
        "a request takes its place"
    );
    let waiting = view!(world.core, |work| booking::list_requested(
        work, &staff, world.east, None, 10
    )
    .await)?;
    assert_eq!(waiting.len(), 1);
    let elsewhere = view!(world.core, |work| booking::list_requested(
        work,
        &super::staff(world.west),
        world.east,
        None,
        10
    )
    .await);
    assert_eq!(refusal(elsewhere), Refusal::NotAllowed);
    for actor in [of(world.li), super::staff(world.west)] {
        let approved = act!(world.core, |work| booking::approve(work, &actor, first.id)
            .await);
        assert!(matches!(
            refusal(approved),
            Refusal::NotAllowed | Refusal::NotFound("booking")
        ));
    }
    let silent = act!(world.core, |work| booking::reject(
        work, &staff, first.id, " "
    )
    .await);
    assert!(matches!(
        refusal(silent),
        Refusal::Field {
            field: "reason",
            ..
        }
    ));
    let rejected = act!(world.core, |work| booking::reject(
        work,
        &staff,
        first.id,
        "另有安排"
    )
    .await)?;
    assert_eq!(rejected.state, BookingState::Rejected);
    let history = view!(world.core, |work| booking::history(
        work,
        &of(world.li),
        first.id
    )
    .await)?;
    assert_eq!(history[1].note, "另有安排");
    let second = book(&world, id, world.wang, tomorrow(10)).await?;
    let approved = act!(world.core, |work| booking::approve(work, &staff, second.id)
        .await)?;
    assert_eq!(approved.state, BookingState::Booked);
    let moved = act!(world.core, |work| booking::move_to(
        work,
        &of(world.wang),
        second.id,
        tomorrow(12)
    )
    .await)?;
    assert_eq!(
        moved.state,
        BookingState::Requested,
        "another time is asked for anew"
    );
    // Nobody decided before it was over.
    world.clock.set(tomorrow(13).starts);
    act!(world.core, |work| booking::sweep(work).await)?;
    let seen = view!(world.core, |work| booking::find(work, &staff, second.id)
        .await)?;
    assert_eq!(seen.state, BookingState::Expired);
});

on_both!(move_and_cancel_keep_history_and_sequence, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let li = of(world.li);
    let booked = book(&world, id, world.li, tomorrow(10)).await?;
    let half = Range::new(
        tomorrow(10).starts.plus_minutes(30),
        tomorrow(10).ends.plus_minutes(30),
    );
    let moved = act!(world.core, |work| booking::move_to(
        work, &li, booked.id, half
    )
    .await)?;
    assert_eq!((moved.starts, moved.sequence), (half.starts, 1));
    let by_another = act!(world.core, |work| booking::cancel(
        work,
        &of(world.wang),
        booked.id,
        ""
    )
    .await);
    assert_eq!(refusal(by_another), Refusal::NotFound("booking"));
    world.clock.set(half.starts);
    let late = act!(world.core, |work| booking::cancel(work, &li, booked.id, "")
        .await);
    assert_eq!(space_refusal(late), SpaceRefusal::Begun);
    let by_staff = act!(world.core, |work| booking::cancel(
        work,
        &staff(world.east),
        booked.id,
        "停电"
    )
    .await)?;
    assert_eq!(
        (by_staff.state, by_staff.sequence),
        (BookingState::Cancelled, 2)
    );
    let again = act!(world.core, |work| booking::cancel(
        work,
        &staff(world.east),
        booked.id,
        ""
    )
    .await);
    assert_eq!(
        space_refusal(again),
        SpaceRefusal::WrongState(BookingState::Cancelled)
    );
    let history = view!(world.core, |work| booking::history(work, &li, booked.id)
        .await)?;
    let changes: Vec<_> = history.iter().map(|line| line.change.as_str()).collect();
    assert_eq!(changes, ["booked", "moved", "cancelled"]);
    let told = view!(world.core, |work| async {
        Ok(work.tx.count_unread_notices(world.li).await?)
    }
    .await)?;
    assert_eq!(told, 1, "of what staff did, not of what she did herself");
});

on_both!(a_quota_is_named_and_says_when_it_frees_up, |world| {
    let rules = SpaceRules {
        quota: Quota {
            week_bookings: Some(2),
            month_hours: Some(4),
            ..Quota::default()
        },
        ..SpaceRules::default()
    };
    let id = room(&world, 5, rules).await?;
    book(&world, id, world.li, tomorrow(10)).await?;
    let second = book(&world, id, world.li, tomorrow(12)).await?;
    // Tomorrow is Wednesday 25 November.
    let SpaceRefusal::Quota(week) = space_refusal(book(&world, id, world.li, tomorrow(14)).await)
    else {
        panic!("not a quota")
    };
    assert_eq!(
        (week.kind, week.limit, week.from),
        (QuotaKind::WeekBookings, 2, date(2026, 11, 30))
    );
    let moved = act!(world.core, |work| booking::move_to(
        work,
        &of(world.li),
        second.id,
        tomorrow(15)
    )
    .await)?;
    assert_eq!(moved.id, second.id, "it does not count twice");
    let monday = later(tomorrow(10), 5);
    let long = Range::new(monday.starts, monday.starts.plus_minutes(180));
    let SpaceRefusal::Quota(month) = space_refusal(book(&world, id, world.li, long).await) else {
        panic!("not a quota")
    };
    assert_eq!(
        (month.kind, month.from),
        (QuotaKind::MonthHours, date(2026, 12, 1))
    );
    book(&world, id, world.li, later(long, 1)).await?;
    act!(world.core, |work| booking::cancel(
        work,
        &of(world.li),
        second.id,
        ""
    )
    .await)?;
    book(&world, id, world.li, tomorrow(14)).await?;
    book(&world, id, world.wang, tomorrow(14)).await?;
});

on_both!(a_space_is_open_to_whom_its_rules_say, |world| {
    let community = room(&world, 9, SpaceRules::default()).await?;
    assert_eq!(
        space_refusal(book(&world, community, world.zhao, tomorrow(10)).await),
        SpaceRefusal::NotOpen,
        "she lives in the other community"
    );
    let organisation = |id| Draft {
        party: Party::Organisation(world.care),
        ..draft(id, world.li, tomorrow(10))
    };
    let refused = act!(world.core, |work| booking::book(
        work,
        &worker(&world),
        &organisation(community)
    )
    .await);
    assert_eq!(space_refusal(refused), SpaceRefusal::NotOpen);
    let open = SpaceRules {
        open_to: [OpenTo::District, OpenTo::Organisations].into(),
        ..SpaceRules::default()
    };
    let district = room(&world, 9, open).await?;
    book(&world, district, world.zhao, tomorrow(10)).await?;
    let booked = act!(world.core, |work| booking::book(
        work,
        &worker(&world),
        &organisation(district)
    )
    .await)?;
    let listed = view!(world.core, |work| booking::list_of_organisation(
        work,
        &worker(&world),
        world.care,
        NOW,
        None,
        10
    )
    .await)?;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].id, booked.id);
    // Somebody who is nobody here, an outsider's delegate, another's office.
    for (actor, party) in [
        (of(world.daughter), Party::Resident(world.daughter)),
        (of(world.wang), Party::Resident(world.li)),
        (of(world.li), Party::Organisation(world.care)),
        (of(world.li), Party::Community),
        (staff(world.west), Party::Community),
        (worker(&world), Party::Resident(world.zhao)),
        (
            Actor {
                office: Office::Background(world.care, world.east),
                person: None,
                ..worker(&world)
            },
            Party::Resident(world.li),
        ),
    ] {
        let draft = Draft {
            party,
            ..draft(district, world.li, tomorrow(12))
        };
        let refused = refusal(act!(world.core, |work| booking::book(work, &actor, &draft).await));
        assert!(
            matches!(
                refused,
                Refusal::NotAllowed | Refusal::Space(SpaceRefusal::NotOpen)
            ),
            "{actor:?} {party:?}: {refused:?}"
        );
    }
    // Who may: a delegate, staff at the counter, the organisation's staff for a resident of where they work.
    for actor in [
        Actor {
            person: Some(world.daughter),
            office: Office::Delegate,
            ..of(world.li)
        },
        Actor {
            person: Some(world.admin),
            office: Office::Counter(world.east),
            channel: Channel::Counter,
            ..of(world.li)
        },
        worker(&world),
    ] {
        let draft = draft(community, world.li, tomorrow(15));
        act!(world.core, |work| booking::book(work, &actor, &draft).await)?;
    }
    let hers = view!(world.core, |work| booking::list_of_resident(
        work,
        &of(world.li),
        world.li,
        NOW,
        None,
        100
    )
    .await)?;
    assert_eq!(hers.len(), 3);
    let others = view!(world.core, |work| booking::list_of_resident(
        work,
        &of(world.wang),
        world.li,
        NOW,
        None,
        100
    )
    .await);
    assert_eq!(refusal(others), Refusal::NotAllowed);
});

on_both!(what_is_over_is_completed, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let booked = book(&world, id, world.li, tomorrow(10)).await?;
    world.clock.set(tomorrow(10).ends);
    assert_eq!(act!(world.core, |work| booking::sweep(work).await)?, 1);
    assert_eq!(act!(world.core, |work| booking::sweep(work).await)?, 0);
    let seen = view!(world.core, |work| booking::find(
        work,
        &of(world.li),
        booked.id
    )
    .await)?;
    assert_eq!(seen.state, BookingState::Completed);
    let slice = view!(world.core, |work| booking::list_of_space(
        work,
        &staff(world.east),
        id,
        Range::new(NOW, NOW.plus_days(7)),
        None,
        100
    )
    .await)?;
    assert_eq!(slice.len(), 1);
});

//! The waiting list, in line and in the same unit of work.

use super::*;
use linli_core::booking::{self, waiting};
use linli_core::view;
use linli_domain::booking::{BookingState, WaitingState};
use linli_domain::quota::Quota;
use linli_world::{NOW, TOMORROW, on_both, tomorrow};

async fn join(
    world: &World,
    space: SpaceId,
    person: PersonId,
    range: Range,
    ask: bool,
) -> linli_core::Result<WaitingId> {
    let draft = draft(space, person, range);
    act!(world.core, |work| async {
        let waiting = waiting::join(work, &of(person), &draft, ask).await?;
        Ok(waiting.id)
    }
    .await)
}

async fn cancel(world: &World, person: PersonId, id: BookingId) -> linli_core::Result<Booking> {
    act!(world.core, |work| booking::cancel(
        work,
        &of(person),
        id,
        ""
    )
    .await)
}

async fn waits(
    world: &World,
    id: WaitingId,
) -> linli_core::Result<(WaitingState, Option<Booking>)> {
    view!(world.core, |work| async {
        let waiting = work.tx.find_waiting(id).await?.unwrap();
        let booking = match waiting.booking_id {
            Some(id) => work.tx.find_booking(id).await?,
            None => None,
        };
        Ok((waiting.state, booking))
    }
    .await)
}

on_both!(the_first_in_line_gets_what_becomes_free, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let nothing = join(&world, id, world.li, tomorrow(10), false).await;
    assert_eq!(space_refusal(nothing), SpaceRefusal::NothingToWaitFor);
    let taken = book(&world, id, world.li, tomorrow(10)).await?;
    let first = join(&world, id, world.wang, tomorrow(10), false).await?;
    let twice = join(&world, id, world.wang, tomorrow(10), false).await;
    assert_eq!(space_refusal(twice), SpaceRefusal::WaitsAlready);
    world.clock.set(NOW.plus_minutes(1));
    let second = join(&world, id, world.li, tomorrow(10), false).await?;
    let line = view!(world.core, |work| waiting::list_of_space(
        work,
        &staff(world.east),
        id,
        tomorrow(10),
        None,
        10
    )
    .await)?;
    assert_eq!(
        line.iter().map(|who| who.id).collect::<Vec<_>>(),
        [first, second]
    );
    cancel(&world, world.li, taken.id).await?;
    let (state, booking) = waits(&world, first).await?;
    assert_eq!(state, WaitingState::Promoted);
    let booking = booking.unwrap();
    assert_eq!(
        (booking.state, booking.resident_id),
        (BookingState::Booked, Some(world.wang))
    );
    let told = view!(world.core, |work| async {
        Ok(work.tx.count_unread_notices(world.wang).await?)
    }
    .await)?;
    assert_eq!(told, 1);
    assert_eq!(waits(&world, second).await?.0, WaitingState::Waiting);
    cancel(&world, world.wang, booking.id).await?;
    assert_eq!(waits(&world, second).await?.0, WaitingState::Promoted);
    let late = act!(world.core, |work| waiting::leave(
        work,
        &of(world.wang),
        first
    )
    .await);
    assert_eq!(
        space_refusal(late),
        SpaceRefusal::WaitingIs(WaitingState::Promoted)
    );
});

on_both!(whose_quota_is_used_up_is_passed_over, |world| {
    let rules = SpaceRules {
        quota: Quota {
            week_bookings: Some(1),
            ..Quota::default()
        },
        ..SpaceRules::default()
    };
    let id = room(&world, 1, rules).await?;
    let taken = book(&world, id, world.li, tomorrow(10)).await?;
    let first = join(&world, id, world.wang, tomorrow(10), false).await?;
    book(&world, id, world.wang, tomorrow(15)).await?;
    cancel(&world, world.li, taken.id).await?;
    assert_eq!(waits(&world, first).await?.0, WaitingState::Waiting);
    world.clock.set(NOW.plus_minutes(1));
    book(&world, id, world.li, tomorrow(10)).await?;
});

on_both!(who_wants_to_be_asked_is_asked_for_two_hours, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let taken = book(&world, id, world.li, tomorrow(10)).await?;
    let asked = join(&world, id, world.wang, tomorrow(10), true).await?;
    world.clock.set(NOW.plus_minutes(1));
    let next = join(&world, id, world.li, tomorrow(10), true).await?;
    cancel(&world, world.li, taken.id).await?;
    let (state, offer) = waits(&world, asked).await?;
    let offer = offer.unwrap();
    assert_eq!(
        (state, offer.state, offer.expires),
        (
            WaitingState::Offered,
            BookingState::Held,
            Some(NOW.plus_minutes(121))
        )
    );
    // It runs out: the next is asked, by whoever notices first.
    world.clock.set(NOW.plus_minutes(121));
    assert_eq!(
        space_refusal(book(&world, id, world.wang, tomorrow(10)).await),
        SpaceRefusal::Full
    );
    act!(world.core, |work| booking::sweep(work).await)?;
    assert_eq!(waits(&world, asked).await?.0, WaitingState::Lapsed);
    let (state, offer) = waits(&world, next).await?;
    assert_eq!(state, WaitingState::Offered);
    let offer = offer.unwrap();
    let accepted = act!(world.core, |work| booking::confirm(
        work,
        &of(world.li),
        offer.id
    )
    .await)?;
    assert_eq!(accepted.state, BookingState::Booked);
    assert_eq!(waits(&world, next).await?.0, WaitingState::Promoted);
});

on_both!(two_short_waits_fill_one_long_booking, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let long = Range::new(tomorrow(10).starts, tomorrow(12).ends);
    let taken = book(&world, id, world.li, long).await?;
    let mut line = Vec::new();
    for (minute, range) in [tomorrow(10), long, tomorrow(12)].into_iter().enumerate() {
        world
            .clock
            .set(NOW.plus_minutes(i64::try_from(minute).unwrap()));
        line.push(join(&world, id, world.wang, range, false).await?);
    }
    cancel(&world, world.li, taken.id).await?;
    let mut states = Vec::new();
    for id in line {
        states.push(waits(&world, id).await?.0);
    }
    assert_eq!(
        states,
        [
            WaitingState::Promoted,
            WaitingState::Waiting,
            WaitingState::Promoted
        ]
    );
});

on_both!(waiting_ends_when_it_is_left_or_too_late, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let taken = book(&world, id, world.li, tomorrow(10)).await?;
    let left = join(&world, id, world.wang, tomorrow(10), false).await?;
    let by_another = act!(world.core, |work| waiting::leave(work, &of(world.li), left)
        .await);
    assert_eq!(refusal(by_another), Refusal::NotFound("waiting"));
    act!(world.core, |work| waiting::leave(
        work,
        &of(world.wang),
        left
    )
    .await)?;
    let late = join(&world, id, world.wang, tomorrow(10), false).await?;
    let mine = view!(world.core, |work| waiting::list_of(
        work,
        &of(world.wang),
        Party::Resident(world.wang)
    )
    .await)?;
    assert_eq!(mine.len(), 2);
    world.clock.set(tomorrow(10).starts);
    act!(world.core, |work| booking::sweep(work).await)?;
    assert_eq!(waits(&world, late).await?.0, WaitingState::Lapsed);
    act!(world.core, |work| booking::cancel(
        work,
        &staff(world.east),
        taken.id,
        ""
    )
    .await)?;
    assert_eq!(waits(&world, left).await?.0, WaitingState::Left);
});

on_both!(
    holds_that_expired_beside_each_other_make_room_for_one,
    |world| {
        let id = room(&world, 1, SpaceRules::default()).await?;
        for (person, hour) in [(world.li, 10), (world.wang, 11)] {
            let draft = draft(id, person, tomorrow(hour));
            act!(world.core, |work| booking::hold(work, &of(person), &draft)
                .await)?;
        }
        let both = Range::new(tomorrow(10).starts, tomorrow(11).ends);
        let waits_for_both = join(&world, id, world.li, both, false).await?;
        world.clock.set(NOW.plus_minutes(11));
        act!(world.core, |work| booking::sweep(work).await)?;
        assert_eq!(
            waits(&world, waits_for_both).await?.0,
            WaitingState::Promoted
        );
    }
);

on_both!(
    a_newcomer_does_not_pass_the_line_by_an_expired_hold,
    |world| {
        let id = room(&world, 1, SpaceRules::default()).await?;
        let draft = draft(id, world.li, tomorrow(10));
        act!(world.core, |work| booking::hold(
            work,
            &of(world.li),
            &draft
        )
        .await)?;
        let first = join(&world, id, world.wang, tomorrow(10), false).await?;
        world.clock.set(NOW.plus_minutes(11));
        let newcomer = book(&world, id, world.li, tomorrow(10)).await;
        assert_eq!(space_refusal(newcomer), SpaceRefusal::Full);
        // The refusal undid the promotion with it; the sweep, or whoever comes, does it again.
        act!(world.core, |work| booking::sweep(work).await)?;
        assert_eq!(waits(&world, first).await?.0, WaitingState::Promoted);
    }
);

on_both!(a_day_that_opens_promotes_whoever_waits, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let staff = staff(world.east);
    let closed = act!(world.core, |work| space::add_exception(
        work,
        &staff,
        id,
        TOMORROW,
        Some(working_time::Minutes { from: 360, to: 480 })
    )
    .await)?;
    let early = Range::new(tomorrow(6).starts, tomorrow(7).starts);
    book(&world, id, world.li, early).await?;
    let waiting = join(&world, id, world.wang, early, false).await?;
    act!(world.core, |work| space::remove_exception(
        work, &staff, id, closed
    )
    .await)?;
    assert_eq!(waits(&world, waiting).await?.0, WaitingState::Waiting);
    // The hour is free, but the space is not open then; when it is, who waits has it.
    let made = view!(world.core, |work| booking::list_of_resident(
        work,
        &of(world.li),
        world.li,
        NOW,
        None,
        10
    )
    .await)?;
    cancel(&world, world.li, made[0].id).await?;
    assert_eq!(waits(&world, waiting).await?.0, WaitingState::Waiting);
    act!(world.core, |work| space::add_exception(
        work,
        &staff,
        id,
        TOMORROW,
        Some(working_time::Minutes { from: 360, to: 480 })
    )
    .await)?;
    assert_eq!(waits(&world, waiting).await?.0, WaitingState::Promoted);
});

on_both!(an_offer_at_night_stands_until_after_the_morning, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let taken = book(&world, id, world.li, tomorrow(18)).await?;
    let waiting = join(&world, id, world.wang, tomorrow(18), true).await?;
    world.clock.set(NOW.plus_minutes(14 * 60));
    cancel(&world, world.li, taken.id).await?;
    let (state, booking) = waits(&world, waiting).await?;
    assert_eq!(state, WaitingState::Offered);
    let seven = NOW.plus_minutes(22 * 60);
    assert_eq!(booking.unwrap().expires, Some(seven.plus_minutes(120)));
    // Declined: what waited to go out in the morning does not.
    let booking = waits(&world, waiting).await?.1.unwrap();
    cancel(&world, world.wang, booking.id).await?;
    world.clock.set(seven);
    let sent = act!(world.core, |work| linli_core::outbox::claim(
        work,
        uuid::Uuid::from_u128(1),
        None,
        50
    )
    .await)?;
    assert!(sent.is_empty(), "{sent:?}");
});

//! Black-outs that cover part of a week, and thousands of bookings in their way.

use super::*;
use linli_core::booking::{self, waiting};
use linli_core::space::blackout::{self, Settled, Settlement, When, Which};
use linli_core::view;
use linli_domain::booking::{BookingState, WaitingState};
use linli_world::{NOW, TOMORROW, on_both, tomorrow};

/// Every Wednesday from 14:00 to 18:00, six times; tomorrow is the first.
fn wednesdays() -> When {
    When::Recurring(WorkingHours {
        days: Recurrence::new(TOMORROW, "FREQ=WEEKLY;BYDAY=WE;COUNT=6").unwrap(),
        from_minute: 840,
        to_minute: 1_080,
        holidays: Default::default(),
    })
}

async fn black_out(
    world: &World,
    space: SpaceId,
    when: &When,
) -> linli_core::Result<blackout::Made> {
    act!(world.core, |work| blackout::make(
        work,
        &staff(world.east),
        space,
        when,
        "社区大会"
    )
    .await)
}

on_both!(a_part_of_a_week_is_blocked_and_the_rest_is_not, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let by_another = act!(world.core, |work| blackout::make(
        work,
        &staff(world.west),
        id,
        &wednesdays(),
        "no"
    )
    .await);
    assert_eq!(refusal(by_another), Refusal::NotAllowed);
    let made = black_out(&world, id, &wednesdays()).await?;
    assert_eq!(made.conflicts, 0);
    for week in [0, 5] {
        let in_it = later(tomorrow(14), 7 * week);
        assert_eq!(
            space_refusal(book(&world, id, world.li, in_it).await),
            SpaceRefusal::BlackedOut
        );
        let waits = act!(world.core, |work| waiting::join(
            work,
            &of(world.li),
            &draft(id, world.li, in_it),
            false
        )
        .await);
        assert_eq!(space_refusal(waits), SpaceRefusal::BlackedOut);
    }
    book(&world, id, world.li, tomorrow(13)).await?;
    book(&world, id, world.li, tomorrow(18)).await?;
    book(&world, id, world.li, later(tomorrow(14), 1)).await?;
    book(&world, id, world.li, later(tomorrow(14), 42)).await?;
    let listed = view!(world.core, |work| blackout::list(
        work,
        &staff(world.east),
        id,
        None,
        10
    )
    .await)?;
    assert_eq!(listed[0].id, made.blackout);
});

on_both!(what_stood_there_is_kept_moved_or_cancelled, |world| {
    let id = room(&world, 2, SpaceRules::default()).await?;
    let mut standing = Vec::new();
    for week in 0..4 {
        let range = later(tomorrow(15), 7 * week);
        standing.push(book(&world, id, world.li, range).await?.id);
    }
    let expired = act!(world.core, |work| booking::hold(
        work,
        &of(world.wang),
        &draft(id, world.wang, tomorrow(15))
    )
    .await)?;
    world.clock.set(NOW.plus_minutes(10));
    let made = black_out(&world, id, &wednesdays()).await?;
    assert_eq!(made.conflicts, 4, "an expired hold is none");
    let staff = staff(world.east);
    let pending = view!(world.core, |work| blackout::conflicts(
        work,
        &staff,
        made.blackout,
        None,
        2
    )
    .await)?;
    assert_eq!(
        pending.iter().map(|booking| booking.id).collect::<Vec<_>>(),
        standing[..2]
    );
    let last = &pending[1];
    let pending = view!(world.core, |work| blackout::conflicts(
        work,
        &staff,
        made.blackout,
        Some((last.starts, last.id)),
        100
    )
    .await)?;
    assert_eq!(pending.len(), 2);
    assert!(pending.iter().all(|booking| booking.id != expired.id));
    let seen = view!(world.core, |work| blackout::conflicts(
        work,
        &of(world.li),
        made.blackout,
        None,
        10
    )
    .await);
    assert_eq!(refusal(seen), Refusal::NotAllowed);
    // One is kept, one moved, one its resident cancels, one staff cancel.
    let kept = act!(world.core, |work| blackout::settle(
        work,
        &staff,
        made.blackout,
        &Which::Of(vec![standing[0]]),
        &Settlement::Keep
    )
    .await)?;
    assert_eq!(
        kept,
        Settled {
            settled: 1,
            pending: 3
        }
    );
    act!(world.core, |work| booking::move_to(
        work,
        &staff,
        standing[1],
        later(tomorrow(10), 7)
    )
    .await)?;
    act!(world.core, |work| booking::cancel(
        work,
        &of(world.li),
        standing[2],
        ""
    )
    .await)?;
    let rest = act!(world.core, |work| blackout::settle(
        work,
        &staff,
        made.blackout,
        &Which::All,
        &Settlement::Cancel("社区大会".into())
    )
    .await)?;
    assert_eq!(
        rest,
        Settled {
            settled: 1,
            pending: 0
        }
    );
    let states = view!(world.core, |work| async {
        let mut states = Vec::new();
        for id in &standing {
            states.push(work.tx.find_booking(*id).await?.unwrap().state);
        }
        Ok(states)
    }
    .await)?;
    assert_eq!(
        states,
        [
            BookingState::Booked,
            BookingState::Booked,
            BookingState::Cancelled,
            BookingState::Cancelled
        ]
    );
    let told = view!(world.core, |work| async {
        Ok(work.tx.count_unread_notices(world.li).await?)
    }
    .await)?;
    assert_eq!(told, 2, "of the move and of the cancellation by staff");
});

on_both!(lifting_it_promotes_whoever_waits, |world| {
    let id = room(&world, 1, SpaceRules::default()).await?;
    let taken = book(&world, id, world.li, tomorrow(15)).await?;
    let waiting = act!(world.core, |work| waiting::join(
        work,
        &of(world.wang),
        &draft(id, world.wang, tomorrow(15)),
        false
    )
    .await)?;
    let made = black_out(&world, id, &wednesdays()).await?;
    act!(world.core, |work| booking::cancel(
        work,
        &of(world.li),
        taken.id,
        ""
    )
    .await)?;
    let state = async || {
        view!(world.core, |work| async {
            Ok(work.tx.find_waiting(waiting.id).await?.unwrap().state)
        }
        .await)
    };
    assert_eq!(state().await?, WaitingState::Waiting, "it is blacked out");
    act!(world.core, |work| blackout::lift(
        work,
        &staff(world.east),
        made.blackout
    )
    .await)?;
    assert_eq!(state().await?, WaitingState::Promoted);
    let again = act!(world.core, |work| blackout::lift(
        work,
        &staff(world.east),
        made.blackout
    )
    .await);
    assert_eq!(refusal(again), Refusal::NotFound("blackout"));
});

on_both!(five_thousand_conflicts_are_paged_and_settled, |world| {
    let id = room(&world, 1_000, SpaceRules::default()).await?;
    let staff = staff(world.east);
    act!(world.core, |work| async {
        let model = booking::book(
            work,
            &of(world.li),
            &draft(id, world.li, later(tomorrow(10), 1)),
        )
        .await?;
        let mut many = Vec::new();
        for number in 0..4_999 {
            let range = later(tomorrow(10), 2 + number % 40);
            many.push(Booking {
                id: work.id(),
                starts: range.starts,
                ends: range.ends,
                blocked_until: range.ends,
                ..model.clone()
            });
        }
        Ok(work.tx.create_bookings(&many).await?)
    }
    .await)?;
    let all = When::Once(Range::new(NOW, NOW.plus_days(60)));
    let made = black_out(&world, id, &all).await?;
    assert_eq!(made.conflicts, 5_000);
    let mut after = None;
    let mut seen = 0;
    loop {
        let slice = view!(world.core, |work| blackout::conflicts(
            work,
            &staff,
            made.blackout,
            after,
            100
        )
        .await)?;
        let Some(last) = slice.last() else { break };
        assert!(after < Some((last.starts, last.id)));
        after = Some((last.starts, last.id));
        seen += slice.len();
    }
    assert_eq!(seen, 5_000);
    let some = act!(world.core, |work| blackout::settle(
        work,
        &staff,
        made.blackout,
        &Which::All,
        &Settlement::Cancel("停用".into())
    )
    .await)?;
    assert_eq!(
        some,
        Settled {
            settled: 200,
            pending: 4_800
        }
    );
    let rest = act!(world.core, |work| blackout::settle(
        work,
        &staff,
        made.blackout,
        &Which::All,
        &Settlement::Keep
    )
    .await)?;
    assert_eq!(
        rest,
        Settled {
            settled: 4_800,
            pending: 0
        }
    );
});

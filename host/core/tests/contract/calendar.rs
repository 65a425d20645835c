//! Calendars of several, days with hours of their own, round robin, holds and waiting lists.

use jiff::civil::{Date, date};
use linli_core::appointment::{self, AppointmentRefusal, Booking};
use linli_core::appointment_waiting::{self, Wish};
use linli_core::{Actor, Admin, Caller, Refusal, Service, act, calendar, view};
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::{Range, SlotRules};
use linli_domain::working_time::Minutes;
use linli_domain::*;
use linli_store::StoreError;
use linli_world::{HOUR, TOMORROW, World, installed, office_hours, on_both, refusal, resident};
use linli_world::{tomorrow, worker};

fn booking(calendar: CalendarId, person: PersonId, range: Range) -> Booking {
    Booking {
        calendar,
        range,
        resident: person,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        rules: HOUR,
    }
}

fn wish(world: &World, person: PersonId) -> Wish {
    Wish {
        resident: person,
        calendar: world.calendar,
        any: false,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        day: TOMORROW,
        rules: HOUR,
    }
}

fn staff(world: &World) -> Actor {
    Admin::at_command_line().at(world.east).actor()
}

/// A service's calendar with the same hours as the worker's.
async fn group(world: &World, capacity: u16) -> linli_core::Result<CalendarId> {
    act!(world.core, |work| async {
        let id = calendar::open(
            work,
            &staff(world),
            world.care,
            world.east,
            "care-worker",
            "义诊",
            capacity,
        )
        .await?;
        calendar::put_hours(work, id, &office_hours(), None).await?;
        Ok(id)
    }
    .await)
}

async fn free(
    world: &World,
    service: &Service,
    calendar: CalendarId,
    day: Date,
) -> linli_core::Result<usize> {
    let slots = view!(world.core, |work| calendar::free_slots(
        work,
        service,
        &[calendar],
        day,
        1,
        HOUR,
        None
    )
    .await)?;
    Ok(slots.len())
}

async fn book(
    world: &World,
    service: &Service,
    caller: &Caller,
    booking: Booking,
) -> linli_core::Result<AppointmentId> {
    act!(world.core, |work| async {
        let made = appointment::book(work, service, caller, booking.clone()).await?;
        Ok(made.id)
    }
    .await)
}

on_both!(of_many_racers_exactly_the_capacity_wins, |world| {
    let service = installed(&world).await?;
    let group = group(&world, 3).await?;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..500 {
        let person = if racer % 2 == 0 { world.li } else { world.wang };
        let (core, service) = (world.core.clone(), service.clone());
        let booking = booking(group, person, tomorrow(10));
        racers.spawn(async move {
            act!(core, |work| async {
                let caller = resident(person);
                let made = appointment::book(work, &service, &caller, booking.clone()).await?;
                Ok(made.id)
            }
            .await)
        });
    }
    let results = racers.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 3);
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(refusal(result), Refusal::SlotTaken);
    }
});

on_both!(the_database_itself_counts_at_the_starts, |world| {
    let service = installed(&world).await?;
    let group = group(&world, 2).await?;
    let at = |from: i8, to: i8| Range::new(tomorrow(from).starts, tomorrow(to).starts);
    let first = book(
        &world,
        &service,
        &resident(world.li),
        booking(group, world.li, tomorrow(9)),
    )
    .await?;
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let mut row = work.tx.find_appointment(first).await?.unwrap();
    // 9–10 and 10–11 never run at once: one over both fits beside them, a second does not.
    let mut put = async |work: &mut linli_core::Work, range: Range| {
        row.id = work.id();
        (row.starts, row.ends) = (range.starts, range.ends);
        work.tx.create_appointment(&row).await.map(|()| row.id)
    };
    put(&mut work, at(10, 11)).await?;
    put(&mut work, at(9, 11)).await?;
    work.commit().await?;
    for range in [at(9, 11), at(8, 10), at(10, 12), at(8, 12)] {
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let error = put(&mut work, range).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Refused { constraint } if constraint.contains("calendar_capacity")),
            "{range:?}: {error}"
        );
    }
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let later = put(&mut work, at(11, 12)).await?;
    let mut later = work.tx.find_appointment(later).await?.unwrap();
    later.starts = tomorrow(10).starts;
    let stretched = work.tx.update_appointment(&later).await;
    assert!(matches!(stretched, Err(StoreError::Refused { .. })));
});

on_both!(capacity_is_lowered_only_as_far_as_it_is_free, |world| {
    let service = installed(&world).await?;
    let group = group(&world, 3).await?;
    for person in [world.li, world.wang] {
        let booking = booking(group, person, tomorrow(10));
        book(&world, &service, &resident(person), booking).await?;
    }
    let set = async |actor: &Actor, capacity| {
        act!(world.core, |work| calendar::set_capacity(
            work, actor, group, capacity
        )
        .await)
    };
    let own = staff(&world);
    assert_eq!(
        refusal(set(&own, 1).await),
        Refusal::Appointment(AppointmentRefusal::CapacityInUse(2))
    );
    set(&own, 2).await?;
    let third = book(
        &world,
        &service,
        &resident(world.li),
        booking(group, world.li, tomorrow(10)),
    )
    .await;
    assert_eq!(refusal(third), Refusal::SlotTaken);
    let elsewhere = Admin::at_command_line().at(world.west).actor();
    assert_eq!(
        refusal(set(&elsewhere, 5).await),
        Refusal::NotFound("calendar"),
        "staff of another community"
    );
    let of_a_resident = resident(world.li).actor(&service);
    assert_eq!(
        refusal(set(&of_a_resident, 5).await),
        Refusal::NotFound("calendar")
    );
    assert!(matches!(
        refusal(set(&own, 0).await),
        Refusal::Field {
            field: "capacity",
            ..
        }
    ));
});

on_both!(a_day_has_hours_of_its_own, |world| {
    let service = installed(&world).await?;
    let holder = worker(world.worker).actor(&service);
    let put = async |actor: &Actor, minutes: Vec<Minutes>| {
        act!(world.core, |work| calendar::put_day(
            work,
            actor,
            world.calendar,
            TOMORROW,
            minutes.clone(),
            ""
        )
        .await)
    };
    put(&holder, vec![]).await?;
    assert_eq!(free(&world, &service, world.calendar, TOMORROW).await?, 0);
    let evening = Minutes {
        from: 19 * 60,
        to: 25 * 60,
    };
    put(&holder, vec![evening]).await?;
    assert_eq!(
        free(&world, &service, world.calendar, TOMORROW).await?,
        10,
        "19:00 to 23:30 begin that day"
    );
    let after = TOMORROW.tomorrow()?;
    assert_eq!(
        free(&world, &service, world.calendar, after).await?,
        16,
        "midnight, then 9 to 16"
    );
    let bad = Minutes { from: 600, to: 600 };
    assert!(matches!(
        refusal(put(&holder, vec![bad]).await),
        Refusal::Field {
            field: "minutes",
            ..
        }
    ));
    let of_a_resident = resident(world.wang).actor(&service);
    assert_eq!(
        refusal(put(&of_a_resident, vec![]).await),
        Refusal::NotFound("calendar")
    );
    act!(world.core, |work| calendar::remove_day(
        work,
        &holder,
        world.calendar,
        TOMORROW
    )
    .await)?;
    assert_eq!(free(&world, &service, world.calendar, TOMORROW).await?, 15);
});

on_both!(who_is_on_duty, |world| {
    let service = installed(&world).await?;
    let on_duty = async |at| {
        let found = view!(world.core, |work| calendar::on_duty(
            work, &service, None, at
        )
        .await)?;
        let ids: Vec<_> = found.iter().map(|calendar| calendar.id).collect();
        linli_core::Result::Ok(ids)
    };
    let nine = tomorrow(9).starts;
    assert_eq!(on_duty(nine).await?, [world.calendar]);
    assert!(on_duty(Instant(nine.0 - 1)).await?.is_empty());
    assert!(
        on_duty(tomorrow(17).starts).await?.is_empty(),
        "hours are half open"
    );
});

on_both!(round_robin_is_fair_and_always_the_same, |world| {
    let service = installed(&world).await?;
    let calendars = [
        world.calendar,
        group(&world, 1).await?,
        group(&world, 1).await?,
    ];
    let mut got = Vec::new();
    for hour in [9, 9, 9, 11, 13, 15] {
        let any = booking(world.calendar, world.li, tomorrow(hour));
        let made = act!(world.core, |work| async {
            let caller = resident(world.li);
            let made =
                appointment::book_any(work, &service, &caller, &calendars, any.clone()).await?;
            Ok(made.calendar_id)
        }
        .await)?;
        got.push(made);
    }
    let first: std::collections::BTreeSet<_> = got[..3].iter().collect();
    assert_eq!(first.len(), 3, "three at nine go to three");
    assert_eq!(got[..3], got[3..], "then each in the same turn");
    let full = booking(world.calendar, world.li, tomorrow(9));
    let none = act!(world.core, |work| async {
        let caller = resident(world.li);
        let made = appointment::book_any(work, &service, &caller, &calendars, full.clone()).await?;
        Ok(made.id)
    }
    .await);
    assert_eq!(
        refusal(none),
        Refusal::Appointment(AppointmentRefusal::NoneFree)
    );
});

on_both!(
    an_appointment_to_be_moved_does_not_stand_in_its_own_way,
    |world| {
        let service = installed(&world).await?;
        let id = book(
            &world,
            &service,
            &resident(world.li),
            booking(world.calendar, world.li, tomorrow(10)),
        )
        .await?;
        let slots = view!(world.core, |work| calendar::free_slots(
            work,
            &service,
            &[world.calendar],
            TOMORROW,
            1,
            HOUR,
            Some(id)
        )
        .await)?;
        assert_eq!(slots.len(), 15);
    }
);

on_both!(a_hold_keeps_a_slot_for_a_while_and_no_longer, |world| {
    let service = installed(&world).await?;
    let (li, wang) = (resident(world.li), resident(world.wang));
    let hold = async |minutes| {
        let booking = booking(world.calendar, world.li, tomorrow(10));
        act!(world.core, |work| async {
            Ok(
                appointment::hold(work, &service, &li, booking.clone(), minutes)
                    .await?
                    .id,
            )
        }
        .await)
    };
    let confirm = async |id| {
        act!(world.core, |work| async {
            Ok(appointment::confirm(work, &service, &li, id).await?.state)
        }
        .await)
    };
    assert!(matches!(refusal(hold(11).await), Refusal::Invalid(_)));
    let held = hold(5).await?;
    let theirs = booking(world.calendar, world.wang, tomorrow(10));
    let other = book(&world, &service, &wang, theirs.clone()).await;
    assert_eq!(refusal(other), Refusal::SlotTaken);
    let basis = view!(world.core, |work| async {
        let open = work
            .tx
            .list_open_appointments(world.li, service.id(), work.now);
        Ok(open.await?)
    }
    .await)?;
    assert!(basis.is_empty(), "what is only held is no basis");
    world.clock.set(linli_world::NOW.plus_minutes(5));
    assert_eq!(
        refusal(confirm(held).await),
        Refusal::Appointment(AppointmentRefusal::HoldLapsed)
    );
    book(&world, &service, &wang, theirs).await?;
    let lapsed = view!(world.core, |work| async {
        Ok(work.tx.find_appointment(held).await?)
    }
    .await)?;
    assert_eq!(lapsed.unwrap().state, AppointmentState::Cancelled);
    let again = {
        let booking = booking(world.calendar, world.li, tomorrow(12));
        act!(world.core, |work| async {
            Ok(appointment::hold(work, &service, &li, booking.clone(), 10)
                .await?
                .id)
        }
        .await)?
    };
    assert_eq!(confirm(again).await?, AppointmentState::Booked);
    for hour in [13, 14, 15] {
        let booking = booking(world.calendar, world.li, tomorrow(hour));
        act!(world.core, |work| appointment::hold(
            work,
            &service,
            &li,
            booking.clone(),
            10
        )
        .await)?;
    }
    assert_eq!(
        refusal(hold(10).await),
        Refusal::Appointment(AppointmentRefusal::TooManyHolds)
    );
});

on_both!(what_becomes_free_is_offered_in_turn, |world| {
    let service = installed(&world).await?;
    let (li, wang) = (resident(world.li), resident(world.wang));
    let staff = worker(world.worker);
    let taken = book(
        &world,
        &service,
        &staff,
        booking(world.calendar, world.li, tomorrow(10)),
    )
    .await?;
    let join = async |caller: &Caller, person| {
        act!(world.core, |work| appointment_waiting::join(
            work,
            &service,
            caller,
            wish(&world, person)
        )
        .await)
    };
    let first = join(&wang, world.wang).await?;
    assert_eq!(
        refusal(join(&wang, world.wang).await),
        Refusal::Appointment(AppointmentRefusal::AlreadyWaiting)
    );
    assert_eq!(refusal(join(&wang, world.li).await), Refusal::NotAllowed);
    world.clock.set(linli_world::NOW.plus_minutes(1));
    let second = join(&li, world.li).await?;
    let position = async |caller: &Caller, id| {
        view!(world.core, |work| appointment_waiting::position(
            work, &service, caller, id
        )
        .await)
    };
    assert_eq!(position(&wang, first).await?, Some(1));
    assert_eq!(position(&li, second).await?, Some(2));
    assert_eq!(
        refusal(position(&li, first).await),
        Refusal::NotFound("waiting"),
        "of somebody else"
    );
    act!(world.core, |work| appointment::cancel(
        work, &service, &staff, taken, "ill"
    )
    .await)?;
    assert_eq!(position(&wang, first).await?, None);
    assert_eq!(position(&li, second).await?, Some(1));
    let offered = async |id| {
        view!(world.core, |work| async {
            let row = work.tx.find_appointment_waiting(id).await?.unwrap();
            Ok((row.state, row.appointment_id))
        }
        .await)
    };
    let (state, offer) = offered(first).await?;
    assert_eq!(state, "offered");
    let notices = view!(world.core, |work| async {
        Ok(work.tx.count_unread_notices(world.wang).await?)
    }
    .await)?;
    assert_eq!(notices, 1);
    // Wang lets it go: it goes on to Li, who confirms.
    let later = linli_world::NOW.plus_minutes(appointment_waiting::OFFER_MINUTES + 2);
    world.clock.set(later);
    let swept = act!(world.core, |work| appointment::release_lapsed(work, 10)
        .await)?;
    assert_eq!(swept, 1);
    assert_eq!(offered(first).await?, ("lapsed".into(), offer));
    let (state, offer) = offered(second).await?;
    assert_eq!(state, "offered");
    let confirmed = act!(world.core, |work| appointment::confirm(
        work,
        &service,
        &li,
        offer.unwrap()
    )
    .await)?;
    assert!(confirmed.own, "she joined herself");
    assert_eq!(offered(second).await?.0, "served");
});

on_both!(the_horizon_and_a_change_of_clocks, |world| {
    let service = installed(&world).await?;
    let rules = SlotRules {
        horizon_days: Some(1),
        ..HOUR
    };
    let slots = view!(world.core, |work| calendar::free_slots(
        work,
        &service,
        &[world.calendar],
        TOMORROW,
        7,
        rules,
        None
    )
    .await)?;
    assert_eq!(slots.last().unwrap().1.starts, tomorrow(9).starts);
    // The same calendar as a district in New York would read it: hours keep their wall time over the gap.
    let mut service = service;
    service.zone = jiff::tz::TimeZone::get("America/New_York")?;
    let monday = date(2027, 3, 15);
    for (day, offset) in [(date(2027, 3, 12), 14), (monday, 13)] {
        let slots = view!(world.core, |work| calendar::free_slots(
            work,
            &service,
            &[world.calendar],
            day,
            1,
            HOUR,
            None
        )
        .await)?;
        assert_eq!(slots.len(), 15);
        let starts = slots[0].1.starts;
        assert_eq!(starts.to_civil(&service.zone), day.at(9, 0, 0, 0));
        assert_eq!(
            starts.to_civil(&jiff::tz::TimeZone::UTC),
            day.at(offset, 0, 0, 0)
        );
    }
});

on_both!(
    what_staff_held_is_the_residents_own_once_she_confirms,
    |world| {
        let service = installed(&world).await?;
        let wish = booking(world.calendar, world.li, tomorrow(10));
        let held = act!(world.core, |work| appointment::hold(
            work,
            &service,
            &worker(world.worker),
            wish.clone(),
            10
        )
        .await)?;
        act!(world.core, |work| appointment::confirm(
            work,
            &service,
            &resident(world.li),
            held.id
        )
        .await)?;
        let found = view!(world.core, |work| Ok(work
            .tx
            .find_appointment(held.id)
            .await?))?;
        assert!(found.unwrap().own);
    }
);

async fn joined(
    world: &World,
    service: &Service,
    person: PersonId,
) -> linli_core::Result<WaitingId> {
    act!(world.core, |work| appointment_waiting::join(
        work,
        service,
        &resident(person),
        wish(world, person)
    )
    .await)
}

async fn waiting(
    world: &World,
    id: WaitingId,
) -> linli_core::Result<linli_store::appointment_waiting::AppointmentWaiting> {
    view!(world.core, |work| async {
        let found = work.tx.find_appointment_waiting(id).await?;
        found.ok_or(Refusal::NotFound("waiting").into())
    }
    .await)
}

/// Closes tomorrow, and has two people wait for it.
async fn full_day(world: &World, service: &Service) -> linli_core::Result<(WaitingId, WaitingId)> {
    act!(world.core, |work| calendar::put_day(
        work,
        &staff(world),
        world.calendar,
        TOMORROW,
        Vec::new(),
        ""
    )
    .await)?;
    let first = joined(world, service, world.wang).await?;
    world.clock.set(linli_world::NOW.plus_minutes(1));
    let second = joined(world, service, world.li).await?;
    Ok((first, second))
}

on_both!(more_hours_are_offered_to_who_waits, |world| {
    let service = installed(&world).await?;
    let (first, second) = full_day(&world, &service).await?;
    // One hour: for the first of them.
    let ten = vec![Minutes { from: 600, to: 660 }];
    act!(world.core, |work| calendar::put_day(
        work,
        &staff(&world),
        world.calendar,
        TOMORROW,
        ten.clone(),
        ""
    )
    .await)?;
    assert_eq!(waiting(&world, first).await?.state, "offered");
    assert_eq!(waiting(&world, second).await?.state, "waiting");
    // Two at once: for the second as well.
    act!(world.core, |work| calendar::set_capacity(
        work,
        &staff(&world),
        world.calendar,
        2
    )
    .await)?;
    assert_eq!(waiting(&world, second).await?.state, "offered");
});

on_both!(usual_hours_and_holidays_taken_back_are_offered, |world| {
    let service = installed(&world).await?;
    let admin = Admin::at_command_line();
    let holiday = Localised::new("放假", "Holiday");
    act!(world.core, |work| linli_core::holiday::put(
        work,
        &admin,
        TOMORROW,
        holiday::SpecialDay::Holiday,
        &holiday
    )
    .await)?;
    let first = joined(&world, &service, world.wang).await?;
    act!(world.core, |work| linli_core::holiday::remove(
        work, &admin, TOMORROW
    )
    .await)?;
    assert_eq!(waiting(&world, first).await?.state, "offered");
    let other = group(&world, 1).await?;
    act!(world.core, |work| calendar::put_day(
        work,
        &staff(&world),
        other,
        TOMORROW,
        Vec::new(),
        ""
    )
    .await)?;
    let second = act!(world.core, |work| appointment_waiting::join(
        work,
        &service,
        &resident(world.li),
        Wish {
            calendar: other,
            ..wish(&world, world.li)
        }
    )
    .await)?;
    act!(world.core, |work| calendar::remove_day(
        work,
        &staff(&world),
        other,
        TOMORROW
    )
    .await)?;
    assert_eq!(waiting(&world, second).await?.state, "offered");
});

on_both!(an_offer_made_at_night_counts_from_the_morning, |world| {
    let service = installed(&world).await?;
    let day = TOMORROW.tomorrow().unwrap();
    let later = Wish {
        day,
        ..wish(&world, world.wang)
    };
    let put = async |minutes: Vec<Minutes>| {
        act!(world.core, |work| calendar::put_day(
            work,
            &staff(&world),
            world.calendar,
            day,
            minutes.clone(),
            ""
        )
        .await)
    };
    put(Vec::new()).await?;
    let id = act!(world.core, |work| appointment_waiting::join(
        work,
        &service,
        &resident(world.wang),
        later.clone()
    )
    .await)?;
    // It is 23:00; the notice goes out at 7:00.
    world.clock.set(linli_world::NOW.plus_minutes(14 * 60));
    put(vec![Minutes { from: 600, to: 660 }]).await?;
    let offered = waiting(&world, id).await?.appointment_id.unwrap();
    let held = async || {
        view!(world.core, |work| async {
            Ok(work.tx.find_appointment(offered).await?.unwrap())
        }
        .await)
    };
    let seven = linli_world::NOW.plus_minutes(22 * 60);
    assert_eq!(
        held().await?.held_until,
        Some(seven.plus_minutes(appointment_waiting::OFFER_MINUTES))
    );
    world.clock.set(seven.plus_minutes(1));
    act!(world.core, |work| appointment::release_lapsed(work, 10)
        .await)?;
    assert_eq!(held().await?.state, AppointmentState::Held);
    // Once it is over, its notice goes nowhere any more, and nobody is told that it was not confirmed.
    world
        .clock
        .set(seven.plus_minutes(appointment_waiting::OFFER_MINUTES));
    act!(world.core, |work| appointment::release_lapsed(work, 10)
        .await)?;
    assert_eq!(held().await?.state, AppointmentState::Cancelled);
    let sent = act!(world.core, |work| linli_core::outbox::claim(
        work,
        uuid::Uuid::from_u128(1),
        None,
        50
    )
    .await)?;
    assert!(sent.is_empty(), "{sent:?}");
    world.clock.set(seven.plus_days(3));
    let told = act!(world.core, |work| linli_core::notice::escalate(work, 100)
        .await)?;
    assert_eq!(told, 0);
});

on_both!(who_waits_twice_is_told_and_may_go_on, |world| {
    let service = installed(&world).await?;
    // A plugin takes the refusal and goes on in the same unit of work, which must not be broken by it.
    let (refused, left) = act!(world.core, |work| async {
        let li = resident(world.li);
        let first = appointment_waiting::join(work, &service, &li, wish(&world, world.li)).await?;
        let again = appointment_waiting::join(work, &service, &li, wish(&world, world.li)).await;
        let refused = matches!(
            again,
            Err(linli_core::Error::Refused(Refusal::Appointment(
                AppointmentRefusal::AlreadyWaiting
            )))
        );
        appointment_waiting::leave(work, &service, &li, first).await?;
        Ok((refused, first))
    }
    .await)?;
    assert!(refused);
    assert_eq!(waiting(&world, left).await?.state, "left");
});

on_both!(the_database_keeps_the_capacity_that_is_booked, |world| {
    let service = installed(&world).await?;
    let group = group(&world, 3).await?;
    for person in [world.li, world.wang] {
        let booking = booking(group, person, tomorrow(10));
        book(&world, &service, &resident(person), booking).await?;
    }
    let lower = |capacity, also: &str| {
        format!("UPDATE calendar SET capacity = {capacity}{also} WHERE title = '义诊'")
    };
    assert!(world.sql(&lower(1, "")).await.is_err());
    assert_eq!(world.sql(&lower(2, "")).await?, 1);
    // What is over asks for nothing any more.
    world.clock.set(tomorrow(12).starts);
    act!(world.core, |work| calendar::set_capacity(
        work,
        &staff(&world),
        group,
        1
    )
    .await)?;
});

//! No calendar is booked twice; who may do what to an appointment.

use linli_core::appointment::{self, Booking};
use linli_core::{Caller, Core, Error, Refusal, Service, act, calendar, view};
use linli_domain::appointment::AppointmentState;
use linli_domain::slot::Range;
use linli_domain::*;
use linli_store::StoreError;
use linli_world::on_both;
use linli_world::{HOUR, installed, refusal, tomorrow};
use linli_world::{TOMORROW, World, resident, worker};

fn booking(world: &World, person: PersonId, range: Range) -> Booking {
    Booking {
        calendar: world.calendar,
        range,
        resident: person,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        rules: HOUR,
    }
}

async fn book(
    core: &Core,
    service: &Service,
    caller: &Caller,
    booking: &Booking,
) -> linli_core::Result<AppointmentId> {
    act!(core, |work| async {
        Ok(appointment::book(work, service, caller, booking.clone())
            .await?
            .id)
    }
    .await)
}

on_both!(of_many_racers_for_one_slot_exactly_one_wins, |world| {
    let service = installed(&world).await?;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..500 {
        let person = if racer % 2 == 0 { world.li } else { world.wang };
        let (core, service, booking) = (
            world.core.clone(),
            service.clone(),
            booking(&world, person, tomorrow(10)),
        );
        racers.spawn(async move { book(&core, &service, &resident(person), &booking).await });
    }
    let results = racers.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(refusal(result), Refusal::SlotTaken);
    }
});

on_both!(the_database_itself_refuses_a_double_booking, |world| {
    let service = installed(&world).await?;
    let first = book(
        &world.core,
        &service,
        &resident(world.li),
        &booking(&world, world.li, tomorrow(10)),
    )
    .await?;
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let mut second = work.tx.find_appointment(first).await?.unwrap();
    second.id = work.id();
    second.starts = second.starts.plus_minutes(30);
    second.ends = second.ends.plus_minutes(30);
    let error = work.tx.create_appointment(&second).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Refused { .. } | StoreError::Conflict(_)),
        "{error}"
    );
    drop(work);
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    second.starts = tomorrow(11).starts;
    second.ends = tomorrow(11).ends;
    work.tx.create_appointment(&second).await?;
    second.starts = tomorrow(10).starts;
    assert!(
        work.tx.update_appointment(&second).await.is_err(),
        "stretched over the first"
    );
});

on_both!(a_slot_must_be_one_that_is_offered, |world| {
    let service = installed(&world).await?;
    let li = resident(world.li);
    let early = Range::new(tomorrow(8).starts, tomorrow(8).ends);
    let crooked = Range::new(
        tomorrow(10).starts.plus_minutes(7),
        tomorrow(10).ends.plus_minutes(7),
    );
    let long = Range::new(tomorrow(10).starts, tomorrow(11).ends);
    let past = Range::new(
        tomorrow(10).starts.plus_days(-7),
        tomorrow(10).ends.plus_days(-7),
    );
    for range in [early, crooked, long, past] {
        let result = book(
            &world.core,
            &service,
            &li,
            &booking(&world, world.li, range),
        )
        .await;
        assert_eq!(refusal(result), Refusal::SlotNotOffered, "{range:?}");
    }
    let free = view!(world.core, |work| calendar::free_slots(
        work,
        &service,
        &[world.calendar],
        TOMORROW,
        1,
        HOUR,
        None
    )
    .await)?;
    assert_eq!(free.len(), 15, "every half hour from 9 to 16");
    book(
        &world.core,
        &service,
        &li,
        &booking(&world, world.li, tomorrow(10)),
    )
    .await?;
    let free = view!(world.core, |work| calendar::free_slots(
        work,
        &service,
        &[world.calendar],
        TOMORROW,
        1,
        HOUR,
        None
    )
    .await)?;
    assert_eq!(free.len(), 12, "three slots touch 10–11");
});

on_both!(move_cancel_and_book_again, |world| {
    let service = installed(&world).await?;
    let li = resident(world.li);
    let id = book(
        &world.core,
        &service,
        &li,
        &booking(&world, world.li, tomorrow(10)),
    )
    .await?;
    let to = Range::new(
        tomorrow(10).starts.plus_minutes(30),
        tomorrow(10).ends.plus_minutes(30),
    );
    let moved = act!(world.core, |work| appointment::move_to(
        work,
        &service,
        &li,
        id,
        world.calendar,
        to,
        HOUR
    )
    .await)?;
    assert_eq!(
        (moved.starts, moved.sequence),
        (to.starts, 1),
        "it may overlap with where it was"
    );
    let cancelled = act!(world.core, |work| appointment::cancel(
        work, &service, &li, id, "ill"
    )
    .await)?;
    assert_eq!(cancelled.state, AppointmentState::Cancelled);
    let again = act!(world.core, |work| appointment::cancel(
        work, &service, &li, id, ""
    )
    .await);
    assert_eq!(
        refusal(again),
        Refusal::WrongState(AppointmentState::Cancelled)
    );
    book(
        &world.core,
        &service,
        &resident(world.wang),
        &booking(&world, world.wang, to),
    )
    .await?;
    let history = view!(world.core, |work| async {
        Ok(work.tx.list_appointment_changes(id).await?)
    }
    .await)?;
    let changes: Vec<_> = history
        .iter()
        .map(|change| change.change.as_str())
        .collect();
    assert_eq!(changes.len(), 3);
    assert!(
        ["booked", "moved", "cancelled"]
            .iter()
            .all(|change| changes.contains(change)),
        "{changes:?}"
    );
});

on_both!(only_the_holder_checks_in_and_out, |world| {
    let service = installed(&world).await?;
    let id = book(
        &world.core,
        &service,
        &resident(world.li),
        &booking(&world, world.li, tomorrow(10)),
    )
    .await?;
    let holder = worker(world.worker);
    let early = act!(world.core, |work| appointment::check_in(
        work, &service, &holder, id
    )
    .await);
    assert_eq!(refusal(early), Refusal::SlotNotOffered);
    world.clock.set(tomorrow(10).starts.plus_minutes(-5));
    let by_resident = act!(world.core, |work| appointment::check_in(
        work,
        &service,
        &resident(world.li),
        id
    )
    .await);
    assert_eq!(refusal(by_resident), Refusal::NotAllowed);
    let by_colleague = act!(world.core, |work| appointment::check_in(
        work,
        &service,
        &worker(world.wang),
        id
    )
    .await);
    assert_eq!(refusal(by_colleague), Refusal::NotAllowed);
    let checked = act!(world.core, |work| appointment::check_in(
        work, &service, &holder, id
    )
    .await)?;
    assert_eq!(
        checked.checked_in,
        Some(tomorrow(10).starts.plus_minutes(-5))
    );
    let done = act!(world.core, |work| appointment::check_out(
        work, &service, &holder, id
    )
    .await)?;
    assert_eq!(done.state, AppointmentState::Completed);
});

on_both!(
    an_appointment_is_open_to_its_resident_and_staff_alone,
    |world| {
        let service = installed(&world).await?;
        let id = book(
            &world.core,
            &service,
            &resident(world.li),
            &booking(&world, world.li, tomorrow(10)),
        )
        .await?;
        let find = async |caller: &Caller| {
            view!(world.core, |work| appointment::find(
                work, &service, caller, id
            )
            .await)
        };
        assert!(find(&worker(world.worker)).await.is_ok());
        assert_eq!(
            refusal(find(&resident(world.wang)).await),
            Refusal::NotFound("appointment")
        );
        let for_another = book(
            &world.core,
            &service,
            &resident(world.wang),
            &booking(&world, world.li, tomorrow(12)),
        )
        .await;
        assert_eq!(refusal(for_another), Refusal::NotAllowed);
        let of_another_place = book(
            &world.core,
            &service,
            &worker(world.worker),
            &booking(&world, world.zhao, tomorrow(12)),
        )
        .await;
        assert_eq!(refusal(of_another_place), Refusal::NotAllowed);
        let missed = act!(world.core, |work| appointment::mark_missed(
            work,
            &service,
            &resident(world.li),
            id
        )
        .await);
        assert_eq!(refusal(missed), Refusal::NotAllowed);
    }
);

on_both!(what_is_not_committed_did_not_happen, |world| {
    let service = installed(&world).await?;
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    appointment::book(
        &mut work,
        &service,
        &resident(world.li),
        booking(&world, world.li, tomorrow(10)),
    )
    .await?;
    drop(work);
    let free = view!(world.core, |work| calendar::free_slots(
        work,
        &service,
        &[world.calendar],
        TOMORROW,
        1,
        HOUR,
        None
    )
    .await)?;
    assert_eq!(free.len(), 15);
    let mut view = world.core.begin(linli_core::Mode::View).await?;
    let written = appointment::book(
        &mut view,
        &service,
        &resident(world.li),
        booking(&world, world.li, tomorrow(10)),
    )
    .await;
    assert!(
        matches!(written, Err(Error::Store(_))),
        "a view cannot write: {written:?}"
    );
});

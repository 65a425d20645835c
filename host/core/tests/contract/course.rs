//! Courses: who keeps them, capacity and ratios of staff, sessions and attendance.

use crate::enrolment::{apply, draft, enrol, keeper, resident_of};
use jiff::civil::date;
use linli_core::course::{self, Draft};
use linli_core::enrolment::{self, EnrolmentRefusal};
use linli_core::{Actor, Admin, Refusal, act, attendance, view};
use linli_domain::enrolment::{Attendance, CourseKind, EnrolmentState, Weekdays};
use linli_domain::slot::Range;
use linli_domain::*;
use linli_store::StoreError;
use linli_world::worker;
use linli_world::{NOW, World, installed, on_both, refusal, resident, tomorrow};

on_both!(who_offers_a_course, |world| {
    let service = installed(&world).await?;
    let create = async |actor: &Actor, through: bool| {
        let service = through.then_some(&service);
        act!(world.core, |work| course::create(
            work,
            actor,
            service,
            world.east,
            &draft(3)
        )
        .await)
    };
    let staff = worker(world.worker).actor(&service);
    let through = create(&staff, true).await?;
    let found = view!(world.core, |work| course::find(work, through).await)?;
    assert_eq!(found.organisation_id, Some(world.care));
    assert_eq!(found.installation_id, Some(service.id()));
    assert_eq!(refusal(create(&staff, false).await), Refusal::NotAllowed);
    create(&keeper(&world), false).await?;
    let of_a_resident = resident(world.li).actor(&service);
    assert_eq!(
        refusal(create(&of_a_resident, true).await),
        Refusal::NotAllowed
    );
    let elsewhere = Admin::at_command_line().at(world.west).actor();
    assert_eq!(
        refusal(create(&elsewhere, false).await),
        Refusal::NotAllowed
    );
    let listed = view!(world.core, |work| course::list(work, world.east, None, 100)
        .await)?;
    assert_eq!(listed.len(), 2);
    let next = Some((listed[0].from_day, listed[0].id));
    let rest = view!(world.core, |work| course::list(work, world.east, next, 1)
        .await)?;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].id, listed[1].id);
});

on_both!(what_makes_no_sense_is_refused, |world| {
    type Spoil = fn(&mut Draft);
    let cases: [(&str, Spoil); 7] = [
        ("capacity", |draft| draft.capacity = 0),
        ("ratio", |draft| draft.ratio = Some(0)),
        ("ages", |draft| draft.ages = (Some(12), Some(6))),
        ("days", |draft| draft.days.1 = Some(draft.days.0)),
        ("hours", |draft| {
            draft.hours[0].days.rule = "FREQ=NEVER".into()
        }),
        ("offer-hours", |draft| draft.offer_hours = 0),
        ("open", |draft| draft.open = (Some(NOW), Some(NOW))),
    ];
    for (field, spoil) in cases {
        let mut draft = draft(3);
        spoil(&mut draft);
        let refused = act!(world.core, |work| course::create(
            work,
            &keeper(&world),
            None,
            world.east,
            &draft
        )
        .await);
        let refused = refusal(refused);
        assert!(
            matches!(refused, Refusal::Field { field: named, .. } if named == field),
            "{field}: {refused:?}"
        );
    }
});

/// A group for small children with a ratio of one to three, without an end.
async fn group(world: &World) -> linli_core::Result<CourseId> {
    let draft = Draft {
        kind: CourseKind::Standing,
        ratio: Some(3),
        ages: (Some(6), Some(36)),
        days: (date(2026, 1, 1), None),
        ..draft(20)
    };
    act!(world.core, |work| course::create(
        work,
        &keeper(world),
        None,
        world.east,
        &draft
    )
    .await)
}

/// A member of the community's staff.
async fn colleague(world: &World, number: i8) -> linli_core::Result<PersonId> {
    act!(world.core, |work| async {
        let person = resident_of(work, None, date(1990, 1, number)).await?;
        let role = linli_store::person::Role {
            id: work.id(),
            person_id: person,
            code: linli_core::caller::COMMUNITY_STAFF.to_owned(),
            organisation_id: None,
            community_id: Some(world.east),
            granted: work.now,
            expires: None,
        };
        work.tx.create_role(&role).await?;
        Ok(person)
    }
    .await)
}

on_both!(staff_bound_who_may_be_enrolled, |world| {
    let id = group(&world).await?;
    let keeper = keeper(&world);
    let child = async || {
        act!(world.core, |work| resident_of(
            work,
            Some(world.east),
            date(2025, 1, 1)
        )
        .await)
    };
    let first = child().await?;
    let waits = enrol(&world, &keeper, id, first).await?;
    assert_eq!(
        waits.state,
        EnrolmentState::Waiting,
        "without staff there is no place"
    );
    let staff = colleague(&world, 1).await?;
    let outsider = act!(world.core, |work| course::add_staff(
        work, &keeper, id, world.li
    )
    .await);
    assert_eq!(refusal(outsider), Refusal::NotFound("person"));
    act!(world.core, |work| course::add_staff(
        work, &keeper, id, staff
    )
    .await)?;
    let offered = view!(world.core, |work| enrolment::find(work, &keeper, waits.id)
        .await)?;
    assert_eq!(
        offered.0.state,
        EnrolmentState::Offered,
        "the new staff bring places"
    );
    for expected in [
        EnrolmentState::Enrolled,
        EnrolmentState::Enrolled,
        EnrolmentState::Waiting,
    ] {
        let next = enrol(&world, &keeper, id, child().await?).await?;
        assert_eq!(next.state, expected);
    }
    let removed = act!(world.core, |work| course::remove_staff(
        work, &keeper, id, staff
    )
    .await);
    assert_eq!(
        refusal(removed),
        Refusal::Enrolment(EnrolmentRefusal::PlacesTaken(3))
    );
    // The database refuses all of it by itself.
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let error = work.tx.delete_course_staff(id, staff).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    drop(work);
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let mut course = work.tx.find_course(id).await?.unwrap();
    course.capacity = 2;
    let error = work.tx.update_course(&course).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    drop(work);
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let mut row = waits.clone();
    row.id = work.id();
    row.resident_id = world.li;
    row.state = EnrolmentState::Enrolled;
    let error = work.tx.create_enrolment(&row).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Refused { constraint } if constraint.contains("course_places")),
        "{error}"
    );
    drop(work);
    let too_old = enrol(&world, &keeper, id, world.li).await;
    assert_eq!(
        refusal(too_old),
        Refusal::Enrolment(EnrolmentRefusal::WrongAge)
    );
});

on_both!(standing_places_share_the_week, |world| {
    let draft = Draft {
        kind: CourseKind::Standing,
        days: (date(2026, 1, 1), None),
        ..draft(1)
    };
    let keeper = keeper(&world);
    let id = act!(world.core, |work| course::create(
        work, &keeper, None, world.east, &draft
    )
    .await)?;
    let place = async |person, from, weekdays| {
        let mut wanted = apply(person);
        wanted.from_day = Some(from);
        wanted.weekdays = Some(Weekdays(weekdays));
        act!(world.core, |work| enrolment::enrol(
            work, &keeper, id, wanted
        )
        .await)
    };
    let (monday, rest) = (0b000_0001, 0b001_1110);
    let december = date(2026, 12, 1);
    let li = place(world.li, december, monday).await?;
    assert_eq!(li.state, EnrolmentState::Enrolled);
    let wang = place(world.wang, december, rest).await?;
    assert_eq!(wang.state, EnrolmentState::Enrolled, "other days");
    let third = act!(world.core, |work| resident_of(
        work,
        Some(world.east),
        date(1950, 1, 1)
    )
    .await)?;
    let third = place(third, date(2027, 2, 1), monday).await?;
    assert_eq!(third.state, EnrolmentState::Waiting);
    let later = date(2027, 1, 15);
    let left = act!(world.core, |work| enrolment::leave_on(
        work, &keeper, li.id, later
    )
    .await)?;
    assert_eq!(left.to_day, later);
    let third = view!(world.core, |work| enrolment::find(work, &keeper, third.id)
        .await)?;
    assert_eq!(
        third.0.state,
        EnrolmentState::Offered,
        "from February on Mondays are free"
    );
    world.clock.set(NOW.plus_days(60));
    let ended = act!(world.core, |work| enrolment::sweep(work, 10).await)?;
    assert_eq!(ended, 2, "Li's place and the offer");
    let li = view!(world.core, |work| enrolment::find(work, &keeper, li.id)
        .await)?;
    assert_eq!(li.0.state, EnrolmentState::Completed);
});

on_both!(no_more_are_there_than_the_staff_may_look_after, |world| {
    let id = group(&world).await?;
    let keeper = keeper(&world);
    let staff = [colleague(&world, 1).await?, colleague(&world, 2).await?];
    for person in staff {
        act!(world.core, |work| course::add_staff(
            work, &keeper, id, person
        )
        .await)?;
    }
    let mut children = Vec::new();
    for _ in 0..4 {
        let child = act!(world.core, |work| resident_of(
            work,
            Some(world.east),
            date(2025, 1, 1)
        )
        .await)?;
        children.push(enrol(&world, &keeper, id, child).await?.id);
    }
    let (from, to) = (date(2026, 11, 25), date(2026, 12, 2));
    let plan = async || {
        act!(world.core, |work| attendance::plan(
            work, &keeper, id, from, to
        )
        .await)
    };
    assert_eq!(plan().await?, 5, "weekdays of one week");
    assert_eq!(plan().await?, 0, "planned once");
    let range = Range::new(tomorrow(0).starts, tomorrow(23).ends);
    let sessions = view!(world.core, |work| attendance::list(work, id, range).await)?;
    let session = sessions[0].id;
    act!(world.core, |work| attendance::remove_staff(
        work, &keeper, session, staff[1]
    )
    .await)?;
    let check_in = async |child| {
        act!(world.core, |work| attendance::check_in(
            work, &keeper, session, child
        )
        .await)
    };
    assert_eq!(
        refusal(check_in(children[0]).await),
        Refusal::Enrolment(EnrolmentRefusal::NotThatDay),
        "too early"
    );
    world.clock.set(tomorrow(9).starts.plus_minutes(-5));
    assert_eq!(check_in(children[0]).await?, Attendance::Present);
    assert!(check_in(children[0]).await.is_err(), "is there already");
    world.clock.set(tomorrow(9).starts.plus_minutes(10));
    for child in &children[1..3] {
        assert_eq!(check_in(*child).await?, Attendance::Late);
    }
    assert_eq!(
        refusal(check_in(children[3]).await),
        Refusal::Enrolment(EnrolmentRefusal::StaffBusy(3))
    );
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let mut row = work
        .tx
        .find_attendance(session, children[0])
        .await?
        .unwrap();
    row.enrolment_id = children[3];
    let error = work.tx.put_attendance(&row).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Refused { constraint } if constraint.contains("session_ratio")),
        "{error}"
    );
    drop(work);
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let error = work.tx.delete_session_staff(session, staff[0]).await;
    assert!(
        matches!(error, Err(StoreError::Refused { .. })),
        "{error:?}"
    );
    drop(work);
    let leave = act!(world.core, |work| attendance::remove_staff(
        work, &keeper, session, staff[0]
    )
    .await);
    assert_eq!(
        refusal(leave),
        Refusal::Enrolment(EnrolmentRefusal::StaffBusy(3))
    );
    let check_out = async |by: &str| {
        act!(world.core, |work| attendance::check_out(
            work,
            &keeper,
            session,
            children[0],
            by
        )
        .await)
    };
    assert!(matches!(
        refusal(check_out(" ").await),
        Refusal::Field {
            field: "picked-up-by",
            ..
        }
    ));
    check_out("奶奶").await?;
    assert_eq!(check_in(children[3]).await?, Attendance::Late);
    let excuse = act!(world.core, |work| attendance::record(
        work,
        &keeper,
        sessions[0].id,
        children[1],
        Attendance::Absent,
        ""
    )
    .await);
    assert!(matches!(
        refusal(excuse),
        Refusal::Field {
            field: "status",
            ..
        }
    ));
    let rows = view!(world.core, |work| attendance::list_attendance(
        work, &keeper, session, None, 100
    )
    .await)?;
    assert_eq!(rows.len(), 4);
    let by_another = resident(world.li).actor(&installed(&world).await?);
    let peek = view!(world.core, |work| attendance::list_attendance(
        work,
        &by_another,
        session,
        None,
        100
    )
    .await);
    assert_eq!(refusal(peek), Refusal::NotAllowed);
});

on_both!(a_session_is_added_called_off_and_excused, |world| {
    let keeper = keeper(&world);
    let id = act!(world.core, |work| course::create(
        work,
        &keeper,
        None,
        world.east,
        &draft(3)
    )
    .await)?;
    let li = enrol(&world, &keeper, id, world.li).await?.id;
    let add = async |range| {
        act!(world.core, |work| attendance::add(work, &keeper, id, range)
            .await)
    };
    add(tomorrow(19)).await?;
    assert!(matches!(
        refusal(add(tomorrow(19)).await),
        Refusal::Taken(_)
    ));
    let long_ago = Range::new(NOW.plus_days(-900), NOW.plus_days(-900).plus_minutes(60));
    assert!(matches!(
        refusal(add(long_ago).await),
        Refusal::Field {
            field: "session",
            ..
        }
    ));
    let sessions = view!(world.core, |work| attendance::list(work, id, tomorrow(19))
        .await)?;
    let session = sessions[0].id;
    let excuse = async || {
        act!(world.core, |work| attendance::record(
            work,
            &keeper,
            session,
            li,
            Attendance::Excused,
            "ill"
        )
        .await)
    };
    excuse().await?;
    act!(world.core, |work| attendance::cancel(
        work, &keeper, session, "snow"
    )
    .await)?;
    assert_eq!(
        refusal(excuse().await),
        Refusal::Enrolment(EnrolmentRefusal::NotThatDay)
    );
});

//! Places in a course: taken, waited for by the published rule, offered, accepted, left.

use jiff::civil::{Date, date};
use linli_core::course::{self, Draft};
use linli_core::enrolment::{self, Application, EnrolmentRefusal};
use linli_core::{Actor, Admin, Refusal, Service, Work, act, view};
use linli_domain::enrolment::{CourseKind, EnrolmentState, Priority, WaitingRule};
use linli_domain::need::NeedState;
use linli_domain::*;
use linli_store::enrolment::Enrolment;
use linli_store::need::Need;
use linli_store::person::Person;
use linli_world::{NOW, World, installed, office_hours, on_both, refusal, resident};
use std::collections::BTreeSet;

/// Whoever governs the community.
pub fn keeper(world: &World) -> Actor {
    Admin::at_command_line().at(world.east).actor()
}

/// A course for everybody with so many places and two hours to accept an offer.
pub fn draft(capacity: i64) -> Draft {
    Draft {
        kind: CourseKind::Sessions,
        title: Localised::new("书法", "Calligraphy"),
        capacity,
        ratio: None,
        ages: (None, None),
        hours: vec![office_hours()],
        days: (date(2026, 11, 25), Some(date(2027, 3, 1))),
        rule: WaitingRule::default(),
        offer_hours: 2,
        open: (None, None),
    }
}

/// For a resident, on every day.
pub fn apply(resident: PersonId) -> Application {
    Application {
        resident,
        from_day: None,
        weekdays: None,
    }
}

/// A person who was born on a day, a resident of a community or of none.
pub async fn resident_of(
    work: &mut Work,
    community: Option<CommunityId>,
    born: Date,
) -> linli_core::Result<PersonId> {
    let id: PersonId = work.id();
    let person = Person {
        id,
        name: "某人".into(),
        birth_date: Some(born),
        sex: None,
        phone: None,
        identity_number: None,
        care_level: None,
        household_id: None,
        community_id: community,
    };
    work.tx.create_person(&person).await?;
    Ok(id)
}

pub async fn enrol(
    world: &World,
    actor: &Actor,
    course: CourseId,
    person: PersonId,
) -> linli_core::Result<Enrolment> {
    act!(world.core, |work| enrolment::enrol(
        work,
        actor,
        course,
        apply(person)
    )
    .await)
}

async fn offer(
    world: &World,
    service: Option<&Service>,
    draft: &Draft,
) -> linli_core::Result<CourseId> {
    act!(world.core, |work| course::create(
        work,
        &keeper(world),
        service,
        world.east,
        draft
    )
    .await)
}

async fn state(world: &World, id: EnrolmentId) -> linli_core::Result<EnrolmentState> {
    let found = view!(world.core, |work| enrolment::find(work, &keeper(world), id)
        .await)?;
    Ok(found.0.state)
}

const RUSH: usize = 500;

on_both!(
    of_a_rush_on_the_last_place_one_enrols_and_the_rest_queue,
    |world| {
        let course = offer(&world, None, &draft(1)).await?;
        let mut people = Vec::with_capacity(RUSH);
        for _ in 0..RUSH / 50 {
            let some = act!(world.core, |work| async {
                let mut some = Vec::new();
                for _ in 0..50 {
                    some.push(resident_of(work, Some(world.east), date(1950, 1, 1)).await?);
                }
                Ok(some)
            }
            .await)?;
            people.extend(some);
        }
        let keeper = keeper(&world);
        let mut racers = tokio::task::JoinSet::new();
        for person in people {
            let core = world.core.clone();
            racers.spawn(async move {
                loop {
                    let done = act!(core, |work| enrolment::enrol(
                        work,
                        &keeper,
                        course,
                        apply(person)
                    )
                    .await);
                    match done {
                        // No connection became free in time: a busy machine, not a lost race.
                        Err(error) if error.is_busy() => {}
                        done => return done,
                    }
                }
            });
        }
        let mut waiting = Vec::new();
        let mut enrolled = 0;
        for done in racers.join_all().await {
            let done = done?;
            match done.state {
                EnrolmentState::Enrolled => enrolled += 1,
                _ => waiting.push(done),
            }
        }
        assert_eq!((enrolled, waiting.len()), (1, RUSH - 1));
        let mut positions = BTreeSet::new();
        for one in &waiting {
            let (position, _) = view!(world.core, |work| enrolment::position(
                work, &keeper, one.id
            )
            .await)?;
            positions.insert(position.unwrap());
        }
        let expected: BTreeSet<i64> = (1..).take(RUSH - 1).collect();
        assert_eq!(positions, expected, "no gap and no two at one position");
        // The list is in the same order, page by page.
        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = view!(world.core, |work| enrolment::list_waiting(
                work, &keeper, course, after, 100
            )
            .await)?;
            let Some(last) = page.last() else { break };
            after = Some((last.rank, last.joined, last.id));
            listed.extend(page.into_iter().map(|one| one.id));
        }
        assert_eq!(listed.len(), RUSH - 1);
        let (first, _) = view!(world.core, |work| enrolment::position(
            work, &keeper, listed[0]
        )
        .await)?;
        assert_eq!(first, Some(1));
    }
);

on_both!(a_free_place_goes_by_the_published_rule, |world| {
    let rule = WaitingRule {
        priorities: vec![Priority {
            code: "low-income".into(),
            name: Localised::new("低保家庭", "low income"),
            points: 20,
        }],
        sibling_points: 5,
    };
    let course = offer(&world, None, &Draft { rule, ..draft(1) }).await?;
    let keeper = keeper(&world);
    let (first, second, third) = act!(world.core, |work| async {
        let born = date(1950, 1, 1);
        let mut people = Vec::new();
        for _ in 0..3 {
            people.push(resident_of(work, Some(world.east), born).await?);
        }
        let need = Need {
            id: work.id(),
            resident_id: people[2],
            code: "low-income".into(),
            note: String::new(),
            version: 1,
            state: NeedState::Open,
            source: "staff".into(),
            plugin: None,
            review: date(2027, 11, 24),
            objection: None,
            changed_by: None,
            recorded: work.now,
        };
        work.tx.create_need(&need).await?;
        Ok((people[0], people[1], people[2]))
    }
    .await)?;
    let placed = enrol(&world, &keeper, course, world.li).await?;
    assert_eq!(placed.state, EnrolmentState::Enrolled);
    let mut waiting = Vec::new();
    // Wang lives in Li's household.
    for (minutes, person) in [(1, first), (2, second), (3, world.wang), (4, third)] {
        world.clock.set(NOW.plus_minutes(minutes));
        waiting.push(enrol(&world, &keeper, course, person).await?.id);
    }
    let mut positions = Vec::new();
    for id in &waiting {
        let (position, text) = view!(world.core, |work| enrolment::position(work, &keeper, *id)
            .await)?;
        assert!(text.zh.contains("低保家庭 20 分"), "{}", text.zh);
        positions.push(position.unwrap());
    }
    assert_eq!(positions, [3, 4, 2, 1], "points, then who joined first");
    act!(world.core, |work| enrolment::cancel(
        work, &keeper, placed.id, "moved"
    )
    .await)?;
    assert_eq!(state(&world, waiting[3]).await?, EnrolmentState::Offered);
    let told = view!(world.core, |work| async {
        Ok(work.tx.count_unread_notices(third).await?)
    }
    .await)?;
    assert_eq!(told, 1);
    // Nobody passes by who waits, and a new one queues.
    let late = act!(world.core, |work| resident_of(
        work,
        Some(world.east),
        date(1950, 1, 1)
    )
    .await)?;
    let late = enrol(&world, &keeper, course, late).await?;
    assert_eq!(late.state, EnrolmentState::Waiting);
    // The offer expires at its last instant and goes on.
    world.clock.set(NOW.plus_minutes(4 + 120));
    let accepted = act!(world.core, |work| enrolment::accept(
        work, &keeper, waiting[3]
    )
    .await);
    assert_eq!(
        refusal(accepted),
        Refusal::Enrolment(EnrolmentRefusal::OfferLapsed)
    );
    assert_eq!(
        act!(world.core, |work| enrolment::sweep(work, 10).await)?,
        1
    );
    assert_eq!(state(&world, waiting[3]).await?, EnrolmentState::Lapsed);
    assert_eq!(state(&world, waiting[2]).await?, EnrolmentState::Offered);
    let taken = act!(world.core, |work| enrolment::accept(
        work, &keeper, waiting[2]
    )
    .await)?;
    assert_eq!(taken.state, EnrolmentState::Enrolled);
    let again = act!(world.core, |work| enrolment::accept(
        work, &keeper, waiting[2]
    )
    .await);
    assert_eq!(
        refusal(again),
        Refusal::Enrolment(EnrolmentRefusal::WrongState(EnrolmentState::Enrolled))
    );
    let history = view!(world.core, |work| enrolment::history(
        work, &keeper, waiting[2]
    )
    .await)?;
    let changes: Vec<_> = history.iter().map(|line| line.change.as_str()).collect();
    assert_eq!(changes, ["waiting", "offered", "enrolled"]);
});

on_both!(more_places_go_to_who_waits, |world| {
    let course = offer(&world, None, &draft(1)).await?;
    let keeper = keeper(&world);
    enrol(&world, &keeper, course, world.li).await?;
    let waits = enrol(&world, &keeper, course, world.wang).await?.id;
    act!(world.core, |work| course::change(
        work, &keeper, course, 2, None, false
    )
    .await)?;
    assert_eq!(state(&world, waits).await?, EnrolmentState::Offered);
    let fewer = act!(world.core, |work| course::change(
        work, &keeper, course, 1, None, false
    )
    .await);
    assert_eq!(
        refusal(fewer),
        Refusal::Enrolment(EnrolmentRefusal::PlacesTaken(2))
    );
});

on_both!(who_may_do_what, |world| {
    let service = installed(&world).await?;
    let course = offer(&world, Some(&service), &draft(5)).await?;
    let (li, wang) = (
        resident(world.li).actor(&service),
        resident(world.wang).actor(&service),
    );
    let own = enrol(&world, &li, course, world.li).await?;
    assert!(own.own);
    assert_eq!(
        refusal(enrol(&world, &li, course, world.li).await),
        Refusal::Enrolment(EnrolmentRefusal::AlreadyEnrolled)
    );
    assert_eq!(
        refusal(enrol(&world, &li, course, world.wang).await),
        Refusal::NotAllowed,
        "for somebody else"
    );
    let zhao = resident(world.zhao).actor(&service);
    assert_eq!(
        refusal(enrol(&world, &zhao, course, world.zhao).await),
        Refusal::NotFound("person"),
        "a resident of another community"
    );
    let background = linli_core::Caller::background().actor(&service);
    assert_eq!(
        refusal(enrol(&world, &background, course, world.wang).await),
        Refusal::NotAllowed,
        "nobody's act enrols nobody"
    );
    let peek = view!(world.core, |work| enrolment::find(work, &wang, own.id)
        .await);
    assert_eq!(refusal(peek), Refusal::NotFound("enrolment"));
    let theirs = act!(world.core, |work| enrolment::cancel(
        work, &wang, own.id, ""
    )
    .await);
    assert_eq!(refusal(theirs), Refusal::NotFound("enrolment"));
    let elsewhere = Admin::at_command_line().at(world.west).actor();
    let listed = view!(world.core, |work| enrolment::list_of_course(
        work, &elsewhere, course, None, 10
    )
    .await);
    assert_eq!(refusal(listed), Refusal::NotAllowed);
    let mine = view!(world.core, |work| enrolment::list_of_resident(
        work, &li, world.li, None, 10
    )
    .await)?;
    assert_eq!(mine, [own]);
});

on_both!(
    an_own_place_is_a_basis_but_not_in_its_own_unit_of_work,
    |world| {
        let service = installed(&world).await?;
        let course = offer(&world, Some(&service), &draft(5)).await?;
        let li = resident(world.li).actor(&service);
        let has = async |work: &mut Work, person| {
            let now = work.now;
            work.tx.has_open_enrolment(person, service.id(), now).await
        };
        let (own, at_once) = act!(world.core, |work| async {
            let own = enrolment::enrol(work, &li, course, apply(world.li)).await?;
            Ok((own.id, has(work, world.li).await?))
        }
        .await)?;
        assert!(!at_once);
        enrol(&world, &keeper(&world), course, world.wang).await?;
        world.clock.set(NOW.plus_minutes(1));
        let later = view!(world.core, |work| async {
            Ok((has(work, world.li).await?, has(work, world.wang).await?))
        }
        .await)?;
        assert_eq!(later, (true, false), "staff make no basis for themselves");
        act!(world.core, |work| enrolment::cancel(work, &li, own, "")
            .await)?;
        let over = view!(world.core, |work| async { Ok(has(work, world.li).await?) }
            .await)?;
        assert!(!over);
    }
);

on_both!(
    going_over_keeps_the_old_place_where_the_new_is_full,
    |world| {
        let keeper = keeper(&world);
        let (from, to) = (
            offer(&world, None, &draft(1)).await?,
            offer(&world, None, &draft(1)).await?,
        );
        let li = enrol(&world, &keeper, from, world.li).await?.id;
        let waits = enrol(&world, &keeper, from, world.wang).await?.id;
        let blocker = act!(world.core, |work| resident_of(
            work,
            Some(world.east),
            date(1950, 1, 1)
        )
        .await)?;
        let blocker = enrol(&world, &keeper, to, blocker).await?.id;
        let go = async || {
            act!(world.core, |work| enrolment::transfer(
                work,
                &keeper,
                li,
                to,
                apply(world.li)
            )
            .await)
        };
        assert_eq!(
            refusal(go().await),
            Refusal::Enrolment(EnrolmentRefusal::Full)
        );
        assert_eq!(state(&world, li).await?, EnrolmentState::Enrolled);
        act!(world.core, |work| enrolment::cancel(
            work, &keeper, blocker, ""
        )
        .await)?;
        let new = go().await?;
        assert_eq!(new.course_id, to);
        assert_eq!(state(&world, li).await?, EnrolmentState::Transferred);
        assert_eq!(state(&world, waits).await?, EnrolmentState::Offered);
    }
);

on_both!(enrolment_opens_and_closes, |world| {
    let service = installed(&world).await?;
    let open = (Some(NOW.plus_minutes(10)), Some(NOW.plus_minutes(20)));
    let course = offer(&world, Some(&service), &Draft { open, ..draft(5) }).await?;
    let li = resident(world.li).actor(&service);
    for (minutes, is_open) in [(9, false), (20, false), (19, true)] {
        world.clock.set(NOW.plus_minutes(minutes));
        let done = enrol(&world, &li, course, world.li).await;
        if is_open {
            assert_eq!(done?.state, EnrolmentState::Enrolled);
        } else {
            assert_eq!(refusal(done), Refusal::Enrolment(EnrolmentRefusal::NotOpen));
        }
    }
});

//! Sensitive data apart, children, statutory duties, emergencies.

use jiff::civil::date;
use linli_core::appointment::{self, Booking};
use linli_core::basis::{self, Disclosures, FieldValue, Manner};
use linli_core::consent::{self, Agreed, ConsentRefusal};
use linli_core::duty::{self, DutyRefusal, Proposal};
use linli_core::emergency::{self, EmergencyRefusal};
use linli_core::service::ActingFor;
use linli_core::store::ledger::Disclosure;
use linli_core::store::person::Person;
use linli_core::{
    Actor, Admin, Caller, CallerKind, Error, Login, Refusal, Service, account, act, course,
    enrolment, view,
};
use linli_domain::random::Stream;
use linli_domain::*;
use linli_store::StoreError;
use linli_world::{HOUR, World, installed, manifest, on_both, refusal, resident, tomorrow, worker};

async fn read_with(
    world: &World,
    service: &Service,
    reader: &Caller,
    person: PersonId,
    fields: &[&str],
    manner: Manner,
) -> linli_core::Result<(Vec<FieldValue>, Vec<Disclosure>)> {
    let fields: Vec<_> = fields.iter().map(|&field| field.to_owned()).collect();
    let reference = world
        .core
        .references
        .seal(service.plugin(), person)
        .unwrap();
    let mut disclosures = Disclosures::default();
    let values = view!(world.core, |work| {
        basis::read_fields(
            work,
            service,
            reader,
            &reference,
            &fields,
            manner,
            &mut disclosures,
        )
        .await
    })?;
    let rows = disclosures.into_rows(
        &mut Stream::new([9; 32]),
        world.core.now(),
        service,
        reader,
        InvocationId(uuid::Uuid::nil()),
    );
    Ok((values.into_iter().map(|(_, value)| value).collect(), rows))
}

async fn read(
    world: &World,
    service: &Service,
    person: PersonId,
    fields: &[&str],
) -> linli_core::Result<Vec<FieldValue>> {
    Ok(read_with(
        world,
        service,
        &worker(world.worker),
        person,
        fields,
        Manner::One,
    )
    .await?
    .0)
}

fn agreed(together: &[&str], apart: &[&str]) -> Agreed {
    let set = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
    Agreed {
        release: linli_world::digest(b"a component"),
        together: set(together),
        apart: set(apart),
    }
}

async fn give(
    world: &World,
    service: &Service,
    caller: &Caller,
    agreed: &Agreed,
) -> linli_core::Result<()> {
    act!(world.core, |work| consent::give(
        work, service, caller, agreed
    )
    .await)
}

fn needs_consent<T>(result: &linli_core::Result<T>) -> bool {
    matches!(result, Err(Error::ConsentNeeded { .. }))
}

/// `care/visits`, whose need of care is necessary.
async fn with_necessary_care_level(world: &World) -> linli_world::Result<Service> {
    let mut manifest = manifest("care/visits");
    manifest.fields.get_mut("care-level").unwrap().necessary = true;
    let id = world
        .enable(manifest, b"a component", Default::default())
        .await?;
    world.service(id).await
}

on_both!(what_is_sensitive_is_agreed_to_apart, |world| {
    let service = with_necessary_care_level(&world).await?;
    let li = resident(world.li);
    let bundled = give(&world, &service, &li, &agreed(&["age", "care-level"], &[])).await;
    assert_eq!(
        refusal(bundled),
        Refusal::Consent(ConsentRefusal::AskedApart("care-level".into()))
    );
    let age = read(&world, &service, world.li, &["age"]).await;
    assert!(needs_consent(&age), "nothing of the bundle holds");

    give(&world, &service, &li, &agreed(&["age"], &["care-level"])).await?;
    let both = read(&world, &service, world.li, &["age", "care-level"]).await?;
    assert_eq!(both[1], FieldValue::Absent);
    let stored = view!(world.core, |work| async {
        Ok(work.tx.list_consents(world.li).await?)
    }
    .await)?;
    let separate: Vec<_> = stored
        .iter()
        .map(|consent| (consent.field.as_str(), consent.separate))
        .collect();
    assert!(separate.contains(&("care-level", true)) && separate.contains(&("age", false)));
});

on_both!(a_contract_never_opens_what_is_sensitive, |world| {
    let service = with_necessary_care_level(&world).await?;
    let booking = Booking {
        calendar: world.calendar,
        range: tomorrow(10),
        resident: world.li,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        rules: HOUR,
    };
    act!(world.core, |work| {
        appointment::book(work, &service, &resident(world.li), booking.clone()).await
    })?;
    assert!(read(&world, &service, world.li, &["phone"]).await.is_ok());
    let sensitive = read(&world, &service, world.li, &["care-level"]).await;
    assert!(needs_consent(&sensitive), "{sensitive:?}");
});

on_both!(withdrawal_denies_the_next_call, |world| {
    let service = installed(&world).await?;
    let li = resident(world.li);
    let optional = async || read(&world, &service, world.li, &["care-level"]).await;
    give(&world, &service, &li, &agreed(&["age"], &["care-level"])).await?;
    assert_eq!(optional().await?, [FieldValue::Absent]);
    let login = view!(world.core, |work| Login::find(work, world.li).await)?.unwrap();
    for consent in view!(world.core, |work| async {
        Ok(work.tx.list_consents(world.li).await?)
    }
    .await)?
    {
        act!(world.core, |work| consent::withdraw(
            work, &login, world.li, consent.id
        )
        .await)?;
    }
    assert_eq!(optional().await?, [FieldValue::Denied]);
    assert!(needs_consent(
        &read(&world, &service, world.li, &["age"]).await
    ));
    // One refusal is the answer for that person; the other's stands.
    give(
        &world,
        &service,
        &resident(world.wang),
        &agreed(&["age"], &[]),
    )
    .await?;
    let of_many = read_with(
        &world,
        &service,
        &worker(world.worker),
        world.li,
        &["age"],
        Manner::OfMany,
    )
    .await;
    assert_eq!(refusal(of_many), Refusal::NotAllowed);
    let (wang, _) = read_with(
        &world,
        &service,
        &worker(world.worker),
        world.wang,
        &["age"],
        Manner::OfMany,
    )
    .await?;
    assert_eq!(wang, [FieldValue::Present("80".into())]);
});

/// A girl of `east` who turns 14 on 2027-03-02, with her own log-in; Wang is her guardian and Li's daughter her delegate.
async fn girl(world: &World) -> linli_world::Result<PersonId> {
    let admin = Admin::at_command_line();
    Ok(act!(world.core, |work| async {
        let person = Person {
            id: work.id(),
            name: "王小雨".into(),
            birth_date: Some(date(2013, 3, 2)),
            community_id: Some(world.east),
            ..work.tx.find_person(world.wang).await?.unwrap()
        };
        account::create(work, &admin, &person, "girl", "hash", Locale::En).await?;
        let evidence = "birth certificate";
        account::delegate(
            work, &admin, person.id, world.wang, "guardian", evidence, None,
        )
        .await?;
        account::delegate(
            work,
            &admin,
            person.id,
            world.daughter,
            "delegate",
            "form",
            None,
        )
        .await?;
        Ok(person.id)
    }
    .await)?)
}

fn for_girl(person: PersonId, girl: PersonId, kind: CallerKind) -> Caller {
    Caller {
        kind,
        person: Some(person),
        subject: Some(girl),
        ..resident(person)
    }
}

on_both!(only_a_guardian_consents_for_a_child, |world| {
    let service = installed(&world).await?;
    let girl = girl(&world).await?;
    let page = service.manifest.page_of("/").unwrap().clone();
    let asked = view!(world.core, |work| {
        consent::questions(work, &service, &page, girl, &[]).await
    })?;
    assert!(asked.of_child && asked.fields.iter().all(|question| question.sensitive));

    let everything = agreed(&[], &["age", "name", "phone"]);
    let guardian_needed = Refusal::Consent(ConsentRefusal::GuardianNeeded);
    let herself = give(&world, &service, &resident(girl), &everything).await;
    assert_eq!(refusal(herself), guardian_needed);
    // Whatever the caller calls itself: the delegation in the database counts.
    for kind in [CallerKind::Delegate, CallerKind::Guardian] {
        let delegate = for_girl(world.daughter, girl, kind);
        assert_eq!(
            refusal(give(&world, &service, &delegate, &everything).await),
            guardian_needed
        );
    }
    let guardian = for_girl(world.wang, girl, CallerKind::Guardian);
    let bundled = give(&world, &service, &guardian, &agreed(&["age"], &[])).await;
    assert!(matches!(
        refusal(bundled),
        Refusal::Consent(ConsentRefusal::AskedApart(_))
    ));
    give(&world, &service, &guardian, &everything).await?;
    assert_eq!(
        read(&world, &service, girl, &["age"]).await?,
        [FieldValue::Present("13".into())]
    );
});

on_both!(a_guardians_consent_ends_at_fourteen, |world| {
    let service = installed(&world).await?;
    let girl = girl(&world).await?;
    let guardian = for_girl(world.wang, girl, CallerKind::Guardian);
    give(&world, &service, &guardian, &agreed(&[], &["age"])).await?;
    let birthday = Instant::from_civil(date(2027, 3, 2).at(0, 0, 0, 0), &service.zone).unwrap();
    world.clock.set(birthday.plus_minutes(-1));
    assert!(read(&world, &service, girl, &["age"]).await.is_ok());
    world.clock.set(birthday);
    assert!(needs_consent(&read(&world, &service, girl, &["age"]).await));
    give(&world, &service, &resident(girl), &agreed(&["age"], &[])).await?;
    assert_eq!(
        read(&world, &service, girl, &["age"]).await?,
        [FieldValue::Present("14".into())]
    );
});

/// A second district admin.
async fn second_admin(world: &World) -> linli_world::Result<Actor> {
    let admin = Admin::at_command_line();
    act!(world.core, |work| account::grant_admin(
        work, &admin, world.zhao
    )
    .await)?;
    Ok(boss(world.zhao))
}

fn boss(person: PersonId) -> Actor {
    Admin {
        person: Some(person),
    }
    .actor()
}

fn proposal(world: &World) -> Proposal {
    Proposal {
        plugin: "care/visits".parse().unwrap(),
        community: None,
        fields: ["phone".to_owned(), "care-level".to_owned()].into(),
        law: Localised::new(
            "《老年人权益保障法》第十三条",
            "Law on the Rights of the Elderly, art. 13",
        ),
        article: Localised::new(
            "老年人养老以居家为基础……",
            "Care for the elderly is based at home …",
        ),
        expires: world.core.now().plus_days(duty::MAX_DAYS),
    }
}

on_both!(a_duty_is_a_basis_once_two_admins_recorded_it, |world| {
    let service = installed(&world).await?;
    let (one, other) = (boss(world.admin), second_admin(&world).await?);
    let id = act!(world.core, |work| duty::propose(
        work,
        &one,
        &proposal(&world)
    )
    .await)?;
    assert!(needs_consent(
        &read(&world, &service, world.li, &["phone"]).await
    ));

    let himself = act!(world.core, |work| duty::confirm(work, &one, id).await);
    assert_eq!(refusal(himself), Refusal::Duty(DutyRefusal::OwnProposal));
    let nobody = act!(world.core, |work| {
        duty::confirm(work, &Admin::at_command_line().actor(), id).await
    });
    assert_eq!(refusal(nobody), Refusal::Duty(DutyRefusal::Nobody));
    let staff = worker(world.worker).actor(&service);
    let by_staff = act!(world.core, |work| duty::confirm(work, &staff, id).await);
    assert_eq!(refusal(by_staff), Refusal::NotAllowed);
    let directly = act!(world.core, |work| async {
        Ok(work.tx.confirm_duty(id, world.admin, work.now).await?)
    }
    .await);
    assert!(
        matches!(directly, Err(Error::Store(StoreError::Refused { .. }))),
        "the database refuses it as well: {directly:?}"
    );

    act!(world.core, |work| duty::confirm(work, &other, id).await)?;
    let (values, disclosed) = read_with(
        &world,
        &service,
        &worker(world.worker),
        world.li,
        &["phone", "care-level"],
        Manner::One,
    )
    .await?;
    assert!(matches!(values[0], FieldValue::Present(_)));
    assert_eq!(
        values[1],
        FieldValue::Absent,
        "an article names sensitive fields too"
    );
    assert_eq!(disclosed[0].basis, "duty");
    let ground = disclosed[0].ground.clone().unwrap();
    assert!(
        ground.zh.contains("第十三条") && ground.en.contains("art. 13"),
        "{ground:?}"
    );
    assert!(
        needs_consent(&read(&world, &service, world.li, &["age"]).await),
        "only its fields"
    );

    act!(world.core, |work| duty::end(work, &one, id).await)?;
    assert!(needs_consent(
        &read(&world, &service, world.li, &["phone"]).await
    ));
});

on_both!(a_duty_holds_in_its_community_and_time, |world| {
    let service = installed(&world).await?;
    let (one, other) = (boss(world.admin), second_admin(&world).await?);
    let mut elsewhere = proposal(&world);
    elsewhere.community = Some(world.west);
    let mut here = proposal(&world);
    here.community = Some(world.east);
    for proposal in [&elsewhere, &here] {
        assert!(needs_consent(
            &read(&world, &service, world.li, &["phone"]).await
        ));
        let id = act!(world.core, |work| duty::propose(work, &one, proposal).await)?;
        act!(world.core, |work| duty::confirm(work, &other, id).await)?;
    }
    assert!(read(&world, &service, world.li, &["phone"]).await.is_ok());
    world.clock.set(here.expires);
    assert!(needs_consent(
        &read(&world, &service, world.li, &["phone"]).await
    ));

    let mut long = proposal(&world);
    long.expires = long.expires.plus_minutes(1);
    let too_long = act!(world.core, |work| duty::propose(work, &one, &long).await);
    assert!(matches!(
        refusal(too_long),
        Refusal::Field {
            field: "expires",
            ..
        }
    ));
    let mut lawless = proposal(&world);
    lawless.article.zh = " ".into();
    let lawless = act!(world.core, |work| duty::propose(work, &one, &lawless).await);
    assert!(matches!(
        refusal(lawless),
        Refusal::Field {
            field: "article",
            ..
        }
    ));
});

on_both!(an_emergency_opens_the_declared_fields_for_a_day, |world| {
    let service = installed(&world).await?;
    let staff = worker(world.worker).actor(&service);
    let declare = async || {
        act!(world.core, |work| {
            emergency::declare(work, &service, &staff, world.li, "她在家中摔倒，没有应答").await
        })
    };
    let id = declare().await?;
    let (_, disclosed) = read_with(
        &world,
        &service,
        &worker(world.worker),
        world.li,
        &["phone", "care-level"],
        Manner::One,
    )
    .await?;
    assert_eq!(disclosed[0].basis, "emergency");
    assert_eq!(disclosed[0].ground, None, "why is sealed elsewhere");
    assert!(
        needs_consent(&read(&world, &service, world.wang, &["phone"]).await),
        "only hers"
    );
    for (person, told) in [
        (world.li, true),
        (world.admin, true),
        (world.daughter, false),
    ] {
        let latest = (Instant(i64::MAX), NoticeId(uuid::Uuid::max()));
        let inbox = view!(world.core, |work| async {
            Ok(work.tx.list_notices(person, latest, 10).await?)
        }
        .await)?;
        let says = inbox
            .iter()
            .any(|notice| notice.body.text.zh.contains("声明了紧急情况"));
        assert_eq!(says, told, "a delegate may not even know of the service");
        assert!(
            !format!("{inbox:?}").contains("摔倒"),
            "notices are printed by staff whom the reason does not concern"
        );
    }
    let seen = async |person, acting| {
        let login = view!(world.core, |work| Login::find(work, person).await)?.unwrap();
        let actor = login.actor(acting)?;
        view!(world.core, |work| emergency::list_of(
            work, &actor, world.li, 10
        )
        .await)
    };
    let own = seen(world.li, ActingFor::Own).await?;
    assert_eq!(own[0].reason, "她在家中摔倒，没有应答");
    let delegate = seen(world.daughter, ActingFor::Resident(world.li)).await;
    assert_eq!(refusal(delegate), Refusal::NotAllowed);
    let neighbour = seen(world.wang, ActingFor::Own).await;
    assert_eq!(refusal(neighbour), Refusal::NotAllowed);
    let declared = view!(world.core, |work| emergency::list_own(
        work,
        world.worker,
        10
    )
    .await)?;
    assert_eq!(declared, own);
    let waiting = Refusal::Emergency(EmergencyRefusal::Unreviewed);
    assert_eq!(refusal(declare().await), waiting);

    world
        .clock
        .set(world.core.now().plus_minutes(emergency::OPEN_MINUTES));
    assert!(needs_consent(
        &read(&world, &service, world.li, &["phone"]).await
    ));
    let overdue = view!(world.core, |work| async {
        let latest = (Instant(i64::MAX), EmergencyId(uuid::Uuid::max()));
        let list = work.tx.list_emergencies(true, latest, 10).await?;
        Ok(list
            .iter()
            .filter(|one| emergency::is_overdue(work, one))
            .count())
    }
    .await)?;
    assert_eq!(overdue, 1);
    assert_eq!(
        refusal(declare().await),
        waiting,
        "not one after another without review"
    );

    let admin = boss(world.admin);
    act!(world.core, |work| emergency::review(
        work, &admin, id, true, "属实"
    )
    .await)?;
    let again = act!(world.core, |work| emergency::review(
        work, &admin, id, false, "不"
    )
    .await);
    assert_eq!(
        refusal(again),
        Refusal::Emergency(EmergencyRefusal::Reviewed)
    );
    assert!(
        needs_consent(&read(&world, &service, world.li, &["phone"]).await),
        "still closed"
    );
    declare().await?;
    // What was written stands nowhere in the open: not in the row, not in the audit.
    for hidden in ["摔倒", "属实"] {
        let found = view!(world.core, |work| async {
            let latest = (Instant(i64::MAX), EmergencyId(uuid::Uuid::max()));
            let list = work.tx.list_emergencies(false, latest, 10).await?;
            Ok(format!("{list:?}").contains(hidden))
        }
        .await)?;
        assert!(found, "an admin reads it");
        assert!(
            !dump(&world).await?.contains(hidden),
            "{hidden} stands in the open"
        );
    }
});

/// All that the audit and the emergencies hold, as it lies in the database.
async fn dump(world: &World) -> linli_world::Result<String> {
    let text = "SELECT reason_plain || COALESCE(note_plain, '') FROM emergency";
    let audit = "SELECT CAST(detail AS TEXT) FROM audit";
    Ok(world.texts(text).await?.concat() + &world.texts(audit).await?.concat())
}

on_both!(
    what_stood_unsealed_is_sealed_when_the_database_is_opened,
    |world| {
        let service = installed(&world).await?;
        let staff = worker(world.worker).actor(&service);
        act!(world.core, |work| emergency::declare(
            work, &service, &staff, world.li, "x"
        )
        .await)?;
        world
        .sql("UPDATE emergency SET reason = NULL, reason_plain = '她摔倒了'; UPDATE person SET care_level_plain = '重度失能'")
        .await?;
        let store = linli_store::Store::open(&world.url, world.core.store.keys().clone()).await?;
        let mut tx = store.begin(linli_store::Mode::View).await?;
        let li = tx.find_person(world.li).await?.unwrap();
        assert_eq!(li.care_level.as_deref(), Some("重度失能"));
        let emergency = tx.list_emergencies_of(world.li, 1).await?;
        assert_eq!(emergency[0].reason, "她摔倒了");
        drop(tx);
        let left = "SELECT care_level_plain FROM person WHERE care_level_plain IS NOT NULL";
        let left = world.texts(left).await?.concat() + &dump(&world).await?;
        assert!(!left.contains("失能") && !left.contains("摔倒"), "{left}");
        store.close().await;
    }
);

on_both!(an_own_enrolment_is_a_contract, |world| {
    let service = installed(&world).await?;
    let keeper = Admin::at_command_line().at(world.east).actor();
    let course = act!(world.core, |work| course::create(
        work,
        &keeper,
        Some(&service),
        world.east,
        &crate::enrolment::draft(5)
    )
    .await)?;
    let li = resident(world.li).actor(&service);
    let own = act!(world.core, |work| enrolment::enrol(
        work,
        &li,
        course,
        crate::enrolment::apply(world.li)
    )
    .await)?;
    world.clock.set(world.core.now().plus_minutes(1));
    assert!(matches!(
        &read(&world, &service, world.li, &["phone"]).await?[..],
        [FieldValue::Present(_)]
    ));
    let sensitive = read(&world, &service, world.li, &["care-level"]).await?;
    assert_eq!(
        sensitive,
        [FieldValue::Denied],
        "a contract never opens what is sensitive"
    );
    act!(world.core, |work| enrolment::cancel(work, &li, own.id, "")
        .await)?;
    assert!(needs_consent(
        &read(&world, &service, world.li, &["phone"]).await
    ));
});

on_both!(what_stands_is_not_agreed_to_twice, |world| {
    let service = installed(&world).await?;
    let li = resident(world.li);
    let consents = async || {
        view!(world.core, |work| async {
            Ok(work.tx.list_consents(world.li).await?)
        }
        .await)
        .unwrap()
    };
    give(&world, &service, &li, &agreed(&["age"], &[])).await?;
    let first = consents().await;
    world.clock.set(world.core.now().plus_days(1));
    give(&world, &service, &li, &agreed(&["age"], &[])).await?;
    assert_eq!(consents().await, first, "the same, as it was given");
    give(&world, &service, &li, &agreed(&["phone"], &["age"])).await?;
    let now = consents().await;
    assert_eq!(now.len(), 3, "apart is more than together");
    assert_eq!(now.iter().filter(|one| one.withdrawn.is_none()).count(), 2);
});

on_both!(an_unjustified_emergency_closes_at_once, |world| {
    let service = installed(&world).await?;
    let staff = worker(world.worker).actor(&service);
    let id = act!(world.core, |work| {
        emergency::declare(work, &service, &staff, world.li, "想看看").await
    })?;
    let own = act!(world.core, |work| {
        emergency::review(work, &boss(world.worker), id, true, "好").await
    });
    assert_eq!(refusal(own), Refusal::Emergency(EmergencyRefusal::Own));
    act!(world.core, |work| {
        emergency::review(work, &boss(world.admin), id, false, "没有紧急情况").await
    })?;
    assert!(needs_consent(
        &read(&world, &service, world.li, &["phone"]).await
    ));
    let again = act!(world.core, |work| {
        emergency::declare(work, &service, &staff, world.li, "再看看").await
    });
    assert_eq!(
        refusal(again),
        Refusal::Emergency(EmergencyRefusal::FoundUnjustified)
    );
});

on_both!(an_emergency_opens_nothing_to_residents_or_timers, |world| {
    let service = installed(&world).await?;
    let staff = worker(world.worker).actor(&service);
    act!(world.core, |work| {
        emergency::declare(work, &service, &staff, world.li, "摔倒了").await
    })?;
    let of_staff = read(&world, &service, world.li, &["phone"]).await?;
    assert!(matches!(&of_staff[..], [FieldValue::Present(_)]));
    for reader in [resident(world.wang), Caller::background()] {
        let fields = ["phone"];
        let one = read_with(&world, &service, &reader, world.li, &fields, Manner::One).await;
        assert!(needs_consent(&one.map(|(values, _)| values)), "{reader:?}");
    }
});

on_both!(nobody_agrees_to_a_purpose_that_came_later, |world| {
    let service = installed(&world).await?;
    let mut old = agreed(&["age"], &[]);
    old.release = linli_world::digest(b"an older component");
    assert_eq!(
        refusal(give(&world, &service, &resident(world.li), &old).await),
        Refusal::Consent(ConsentRefusal::Changed)
    );
});

on_both!(who_may_not_declare_an_emergency, |world| {
    let service = installed(&world).await?;
    let staff = worker(world.worker).actor(&service);
    let background = Caller::background().actor(&service);
    let mut stranger = staff;
    stranger.person = Some(world.wang);
    let resident = resident(world.li).actor(&service);
    for actor in [background, stranger, resident, boss(world.admin)] {
        let declared = act!(world.core, |work| {
            emergency::declare(work, &service, &actor, world.li, "急").await
        });
        assert_eq!(refusal(declared), Refusal::NotAllowed, "{actor:?}");
    }
    let elsewhere = act!(world.core, |work| {
        emergency::declare(work, &service, &staff, world.zhao, "急").await
    });
    assert_eq!(refusal(elsewhere), Refusal::NotFound("person"));
    let mut bare = manifest("care/bare");
    bare.fields.clear();
    bare.pages[0].fields.clear();
    let id = world
        .enable(bare, b"another component", Default::default())
        .await?;
    let bare = world.service(id).await?;
    let nothing = act!(world.core, |work| {
        emergency::declare(work, &bare, &staff, world.li, "急").await
    });
    assert_eq!(
        refusal(nothing),
        Refusal::Emergency(EmergencyRefusal::NothingDeclared)
    );
});

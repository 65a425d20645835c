//! Delegates and guardians: scope, time, age, and who ends them.

use jiff::civil::date;
use linli_core::delegation::{self, DelegationRefusal, NewDelegation};
use linli_core::resident::ResidentRefusal;
use linli_core::service::{ActingFor, caller_for, list_menu};
use linli_core::store::person::Person;
use linli_core::{Actor, Admin, Login, Refusal, Result, Service, act, resident, view};
use linli_domain::delegation::{DelegationKind, Scope};
use linli_domain::*;
use linli_world::{World, installed, manifest, on_both, refusal};

fn staff(community: CommunityId) -> Actor {
    Admin::at_command_line().at(community).actor()
}

async fn login(world: &World, person: PersonId) -> Login {
    view!(world.core, |work| Login::find(work, person).await)
        .unwrap()
        .unwrap()
}

async fn own(world: &World, person: PersonId) -> Actor {
    login(world, person).await.actor(ActingFor::Own).unwrap()
}

fn for_wang(world: &World, scope: Scope) -> NewDelegation {
    NewDelegation {
        resident: world.wang,
        delegate: world.daughter,
        kind: DelegationKind::Delegate,
        scope,
        evidence: "form 7".into(),
        expires: None,
    }
}

async fn grant(world: &World, actor: Actor, new: &NewDelegation) -> Result<()> {
    act!(world.core, |work| delegation::grant(work, &actor, new)
        .await)
    .map(|_| ())
}

async fn confidential(world: &World) -> Service {
    let mut manifest = manifest("care/advice");
    manifest.confidential = true;
    let id = world
        .enable(manifest, b"another", Default::default())
        .await
        .unwrap();
    world.service(id).await.unwrap()
}

/// Whether the daughter may open a service for Wang, by both of the ways that ask.
async fn opens(world: &World, service: &Service) -> bool {
    let login = login(world, world.daughter).await;
    let acting = ActingFor::Resident(world.wang);
    let page = service.manifest.page_of("/").unwrap();
    let may = caller_for(service, &login, acting, Locale::En, page).is_some();
    let menu = view!(world.core, |work| list_menu(
        work,
        &login,
        acting,
        Locale::En
    )
    .await)
    .unwrap();
    assert_eq!(
        may,
        menu.iter().any(|entry| entry.service.id() == service.id())
    );
    let covers = view!(world.core, |work| delegation::covers(
        work,
        world.daughter,
        world.wang,
        service
    )
    .await)
    .unwrap();
    assert_eq!(may, covers);
    may
}

on_both!(a_delegation_reaches_as_far_as_its_scope, |world| {
    let visits = installed(&world).await?;
    let advice = confidential(&world).await;
    let wang = own(&world, world.wang).await;
    let services = |scope| for_wang(&world, scope);
    let hosts_own = async || {
        login(&world, world.daughter)
            .await
            .actor(ActingFor::Resident(world.wang))
            .is_ok()
    };
    assert!(!opens(&world, &visits).await);
    grant(&world, wang, &services(Scope::all())).await?;
    assert_eq!(
        (opens(&world, &visits).await, opens(&world, &advice).await),
        (true, false)
    );
    assert!(hosts_own().await);
    grant(
        &world,
        wang,
        &services(Scope::only([advice.plugin().clone()])),
    )
    .await?;
    assert_eq!(
        (opens(&world, &visits).await, opens(&world, &advice).await),
        (false, true)
    );
    assert!(
        !hosts_own().await,
        "what the host itself offers is in no narrow scope"
    );
    let mut both = Scope::all();
    both.services.insert(advice.plugin().clone());
    grant(&world, wang, &services(both)).await?;
    assert!(opens(&world, &visits).await && opens(&world, &advice).await);
});

on_both!(who_may_grant_and_who_may_not, |world| {
    let wang = own(&world, world.wang).await;
    let new = for_wang(&world, Scope::all());
    let guardian = NewDelegation {
        kind: DelegationKind::Guardian,
        ..new.clone()
    };
    let by_law = Refusal::Delegation(DelegationRefusal::GuardianByLaw);
    assert_eq!(
        refusal(grant(&world, own(&world, world.li).await, &new).await),
        Refusal::NotAllowed
    );
    assert_eq!(
        refusal(grant(&world, staff(world.west), &new).await),
        Refusal::NotAllowed
    );
    assert_eq!(refusal(grant(&world, wang, &guardian).await), by_law);
    grant(&world, staff(world.east), &guardian).await?;
    assert_eq!(
        refusal(grant(&world, wang, &new).await),
        by_law,
        "nor is a guardianship replaced by a delegation"
    );
    let guardians = view!(world.core, |work| delegation::guardians_of(
        work, world.wang
    )
    .await)?;
    assert_eq!(guardians, [world.daughter]);
    let daughter = login(&world, world.daughter)
        .await
        .actor(ActingFor::Resident(world.wang))?;
    let sub = NewDelegation {
        delegate: world.zhao,
        ..new.clone()
    };
    assert_eq!(
        refusal(grant(&world, daughter, &sub).await),
        Refusal::NotAllowed,
        "who acts for another appoints no other"
    );
    let revoke = async |actor: Actor| {
        act!(world.core, |work| delegation::revoke(
            work,
            &actor,
            world.wang,
            world.daughter
        )
        .await)
    };
    assert_eq!(
        refusal(revoke(staff(world.west)).await),
        Refusal::NotFound("delegation")
    );
    revoke(own(&world, world.daughter).await).await?;
    assert!(
        login(&world, world.daughter)
            .await
            .delegation_for(world.wang)
            .is_none(),
        "she gave it back"
    );
});

on_both!(what_makes_no_sense_is_refused, |world| {
    let wang = own(&world, world.wang).await;
    let good = for_wang(&world, Scope::all());
    let refused = async |new: NewDelegation| refusal(grant(&world, wang, &new).await);
    let too_many = (0..51).map(|n| format!("care/p{n}").parse().unwrap());
    for (new, why) in [
        (
            NewDelegation {
                delegate: world.wang,
                ..good.clone()
            },
            DelegationRefusal::Oneself,
        ),
        (
            NewDelegation {
                scope: Scope::only([]),
                ..good.clone()
            },
            DelegationRefusal::NoScope,
        ),
        (
            NewDelegation {
                scope: Scope::only(too_many),
                ..good.clone()
            },
            DelegationRefusal::TooManyServices,
        ),
        (
            NewDelegation {
                expires: Some(world.core.now()),
                ..good.clone()
            },
            DelegationRefusal::OverAlready,
        ),
    ] {
        assert_eq!(refused(new).await, Refusal::Delegation(why));
    }
    for evidence in [" ".to_owned(), "e".repeat(501)] {
        let new = NewDelegation {
            evidence,
            ..good.clone()
        };
        assert!(matches!(
            refused(new).await,
            Refusal::Field {
                field: "evidence",
                ..
            }
        ));
    }
});

async fn child(world: &World, born: jiff::civil::Date) -> PersonId {
    act!(world.core, |work| async {
        let person = Person {
            id: work.id(),
            birth_date: Some(born),
            ..work
                .tx
                .find_person(world.wang)
                .await?
                .ok_or(Refusal::NotFound("person"))?
        };
        work.tx.create_person(&person).await?;
        Ok(person.id)
    }
    .await)
    .unwrap()
}

on_both!(
    a_guardianship_of_a_minor_ends_on_the_18th_birthday,
    |world| {
        // It is 24 November 2026, 09:00.
        let child = child(&world, date(2008, 11, 26)).await;
        let new = NewDelegation {
            resident: child,
            kind: DelegationKind::Guardian,
            ..for_wang(&world, Scope::all())
        };
        grant(&world, staff(world.east), &new).await?;
        let acts = async || {
            login(&world, world.daughter)
                .await
                .delegation_for(child)
                .is_some()
        };
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai")?;
        let birthday = Instant::from_civil(date(2026, 11, 26).at(0, 0, 0, 0), &zone).unwrap();
        world.clock.set(Instant(birthday.0 - 1));
        assert!(acts().await);
        world.clock.set(birthday);
        assert!(!acts().await, "no job has run");
        let end = async || act!(world.core, |work| delegation::end_expired(work).await);
        assert_eq!((end().await?, end().await?), (1, 0));
    }
);

on_both!(
    a_day_of_birth_that_is_corrected_ends_a_guardianship_too,
    |world| {
        let child = child(&world, date(2015, 5, 5)).await;
        let new = NewDelegation {
            resident: child,
            kind: DelegationKind::Guardian,
            ..for_wang(&world, Scope::all())
        };
        grant(&world, staff(world.east), &new).await?;
        let guardians = async || {
            view!(world.core, |work| delegation::guardians_of(work, child)
                .await)
            .unwrap()
        };
        assert_eq!(guardians().await, [world.daughter]);
        let correct = async |actor: Actor, born| {
            act!(world.core, |work| resident::correct_profile(
                work,
                &actor,
                child,
                "王小明",
                Some(born),
                Some("male")
            )
            .await)
        };
        assert_eq!(
            refusal(correct(staff(world.west), date(2005, 5, 5)).await),
            Refusal::NotFound("person")
        );
        correct(staff(world.east), date(2005, 5, 5)).await?;
        assert!(guardians().await.is_empty());
        let minor = NewDelegation {
            resident: world.li,
            delegate: child,
            ..for_wang(&world, Scope::all())
        };
        correct(staff(world.east), date(2015, 5, 5)).await?;
        assert_eq!(
            refusal(grant(&world, staff(world.east), &minor).await),
            Refusal::Delegation(DelegationRefusal::DelegateUnderAge)
        );
    }
);

on_both!(naming_a_delegate_as_guardian_makes_them_one, |world| {
    let wang = own(&world, world.wang).await;
    let narrow = for_wang(&world, Scope::only(["care/visits".parse()?]));
    grant(&world, wang, &narrow).await?;
    let guardian = NewDelegation {
        kind: DelegationKind::Guardian,
        evidence: "court order 3".into(),
        ..for_wang(&world, Scope::all())
    };
    grant(&world, staff(world.east), &guardian).await?;
    let live = view!(world.core, |work| delegation::of_resident(work, world.wang)
        .await)?;
    assert_eq!(live.len(), 1, "in place of the delegation");
    assert_eq!(
        (
            live[0].kind.as_str(),
            live[0].all_services,
            live[0].evidence.as_str()
        ),
        ("guardian", true, "court order 3")
    );
    let actor = login(&world, world.daughter)
        .await
        .actor(ActingFor::Resident(world.wang))?;
    assert_eq!(actor.office, linli_core::Office::Guardian);
});

on_both!(whom_a_resident_means_takes_a_name_and_more, |world| {
    let wang = own(&world, world.wang).await;
    let find = async |actor: Actor, name: &str, known: &str| {
        view!(world.core, |work| delegation::find_delegate(
            work, &actor, world.wang, name, known
        )
        .await)
    };
    for known in ["13800000003", "1946-03-01", " 138 0000 0003 "] {
        assert_eq!(
            find(wang, "李晓梅", known).await?,
            world.daughter,
            "{known}"
        );
    }
    let nobody = Refusal::Resident(ResidentRefusal::NobodyMeant);
    for (name, known) in [
        ("李晓梅", "13800000004"),
        ("李晓", "1946-03-01"),
        ("李晓梅", ""),
        ("王建国", "1946-03-01"),
    ] {
        assert_eq!(
            refusal(find(wang, name, known).await),
            nobody,
            "{name} {known}"
        );
    }
    world
        .sql("UPDATE person SET name = '李晓梅' WHERE name = '赵敏'")
        .await?;
    assert_eq!(
        refusal(find(wang, "李晓梅", "1946-03-01").await),
        Refusal::Resident(ResidentRefusal::Several)
    );
    let li = own(&world, world.li).await;
    assert_eq!(
        refusal(find(li, "李晓梅", "1946-03-01").await),
        Refusal::NotAllowed
    );
});

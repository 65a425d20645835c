//! Basis, consent, disclosure, references.

use linli_core::appointment::{self, Booking};
use linli_core::basis::{self, Disclosures, FieldValue, Manner};
use linli_core::consent::Agreed;
use linli_core::{Caller, Error, Login, Refusal, Service, act, consent, view};
use linli_domain::profile::ProfileField;
use linli_domain::random::Stream;
use linli_domain::*;
use linli_store::ledger::{Disclosure, LedgerEntries};
use linli_world::on_both;
use linli_world::{HOUR, installed, refusal, tomorrow};
use linli_world::{World, manifest, resident, worker};

async fn read(
    world: &World,
    service: &Service,
    reference: &str,
    fields: &[&str],
) -> linli_core::Result<Vec<FieldValue>> {
    let fields: Vec<_> = fields.iter().map(|&field| field.to_owned()).collect();
    let mut disclosures = Disclosures::default();
    let values = view!(world.core, |work| {
        basis::read_fields(
            work,
            service,
            &worker(world.worker),
            reference,
            &fields,
            Manner::One,
            &mut disclosures,
        )
        .await
    })?;
    Ok(values.into_iter().map(|(_, value)| value).collect())
}

fn together(fields: &[&str]) -> Agreed {
    Agreed {
        release: linli_world::digest(b"a component"),
        together: fields.iter().map(|&field| field.to_owned()).collect(),
        ..Agreed::default()
    }
}

fn reference(world: &World, service: &Service, person: PersonId) -> String {
    world
        .core
        .references
        .seal(service.plugin(), person)
        .unwrap()
}

on_both!(a_field_is_read_by_consent_until_it_is_withdrawn, |world| {
    let service = installed(&world).await?;
    let li = reference(&world, &service, world.li);
    let denied = read(&world, &service, &li, &["age", "care-level"]).await;
    assert!(
        matches!(&denied, Err(Error::ConsentNeeded { person, fields }) if *person == world.li && fields == &["age"]),
        "{denied:?}"
    );
    assert_eq!(
        read(&world, &service, &li, &["care-level"]).await?,
        [FieldValue::Denied],
        "optional ones are answered"
    );

    let caller = resident(world.li);
    act!(world.core, |work| consent::give(
        work,
        &service,
        &caller,
        &together(&["age"])
    )
    .await)?;
    assert_eq!(
        read(&world, &service, &li, &["age"]).await?,
        [FieldValue::Present("80".into())]
    );

    let given = view!(world.core, |work| async {
        Ok(work.tx.list_consents(world.li).await?)
    }
    .await)?;
    let login = view!(world.core, |work| Login::find(work, world.wang).await)?.unwrap();
    let by_stranger = act!(world.core, |work| consent::withdraw(
        work,
        &login,
        world.li,
        given[0].id
    )
    .await);
    assert_eq!(refusal(by_stranger), Refusal::NotAllowed);
    let login = view!(world.core, |work| Login::find(work, world.daughter).await)?.unwrap();
    act!(world.core, |work| consent::withdraw(
        work,
        &login,
        world.li,
        given[0].id
    )
    .await)?;
    assert!(matches!(
        read(&world, &service, &li, &["age"]).await,
        Err(Error::ConsentNeeded { .. })
    ));
});

on_both!(a_consent_expires, |world| {
    let service = installed(&world).await?;
    let li = reference(&world, &service, world.li);
    act!(world.core, |work| consent::give(
        work,
        &service,
        &resident(world.li),
        &together(&["age"])
    )
    .await)?;
    world
        .clock
        .set(world.core.now().plus_days(consent::LASTS_DAYS));
    assert!(matches!(
        read(&world, &service, &li, &["age"]).await,
        Err(Error::ConsentNeeded { .. })
    ));
    act!(world.core, |work| consent::give(
        work,
        &service,
        &resident(world.li),
        &together(&["age"])
    )
    .await)?;
    assert!(
        read(&world, &service, &li, &["age"]).await.is_ok(),
        "it can be given again"
    );
});

on_both!(
    an_open_appointment_is_a_contract_for_necessary_fields,
    |world| {
        let service = installed(&world).await?;
        let li = reference(&world, &service, world.li);
        let booking = Booking {
            calendar: world.calendar,
            range: tomorrow(10),
            resident: world.li,
            service: "bath".into(),
            title: Localised::new("助浴", "Bathing help"),
            rules: HOUR,
        };
        let id = act!(world.core, |work| async {
            Ok(
                appointment::book(work, &service, &resident(world.li), booking.clone())
                    .await?
                    .id,
            )
        }
        .await)?;
        assert_eq!(
            read(&world, &service, &li, &["phone", "care-level"]).await?[1],
            FieldValue::Denied
        );
        let mut disclosures = Disclosures::default();
        let show = async |viewer: &Caller, field, disclosures: &mut Disclosures| {
            view!(world.core, |work| basis::show_person(
                work,
                &service,
                viewer,
                world.li,
                field,
                disclosures
            )
            .await)
        };
        let shown = show(&worker(world.worker), ProfileField::Phone, &mut disclosures).await?;
        assert!(matches!(shown, FieldValue::Present(_)));
        assert_eq!(
            show(&resident(world.wang), ProfileField::Phone, &mut disclosures).await?,
            FieldValue::Denied,
            "not to neighbours"
        );
        assert!(!disclosures.is_empty());

        let caller = worker(world.worker);
        let rows = disclosures.into_rows(
            &mut Stream::new([9; 32]),
            world.core.now(),
            &service,
            &caller,
            InvocationId(uuid::Uuid::nil()),
        );
        world
            .core
            .store
            .write_ledger(&LedgerEntries {
                disclosures: rows,
                ..LedgerEntries::default()
            })
            .await?;
        let end = (Instant(i64::MAX), DisclosureId(uuid::Uuid::max()));
        let seen = world.core.store.list_disclosures(world.li, end, 10).await?;
        assert_eq!(
            (
                seen[0].fields.as_slice(),
                seen[0].basis.as_str(),
                seen[0].shown
            ),
            (&["phone".to_owned()][..], "contract", true)
        );
        assert_eq!(seen[0].actor_id, Some(world.worker));

        act!(world.core, |work| appointment::cancel(
            work,
            &service,
            &resident(world.li),
            id,
            ""
        )
        .await)?;
        assert!(
            matches!(
                read(&world, &service, &li, &["phone"]).await,
                Err(Error::ConsentNeeded { .. })
            ),
            "no longer"
        );
    }
);

on_both!(references_open_only_for_their_plugin_and_place, |world| {
    let service = installed(&world).await?;
    let id = world
        .enable(
            manifest("care/other"),
            b"another component",
            Default::default(),
        )
        .await?;
    let other = world.service(id).await?;
    for stranger in [
        reference(&world, &other, world.li),
        reference(&world, &service, world.zhao),
        "1".repeat(44),
        String::new(),
        world.li.to_string(),
    ] {
        let result = read(&world, &service, &stranger, &["care-level"]).await;
        assert_eq!(refusal(result), Refusal::NotFound("person"), "{stranger}");
    }
});

on_both!(undeclared_fields_are_refused_by_name, |world| {
    let service = installed(&world).await?;
    let li = reference(&world, &service, world.li);
    assert_eq!(
        refusal(read(&world, &service, &li, &["address"]).await),
        Refusal::Undeclared("address".into())
    );
    let many = vec!["age"; 17];
    assert!(matches!(
        refusal(read(&world, &service, &li, &many).await),
        Refusal::Invalid(_)
    ));
});

on_both!(
    the_consent_page_asks_for_all_that_a_page_declares_at_once,
    |world| {
        let service = installed(&world).await?;
        let page = service.manifest.page_of("/").unwrap().clone();
        let questions = view!(world.core, |work| consent::questions(
            work,
            &service,
            &page,
            world.li,
            &["care-level".to_owned()]
        )
        .await)?;
        let asked: Vec<_> = questions
            .fields
            .iter()
            .map(|question| {
                (
                    question.field.code(),
                    question.necessary,
                    question.sensitive,
                )
            })
            .collect();
        assert_eq!(asked, [("age", true, false), ("care-level", false, true)]);
        let undeclared = act!(world.core, |work| consent::give(
            work,
            &service,
            &resident(world.li),
            &together(&["address"])
        )
        .await);
        assert_eq!(refusal(undeclared), Refusal::Undeclared("address".into()));
    }
);

fn bathing(world: &World) -> Booking {
    Booking {
        calendar: world.calendar,
        range: tomorrow(10),
        resident: world.li,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        rules: HOUR,
    }
}

on_both!(a_plugin_cannot_make_its_own_basis, |world| {
    let service = installed(&world).await?;
    let li = reference(&world, &service, world.li);
    let phone = ["phone".to_owned()];
    let in_one_act = act!(world.core, |work| async {
        appointment::book(work, &service, &resident(world.li), bathing(&world)).await?;
        let mut disclosures = Disclosures::default();
        basis::read_fields(
            work,
            &service,
            &worker(world.worker),
            &li,
            &phone,
            Manner::One,
            &mut disclosures,
        )
        .await
    }
    .await);
    assert!(
        matches!(in_one_act, Err(Error::ConsentNeeded { .. })),
        "{in_one_act:?}"
    );
    let background = Caller::background();
    let by_timer = act!(world.core, |work| {
        appointment::book(work, &service, &background, bathing(&world)).await
    });
    assert_eq!(refusal(by_timer), Refusal::NotAllowed);
    act!(world.core, |work| {
        appointment::book(work, &service, &worker(world.worker), bathing(&world)).await
    })?;
    let by_staff = read(&world, &service, &li, &["phone"]).await;
    assert!(
        matches!(by_staff, Err(Error::ConsentNeeded { .. })),
        "what staff book is no basis: {by_staff:?}"
    );
});

on_both!(another_purpose_is_asked_for_anew, |world| {
    let mut service = installed(&world).await?;
    let li = reference(&world, &service, world.li);
    let caller = resident(world.li);
    act!(world.core, |work| {
        consent::give(work, &service, &caller, &together(&["age"])).await
    })?;
    assert!(read(&world, &service, &li, &["age"]).await.is_ok());
    let mut manifest = (*service.manifest).clone();
    if let Some(age) = manifest.fields.get_mut("age") {
        age.purpose = Localised::new("卖保险", "To sell insurance");
    }
    service.manifest = manifest.into();
    let denied = read(&world, &service, &li, &["age"]).await;
    assert!(
        matches!(denied, Err(Error::ConsentNeeded { .. })),
        "{denied:?}"
    );
});

on_both!(
    disclosures_written_at_once_are_all_kept_and_a_bad_one_fails_alone,
    |world| {
        let row = |number: u128| Disclosure {
            id: DisclosureId(uuid::Uuid::from_u128(number)),
            resident_id: world.li,
            installation_id: InstallationId(uuid::Uuid::nil()),
            actor_id: None,
            fields: vec!["phone".to_owned()],
            purposes: Vec::new(),
            basis: "consent".to_owned(),
            ground: None,
            shown: false,
            invocation_id: InvocationId(uuid::Uuid::nil()),
            at: world.core.now(),
        };
        let mut writers = tokio::task::JoinSet::new();
        // Number 7 comes twice: one of the two is refused, whoever shares its commit is not.
        for number in (0..200).chain([7]) {
            let (store, disclosures) = (world.core.store.clone(), vec![row(number)]);
            writers.spawn(async move {
                let entries = LedgerEntries {
                    disclosures,
                    ..LedgerEntries::default()
                };
                store.write_ledger(&entries).await.is_ok()
            });
        }
        let written = writers.join_all().await;
        assert_eq!(written.iter().filter(|written| **written).count(), 200);
        let end = (Instant(i64::MAX), DisclosureId(uuid::Uuid::max()));
        let seen = world
            .core
            .store
            .list_disclosures(world.li, end, 500)
            .await?;
        assert_eq!(seen.len(), 200);
    }
);

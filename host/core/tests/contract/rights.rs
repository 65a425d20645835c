//! The rights of whom data is about: lock, retention, export, correction, erasure.

use jiff::civil::date;
use linli_core::consent::{self, Agreed};
use linli_core::my_data::correction::{self, Field};
use linli_core::my_data::sight::Sight;
use linli_core::my_data::{RightsRefusal, erasure, export, hold, restriction};
use linli_core::record::{self, RecordRefusal};
use linli_core::service::ActingFor;
use linli_core::store::ledger::{Disclosure, LedgerEntries};
use linli_core::{
    Actor, Admin, Error, Login, Refusal, Service, act, appointment, audit, case, course,
    delegation, enrolment, retention, view,
};
use linli_domain::*;
use linli_store::StoreError;
use linli_world::{HOUR, World, installed, manifest, on_both, refusal, resident, tomorrow};
use serde_json::Value;
use uuid::Uuid;

async fn actor(world: &World, person: PersonId, acting: ActingFor) -> linli_core::Result<Actor> {
    let login = view!(world.core, |work| Login::find(work, person).await)?.unwrap();
    login.actor(acting)
}

fn boss() -> Actor {
    Admin::at_command_line().actor()
}

async fn put(
    world: &World,
    service: &Service,
    key: &str,
    subject: Option<PersonId>,
) -> linli_core::Result<u64> {
    act!(world.core, |work| {
        record::put(
            work,
            service,
            "notes",
            key,
            "{\"text\":\"hello\"}",
            subject,
            None,
        )
        .await
    })
}

async fn get(world: &World, service: &Service, key: &str) -> linli_core::Result<bool> {
    let found = view!(world.core, |work| record::find(work, service, "notes", key)
        .await)?;
    Ok(found.is_some())
}

async fn keys(world: &World, service: &Service, after: &str) -> linli_core::Result<Vec<String>> {
    let list = view!(world.core, |work| {
        record::list(work, service, "notes", None, after, 2).await
    })?;
    Ok(list.into_iter().map(|record| record.key).collect())
}

async fn agree(world: &World, service: &Service, person: PersonId) -> linli_core::Result<()> {
    let agreed = Agreed {
        release: service.digest.clone(),
        together: ["age".to_owned()].into(),
        apart: ["care-level".to_owned()].into(),
    };
    act!(world.core, |work| {
        consent::give(work, service, &resident(person), &agreed).await
    })
}

async fn withdraw(
    world: &World,
    by: PersonId,
    of: PersonId,
    field: &str,
) -> linli_core::Result<()> {
    let login = view!(world.core, |work| Login::find(work, by).await)?.unwrap();
    let consents = view!(world.core, |work| async {
        Ok(work.tx.list_consents(of).await?)
    }
    .await)?;
    let found = consents
        .iter()
        .find(|consent| consent.field == field && consent.withdrawn.is_none());
    let id = found.unwrap().id;
    act!(world.core, |work| consent::withdraw(work, &login, of, id)
        .await)
}

on_both!(every_column_that_names_a_person_is_listed, |world| {
    let unlisted = world.core.store.list_unlisted_columns().await?;
    assert!(
        unlisted.is_empty(),
        "say in host/store/src/personal/list.rs what export, correction, retention and erasure do to: {unlisted:?}"
    );
});

on_both!(
    records_are_locked_after_withdrawal_until_consent_is_given_anew,
    |world| {
        let service = installed(&world).await?;
        agree(&world, &service, world.li).await?;
        for (key, subject) in [
            ("a", Some(world.li)),
            ("b", Some(world.wang)),
            ("c", Some(world.li)),
            ("d", None),
        ] {
            put(&world, &service, key, subject).await?;
        }
        withdraw(&world, world.li, world.li, "care-level").await?;
        assert!(
            get(&world, &service, "a").await?,
            "the service goes on without what is optional"
        );

        withdraw(&world, world.daughter, world.li, "age").await?;
        let locked = Refusal::Record(RecordRefusal::Locked);
        assert_eq!(refusal(get(&world, &service, "a").await), locked);
        assert_eq!(
            refusal(put(&world, &service, "a", None).await),
            locked,
            "nor made ownerless"
        );
        assert_eq!(
            refusal(put(&world, &service, "new", Some(world.li)).await),
            locked
        );
        let delete = act!(world.core, |work| record::delete(
            work, &service, "notes", "a"
        )
        .await);
        assert_eq!(refusal(delete), locked);
        let about = view!(world.core, |work| {
            record::list(work, &service, "notes", Some(world.li), "", 10).await
        });
        assert_eq!(refusal(about), locked);
        // By listing, from the beginning and from a cursor on a locked one.
        assert_eq!(keys(&world, &service, "").await?, ["b", "d"]);
        assert_eq!(keys(&world, &service, "a").await?, ["b", "d"]);
        assert_eq!(keys(&world, &service, "b").await?, ["d"]);

        agree(&world, &service, world.li).await?;
        assert!(get(&world, &service, "a").await?);
        assert_eq!(keys(&world, &service, "").await?, ["a", "b"]);
    }
);

on_both!(a_contract_keeps_what_is_not_sensitive_open, |world| {
    let mut declared = manifest("care/visits");
    let mut sensitive = declared.collections["notes"].clone();
    sensitive.sensitive = true;
    declared.collections.insert("health".into(), sensitive);
    let id = world
        .enable(declared, b"a component", Default::default())
        .await?;
    let service = world.service(id).await?;
    agree(&world, &service, world.li).await?;
    put(&world, &service, "alert", Some(world.li)).await?;
    let booking = appointment::Booking {
        calendar: world.calendar,
        range: tomorrow(10),
        resident: world.li,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        rules: HOUR,
    };
    let visit = act!(world.core, |work| {
        record::put(work, &service, "health", "note", "{}", Some(world.li), None).await?;
        appointment::book(work, &service, &resident(world.li), booking.clone()).await
    })?;
    withdraw(&world, world.li, world.li, "age").await?;
    assert!(
        get(&world, &service, "alert").await?,
        "somebody must notice when nobody comes"
    );
    assert_eq!(keys(&world, &service, "").await?, ["alert"]);
    let health = view!(world.core, |work| record::find(
        work, &service, "health", "note"
    )
    .await);
    assert_eq!(refusal(health), Refusal::Record(RecordRefusal::Locked));
    act!(world.core, |work| {
        appointment::cancel(work, &service, &resident(world.li), visit.id, "").await
    })?;
    assert_eq!(
        refusal(get(&world, &service, "alert").await),
        Refusal::Record(RecordRefusal::Locked)
    );
    assert!(keys(&world, &service, "").await?.is_empty());
});

on_both!(a_resident_objects_to_one_service, |world| {
    let service = installed(&world).await?;
    agree(&world, &service, world.li).await?;
    put(&world, &service, "a", Some(world.li)).await?;
    let object = async |actor: Actor| {
        act!(world.core, |work| {
            restriction::object(work, &actor, world.li, service.plugin()).await
        })
    };
    let delegate = actor(&world, world.daughter, ActingFor::Resident(world.li)).await?;
    assert_eq!(
        refusal(object(delegate).await),
        Refusal::Rights(RightsRefusal::InPerson)
    );
    let neighbour = actor(&world, world.wang, ActingFor::Own).await?;
    assert_eq!(refusal(object(neighbour).await), Refusal::NotAllowed);
    object(actor(&world, world.li, ActingFor::Own).await?).await?;
    assert!(get(&world, &service, "a").await.is_err());
    let live = view!(world.core, |work| async {
        let now = work.now;
        Ok(work
            .tx
            .list_live_consents(world.li, service.plugin(), now)
            .await?)
    }
    .await)?;
    assert!(live.is_empty());
});

on_both!(a_delegate_whose_time_is_over_withdraws_nothing, |world| {
    let service = installed(&world).await?;
    agree(&world, &service, world.li).await?;
    let login = view!(world.core, |work| Login::find(work, world.daughter).await)?.unwrap();
    let consents = view!(world.core, |work| async {
        Ok(work.tx.list_consents(world.li).await?)
    }
    .await)?;
    act!(world.core, |work| {
        delegation::revoke(work, &boss(), world.li, world.daughter).await
    })?;
    // The page was opened before.
    let late = act!(world.core, |work| {
        consent::withdraw(work, &login, world.li, consents[0].id).await
    });
    assert_eq!(refusal(late), Refusal::NotAllowed);
});

on_both!(
    retention_deletes_what_is_too_old_but_nothing_under_a_hold,
    |world| {
        let service = installed(&world).await?;
        for (key, subject) in [
            ("li", Some(world.li)),
            ("wang", Some(world.wang)),
            ("none", None),
        ] {
            put(&world, &service, key, subject).await?;
        }
        let old = world.core.now();
        for person in [world.li, world.wang] {
            let disclosure = Disclosure {
                id: DisclosureId(Uuid::from_u128(person.0.as_u128() ^ 1)),
                resident_id: person,
                installation_id: service.id(),
                actor_id: None,
                fields: vec!["age".into()],
                purposes: vec![],
                basis: "consent".into(),
                ground: None,
                shown: false,
                invocation_id: InvocationId(Uuid::nil()),
                at: old,
            };
            let entries = LedgerEntries {
                disclosures: vec![disclosure],
                ..LedgerEntries::default()
            };
            world.core.store.write_ledger(&entries).await?;
        }
        act!(world.core, |work| {
            hold::place(
                work,
                &boss(),
                world.li,
                "案件审理中",
                "《民事诉讼法》第八十四条",
            )
            .await
        })?;
        let staff = actor(&world, world.wang, ActingFor::Own).await?;
        let by_anybody = act!(world.core, |work| hold::place(
            work, &staff, world.li, "x", "y"
        )
        .await);
        assert_eq!(refusal(by_anybody), Refusal::NotAllowed);

        world.clock.set(old.plus_days(30));
        retention::sweep(&world.core).await?;
        assert!(get(&world, &service, "wang").await?, "kept to the last day");
        world.clock.set(old.plus_days(30).plus_minutes(1));
        retention::sweep(&world.core).await?;
        assert!(!get(&world, &service, "wang").await? && !get(&world, &service, "none").await?);
        assert!(get(&world, &service, "li").await?);
        let by_plugin = act!(world.core, |work| record::delete(
            work, &service, "notes", "li"
        )
        .await);
        assert_eq!(refusal(by_plugin), Refusal::Record(RecordRefusal::OnHold));

        world
            .clock
            .set(old.plus_days(linli_store::personal::THREE_YEARS + 1));
        retention::sweep(&world.core).await?;
        let seen = async |person| {
            let end = (Instant(i64::MAX), DisclosureId(Uuid::max()));
            world.core.store.list_disclosures(person, end, 10).await
        };
        assert_eq!(
            (seen(world.li).await?.len(), seen(world.wang).await?.len()),
            (1, 0)
        );

        act!(world.core, |work| hold::lift(work, &boss(), world.li).await)?;
        retention::sweep(&world.core).await?;
        assert!(!get(&world, &service, "li").await?);
        assert!(seen(world.li).await?.is_empty());
    }
);

async fn exported(world: &World, actor: &Actor, person: PersonId) -> linli_core::Result<Value> {
    let mut out = Vec::new();
    export::export(&world.core, actor, person, &mut out).await?;
    Ok(serde_json::from_slice(&out).unwrap())
}

fn rows<'a>(export: &'a Value, table: &str) -> &'a [Value] {
    let holdings = export["holdings"].as_array().unwrap();
    let found = holdings.iter().find(|holding| holding["table"] == table);
    found.unwrap()["rows"].as_array().unwrap()
}

on_both!(an_export_holds_everything_about_one_person, |world| {
    let service = installed(&world).await?;
    agree(&world, &service, world.li).await?;
    for number in 0..450 {
        put(&world, &service, &format!("li-{number}"), Some(world.li)).await?;
    }
    put(&world, &service, "wang", Some(world.wang)).await?;
    let li = actor(&world, world.li, ActingFor::Own).await?;
    let copy = exported(&world, &li, world.li).await?;
    assert_eq!(copy["format"], "linli-person-export");
    assert_eq!(rows(&copy, "person")[0]["name"], "李秀英");
    assert_eq!(
        rows(&copy, "person")[0]["phone"],
        "13800000000",
        "sealed at rest, open to her"
    );
    assert_eq!(
        rows(&copy, "record").len(),
        450,
        "more than a slice, and nobody else's"
    );
    assert_eq!(rows(&copy, "record")[0]["document"]["text"], "hello");
    assert_eq!(rows(&copy, "consent")[0]["granted_by"], "self");
    assert_eq!(rows(&copy, "consent").len(), 2);
    assert_eq!(rows(&copy, "delegation")[0]["delegate_id"], "李晓梅");
    assert_eq!(rows(&copy, "account")[0]["login"], "li");
    let text = copy.to_string();
    assert!(
        !text.contains("argon2") && !text.contains("王建国"),
        "no secrets, no neighbours"
    );
    assert!(
        rows(&copy, "audit")
            .iter()
            .any(|row| row["action"] == "person.export"),
        "it is audited before it is written"
    );

    let delegate = actor(&world, world.daughter, ActingFor::Resident(world.li)).await?;
    let by_delegate = exported(&world, &delegate, world.li).await;
    assert_eq!(
        refusal(by_delegate),
        Refusal::Rights(RightsRefusal::InPerson)
    );
    let wang = actor(&world, world.wang, ActingFor::Own).await?;
    assert_eq!(
        refusal(exported(&world, &wang, world.li).await),
        Refusal::NotAllowed
    );
    let staff = linli_world::worker(world.worker).actor(&service);
    assert_eq!(
        refusal(exported(&world, &staff, world.li).await),
        Refusal::NotAllowed
    );
    assert!(exported(&world, &boss(), world.li).await.is_ok());
});

on_both!(
    a_phone_is_changed_at_once_and_a_name_after_a_decision,
    |world| {
        let li = actor(&world, world.li, ActingFor::Own).await?;
        let person = async |of| {
            view!(world.core, |work| async {
                Ok(work.tx.find_person(of).await?.unwrap())
            }
            .await)
        };
        let set = async |actor: &Actor, phone: &str| {
            act!(world.core, |work| {
                correction::set_phone(work, actor, world.li, Some(phone)).await
            })
        };
        set(&li, " 139 0000 0000 ").await?;
        assert_eq!(
            person(world.li).await?.phone.as_deref(),
            Some("139 0000 0000")
        );
        assert!(matches!(
            refusal(set(&li, "call me").await),
            Refusal::Field { field: "phone", .. }
        ));
        let wang = actor(&world, world.wang, ActingFor::Own).await?;
        assert_eq!(
            refusal(set(&wang, "13900000000").await),
            Refusal::NotAllowed
        );

        let ask = async |field, wanted: &str| {
            act!(world.core, |work| {
                correction::request(work, &li, world.li, field, wanted, "写错了").await
            })
        };
        let id = ask(Field::Name, "李秀瑛").await?;
        assert_eq!(
            refusal(ask(Field::Name, "李秀莹").await),
            Refusal::Rights(RightsRefusal::Waiting)
        );
        assert_eq!(
            refusal(ask(Field::BirthDate, "1946-03-01").await),
            Refusal::Rights(RightsRefusal::Unchanged)
        );
        for bad in [
            (Field::BirthDate, "2030-01-01"),
            (Field::IdentityNumber, "110101194603010000"),
        ] {
            assert!(
                matches!(refusal(ask(bad.0, bad.1).await), Refusal::Field { .. }),
                "{bad:?}"
            );
        }
        assert_eq!(person(world.li).await?.name, "李秀英");

        let staff_of = |community| {
            Admin {
                person: Some(world.admin),
            }
            .at(community)
            .actor()
        };
        let decide = async |actor: Actor, accept| {
            act!(world.core, |work| correction::decide(
                work,
                &actor,
                id,
                accept,
                "已核对证件"
            )
            .await)
        };
        assert_eq!(
            refusal(decide(staff_of(world.west), true).await),
            Refusal::NotAllowed
        );
        assert_eq!(refusal(decide(li, true).await), Refusal::NotAllowed);
        let mut her_own_office = staff_of(world.east);
        her_own_office.person = Some(world.li);
        assert_eq!(
            refusal(decide(her_own_office, true).await),
            Refusal::NotAllowed
        );
        decide(staff_of(world.east), true).await?;
        assert_eq!(person(world.li).await?.name, "李秀瑛");
        assert_eq!(
            refusal(decide(staff_of(world.east), false).await),
            Refusal::Rights(RightsRefusal::Decided)
        );
        let history = view!(world.core, |work| async {
            Ok(work.tx.list_corrections_of(world.li).await?)
        }
        .await)?;
        assert_eq!(history[0].previous.as_deref(), Some("李秀英"));
        assert_eq!(
            (history[0].state.as_str(), history[0].note.as_str()),
            ("accepted", "已核对证件")
        );

        let id = ask(Field::BirthDate, "1946-03-02").await?;
        act!(world.core, |work| {
            correction::decide(work, &staff_of(world.east), id, true, "属实").await
        })?;
        assert_eq!(person(world.li).await?.birth_date, Some(date(1946, 3, 2)));
    }
);

async fn ask_erasure(world: &World, actor: &Actor, of: PersonId) -> linli_core::Result<ErasureId> {
    act!(world.core, |work| erasure::request(
        work,
        actor,
        of,
        "搬走了"
    )
    .await)
}

on_both!(
    erasure_leaves_a_tombstone_and_says_what_stays_and_why,
    |world| {
        let mut declared = manifest("care/visits");
        let mut by_law = declared.collections["notes"].clone();
        by_law.kept_by_law = Some(Localised::new("《档案法》第十三条", "Archives Law art. 13"));
        declared.collections.insert("files".into(), by_law);
        let id = world
            .enable(declared, b"a component", Default::default())
            .await?;
        let service = world.service(id).await?;
        agree(&world, &service, world.li).await?;
        for number in 0..600 {
            put(&world, &service, &format!("li-{number}"), Some(world.li)).await?;
        }
        put(&world, &service, "wang", Some(world.wang)).await?;
        act!(world.core, |work| {
            record::put(work, &service, "files", "kept", "{}", Some(world.li), None).await
        })?;
        let booking = appointment::Booking {
            calendar: world.calendar,
            range: tomorrow(10),
            resident: world.li,
            service: "bath".into(),
            title: Localised::new("助浴", "Bathing help"),
            rules: HOUR,
        };
        let visit = act!(world.core, |work| {
            appointment::book(work, &service, &resident(world.li), booking.clone()).await
        })?;

        // Step one: she asks herself, once.
        let li = actor(&world, world.li, ActingFor::Own).await?;
        let execute = async || erasure::execute(&world.core, &boss(), world.li, None).await;
        assert_eq!(
            refusal(execute().await),
            Refusal::Rights(RightsRefusal::NotRequested)
        );
        let delegate = actor(&world, world.daughter, ActingFor::Resident(world.li)).await?;
        assert_eq!(
            refusal(ask_erasure(&world, &delegate, world.li).await),
            Refusal::Rights(RightsRefusal::InPerson)
        );
        ask_erasure(&world, &li, world.li).await?;
        assert_eq!(
            refusal(ask_erasure(&world, &li, world.li).await),
            Refusal::Rights(RightsRefusal::Waiting)
        );
        assert_eq!(
            refusal(erasure::execute(&world.core, &li, world.li, None).await),
            Refusal::NotAllowed
        );

        // The open appointment and a hold stand against it, by name.
        act!(world.core, |work| hold::place(
            work,
            &boss(),
            world.li,
            "诉讼",
            "某法"
        )
        .await)?;
        let preview = view!(world.core, |work| erasure::preview(work, &boss(), world.li)
            .await)?;
        let records = preview
            .lines
            .iter()
            .find(|line| line.table == "record")
            .unwrap();
        assert_eq!(records.rows, 601);
        let Refusal::Rights(RightsRefusal::Blocked(blocks)) = refusal(execute().await) else {
            panic!("it is blocked");
        };
        let blocks: String = blocks.iter().map(|block| block.en.as_str()).collect();
        assert!(
            blocks.contains("Bathing help") && blocks.contains("2026-11-25 10:00"),
            "{blocks}"
        );
        assert!(blocks.contains("legal hold"), "{blocks}");
        act!(world.core, |work| hold::lift(work, &boss(), world.li).await)?;
        act!(world.core, |work| {
            appointment::cancel(work, &service, &resident(world.li), visit.id, "我叫李秀英").await
        })?;

        // Step two.
        let report = execute().await?;
        assert_eq!(
            execute().await?,
            report,
            "again it does nothing and says the same"
        );
        assert_eq!(report["record"]["deleted"], 600);
        let kept = report
            .as_object()
            .unwrap()
            .iter()
            .find(|(key, _)| key.ends_with("/files"))
            .unwrap();
        assert_eq!(kept.1["why"]["en"], "Archives Law art. 13");
        assert_eq!(report["appointment"]["kept"], 1);
        assert_eq!(report["consent"]["kept"], 2);

        let login = view!(world.core, |work| Login::find(work, world.li).await)?;
        assert!(login.is_none(), "nobody logs in any more");
        let copy = exported(&world, &boss(), world.li).await?;
        let person = &rows(&copy, "person")[0];
        assert_eq!(
            (&person["name"], &person["phone"]),
            (&Value::from(""), &Value::Null)
        );
        for table in ["account", "session", "notice", "need", "answer"] {
            assert!(rows(&copy, table).is_empty(), "{table}");
        }
        assert_eq!(rows(&copy, "record").len(), 1);
        let text = copy.to_string();
        for gone in ["李秀英", "13800000000", "signed form", "1946"] {
            assert!(!text.contains(gone), "{gone} is still there: {text}");
        }
        assert!(
            rows(&copy, "consent")
                .iter()
                .all(|consent| !consent["withdrawn"].is_null())
        );
        assert!(
            get(&world, &service, "wang").await?,
            "nothing of anybody else"
        );
        let reference = world
            .core
            .references
            .seal(service.plugin(), world.li)
            .unwrap();
        let opened = view!(world.core, |work| service
            .open_reference(work, &reference)
            .await);
        assert_eq!(refusal(opened), Refusal::NotFound("person"));
    }
);

on_both!(erasure_that_was_broken_off_is_taken_up_again, |world| {
    let service = installed(&world).await?;
    for number in 0..20 {
        put(
            &world,
            &service,
            &format!("wang-{number}"),
            Some(world.wang),
        )
        .await?;
    }
    let wang = actor(&world, world.wang, ActingFor::Own).await?;
    ask_erasure(&world, &wang, world.wang).await?;
    // As if the process had been killed after the first unit of work.
    act!(world.core, |work| async {
        let mut request = work.tx.find_last_erasure(world.wang).await?.unwrap();
        request.state = "executing".into();
        request.decided = Some(work.now);
        Ok(work.tx.update_erasure(&request).await?)
    }
    .await)?;
    assert_eq!(erasure::resume(&world.core).await?, 1);
    assert_eq!(erasure::resume(&world.core).await?, 0);
    let report = erasure::execute(&world.core, &boss(), world.wang, None).await?;
    assert_eq!(report["record"]["deleted"], 20);
    let second = act!(world.core, |work| async {
        let mut request = work.tx.find_last_erasure(world.wang).await?.unwrap();
        request.id = ErasureId(Uuid::from_u128(7));
        request.state = "requested".into();
        work.tx.create_erasure(&request).await?;
        request.id = ErasureId(Uuid::from_u128(8));
        Ok(work.tx.create_erasure(&request).await?)
    }
    .await);
    assert!(
        matches!(second, Err(Error::Store(StoreError::Exists { .. }))),
        "the database allows one open request: {second:?}"
    );
});

on_both!(
    an_admin_refuses_erasure_for_a_reason_that_is_read,
    |world| {
        let li = actor(&world, world.li, ActingFor::Own).await?;
        ask_erasure(&world, &li, world.li).await?;
        let refuse = async |note: &str| {
            act!(world.core, |work| erasure::refuse(
                work,
                &boss(),
                world.li,
                note
            )
            .await)
        };
        assert!(matches!(
            refusal(refuse(" ").await),
            Refusal::Field { field: "note", .. }
        ));
        refuse("依据《某法》第一条须保存").await?;
        assert_eq!(
            refusal(refuse("再次").await),
            Refusal::Rights(RightsRefusal::NotRequested)
        );
        let latest = (Instant(i64::MAX), NoticeId(Uuid::max()));
        let inbox = view!(world.core, |work| async {
            Ok(work.tx.list_notices(world.li, latest, 10).await?)
        }
        .await)?;
        assert!(
            inbox
                .iter()
                .any(|notice| notice.body.text.zh.contains("某法"))
        );
        ask_erasure(&world, &li, world.li).await?;
    }
);

on_both!(
    who_acts_for_another_sees_what_the_delegation_covers,
    |world| {
        let visits = installed(&world).await?;
        let mut secret = manifest("care/advice");
        secret.confidential = true;
        let id = world.enable(secret, b"another", Default::default()).await?;
        let advice = world.service(id).await?;
        let sight = async |person| {
            let login = view!(world.core, |work| Login::find(work, person).await)?.unwrap();
            let sight = Sight::of(&login, world.li)?;
            let seen = [Some(&visits), Some(&advice), None].map(|service| sight.covers(service));
            linli_core::Result::Ok(seen)
        };
        assert_eq!(sight(world.li).await?, [true, true, true]);
        assert_eq!(sight(world.daughter).await?, [true, false, false]);
        assert_eq!(refusal(sight(world.wang).await), Refusal::NotAllowed);
    }
);

on_both!(corrections_wait_for_those_who_decide_them, |world| {
    let li = actor(&world, world.li, ActingFor::Own).await?;
    let daughter = actor(&world, world.daughter, ActingFor::Own).await?;
    for (asks, of, day) in [
        (&li, world.li, "1946-03-02"),
        (&daughter, world.daughter, "1970-01-02"),
    ] {
        act!(world.core, |work| {
            correction::request(work, asks, of, Field::BirthDate, day, "写错了").await
        })?;
    }
    let waiting = async |actor: Actor, community| {
        let found = view!(world.core, |work| {
            correction::list_waiting(work, &actor, community, None, 10).await
        })?;
        linli_core::Result::Ok(
            found
                .into_iter()
                .map(|one| one.person_id)
                .collect::<Vec<_>>(),
        )
    };
    let (east, west) = (
        Admin::at_command_line().at(world.east).actor(),
        Admin::at_command_line().at(world.west).actor(),
    );
    assert_eq!(waiting(east, Some(world.east)).await?, [world.li]);
    assert!(waiting(west, Some(world.west)).await?.is_empty());
    assert_eq!(
        refusal(waiting(west, Some(world.east)).await),
        Refusal::NotAllowed
    );
    assert_eq!(refusal(waiting(east, None).await), Refusal::NotAllowed);
    assert_eq!(
        waiting(boss(), None).await?,
        [world.daughter],
        "who lives nowhere"
    );
});

on_both!(
    cases_and_enrolments_are_kept_for_three_years_and_longer_under_a_hold,
    |world| {
        let staff = crate::case::offices(&world).await?;
        let keeper = Admin::at_command_line().at(world.east).actor();
        let begun = world.core.now();
        let course = act!(world.core, |work| {
            course::create(work, &keeper, None, world.east, &crate::enrolment::draft(5)).await
        })?;
        for person in [world.li, world.wang] {
            let (own, chen) = (
                crate::case::resident(person),
                crate::case::staff(staff.chen, world.east),
            );
            let opening = crate::case::opening(&world);
            let target = crate::case::open(&world, &own, &opening).await?;
            let source = crate::case::open(&world, &own, &opening).await?;
            let under = case::Opening {
                parent: Some(source),
                ..opening
            };
            let sub_case = crate::case::open(&world, &chen, &under).await?;
            act!(world.core, |work| async {
                case::cancel(work, &chen, sub_case, "无需").await?;
                case::merge(work, &chen, source, target, "重复").await?;
                case::cancel(work, &chen, target, "无需").await
            }
            .await)?;
            let enrolment = act!(world.core, |work| {
                enrolment::enrol(work, &keeper, course, crate::enrolment::apply(person)).await
            })?;
            act!(world.core, |work| enrolment::cancel(
                work,
                &keeper,
                enrolment.id,
                ""
            )
            .await)?;
        }
        act!(world.core, |work| hold::place(
            work,
            &boss(),
            world.li,
            "诉讼",
            "某法"
        )
        .await)?;
        let held = async |table: &str, person| {
            let holding = linli_store::personal::Holding::of_table(table).unwrap();
            view!(world.core, |work| async {
                Ok(work.tx.count_held(holding, person).await?)
            }
            .await)
            .unwrap()
        };
        let kept_until = begun.plus_days(linli_store::personal::THREE_YEARS);
        world.clock.set(kept_until);
        retention::sweep(&world.core).await?;
        for table in ["case_file", "case_event", "enrolment", "enrolment_change"] {
            assert!(
                held(table, world.wang).await > 0,
                "{table} is kept to the last day"
            );
        }
        world.clock.set(kept_until.plus_minutes(1));
        // Sub-cases go before the cases above them, and what was merged before what it was merged into.
        for _ in 0..3 {
            retention::sweep(&world.core).await?;
        }
        assert_eq!(
            world
                .texts("SELECT 'x' FROM case_file WHERE opened_for IS NULL")
                .await?
                .len(),
            1,
            "what is under hers stays too"
        );
        for table in [
            "case_file",
            "case_party",
            "case_event",
            "enrolment",
            "enrolment_change",
        ] {
            assert_eq!(held(table, world.wang).await, 0, "{table}");
            assert!(held(table, world.li).await > 0, "{table} under a hold");
        }
        act!(world.core, |work| hold::lift(work, &boss(), world.li).await)?;
        for _ in 0..3 {
            retention::sweep(&world.core).await?;
        }
        assert!(world.texts("SELECT 'x' FROM case_file").await?.is_empty());
        for table in ["case_file", "case_party", "case_event", "enrolment"] {
            assert_eq!(held(table, world.li).await, 0, "{table} after the hold");
        }
    }
);

on_both!(the_audit_verifies_after_a_whole_erasure, |world| {
    let service = installed(&world).await?;
    agree(&world, &service, world.wang).await?;
    put(&world, &service, "wang", Some(world.wang)).await?;
    let wang = actor(&world, world.wang, ActingFor::Own).await?;
    act!(world.core, |work| async {
        let said = linli_core::need::Said {
            code: "meals".into(),
            note: "少盐".into(),
            ..Default::default()
        };
        let need = linli_core::need::record(work, &wang, world.wang, &said).await?;
        linli_core::need::correct(
            work,
            &wang,
            need.id,
            1,
            &linli_core::need::Said {
                note: "无糖".into(),
                ..said
            },
        )
        .await?;
        correction::request(work, &wang, world.wang, Field::Name, "王建军", "写错了").await?;
        let daughter = delegation::NewDelegation {
            resident: world.wang,
            delegate: world.daughter,
            kind: linli_domain::delegation::DelegationKind::Delegate,
            scope: linli_domain::delegation::Scope::all(),
            evidence: "王建国签字".into(),
            expires: None,
        };
        delegation::grant(work, &wang, &daughter).await?;
        Ok(())
    }
    .await)?;
    let staff = linli_world::worker(world.worker).actor(&service);
    act!(world.core, |work| {
        linli_core::emergency::declare(work, &service, &staff, world.wang, "王建国摔倒").await
    })?;
    // Somebody else's record in which a reference of his stands is theirs: it stays, and the reference opens nothing any more.
    let reference = world
        .core
        .references
        .seal(service.plugin(), world.wang)
        .unwrap();
    let text = format!("{{\"text\":\"{reference}\"}}");
    act!(world.core, |work| {
        record::put(
            work,
            &service,
            "notes",
            "shared",
            &text,
            Some(world.li),
            None,
        )
        .await
    })?;
    ask_erasure(&world, &wang, world.wang).await?;
    let report = erasure::execute(&world.core, &boss(), world.wang, None).await?;
    assert!(report["audit"]["blanked"].as_u64().unwrap() > 8, "{report}");
    let verify = async || view!(world.core, |work| audit::verify(work, None).await);
    while act!(world.core, |work| audit::seal(work).await)? > 0 {}
    let found = verify().await?;
    assert_eq!(found.broken, None);
    assert_eq!(
        (found.erased, found.unlinked),
        (
            i64::try_from(report["audit"]["blanked"].as_u64().unwrap())?,
            0
        )
    );
    let text = exported(&world, &boss(), world.wang).await?.to_string();
    for gone in ["王建", "少盐", "无糖", "摔倒", "13800000001"] {
        assert!(!text.contains(gone), "{gone} is still there: {text}");
    }
    assert!(get(&world, &service, "shared").await?);
    let opened = view!(world.core, |work| service
        .open_reference(work, &reference)
        .await);
    assert_eq!(refusal(opened), Refusal::NotFound("person"));
    // The same blanking by hand is no erasure.
    world
        .sql("UPDATE audit SET salt = NULL, detail = '{}' WHERE action = 'organisation.register'")
        .await?;
    assert!(matches!(
        verify().await?.broken,
        Some(audit::Broken::Blanked(_))
    ));
});

//! Qualifications, and what the host tells subscribers of them and of consents.

use jiff::civil::{Date, date};
use linli_core::consent::{self, Agreed};
use linli_core::qualification::{self, Shown};
use linli_core::{Admin, Login, Refusal, Result, Service, account, act, topic, view};
use linli_domain::topic::{CONSENT_CHANGED, QUALIFICATION_EXPIRED};
use linli_domain::*;
use linli_world::{World, installed, manifest, on_both, refusal, resident};
use std::collections::BTreeSet;
use uuid::Uuid;

const ME: Uuid = Uuid::from_u128(7);

/// What a service has been told since it last looked.
async fn told(world: &World, service: &Service, name: &str) -> Vec<PersonId> {
    let reader = service.id().0;
    act!(world.core, |work| async {
        topic::place(work).await?;
        let messages = topic::claim(work, reader, name, ME, 100).await?;
        if let Some(last) = messages.last() {
            topic::done(work, reader, name, ME, last.position.unwrap()).await?;
        }
        Result::Ok(messages.iter().map(|message| message.subject_id).collect())
    }
    .await)
    .unwrap()
}

async fn subscribe(world: &World, service: &Service, name: &str) -> Result<()> {
    act!(world.core, |work| topic::subscribe(
        work,
        service.id().0,
        name,
        world.east
    )
    .await)
}

fn nursing(world: &World, until: Date) -> Shown {
    Shown {
        person: world.worker,
        organisation: world.care,
        code: "nursing".into(),
        issuer: "市人社局 12 号".into(),
        valid_until: until,
    }
}

on_both!(
    a_qualification_that_runs_out_is_told_once_to_its_organisation,
    |world| {
        let visits = installed(&world).await?;
        let admin = Admin::at_command_line();
        act!(world.core, |work| async {
            let other = linli_core::organisation::register(
                work,
                &admin,
                "legal",
                &Localised::new("法援", "Legal"),
            )
            .await?;
            account::grant_staff_role(
                work,
                &admin,
                world.wang,
                other.id,
                Some(world.east),
                "lawyer",
            )
            .await
        }
        .await)?;
        let id = world
            .enable(manifest("legal/advice"), b"another", Default::default())
            .await?;
        let advice = world.service(id).await?;
        for service in [&visits, &advice] {
            subscribe(&world, service, QUALIFICATION_EXPIRED).await?;
        }
        let record = async |shown: Shown| {
            act!(world.core, |work| qualification::record(
                work, &admin, &shown
            )
            .await)
        };
        assert!(matches!(
            refusal(record(nursing(&world, date(2026, 11, 23))).await),
            Refusal::Field {
                field: "valid-until",
                ..
            }
        ));
        assert_eq!(
            refusal(
                record(Shown {
                    person: world.wang,
                    ..nursing(&world, date(2027, 1, 1))
                })
                .await
            ),
            Refusal::NotFound("person"),
            "she works elsewhere"
        );
        assert!(matches!(
            refusal(
                record(Shown {
                    issuer: " ".into(),
                    ..nursing(&world, date(2027, 1, 1))
                })
                .await
            ),
            Refusal::Field {
                field: "issuer",
                ..
            }
        ));
        record(nursing(&world, date(2026, 11, 24))).await?;
        let newer = record(nursing(&world, date(2026, 11, 26))).await?;
        let listed = view!(world.core, |work| qualification::list(
            work, &admin, world.care, None, 10
        )
        .await)?;
        assert_eq!(
            listed.iter().map(|one| one.id).collect::<Vec<_>>(),
            [newer],
            "in place of the older"
        );

        let tell = async || act!(world.core, |work| qualification::tell_expired(work).await);
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai")?;
        let over = Instant::from_civil(date(2026, 11, 27).at(0, 0, 0, 0), &zone).unwrap();
        world.clock.set(Instant(over.0 - 1));
        assert_eq!(tell().await?, 0, "it is valid to the end of its last day");
        world.clock.set(over);
        let (one, two) = tokio::join!(tell(), tell());
        assert_eq!((one? + two?, tell().await?), (1, 0));
        assert_eq!(
            told(&world, &visits, QUALIFICATION_EXPIRED).await,
            [world.worker]
        );
        assert!(
            told(&world, &advice, QUALIFICATION_EXPIRED)
                .await
                .is_empty()
        );

        let withdraw = async || {
            act!(world.core, |work| qualification::withdraw(
                work, &admin, newer
            )
            .await)
        };
        withdraw().await?;
        assert_eq!(
            refusal(withdraw().await),
            Refusal::NotFound("qualification")
        );
        let twice = world.sql("INSERT INTO qualification (id, person_id, organisation_id, code, issuer, valid_until, recorded) \
        SELECT id, person_id, organisation_id, code, issuer, valid_until, recorded FROM qualification").await;
        assert!(twice.is_err());
    }
);

on_both!(a_change_of_consent_is_told_to_that_plugin_alone, |world| {
    let visits = installed(&world).await?;
    let id = world
        .enable(manifest("care/meals"), b"another", Default::default())
        .await?;
    let meals = world.service(id).await?;
    for service in [&visits, &meals] {
        subscribe(&world, service, CONSENT_CHANGED).await?;
    }
    let agreed = Agreed {
        release: visits.digest.clone(),
        together: BTreeSet::from(["age".to_owned(), "phone".to_owned()]),
        ..Agreed::default()
    };
    let give = async || {
        act!(world.core, |work| consent::give(
            work,
            &visits,
            &resident(world.li),
            &agreed
        )
        .await)
    };
    give().await?;
    assert_eq!(
        told(&world, &visits, CONSENT_CHANGED).await,
        [world.li],
        "once for both fields"
    );
    give().await?;
    assert!(
        told(&world, &visits, CONSENT_CHANGED).await.is_empty(),
        "nothing changed"
    );
    let login = view!(world.core, |work| Login::find(work, world.li).await)?.unwrap();
    let consents = view!(world.core, |work| async {
        Ok(work.tx.list_consents(world.li).await?)
    }
    .await)?;
    let phone = consents.iter().find(|one| one.field == "phone").unwrap().id;
    act!(world.core, |work| consent::withdraw(
        work, &login, world.li, phone
    )
    .await)?;
    assert_eq!(told(&world, &visits, CONSENT_CHANGED).await, [world.li]);

    let expire = async || act!(world.core, |work| consent::tell_expired(work).await);
    world.clock.set(Instant(consents[0].expires.0 - 1));
    assert_eq!(expire().await?, 0);
    world.clock.set(consents[0].expires);
    assert_eq!(
        (expire().await?, expire().await?),
        (1, 0),
        "what was withdrawn does not run out"
    );
    assert_eq!(told(&world, &visits, CONSENT_CHANGED).await, [world.li]);
    assert!(told(&world, &meals, CONSENT_CHANGED).await.is_empty());
});

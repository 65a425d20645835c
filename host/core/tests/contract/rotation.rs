//! The key that seals is changed while the host runs.

use linli_core::key::{self, KeyRefusal};
use linli_core::store::keys::KeyFileError;
use linli_core::store::person::Person;
use linli_core::store::sealed::{COLUMNS, Column};
use linli_core::store::{Keyring, Keys, Store, StoreError};
use linli_core::{Actor, Core, Error, Refusal, act, view};
use linli_domain::PersonId;
use linli_world::{Result, World, on_both, refusal};
use uuid::Uuid;

/// Another process of the host, whose keys are in a file.
async fn process(world: &World) -> Result<Core> {
    let path = world.dir.path().join("linli.key");
    if !path.exists() {
        std::fs::write(&path, Keyring::generate([1; 32]).to_text())?;
    }
    let store = Store::open(&world.url, Keys::from_file(&path)?).await?;
    Ok(Core {
        store,
        ..world.core.clone()
    })
}

fn add_key(core: &Core, seed: u8) -> Result<u32> {
    let change = |ring: &Keyring| Ok::<_, KeyFileError>(ring.with_new_seal([seed; 32]));
    Ok(core.store.keys().change_file(change)?.newest())
}

async fn add_person(core: &Core, phone: &str) -> linli_core::Result<PersonId> {
    act!(core, |work| async {
        let person = Person {
            id: work.id(),
            name: "新人".into(),
            birth_date: None,
            sex: None,
            phone: Some(phone.into()),
            identity_number: None,
            care_level: None,
            household_id: None,
            community_id: None,
        };
        work.tx.create_person(&person).await?;
        Ok(person.id)
    }
    .await)
}

async fn phone(core: &Core, person: PersonId) -> linli_core::Result<Option<String>> {
    let found = view!(core, |work| async {
        Ok(work.tx.find_person(person).await?)
    }
    .await)?;
    Ok(found.and_then(|person| person.phone))
}

on_both!(
    an_interrupted_rotation_goes_on_while_others_write,
    |world| {
        let rotating = process(&world).await?;
        let serving = process(&world).await?;
        for number in 0..250 {
            add_person(&serving, &format!("139{number:08}")).await?;
        }
        assert_eq!(add_key(&rotating, 7)?, 2);
        assert!(key::start(&rotating, &Actor::host()).await?);
        let phones = |column: &&Column| column.name == "person.phone";
        let column = *COLUMNS.iter().find(phones).unwrap();
        let first = act!(rotating, |work| key::reseal(work, column, Uuid::nil())
            .await)?;
        assert_eq!(
            first.sealed, 100,
            "one batch, and then the process is killed"
        );
        rotating.store.close().await;

        // A process that has run all the while writes with the new key and reads both.
        let late = add_person(&serving, "13700000000").await?;
        assert_eq!(phone(&serving, late).await?.as_deref(), Some("13700000000"));
        assert_eq!(
            phone(&serving, world.li).await?.as_deref(),
            Some("13800000000")
        );
        let in_use = key::drop_old(&serving, &Actor::host()).await;
        let expected = KeyRefusal::InUse {
            version: 1,
            column: "person.phone",
        };
        assert_eq!(refusal(in_use), Refusal::Key(expected));

        let again = process(&world).await?;
        assert!(
            !key::start(&again, &Actor::host()).await?,
            "it has begun already"
        );
        let mut told = Vec::new();
        let rest = key::reseal_all(&again, |column, sealed| {
            told.push((column.to_owned(), sealed))
        })
        .await?;
        assert_eq!(
            (rest.sealed, rest.spoilt),
            (156, vec![]),
            "250 and the world's six, less one batch"
        );
        assert!(told.contains(&("person.phone".to_owned(), 156)), "{told:?}");
        assert_eq!(key::reseal_all(&again, |_, _| ()).await?.sealed, 0);
        assert_eq!(key::drop_old(&again, &Actor::host()).await?, [1]);
        again
            .store
            .keys()
            .change_file(|ring| Ok::<_, KeyFileError>(ring.without_seal(1)))?;
        let last = process(&world).await?;
        assert!(!last.store.keys().ring().has(1));
        assert_eq!(
            phone(&last, world.li).await?.as_deref(),
            Some("13800000000")
        );
        assert_eq!(
            phone(&serving, world.li).await?.as_deref(),
            Some("13800000000")
        );
        add_person(&serving, "13600000000").await?;
        let found = view!(last, |work| async {
            Ok(work
                .tx
                .list_persons_by_phone("13600000000", None, 2)
                .await?)
        }
        .await)?;
        assert_eq!(found.len(), 1, "fingerprints outlive the rotation");
        let backup = Keys::fixed(Keyring::generate([1; 32]));
        let error = Store::open(&world.url, backup).await.unwrap_err();
        assert!(
            matches!(error, StoreError::NoKey { version: 2, .. }),
            "{error}"
        );
    }
);

on_both!(a_process_without_the_new_key_says_what_to_do, |world| {
    let rotating = process(&world).await?;
    add_key(&rotating, 7)?;
    key::start(&rotating, &Actor::host()).await?;
    key::reseal_all(&rotating, |_, _| ()).await?;
    // The world's own process was given its keys and cannot read them again.
    let error = phone(&world.core, world.li).await.unwrap_err();
    assert!(
        matches!(error, Error::Store(StoreError::NoKey { version: 2, .. })),
        "{error}"
    );
    assert!(error.to_string().contains("copy the key file"), "{error}");
    let error = add_person(&world.core, "13900000000").await.unwrap_err();
    assert!(
        matches!(error, Error::Store(StoreError::NoKey { version: 2, .. })),
        "{error}"
    );
});

on_both!(two_machines_cannot_both_make_the_new_key, |world| {
    let mine = process(&world).await?;
    add_key(&mine, 7)?;
    let other = Keyring::generate([1; 32]).with_new_seal([8; 32]);
    let store = Store::open(&world.url, Keys::fixed(other)).await?;
    let other = Core {
        store,
        ..world.core.clone()
    };
    key::start(&mine, &Actor::host()).await?;
    act!(mine, |work| async {
        let before = work.tx.find_sealing_key().await?;
        assert_eq!(before, 2);
        Ok(())
    }
    .await)?;
    assert!(
        phone(&other, add_person(&mine, "13900000000").await?)
            .await
            .is_err()
    );
    let error = act!(other, |work| async {
        Ok(work.tx.set_sealing_key(2).await?)
    }
    .await)
    .unwrap_err();
    assert!(
        matches!(error, Error::Store(StoreError::OtherKeys { .. })),
        "{error}"
    );
});

on_both!(what_was_tampered_with_is_told_and_left, |world| {
    world.sql("UPDATE person SET phone = (SELECT phone FROM person WHERE name = '李秀英') WHERE name = '赵敏'").await?;
    let rotating = process(&world).await?;
    add_key(&rotating, 7)?;
    key::start(&rotating, &Actor::host()).await?;
    let done = key::reseal_all(&rotating, |_, _| ()).await?;
    assert_eq!(done.spoilt, [("person.phone", world.zhao.0)]);
    assert_eq!(
        phone(&rotating, world.li).await?.as_deref(),
        Some("13800000000")
    );
});

//! Phone, identity number and health notes are encrypted at rest.

use linli_core::store::need::Need;
use linli_core::store::person::Person;
use linli_core::store::{Keyring, Keys, Store, StoreError};
use linli_core::{Admin, Refusal, account, act, view};
use linli_domain::need::NeedState;
use linli_domain::{Locale, PersonId};
use linli_world::{Database, World, on_both, refusal};

const PHONE: &str = "13912345678";
const IDENTITY: &str = "11010519491231002X";
const NOTE: &str = "糖尿病，每天注射胰岛素";

fn person(id: PersonId, identity: Option<&str>) -> Person {
    Person {
        id,
        name: "孙桂芳".into(),
        birth_date: None,
        sex: None,
        phone: Some(PHONE.into()),
        identity_number: identity.map(str::to_owned),
        care_level: None,
        household_id: None,
        community_id: None,
    }
}

/// Adds a person with everything that is sealed.
async fn add(world: &World, login: &str, identity: Option<&str>) -> linli_core::Result<PersonId> {
    let admin = Admin::at_command_line();
    act!(world.core, |work| async {
        let person = person(work.id(), identity);
        account::create(work, &admin, &person, login, "$argon2id$", Locale::En).await?;
        let need = Need {
            id: work.id(),
            resident_id: person.id,
            code: "home-care".into(),
            note: NOTE.into(),
            version: 1,
            state: NeedState::Open,
            source: "staff".into(),
            plugin: None,
            review: jiff::civil::date(2027, 1, 1),
            objection: None,
            recorded: work.now,
            changed_by: None,
        };
        work.tx.create_need(&need).await?;
        Ok(person.id)
    }
    .await)
}

fn named(name: &str) -> String {
    format!("name = '{name}'")
}

/// Spoils a resident's phone.
async fn put_phone(world: &World, name: &str, bytes: &[u8]) -> linli_world::Result<()> {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let literal = match world.core.store.has_one_writer() {
        true => format!("x'{digits}'"),
        false => format!("'\\x{digits}'::bytea"),
    };
    world
        .sql(&format!(
            "UPDATE person SET phone = {literal} WHERE {}",
            named(name)
        ))
        .await?;
    Ok(())
}

fn refused(result: linli_core::Result<Option<Person>>, column: &str) {
    let error = result.unwrap_err();
    let told = match &error {
        linli_core::Error::Store(StoreError::Sealed { column, .. }) => Some(*column),
        _ => None,
    };
    assert_eq!(told, Some(column), "{error}");
}

async fn read(world: &World, person: PersonId) -> linli_core::Result<Option<Person>> {
    view!(world.core, |work| async {
        Ok(work.tx.find_person(person).await?)
    }
    .await)
}

on_both!(what_is_sealed_is_read_and_found_again, |world| {
    let id = add(&world, "sun", Some(" 11010519491231002x")).await?;
    let read = read(&world, id).await?.unwrap();
    assert_eq!(read.phone.as_deref(), Some(PHONE));
    assert_eq!(
        read.identity_number.as_deref(),
        Some(IDENTITY),
        "in normal form"
    );
    let (by_identity, by_phone, nobody) = view!(world.core, |work| async {
        Ok((
            work.tx.find_person_by_identity(IDENTITY).await?,
            work.tx
                .list_persons_by_phone("+86 139-1234-5678", None, 10)
                .await?,
            work.tx
                .list_persons_by_phone("13912345679", None, 10)
                .await?,
        ))
    }
    .await)?;
    assert_eq!(by_identity.as_ref(), Some(&read));
    assert_eq!((by_phone, nobody), (vec![read], vec![]));
});

on_both!(two_persons_never_have_one_identity_number, |world| {
    add(&world, "sun", Some(IDENTITY)).await?;
    let again = add(&world, "sun2", Some(IDENTITY)).await;
    assert!(matches!(
        refusal(again),
        Refusal::Field {
            field: "identity-number",
            ..
        }
    ));
    let wrong = add(&world, "sun3", Some("110105194912310020")).await;
    assert!(matches!(
        refusal(wrong),
        Refusal::Field {
            field: "identity-number",
            ..
        }
    ));
    let mut tx = world.core.store.begin(linli_core::Mode::Act).await?;
    let error = tx
        .create_person(&person(
            "00000000-0000-7000-8000-000000000007".parse()?,
            Some(IDENTITY),
        ))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Exists { .. }),
        "the database refuses it as well: {error}"
    );
    drop(tx);
    add(&world, "sun4", None).await?;
});

on_both!(
    a_sealed_value_that_was_moved_or_changed_is_refused,
    |world| {
        add(&world, "sun", Some(IDENTITY)).await?;
        let phone = format!("(SELECT phone FROM person WHERE {})", named("李秀英"));
        world
            .sql(&format!(
                "UPDATE person SET phone = {phone} WHERE {}",
                named("王建国")
            ))
            .await?;
        refused(read(&world, world.wang).await, "person.phone");
        assert!(read(&world, world.li).await?.is_some());
        // Into another column of the same row.
        world
            .sql(&format!(
                "UPDATE person SET identity_number = phone WHERE {}",
                named("李秀英")
            ))
            .await?;
        refused(read(&world, world.li).await, "person.identity_number");
        put_phone(&world, "赵敏", &[0, 0, 0, 1, 9, 9]).await?;
        refused(read(&world, world.zhao).await, "person.phone");
        // A key that nobody has.
        put_phone(&world, "赵敏", &[0, 0, 0, 9, 9, 9]).await?;
        let error = read(&world, world.zhao).await.unwrap_err();
        assert!(
            matches!(
                error,
                linli_core::Error::Store(StoreError::NoKey { version: 9, .. })
            ),
            "{error}"
        );
    }
);

on_both!(other_keys_are_refused_at_start, |world| {
    let error = Store::open(&world.url, Keys::fixed(Keyring::generate([2; 32])))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::OtherKeys { .. }), "{error}");
    let same = Store::open(&world.url, Keys::fixed(Keyring::generate([1; 32]))).await?;
    same.close().await;
    // A key that is new in the file but not yet in the database does no harm; one that the database uses must be there.
    let newer = Keyring::generate([1; 32]).with_new_seal([3; 32]);
    Store::open(&world.url, Keys::fixed(newer.clone()))
        .await?
        .close()
        .await;
    let error = Store::open(&world.url, Keys::fixed(newer.without_seal(1)))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::NoKey { version: 1, .. }),
        "{error}"
    );
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_of_sqlite_holds_the_plain_values() -> linli_world::Result<()> {
    let world = World::new(Database::Sqlite).await?;
    add(&world, "sun", Some(IDENTITY)).await?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(world.dir.path())? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        for plain in [PHONE, IDENTITY, NOTE] {
            let found = bytes
                .windows(plain.len())
                .any(|window| window == plain.as_bytes());
            assert!(!found, "{plain} stands in {}", path.display());
        }
        files.push((path, bytes));
    }
    let name = "孙桂芳".as_bytes();
    let is_wal = |path: &std::path::Path| path.extension().is_some_and(|end| end == "db-wal");
    let in_wal = files.iter().find(|(path, _)| is_wal(path)).unwrap();
    assert!(
        in_wal.1.windows(name.len()).any(|window| window == name),
        "the test looks where the row is"
    );
    Ok(())
}

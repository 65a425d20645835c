//! The schema of the last release, with data in it, is brought to the newest: nothing is lost, and everything opens.
//!
//! The dumps are made by `cargo xtask freeze`, at a release and never between: migrations up to there stay as they are.

use crate::case::{offices, opening, resolve, staff};
use crate::space::of;
use jiff::civil::date;
use linli_core::appointment::Booking;
use linli_core::need::Said;
use linli_core::{Admin, appointment, audit, case, need, view};
use linli_core::{act, booking, enrolment, record};
use linli_domain::appointment::AppointmentState;
use linli_domain::enrolment::EnrolmentState;
use linli_domain::space::SpaceRules;
use linli_domain::*;
use linli_store::sealed::COLUMNS;
use linli_world::{
    Database, HOUR, Result, World, core_on, dump, installed, postgres, resident, tomorrow,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The newest migration of the last release.
const RELEASED: &str = "0014";
const CASE: &str = "路灯不亮";
const NEED: &str = "少盐，牙口不好";

fn released(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations/released");
    folder.join(format!("{RELEASED}.{name}.sql"))
}

/// A little of what people leave behind, in a world that is the same each time.
async fn live(world: &World) -> Result<()> {
    let service = installed(world).await?;
    let offices = offices(world).await?;
    let li = of(world.li);
    let said = Said {
        code: "meals".into(),
        note: NEED.into(),
        ..Said::default()
    };
    let slot = Booking {
        calendar: world.calendar,
        range: tomorrow(10),
        resident: world.li,
        service: "bath".into(),
        title: Localised::new("助浴", "Bathing help"),
        rules: HOUR,
    };
    let file = crate::case::open(world, &li, &opening(world)).await?;
    resolve(world, &staff(offices.chen, world.east), file).await?;
    let room = crate::space::room(world, 2, SpaceRules::default()).await?;
    crate::space::book(world, room, world.li, tomorrow(14)).await?;
    let course = act!(world.core, |work| linli_core::course::create(
        work,
        &crate::enrolment::keeper(world),
        None,
        world.east,
        &crate::enrolment::draft(1)
    )
    .await)?;
    for person in [world.li, world.wang] {
        crate::enrolment::enrol(world, &crate::enrolment::keeper(world), course, person).await?;
    }
    act!(world.core, |work| async {
        need::record(work, &li, world.li, &said).await?;
        let caller = resident(world.li);
        appointment::book(work, &service, &caller, slot.clone()).await?;
        record::put(
            work,
            &service,
            "notes",
            "k",
            "{\"a\": 1}",
            Some(world.li),
            None,
        )
        .await?;
        Ok(())
    }
    .await)?;
    while act!(world.core, |work| audit::seal(work).await)? > 0 {}
    Ok(())
}

/// `cargo xtask freeze`: writes the dumps of the schema as it is now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it writes into the checkout; `cargo xtask freeze` runs it at a release"]
async fn freeze() -> Result<()> {
    for database in [Database::Sqlite, Database::Postgres] {
        let world = World::new(database).await?;
        live(&world).await?;
        world.core.store.close().await;
        if database == Database::Sqlite {
            std::fs::write(released("sqlite"), dump::dump(&world.url).await?)?;
            let ledger = dump::dump(&format!("{}.ledger", world.url)).await?;
            std::fs::write(released("sqlite.ledger"), ledger)?;
        } else {
            std::fs::write(released("postgres"), dump::dump(&world.url).await?)?;
        }
    }
    Ok(())
}

async fn migrated(database: Database) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let read = |name| std::fs::read_to_string(released(name));
    let url = match database {
        Database::Sqlite => {
            let url = format!("sqlite:{}", folder.path().join("linli.db").display());
            dump::restore(&url, &read("sqlite")?).await?;
            dump::restore(&format!("{url}.ledger"), &read("sqlite.ledger")?).await?;
            url
        }
        Database::Postgres => {
            let url = postgres::database()?;
            dump::restore(&url, &read("postgres")?).await?;
            url
        }
    };
    let before = dump::counts(&url).await?;
    let core = core_on(&url).await?;
    let after = dump::counts(&url).await?;
    for (table, count) in before
        .iter()
        .filter(|(table, _)| *table != "_sqlx_migrations")
    {
        assert!(
            after.get(table) >= Some(count),
            "{table}: {count} rows, now {:?}",
            after.get(table)
        );
    }
    assert!(
        before["person"] >= 6 && before["audit_link"] > 10,
        "{before:?}"
    );

    let people: BTreeMap<String, PersonId> = view!(core, |work| async {
        let mut people = BTreeMap::new();
        for login in ["li", "wang", "admin"] {
            let found = work.tx.find_account_by_login(login).await?;
            people.insert(login.to_owned(), found.unwrap().person_id);
        }
        Ok(people)
    }
    .await)?;
    let li = of(people["li"]);
    let (person, needs, files) = view!(core, |work| async {
        Ok((
            work.tx.find_person(people["li"]).await?.unwrap(),
            need::list(work, &li, people["li"], None, 10).await?,
            case::list_own(work, &li, None, 10).await?,
        ))
    }
    .await)?;
    assert_eq!(person.name, "李秀英");
    assert_eq!(person.phone.as_deref(), Some("13800000000"));
    assert_eq!(person.birth_date, Some(date(1946, 3, 1)));
    assert_eq!(needs.len(), 1);
    assert_eq!(needs[0].note, NEED);
    assert_eq!((files.len(), files[0].title.as_str()), (1, CASE));
    let page = view!(core, |work| case::page(work, &li, files[0].id).await)?;
    assert_eq!(page.case.state, linli_domain::case::CaseState::Resolved);

    let (visits, rooms, places) = view!(core, |work| async {
        let visits = work
            .tx
            .list_open_appointments_of(people["li"], work.now)
            .await?;
        let rooms = booking::list_of_resident(work, &li, people["li"], work.now, None, 10).await?;
        let mut places = Vec::new();
        for login in ["li", "wang"] {
            let person = people[login];
            places.extend(enrolment::list_of_resident(work, &of(person), person, None, 10).await?);
        }
        Ok((visits, rooms, places))
    }
    .await)?;
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].state, AppointmentState::Booked);
    assert_eq!(visits[0].starts, tomorrow(10).starts);
    assert_eq!(rooms.len(), 1);
    let states: Vec<_> = places.iter().map(|place| place.state).collect();
    assert_eq!(states, [EnrolmentState::Enrolled, EnrolmentState::Waiting]);

    // The chain holds, every sealed value opens with the keys of then, and the host works on.
    let verified = view!(core, |work| audit::verify(work, None).await)?;
    assert!(
        verified.broken.is_none() && verified.links > 10,
        "{verified:?}"
    );
    let district = Admin::at_command_line().actor();
    for column in COLUMNS {
        view!(core, |work| async {
            let first = uuid::Uuid::nil();
            // No key has that version: all of them.
            for value in work
                .tx
                .list_sealed_otherwise(*column, 0, first, 100)
                .await?
            {
                work.tx.unseal(column.name, value.id, &value.value)?;
            }
            Ok(())
        }
        .await)?;
    }
    act!(core, |work| need::record(
        work,
        &district,
        people["wang"],
        &Said {
            code: "company".into(),
            note: "独居".into(),
            ..Said::default()
        }
    )
    .await)?;
    core.store.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_release_with_data_is_brought_up_to_date_sqlite() -> Result<()> {
    migrated(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_release_with_data_is_brought_up_to_date_postgres() -> Result<()> {
    migrated(Database::Postgres).await
}

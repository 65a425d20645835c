//! A whole server is killed under load: every visit that it acknowledged is there, whole; a post that it did not answer is
//! answered when it is sent again, and does nothing twice; every timer's effect happens once.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

use anyhow::Result;
use linli_core::store::person::Person;
use linli_core::{
    Admin, Service, account, act, audit, calendar, organisation, record, timer, view,
};
use linli_domain::random::Stream;
use linli_domain::*;
use linli_registry::inspect;
use linli_tests::hostile;
use linli_tests::html::Form;
use linli_tests::process::Server;
use linli_tests::site::{Client, HOME_CARE, Site};
use linli_world::{Database, PASSWORD, World, core_on, keyring, office_hours};
use reqwest::StatusCode;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often the server is killed on each database.
const KILLS: u32 = 6;
/// How many timers come due in each of its lives.
const TIMERS: u32 = 12;
/// Within how many milliseconds of load it is killed.
const WITHIN: u64 = 1_500;
/// Who books.
const PEOPLE: [&str; 2] = ["li", "wang"];

/// What browsers saw.
#[derive(Default)]
struct Seen {
    /// Addresses of visits that were acknowledged.
    visits: BTreeSet<String>,
    /// Forms that were posted and not answered, and by whom.
    unanswered: Vec<(usize, Form)>,
}

/// A site with home care and more care workers, and the plugin whose timers write; nothing of it runs in this process.
async fn found(database: Database) -> Result<(Site, InstallationId, Service)> {
    let site = Site::with_home_care(database).await?;
    for name in PEOPLE {
        site.consenting(name).await?;
    }
    let (world, admin) = (&site.world, Admin::at_command_line());
    let hash = account::hash_password(&mut Stream::new([3; 32]), PASSWORD).await?;
    act!(world.core, |work| async {
        let jinhui = organisation::find(work, "jinhui").await?.id;
        for name in ["孙护理", "钱护理", "郑护理"] {
            let person = Person {
                id: work.id(),
                name: name.into(),
                birth_date: None,
                sex: None,
                phone: None,
                identity_number: None,
                care_level: None,
                household_id: None,
                community_id: None,
            };
            let login = person.id.to_string();
            account::create(work, &admin, &person, &login, &hash, Locale::En).await?;
            let (id, east, role) = (person.id, world.east, "care-worker");
            account::grant_staff_role(work, &admin, id, jinhui, Some(east), role).await?;
            let calendar = calendar::create(work, jinhui, east, id, role, name).await?;
            calendar::put_hours(work, calendar, &office_hours(), None).await?;
        }
        Ok(())
    }
    .await)?;
    let bytes = hostile::component(hostile::WRITES_WHEN_FIRED, "care/fires", "1.0.0");
    let inspected = inspect(&bytes)?;
    let permissions = inspected.permissions();
    let fires = world
        .enable(inspected.manifest, &bytes, permissions)
        .await?;
    let care = view!(world.core, |work| linli_core::installation::find(
        work,
        &"jinhui/eldercare".parse().unwrap(),
        "east"
    )
    .await)?;
    let care = world.service(care.id).await?;
    std::fs::write(world.dir.path().join("linli.key"), keyring().to_text())?;
    world.core.store.close().await;
    Ok((site, fires, care))
}

fn start(world: &World) -> Result<Server> {
    let data = world.dir.path().to_str().unwrap().to_owned();
    Server::start(["serve", "--data", &data, "--database", &world.url])
}

/// Sets timers that are due, while no server runs.
async fn set_timers(url: &str, fires: InstallationId, life: u32) -> Result<()> {
    let core = core_on(url).await?;
    act!(core, |work| async {
        let service = Service::find(work, fires).await?.unwrap();
        for number in 0..TIMERS {
            let key = format!("{life}-{number}");
            timer::set(work, &service, &key, Instant(0), "").await?;
        }
        Ok(())
    }
    .await)?;
    core.store.close().await;
    Ok(())
}

/// Books one visit after another until the server is gone.
async fn load(client: Client, who: usize) -> Seen {
    let mut seen = Seen::default();
    for turn in 0.. {
        let Ok(page) = client.get(&format!("{HOME_CARE}/book?offer=bathing")).await else {
            break;
        };
        let form = page.action("book").unwrap();
        let offered: Vec<String> = form
            .offered("f.slot")
            .into_iter()
            .map(str::to_owned)
            .collect();
        // The two want different slots, mostly.
        let slot = &offered[(turn * 7 + who * 3) % offered.len()];
        let form = form.with("f.slot", slot).with("f.wish", "");
        match client.post_form(&form).await {
            Ok(answer) if answer.status == StatusCode::SEE_OTHER => {
                seen.visits.insert(answer.leads_to().unwrap().to_owned());
            }
            // Somebody else was faster.
            Ok(answer) => assert!(answer.status.is_success() || answer.status.is_client_error()),
            Err(_) => {
                seen.unanswered.push((who, form));
                break;
            }
        }
    }
    seen
}

async fn log_in(server: &Server, name: &str) -> Result<Client> {
    let client = Client::new(server.url.trim_start_matches("http://").parse()?)?;
    let answer = client.log_in(name, PASSWORD, "").await?;
    anyhow::ensure!(answer.status == StatusCode::SEE_OTHER, "{}", answer.main());
    Ok(client)
}

/// One life of the server: posts again what was not answered, books under load, is killed.
async fn live(world: &World, seen: &mut Seen, moment: Duration) -> Result<()> {
    let server = start(world)?;
    let mut clients = Vec::new();
    for name in PEOPLE {
        clients.push(log_in(&server, name).await?);
    }
    for (who, form) in std::mem::take(&mut seen.unanswered) {
        let answer = clients[who].post_form(&form).await?;
        if answer.status == StatusCode::SEE_OTHER {
            seen.visits.insert(answer.leads_to()?.to_owned());
        }
    }
    let tasks: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(who, client)| tokio::spawn(load(client, who)))
        .collect();
    tokio::time::sleep(moment).await;
    drop(server);
    for task in tasks {
        let one = task.await?;
        seen.visits.extend(one.visits);
        seen.unanswered.extend(one.unanswered);
    }
    Ok(())
}

async fn killed(database: Database) -> Result<()> {
    let (site, fires, care) = found(database).await?;
    let world = &site.world;
    let seed = std::env::var("LINLI_KILL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_124_u64);
    eprintln!("LINLI_KILL_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut moments = Stream::new(bytes);
    let mut seen = Seen::default();
    for life in 0..KILLS {
        set_timers(&world.url, fires, life).await?;
        let moment = Duration::from_millis(moments.below(WITHIN));
        live(world, &mut seen, moment).await?;
    }
    eprintln!("{} visits were acknowledged", seen.visits.len());
    assert!(seen.visits.len() >= 5, "there was a load");

    // It lives on: whoever was told of a visit finds it, and what was to be done is done.
    let server = start(world)?;
    let mut clients = Vec::new();
    for name in PEOPLE {
        clients.push(log_in(&server, name).await?);
    }
    for visit in &seen.visits {
        let mut found = 0;
        for client in &clients {
            let page = client.get(visit).await?;
            found += usize::from(page.status == StatusCode::OK && page.text.contains("Booked"));
        }
        assert_eq!(found, 1, "{visit} is whose it is");
    }
    let core = core_on(&world.url).await?;
    let fired = async |core: &linli_core::Core| -> Result<(i64, usize)> {
        Ok(view!(core, |work| async {
            let service = Service::find(work, fires).await?.unwrap();
            let found = record::find(work, &service, "notes", "k").await?;
            let left = work.tx.list_due_timers(work.now, 100).await?;
            let left = left
                .iter()
                .filter(|timer| timer.installation_id == fires)
                .count();
            Ok((found.map_or(0, |found| found.version), left))
        }
        .await)?)
    };
    for _ in 0..300 {
        if fired(&core).await?.1 == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        fired(&core).await?,
        (i64::from(KILLS * TIMERS), 0),
        "each timer wrote once"
    );
    drop(server);

    // Nothing is half there: each visit has its history, its notices and its timer.
    let (visits, told, timers) = view!(core, |work| async {
        let (mut visits, mut told) = (Vec::new(), 0);
        for person in [world.li, world.wang] {
            visits.extend(
                work.tx
                    .list_open_appointments(person, care.id(), Instant(0))
                    .await?,
            );
            let end = (Instant(i64::MAX), NoticeId(uuid::Uuid::max()));
            let notices = work.tx.list_notices(person, end, 10_000).await?;
            let booked = |notice: &&linli_core::store::notice::Notice| {
                notice.title.text.en.starts_with("Booked")
            };
            told += notices.iter().filter(booked).count();
        }
        for visit in &visits {
            let changes = work.tx.list_appointment_changes(visit.id).await?;
            assert_eq!(changes.len(), 1, "{visit:?}");
        }
        let timers = work.tx.count_other_timers(care.id(), "").await?;
        Ok((visits.len(), told, timers))
    }
    .await)?;
    assert!(visits >= seen.visits.len());
    assert_eq!(
        (told, timers),
        (visits, i64::try_from(visits)?),
        "of {visits} visits"
    );
    let verified = view!(core, |work| audit::verify(work, None).await)?;
    assert!(verified.broken.is_none(), "{verified:?}");
    core.store.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_killed_under_load_sqlite() -> Result<()> {
    killed(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_killed_under_load_postgres() -> Result<()> {
    killed(Database::Postgres).await
}

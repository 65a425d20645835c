//! `kill -9` at any moment loses nothing that was acknowledged, leaves nothing half there, and has every job done once.
//!
//! The test starts itself again as a process that writes and works through the outbox and a topic under load, kills it at
//! moments drawn from a seed, which it prints (`LINLI_KILL_SEED` sets it), and reads what the database holds then.

use linli_core::outbox::{self, Outcome};
use linli_core::{Core, References, Service, act, notice, record, topic, view};
use linli_domain::notice::DeliveryState;
use linli_domain::random::{SeededRandom, Stream};
use linli_domain::time::ManualClock;
use linli_domain::topic::MOVED_IN;
use linli_domain::*;
use linli_store::notice::Notice;
use linli_store::{Keyring, Keys, Store};
use linli_world::{Database, NOW, Result, World, installed};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often a process is killed on each database.
const KILLS: usize = 100;
/// The subscriber of the topic.
const READER: Uuid = Uuid::from_u128(7);
/// What the notices say.
const OURS: &str = "written under load";
/// How much later it is after each kill: longer than any claim holds.
const LATER_MINUTES: i64 = 10;
/// How many of the child's tasks write at once.
const WRITERS: u64 = 4;

/// What the child needs to know.
#[derive(Clone)]
struct Orders {
    url: String,
    run: u64,
    installation: InstallationId,
    person: PersonId,
    community: CommunityId,
}

impl Orders {
    fn command(&self, crash_at: Option<&str>) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["kill::the_process_that_is_killed", "--exact", "--nocapture"])
            .env("LINLI_KILL_URL", &self.url)
            .env("LINLI_KILL_RUN", self.run.to_string())
            .env("LINLI_KILL_INSTALLATION", self.installation.to_string())
            .env("LINLI_KILL_PERSON", self.person.to_string())
            .env("LINLI_KILL_COMMUNITY", self.community.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(point) = crash_at {
            command.env("LINLI_CRASH_AT", point);
        }
        command
    }

    fn read() -> Option<Self> {
        let var = |name: &str| std::env::var(name).ok();
        Some(Self {
            url: var("LINLI_KILL_URL")?,
            run: var("LINLI_KILL_RUN")?.parse().ok()?,
            installation: var("LINLI_KILL_INSTALLATION")?.parse().ok()?,
            person: var("LINLI_KILL_PERSON")?.parse().ok()?,
            community: var("LINLI_KILL_COMMUNITY")?.parse().ok()?,
        })
    }

    /// The host as it is in this run: later than in the one before, with ids of its own.
    async fn core(&self) -> Result<Core> {
        let ring = Keyring::generate([1; 32]);
        let references = References::new(ring.reference());
        let minutes = i64::try_from(self.run)? * LATER_MINUTES;
        Ok(Core {
            store: Store::open(&self.url, Keys::fixed(ring)).await?,
            clock: Arc::new(ManualClock::new(NOW.plus_minutes(minutes))),
            random: Arc::new(SeededRandom::new(1_000 + self.run)),
            references: Arc::new(references),
        })
    }
}

/// Says something to the test, at once.
fn say(word: &str, what: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{word} {what}").unwrap();
    out.flush().unwrap();
}

/// Not a test of its own: what the others start and kill. Without orders it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_is_killed() -> Result<()> {
    let Some(orders) = Orders::read() else {
        return Ok(());
    };
    let core = orders.core().await?;
    say("READY", orders.run);
    let service = service(&core, &orders).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (core, orders, service) = (core.clone(), orders.clone(), service.clone());
        tasks.spawn(async move {
            loop {
                if let Some(id) = won(write(&core, &orders, &service).await) {
                    say("WRITTEN", id);
                }
            }
        });
    }
    let owner = Stream::new(core.seed()).uuid(core.now());
    let (sender, reader) = (core.clone(), core.clone());
    tasks.spawn(async move {
        loop {
            won(send(&sender, owner).await);
        }
    });
    tasks.spawn(async move {
        loop {
            won(count(&reader, &orders, &service, owner).await);
        }
    });
    // None of them ends by itself.
    if let Some(ended) = tasks.join_next().await {
        ended?;
    }
    Ok(())
}

/// What was done; none where too many races were lost or the database was too busy, which under this load is no fault.
fn won<T>(done: linli_core::Result<T>) -> Option<T> {
    match done {
        Err(error) if error.is_conflict() || error.is_busy() => None,
        done => Some(done.unwrap()),
    }
}

async fn service(core: &Core, orders: &Orders) -> Result<Service> {
    let id = orders.installation;
    Ok(view!(core, |work| Service::find(work, id).await)?.unwrap())
}

/// One unit of work that touches four tables: a notice with its delivery, a message of a topic, and a number in a record
/// that is read and written back.
async fn write(core: &Core, orders: &Orders, service: &Service) -> linli_core::Result<NoticeId> {
    act!(core, |work| async {
        let text = || Localised::new("文", OURS);
        let id = notice::tell(
            work,
            orders.person,
            None,
            text(),
            text(),
            Urgency::Urgent,
            None,
        )
        .await?;
        topic::publish_host(work, MOVED_IN, orders.community, orders.person).await?;
        add(work, service, "written", 1).await?;
        Ok(id)
    }
    .await)
}

/// Adds to a number in a record.
async fn add(
    work: &mut linli_core::Work,
    service: &Service,
    key: &str,
    more: u64,
) -> linli_core::Result<()> {
    let found = record::find(work, service, "notes", key).await?;
    let now = found.and_then(|found| found.document.as_u64()).unwrap_or(0);
    let next = (now + more).to_string();
    record::put(work, service, "notes", key, &next, None, None).await?;
    Ok(())
}

/// The job whose effect is outside: each message is said, under its id.
async fn send(core: &Core, owner: Uuid) -> linli_core::Result<usize> {
    let claimed = act!(core, |work| outbox::claim(work, owner, None, 3).await)?;
    for message in &claimed {
        say("SENT", message.id);
        act!(core, |work| outbox::conclude(
            work,
            owner,
            message.id,
            &Outcome::Sent
        )
        .await)?;
    }
    Ok(claimed.len())
}

/// The job whose effect is in the database: each message of the topic is counted, in the unit of work that is done with it.
async fn count(
    core: &Core,
    orders: &Orders,
    service: &Service,
    owner: Uuid,
) -> linli_core::Result<usize> {
    act!(core, |work| topic::place(work).await)?;
    let messages = act!(core, |work| topic::claim(work, READER, MOVED_IN, owner, 5)
        .await)?;
    let Some(last) = messages.last().and_then(|message| message.position) else {
        return Ok(0);
    };
    debug_assert_eq!(orders.community, messages[0].community_id);
    let more = u64::try_from(messages.len()).unwrap();
    act!(core, |work| async {
        add(work, service, "counted", more).await?;
        if topic::done(work, READER, MOVED_IN, owner, last).await? {
            Ok(())
        } else {
            Err(linli_core::Error::Internal("somebody else has it".into()))
        }
    }
    .await)?;
    Ok(messages.len())
}

/// What processes that are dead by now said.
#[derive(Default)]
struct Said {
    written: BTreeSet<NoticeId>,
    sent: BTreeMap<DeliveryId, u32>,
}

impl Said {
    /// Reads what a process says until it is dead; kills it after a while, counted from when it is ready or from its start.
    fn hear(&mut self, mut child: Child, kill: Option<(bool, Duration)>) {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut rest = Vec::new();
        if let Some((from_ready, after)) = kill {
            if from_ready {
                let first = lines.by_ref().map_while(std::io::Result::ok);
                rest.extend(first.take_while(|line| !line.starts_with("READY ")));
            }
            std::thread::sleep(after);
            child.kill().unwrap();
        }
        // The pipe holds what was said until then; a line that was cut off was not said.
        rest.extend(lines.map_while(std::io::Result::ok));
        for line in rest {
            let words = line.split_once(' ');
            match words {
                Some(("WRITTEN", id)) if id.len() == 36 => {
                    self.written.insert(id.parse().unwrap());
                }
                Some(("SENT", id)) if id.len() == 36 => {
                    *self.sent.entry(id.parse().unwrap()).or_default() += 1;
                }
                _ => {}
            }
        }
        let ended = child.wait().unwrap();
        assert!(!ended.success(), "it died: {ended}");
    }
}

/// What the database holds must be whole: each unit of work entirely or not at all, all that was acknowledged, no effect
/// twice.
async fn check(core: &Core, orders: &Orders, said: &Said) -> Result<usize> {
    let service = service(core, orders).await?;
    let (notices, messages, written, counted) = view!(core, |work| async {
        let end = (Instant(i64::MAX), NoticeId(Uuid::max()));
        let notices = work.tx.list_notices(orders.person, end, 100_000).await?;
        let placed = work
            .tx
            .list_topic_messages(Uuid::nil(), MOVED_IN, orders.community, 0, 100_000)
            .await?;
        let mut numbers = Vec::new();
        for key in ["written", "counted"] {
            let found = record::find(work, &service, "notes", key).await?;
            let number = found.and_then(|found| found.document.as_u64());
            numbers.push(usize::try_from(number.unwrap_or(0)).unwrap());
        }
        Ok((notices, placed.len(), numbers[0], numbers[1]))
    }
    .await)?;
    let ours = notices.iter().filter(|notice| is_ours(notice));
    let there: BTreeSet<_> = ours.map(|notice| notice.id).collect();
    let lost: Vec<_> = said.written.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(
        written,
        there.len(),
        "each unit of work wrote all or nothing"
    );
    assert!(messages <= written && counted <= messages);
    Ok(there.len())
}

/// Whether this test sent it, not the district that was founded for it.
fn is_ours(notice: &Notice) -> bool {
    notice.title.text.en == OURS
}

/// Works off what is left, and sees that each message has had its effect once.
async fn finish(orders: &Orders, said: &mut Said) -> Result<()> {
    let core = orders.core().await?;
    let service = service(&core, orders).await?;
    let owner = Uuid::from_u128(9);
    while count(&core, orders, &service, owner).await? > 0 {}
    loop {
        let claimed = act!(core, |work| outbox::claim(work, owner, None, 50).await)?;
        if claimed.is_empty() {
            break;
        }
        for message in claimed {
            *said.sent.entry(message.id).or_default() += 1;
            let sent = act!(core, |work| outbox::conclude(
                work,
                owner,
                message.id,
                &Outcome::Sent
            )
            .await)?;
            assert!(sent);
        }
    }
    let written = check(&core, orders, said).await?;
    let (counted, messages, deliveries) = view!(core, |work| async {
        let found = record::find(work, &service, "notes", "counted").await?;
        let messages = work
            .tx
            .list_topic_messages(Uuid::nil(), MOVED_IN, orders.community, 0, 100_000)
            .await?;
        let end = (Instant(i64::MAX), NoticeId(Uuid::max()));
        let mut deliveries = Vec::new();
        let notices = work.tx.list_notices(orders.person, end, 100_000).await?;
        for notice in notices.iter().filter(|notice| is_ours(notice)) {
            deliveries.extend(work.tx.list_deliveries_of_notice(notice.id).await?);
        }
        let counted = found.and_then(|found| found.document.as_u64());
        Ok((counted.unwrap_or(0), messages.len(), deliveries))
    }
    .await)?;
    assert_eq!(
        (usize::try_from(counted)?, messages),
        (written, written),
        "each message was counted once"
    );
    assert_eq!(deliveries.len(), written, "each notice goes out once");
    for delivery in &deliveries {
        assert_eq!(delivery.state, DeliveryState::Sent);
        assert!(
            said.sent.contains_key(&delivery.id),
            "{delivery:?} never left"
        );
    }
    let again = said.sent.values().filter(|times| **times > 1).count();
    eprintln!("{written} units of work; {again} messages went out again, under the same id");
    core.store.close().await;
    Ok(())
}

/// Draws moments from the seed that is printed.
pub fn draw() -> Stream {
    let seed = std::env::var("LINLI_KILL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_124_u64);
    eprintln!("LINLI_KILL_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    Stream::new(bytes)
}

async fn begin(database: Database) -> Result<(World, Orders)> {
    let world = World::new(database).await?;
    let service = installed(&world).await?;
    act!(world.core, |work| topic::subscribe(
        work, READER, MOVED_IN, world.east
    )
    .await)?;
    let orders = Orders {
        url: world.url.clone(),
        run: 0,
        installation: service.id(),
        person: world.li,
        community: world.east,
    };
    // Nothing of this process touches the database while the others do.
    world.core.store.close().await;
    Ok((world, orders))
}

async fn killed_at_any_moment(database: Database) -> Result<()> {
    let (_world, mut orders) = begin(database).await?;
    let (mut moments, mut said) = (draw(), Said::default());
    for kill in 0..KILLS {
        orders.run += 1;
        let child = orders.command(None).spawn()?;
        // One in five dies while it is still opening the database.
        let from_ready = kill % 5 != 0;
        let after = Duration::from_micros(moments.below(150_000));
        said = tokio::task::spawn_blocking(move || {
            said.hear(child, Some((from_ready, after)));
            said
        })
        .await?;
        if kill % 20 == 19 {
            orders.run += 1;
            let core = orders.core().await?;
            check(&core, &orders, &said).await?;
            core.store.close().await;
        }
    }
    orders.run += 1;
    finish(&orders, &mut said).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_a_hundred_times_under_load_sqlite() -> Result<()> {
    killed_at_any_moment(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_a_hundred_times_under_load_postgres() -> Result<()> {
    killed_at_any_moment(Database::Postgres).await
}

async fn killed_at_points(database: Database) -> Result<()> {
    let (_world, mut orders) = begin(database).await?;
    let (mut times, mut said) = (draw(), Said::default());
    for point in [
        "commit.before",
        "commit.after",
        "delivery.claim",
        "topic.claim",
    ] {
        for _ in 0..5 {
            orders.run += 1;
            let point = format!("{point}:{}", 1 + times.below(20));
            let child = orders.command(Some(&point)).spawn()?;
            said = tokio::task::spawn_blocking(move || {
                said.hear(child, None);
                said
            })
            .await?;
        }
        orders.run += 1;
        let core = orders.core().await?;
        check(&core, &orders, &said).await?;
        core.store.close().await;
    }
    orders.run += 1;
    finish(&orders, &mut said).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_inside_commits_and_claims_sqlite() -> Result<()> {
    killed_at_points(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_inside_commits_and_claims_postgres() -> Result<()> {
    killed_at_points(Database::Postgres).await
}

async fn killed_while_migrating(database: Database) -> Result<()> {
    let mut moments = draw();
    for _ in 0..6 {
        let dir = tempfile::tempdir()?;
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", dir.path().join("linli.db").display()),
            Database::Postgres => linli_world::postgres::database()?,
        };
        let orders = Orders {
            url,
            run: 1,
            installation: InstallationId(Uuid::nil()),
            person: PersonId(Uuid::nil()),
            community: CommunityId(Uuid::nil()),
        };
        // Again and again in the same empty database, until one comes through.
        for _ in 0..4 {
            let after = Duration::from_micros(moments.below(150_000));
            let child = orders.command(None).spawn()?;
            tokio::task::spawn_blocking(move || Said::default().hear(child, Some((false, after))))
                .await?;
        }
        let core = orders.core().await?;
        let district = view!(core, |work| async { Ok(work.tx.find_district().await?) }
            .await)?;
        assert!(district.is_none(), "it is whole, and empty");
        core.store.close().await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_migrating_sqlite() -> Result<()> {
    killed_while_migrating(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_migrating_postgres() -> Result<()> {
    killed_while_migrating(Database::Postgres).await
}

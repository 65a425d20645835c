//! Five hundred want the same at once, from several processes that share one PostgreSQL: exactly the capacity succeeds, and
//! every loser is told why.
//!
//! The test starts itself again as processes that open the database, say so, wait for the word, and then all try at once.

use jiff::civil::date;
use linli_core::appointment::{self, Booking};
use linli_core::booking::{self, Party};
use linli_core::course;
use linli_core::enrolment::{self, Application};
use linli_core::space::{self, SpaceInput, SpaceRefusal};
use linli_core::{Actor, Admin, Channel, Core, Office, Refusal, Service, act, calendar, view};
use linli_domain::enrolment::{CourseKind, EnrolmentState, WaitingRule};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::WorkingHours;
use linli_domain::space::SpaceRules;
use linli_domain::*;
use linli_store::person::Person;
use linli_world::{
    Database, HOUR, Result, World, core_on, installed, office_hours, resident, tomorrow,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use uuid::Uuid;

/// How many processes race.
const PROCESSES: usize = 4;
/// How many attempts each makes at once: 500 in all.
const EACH: usize = 125;

/// What is raced for: `slot`, `space` or `course`, and the ids that it takes.
struct Orders {
    url: String,
    what: String,
    thing: Uuid,
    installation: InstallationId,
    community: CommunityId,
    people: Vec<PersonId>,
}

impl Orders {
    fn command(&self, people: &[PersonId]) -> Command {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["race::a_process_that_races", "--exact", "--nocapture"])
            .env("LINLI_RACE_URL", &self.url)
            .env("LINLI_RACE_WHAT", &self.what)
            .env("LINLI_RACE_THING", self.thing.to_string())
            .env("LINLI_RACE_INSTALLATION", self.installation.to_string())
            .env("LINLI_RACE_COMMUNITY", self.community.to_string())
            .env("LINLI_RACE_PEOPLE", people.join(","))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    fn read() -> Option<Self> {
        let var = |name: &str| std::env::var(name).ok();
        Some(Self {
            url: var("LINLI_RACE_URL")?,
            what: var("LINLI_RACE_WHAT")?,
            thing: var("LINLI_RACE_THING")?.parse().ok()?,
            installation: var("LINLI_RACE_INSTALLATION")?.parse().ok()?,
            community: var("LINLI_RACE_COMMUNITY")?.parse().ok()?,
            people: var("LINLI_RACE_PEOPLE")?
                .split(',')
                .map(|id| id.parse().ok())
                .collect::<Option<_>>()?,
        })
    }
}

/// Says something to the test, at once.
fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nRACE {word}").unwrap();
    out.flush().unwrap();
}

/// Not a test of its own: what the others start. Without orders it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_races() -> Result<()> {
    let Some(orders) = Orders::read() else {
        return Ok(());
    };
    let core = core_on(&orders.url).await?;
    let id = orders.installation;
    let service = view!(core, |work| Service::find(work, id).await)?.unwrap();
    let orders = Arc::new(orders);
    say("ready");
    let mut word = String::new();
    std::io::stdin().read_line(&mut word)?;
    let mut racers = tokio::task::JoinSet::new();
    for at in 0..orders.people.len() {
        let (core, service, orders) = (core.clone(), service.clone(), orders.clone());
        racers.spawn(async move { attempt(&core, &service, &orders, orders.people[at]).await });
    }
    while let Some(outcome) = racers.join_next().await {
        say(&outcome?);
    }
    core.store.close().await;
    Ok(())
}

/// What became of an attempt, in a word.
async fn attempt(core: &Core, service: &Service, orders: &Orders, person: PersonId) -> String {
    let outcome = match orders.what.as_str() {
        "slot" => {
            let booking = Booking {
                calendar: CalendarId(orders.thing),
                range: tomorrow(10),
                resident: person,
                service: "bath".into(),
                title: Localised::new("助浴", "Bathing help"),
                rules: HOUR,
            };
            let caller = resident(person);
            act!(core, |work| appointment::book(
                work,
                service,
                &caller,
                booking.clone()
            )
            .await)
            .map(|_| "won")
        }
        "space" => {
            let draft = booking::Draft {
                space: SpaceId(orders.thing),
                range: tomorrow(10),
                party: Party::Resident(person),
                title: "下棋".into(),
                persons: 2,
            };
            let actor = Actor {
                person: Some(person),
                subject: Some(person),
                office: Office::Resident,
                channel: Channel::Web,
            };
            act!(core, |work| booking::book(work, &actor, &draft).await).map(|_| "won")
        }
        _ => {
            let keeper = Admin::at_command_line().at(orders.community).actor();
            let application = Application {
                resident: person,
                from_day: None,
                weekdays: None,
            };
            let course = CourseId(orders.thing);
            act!(core, |work| enrolment::enrol(
                work,
                &keeper,
                course,
                application
            )
            .await)
            .map(|done| match done.state {
                EnrolmentState::Enrolled => "won",
                _ => "waits",
            })
        }
    };
    match outcome {
        Ok(word) => word.to_owned(),
        Err(linli_core::Error::Refused(Refusal::SlotTaken)) => "slot-taken".into(),
        Err(linli_core::Error::Refused(Refusal::Space(SpaceRefusal::Full))) => "full".into(),
        Err(other) => format!("other {other:?}"),
    }
}

/// A process that has opened the database.
fn start(mut command: Command) -> (Child, ChildStdin, BufReader<std::process::ChildStdout>) {
    let mut child = command.spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim() != "RACE ready" {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended early");
    }
    (child, stdin, lines)
}

/// Lets all processes race; answers how often each outcome came.
fn race(orders: &Orders) -> BTreeMap<String, usize> {
    let started: Vec<_> = orders
        .people
        .chunks(EACH)
        .map(|people| start(orders.command(people)))
        .collect();
    let waiting: Vec<_> = started
        .into_iter()
        .map(|(child, mut stdin, lines)| {
            stdin.write_all(b"go\n").unwrap();
            (child, lines)
        })
        .collect();
    let mut outcomes = BTreeMap::new();
    for (mut child, lines) in waiting {
        for line in lines.lines() {
            if let Some(outcome) = line.unwrap().strip_prefix("RACE ") {
                *outcomes.entry(outcome.to_owned()).or_default() += 1;
            }
        }
        assert!(child.wait().unwrap().success());
    }
    outcomes
}

/// A world on PostgreSQL with 500 residents of `east`, and orders to be filled in.
async fn begin(what: &str) -> Result<(World, Orders)> {
    let world = World::new(Database::Postgres).await?;
    let service = installed(&world).await?;
    let mut people = Vec::new();
    for _ in 0..10 {
        people.extend(act!(world.core, |work| async {
            let mut some = Vec::new();
            for _ in 0..PROCESSES * EACH / 10 {
                let id: PersonId = work.id();
                let person = Person {
                    id,
                    name: "某人".into(),
                    birth_date: Some(date(1950, 1, 1)),
                    sex: None,
                    phone: None,
                    identity_number: None,
                    care_level: None,
                    household_id: None,
                    community_id: Some(world.east),
                };
                work.tx.create_person(&person).await?;
                some.push(id);
            }
            Ok(some)
        }
        .await)?);
    }
    let orders = Orders {
        url: world.url.clone(),
        what: what.to_owned(),
        thing: Uuid::nil(),
        installation: service.id(),
        community: world.east,
        people,
    };
    Ok((world, orders))
}

async fn run(orders: Orders) -> Result<BTreeMap<String, usize>> {
    Ok(tokio::task::spawn_blocking(move || race(&orders)).await?)
}

/// So many won and everybody else was told that; nothing else happened.
fn expect(outcomes: &BTreeMap<String, usize>, won: usize, others: &str) {
    let lost = PROCESSES * EACH - won;
    let expected = BTreeMap::from([("won".to_owned(), won), (others.to_owned(), lost)]);
    assert_eq!(*outcomes, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_racers_in_four_processes_one_has_the_slot() -> Result<()> {
    let (world, mut orders) = begin("slot").await?;
    orders.thing = world.calendar.0;
    expect(&run(orders).await?, 1, "slot-taken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_racers_in_four_processes_five_have_the_clinic() -> Result<()> {
    let (world, mut orders) = begin("slot").await?;
    let staff = Admin::at_command_line().at(world.east).actor();
    let clinic = act!(world.core, |work| async {
        let (organisation, community) = (world.care, world.east);
        let id = calendar::open(work, &staff, organisation, community, "clinic", "义诊", 5).await?;
        calendar::put_hours(work, id, &office_hours(), None).await?;
        Ok(id)
    }
    .await)?;
    orders.thing = clinic.0;
    expect(&run(orders).await?, 5, "slot-taken");
    Ok(())
}

async fn space(places: i64) -> Result<()> {
    let (world, mut orders) = begin("space").await?;
    let staff = Admin::at_command_line().at(world.east).actor();
    let input = SpaceInput {
        name: Localised::new("活动室", "Activity room"),
        place: "2号楼 3层".into(),
        kind: "room".into(),
        equipment: Vec::new(),
        capacity: 20,
        concurrency: places,
        rules: SpaceRules::default(),
    };
    let space = act!(world.core, |work| async {
        let space = space::add(work, &staff, world.east, input.clone()).await?;
        let hours = WorkingHours {
            days: Recurrence::new(date(2026, 1, 1), "FREQ=DAILY").unwrap(),
            from_minute: 480,
            to_minute: 1_320,
            holidays: Default::default(),
        };
        space::add_hours(work, &staff, space.id, hours).await?;
        Ok(space.id)
    }
    .await)?;
    orders.thing = space.0;
    expect(&run(orders).await?, usize::try_from(places)?, "full");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_racers_in_four_processes_one_has_the_room() -> Result<()> {
    space(1).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_racers_in_four_processes_seven_have_the_tables() -> Result<()> {
    space(7).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_racers_in_four_processes_one_enrols_and_the_rest_queue_in_order() -> Result<()> {
    let (world, mut orders) = begin("course").await?;
    let keeper = Admin::at_command_line().at(world.east).actor();
    let draft = course::Draft {
        kind: CourseKind::Sessions,
        title: Localised::new("书法", "Calligraphy"),
        capacity: 1,
        ratio: None,
        ages: (None, None),
        hours: vec![office_hours()],
        days: (date(2026, 11, 25), Some(date(2027, 3, 1))),
        rule: WaitingRule::default(),
        offer_hours: 2,
        open: (None, None),
    };
    let course = act!(world.core, |work| course::create(
        work, &keeper, None, world.east, &draft
    )
    .await)?;
    orders.thing = course.0;
    expect(&run(orders).await?, 1, "waits");
    let (mut positions, mut after, mut listed) = (BTreeSet::new(), None, 0_i64);
    loop {
        let page = view!(world.core, |work| enrolment::list_waiting(
            work, &keeper, course, after, 100
        )
        .await)?;
        let Some(last) = page.last() else { break };
        after = Some((last.rank, last.joined, last.id));
        for one in page {
            let (position, _) = view!(world.core, |work| enrolment::position(
                work, &keeper, one.id
            )
            .await)?;
            listed += 1;
            assert_eq!(
                position,
                Some(listed),
                "the list is in the order of the queue"
            );
            positions.insert(listed);
        }
    }
    let expected: BTreeSet<i64> = (1..).take(PROCESSES * EACH - 1).collect();
    assert_eq!(positions, expected, "no gap and no two at one position");
    Ok(())
}

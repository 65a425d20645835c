//! A small district for tests, on either database: two communities, two residents in the first and one in the second, a
//! daughter, an organisation with a care worker whose calendar is open on weekdays from 9 to 17.

pub use anyhow::Result;
use jiff::civil::{Date, date};
use linli_core::store::delegation::Delegation;
use linli_core::store::person::Person;
use linli_core::store::place::District;
use linli_core::{Admin, Caller, CallerKind, Core, Error, References, Refusal, Service, act, view};
use linli_core::{account, calendar, district, installation, organisation, release};
use linli_domain::holiday::Holidays;
use linli_domain::permission::Permission;
use linli_domain::random::{SeededRandom, Stream, SystemRandom};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, SlotRules, WorkingHours};
use linli_domain::time::ManualClock;
use linli_domain::*;
use linli_store::{Keyring, Keys, Store};
use sqlx::{ConnectOptions as _, Connection as _};
use std::collections::BTreeSet;
use std::sync::Arc;
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Database {
    /// Embedded, in a temporary folder.
    Sqlite,
    /// A database of the test run's server.
    Postgres,
}

/// A Tuesday, 09:00 in Shanghai.
pub const NOW: Instant = Instant(1_795_482_000_000_000);
/// The day after [`NOW`].
pub const TOMORROW: Date = date(2026, 11, 25);
/// Every account's password.
pub const PASSWORD: &str = "correct horse";

/// The district.
pub struct World {
    /// The host's ambient things.
    pub core: Core,
    /// The clock that the test moves.
    pub clock: Arc<ManualClock>,
    /// The database's URL.
    pub url: String,
    /// Where SQLite's files and the engine's cache are.
    pub dir: TempDir,
    /// The first community, `east`.
    pub east: CommunityId,
    /// The second, `west`.
    pub west: CommunityId,
    /// A resident of `east`, 80 years old; her log-in is `li`.
    pub li: PersonId,
    /// Another resident of `east`; `wang`.
    pub wang: PersonId,
    /// A resident of `west`; `zhao`.
    pub zhao: PersonId,
    /// Li's daughter, a delegate who lives elsewhere; `daughter`.
    pub daughter: PersonId,
    /// A district admin; `admin`.
    pub admin: PersonId,
    /// A care worker of `care` in `east`; `worker`.
    pub worker: PersonId,
    /// The organisation `care`.
    pub care: OrganisationId,
    /// The worker's calendar.
    pub calendar: CalendarId,
}

/// The host on a database with a world in it, as another process or after a restart: at [`NOW`], with ids of its own.
pub async fn core_on(url: &str) -> Result<Core> {
    let ring = keyring();
    let references = References::new(ring.reference());
    Ok(Core {
        store: Store::open(url, Keys::fixed(ring)).await?,
        clock: Arc::new(ManualClock::new(NOW)),
        random: Arc::new(SystemRandom),
        references: Arc::new(references),
    })
}

/// The keys of every world.
pub fn keyring() -> Keyring {
    Keyring::generate([1; 32])
}

impl World {
    /// Founds it.
    pub async fn new(database: Database) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", dir.path().join("linli.db").display()),
            Database::Postgres => crate::postgres::database()?,
        };
        let clock = Arc::new(ManualClock::new(NOW));
        let ring = keyring();
        let references = References::new(ring.reference());
        let core = Core {
            store: Store::open(&url, Keys::fixed(ring)).await?,
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(1)),
            references: Arc::new(references),
        };
        let hash = account::hash_password(&mut Stream::new([1; 32]), PASSWORD).await?;
        let admin = Admin::at_command_line();
        let world = act!(core, |work| async {
            let name = Localised::new("测试区", "Test District");
            district::found(
                work,
                &admin,
                &District {
                    name,
                    zone: "Asia/Shanghai".into(),
                    demo: false,
                },
            )
            .await?;
            let east =
                district::add_community(work, &admin, "east", &Localised::new("东社区", "East"))
                    .await?
                    .id;
            let west =
                district::add_community(work, &admin, "west", &Localised::new("西社区", "West"))
                    .await?
                    .id;
            let care =
                organisation::register(work, &admin, "care", &Localised::new("关爱", "Care"))
                    .await?
                    .id;
            let (building, household) = (work.id(), work.id());
            work.tx.create_building(building, east, "1号楼").await?;
            work.tx
                .create_household(household, building, "201", 1)
                .await?;
            let mut people = Vec::new();
            for (login, name, community) in [
                ("li", "李秀英", Some(east)),
                ("wang", "王建国", Some(east)),
                ("zhao", "赵敏", Some(west)),
                ("daughter", "李晓梅", None),
                ("admin", "周主任", None),
                ("worker", "陈护理", None),
            ] {
                let person = Person {
                    id: work.id(),
                    name: name.into(),
                    birth_date: Some(date(1946, 3, 1)),
                    sex: Some("female".into()),
                    phone: Some(format!("13800{:06}", people.len())),
                    identity_number: None,
                    care_level: None,
                    household_id: community
                        .filter(|community| *community == east)
                        .map(|_| household),
                    community_id: community,
                };
                account::create(work, &admin, &person, login, &hash, Locale::En).await?;
                people.push(person.id);
            }
            let [li, wang, zhao, daughter, boss, worker] = people[..] else {
                unreachable!("six people")
            };
            account::grant_admin(work, &admin, boss).await?;
            // As a row: an operation would tell Li, and tests begin with empty inboxes.
            let delegation = Delegation {
                id: work.id(),
                resident_id: li,
                delegate_id: daughter,
                kind: "delegate".into(),
                minor: false,
                all_services: true,
                services: BTreeSet::new(),
                evidence: "signed form".into(),
                granted: work.now,
                expires: None,
            };
            work.tx.create_delegation(&delegation).await?;
            account::grant_staff_role(work, &admin, worker, care, Some(east), "care-worker")
                .await?;
            let calendar =
                calendar::create(work, care, east, worker, "care-worker", "陈护理").await?;
            calendar::put_hours(work, calendar, &office_hours(), None).await?;
            Ok((
                east, west, care, li, wang, zhao, daughter, boss, worker, calendar,
            ))
        }
        .await)?;
        let (east, west, care, li, wang, zhao, daughter, boss, worker, calendar) = world;
        let world = Self {
            core,
            clock,
            url,
            dir,
            east,
            west,
            li,
            wang,
            zhao,
            daughter,
            admin: boss,
            worker,
            care,
            calendar,
        };
        // What founding it told people of is long read.
        world
            .sql("DELETE FROM delivery; DELETE FROM notice")
            .await?;
        Ok(world)
    }

    /// Submits, approves and enables a component that needs no signature to be checked here.
    pub async fn enable(
        &self,
        manifest: Manifest,
        bytes: &[u8],
        permissions: BTreeSet<Permission>,
    ) -> Result<InstallationId> {
        let admin = Admin::at_command_line();
        let component = release::CheckedComponent {
            bytes: bytes.to_vec(),
            digest: digest(bytes),
            manifest,
            permissions: permissions.clone(),
            key_id: "test".into(),
        };
        let (east, organisation) = (self.east, component.manifest.id.organisation().to_owned());
        Ok(act!(self.core, |work| async {
            let organisation = organisation::find(work, &organisation).await?;
            let release = release::submit(work, &admin, &organisation, &component).await?;
            release::review(work, &admin, release, release::Verdict::Approve, "").await?;
            installation::enable(
                work,
                &admin,
                release,
                east,
                &permissions,
                &serde_json::Map::new(),
            )
            .await
        }
        .await)?)
    }

    /// Runs SQL behind the host's back, as an attacker or a careless operator would; answers the number of rows.
    pub async fn sql(&self, text: &str) -> Result<u64> {
        let text = sqlx::AssertSqlSafe(text.to_owned());
        Ok(match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = options.connect().await?;
                let done = sqlx::raw_sql(text).execute(&mut connection).await;
                connection.close().await?;
                done?.rows_affected()
            }
            None => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await?;
                let done = sqlx::raw_sql(text).execute(&mut connection).await;
                connection.close().await?;
                done?.rows_affected()
            }
        })
    }

    /// The first column, a text, of what SQL finds behind the host's back.
    pub async fn texts(&self, text: &str) -> Result<Vec<String>> {
        let text = sqlx::AssertSqlSafe(text.to_owned());
        Ok(match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = options.connect().await?;
                let found = sqlx::query_scalar(text).fetch_all(&mut connection).await;
                connection.close().await?;
                found?
            }
            None => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await?;
                let found = sqlx::query_scalar(text).fetch_all(&mut connection).await;
                connection.close().await?;
                found?
            }
        })
    }

    /// Runs two changes on PostgreSQL by connections that cannot see each other: the second begins before the first is
    /// committed, which it is when the second is done or waits for it. Answers whether each was committed.
    pub async fn race_sql(&self, first: &str, second: &str) -> Result<(bool, bool)> {
        let begin = |text: &str| {
            sqlx::AssertSqlSafe(format!("BEGIN ISOLATION LEVEL READ COMMITTED; {text}"))
        };
        let mut one = sqlx::PgConnection::connect(&self.url).await?;
        let mut other = sqlx::PgConnection::connect(&self.url).await?;
        let mut watch = sqlx::PgConnection::connect(&self.url).await?;
        let (pid,): (i32,) = sqlx::query_as("SELECT pg_backend_pid()")
            .fetch_one(&mut other)
            .await?;
        sqlx::raw_sql(begin(first)).execute(&mut one).await?;
        let second = begin(second);
        let racer = tokio::spawn(async move {
            let done = sqlx::raw_sql(second).execute(&mut other).await.is_ok();
            done && sqlx::raw_sql("COMMIT").execute(&mut other).await.is_ok()
        });
        while !racer.is_finished() {
            let (waits,): (bool,) = sqlx::query_as(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock')",
            )
            .bind(pid)
            .fetch_one(&mut watch)
            .await?;
            if waits {
                break;
            }
            tokio::task::yield_now().await;
        }
        let first = sqlx::raw_sql("COMMIT").execute(&mut one).await.is_ok();
        Ok((first, racer.await?))
    }

    /// An installation with what its operations need.
    pub async fn service(&self, id: InstallationId) -> Result<Service> {
        let found = view!(self.core, |work| Service::find(work, id).await)?;
        found.ok_or_else(|| anyhow::anyhow!("no such installation"))
    }
}

/// The SHA-256 digest of a component.
pub fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Weekdays from 9 to 17.
pub fn office_hours() -> WorkingHours {
    WorkingHours {
        days: Recurrence {
            first: date(2026, 1, 1),
            rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".into(),
            except: BTreeSet::new(),
        },
        from_minute: 540,
        to_minute: 1_020,
        holidays: Holidays::Observe,
    }
}

/// A resident for themself.
pub fn resident(person: PersonId) -> Caller {
    Caller {
        kind: CallerKind::Resident,
        person: Some(person),
        subject: Some(person),
        role: None,
        locale: Locale::En,
    }
}

/// A care worker.
pub fn worker(person: PersonId) -> Caller {
    Caller {
        kind: CallerKind::Staff,
        person: Some(person),
        subject: None,
        role: Some("care-worker".into()),
        locale: Locale::En,
    }
}

/// A manifest that declares a little of everything.
pub fn manifest(id: &str) -> Manifest {
    let text = || serde_json::json!({ "zh": "文字", "en": "text" });
    serde_json::from_value(serde_json::json!({
        "id": id, "version": "1.0.0", "licence": "MIT", "title": text(), "summary": text(),
        "pages": [
            { "path": "/", "title": text(), "audience": ["resident"], "menu": true, "fields": ["age"] },
            { "path": "/today", "title": text(), "audience": ["care-worker"], "menu": true },
        ],
        "roles": { "care-worker": { "title": text() } },
        "fields": {
            "age": { "purpose": text(), "necessary": true },
            "name": { "purpose": text(), "necessary": true },
            "phone": { "purpose": text(), "necessary": true },
            "care-level": { "purpose": text() },
        },
        "collections": { "notes": { "purpose": text(), "retention-days": 30 } },
        "messages": { "hello": { "zh": "你好 {who}", "en": "hello {who}" } },
    }))
    .unwrap_or_else(|error| unreachable!("the manifest is well-formed: {error}"))
}

/// Runs one test on both databases: `on_both!(name, async |world| { … })` makes `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($(#[$doc:meta])* $name:ident, |$world:ident| $body:block) => {
        $(#[$doc])*
        mod $name {
            use super::*;
            async fn run(database: $crate::Database) -> $crate::Result<()> {
                let $world = $crate::World::new(database).await?;
                $body
                Ok(())
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() -> $crate::Result<()> {
                run($crate::Database::Sqlite).await
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() -> $crate::Result<()> {
                run($crate::Database::Postgres).await
            }
        }
    };
}

/// The refusal that an operation answered.
#[expect(clippy::panic, reason = "a test that was not refused has failed")]
pub fn refusal<T: std::fmt::Debug>(result: linli_core::Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// One hour, without buffer or notice.
pub const HOUR: SlotRules = SlotRules {
    minutes: 60,
    buffer_minutes: 0,
    notice_minutes: 0,
    horizon_days: None,
};

/// An hour of tomorrow, which begins at `hour`, in Shanghai.
#[expect(clippy::unwrap_used, reason = "the zone and the time exist")]
pub fn tomorrow(hour: i8) -> Range {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let starts = Instant::from_civil(TOMORROW.at(hour, 0, 0, 0), &zone).unwrap();
    Range::new(starts, starts.plus_minutes(60))
}

/// An installation of `care/visits` in `east`; what its component holds does not matter here.
pub async fn installed(world: &World) -> Result<Service> {
    let id = world
        .enable(manifest("care/visits"), b"a component", Default::default())
        .await?;
    world.service(id).await
}

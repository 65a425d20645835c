//! An import that is killed leaves the whole roll or nothing of it, and the next one goes through.

use crate::kill::draw;
use jiff::civil::date;
use linli_core::roll::{self, Report, RowProblem};
use linli_core::{Admin, Core, view};
use linli_domain::identity::IdentityNumber;
use linli_domain::*;
use linli_store::resident::Listed;
use linli_world::{Database, Result, World, core_on};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

/// How many rows each roll has: two batches and a bit.
const ROWS: u32 = 1_200;
/// How many imports are killed on each database.
const KILLS: u32 = 12;

/// Tells nothing: there are no problems.
struct Silent;

impl Report for Silent {
    fn problem(&mut self, problem: &RowProblem) {
        panic!("{problem:?}");
    }
    fn progress(&mut self, _rows: u64) {}
}

/// The roll of an attempt: each has people and a building of its own.
fn rolled(attempt: u32) -> String {
    let mut text = "姓名,身份证号,楼栋,房号,与户主关系,人群分类,需求\n".to_owned();
    for n in 0..ROWS {
        let day = date(1960, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(attempt * 2 + n / 1_000)))
            .unwrap();
        let body = format!("110105{}{:03}", day.strftime("%Y%m%d"), n % 1_000);
        let number = "0123456789X"
            .chars()
            .map(|check| format!("{body}{check}"))
            .find(|number| number.parse::<IdentityNumber>().is_ok())
            .unwrap();
        let (unit, relation) = (n / 2, if n % 2 == 0 { "户主" } else { "配偶" });
        writeln!(
            text,
            "居民{attempt}-{n},{number},新{attempt}号楼,{unit},{relation},独居,meals:少盐"
        )
        .unwrap();
    }
    text
}

async fn import(core: &Core, community: CommunityId, attempt: u32) -> Result<roll::Outcome> {
    let actor = Admin::at_command_line().at(community).actor();
    let file = Cursor::new(rolled(attempt));
    Ok(roll::import(core, &actor, community, file, false, &mut Silent).await?)
}

/// Not a test of its own: what the others start and kill. Without orders it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_imports() -> Result<()> {
    let var = |name: &str| std::env::var(name).ok();
    let (Some(url), Some(community), Some(attempt)) = (
        var("LINLI_IMPORT_URL"),
        var("LINLI_IMPORT_COMMUNITY"),
        var("LINLI_IMPORT_ATTEMPT"),
    ) else {
        return Ok(());
    };
    let core = core_on(&url).await?;
    println!("\nIMPORT begins");
    std::io::stdout().flush()?;
    let done = import(&core, community.parse()?, attempt.parse()?).await?;
    println!("\nIMPORT done {}", done.created);
    std::io::stdout().flush()?;
    // Whatever kills it comes later than this.
    std::future::pending().await
}

/// Lets a process import a roll and kills it; answers whether it said that it was done.
fn killed(mut command: Command, after: Option<Duration>) -> bool {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(std::io::Result::ok);
    assert!(lines.any(|line| line == "IMPORT begins"), "it ended early");
    if let Some(after) = after {
        std::thread::sleep(after);
        child.kill().unwrap();
    }
    let done = format!("IMPORT done {ROWS}");
    let said = lines.any(|line| line == done);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    said
}

async fn residents(core: &Core, community: CommunityId) -> Result<Vec<Listed>> {
    Ok(view!(core, |work| async {
        let first = PersonId(Uuid::nil());
        Ok(work.tx.list_residents(community, first, 1_000_000).await?)
    }
    .await)?)
}

/// Whether the roll is there: all of it or nothing.
async fn is_there(core: &Core, community: CommunityId, attempt: u32) -> Result<bool> {
    let mark = format!("居民{attempt}-");
    let mut here = residents(core, community).await?;
    here.retain(|one| one.name.starts_with(&mark));
    let building = format!("新{attempt}号楼");
    let (building, needs) = view!(core, |work| async {
        let building = work.tx.find_building_by_name(community, &building).await?;
        let mut needs = 0;
        for one in &here {
            needs += work.tx.count_open_needs(one.id).await?;
        }
        Ok((building, needs))
    }
    .await)?;
    if here.is_empty() {
        assert!(building.is_none(), "nobody of the roll, yet its building");
        return Ok(false);
    }
    assert_eq!(here.len(), usize::try_from(ROWS)?, "half a roll");
    assert_eq!(needs, i64::from(ROWS), "a need each");
    assert!(building.is_some() && here.iter().all(|one| one.household_id.is_some()));
    Ok(true)
}

async fn killed_while_importing(database: Database) -> Result<()> {
    let world = World::new(database).await?;
    let (url, east) = (world.url.clone(), world.east);
    let mut moments = draw();
    let mut there = 0;
    for attempt in 0..KILLS {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["import::the_process_that_imports", "--exact", "--nocapture"])
            .env("LINLI_IMPORT_URL", &url)
            .env("LINLI_IMPORT_COMMUNITY", east.to_string())
            .env("LINLI_IMPORT_ATTEMPT", attempt.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // By turns: at a moment of its own, after a commit, within the switch.
        let after = match attempt % 3 {
            0 => Some(Duration::from_micros(moments.below(1_000_000))),
            1 => {
                // Opening the database commits too; a roll is staged in three batches.
                command.env(
                    "LINLI_CRASH_AT",
                    format!("roll.stage:{}", 1 + moments.below(3)),
                );
                None
            }
            _ => {
                command.env(
                    "LINLI_CRASH_AT",
                    format!("roll.switch:{}", 1 + moments.below(4)),
                );
                None
            }
        };
        let said = tokio::task::spawn_blocking(move || killed(command, after)).await?;
        let is_there = is_there(&world.core, east, attempt).await?;
        assert!(is_there || !said, "acknowledged and lost");
        there += usize::from(is_there);
    }
    // What is left of them stands in the way of nobody.
    let done = import(&world.core, east, KILLS).await?;
    assert!(done.done && is_there(&world.core, east, KILLS).await?);
    let everybody = residents(&world.core, east).await?.len();
    assert_eq!(everybody, 2 + (there + 1) * usize::try_from(ROWS)?);
    let left = view!(world.core, |work| async {
        Ok(work.tx.list_rolls(east).await?)
    }
    .await)?;
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_importing_sqlite() -> Result<()> {
    killed_while_importing(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_importing_postgres() -> Result<()> {
    killed_while_importing(Database::Postgres).await
}

//! `bench store`: what point operations cost at 1,000 and at 1,000,000 residents, beside bare SQL, and how fast a roll is
//! imported; on both databases, durable.
//!
//! Communities have 3,000 residents, as a district of 327 communities has; 1,000 residents are a third of one. [`fill`]
//! writes what a year leaves behind, [`operation`] runs an operation of the core and, beside it, the same rows by hand: one
//! statement a table in one transaction of the same kind, on a connection of its own.

mod district;
mod fill;
mod import;
mod operation;
mod raw;
mod sink;

use crate::measure::{Arm, Goal, Printer};
use anyhow::{Context as _, Result};
use district::Site;
use linli_world::Database;
use linli_world::postgres::Server;
use operation::{Draw, Operation};
use std::path::PathBuf;
use std::time::Instant;

/// What is measured, and how much of it.
#[derive(clap::Parser, Debug)]
pub struct Args {
    /// Print one object of JSON a line: name, value, unit, goal, holds
    #[arg(long)]
    json: bool,
    /// A smaller run, in which the figures are no more than a hint: 30,000 residents
    #[arg(long)]
    quick: bool,
    /// How many residents the large district has
    #[arg(long, default_value_t = 1_000_000)]
    residents: u64,
    /// How many rows the imported roll has
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Only on this database
    #[arg(long, value_parser = ["sqlite", "postgres"])]
    on: Option<String>,
    /// Where the databases are made (6 GB for 1,000,000 residents); what a run before left there whole is used again
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// The size that everything is compared to.
const SMALL: u64 = 1_000;
/// How many rounds are measured after the first, which only warms up.
const ROUNDS: usize = 40;
/// How many times an operation runs in a slice.
const SLICE: usize = 25;

/// Measures and prints.
pub async fn run(mut args: Args) -> Result<()> {
    if args.quick {
        args.residents = args.residents.min(30_000);
        args.rows = args.rows.min(5_000);
    }
    let temporary = tempfile::Builder::new()
        .prefix("linli-bench-")
        .tempdir()
        .context("cannot make a folder for the databases")?;
    let folder = args
        .keep
        .clone()
        .unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let printer = Printer { json: args.json };
    let wanted = |name| args.on.as_deref().is_none_or(|on| on == name);
    if wanted("sqlite") {
        let urls = [SMALL, args.residents].map(|n| format!("sqlite:{}/{n}.db", folder.display()));
        one_database(Database::Sqlite, &urls, &args, printer).await?;
        if args.keep.is_none() {
            // Both databases' files at once would be too much for many a disk.
            std::fs::remove_dir_all(temporary.path())?;
            std::fs::create_dir_all(temporary.path())?;
        }
    }
    if wanted("postgres") {
        let server = Server::durable(&folder.join("postgres"))?;
        let urls = [
            server.database(&format!("bench_{SMALL}"))?,
            server.database(&format!("bench_{}", args.residents))?,
        ];
        one_database(Database::Postgres, &urls, &args, printer).await?;
    }
    Ok(())
}

async fn one_database(
    database: Database,
    urls: &[String; 2],
    args: &Args,
    printer: Printer,
) -> Result<()> {
    let kind = match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
    };
    let small = Site::open(&urls[0], SMALL).await?;
    let large = Site::open(&urls[1], args.residents).await?;
    let sizes = format!("{}_vs_{}", told(args.residents), told(SMALL));
    for operation in Operation::ALL {
        let name = operation.name();
        let arms = compare(operation, &small, &large).await?;
        let [ours_small, again, ours_large, _, raw_large] = &arms;
        eprintln!(
            "  {name} on {kind}: {:.0} µs at {}, {:.0} µs at {}; bare SQL {:.0} µs; the same against itself {:.2}",
            ours_small.micros(),
            told(SMALL),
            ours_large.micros(),
            told(args.residents),
            raw_large.micros(),
            again.over(ours_small),
        );
        printer.line(
            &format!("{name}.p50_ratio_{sizes}.{kind}"),
            ours_large.over(ours_small),
            "ratio",
            Goal::AtMost(1.3),
        )?;
        printer.line(
            &format!("{name}.vs_raw.{kind}"),
            raw_large.over(ours_large),
            "ratio",
            Goal::AtLeast(0.7),
        )?;
    }
    let begun = Instant::now();
    let rows = import::run(&large, args.rows).await?;
    eprintln!(
        "  import on {kind}: {rows} rows in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let rate = f64::from(u32::try_from(rows)?) / begun.elapsed().as_secs_f64();
    printer.line(
        &format!("import.rows_per_s.{kind}"),
        rate,
        "rows/s",
        Goal::None,
    )?;
    small.close().await?;
    large.close().await
}

/// Runs an operation in turns: the core's at both sizes, at the small one twice (the difference is the noise), and bare SQL.
async fn compare(operation: Operation, small: &Site, large: &Site) -> Result<[Arm; 5]> {
    let mut arms = ["small", "small again", "large", "raw small", "raw large"].map(Arm::new);
    let mut draw = Draw::default();
    for round in 0..=ROUNDS {
        for turn in 0..arms.len() {
            let at = (turn + round) % arms.len();
            let site = if [2, 4].contains(&at) { large } else { small };
            let mut times = Vec::with_capacity(SLICE);
            for _ in 0..SLICE {
                let case = operation.draw(site, &mut draw)?;
                let begun = Instant::now();
                if at >= 3 {
                    raw::run(site, &case).await?;
                } else {
                    operation::run(site, &case).await?;
                }
                times.push(begun.elapsed());
            }
            if round > 0 {
                arms[at].add(times);
            }
        }
    }
    Ok(arms)
}

/// A number of residents as names have it.
fn told(n: u64) -> String {
    match n {
        n if n % 1_000_000 == 0 => format!("{}m", n / 1_000_000),
        n if n % 1_000 == 0 => format!("{}k", n / 1_000),
        n => n.to_string(),
    }
}

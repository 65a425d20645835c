//! `linli admin roll …`

use super::ADMIN;
use crate::host::{DataArgs, open_core};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use linli_core::roll::{self, Report, RowProblem};
use linli_core::{district, view};
use linli_domain::roll::template;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many problems are printed where no report is written.
const SHOWN: u64 = 20;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Import a resident roll: all rows or none; rows whose identity number is known update their resident
    Import {
        /// CSV in UTF-8 or GB18030, with the headings of `linli admin roll template`
        file: PathBuf,
        /// Code of the community
        #[arg(long)]
        community: String,
        /// Only check it
        #[arg(long)]
        dry_run: bool,
        /// Write every problem into this CSV file
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Print a roll with all headings and one example
    Template,
}

pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    match command {
        Command::Import {
            file,
            community,
            dry_run,
            report,
        } => import(data, file, community, *dry_run, report.as_deref()).await,
        Command::Template => {
            // Excel takes a file for UTF-8 only where it begins with a byte order mark.
            print!("\u{feff}");
            let mut csv = csv::Writer::from_writer(io::stdout());
            for row in template() {
                csv.write_record(row)?;
            }
            csv.flush()?;
            Ok(())
        }
    }
}

async fn import(
    data: &DataArgs,
    file: &Path,
    community: &str,
    dry_run: bool,
    report: Option<&Path>,
) -> Result<()> {
    let core = open_core(data).await?;
    let community = view!(core, |work| district::community(work, community).await)?;
    let opened =
        File::open(file).with_context(|| format!("cannot open the roll {}", file.display()))?;
    let mut printed = Printed {
        csv: report.map(problems_file).transpose()?,
        failed: None,
        count: 0,
    };
    let actor = ADMIN.actor();
    let done = roll::import(&core, &actor, community.id, opened, dry_run, &mut printed).await;
    eprintln!();
    printed.finish()?;
    let outcome = done?;
    if outcome.problems > 0 {
        match report {
            Some(path) => eprintln!("All problems are in {}.", path.display()),
            None if outcome.problems > SHOWN => {
                eprintln!("Add --report FILE to see all of them.");
            }
            None => {}
        }
        bail!(
            "{} problems in {} rows: nothing was imported. Mend them and import the file again",
            outcome.problems,
            outcome.rows
        );
    }
    println!(
        "{} {} rows: {} new residents, {} known ones.",
        if outcome.done {
            "Imported"
        } else {
            "Checked, and not imported,"
        },
        outcome.rows,
        outcome.created,
        outcome.updated
    );
    Ok(())
}

fn problems_file(path: &Path) -> Result<csv::Writer<File>> {
    let mut file = File::create(path)
        .with_context(|| format!("cannot write the report {}", path.display()))?;
    file.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record([
        "行 line",
        "列",
        "column",
        "内容 value",
        "问题",
        "改正",
        "problem",
        "mend",
    ])?;
    Ok(csv)
}

/// Problems on the terminal or in a file, and progress on the terminal.
struct Printed {
    csv: Option<csv::Writer<File>>,
    failed: Option<csv::Error>,
    count: u64,
}

impl Printed {
    fn finish(&mut self) -> Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error).context("cannot write the report");
        }
        if let Some(csv) = &mut self.csv {
            csv.flush().context("cannot write the report")?;
        }
        Ok(())
    }
}

impl Report for Printed {
    fn problem(&mut self, found: &RowProblem) {
        self.count += 1;
        let p = &found.problem;
        match &mut self.csv {
            Some(csv) => {
                let line = found.line.to_string();
                let row = [
                    &line,
                    &p.column.zh,
                    &p.column.en,
                    &p.value,
                    &p.problem.zh,
                    &p.mend.zh,
                    &p.problem.en,
                    &p.mend.en,
                ];
                if let Err(error) = csv.write_record(row.map(|cell| harmless(cell))) {
                    self.failed.get_or_insert(error);
                }
            }
            None if self.count <= SHOWN => {
                eprintln!(
                    "line {}, {} {} '{}': {}；{} / {}. {}.",
                    found.line,
                    p.column.zh,
                    p.column.en,
                    p.value.escape_debug(),
                    p.problem.zh,
                    p.mend.zh,
                    p.problem.en,
                    p.mend.en
                );
            }
            None => {}
        }
    }

    fn progress(&mut self, rows: u64) {
        eprint!("\r{rows} rows");
    }

    fn switching(&mut self, rows: u64) {
        eprint!("\r{rows} rows are good; importing them");
    }
}

/// A cell that a spreadsheet does not take for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

//! Importing a roll into a community that is new.

use super::district::Site;
use super::fill::{self, HOUSEHOLD};
use anyhow::Result;
use linli_core::roll::{self, Report, RowProblem};
use linli_core::{Admin, act, district};
use linli_domain::Localised;
use std::fmt::Write as _;
use std::io::Cursor;

/// Tells only of problems: there are none.
struct Silent;

impl Report for Silent {
    fn problem(&mut self, problem: &RowProblem) {
        eprintln!("    line {}: {:?}", problem.line, problem.problem);
    }
    fn progress(&mut self, _rows: u64) {}
}

/// The text of a roll.
pub fn text(region: &str, rows: u64) -> Result<String> {
    let mut text = "姓名,身份证号,联系电话,楼栋,房号,与户主关系,人群分类,需求\n".to_owned();
    for n in 0..rows {
        let relation = ["户主", "配偶", "女"][usize::try_from(n % HOUSEHOLD)?];
        let home = n / HOUSEHOLD;
        writeln!(
            text,
            "居民{n},{},139{n:08},{}号楼,{},{relation},独居,meals:少盐",
            fill::identity(region, n)?,
            home / 100 + 1,
            home % 100 + 101,
        )?;
    }
    Ok(text)
}

/// Imports so many rows; answers how many were imported.
pub async fn run(site: &Site, rows: u64) -> Result<u64> {
    let admin = Admin::at_command_line();
    // Each run has a community and a region of identity numbers of its own.
    let run = u32::from_le_bytes([site.core.seed()[0], site.core.seed()[1], 0, 0]);
    let slug = format!("imported-{run}");
    let community = act!(site.core, |work| {
        let name = Localised::new(format!("新社区{run}"), format!("New community {run}"));
        district::add_community(work, &admin, &slug, &name).await
    })?;
    let text = text(&format!("4{:05}", run % 100_000), rows)?;
    let actor = admin.at(community.id).actor();
    let file = Cursor::new(text);
    let done = roll::import(&site.core, &actor, community.id, file, false, &mut Silent).await?;
    anyhow::ensure!(done.done, "the roll was refused");
    Ok(done.created)
}

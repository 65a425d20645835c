//! `linli plugin replay`: runs a failure again from its report, without a district.

use super::check::read_component;
use crate::host::worker;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use linli_engine::report::{self, Recorded, Replayed};
use std::path::PathBuf;

/// `linli plugin replay REPORT --component FILE`
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The report that the district's admin sent
    report: PathBuf,
    /// The component that failed: the very file that was uploaded
    #[arg(long, value_name = "FILE")]
    component: PathBuf,
}

impl ReplayArgs {
    pub(super) fn run(self) -> Result<()> {
        let cannot = || format!("cannot replay {}", self.report.display());
        let file = std::fs::read_to_string(&self.report).with_context(cannot)?;
        let recorded = report::read(&file)
            .map_err(|problem| anyhow!(problem))
            .with_context(cannot)?;
        let component = read_component(&self.component)?;
        let checker = linli_engine::Checker::start(worker())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let replayed = runtime
            .block_on(report::replay(&checker, &component, &recorded))
            .with_context(cannot)?;
        print!("{}", describe(&recorded, &replayed));
        if !replayed.reproduced {
            bail!("the failure did not come again");
        }
        Ok(())
    }
}

fn describe(recorded: &Recorded, replayed: &Replayed) -> String {
    let mut text = format!(
        "{}, {} calls of the host\nthen: {}\nnow:  {}\n",
        recorded.function,
        recorded.host_calls.len(),
        recorded.ended,
        replayed.ended
    );
    for (depth, function) in replayed.back_trace.iter().enumerate() {
        text.push_str(&format!("  {depth:>2}  {function}\n"));
    }
    if let Some(diverged) = &replayed.diverged {
        text.push_str(&format!("It went another way: {diverged}.\n"));
    }
    if replayed.reproduced {
        text.push_str("It fails as it did in the district.\n");
        return text;
    }
    let why = match (recorded.substituted, recorded.complete) {
        (_, false) => "More was recorded than a report holds.",
        (true, true) => {
            "The report has substitutes in the place of personal data, and the plugin decides by what was replaced, or by time. \
             Ask the district's admin to replay the true recording in the same way."
        }
        (false, true) => "The plugin failed by time, which no replay repeats.",
    };
    text.push_str(why);
    text.push('\n');
    text
}

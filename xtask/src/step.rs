//! A run of numbered steps that says what it does, how far it is, and at the end how long each step took.

use anyhow::{Context, Result};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// The steps of a run.
pub struct Steps {
    total: usize,
    done: Vec<Done>,
}

struct Done {
    name: String,
    took: Duration,
    failed: bool,
    remarks: Vec<String>,
}

impl Steps {
    /// A run of so many steps.
    pub fn new(total: usize) -> Self {
        Self {
            total,
            done: Vec::new(),
        }
    }

    /// Does a step. What it answers are remarks for the summary: what could not be checked.
    pub fn run(&mut self, name: &str, step: impl FnOnce() -> Result<Vec<String>>) -> Result<()> {
        eprintln!("\n[{}/{}] {name} …", self.done.len() + 1, self.total);
        let start = Instant::now();
        let outcome = step();
        let (remarks, error) = match outcome {
            Ok(remarks) => (remarks, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        self.done.push(Done {
            name: name.to_owned(),
            took: start.elapsed(),
            failed: error.is_some(),
            remarks,
        });
        error
            .map_or(Ok(()), Err)
            .with_context(|| format!("step '{name}' failed"))
    }

    /// What was done, how long it took, and what is left.
    pub fn summary(&self) -> String {
        let mut text = String::from("\nSummary\n");
        for done in &self.done {
            let mark = if done.failed { "FAILED" } else { "ok" };
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  {mark:6} {:>6}  {}", seconds(done.took), done.name);
            for remark in &done.remarks {
                let _ = writeln!(text, "                 {remark}");
            }
        }
        let left = self.total - self.done.len();
        if left > 0 {
            let _ = writeln!(text, "  {left} more not run");
        }
        let _ = write!(
            text,
            "  in all {}",
            seconds(self.done.iter().map(|done| done.took).sum())
        );
        text
    }
}

fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0 => format!("{:.1}s", duration.as_secs_f32()),
        long @ 60.. => format!("{}m{:02}s", long / 60, long % 60),
        short => format!("{short}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn the_summary_names_what_failed_what_was_not_checked_and_what_was_not_run() {
        let mut steps = Steps::new(3);
        steps
            .run("one", || Ok(vec!["NOT checked: two".to_owned()]))
            .unwrap();
        assert!(steps.run("three", || bail!("no")).is_err());
        let summary = steps.summary();
        for part in ["ok", "NOT checked: two", "FAILED", "1 more not run"] {
            assert!(summary.contains(part), "{summary}");
        }
        assert_eq!(seconds(Duration::from_secs(125)), "2m05s");
    }
}

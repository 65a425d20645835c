//! Measuring in turns. A machine's speed changes within minutes, so what is compared runs in slices one after another,
//! round by round, and only figures of the same round are put in relation.

use anyhow::Result;
use std::time::Duration;

/// What is compared: in each round a slice of each arm.
#[derive(Debug)]
pub struct Arm {
    /// What it is called in messages.
    pub name: &'static str,
    /// The median of each slice.
    medians: Vec<Duration>,
}

impl Arm {
    /// An arm without slices.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            medians: Vec::new(),
        }
    }

    /// Adds a slice of single times.
    pub fn add(&mut self, mut times: Vec<Duration>) {
        times.sort_unstable();
        self.medians.extend(times.get(times.len() / 2));
    }

    /// The median of all slices, in microseconds.
    pub fn micros(&self) -> f64 {
        median(self.medians.iter().map(|time| micros(*time)).collect())
    }

    /// How many times longer this arm takes than another: the median over the rounds.
    pub fn over(&self, other: &Self) -> f64 {
        let pairs = self.medians.iter().zip(&other.medians);
        median(
            pairs
                .map(|(mine, other)| micros(*mine) / micros(*other))
                .collect(),
        )
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What a measured value ought to be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// It is told for its own sake.
    None,
    /// At most.
    AtMost(f64),
    /// At least.
    AtLeast(f64),
}

/// Prints results: a table for people, or one object of JSON a line.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// Whether for programs.
    pub json: bool,
}

impl Printer {
    /// Prints one.
    pub fn line(&self, name: &str, value: f64, unit: &str, goal: Goal) -> Result<()> {
        let (text, holds) = match goal {
            Goal::None => (None, None),
            Goal::AtMost(most) => (Some(format!("<= {most}")), Some(value <= most)),
            Goal::AtLeast(least) => (Some(format!(">= {least}")), Some(value >= least)),
        };
        if self.json {
            let rounded = (value * 1_000.0).round() / 1_000.0;
            println!(
                "{}",
                serde_json::json!({ "name": name, "value": rounded, "unit": unit, "goal": text, "holds": holds })
            );
            return Ok(());
        }
        let verdict = match (text, holds) {
            (Some(goal), Some(true)) => format!("goal {goal}"),
            (Some(goal), _) => format!("goal {goal}, MISSED"),
            (None, _) => String::new(),
        };
        println!("{name:<52} {value:>12.3} {unit:<8} {verdict}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_compared_round_by_round() {
        let (mut one, mut other) = (Arm::new("one"), Arm::new("other"));
        // The machine is ten times slower in the second round; the ratio does not see it.
        for slow in [1, 10, 1] {
            one.add(vec![Duration::from_micros(20 * slow); 3]);
            other.add(vec![Duration::from_micros(10 * slow); 3]);
        }
        assert!((one.over(&other) - 2.0).abs() < 1e-9);
        assert!((one.micros() - 20.0).abs() < 1e-9);
    }
}

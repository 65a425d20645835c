//! What an installation may use: eleven budgets, each with a default and with bounds that hold for the whole host.

use crate::Localised;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A budget that the district's admin may change for one installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Budget {
    /// The guest's own running time in one invocation, in milliseconds; a multiple of five.
    Cpu,
    /// How long one invocation may take, the host's work included, in milliseconds.
    Wall,
    /// Linear memory of one invocation, in MiB.
    Memory,
    /// Calls of the host in one invocation.
    HostCalls,
    /// Rows of the database that one invocation may read and write.
    Rows,
    /// Documents that one invocation may write, in KiB.
    RecordKib,
    /// Log lines of one invocation.
    LogLines,
    /// Invocations that run at once in one process.
    Concurrent,
    /// Timers that wait.
    Timers,
    /// Notices in 24 hours.
    Notices,
    /// Outbound requests in 24 hours.
    Outbound,
}

/// One budget's name, default and bounds, which it includes.
struct Entry {
    budget: Budget,
    code: &'static str,
    default: u32,
    least: u32,
    most: u32,
}

const fn entry(
    budget: Budget,
    code: &'static str,
    default: u32,
    (least, most): (u32, u32),
) -> Entry {
    Entry {
        budget,
        code,
        default,
        least,
        most,
    }
}

/// In the order of [`Budget`].
const ENTRIES: [Entry; 11] = [
    entry(Budget::Cpu, "cpu-ms", 200, (20, 1_000)),
    // PostgreSQL ends a transaction that idles for 15 s.
    entry(Budget::Wall, "wall-ms", 5_000, (500, 10_000)),
    entry(Budget::Memory, "memory-mib", 64, (4, 128)),
    entry(Budget::HostCalls, "host-calls", 10_000, (100, 50_000)),
    entry(Budget::Rows, "rows", 50_000, (100, 200_000)),
    entry(Budget::RecordKib, "record-kib", 4_096, (64, 16_384)),
    entry(Budget::LogLines, "log-lines", 100, (0, 1_000)),
    // Fewer than the connections that read (8), so that one installation never holds them all.
    entry(Budget::Concurrent, "concurrent", 6, (1, 7)),
    entry(Budget::Timers, "timers", 10_000, (0, 50_000)),
    entry(Budget::Notices, "notices-a-day", 2_000, (0, 50_000)),
    entry(Budget::Outbound, "outbound-a-day", 2_000, (0, 50_000)),
];

impl Budget {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Cpu,
        Self::Wall,
        Self::Memory,
        Self::HostCalls,
        Self::Rows,
        Self::RecordKib,
        Self::LogLines,
        Self::Concurrent,
        Self::Timers,
        Self::Notices,
        Self::Outbound,
    ];

    fn entry(self) -> &'static Entry {
        &ENTRIES[self as usize]
    }

    /// Its name in the database, in forms and in the audit.
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// The budget of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        let found = ENTRIES.iter().find(|entry| entry.code == code)?;
        Some(found.budget)
    }

    /// What an installation has unless its admin says otherwise.
    pub fn default(self) -> u32 {
        self.entry().default
    }

    /// The least and the most that an admin may give.
    pub fn bounds(self) -> (u32, u32) {
        (self.entry().least, self.entry().most)
    }

    /// Checks what an admin wants to give.
    ///
    /// # Errors
    /// What is wrong with it, for the admin.
    pub fn check(self, amount: u32) -> Result<u32, Localised> {
        let (least, most) = self.bounds();
        if !(least..=most).contains(&amount) {
            return Err(Localised::new(
                format!("{amount} 超出范围，请填 {least} 到 {most} 之间的整数。"),
                format!("{amount} is out of range: choose a whole number from {least} to {most}."),
            ));
        }
        if self == Self::Cpu && !amount.is_multiple_of(5) {
            return Err(Localised::new(
                format!("{amount} 不是 5 的倍数，请填 5 的倍数。"),
                format!("{amount} is no multiple of 5: running time is counted in steps of 5 ms."),
            ));
        }
        Ok(amount)
    }
}

/// An installation's budgets: the defaults and what its admin changed. What a database holds beyond the bounds is read as
/// the bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, u32>", into = "BTreeMap<String, u32>")]
pub struct Budgets([u32; ENTRIES.len()]);

impl Default for Budgets {
    fn default() -> Self {
        Self(ENTRIES.map(|entry| entry.default))
    }
}

impl Budgets {
    /// How much of one.
    pub fn get(&self, budget: Budget) -> u32 {
        self.0[budget as usize]
    }

    /// The same with another amount of one, which [`Budget::check`] has passed.
    #[must_use]
    pub fn with(mut self, budget: Budget, amount: u32) -> Self {
        let (least, most) = budget.bounds();
        self.0[budget as usize] = amount.clamp(least, most);
        self
    }

    /// Those that differ from the default.
    pub fn changed(&self) -> impl Iterator<Item = (Budget, u32)> {
        let all = Budget::ALL.into_iter();
        all.map(|budget| (budget, self.get(budget)))
            .filter(|(budget, amount)| *amount != budget.default())
    }
}

impl From<BTreeMap<String, u32>> for Budgets {
    fn from(changed: BTreeMap<String, u32>) -> Self {
        let known = changed
            .iter()
            .filter_map(|(code, amount)| Some((Budget::from_code(code)?, *amount)));
        known.fold(Self::default(), |budgets, (budget, amount)| {
            budgets.with(budget, amount)
        })
    }
}

impl From<Budgets> for BTreeMap<String, u32> {
    fn from(budgets: Budgets) -> Self {
        let changed = budgets.changed();
        changed
            .map(|(budget, amount)| (budget.code().to_owned(), amount))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_budget_stands_at_its_place_within_its_bounds() {
        for (budget, entry) in Budget::ALL.into_iter().zip(&ENTRIES) {
            assert_eq!(budget, entry.budget);
            assert_eq!(Budget::from_code(budget.code()), Some(budget));
            assert_eq!(budget.check(budget.default()), Ok(budget.default()));
            let (least, most) = budget.bounds();
            assert!(budget.check(most + 1).is_err());
            assert!(least == 0 || budget.check(least - 1).is_err());
        }
        assert!(Budget::Cpu.check(201).is_err());
    }

    #[test]
    fn only_what_was_changed_is_kept_and_nothing_leaves_the_bounds() {
        let budgets = Budgets::default().with(Budget::Cpu, 100);
        assert_eq!(
            serde_json::to_value(budgets).unwrap(),
            json!({ "cpu-ms": 100 })
        );
        let stored = json!({ "cpu-ms": 4_000_000, "concurrent": 0, "of-a-later-version": 3 });
        let read: Budgets = serde_json::from_value(stored).unwrap();
        assert_eq!(
            (read.get(Budget::Cpu), read.get(Budget::Concurrent)),
            (1_000, 1)
        );
        assert_eq!(read.get(Budget::Rows), Budget::Rows.default());
    }
}

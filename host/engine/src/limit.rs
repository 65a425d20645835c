//! What one invocation may use, and how it is measured. What an admin may change of it for one installation is
//! [`linli_domain::budget`]; the rest holds for all.

use crate::trap::HostTrap;
use linli_domain::budget::{Budget, Budgets};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use wasmtime::ResourceLimiter;

/// How often a running guest is looked at.
pub const TICK: Duration = Duration::from_millis(5);
/// Ticks that a guest may run while its act holds SQLite's one writer: 20 ms.
pub const LOCK_TICKS: u32 = 4;
/// How long an act may hold SQLite's one writer, the host's work for it and waits included: 1 s. An honest act needs some
/// milliseconds, even on a machine so loaded that it runs a hundredth of the time it stays far below; and whoever waits
/// for the writer is given up on only after ten times as long.
pub const LOCK_WALL: Duration = Duration::from_secs(1);
/// How long an invocation that loses races is run again before the answer is 'busy'.
pub const RACES: Duration = Duration::from_secs(10);
/// Characters of what is said in an answer: of `done.say`, of a problem.
pub const SAID: usize = 500;
/// Problems of one answer.
pub const PROBLEMS: usize = 50;
/// Characters of a field's name in an answer.
pub const FIELD_NAME: usize = 64;
/// Bytes of the address that an answer leads to.
pub const ADDRESS: usize = 512;
/// Bytes that one memory may have under the largest budget: 128 MiB.
pub const MOST_MEMORY: usize = 128 << 20;
/// Elements of one table.
pub const TABLE_ELEMENTS: usize = 20_000;
/// Core instances of one component.
pub const CORE_INSTANCES: usize = 40;
/// Memories, and tables, of one component.
pub const MEMORIES: u32 = 4;
/// Bytes that one call may hand from the guest to the host, a page included: 8 MiB.
pub const TRANSFER: usize = 8 << 20;
/// Resource handles alive at once; the contract has no resources yet.
pub const HANDLES: usize = 1_000;
/// Bytes of one log line.
pub const LOG_LINE: usize = 1_000;
/// Invocations that run at once in one process; below the pool's size, so that the pool never refuses one.
pub const CONCURRENT: usize = 120;
/// Invocations of one installation that may wait for their turn.
pub const WAITING_OF_INSTALLATION: usize = 64;
/// How long an invocation waits for its turn before the answer is 'busy'.
pub const WAIT: Duration = Duration::from_secs(2);

/// What one invocation may use: an installation's budgets in the units of the meters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Ticks of the guest's own running.
    ticks: u32,
    /// How long one run may take in all, the host's work for it and waits included, but not the wait for its unit of work.
    /// Looked at whenever it calls the host, so that nothing is ever dropped midway.
    wall: Duration,
    /// Bytes of linear memory, over all memories of the component.
    memory: usize,
    host_calls: u32,
    rows: u64,
    /// Bytes of documents written.
    written: usize,
    pub(crate) log_lines: usize,
}

impl From<Budgets> for Limits {
    fn from(budgets: Budgets) -> Self {
        let amount = |budget| budgets.get(budget);
        Self {
            ticks: amount(Budget::Cpu) / (TICK.as_millis() as u32),
            wall: Duration::from_millis(amount(Budget::Wall).into()),
            memory: (amount(Budget::Memory) as usize) << 20,
            host_calls: amount(Budget::HostCalls),
            rows: amount(Budget::Rows).into(),
            written: (amount(Budget::RecordKib) as usize) << 10,
            log_lines: amount(Budget::LogLines) as usize,
        }
    }
}

/// Counts the time that an invocation's task is running, not waiting: the guest's and the host's together.
#[derive(Debug)]
pub(crate) struct Meter {
    origin: Instant,
    busy: AtomicU64,
    /// Nanoseconds since `origin` at which the present poll began, or `NOT_RUNNING`.
    running_since: AtomicU64,
}

const NOT_RUNNING: u64 = u64::MAX;

impl Meter {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            origin: Instant::now(),
            busy: AtomicU64::new(0),
            running_since: AtomicU64::new(NOT_RUNNING),
        })
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(NOT_RUNNING - 1)
    }

    /// Nanoseconds of running so far.
    pub(crate) fn busy(&self) -> u64 {
        let since = self.running_since.load(Ordering::Relaxed);
        let now = if since == NOT_RUNNING {
            0
        } else {
            self.elapsed().saturating_sub(since)
        };
        self.busy.load(Ordering::Relaxed) + now
    }

    /// Awaits a future and counts while it is polled.
    pub(crate) async fn count<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            self.running_since.store(self.elapsed(), Ordering::Relaxed);
            let answer = future.as_mut().poll(context);
            self.busy.store(self.busy(), Ordering::Relaxed);
            self.running_since.store(NOT_RUNNING, Ordering::Relaxed);
            answer
        })
        .await
    }
}

/// What the guest has used of its budgets.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) limits: Limits,
    pub(crate) meter: Arc<Meter>,
    /// Nanoseconds of `meter` that were the host's.
    host: u64,
    /// Guest's nanoseconds at the last tick that counted.
    counted: u64,
    pub(crate) ticks: u32,
    /// `ticks` when the unit of work began that holds the only writer.
    lock_since: Option<u32>,
    /// Nanoseconds of `meter`'s clock at which that was.
    locked_at: Option<u64>,
    /// Nanoseconds of waiting for the unit of work.
    waited: u64,
    /// Bytes of documents written.
    pub(crate) written: usize,
    pub(crate) host_calls: u32,
    /// Rows that its unit of work has read and written.
    pub(crate) rows: u64,
    pub(crate) memory: usize,
}

impl Used {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            meter: Meter::new(),
            host: 0,
            counted: 0,
            ticks: 0,
            lock_since: None,
            locked_at: None,
            waited: 0,
            written: 0,
            host_calls: 0,
            rows: 0,
            memory: 0,
        }
    }

    /// Nanoseconds that the guest itself has run.
    pub(crate) fn guest(&self) -> u64 {
        self.meter.busy().saturating_sub(self.host)
    }

    /// An epoch has passed while the guest ran. It counts where the guest has run for half of it: time that passed
    /// waiting for the database, or for a processor, is not the guest's. However long the wait, it counts once.
    pub(crate) fn tick(&mut self) -> Result<(), HostTrap> {
        let guest = self.guest();
        if guest.saturating_sub(self.counted) < (TICK.as_nanos() / 2) as u64 {
            return Ok(());
        }
        self.counted = guest;
        self.ticks += 1;
        if self.ticks > self.limits.ticks {
            return Err(HostTrap::BudgetExhausted(Exhausted::Cpu(self.limits.ticks)));
        }
        match self.lock_since {
            Some(since) if self.ticks - since > LOCK_TICKS => {
                Err(HostTrap::BudgetExhausted(Exhausted::Lock))
            }
            _ => Ok(()),
        }
    }

    /// The unit of work holds the only writer from now on.
    pub(crate) fn locked(&mut self) {
        self.lock_since = Some(self.ticks);
        self.locked_at = Some(self.meter.elapsed());
    }

    /// The time by which [`Used::waited_since`] counts.
    pub(crate) fn clock(&self) -> u64 {
        self.meter.elapsed()
    }

    /// From then until now it waited for its unit of work: how long, others decide.
    pub(crate) fn waited_since(&mut self, then: u64) {
        self.waited += self.meter.elapsed().saturating_sub(then);
    }

    /// The budget of time that is used up at an instant of `meter`'s clock.
    fn overdue(&self, now: u64) -> Option<Exhausted> {
        let over = |used: u64, limit: Duration| Duration::from_nanos(used) > limit;
        if self
            .locked_at
            .is_some_and(|since| over(now.saturating_sub(since), LOCK_WALL))
        {
            return Some(Exhausted::LockWall);
        }
        let wall = self.limits.wall;
        over(now.saturating_sub(self.waited), wall).then_some(Exhausted::Wall(wall))
    }

    /// More bytes of documents are to be written; false where that is too many.
    pub(crate) fn may_write(&mut self, bytes: usize) -> bool {
        self.written = self.written.saturating_add(bytes);
        self.written <= self.limits.written
    }

    /// A call of the host begins; answers what [`Used::leave`] needs.
    pub(crate) fn enter(&mut self) -> Result<u64, HostTrap> {
        self.host_calls += 1;
        let most = self.limits.host_calls;
        if self.host_calls > most {
            return Err(HostTrap::BudgetExhausted(Exhausted::HostCalls(most)));
        }
        if let Some(exhausted) = self.overdue(self.meter.elapsed()) {
            return Err(HostTrap::BudgetExhausted(exhausted));
        }
        Ok(self.meter.busy())
    }

    /// The call of the host ends; its unit of work has read and written so many rows by now.
    pub(crate) fn leave(&mut self, entered: u64, rows: u64) -> Result<(), HostTrap> {
        self.host += self.meter.busy().saturating_sub(entered);
        self.rows = rows;
        if rows > self.limits.rows {
            return Err(HostTrap::BudgetExhausted(Exhausted::Rows(self.limits.rows)));
        }
        Ok(())
    }
}

impl ResourceLimiter for Used {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let memory = self.memory.saturating_add(desired.saturating_sub(current));
        if memory > self.limits.memory {
            return Err(HostTrap::BudgetExhausted(Exhausted::Memory(self.limits.memory)).into());
        }
        self.memory = memory;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            return Err(HostTrap::BudgetExhausted(Exhausted::Tables).into());
        }
        Ok(true)
    }
}

/// A budget of an invocation that is used up, and how much there was of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exhausted {
    /// Running time of the guest, in ticks.
    Cpu(u32),
    /// Running time of the guest while it holds the database's one writer.
    Lock,
    /// Time from the first instruction on, whoever needed it.
    Wall(Duration),
    /// The same while it holds the database's one writer.
    LockWall,
    /// Linear memory, in bytes.
    Memory(usize),
    /// Tables.
    Tables,
    /// Calls of the host.
    HostCalls(u32),
    /// Rows of the database.
    Rows(u64),
}

impl Exhausted {
    /// What it is and how much there is of it.
    pub fn describe(self) -> String {
        match self {
            Self::Cpu(ticks) => {
                format!("running time ({} ms)", TICK.as_millis() * u128::from(ticks))
            }
            Self::Lock => format!(
                "running time while it writes ({} ms)",
                TICK.as_millis() * u128::from(LOCK_TICKS)
            ),
            Self::Wall(wall) => {
                format!("time, the host's included ({} ms)", wall.as_millis())
            }
            Self::LockWall => format!(
                "time while it writes, the host's included ({} ms)",
                LOCK_WALL.as_millis()
            ),
            Self::Memory(bytes) => format!("memory ({} MiB)", bytes >> 20),
            Self::Tables => format!("table elements ({TABLE_ELEMENTS})"),
            Self::HostCalls(calls) => format!("calls of the host ({calls})"),
            Self::Rows(rows) => format!("rows of the database ({rows})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_ends_whoever_needs_it_but_not_by_waiting_for_a_turn() {
        let seconds = |seconds: u64| seconds * 1_000_000_000;
        let mut used = Used::new(Budgets::default().into());
        let wall = Duration::from_secs(5);
        assert_eq!(used.overdue(seconds(5)), None);
        assert_eq!(used.overdue(seconds(5) + 1), Some(Exhausted::Wall(wall)));
        used.waited = seconds(3);
        assert_eq!(used.overdue(seconds(8)), None);
        assert_eq!(used.overdue(seconds(9)), Some(Exhausted::Wall(wall)));
        used.locked_at = Some(seconds(3));
        assert_eq!(used.overdue(seconds(4)), None);
        assert_eq!(used.overdue(seconds(4) + 1), Some(Exhausted::LockWall));
    }

    #[tokio::test]
    async fn waiting_is_not_running() {
        let meter = Meter::new();
        meter
            .count(tokio::time::sleep(Duration::from_millis(30)))
            .await;
        assert!(meter.busy() < 20_000_000, "{}", meter.busy());
        meter
            .count(async { std::thread::sleep(Duration::from_millis(10)) })
            .await;
        assert!(meter.busy() >= 10_000_000, "{}", meter.busy());
    }
}

//! What the engine counts for whoever watches the host. Names and labels are those of Prometheus; docs/metrics.md lists
//! them. Where nobody watches, each handle does nothing.
//!
//! A label has few values: `plugin`, `function` and `outcome` have dozens together. Installations are many (50 plugins in 327
//! communities are 16,350), so only [`INSTALLATIONS`] of them, those that were used first, have series of their own, and
//! the others share one community, `(others)`; latencies and sizes are counted by plugin alone.

use crate::limit::Used;
use linli_core::Service;
use linli_domain::{InstallationId, PluginId};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Installations with series of their own.
pub const INSTALLATIONS: usize = 1_000;
/// The community of all others.
const OTHERS: &str = "(others)";
/// What a plugin may be asked; what is not listed is counted as the last.
const FUNCTIONS: [&str; 8] = [
    "pages.view",
    "pages.act",
    "timers.fired",
    "topics.received",
    "replies.replied",
    "lifecycle.installed",
    "lifecycle.upgraded",
    "other",
];

/// How an invocation ended, for the label `outcome`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Done,
    Failed,
    ConsentNeeded,
    Ill,
    Changed,
    Busy,
    Paused,
    Gone,
    HostFailed,
}

impl Outcome {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::ConsentNeeded, "consent-needed"),
        (Self::Ill, "ill"),
        (Self::Changed, "changed"),
        (Self::Busy, "busy"),
        (Self::Paused, "paused"),
        (Self::Gone, "gone"),
        (Self::HostFailed, "host-failed"),
    ];
}

impl Outcome {
    /// Its name in labels and traces.
    pub(crate) fn code(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// The meters of one process.
#[derive(Default)]
pub(crate) struct Meters {
    plugins: Mutex<HashMap<PluginId, Arc<PluginMeters>>>,
    installations: Mutex<HashMap<InstallationId, Arc<InstallationMeters>>>,
    host: OnceLock<HostMeters>,
}

/// Of one plugin.
pub(crate) struct PluginMeters {
    plugin: String,
    outcomes: [[OnceLock<Counter>; Outcome::ALL.len()]; FUNCTIONS.len()],
    seconds: [OnceLock<Histogram>; FUNCTIONS.len()],
    cpu: Histogram,
    memory: Histogram,
    host_calls: Counter,
    rows: Counter,
}

/// Of one installation, or of all that have none of their own.
pub(crate) struct InstallationMeters {
    invocations: Counter,
    failures: Counter,
    cpu: Counter,
    /// None where several share the series.
    paused: Option<Gauge>,
}

/// Of the process.
pub(crate) struct HostMeters {
    pub(crate) queue: Histogram,
    pub(crate) waiting: Gauge,
    pub(crate) running: Gauge,
    compiled: Counter,
    compile_failed: Counter,
    compile: Histogram,
}

impl HostMeters {
    /// A worker compiled a component, or did not, in so long; the wait for its turn included.
    pub(crate) fn compiled(&self, after: Duration, well: bool) {
        let counter = match well {
            true => &self.compiled,
            false => &self.compile_failed,
        };
        counter.increment(1);
        self.compile.record(after);
    }
}

impl Meters {
    pub(crate) fn host(&self) -> &HostMeters {
        self.host.get_or_init(|| HostMeters {
            queue: histogram!("linli_queue_seconds"),
            waiting: gauge!("linli_queue_waiting"),
            running: gauge!("linli_running"),
            compiled: counter!("linli_compilations_total", "outcome" => "done"),
            compile_failed: counter!("linli_compilations_total", "outcome" => "failed"),
            compile: histogram!("linli_compile_seconds"),
        })
    }

    pub(crate) fn plugin(&self, plugin: &PluginId) -> Arc<PluginMeters> {
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meters) = plugins.get(plugin) {
            return meters.clone();
        }
        let meters = Arc::new(PluginMeters::new(plugin));
        plugins.insert(plugin.clone(), meters.clone());
        meters
    }

    pub(crate) fn installation(&self, service: &Service) -> Arc<InstallationMeters> {
        let mut installations = self
            .installations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(meters) = installations.get(&service.id()) {
            return meters.clone();
        }
        let has_own = installations.len() < INSTALLATIONS;
        let community = match has_own {
            true => service.community.slug.as_str(),
            false => OTHERS,
        };
        let labels = [
            ("plugin", service.plugin().to_string()),
            ("community", community.to_owned()),
        ];
        let meters = Arc::new(InstallationMeters {
            invocations: counter!("linli_installation_invocations_total", &labels),
            failures: counter!("linli_installation_failures_total", &labels),
            cpu: counter!("linli_installation_cpu_microseconds_total", &labels),
            paused: has_own.then(|| gauge!("linli_installation_paused", &labels)),
        });
        installations.insert(service.id(), meters.clone());
        meters
    }
}

impl PluginMeters {
    fn new(plugin: &PluginId) -> Self {
        let plugin = plugin.to_string();
        let labels = [("plugin", plugin.clone())];
        Self {
            outcomes: Default::default(),
            seconds: Default::default(),
            cpu: histogram!("linli_invocation_cpu_seconds", &labels),
            memory: histogram!("linli_invocation_memory_bytes", &labels),
            host_calls: counter!("linli_host_calls_total", &labels),
            rows: counter!("linli_rows_total", &labels),
            plugin,
        }
    }

    /// An invocation of a function ended so, so long after it was asked for.
    pub(crate) fn ended(&self, function: &'static str, outcome: Outcome, after: Duration) {
        let known = FUNCTIONS.iter().position(|known| *known == function);
        let at = known.unwrap_or(FUNCTIONS.len() - 1);
        let (function, code) = (FUNCTIONS[at], outcome.code());
        self.outcomes[at][outcome as usize]
            .get_or_init(|| {
                counter!("linli_invocations_total", "plugin" => self.plugin.clone(), "function" => function, "outcome" => code)
            })
            .increment(1);
        self.seconds[at]
            .get_or_init(|| {
                histogram!("linli_invocation_seconds", "plugin" => self.plugin.clone(), "function" => function)
            })
            .record(after);
    }

    /// One run of an invocation used so much.
    pub(crate) fn used(&self, used: &Used) {
        self.cpu.record(Duration::from_nanos(used.guest()));
        self.memory.record(used.memory as f64);
        self.host_calls.increment(used.host_calls.into());
        self.rows.increment(used.rows);
    }
}

impl InstallationMeters {
    /// An invocation ended so.
    pub(crate) fn ended(&self, outcome: Outcome) {
        self.invocations.increment(1);
        if outcome == Outcome::Ill {
            self.failures.increment(1);
        }
    }

    /// One run of an invocation used so much.
    pub(crate) fn used(&self, used: &Used) {
        self.cpu.increment(used.guest() / 1_000);
    }

    /// It is paused, or runs again.
    pub(crate) fn pause(&self, paused: bool) {
        if let Some(gauge) = &self.paused {
            gauge.set(f64::from(u8::from(paused)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_stand_at_their_places() {
        for (at, (outcome, _)) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, at);
        }
    }
}

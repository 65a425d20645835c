//! What a publisher is told of a failure, and how it is replayed without a district.
//!
//! After a failure the invocation is run a second time with the same clock, seed and ids, rolled back whatever comes of it, and
//! its calls of the host are recorded: the run that failed has paid nothing for that. In what the publisher gets, personal data
//! are replaced by substitutes of the same shape (`substitute.rs`); the true recording stays with the district, sealed.

mod replay;
mod substitute;

pub(crate) use replay::DONE;
pub use replay::{Replayed, replay};
pub(crate) use substitute::Substitutes;

use crate::tape::HostCall;
use linli_core::store::ledger::Failure;
use linli_domain::budget::Budgets;
use linli_domain::permission::Permission;
use linli_domain::{Manifest, Seed};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A run that can be replayed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recorded {
    /// Digest of the component.
    pub digest: String,
    /// What was asked, such as `pages.act`.
    pub function: String,
    /// With what, in the contract's types as JSON.
    pub input: Value,
    /// The calls of the host, in order.
    pub host_calls: Vec<HostCall>,
    /// Whether these are all of them.
    pub complete: bool,
    /// How the recorded run ended.
    pub ended: String,
    /// What was granted.
    pub granted: BTreeSet<Permission>,
    /// What the plugin can do without.
    pub optional: BTreeSet<String>,
    /// What the installation might use.
    pub budgets: Budgets,
    /// Whether personal data are replaced.
    pub substituted: bool,
}

impl Recorded {
    /// The same with substitutes in the place of what may be personal.
    pub(crate) fn substituted(&self, substitutes: &Substitutes) -> Self {
        let host_calls = self.host_calls.iter().map(|host_call| HostCall {
            call: host_call.call.clone(),
            came: substitutes.came(&host_call.call, &host_call.came),
        });
        Self {
            input: substitutes.input(&self.input),
            host_calls: host_calls.collect(),
            substituted: true,
            ..self.clone()
        }
    }
}

/// The report of a failure as its publisher gets it. `seed` is a fresh one.
pub fn for_publisher(failure: &Failure, manifest: &Manifest, seed: Seed) -> Value {
    let mut report = failure.report.clone();
    if let Some(path) = report.get("path").and_then(Value::as_str) {
        report["path"] = Substitutes::new(manifest, seed).text(path).into();
    }
    json!({
        "linli-report": 1,
        "plugin": manifest.id,
        "invocation": failure.invocation_id,
        "at": failure.at.to_rfc3339(),
        "reason": failure.reason,
        "report": report,
    })
}

/// The run that a report file holds, be it a publisher's or the district's own.
///
/// # Errors
/// Why the file is no report, or cannot be replayed.
pub fn read(file: &str) -> Result<Recorded, String> {
    let file: Value =
        serde_json::from_str(file).map_err(|error| format!("it is no JSON: {error}"))?;
    if file.get("linli-report") != Some(&json!(1)) {
        return Err("it is no failure report of this version of Linli".to_owned());
    }
    match file.pointer("/report/replay") {
        None | Some(Value::Null) => Err(
            "nothing was recorded: the plugin did not begin to run, or it had failed a moment before".to_owned(),
        ),
        Some(recorded) => serde_json::from_value(recorded.clone())
            .map_err(|error| format!("what was recorded cannot be read: {error}")),
    }
}

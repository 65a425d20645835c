//! The circuit breakers of all installations, as one process sees them. The rule is [`linli_domain::breaker`]'s.
//!
//! That a breaker is open stands in the database, with the installation, so that every process knows it from the same query
//! that opens a page, a restart forgets nothing and the admin reads and changes it anywhere. What happened in the last
//! minute each process remembers for itself: counting in the database would cost every invocation a write. So of several
//! processes each may fail [`linli_domain::breaker::FAILURES`] times before the first of them opens the breaker for all, and
//! each lets one trial through when the pause is over.

use linli_core::Service;
use linli_domain::breaker::{Admission, Breaker, Recent};
use linli_domain::{InstallationId, Instant, InvocationId, PersonId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a process knows.
#[derive(Clone, Default)]
pub(crate) struct Breakers(Arc<Mutex<HashMap<InstallationId, Circuit>>>);

/// Of one installation that has failed lately or is paused.
#[derive(Default)]
struct Circuit {
    recent: Recent,
    /// What this process has put into the database, until a page is opened under something newer.
    known: Option<Breaker>,
    /// Whether a trial runs.
    trial: bool,
}

/// That an invocation may run. Dropped when it has ended.
pub(crate) struct Pass {
    /// The breaker under which it is the trial.
    under: Option<Breaker>,
    of: InstallationId,
    breakers: Breakers,
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.under.is_some()
            && let Some(circuit) = self.breakers.lock().get_mut(&self.of)
        {
            circuit.trial = false;
        }
    }
}

/// How an invocation went, as far as the plugin is to blame.
#[derive(Clone, Copy)]
pub(crate) struct Outcome<'a> {
    pub(crate) person: Option<PersonId>,
    pub(crate) invocation: InvocationId,
    /// Why it failed.
    pub(crate) failed: Option<&'a str>,
}

impl Breakers {
    fn lock(&self) -> MutexGuard<'_, HashMap<InstallationId, Circuit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the service may be invoked now; else when it may be tried again.
    pub(crate) fn admit(&self, service: &Service, now: Instant) -> Result<Pass, Instant> {
        let of = service.id();
        let stored = service.installation.breaker.as_ref();
        let mut pass = Pass {
            under: None,
            of,
            breakers: self.clone(),
        };
        let mut circuits = self.lock();
        if stored.is_none_or(|stored| !stored.open) && !circuits.contains_key(&of) {
            return Ok(pass);
        }
        let circuit = circuits.entry(of).or_default();
        let newest = newest(stored, circuit.known.as_ref());
        match newest.map_or(Admission::Free, |breaker| breaker.admits(now)) {
            Admission::Free => Ok(pass),
            Admission::Paused(next) => Err(next),
            // Another runs: look again in a moment.
            Admission::Trial if circuit.trial => Err(now.plus_seconds(5)),
            Admission::Trial => {
                pass.under = newest.cloned();
                circuit.trial = true;
                Ok(pass)
            }
        }
    }

    /// Notes how an invocation ended; the state that the breaker enters by it, if it does.
    pub(crate) fn note(
        &self,
        service: &Service,
        pass: Option<&Pass>,
        outcome: Outcome<'_>,
        now: Instant,
    ) -> Option<Breaker> {
        let of = service.id();
        let mut circuits = self.lock();
        if outcome.failed.is_none() && !circuits.contains_key(&of) {
            return None;
        }
        let circuit = circuits.entry(of).or_default();
        let stored = service.installation.breaker.as_ref();
        let newest = newest(stored, circuit.known.as_ref()).cloned();
        let is_open = newest.as_ref().is_some_and(|breaker| breaker.open);
        let trial = pass.is_some_and(|pass| pass.under.is_some());
        let must_open = circuit
            .recent
            .note(now, outcome.person, outcome.failed.is_some());
        let entered = match outcome.failed {
            Some(reason) if trial || must_open && !is_open => Some(Breaker::opened(
                newest.as_ref(),
                now,
                reason,
                outcome.invocation,
            )),
            None if trial => newest.map(|breaker| breaker.closed(now)),
            _ => None,
        };
        if let Some(entered) = &entered {
            circuit.known = Some(entered.clone());
            circuit.recent = Recent::default();
        } else if circuit.known.is_none() && !circuit.trial && circuit.recent.is_well(now) {
            circuits.remove(&of);
        }
        entered
    }
}

/// The newer of what a page was opened under and what this process has noted. Where both are of one instant the database has
/// the last word: the admin may have ended a pause.
fn newest<'a>(stored: Option<&'a Breaker>, known: Option<&'a Breaker>) -> Option<&'a Breaker> {
    known
        .into_iter()
        .chain(stored)
        .max_by_key(|breaker| breaker.changed)
}

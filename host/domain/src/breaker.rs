//! When an installation that keeps failing is paused, for how long, and how it comes back.
//!
//! It opens where of the last minute's invocations at least [`FAILURES`] failed through the plugin's fault and they are at
//! least half of all. One person's failures count at most [`OF_ONE_PERSON`] times: nobody can pause a service for everybody
//! else by sending one bad input again and again. While it is open nothing runs; then a single invocation is let through as
//! a trial: if it succeeds the breaker closes, if it fails it stays open for twice as long, half an hour at the most.

use crate::{Instant, InvocationId, PersonId};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Failures that open it.
pub const FAILURES: usize = 5;
/// How many failures of one person count.
pub const OF_ONE_PERSON: usize = 3;
/// For how long an invocation counts, in microseconds.
const WINDOW: i64 = 60_000_000;
/// How many invocations are remembered: the newest.
const REMEMBERED: usize = 128;
/// The first pause, in microseconds.
const FIRST: i64 = 30_000_000;
/// The longest pause, in microseconds.
const LONGEST: i64 = 30 * 60_000_000;
/// A breaker that opens again so soon after it closed goes on with longer pauses, in microseconds.
const RELAPSE: i64 = 10 * 60_000_000;

/// The state of a breaker that was open at least once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Breaker {
    /// Whether it is open now.
    pub open: bool,
    /// How often in a row it has opened or stayed open after a trial.
    pub times: u32,
    /// Since when it is open; for a closed one, when it was opened last.
    pub since: Instant,
    /// When the next trial may be made.
    pub next: Instant,
    /// What the last failure was, in one line.
    pub reason: String,
    /// Under which the ledger has that failure.
    pub invocation: InvocationId,
    /// When this state was entered.
    pub changed: Instant,
}

/// Whether an invocation may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    /// As always.
    Free,
    /// As the one trial.
    Trial,
    /// Not before then.
    Paused(Instant),
}

impl Breaker {
    /// It opens, or stays open after a trial that failed.
    #[must_use]
    pub fn opened(
        before: Option<&Self>,
        now: Instant,
        reason: &str,
        invocation: InvocationId,
    ) -> Self {
        let goes_on =
            before.filter(|before| before.open || now.0.saturating_sub(before.changed.0) < RELAPSE);
        let times = goes_on.map_or(0, |before| before.times).saturating_add(1);
        let pause = FIRST.saturating_mul(1 << (times - 1).min(10)).min(LONGEST);
        Self {
            open: true,
            times,
            since: match before {
                Some(before) if before.open => before.since,
                _ => now,
            },
            next: Instant(now.0.saturating_add(pause)),
            reason: reason.to_owned(),
            invocation,
            changed: now,
        }
    }

    /// A trial succeeded.
    #[must_use]
    pub fn closed(&self, now: Instant) -> Self {
        Self {
            open: false,
            changed: now,
            ..self.clone()
        }
    }

    /// The admin wants the trial now.
    #[must_use]
    pub fn tried_now(&self, now: Instant) -> Self {
        Self {
            next: now,
            changed: now,
            ..self.clone()
        }
    }

    /// Whether an invocation may run now.
    pub fn admits(&self, now: Instant) -> Admission {
        match self.open {
            false => Admission::Free,
            true if now >= self.next => Admission::Trial,
            true => Admission::Paused(self.next),
        }
    }
}

/// The last minute of one installation that has failed in it.
#[derive(Clone, Debug, Default)]
pub struct Recent(VecDeque<Outcome>);

#[derive(Clone, Copy, Debug)]
struct Outcome {
    at: Instant,
    failed: bool,
    /// Nobody: the background.
    of: Option<PersonId>,
}

impl Recent {
    /// Notes how an invocation ended; true where the breaker is to open.
    pub fn note(&mut self, now: Instant, of: Option<PersonId>, failed: bool) -> bool {
        self.forget_old(now);
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(Outcome {
            at: now,
            failed,
            of,
        });
        if !failed {
            return false;
        }
        let failures: Vec<_> = self.0.iter().filter(|outcome| outcome.failed).collect();
        let counted = failures
            .iter()
            .enumerate()
            .filter(|(at, outcome)| {
                let earlier = failures[..*at].iter();
                earlier.filter(|other| other.of == outcome.of).count() < OF_ONE_PERSON
            })
            .count();
        counted >= FAILURES && failures.len() * 2 >= self.0.len()
    }

    /// Whether nothing that failed is remembered.
    pub fn is_well(&mut self, now: Instant) -> bool {
        self.forget_old(now);
        !self.0.iter().any(|outcome| outcome.failed)
    }

    fn forget_old(&mut self, now: Instant) {
        while self
            .0
            .front()
            .is_some_and(|outcome| now.0.saturating_sub(outcome.at.0) > WINDOW)
        {
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SECOND: i64 = 1_000_000;

    fn person(number: u128) -> Option<PersonId> {
        Some(PersonId(Uuid::from_u128(number)))
    }

    fn failure() -> InvocationId {
        InvocationId(Uuid::nil())
    }

    #[test]
    fn one_person_alone_cannot_open_it() {
        let mut recent = Recent::default();
        for second in 0..50 {
            assert!(!recent.note(Instant(second * SECOND), person(1), true));
        }
        assert!(!recent.note(Instant(50 * SECOND), person(2), true));
        assert!(recent.note(Instant(51 * SECOND), person(3), true));
    }

    #[test]
    fn it_needs_half_of_the_last_minute() {
        let mut recent = Recent::default();
        for number in 0..6 {
            assert!(!recent.note(Instant(0), person(number), false));
        }
        for number in 0..5 {
            assert!(!recent.note(Instant(SECOND), person(number), true));
        }
        assert!(recent.note(Instant(SECOND), person(9), true));
        assert!(!recent.is_well(Instant(60 * SECOND)));
        assert!(recent.is_well(Instant(62 * SECOND)));
        assert!(!recent.note(Instant(70 * SECOND), person(1), true));
    }

    #[test]
    fn pauses_double_up_to_half_an_hour_and_begin_anew_when_it_has_been_well() {
        let mut breaker = Breaker::opened(None, Instant(0), "trap", failure());
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.push((breaker.next.0 - breaker.changed.0) / SECOND);
            assert_eq!(breaker.since, Instant(0));
            breaker = Breaker::opened(Some(&breaker), breaker.next, "trap", failure());
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1800, 1800]);
        let closed = breaker.closed(breaker.next);
        let soon = Instant(closed.changed.0 + 60 * SECOND);
        assert_eq!(
            Breaker::opened(Some(&closed), soon, "trap", failure()).times,
            10
        );
        let late = Instant(closed.changed.0 + 11 * 60 * SECOND);
        let again = Breaker::opened(Some(&closed), late, "trap", failure());
        assert_eq!((again.times, again.since), (1, late));
    }

    #[test]
    fn a_trial_comes_when_the_pause_is_over_or_the_admin_says_so() {
        let breaker = Breaker::opened(None, Instant(0), "trap", failure());
        let early = Instant(29 * SECOND);
        assert_eq!(
            breaker.admits(early),
            Admission::Paused(Instant(30 * SECOND))
        );
        assert_eq!(breaker.admits(Instant(30 * SECOND)), Admission::Trial);
        assert_eq!(breaker.tried_now(early).admits(early), Admission::Trial);
        assert_eq!(breaker.closed(early).admits(early), Admission::Free);
    }
}

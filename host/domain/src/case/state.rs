//! The states of a case and the ways between them.

use super::code::codes;

codes! {
    /// Where a case stands.
    pub enum CaseState, "state" {
        /// Asked for; nobody has taken it up yet.
        Open = "open",
        /// Somebody has taken it up.
        Accepted = "accepted",
        /// It is worked on.
        InProgress = "in-progress",
        /// Work waits for something outside the office, for a reason that is said; the clock stands.
        Waiting = "waiting",
        /// The office is done; the resident may object.
        Resolved = "resolved",
        /// Over.
        Closed = "closed",
        /// The resident was not content: it is asked for anew.
        Reopened = "reopened",
        /// Called off, by the resident or the office.
        Cancelled = "cancelled",
        /// It goes on in another case, of which it is a duplicate.
        Merged = "merged",
    }
}

use CaseState::{
    Accepted, Cancelled, Closed, InProgress, Merged, Open, Reopened, Resolved, Waiting,
};

impl CaseState {
    /// Whether it may become the other.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Open | Reopened => matches!(next, Accepted | Cancelled | Merged),
            Accepted => matches!(next, InProgress | Cancelled | Merged),
            InProgress => matches!(next, Waiting | Resolved | Cancelled | Merged),
            Waiting => matches!(next, InProgress | Cancelled | Merged),
            Resolved => matches!(next, Closed | Reopened),
            Closed | Cancelled => next == Reopened,
            Merged => false,
        }
    }

    /// Whether a merged case may return to the other, where it was, when the merge is undone.
    pub fn may_return_to(self, before: Self) -> bool {
        self == Merged && before.is_active()
    }

    /// Whether something is still to be done in it, if only to wait for the resident's objection.
    pub fn is_live(self) -> bool {
        self.is_active() || self == Resolved
    }

    /// Whether it waits for the office or for what the office waits for.
    pub fn is_active(self) -> bool {
        matches!(self, Open | Reopened | Accepted | InProgress | Waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn next(state: CaseState) -> impl Iterator<Item = CaseState> {
        CaseState::ALL
            .iter()
            .copied()
            .filter(move |next| state.may_become(*next))
    }

    fn reachable(from: CaseState) -> BTreeSet<CaseState> {
        let (mut seen, mut left) = (BTreeSet::from([from]), vec![from]);
        while let Some(state) = left.pop() {
            left.extend(next(state).filter(|next| seen.insert(*next)));
        }
        seen
    }

    #[test]
    fn these_are_all_the_ways() {
        let ways: BTreeSet<String> = CaseState::ALL
            .iter()
            .flat_map(|state| next(*state).map(move |next| format!("{state} > {next}")))
            .collect();
        let wanted = "\
            open > accepted, open > cancelled, open > merged, \
            reopened > accepted, reopened > cancelled, reopened > merged, \
            accepted > in-progress, accepted > cancelled, accepted > merged, \
            in-progress > waiting, in-progress > resolved, in-progress > cancelled, in-progress > merged, \
            waiting > in-progress, waiting > cancelled, waiting > merged, \
            resolved > closed, resolved > reopened, closed > reopened, cancelled > reopened";
        assert_eq!(ways, wanted.split(", ").map(str::to_owned).collect());
    }

    #[test]
    fn every_state_is_reached_from_open_and_every_state_can_end() {
        assert_eq!(reachable(Open), CaseState::ALL.iter().copied().collect());
        for state in CaseState::ALL {
            assert!(
                reachable(*state).iter().any(|end| !end.is_live()),
                "{state}"
            );
            assert!(!state.may_become(*state), "{state}");
            assert_eq!(state.code().parse::<CaseState>().unwrap(), *state);
        }
        assert!("undefined".parse::<CaseState>().is_err());
    }

    #[test]
    fn what_is_merged_goes_nowhere_but_back() {
        for state in CaseState::ALL {
            assert!(!Merged.may_become(*state), "{state}");
            assert_eq!(
                Merged.may_return_to(*state),
                state.may_become(Merged),
                "{state}"
            );
            assert!(*state == Merged || !state.may_return_to(Open), "{state}");
        }
    }

    #[test]
    fn only_what_is_worked_on_waits_and_only_that_is_resolved() {
        for state in CaseState::ALL.iter().filter(|state| **state != InProgress) {
            assert!(!state.may_become(Resolved), "{state}");
            assert!(!state.may_become(Waiting), "{state}");
        }
    }
}

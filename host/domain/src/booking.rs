//! The states of a booking of a space, of a place in its waiting list and of a conflict with a black-out.

use crate::time::{HOUR, MINUTE};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How long a hold keeps a place, in microseconds.
pub const HOLD: i64 = 10 * MINUTE;
/// How long a place that became free is kept for whoever asked to be asked, in microseconds.
pub const OFFER: i64 = 2 * HOUR;

/// A code that names no state.
#[derive(Debug, thiserror::Error)]
#[error("'{code}' is not a state of {what}")]
pub struct UnknownState {
    code: String,
    what: &'static str,
}

macro_rules! states {
    ($(#[$doc:meta])* $name:ident of $what:literal { $($(#[$state_doc:meta])* $state:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$state_doc])* #[serde(rename = $code)] $state),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$state),*];

            /// The code in the database.
            pub fn code(self) -> &'static str {
                match self { $(Self::$state => $code),* }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.code()) }
        }
        impl FromStr for $name {
            type Err = UnknownState;
            fn from_str(code: &str) -> Result<Self, UnknownState> {
                match code {
                    $($code => Ok(Self::$state),)*
                    _ => Err(UnknownState { code: code.to_owned(), what: $what }),
                }
            }
        }
    };
}

states! {
    /// Where a booking stands.
    BookingState of "a booking" {
        /// Kept for a moment, until it expires, while whoever holds it decides.
        Held = "held",
        /// Asked for; the space's staff have yet to approve.
        Requested = "requested",
        /// Agreed.
        Booked = "booked",
        /// Called off before its end.
        Cancelled = "cancelled",
        /// Refused by the space's staff.
        Rejected = "rejected",
        /// Held or asked for until it was too late.
        Expired = "expired",
        /// Over.
        Completed = "completed",
    }
}

impl BookingState {
    /// Whether it may become the other. `Booked` becomes `Requested` where it is moved and the space asks for approval.
    pub fn may_become(self, next: Self) -> bool {
        use BookingState::{Booked, Cancelled, Completed, Expired, Held, Rejected, Requested};
        matches!(
            (self, next),
            (Held, Requested | Booked | Cancelled | Expired)
                | (Requested, Booked | Rejected | Cancelled | Expired)
                | (Booked, Requested | Cancelled | Completed)
        )
    }

    /// Whether it takes a place of its space. A hold does so only until it expires.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Held | Self::Requested | Self::Booked)
    }
}

states! {
    /// Where a place in a waiting list stands.
    WaitingState of "a place in a waiting list" {
        /// In line.
        Waiting = "waiting",
        /// A place became free and is held for them.
        Offered = "offered",
        /// They have a booking.
        Promoted = "promoted",
        /// They left.
        Left = "left",
        /// The time came, or an offer ran out, before they had a booking.
        Lapsed = "lapsed",
    }
}

impl WaitingState {
    /// Whether it may become the other.
    pub fn may_become(self, next: Self) -> bool {
        use WaitingState::{Lapsed, Left, Offered, Promoted, Waiting};
        matches!(
            (self, next),
            (Waiting, Offered | Promoted | Left | Lapsed) | (Offered, Promoted | Left | Lapsed)
        )
    }
}

states! {
    /// Where a conflict of a booking with a black-out stands.
    ConflictState of "a conflict" {
        /// Nobody has decided.
        Pending = "pending",
        /// The booking stays in spite of the black-out.
        Kept = "kept",
        /// The booking was moved away.
        Moved = "moved",
        /// The booking was cancelled.
        Cancelled = "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every state that can be reached from one, by any sequence of steps.
    fn reached<S: Copy>(
        from: S,
        all: &[S],
        code: fn(S) -> &'static str,
        may: fn(S, S) -> bool,
    ) -> BTreeSet<&'static str> {
        let mut seen = BTreeSet::from([code(from)]);
        let mut open = vec![from];
        while let Some(state) = open.pop() {
            for next in all.iter().copied().filter(|next| may(state, *next)) {
                if seen.insert(code(next)) {
                    open.push(next);
                }
            }
        }
        seen
    }

    #[test]
    fn every_state_of_a_booking_is_reached_and_what_is_over_stays_over() {
        use BookingState::*;
        let all = BookingState::ALL;
        let codes: BTreeSet<_> = all.iter().map(|state| state.code()).collect();
        assert_eq!(
            reached(Held, all, BookingState::code, BookingState::may_become),
            codes
        );
        let from_request = reached(Requested, all, BookingState::code, BookingState::may_become);
        assert!(
            !from_request.contains("held"),
            "a hold is never gone back to"
        );
        for state in all.iter().copied() {
            assert!(!state.may_become(state));
            assert_eq!(state.code().parse::<BookingState>().unwrap(), state);
            let ends = all.iter().all(|next| !state.may_become(*next));
            assert_eq!(ends, !state.is_live(), "{state}: only what is live changes");
        }
        assert!("lost".parse::<BookingState>().is_err());
    }

    #[test]
    fn every_pair_of_states_is_decided_as_the_table_says() {
        let allowed: BTreeSet<(&str, &str)> = [
            ("held", "requested"),
            ("held", "booked"),
            ("held", "cancelled"),
            ("held", "expired"),
            ("requested", "booked"),
            ("requested", "rejected"),
            ("requested", "cancelled"),
            ("requested", "expired"),
            ("booked", "requested"),
            ("booked", "cancelled"),
            ("booked", "completed"),
        ]
        .into();
        for from in BookingState::ALL {
            for to in BookingState::ALL {
                assert_eq!(
                    from.may_become(*to),
                    allowed.contains(&(from.code(), to.code())),
                    "{from} to {to}"
                );
            }
        }
    }

    #[test]
    fn whoever_waits_is_promoted_leaves_or_lapses_once() {
        use WaitingState::*;
        let all = WaitingState::ALL;
        assert_eq!(
            reached(Waiting, all, WaitingState::code, WaitingState::may_become).len(),
            all.len()
        );
        for end in [Promoted, Left, Lapsed] {
            assert!(all.iter().all(|next| !end.may_become(*next)));
        }
        assert!(!Offered.may_become(Waiting), "nobody goes back in line");
        for state in all {
            assert_eq!(state.code().parse::<WaitingState>().unwrap(), *state);
        }
        for state in ConflictState::ALL {
            assert_eq!(state.code().parse::<ConflictState>().unwrap(), *state);
        }
    }
}

//! The states of an appointment and the ways between them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where an appointment stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppointmentState {
    /// Kept for a few minutes for somebody who is making up their mind, or to whom it was offered.
    Held,
    /// Agreed; nobody has come yet.
    Booked,
    /// The calendar's holder has arrived.
    CheckedIn,
    /// The calendar's holder has finished.
    Completed,
    /// Called off before it began.
    Cancelled,
    /// Nobody came.
    Missed,
}

use AppointmentState::{Booked, Cancelled, CheckedIn, Completed, Held, Missed};

impl AppointmentState {
    /// All of them.
    pub const ALL: [Self; 6] = [Held, Booked, CheckedIn, Completed, Cancelled, Missed];

    /// The code in WIT and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Held => "held",
            Booked => "booked",
            CheckedIn => "checked-in",
            Completed => "completed",
            Cancelled => "cancelled",
            Missed => "missed",
        }
    }

    /// Whether it may become the other.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Held, Booked | Cancelled)
                | (Booked, CheckedIn | Cancelled | Missed)
                | (Missed, CheckedIn)
                | (CheckedIn, Completed)
        )
    }

    /// Whether it takes its calendar's time.
    pub fn is_live(self) -> bool {
        !matches!(self, Cancelled)
    }
}

impl fmt::Display for AppointmentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A code that names no state.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a state of an appointment")]
pub struct UnknownState(String);

impl FromStr for AppointmentState {
    type Err = UnknownState;
    fn from_str(code: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or_else(|| UnknownState(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over() {
        for end in [Completed, Cancelled] {
            assert!(
                AppointmentState::ALL
                    .into_iter()
                    .all(|next| !end.may_become(next))
            );
        }
        for state in AppointmentState::ALL {
            assert_eq!(state.code().parse::<AppointmentState>().unwrap(), state);
            assert!(!state.may_become(state));
        }
    }
}

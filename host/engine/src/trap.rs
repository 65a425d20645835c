//! Errors that end an invocation from inside a call of the host. A guest cannot catch them.

use crate::limit::Exhausted;
use linli_core::Error;
use linli_domain::PersonId;

/// Why the host ended the invocation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HostTrap {
    #[error("consent is needed")]
    ConsentNeeded {
        person: PersonId,
        fields: Vec<String>,
    },
    /// A race was lost: the invocation is run again.
    #[error("another change came first: {0}")]
    Conflict(Error),
    /// The host's own trouble, not the plugin's.
    #[error("{0}")]
    Host(Error),
    /// The installation, or what its caller may do, is no longer what it was when the page was opened.
    #[error("the service or the caller's authority changed meanwhile")]
    Changed,
    #[error("it used up its {}", .0.describe())]
    BudgetExhausted(Exhausted),
    #[error("it called {0}, which writes, while showing a page")]
    ReadOnly(&'static str),
    #[error("it called {0}, which is not granted")]
    NotGranted(&'static str),
    #[error(
        "it called the host while it was only being checked: nothing may run when a component is instantiated"
    )]
    OnlyChecking,
    /// What ended the recorded run ends its replay.
    #[error("{0}")]
    Replayed(String),
    /// A call that the contract says traps.
    #[error("it called {function} against the contract: {problem}")]
    BadCall {
        function: &'static str,
        problem: String,
    },
}

impl From<Error> for HostTrap {
    fn from(error: Error) -> Self {
        if error.is_conflict() {
            return Self::Conflict(error);
        }
        match error {
            Error::ConsentNeeded { person, fields } => Self::ConsentNeeded { person, fields },
            error => Self::Host(error),
        }
    }
}

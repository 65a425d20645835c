//! What an invocation ends in.

use crate::bindings::exports::linli::plugin::pages;
use crate::metric::Outcome;
use linli_domain::{Instant, InvocationId, PersonId};

/// How an invocation ended. Only in [`Answer::Done`] can anything have been written.
#[derive(Debug)]
pub enum Answer<T> {
    /// The plugin answered.
    Done(T),
    /// The plugin answered with a failure of its contract. A timer's failure is a `problem` with text for the admin.
    Failed(pages::Failure),
    /// A necessary field of a person may not be read. Whoever acts for that resident is asked for consent, and then the same
    /// is invoked again; staff are told to ask the resident.
    ConsentNeeded {
        /// Whose.
        person: PersonId,
        /// Which fields, by code.
        fields: Vec<String>,
    },
    /// The plugin trapped, used up a budget or does not fit. The page says which service is ill.
    Ill(Illness),
    /// The installation or the caller's authority changed since the page was opened: open it again.
    Changed,
    /// Too much is going on; try again in a moment.
    Busy,
    /// The service failed too often and is paused: it is tried again then.
    Paused(Instant),
    /// The timer was set anew, cleared or fired elsewhere: nothing is to be done.
    Gone,
    /// The host itself failed.
    HostFailed(HostFailure),
}

/// What ails a plugin.
#[derive(Clone, Debug)]
pub struct Illness {
    /// Under which the ledger has the whole report.
    pub invocation: InvocationId,
    /// In one line, for the admin and the publisher; not for residents.
    pub reason: String,
}

/// Trouble of the host's own.
#[derive(Debug, thiserror::Error)]
pub enum HostFailure {
    /// The database failed, or an operation was broken.
    #[error(transparent)]
    Core(#[from] linli_core::Error),
    /// The component of the release is not in the database.
    #[error(
        "the component {digest} is missing in the database; restore it from a backup or upload the release again"
    )]
    NoComponent {
        /// Its digest.
        digest: String,
    },
    /// A component that was accepted cannot be compiled now.
    #[error("the component {digest} cannot be compiled: {problem}")]
    Compiler {
        /// Its digest.
        digest: String,
        /// Why.
        problem: String,
    },
    /// The runtime failed.
    #[error("the WebAssembly runtime failed: {0}")]
    Runtime(String),
}

impl From<linli_core::store::StoreError> for HostFailure {
    fn from(error: linli_core::store::StoreError) -> Self {
        Self::Core(error.into())
    }
}

impl<T> From<HostFailure> for Answer<T> {
    /// That the database had no connection free is no failure: the same may be done in a moment.
    fn from(failure: HostFailure) -> Self {
        match failure {
            HostFailure::Core(error) if error.is_busy() => Self::Busy,
            failure => Self::HostFailed(failure),
        }
    }
}

impl<T> Answer<T> {
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Done(_) => Outcome::Done,
            Self::Failed(_) => Outcome::Failed,
            Self::ConsentNeeded { .. } => Outcome::ConsentNeeded,
            Self::Ill(_) => Outcome::Ill,
            Self::Changed => Outcome::Changed,
            Self::Busy => Outcome::Busy,
            Self::Paused(_) => Outcome::Paused,
            Self::Gone => Outcome::Gone,
            Self::HostFailed(_) => Outcome::HostFailed,
        }
    }

    /// The same with what the plugin answered narrowed to the kind that was asked for.
    pub(crate) fn only<U>(self, narrow: impl FnOnce(T) -> Option<U>) -> Answer<U> {
        match self {
            Self::Done(value) => narrow(value).map_or_else(
                || {
                    Answer::HostFailed(HostFailure::Runtime(
                        "the answer is not of the kind asked for".to_owned(),
                    ))
                },
                Answer::Done,
            ),
            Self::Failed(failure) => Answer::Failed(failure),
            Self::ConsentNeeded { person, fields } => Answer::ConsentNeeded { person, fields },
            Self::Ill(illness) => Answer::Ill(illness),
            Self::Changed => Answer::Changed,
            Self::Busy => Answer::Busy,
            Self::Paused(next) => Answer::Paused(next),
            Self::Gone => Answer::Gone,
            Self::HostFailed(failure) => Answer::HostFailed(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_core::Error;
    use linli_core::store::StoreError;

    #[test]
    fn no_connection_in_time_is_busy_and_no_failure() {
        let busy = HostFailure::Core(Error::Store(StoreError::Busy));
        assert!(matches!(Answer::<()>::from(busy), Answer::Busy));
        let broken = HostFailure::Core(Error::Internal("broken".to_owned()));
        assert!(matches!(Answer::<()>::from(broken), Answer::HostFailed(_)));
    }
}

//! Why operations of the host did nothing, for the user and for the publisher.

use crate::{Failure, Lang, OperationError, log};

impl OperationError {
    /// The code of the rule that refuses, if one does: `full`, `wrong-state` …
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(&refusal.code),
            _ => None,
        }
    }
}

/// A refusal is told to the user as the host worded it; so an operation is called with `?`. What only the publisher can mend
/// goes to the log.
impl From<OperationError> for Failure {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::NotFound => Self::NotFound,
            OperationError::NotAllowed => Self::Forbidden,
            OperationError::Refused(refusal) => Self::problem(refusal.message),
            OperationError::Invalid(problem) | OperationError::Undeclared(problem) => {
                log::write(log::Level::Error, &format!("the host refuses: {problem}"));
                Self::problem(Lang::current().t(
                    "这项服务出了问题，没有保存。请稍后再试。",
                    "Something is wrong with this service; nothing was saved. Please try again later.",
                ))
            }
        }
    }
}

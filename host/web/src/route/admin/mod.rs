//! The district admin's pages.

pub(crate) mod dead_letter;
pub(crate) mod duty;
pub(crate) mod emergency;
pub(crate) mod failure;
pub(crate) mod guard;
pub(crate) mod holiday;
pub(crate) mod installation;
pub(crate) mod invitation;
pub(crate) mod organisation;
pub(crate) mod overview;
pub(crate) mod recipient;
pub(crate) mod release;

use crate::visit::Visit;
use linli_core::Error;
use linli_engine::publish::PublishError;

/// What a refusal says on a form; anything else is not for forms.
pub(crate) fn problems(visit: &Visit, error: Error) -> Result<Vec<String>, Error> {
    match error {
        Error::Refused(refusal) => Ok(vec![refusal.message().get(visit.viewer.locale).to_owned()]),
        error => Err(error),
    }
}

/// The same for what may go wrong with an upload or a key.
fn publish_problems(visit: &Visit, error: PublishError) -> Result<Vec<String>, Error> {
    match error {
        PublishError::Core(error) => problems(visit, error),
        error => Ok(vec![error.message().get(visit.viewer.locale).to_owned()]),
    }
}

//! What an action answers.

use crate::{Address, Done, Failure, Lang, Outcome};

impl Done {
    /// It is done; the browser goes there now.
    pub fn at(to: impl Into<Address>) -> Self {
        Self {
            to: to.into(),
            say: None,
        }
    }

    /// Said once at the top of that page.
    pub fn say(mut self, text: impl Into<String>) -> Self {
        self.say = Some(text.into());
        self
    }
}

impl From<Done> for Outcome {
    fn from(done: Done) -> Self {
        Self::Done(done)
    }
}

impl Outcome {
    /// Nothing is written; the form is shown again with this problem at that field. An empty name speaks of the whole form.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid(vec![(field.into(), problem.into())])
    }
}

/// The answer to an action that the plugin does not know, as after an upgrade.
pub fn no_such_action() -> Result<Outcome, Failure> {
    Err(Failure::problem(Lang::current().t(
        "这个页面已更新。请返回并重新打开后再试一次。",
        "This page has changed. Go back, open it again and try once more.",
    )))
}

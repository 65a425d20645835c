//! Notices, and the messages that they are made of.

use crate::notices::{Notice, Urgency};
use crate::{Argument, Instant, Localised, Message, PersonField};

impl Message {
    /// The entry of the manifest's `[messages]` with that key.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            arguments: Vec::new(),
        }
    }

    /// What stands in for `{name}`.
    pub fn with(mut self, name: impl Into<String>, argument: impl Into<Argument>) -> Self {
        self.arguments.push((name.into(), argument.into()));
        self
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Localised> for Argument {
    fn from(text: Localised) -> Self {
        Self::Localised(text)
    }
}

impl From<Instant> for Argument {
    fn from(at: Instant) -> Self {
        Self::Instant(at)
    }
}

impl From<PersonField> for Argument {
    fn from(field: PersonField) -> Self {
        Self::Person(field)
    }
}

impl Notice {
    /// A routine notice.
    pub fn new(title: Message, body: Message) -> Self {
        Self {
            title,
            body,
            urgency: Urgency::Routine,
            path: None,
        }
    }

    /// How soon it should be read.
    pub fn urgency(mut self, urgency: Urgency) -> Self {
        self.urgency = urgency;
        self
    }

    /// The plugin's page that it leads to.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

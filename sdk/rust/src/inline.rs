//! Values inside a line of text.

use crate::{Date, Inline, Instant, Link, Mark, PersonField, Slot, Tone};

/// A line of text: one value, or several one after another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(pub Vec<Inline>);

impl<T: Into<Inline>> From<T> for Text {
    fn from(value: T) -> Self {
        Self(vec![value.into()])
    }
}

impl<const N: usize> From<[Inline; N]> for Text {
    fn from(values: [Inline; N]) -> Self {
        Self(values.into())
    }
}

impl From<Vec<Inline>> for Text {
    fn from(values: Vec<Inline>) -> Self {
        Self(values)
    }
}

impl Inline {
    /// A stretch of time, half open; the host shortens it where both ends fall on one day.
    pub fn period(starts: Instant, ends: Instant) -> Self {
        Self::Period((starts, ends))
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<PersonField> for Inline {
    fn from(field: PersonField) -> Self {
        Self::Person(field)
    }
}

impl From<Date> for Inline {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<&Slot> for Inline {
    fn from(slot: &Slot) -> Self {
        Self::Period((slot.starts, slot.ends))
    }
}

impl From<Link> for Inline {
    fn from(link: Link) -> Self {
        Self::Link(link)
    }
}

impl From<Mark> for Inline {
    fn from(mark: Mark) -> Self {
        Self::Mark(mark)
    }
}

impl Mark {
    /// A short state. The tone is never its only sign.
    pub fn new(tone: Tone, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            tone,
        }
    }
}

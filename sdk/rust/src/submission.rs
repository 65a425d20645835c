//! What a form or a button sent, by type.

use crate::page::find;
use crate::{Date, Slot, Submission, Value};

/// The host has already checked that a value is of its field's type, within its limits and there where it is required.
impl Submission {
    /// An argument of the action. It came through the browser: check it.
    pub fn argument(&self, name: &str) -> Option<&str> {
        find(&self.arguments, name).map(String::as_str)
    }

    /// A line, a paragraph or a choice, without the blanks around it; none where it is empty.
    pub fn text(&self, field: &str) -> Option<&str> {
        match find(&self.values, field)? {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A number or a rating.
    pub fn number(&self, field: &str) -> Option<f64> {
        match find(&self.values, field)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Yes or no; no where it was not answered.
    pub fn flag(&self, field: &str) -> bool {
        matches!(find(&self.values, field), Some(Value::Flag(true)))
    }

    /// The chosen ones of several.
    pub fn many(&self, field: &str) -> &[String] {
        match find(&self.values, field) {
            Some(Value::Many(many)) => many,
            _ => &[],
        }
    }

    /// A day.
    pub fn date(&self, field: &str) -> Option<Date> {
        match find(&self.values, field)? {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// A time of day, in minutes from midnight.
    pub fn time(&self, field: &str) -> Option<u16> {
        match find(&self.values, field)? {
            Value::Time(minute) => Some(*minute),
            _ => None,
        }
    }

    /// A slot.
    pub fn slot(&self, field: &str) -> Option<&Slot> {
        match find(&self.values, field)? {
            Value::Slot(slot) => Some(slot),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    #[test]
    fn a_value_is_read_by_its_type_only() {
        let submission = Submission {
            address: Address::new("/"),
            action: "send".to_owned(),
            arguments: vec![("id".to_owned(), "7".to_owned())],
            values: vec![
                ("note".to_owned(), Value::Text(" 请轻声 ".to_owned())),
                ("blank".to_owned(), Value::Text("  ".to_owned())),
                ("agree".to_owned(), Value::Flag(true)),
            ],
        };
        assert_eq!(submission.text("note"), Some("请轻声"));
        assert_eq!(submission.text("blank"), None);
        assert_eq!(submission.number("note"), None);
        assert_eq!(submission.slot("absent"), None);
        assert!(submission.flag("agree") && !submission.flag("note"));
        assert_eq!(submission.argument("id"), Some("7"));
    }
}

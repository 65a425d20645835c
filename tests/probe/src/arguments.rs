//! The arguments of a call, as texts.

use linli_sdk::{Cursor, Date, Instant, PersonRef, types::Period};
use std::str::FromStr;

/// Pairs of a name and a text.
pub struct Arguments<'a>(pub &'a [(String, String)]);

impl Arguments<'_> {
    /// The text of that name; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        self.some(name).unwrap_or_default()
    }

    /// The text of that name.
    pub fn some(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.clone())
    }

    /// The number of that name; 0 where there is none.
    pub fn number<T: FromStr + Default>(&self, name: &str) -> T {
        self.some(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or_default()
    }

    /// The number of that name.
    pub fn some_number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.some(name).and_then(|text| text.parse().ok())
    }

    /// `limit`, 10 where there is none.
    pub fn limit(&self) -> u16 {
        self.some_number("limit").unwrap_or(10)
    }

    /// Whether it says `true`.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// A person.
    pub fn person(&self, name: &str) -> PersonRef {
        PersonRef {
            id: self.text(name),
        }
    }

    /// `resident`, if there is one.
    pub fn some_resident(&self) -> Option<PersonRef> {
        self.some("resident").map(|id| PersonRef { id })
    }

    /// `after`.
    pub fn after(&self) -> Option<Cursor> {
        self.some("after").map(|id| Cursor { id })
    }

    /// A day; 2026-11-25 where there is none.
    pub fn day(&self, name: &str) -> Date {
        self.some_number(name).unwrap_or(Date {
            year: 2026,
            month: 11,
            day: 25,
        })
    }

    /// From `starts` to `ends`.
    pub fn period(&self) -> Period {
        Period {
            starts: self.number::<Instant>("starts"),
            ends: self.number::<Instant>("ends"),
        }
    }
}

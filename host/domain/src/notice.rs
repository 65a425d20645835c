//! How urgent a notice is.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How urgent a notice is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// Good to know.
    Routine,
    /// To be read within a day or so.
    Important,
    /// To be read now, at night as well.
    Urgent,
}

impl Urgency {
    /// All of them, the least urgent first.
    pub const ALL: [Self; 3] = [Self::Routine, Self::Important, Self::Urgent];

    /// The code in WIT and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Important => "important",
            Self::Urgent => "urgent",
        }
    }
}

impl fmt::Display for Urgency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is no code of a notice.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not known; write one of {1}")]
pub struct BadCode(String, &'static str);

impl FromStr for Urgency {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        Self::ALL
            .into_iter()
            .find(|urgency| urgency.code() == text)
            .ok_or_else(|| {
                BadCode(
                    text.chars().take(40).collect(),
                    "routine, important, urgent",
                )
            })
    }
}

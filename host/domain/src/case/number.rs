//! The number by which people speak of a case.

use std::fmt;
use std::str::FromStr;

/// A case's number, counted in its community and year from 1 without gaps: `2026-000123`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CaseNumber {
    /// The year in the district's zone when the case was opened.
    pub year: i64,
    /// From 1.
    pub number: i64,
}

/// A text that is no number of a case.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no number of a case: write YEAR-NUMBER, such as 2026-000123")]
pub struct BadCaseNumber(String);

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:06}", self.year, self.number)
    }
}

impl FromStr for CaseNumber {
    type Err = BadCaseNumber;
    fn from_str(text: &str) -> Result<Self, BadCaseNumber> {
        let digits = |text: &str, length: std::ops::RangeInclusive<usize>| {
            let fits = length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| text.parse::<i64>().ok()).flatten()
        };
        let parsed = text.trim().split_once('-').and_then(|(year, number)| {
            // Whoever types it may leave out the zeros.
            let (year, number) = (digits(year, 4..=4)?, digits(number, 1..=9)?);
            (number > 0).then_some(Self { year, number })
        });
        parsed.ok_or_else(|| BadCaseNumber(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let number = CaseNumber {
            year: 2026,
            number: 123,
        };
        assert_eq!(number.to_string(), "2026-000123");
        assert_eq!("2026-000123".parse::<CaseNumber>().unwrap(), number);
        assert_eq!(" 2026-123 ".parse::<CaseNumber>().unwrap(), number);
        for bad in [
            "",
            "2026",
            "2026-",
            "2026-0",
            "26-1",
            "2026-1x",
            "2026--1",
            "2026-1234567890",
            "+026-1",
        ] {
            assert!(bad.parse::<CaseNumber>().is_err(), "{bad}");
        }
    }
}

//! Needs (需求) and segments (人群分类) of residents.

use jiff::ToSpan as _;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// The longest note on a need and the longest objection, in bytes.
pub const MAX_NOTE: usize = 2_000;
/// After how many days a need is looked at again, where nobody says when.
pub const REVIEW_DAYS: i64 = 365;
/// The most open needs of one resident.
pub const MAX_OPEN: usize = 50;
/// The most segments of one resident.
pub const MAX_SEGMENTS: usize = 30;

/// Where a need stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NeedState {
    /// It is there.
    Open,
    /// It is met.
    Met,
    /// The resident took it back.
    Withdrawn,
}

impl NeedState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Met, Self::Withdrawn];

    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it may become another: an open one is met or withdrawn, either opens again.
    pub fn may_become(self, other: Self) -> bool {
        (self == Self::Open) != (other == Self::Open)
    }
}

impl fmt::Display for NeedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is no state of a need.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no state of a need")]
pub struct BadNeedState(String);

impl FromStr for NeedState {
    type Err = BadNeedState;
    fn from_str(text: &str) -> Result<Self, BadNeedState> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == text)
            .ok_or_else(|| BadNeedState(text.to_owned()))
    }
}

/// Segments by age: the code, from which age on, below which age.
const AGE_BANDS: [(&str, i16, Option<i16>); 8] = [
    ("under-3", 0, Some(3)),
    ("under-6", 0, Some(6)),
    ("under-14", 0, Some(14)),
    ("under-18", 0, Some(18)),
    ("over-60", 60, None),
    ("over-70", 70, None),
    ("over-80", 80, None),
    ("over-90", 90, None),
];

/// The days of birth, both included, of whom a segment by age holds today; none where the code is not one by age.
pub fn births_of(segment: &str, today: Date) -> Option<(Date, Date)> {
    let (_, from, below) = AGE_BANDS.iter().find(|(code, _, _)| *code == segment)?;
    let latest = today.saturating_sub(i32::from(*from).years());
    let earliest = match below {
        None => Date::MIN,
        // Who was born a day after the day on which one turns that age.
        Some(below) => today
            .saturating_sub(i32::from(*below).years())
            .saturating_add(1.day()),
    };
    Some((earliest, latest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::age_on;
    use jiff::civil::date;

    #[test]
    fn states_never_leave_their_rules() {
        use NeedState::{Met, Open, Withdrawn};
        assert!(Open.may_become(Met) && Open.may_become(Withdrawn) && Withdrawn.may_become(Open));
        assert!(!Met.may_become(Withdrawn) && !Open.may_become(Open));
        for state in NeedState::ALL {
            assert_eq!(state.code().parse::<NeedState>().unwrap(), state);
        }
    }

    #[test]
    fn bands_agree_with_age() {
        for today in [date(2026, 11, 24), date(2027, 2, 28), date(2028, 2, 29)] {
            for (code, from, below) in AGE_BANDS {
                let (earliest, latest) = births_of(code, today).unwrap();
                assert!(age_on(latest, today) >= from, "{code}");
                assert!(
                    from == 0 || age_on(latest.tomorrow().unwrap(), today) < from,
                    "{code}"
                );
                if let Some(below) = below {
                    assert!(age_on(earliest, today) < below, "{code}");
                    assert!(
                        age_on(earliest.yesterday().unwrap(), today) >= below,
                        "{code}"
                    );
                }
            }
        }
        assert_eq!(births_of("living-alone", date(2026, 1, 1)), None);
    }
}

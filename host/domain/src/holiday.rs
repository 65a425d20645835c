//! Public holidays and make-up working days (调休): days on which work differs from what their weekday says. They are data
//! that an admin edits; the State Council publishes them a year at a time.

use crate::Localised;
use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// In what a day differs from its weekday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpecialDay {
    /// Nobody works whose hours observe holidays.
    Holiday,
    /// A day at a week-end on which the hours of this weekday are worked.
    WorkingDay(Weekday),
}

impl SpecialDay {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::WorkingDay(_) => "working-day",
        }
    }

    /// For a make-up working day: the weekday that it stands for, 1 Monday to 7 Sunday (ISO 8601).
    pub fn stands_for(self) -> Option<i8> {
        match self {
            Self::Holiday => None,
            Self::WorkingDay(weekday) => Some(weekday.to_monday_one_offset()),
        }
    }

    /// The kind with that code, and for a make-up working day that weekday.
    pub fn read(code: &str, stands_for: Option<i8>) -> Option<Self> {
        match (code, stands_for) {
            ("holiday", None) => Some(Self::Holiday),
            ("working-day", Some(weekday)) => Weekday::from_monday_one_offset(weekday)
                .ok()
                .map(Self::WorkingDay),
            _ => None,
        }
    }

    /// The day that a make-up working day stands for or is in the week of: the same week's, Monday to Sunday.
    pub(crate) fn model(day: Date, weekday: Weekday) -> Option<Date> {
        let shift = weekday.to_monday_one_offset() - day.weekday().to_monday_one_offset();
        day.checked_add(jiff::Span::new().days(i64::from(shift)))
            .ok()
    }
}

/// Special days by date.
pub type SpecialDays = BTreeMap<Date, SpecialDay>;

/// Whether hours observe special days.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holidays {
    /// Closed on holidays, and on make-up working days the hours of the weekday that they stand for.
    Observe,
    /// The rule alone decides: care, child minding and stand-by go on through a holiday.
    #[default]
    Ignore,
}

impl Holidays {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Ignore => "ignore",
        }
    }
}

/// A code that is neither `observe` nor `ignore`.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' does not say whether hours observe holidays: write observe or ignore")]
pub struct UnknownHolidays(String);

impl std::fmt::Display for Holidays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Holidays {
    type Err = UnknownHolidays;
    fn from_str(code: &str) -> Result<Self, UnknownHolidays> {
        [Self::Observe, Self::Ignore]
            .into_iter()
            .find(|holidays| holidays.code() == code)
            .ok_or_else(|| UnknownHolidays(code.to_owned()))
    }
}

/// One festival of a year: its name, the half-open stretch of free days, the working days that make up for some of them.
struct Festival {
    zh: &'static str,
    en: &'static str,
    first: Date,
    days: i8,
    made_up: &'static [(Date, Weekday)],
}

/// The State Council's arrangement for 2026 (国务院办公厅, 4 November 2025). The notice names the working days; the weekdays
/// that they stand for are those of the free days that they make up for, in order.
const YEAR_2026: [Festival; 7] = [
    Festival {
        zh: "元旦",
        en: "New Year",
        first: date(2026, 1, 1),
        days: 3,
        made_up: &[(date(2026, 1, 4), Weekday::Friday)],
    },
    Festival {
        zh: "春节",
        en: "Spring Festival",
        first: date(2026, 2, 15),
        days: 9,
        made_up: &[
            (date(2026, 2, 14), Weekday::Friday),
            (date(2026, 2, 28), Weekday::Monday),
        ],
    },
    Festival {
        zh: "清明节",
        en: "Qingming Festival",
        first: date(2026, 4, 4),
        days: 3,
        made_up: &[],
    },
    Festival {
        zh: "劳动节",
        en: "Labour Day",
        first: date(2026, 5, 1),
        days: 5,
        made_up: &[(date(2026, 5, 9), Weekday::Tuesday)],
    },
    Festival {
        zh: "端午节",
        en: "Dragon Boat Festival",
        first: date(2026, 6, 19),
        days: 3,
        made_up: &[],
    },
    Festival {
        zh: "中秋节",
        en: "Mid-Autumn Festival",
        first: date(2026, 9, 25),
        days: 3,
        made_up: &[],
    },
    Festival {
        zh: "国庆节",
        en: "National Day",
        first: date(2026, 10, 1),
        days: 7,
        made_up: &[
            (date(2026, 9, 20), Weekday::Tuesday),
            (date(2026, 10, 10), Weekday::Wednesday),
        ],
    },
];

/// The published special days of a year, by date; none for a year whose arrangement this release does not know.
pub fn published(year: i16) -> Option<BTreeMap<Date, (SpecialDay, Localised)>> {
    let festivals = match year {
        2026 => &YEAR_2026,
        _ => return None,
    };
    let mut days = BTreeMap::new();
    for festival in festivals {
        let name = Localised::new(festival.zh, festival.en);
        for shift in 0..festival.days {
            if let Ok(day) = festival
                .first
                .checked_add(jiff::Span::new().days(i64::from(shift)))
            {
                days.insert(day, (SpecialDay::Holiday, name.clone()));
            }
        }
        for (day, weekday) in festival.made_up {
            let name = Localised::new(
                format!("{}调休", festival.zh),
                format!("Working day for {}", festival.en),
            );
            days.insert(*day, (SpecialDay::WorkingDay(*weekday), name));
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_2026_is_as_published() {
        let days = published(2026).unwrap();
        let holidays = days
            .values()
            .filter(|(kind, _)| *kind == SpecialDay::Holiday)
            .count();
        assert_eq!((holidays, days.len() - holidays), (33, 6));
        for (day, (kind, _)) in &days {
            if let SpecialDay::WorkingDay(weekday) = kind {
                assert!(day.weekday() == Weekday::Saturday || day.weekday() == Weekday::Sunday);
                assert!(*weekday != Weekday::Saturday && *weekday != Weekday::Sunday);
            }
        }
        assert!(published(2031).is_none());
    }

    #[test]
    fn a_make_up_day_is_modelled_on_its_own_week() {
        // Sunday the 4th ends the week whose Friday is the 2nd.
        assert_eq!(
            SpecialDay::model(date(2026, 1, 4), Weekday::Friday),
            Some(date(2026, 1, 2))
        );
        assert_eq!(
            SpecialDay::model(date(2026, 2, 28), Weekday::Monday),
            Some(date(2026, 2, 23))
        );
    }
}

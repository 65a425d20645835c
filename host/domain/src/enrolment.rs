//! Enrolments: the states of a place in a course, the published rule of its waiting list, ages, ratios of staff, attendance.

use crate::Localised;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($(#[$doc:meta])* pub enum $name:ident / $unknown:ident ($what:literal) { $($(#[$case_doc:meta])* $case:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$case_doc])* $case),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$case),*];

            /// The code in the database and in the contract.
            pub fn code(self) -> &'static str {
                match self { $(Self::$case => $code),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.code()) }
        }

        #[doc = concat!("A code that is not ", $what, ".")]
        #[derive(Debug, thiserror::Error)]
        #[error("'{0}' is not {what}", what = $what)]
        pub struct $unknown(String);

        impl FromStr for $name {
            type Err = $unknown;
            fn from_str(code: &str) -> Result<Self, $unknown> {
                let mut all = Self::ALL.iter().copied();
                all.find(|one| one.code() == code).ok_or_else(|| $unknown(code.to_owned()))
            }
        }
    };
}

codes! {
    /// Where an enrolment stands.
    pub enum EnrolmentState / UnknownEnrolmentState ("a state of an enrolment") {
        /// On the waiting list.
        Waiting = "waiting",
        /// A place is kept until the offer expires.
        Offered = "offered",
        /// Has a place.
        Enrolled = "enrolled",
        /// The time of the place is over.
        Completed = "completed",
        /// Called off, or left the waiting list.
        Cancelled = "cancelled",
        /// Gone over to another course.
        Transferred = "transferred",
        /// The offer expired.
        Lapsed = "lapsed",
    }
}

codes! {
    /// How somebody attended a session.
    pub enum Attendance / UnknownAttendance ("a kind of attendance") {
        /// Came.
        Present = "present",
        /// Came late.
        Late = "late",
        /// Did not come.
        Absent = "absent",
        /// Did not come, and had said so.
        Excused = "excused",
    }
}

codes! {
    /// What people enrol in.
    pub enum CourseKind / UnknownCourseKind ("a kind of course") {
        /// Everybody attends all sessions, from the first day to the last.
        Sessions = "sessions",
        /// A standing place: everybody from a day of their own on weekdays of their own, until they leave.
        Standing = "standing",
    }
}

impl EnrolmentState {
    /// Whether it may become the other.
    pub fn may_become(self, next: Self) -> bool {
        use EnrolmentState::{
            Cancelled, Completed, Enrolled, Lapsed, Offered, Transferred, Waiting,
        };
        matches!(
            (self, next),
            (Waiting, Offered | Cancelled)
                | (Offered, Enrolled | Lapsed | Cancelled)
                | (Enrolled, Cancelled | Transferred | Completed)
        )
    }

    /// Whether it takes a place.
    pub fn takes_place(self) -> bool {
        matches!(self, Self::Offered | Self::Enrolled)
    }

    /// Whether nothing comes after it.
    pub fn is_over(self) -> bool {
        Self::ALL.iter().all(|next| !self.may_become(*next))
    }
}

impl Attendance {
    /// Whether they were there.
    pub fn is_there(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }
}

/// The published rule of a waiting list: points first, the more the earlier, then the moment of joining. Points are those of
/// the day of joining and stay, so that a position only ever moves for reasons that everybody can see.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaitingRule {
    /// Points of residents to whom one of these codes applies; those of several add up.
    pub priorities: Vec<Priority>,
    /// Points where a member of the same household has a place in the course.
    pub sibling_points: u16,
}

/// Points for a group of residents.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Priority {
    /// The code of a segment or a need, 1–64 bytes.
    pub code: String,
    /// What the group is called.
    pub name: Localised,
    /// 1–1,000.
    pub points: u16,
}

/// Why a rule of a waiting list cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the waiting list's rule cannot be used: {0}")]
pub struct BadWaitingRule(&'static str);

impl WaitingRule {
    /// The most groups of one rule.
    pub const MAX_PRIORITIES: usize = 20;

    /// Checks the ranges.
    pub fn check(&self) -> Result<(), BadWaitingRule> {
        if self.priorities.len() > Self::MAX_PRIORITIES {
            return Err(BadWaitingRule("at most 20 groups have points"));
        }
        let points_in_range = |points: u16| (1..=1_000).contains(&points);
        for group in &self.priorities {
            let texts = [&group.code, &group.name.zh, &group.name.en];
            if texts.iter().any(|text| text.is_empty() || text.len() > 64) {
                return Err(BadWaitingRule("codes and names have 1–64 bytes"));
            }
            if !points_in_range(group.points) {
                return Err(BadWaitingRule("points are 1–1,000"));
            }
        }
        if self.sibling_points > 1_000 {
            return Err(BadWaitingRule("points for siblings are at most 1,000"));
        }
        Ok(())
    }

    /// The points of a resident to whom these codes apply.
    pub fn points(&self, codes: &[String], has_sibling: bool) -> i64 {
        let groups = self
            .priorities
            .iter()
            .filter(|group| codes.contains(&group.code))
            .map(|group| i64::from(group.points));
        let siblings = i64::from(if has_sibling { self.sibling_points } else { 0 });
        groups.sum::<i64>() + siblings
    }

    /// The rule in words, for everybody who waits.
    pub fn text(&self) -> Localised {
        if self.priorities.is_empty() && self.sibling_points == 0 {
            return Localised::new(
                "按加入候补的先后顺序递补。",
                "Places go to those who wait in the order in which they joined.",
            );
        }
        let mut zh: Vec<_> = self
            .priorities
            .iter()
            .map(|group| format!("{} {} 分", group.name.zh, group.points))
            .collect();
        let mut en: Vec<_> = self
            .priorities
            .iter()
            .map(|group| format!("{} {}", group.name.en, group.points))
            .collect();
        if self.sibling_points > 0 {
            zh.push(format!("同户家人已在读 {} 分", self.sibling_points));
            en.push(format!(
                "a member of the household has a place {}",
                self.sibling_points
            ));
        }
        Localised::new(
            format!(
                "按积分从高到低递补：{}；积分相同的按加入候补的先后顺序。积分以加入当天为准。",
                zh.join("，")
            ),
            format!(
                "Places go to those with the most points: {}. With equal points, to who joined first. Points are those of the \
                 day of joining.",
                en.join(", ")
            ),
        )
    }
}

/// How many places a group has: its capacity, and where staff must be there for a number of participants each, no more than
/// they can look after. For child care the ratios are 1:3 (6–12 months), 1:5 (12–24 months) and 1:7 (24–36 months):
/// 托育机构设置标准（试行）, 国卫人口发〔2019〕58号.
pub fn places(capacity: i64, ratio: Option<i64>, staff: i64) -> i64 {
    ratio.map_or(capacity, |ratio| capacity.min(ratio.saturating_mul(staff)))
}

/// Whole months of life on a day; negative before birth.
pub fn age_in_months(birth: Date, day: Date) -> i64 {
    let months = i64::from(day.year() - birth.year()) * 12 + i64::from(day.month() - birth.month());
    months - i64::from(day.day() < birth.day())
}

/// Days of the week: bit 0 is Monday, bit 6 Sunday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weekdays(pub i64);

impl Weekdays {
    /// Every day.
    pub const ALL: Self = Self(127);

    /// Whether it names at least one day and nothing else.
    pub fn is_valid(self) -> bool {
        (1..=127).contains(&self.0)
    }

    /// Whether it names a day.
    pub fn holds(self, weekday: Weekday) -> bool {
        self.0 & (1 << weekday.to_monday_zero_offset()) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Every pair of states, as a table that a reader can check: rows become columns.
    #[test]
    fn the_ways_between_states_are_these_and_no_others() {
        use EnrolmentState::*;
        let allowed = [
            (Waiting, Offered),
            (Waiting, Cancelled),
            (Offered, Enrolled),
            (Offered, Lapsed),
            (Offered, Cancelled),
            (Enrolled, Completed),
            (Enrolled, Cancelled),
            (Enrolled, Transferred),
        ];
        for from in EnrolmentState::ALL {
            for to in EnrolmentState::ALL {
                assert_eq!(
                    from.may_become(*to),
                    allowed.contains(&(*from, *to)),
                    "{from} to {to}"
                );
            }
            assert_eq!(from.code().parse::<EnrolmentState>().unwrap(), *from);
            // Whatever takes a place can give it back; what is over takes none.
            assert!(!(from.takes_place() && from.is_over()), "{from}");
        }
        assert_eq!(
            EnrolmentState::ALL.iter().filter(|s| s.is_over()).count(),
            4
        );
        assert!("gone".parse::<EnrolmentState>().is_err());
    }

    #[test]
    fn points_add_up_and_the_rule_says_so() {
        let name = |zh: &str, en: &str| Localised::new(zh, en);
        let rule = WaitingRule {
            priorities: vec![
                Priority {
                    code: "low-income".into(),
                    name: name("低保家庭", "low income"),
                    points: 20,
                },
                Priority {
                    code: "disabled".into(),
                    name: name("残疾", "disabled"),
                    points: 10,
                },
            ],
            sibling_points: 5,
        };
        rule.check().unwrap();
        let both = ["disabled".to_owned(), "low-income".to_owned()];
        assert_eq!(rule.points(&both, true), 35);
        assert_eq!(rule.points(&[], false), 0);
        let text = rule.text();
        for part in ["低保家庭 20 分", "残疾 10 分", "同户家人已在读 5 分"] {
            assert!(text.zh.contains(part), "{}", text.zh);
        }
        assert!(
            text.en.contains("low income 20, disabled 10"),
            "{}",
            text.en
        );
        assert_eq!(WaitingRule::default().points(&both, true), 0);
        let many = WaitingRule {
            priorities: vec![rule.priorities[0].clone(); 21],
            sibling_points: 0,
        };
        assert!(many.check().is_err());
    }

    #[test]
    fn staff_bound_the_places() {
        assert_eq!(places(20, None, 0), 20);
        for (ratio, staff, expected) in [(3, 3, 9), (5, 2, 10), (7, 3, 20), (7, 0, 0)] {
            assert_eq!(places(20, Some(ratio), staff), expected);
        }
    }

    #[test]
    fn months_count_from_the_day_of_birth() {
        let born = date(2024, 5, 31);
        assert_eq!(age_in_months(born, date(2024, 6, 30)), 0);
        assert_eq!(age_in_months(born, date(2024, 7, 31)), 2);
        assert_eq!(age_in_months(born, date(2026, 5, 30)), 23);
        assert_eq!(age_in_months(born, date(2024, 5, 1)), -1);
    }

    #[test]
    fn weekdays_are_bits_from_monday() {
        assert!(Weekdays(1).holds(Weekday::Monday));
        assert!(Weekdays(64).holds(Weekday::Sunday));
        assert!(!Weekdays(64).holds(Weekday::Saturday));
        assert!(!Weekdays(0).is_valid() && !Weekdays(128).is_valid());
    }
}

//! Who may book: residents from an age that the admin sets.

use linli_sdk::profile::{self, Value};
use linli_sdk::{Failure, Lang, PersonRef, setting};

/// Whether a resident may book, and what suits them.
#[derive(Debug, PartialEq)]
pub struct Eligibility {
    /// None where they may.
    pub refusal: Option<Refusal>,
    /// The need of care that they stated, where they let us know it.
    pub care_level: Option<String>,
}

/// Why a resident may not book.
#[derive(Debug, PartialEq)]
pub enum Refusal {
    /// Younger than that many years.
    TooYoung(u32),
    /// The community does not know their age.
    AgeUnknown,
}

impl Refusal {
    /// What the resident reads.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::TooYoung(minimum) => lang.t(
                format!("本服务面向{minimum}周岁及以上的居民，暂时还不能为您预约。如有特殊困难，请联系社区工作人员。"),
                format!("This service is for residents of {minimum} and above, so it cannot be booked for you yet. If you are in need all the same, please ask the community's staff."),
            ),
            Self::AgeUnknown => lang
                .t(
                    "社区还没有登记您的出生日期，无法确认年龄。请到社区服务窗口补登后再预约。",
                    "The community has no date of birth for you, so your age cannot be checked. Please have it entered at the community counter, then book.",
                )
                .to_owned(),
        }
    }
}

/// Reads what is needed to tell. Without consent to the age, the host asks for it and starts again.
pub fn of(resident: &PersonRef) -> Result<Eligibility, Failure> {
    let fields = profile::read(resident, &["age".to_owned(), "care-level".to_owned()])
        .map_err(|_| Failure::NotFound)?;
    let value = |code| {
        fields
            .iter()
            .find(|field| field.field == code)
            .and_then(|field| present(&field.value))
    };
    Ok(judge(
        value("age"),
        value("care-level"),
        setting("minimum-age", 60),
    ))
}

fn present(value: &Value) -> Option<&str> {
    match value {
        Value::Present(text) => Some(text),
        Value::Absent | Value::Denied => None,
    }
}

fn judge(age: Option<&str>, care_level: Option<&str>, minimum: u32) -> Eligibility {
    let refusal = match age.and_then(|age| age.parse::<u32>().ok()) {
        Some(age) if age >= minimum => None,
        Some(_) => Some(Refusal::TooYoung(minimum)),
        None => Some(Refusal::AgeUnknown),
    };
    Eligibility {
        refusal,
        care_level: care_level.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_age_itself_is_old_enough() {
        assert_eq!(judge(Some("60"), None, 60).refusal, None);
        assert_eq!(
            judge(Some("59"), None, 60).refusal,
            Some(Refusal::TooYoung(60))
        );
        assert_eq!(judge(Some("0"), None, 0).refusal, None);
    }

    #[test]
    fn an_unknown_age_is_not_taken_for_a_low_one() {
        assert_eq!(judge(None, None, 60).refusal, Some(Refusal::AgeUnknown));
        assert_eq!(
            judge(Some("old"), None, 60).refusal,
            Some(Refusal::AgeUnknown)
        );
    }

    #[test]
    fn a_need_of_care_that_is_withheld_changes_nothing_else() {
        assert_eq!(present(&Value::Denied), None);
        assert_eq!(
            judge(Some("80"), None, 60).refusal,
            judge(Some("80"), Some("severe"), 60).refusal
        );
    }

    #[test]
    fn a_refusal_says_the_age_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            assert!(Refusal::TooYoung(65).text(lang).contains("65"));
        }
    }
}

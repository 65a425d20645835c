//! The answers of the form by which a case was opened.

use crate::Localised;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question's code, 1–64 of a–z, 0–9 and `-`.
    pub code: String,
    /// The question in words, at most 300 bytes in each language.
    pub question: Localised,
    /// The answer.
    pub value: AnswerValue,
}

impl Answer {
    fn drop_nul(&mut self) {
        let drop_nul = |text: &mut String| text.retain(|c| c != '\0');
        drop_nul(&mut self.question.zh);
        drop_nul(&mut self.question.en);
        match &mut self.value {
            AnswerValue::Text(text) => drop_nul(text),
            AnswerValue::Choice(codes) => codes.iter_mut().for_each(drop_nul),
            AnswerValue::Number(_) | AnswerValue::YesNo(_) | AnswerValue::Date(_) => {}
        }
    }
}

/// A typed answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "value")]
pub enum AnswerValue {
    /// Text.
    Text(String),
    /// A whole number, within ±2^53.
    Number(i64),
    /// Yes or no.
    YesNo(bool),
    /// A day.
    Date(Date),
    /// What was chosen, by code; one or several.
    Choice(Vec<String>),
}

/// The answers of a form, in its order.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(Vec<Answer>);

/// Why answers cannot be kept.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadDetails {
    /// Too many.
    #[error("details has {0} answers; it must have at most {max}", max = Details::MAX_ANSWERS)]
    TooMany(usize),
    /// Too large.
    #[error("details has {0} bytes as JSON; it must have at most {max}", max = Details::MAX_BYTES)]
    TooLarge(usize),
    /// A code that is none, or that appears twice.
    #[error("details '{0}': codes have 1–64 of a–z, 0–9 and '-', and each appears once")]
    Code(String),
    /// A question that is too long.
    #[error("details '{0}': question must have at most 300 bytes in each language")]
    Question(String),
    /// A number that JSON readers would round.
    #[error("details '{0}': number must be within ±2^53")]
    Number(String),
}

impl Details {
    /// The most answers.
    pub const MAX_ANSWERS: usize = 400;
    /// The most bytes of all of them as JSON.
    pub const MAX_BYTES: usize = 65_536;
    /// The longest question in one language, in bytes.
    const MAX_QUESTION: usize = 300;

    /// Answers within their bounds; without U+0000, which PostgreSQL cannot hold and nobody means.
    ///
    /// # Errors
    /// Says which bound is passed and where.
    pub fn new(mut answers: Vec<Answer>) -> Result<Self, BadDetails> {
        answers.iter_mut().for_each(Answer::drop_nul);
        if answers.len() > Self::MAX_ANSWERS {
            return Err(BadDetails::TooMany(answers.len()));
        }
        let mut codes = BTreeSet::new();
        for answer in &answers {
            let code = || answer.code.chars().take(64).collect::<String>();
            let fits = (1..=64).contains(&answer.code.len())
                && answer
                    .code
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !fits || !codes.insert(&answer.code) {
                return Err(BadDetails::Code(code()));
            }
            if answer.question.zh.len().max(answer.question.en.len()) > Self::MAX_QUESTION {
                return Err(BadDetails::Question(code()));
            }
            if let AnswerValue::Number(number) = answer.value
                && number.unsigned_abs() > 1 << 53
            {
                return Err(BadDetails::Number(code()));
            }
        }
        let details = Self(answers);
        match serde_json::to_vec(&details).map(|json| json.len()) {
            Ok(bytes) if bytes <= Self::MAX_BYTES => Ok(details),
            Ok(bytes) => Err(BadDetails::TooLarge(bytes)),
            Err(_) => Err(BadDetails::TooLarge(usize::MAX)),
        }
    }

    /// The answers, in the form's order.
    pub fn answers(&self) -> &[Answer] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn answer(code: &str, value: AnswerValue) -> Answer {
        Answer {
            code: code.into(),
            question: Localised::new("问题", "Question"),
            value,
        }
    }

    #[test]
    fn bounds_are_held_and_named() {
        let many = |n: usize| {
            (0..n)
                .map(|n| answer(&format!("q-{n}"), AnswerValue::YesNo(true)))
                .collect::<Vec<_>>()
        };
        assert!(Details::new(many(400)).is_ok());
        assert_eq!(Details::new(many(401)), Err(BadDetails::TooMany(401)));
        let twice = vec![
            answer("a", AnswerValue::Number(1)),
            answer("a", AnswerValue::Number(2)),
        ];
        assert_eq!(Details::new(twice), Err(BadDetails::Code("a".into())));
        assert!(matches!(
            Details::new(vec![answer("A", AnswerValue::Number(1))]),
            Err(BadDetails::Code(_))
        ));
        let long = Details::new(vec![answer("a", AnswerValue::Text("x".repeat(70_000)))]);
        assert!(long.unwrap_err().to_string().contains("65536"));
        let big = Details::new(vec![answer("a", AnswerValue::Number(i64::MIN))]);
        assert_eq!(big, Err(BadDetails::Number("a".into())));
    }

    #[test]
    fn answers_come_back_as_they_were_given() {
        let details = Details::new(vec![
            answer("a", AnswerValue::Text("x".into())),
            answer("b", AnswerValue::Date(date(2026, 2, 28))),
            answer("c", AnswerValue::Choice(vec!["one".into(), "two".into()])),
        ])
        .unwrap();
        let nul = Details::new(vec![answer("a", AnswerValue::Text("x\0y".into()))]).unwrap();
        assert_eq!(nul.answers()[0].value, AnswerValue::Text("xy".into()));
        let json = serde_json::to_string(&details).unwrap();
        assert_eq!(serde_json::from_str::<Details>(&json).unwrap(), details);
    }
}

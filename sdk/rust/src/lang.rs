//! The two languages that every Linli shows.

use crate::{Localised, Translation, context};

/// A language that pages are shown in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// Simplified Chinese, `zh-CN`.
    Zh,
    /// English, `en`.
    En,
}

impl Lang {
    /// The language of this invocation's page.
    pub fn current() -> Self {
        Self::of(&context::current().locale)
    }

    /// The language of a BCP 47 tag; Chinese where it is neither.
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next() {
            Some("en") => Self::En,
            _ => Self::Zh,
        }
    }

    /// The one of two that is in this language.
    pub fn t<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// Text to be stored in both languages.
pub fn localised(zh: impl Into<String>, en: impl Into<String>) -> Localised {
    vec![
        Translation {
            language: "zh-CN".to_owned(),
            text: zh.into(),
        },
        Translation {
            language: "en".to_owned(),
            text: en.into(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_primary_language() {
        assert_eq!(Lang::of("en-GB").t("好", "good"), "good");
        assert_eq!(Lang::of("zh-CN"), Lang::Zh);
        assert_eq!(Lang::of("fr"), Lang::Zh);
    }
}

//! The fields of a person that `linli:host/profile` knows.

use crate::{Locale, Localised};

/// A field of a person. The codes are part of the contract; new ones may come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProfileField {
    /// The name.
    Name,
    /// Day of birth, ISO 8601.
    BirthDate,
    /// Age in years on the community's calendar day.
    Age,
    /// `female` or `male`.
    Sex,
    /// A telephone number.
    Phone,
    /// Where the person lives: building and unit.
    Address,
    /// Self-reported need of care; sensitive.
    CareLevel,
}

impl ProfileField {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::BirthDate,
        Self::Age,
        Self::Sex,
        Self::Phone,
        Self::Address,
        Self::CareLevel,
    ];

    /// The code in manifests and in WIT.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthDate => "birth-date",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::CareLevel => "care-level",
        }
    }

    /// The field with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// All codes.
    pub fn codes() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::code).collect()
    }

    /// Whether it is sensitive personal information (PIPL art. 28), consented to separately (art. 29).
    pub fn is_sensitive(self) -> bool {
        matches!(self, Self::CareLevel)
    }

    /// Its name, as residents read it.
    pub fn title(self) -> Localised {
        match self {
            Self::Name => Localised::new("姓名", "name"),
            Self::BirthDate => Localised::new("出生日期", "date of birth"),
            Self::Age => Localised::new("年龄", "age"),
            Self::Sex => Localised::new("性别", "sex"),
            Self::Phone => Localised::new("电话号码", "phone number"),
            Self::Address => Localised::new("住址", "address"),
            Self::CareLevel => Localised::new("照护需要", "need of care"),
        }
    }

    /// Its name in one language.
    pub fn title_in(self, locale: Locale) -> String {
        self.title().get(locale).to_owned()
    }
}

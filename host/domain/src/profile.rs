//! The fields of a person that `linli:host/profile` knows.

use crate::time::age_on;
use crate::{Locale, Localised};
use jiff::civil::Date;

/// Below this age in years everything about a person is sensitive, and only a guardian consents (PIPL arts 28 and 31).
pub const AGE_OF_CONSENT: i16 = 14;

/// Whether somebody of this day of birth is a child who cannot consent; a person of unknown age is none.
pub fn is_child(birth: Option<Date>, today: Date) -> bool {
    birth.is_some_and(|birth| age_on(birth, today) < AGE_OF_CONSENT)
}

/// The first day on which a child of this day of birth consents for themself.
pub fn of_age_on(birth: Date) -> Option<Date> {
    let year = birth.year().checked_add(AGE_OF_CONSENT)?;
    // Born on 29 February: on 1 March where the year has none.
    Date::new(year, birth.month(), birth.day())
        .or_else(|_| Date::new(year, 3, 1))
        .ok()
}

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
    /// The resident identity number; sensitive.
    IdentityNumber,
    /// With whom they live: read through `linli:host/households`.
    Household,
    /// Who may act for them: read through `linli:host/households`.
    Delegates,
    /// What they need: read through `linli:host/needs`; sensitive, for it may tell of health or poverty.
    Needs,
}

impl ProfileField {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::BirthDate,
        Self::Age,
        Self::Sex,
        Self::Phone,
        Self::Address,
        Self::CareLevel,
        Self::IdentityNumber,
        Self::Household,
        Self::Delegates,
        Self::Needs,
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
            Self::IdentityNumber => "identity-number",
            Self::Household => "household",
            Self::Delegates => "delegates",
            Self::Needs => "needs",
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

    /// Whether it is sensitive personal information (PIPL art. 28), consented to separately (art. 29), whoever it is of.
    pub fn is_sensitive(self) -> bool {
        matches!(self, Self::CareLevel | Self::IdentityNumber | Self::Needs)
    }

    /// Whether it is one text: what `profile` reads and pages and notices show. What the others stand for is read through
    /// interfaces of its own.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Household | Self::Delegates | Self::Needs)
    }

    /// The same for one person: everything of a child under 14 is sensitive (PIPL art. 28).
    pub fn is_sensitive_of(self, child: bool) -> bool {
        child || self.is_sensitive()
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
            Self::IdentityNumber => Localised::new("身份证号", "identity number"),
            Self::Household => Localised::new("同住人", "who lives with you"),
            Self::Delegates => Localised::new("代办人和监护人", "who may act for you"),
            Self::Needs => Localised::new("需求档案", "what you need"),
        }
    }

    /// Its name in one language.
    pub fn title_in(self, locale: Locale) -> String {
        self.title().get(locale).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_child_is_one_until_the_day_before_the_fourteenth_birthday() {
        for birth in [date(2012, 6, 1), date(2012, 2, 29), date(2013, 12, 31)] {
            let of_age = of_age_on(birth).unwrap();
            assert!(
                is_child(Some(birth), of_age.yesterday().unwrap()),
                "{birth}"
            );
            assert!(!is_child(Some(birth), of_age), "{birth}");
        }
        assert_eq!(of_age_on(date(2012, 2, 29)), Some(date(2026, 3, 1)));
        assert!(!is_child(None, date(2026, 1, 1)));
    }

    #[test]
    fn everything_of_a_child_is_sensitive() {
        assert!(!ProfileField::Name.is_sensitive_of(false));
        assert!(ProfileField::CareLevel.is_sensitive_of(false));
        assert!(
            ProfileField::ALL
                .iter()
                .all(|field| field.is_sensitive_of(true))
        );
    }
}

//! One person acts for another: in what scope, and until when.

use crate::PluginId;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The age of majority, in years (Civil Code art. 17).
pub const ADULT: i16 = 18;
/// Below this age, in years, a guardian consents for the child (PIPL art. 31).
pub const YOUNG: i16 = 14;
/// The most services that a delegation names.
pub const MAX_SERVICES: usize = 50;

/// Why one person may act for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DelegationKind {
    /// The resident has asked them to.
    Delegate,
    /// They are the resident's parent or legal guardian.
    Guardian,
}

impl DelegationKind {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Delegate => "delegate",
            Self::Guardian => "guardian",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Delegate, Self::Guardian]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// For which services somebody may act for another. A confidential service is in no scope that does not name it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scope {
    /// All services that are not confidential, and what the host itself offers.
    pub all: bool,
    /// These services, confidential or not.
    pub services: BTreeSet<PluginId>,
}

impl Scope {
    /// All services that are not confidential.
    pub fn all() -> Self {
        Self {
            all: true,
            services: BTreeSet::new(),
        }
    }

    /// Only these services.
    pub fn only(services: impl IntoIterator<Item = PluginId>) -> Self {
        Self {
            all: false,
            services: services.into_iter().collect(),
        }
    }

    /// Whether a service is in it.
    pub fn covers(&self, plugin: &PluginId, confidential: bool) -> bool {
        self.services.contains(plugin) || (self.all && !confidential)
    }
}

/// The day on which who was born then comes of age; of 29 February it is 1 March.
pub fn comes_of_age(birth: Date) -> Date {
    let year = birth.year().saturating_add(ADULT);
    Date::new(year, birth.month(), birth.day())
        .or_else(|_| Date::new(year, 3, 1))
        .unwrap_or(Date::MAX)
}

/// The latest day of birth of who is of age today.
pub fn latest_birth_of_adults(today: Date) -> Date {
    today.saturating_sub(i32::from(ADULT).years())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::age_on;
    use jiff::civil::date;

    #[test]
    fn a_confidential_service_must_be_named() {
        let (open, secret): (PluginId, PluginId) =
            ("care/visits".parse().unwrap(), "law/aid".parse().unwrap());
        assert!(Scope::all().covers(&open, false));
        assert!(!Scope::all().covers(&secret, true));
        let mut both = Scope::all();
        both.services.insert(secret.clone());
        assert!(both.covers(&secret, true) && both.covers(&open, false));
        let only = Scope::only([secret.clone()]);
        assert!(only.covers(&secret, true) && !only.covers(&open, false));
    }

    #[test]
    fn both_ways_of_telling_who_is_of_age_agree_with_age() {
        for birth in [
            date(2008, 2, 28),
            date(2008, 2, 29),
            date(2008, 3, 1),
            date(2010, 12, 31),
        ] {
            let day = comes_of_age(birth);
            let eve = day.yesterday().unwrap();
            assert_eq!(
                (age_on(birth, eve), age_on(birth, day)),
                (17, 18),
                "{birth}"
            );
            assert!(birth <= latest_birth_of_adults(day), "{birth}");
            assert!(birth > latest_birth_of_adults(eve), "{birth}");
        }
        assert!(date(2010, 2, 28) <= latest_birth_of_adults(date(2028, 2, 29)));
        assert!(date(2010, 3, 1) > latest_birth_of_adults(date(2028, 2, 29)));
    }
}

//! Resident identity numbers (公民身份号码, GB 11643-1999).

use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// A resident identity number whose check digit is right: six digits of a place, eight of a day of birth, three of an
/// order (odd for men), one check digit, 0–9 or X. It is shown masked; [`IdentityNumber::as_str`] gives all of it.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber(String);

/// Why a text is no resident identity number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadIdentityNumber {
    /// It has not 17 digits and a check digit.
    #[error("an identity number has 17 digits and then a digit or X")]
    Form,
    /// There is no such day of birth.
    #[error("digits 7 to 14 of an identity number are the day of birth; there is no such day")]
    BirthDate,
    /// The check digit is wrong.
    #[error("the last character does not fit the others: a digit is wrong or two are swapped")]
    CheckDigit,
}

/// The weights of the first 17 digits (ISO 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check digit by the remainder.
const CHECK: [u8; 11] = *b"10X98765432";

impl IdentityNumber {
    /// The number in normal form: 18 characters, a check digit X in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of birth that it states.
    pub fn birth_date(&self) -> Date {
        birth_date(&self.0).unwrap_or(Date::ZERO)
    }

    /// Whether it states `female`; otherwise `male`.
    pub fn is_female(&self) -> bool {
        self.0
            .as_bytes()
            .get(16)
            .is_some_and(|digit| digit % 2 == 0)
    }
}

impl FromStr for IdentityNumber {
    type Err = BadIdentityNumber;

    /// Reads a number; blanks around and within it and a lower-case x are taken.
    fn from_str(text: &str) -> Result<Self, BadIdentityNumber> {
        let number: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .take(19)
            .collect();
        let (digits, check) = match number.as_bytes() {
            [digits @ .., check] if digits.len() == 17 => (digits, *check),
            _ => return Err(BadIdentityNumber::Form),
        };
        if !digits.iter().all(u8::is_ascii_digit) || !(check.is_ascii_digit() || check == b'X') {
            return Err(BadIdentityNumber::Form);
        }
        birth_date(&number).ok_or(BadIdentityNumber::BirthDate)?;
        let sum: u32 = digits
            .iter()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        let expected = usize::try_from(sum % 11)
            .ok()
            .and_then(|remainder| CHECK.get(remainder));
        if expected != Some(&check) {
            return Err(BadIdentityNumber::CheckDigit);
        }
        Ok(Self(number))
    }
}

fn birth_date(number: &str) -> Option<Date> {
    let part = |from, to| number.get(from..to)?.parse::<i16>().ok();
    let month = i8::try_from(part(10, 12)?).ok()?;
    let day = i8::try_from(part(12, 14)?).ok()?;
    Date::new(part(6, 10)?, month, day).ok()
}

impl fmt::Display for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}************", self.0.get(..6).unwrap_or_default())
    }
}
impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_number_states_birth_and_sex() {
        // The two examples of the standard's annex.
        let woman: IdentityNumber = "11010519491231002X".parse().unwrap();
        assert_eq!(woman.birth_date(), date(1949, 12, 31));
        assert!(woman.is_female());
        let man: IdentityNumber = "440524188001010014".parse().unwrap();
        assert_eq!(man.birth_date(), date(1880, 1, 1));
        assert!(!man.is_female());
    }

    #[test]
    fn it_is_normalised_and_shown_masked() {
        let number: IdentityNumber = " 110105 19491231 002x ".parse().unwrap();
        assert_eq!(number.as_str(), "11010519491231002X");
        assert_eq!(
            format!("{number} {number:?}"),
            "110105************ IdentityNumber(110105************)"
        );
    }

    #[test]
    fn a_wrong_number_is_refused() {
        let read = |text: &str| text.parse::<IdentityNumber>().unwrap_err();
        for text in [
            "",
            "1",
            "110105194912310021X",
            "1101051949123100２X",
            "A1010519491231002X",
            "X1010519491231002X",
        ] {
            assert_eq!(read(text), BadIdentityNumber::Form, "{text}");
        }
        assert_eq!(read("110105194913310020"), BadIdentityNumber::BirthDate);
        assert_eq!(
            read("110105190002290020"),
            BadIdentityNumber::BirthDate,
            "1900 was no leap year"
        );
        assert_eq!(read("110105194912310020"), BadIdentityNumber::CheckDigit);
        assert_eq!(
            read("11010519491231020X"),
            BadIdentityNumber::CheckDigit,
            "two digits swapped"
        );
    }
}

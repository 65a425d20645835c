//! How residents belong to a household and to a place.

use crate::Localised;

/// A code with its Chinese name.
struct Code(&'static str, &'static str);

/// Relations to the head of a household (GB/T 4761-2008, its main classes). Others may be stored; these have names.
const RELATIONS: [Code; 9] = [
    Code("head", "户主"),
    Code("spouse", "配偶"),
    Code("son", "子"),
    Code("daughter", "女"),
    Code("grandchild", "孙辈"),
    Code("parent", "父母"),
    Code("grandparent", "祖父母"),
    Code("sibling", "兄弟姐妹"),
    Code("other", "其他"),
];

/// How somebody's residence stands to their registration (户籍).
const RESIDENCES: [Code; 4] = [
    Code("registered", "人户一致"),
    Code("away", "户在人不在"),
    Code("unregistered", "人在户不在"),
    Code("migrant", "流动人口"),
];

/// The relation of the head to the household.
pub const HEAD: &str = "head";
/// The longest relation or residence code, in bytes.
pub const MAX_CODE: usize = 40;

/// The code of a relation, from the code or its Chinese name; none where it is unknown.
pub fn relation_code(text: &str) -> Option<&'static str> {
    code(&RELATIONS, text)
}

/// The code of a kind of residence, from the code or its Chinese name; none where it is unknown.
pub fn residence_code(text: &str) -> Option<&'static str> {
    code(&RESIDENCES, text)
}

/// All relations, for messages that say what may be written.
pub fn relation_names() -> Localised {
    names(&RELATIONS)
}

/// All kinds of residence, for messages that say what may be written.
pub fn residence_names() -> Localised {
    names(&RESIDENCES)
}

fn code(codes: &[Code], text: &str) -> Option<&'static str> {
    let text = text.trim();
    codes
        .iter()
        .find(|code| code.0.eq_ignore_ascii_case(text) || code.1 == text)
        .map(|code| code.0)
}

fn names(codes: &[Code]) -> Localised {
    let zh: Vec<_> = codes.iter().map(|code| code.1).collect();
    let en: Vec<_> = codes.iter().map(|code| code.0).collect();
    Localised::new(zh.join("、"), en.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_both_languages() {
        assert_eq!(relation_code(" 配偶 "), Some("spouse"));
        assert_eq!(relation_code("Head"), Some(HEAD));
        assert_eq!(relation_code("friend"), None);
        assert_eq!(residence_code("流动人口"), Some("migrant"));
        assert!(residence_names().zh.contains("人户一致"));
        assert!(relation_names().en.contains("daughter"));
    }
}

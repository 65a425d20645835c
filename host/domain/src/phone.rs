//! Telephone numbers, as people write them.

/// The normal form by which numbers are compared: digits alone, without China's country code. `+86 138-0000-0001` and
/// `13800000001` are the same number.
pub fn normal(written: &str) -> String {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let trimmed = written.trim_start();
    let abroad = trimmed.starts_with('+') || trimmed.starts_with('＋');
    let local = match digits.strip_prefix("0086") {
        Some(local) => Some(local),
        None if abroad || digits.len() > 11 => digits.strip_prefix("86"),
        None => None,
    };
    local.map(str::to_owned).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_writings_of_a_number_are_the_same() {
        for written in [
            "13800000001",
            "138 0000 0001",
            "+86 138-0000-0001",
            "8613800000001",
            "0086 13800000001",
        ] {
            assert_eq!(normal(written), "13800000001", "{written}");
        }
        assert_eq!(normal("0571-8600 0001"), "057186000001");
        assert_eq!(
            normal("8600 0001"),
            "86000001",
            "a number of a city that begins so"
        );
        assert_eq!(normal("+1 650 253 0000"), "16502530000");
        assert_eq!(normal("none"), "");
    }
}

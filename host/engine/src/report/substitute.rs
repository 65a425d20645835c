//! Substitutes for what may be personal: of the same shape, the same for the same, and telling nothing.
//!
//! A text stays as it is where it cannot be a person's: words of the plugin's own manifest (collections, fields, roles, pages,
//! choices of its settings), words of the contract, codes of languages and time zones. In every other text letters become
//! letters, digits digits, Chinese characters others of a small set; a day becomes another day, a JSON document one with the
//! same keys. Numbers that are read of persons, of records or of what was submitted become others of as many digits. One key a
//! report draws them, so that two reports cannot be joined.

use crate::tape::Came;
use linli_domain::random::Stream;
use linli_domain::{Manifest, Seed};
use serde_json::{Map, Number, Value};
use std::collections::BTreeSet;

/// The contract: its words are nobody's data.
const CONTRACT: &[&str] = &[
    include_str!("../../../../wit/host/appointments.wit"),
    include_str!("../../../../wit/host/calendars.wit"),
    include_str!("../../../../wit/host/case-transfer.wit"),
    include_str!("../../../../wit/host/cases.wit"),
    include_str!("../../../../wit/host/context.wit"),
    include_str!("../../../../wit/host/enrolments.wit"),
    include_str!("../../../../wit/host/households.wit"),
    include_str!("../../../../wit/host/log.wit"),
    include_str!("../../../../wit/host/needs-write.wit"),
    include_str!("../../../../wit/host/needs.wit"),
    include_str!("../../../../wit/host/notices.wit"),
    include_str!("../../../../wit/host/outbound.wit"),
    include_str!("../../../../wit/host/profile.wit"),
    include_str!("../../../../wit/host/records.wit"),
    include_str!("../../../../wit/host/settings.wit"),
    include_str!("../../../../wit/host/space-bookings.wit"),
    include_str!("../../../../wit/host/space-directory.wit"),
    include_str!("../../../../wit/host/timers.wit"),
    include_str!("../../../../wit/host/types.wit"),
    include_str!("../../../../wit/plugin/pages.wit"),
    include_str!("../../../../wit/plugin/replies.wit"),
    include_str!("../../../../wit/plugin/timers.wit"),
];
/// Stands for Chinese characters.
const CHARACTERS: [char; 12] = [
    '甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸', '某', '某',
];
/// Calls whose numbers are a person's, however small.
const ALL_NUMBERS: [&str; 4] = ["profile.", "households.", "needs.", "needs-write."];
/// Calls whose numbers are no person's.
const PLAIN_NUMBERS: [&str; 6] = [
    "appointments.",
    "calendars.",
    "context.",
    "notices.",
    "timers.",
    "log.",
];

/// Which numbers may be personal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// None: instants, versions, capacities.
    Plain,
    /// Those of two digits and more.
    Mixed,
    /// All.
    Persons,
}

/// Draws substitutes for one report.
pub(crate) struct Substitutes {
    kept: BTreeSet<String>,
    key: Seed,
}

impl Substitutes {
    pub(crate) fn new(manifest: &Manifest, key: Seed) -> Self {
        let mut kept = BTreeSet::new();
        if let Ok(manifest) = serde_json::to_value(manifest) {
            keep_words(&manifest, &mut kept);
        }
        let words = CONTRACT
            .iter()
            .flat_map(|text| text.lines())
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
        for word in words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase())) {
            kept.insert(upper_camel(word));
            kept.insert(word.to_owned());
        }
        kept.extend(["Ok", "Err", "en", "zh-CN"].map(str::to_owned));
        Self { kept, key }
    }

    /// Of what came of a call of the host.
    pub(crate) fn came(&self, call: &str, came: &Came) -> Came {
        match came {
            Came::Answer(answer) => {
                let numbers = match call {
                    call if ALL_NUMBERS.iter().any(|all| call.starts_with(all)) => Numbers::Persons,
                    call if PLAIN_NUMBERS.iter().any(|plain| call.starts_with(plain)) => {
                        Numbers::Plain
                    }
                    _ => Numbers::Mixed,
                };
                Came::Answer(match call {
                    // Random bytes are nobody's, and the time of day is everybody's.
                    "context.random" => answer.clone(),
                    _ => self.value(answer, numbers),
                })
            }
            Came::Trap(why) => Came::Trap(why.clone()),
        }
    }

    /// Of what a plugin is asked with.
    pub(crate) fn input(&self, input: &Value) -> Value {
        self.value(input, Numbers::Mixed)
    }

    fn value(&self, value: &Value, numbers: Numbers) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(values) => Value::Array(
                values
                    .iter()
                    .map(|value| self.value(value, numbers))
                    .collect(),
            ),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| match (name.as_str(), value) {
                        ("time_zone", value) => (name.clone(), value.clone()),
                        // A day must stay one.
                        ("month" | "day", Value::Number(_)) if fields.contains_key("year") => {
                            (name.clone(), self.small(name, value, numbers))
                        }
                        _ => (name.clone(), self.value(value, numbers)),
                    })
                    .collect::<Map<_, _>>(),
            ),
            Value::Number(number) if numbers != Numbers::Plain => self.number(number, numbers),
            other => other.clone(),
        }
    }

    /// A month or a day: one of the first twelve.
    fn small(&self, name: &str, value: &Value, numbers: Numbers) -> Value {
        match numbers {
            Numbers::Plain => value.clone(),
            _ => Value::from(1 + self.draw(&format!("{name} {value}"))[0] % 12),
        }
    }

    fn number(&self, number: &Number, numbers: Numbers) -> Value {
        let whole = number
            .as_i64()
            .or_else(|| number.as_f64().map(|value| value as i64));
        let Some(whole) = whole else {
            return Value::from(0);
        };
        let digits = whole.unsigned_abs().to_string();
        // A single digit is a count, a choice or a rating, unless it is read of a person.
        if digits.len() < 2 && numbers == Numbers::Mixed {
            return Value::Number(number.clone());
        }
        let other = first_not_zero(&self.shaped(&digits));
        let other = other.parse::<i64>().unwrap_or(1);
        let other = if whole < 0 { -other } else { other };
        match number.is_f64() {
            true => Value::from(other as f64),
            false => Value::from(other),
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        if text.is_empty() || self.kept.contains(text) {
            return text.to_owned();
        }
        if let Some(path) = text.strip_prefix('/') {
            // An address: the words of the manifest's pages in it stay.
            let parts: Vec<_> = path.split('/').map(|part| self.text(part)).collect();
            return format!("/{}", parts.join("/"));
        }
        if text.starts_with(['{', '['])
            && let Ok(document) = serde_json::from_str::<Value>(text)
        {
            return self.value(&document, Numbers::Mixed).to_string();
        }
        if is_day(text) {
            let drawn = self.draw(text);
            return format!(
                "{}-{:02}-{:02}",
                &text[..4],
                1 + drawn[0] % 12,
                1 + drawn[1] % 28
            );
        }
        self.shaped(text)
    }

    fn shaped(&self, text: &str) -> String {
        let mut stream = self.stream(text);
        text.chars()
            .map(|c| {
                let mut drawn = [0];
                stream.fill(&mut drawn);
                let letter = char::from(b'a' + drawn[0] % 26);
                match c {
                    '0'..='9' => char::from(b'0' + drawn[0] % 10),
                    'a'..='z' => letter,
                    'A'..='Z' => letter.to_ascii_uppercase(),
                    c if c.is_ascii() => c,
                    c if c.is_alphabetic() => CHARACTERS[usize::from(drawn[0]) % CHARACTERS.len()],
                    c => c,
                }
            })
            .collect()
    }

    fn draw(&self, text: &str) -> [u8; 2] {
        let mut drawn = [0; 2];
        self.stream(text).fill(&mut drawn);
        drawn
    }

    fn stream(&self, text: &str) -> Stream {
        let mut keyed = self.key.to_vec();
        keyed.extend_from_slice(text.as_bytes());
        let digest = linli_registry::digest(&keyed);
        let mut seed = Seed::default();
        for (to, from) in seed.iter_mut().zip(digest.as_bytes().chunks(2)) {
            let hex = std::str::from_utf8(from).unwrap_or("00");
            *to = u8::from_str_radix(hex, 16).unwrap_or_default();
        }
        Stream::new(seed)
    }
}

fn first_not_zero(digits: &str) -> String {
    match digits.strip_prefix('0') {
        Some(rest) => format!("1{rest}"),
        None => digits.to_owned(),
    }
}

/// Every text of the manifest, and its keys.
fn keep_words(value: &Value, kept: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            kept.insert(text.clone());
            kept.extend(text.split('/').map(str::to_owned));
        }
        Value::Array(values) => values.iter().for_each(|value| keep_words(value, kept)),
        Value::Object(fields) => {
            for (name, value) in fields {
                kept.insert(name.clone());
                keep_words(value, kept);
            }
        }
        _ => {}
    }
}

fn upper_camel(word: &str) -> String {
    word.split('-')
        .map(|part| {
            let mut chars = part.chars();
            let first = chars.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(chars).collect::<String>()
        })
        .collect()
}

/// `2026-11-24`, which begins with a year.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, c)| match at {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn substitutes() -> Substitutes {
        let manifest = linli_registry::manifest::parse(
            r#"
            id = "care/x"
            version = "1.0.0"
            licence = "Apache-2.0"
            title = { zh = "测试", en = "Test" }
            summary = { zh = "测试", en = "For tests" }
            [[pages]]
            path = "/visits"
            title = { zh = "测试", en = "Test" }
            audience = ["resident"]
            menu = true
            [collections.notes]
            purpose = { zh = "测试", en = "Test" }
            retention-days = 30
            "#,
        );
        Substitutes::new(&manifest.unwrap(), [3; 32])
    }

    #[test]
    fn what_is_personal_goes_and_its_shape_stays() {
        let substitutes = substitutes();
        for (text, shape) in [
            ("李秀英", "字字字"),
            ("13800000001", "ddddddddddd"),
            ("Li Xiuying", "Aa Aaaaaaa"),
            ("No. 5, 201室", "Aa. d, ddd字"),
        ] {
            let other = substitutes.text(text);
            assert_ne!(other, text);
            let shaped: String = other
                .chars()
                .map(|c| match c {
                    '0'..='9' => 'd',
                    'a'..='z' => 'a',
                    'A'..='Z' => 'A',
                    c if c.is_alphabetic() => '字',
                    c => c,
                })
                .collect();
            assert_eq!(shaped, shape);
            assert_eq!(substitutes.text(text), other, "the same for the same");
        }
        let document = substitutes.text(r#"{"name":"王建国","age":81,"ok":true}"#);
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_ne!(document["name"], "王建国");
        assert!(
            document["age"]
                .as_i64()
                .is_some_and(|age| (10..100).contains(&age))
        );
        assert_eq!(document["ok"], true);
        assert!(is_day(&substitutes.text("1946-03-01")));
    }

    #[test]
    fn words_of_the_manifest_and_the_contract_stay() {
        let substitutes = substitutes();
        for word in [
            "notes", "resident", "Resident", "NotFound", "zh-CN", "/visits", "",
        ] {
            assert_eq!(substitutes.text(word), word);
        }
        let page = substitutes.text("/visits/李秀英");
        assert!(
            page.starts_with("/visits/") && !page.contains('李'),
            "{page}"
        );
    }

    #[test]
    fn every_interface_of_the_contract_is_known() {
        let wit = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        for folder in ["host", "plugin"] {
            for file in std::fs::read_dir(wit.join(folder)).unwrap() {
                let path = file.unwrap().path();
                let is_text = path.extension().is_some_and(|ending| ending == "wit");
                if !is_text || path.file_stem().is_some_and(|stem| stem == "world") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(
                    CONTRACT.contains(&text.as_str()),
                    "{} is missing",
                    path.display()
                );
            }
        }
    }

    #[test]
    fn numbers_of_persons_go_and_instants_stay() {
        let substitutes = substitutes();
        let answer = Came::Answer(
            json!({ "Ok": [{ "at": 1_795_482_000_000_000_i64, "year": 1946, "month": 3, "day": 31 }] }),
        );
        assert_eq!(substitutes.came("calendars.list", &answer), answer);
        let Came::Answer(other) = substitutes.came("profile.read", &answer) else {
            panic!("it is an answer")
        };
        let day = &other["Ok"][0];
        assert_ne!(day["at"], 1_795_482_000_000_000_i64);
        assert!((1..=12).contains(&day["day"].as_i64().unwrap()));
    }
}

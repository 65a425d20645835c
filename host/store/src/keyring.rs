//! The host's keys and what is made with them: sealed values and keyed hashes.
//!
//! Values are sealed with AES-256 in SIV mode (RFC 5297): authenticated, and safe without a nonce, so that a unit of work that
//! is run again writes the same bytes and no counter or random source can be misused. What it tells is only that a value is
//! the same as the one that stood in the same column of the same row before, and its length. Column and row are
//! authenticated with the value: a sealed value that was moved to another row or column does not open. Keyed hashes are
//! HMAC-SHA-256 (RFC 2104) over what kind of value it is and the value.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use hmac::{Hmac, Mac as _};
use linli_domain::Seed;
use linli_domain::random::Stream;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use uuid::Uuid;

/// A key of 64 bytes: AES-256-SIV takes two of 32.
type Key = [u8; 64];

/// The bytes before the sealed value: the version of the key that sealed it, big-endian.
const VERSION: usize = 4;

/// All keys of a host. Its text is what stands in the key file, one key a line: `KIND VERSION HEXADECIMAL`.
///
/// | kind | makes | versions |
/// |---|---|---|
/// | `reference` | the references by which plugins know persons | 1 |
/// | `lookup` | keyed hashes by which sealed values are found | 1 |
/// | `seal` | sealed values | any number: one seals, all open |
#[derive(Clone, PartialEq, Eq)]
pub struct Keyring {
    reference: Key,
    lookup: Key,
    seal: BTreeMap<u32, Key>,
}

/// Why a text holds no keys.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadKeys {
    /// A line is not of the form.
    #[error(
        "line {line} is not of the form KIND VERSION HEXADECIMAL (reference, lookup or seal; a number from 1; 128 digits)"
    )]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// A key stands there twice.
    #[error("line {line} gives a key a second time")]
    Twice {
        /// Which, from 1.
        line: usize,
    },
    /// A kind of key is missing.
    #[error("there is no {0} key")]
    Missing(&'static str),
}

impl Keyring {
    /// New keys, each of version 1.
    pub fn generate(seed: Seed) -> Self {
        let mut stream = Stream::new(seed);
        let mut key = || {
            let mut key = [0; 64];
            stream.fill(&mut key);
            key
        };
        Self {
            reference: key(),
            lookup: key(),
            seal: BTreeMap::from([(1, key())]),
        }
    }

    /// Reads the text of a key file. Empty lines and lines that begin with `#` say nothing; `;` ends a line as well, so
    /// that an environment variable can hold all of it.
    pub fn parse(text: &str) -> Result<Self, BadKeys> {
        let (mut reference, mut lookup, mut seal) = (None, None, BTreeMap::new());
        let lines = text.lines().zip(1..);
        let said = lines.filter(|(line, _)| !line.trim_start().starts_with('#'));
        let keys = said.flat_map(|(line, number)| line.split(';').map(move |key| (key, number)));
        for (key, line_number) in keys.filter(|(key, _)| !key.trim().is_empty()) {
            let bad = || BadKeys::Line { line: line_number };
            let mut words = key.split_whitespace();
            let (Some(kind), Some(version), Some(digits), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(bad());
            };
            let version: u32 = version.parse().map_err(|_| bad())?;
            let key = from_hex(digits).ok_or_else(bad)?;
            let before = match (kind, version) {
                ("reference", 1) => reference.replace(key),
                ("lookup", 1) => lookup.replace(key),
                ("seal", 1..) => seal.insert(version, key),
                _ => return Err(bad()),
            };
            if before.is_some() {
                return Err(BadKeys::Twice { line: line_number });
            }
        }
        if seal.is_empty() {
            return Err(BadKeys::Missing("seal"));
        }
        Ok(Self {
            reference: reference.ok_or(BadKeys::Missing("reference"))?,
            lookup: lookup.ok_or(BadKeys::Missing("lookup"))?,
            seal,
        })
    }

    /// The text of a key file with these keys.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# The keys of this Linli host. Without them the database cannot be read: keep a copy, apart from its backups.\n\
             # KIND VERSION HEXADECIMAL. `linli admin rotate-key` adds a seal key; never take a line away by hand.\n",
        );
        let keys = [
            ("reference", 1, &self.reference),
            ("lookup", 1, &self.lookup),
        ];
        let seal = self
            .seal
            .iter()
            .map(|(version, key)| ("seal", *version, key));
        for (kind, version, key) in keys.into_iter().chain(seal) {
            let _ = writeln!(text, "{kind} {version} {}", to_hex(key));
        }
        text
    }

    /// The key that makes plugins' references.
    pub fn reference(&self) -> &[u8; 64] {
        &self.reference
    }

    /// The newest key that seals.
    pub fn newest(&self) -> u32 {
        self.seal
            .last_key_value()
            .map_or(0, |(version, _)| *version)
    }

    /// Whether there is a seal key of that version.
    pub fn has(&self, version: u32) -> bool {
        self.seal.contains_key(&version)
    }

    /// The same keys and a new one that seals.
    pub fn with_new_seal(&self, seed: Seed) -> Self {
        let mut ring = self.clone();
        let mut key = [0; 64];
        Stream::new(seed).fill(&mut key);
        ring.seal.insert(self.newest() + 1, key);
        ring
    }

    /// The same keys without one that seals; the newest stays.
    pub fn without_seal(&self, version: u32) -> Self {
        let mut ring = self.clone();
        if version != ring.newest() {
            ring.seal.remove(&version);
        }
        ring
    }

    /// Seals a value for one column of one row with the key of that version; none where there is no such key.
    pub(crate) fn seal(
        &self,
        version: u32,
        column: &str,
        row: Uuid,
        plain: &str,
    ) -> Option<Vec<u8>> {
        let key = self.seal.get(&version)?;
        let prefix = version.to_be_bytes();
        let sealed = Aes256Siv::new(key.into())
            .encrypt(
                [&prefix[..], column.as_bytes(), row.as_bytes()],
                plain.as_bytes(),
            )
            .ok()?;
        Some([&prefix[..], &sealed].concat())
    }

    /// Opens what was sealed for that column of that row.
    pub(crate) fn open(&self, column: &str, row: Uuid, sealed: &[u8]) -> Result<String, Unopened> {
        let version = version_of(sealed).ok_or(Unopened::Spoilt)?;
        let (prefix, sealed) = sealed.split_at(VERSION);
        let key = self.seal.get(&version).ok_or(Unopened::NoKey(version))?;
        let plain = Aes256Siv::new(key.into())
            .decrypt([prefix, column.as_bytes(), row.as_bytes()], sealed)
            .map_err(|_| Unopened::Spoilt)?;
        String::from_utf8(plain).map_err(|_| Unopened::Spoilt)
    }

    /// The keyed hash of a value of a kind.
    pub(crate) fn fingerprint(&self, kind: &str, value: &str) -> Vec<u8> {
        mac(
            &self.lookup,
            &[b"lookup", kind.as_bytes(), value.as_bytes()],
        )
    }

    /// What shows, without giving anything away, that a key is the same: its kind, its version and a keyed hash.
    pub(crate) fn proofs(&self) -> Vec<(&'static str, u32, Vec<u8>)> {
        let seal = self
            .seal
            .iter()
            .map(|(version, key)| ("seal", *version, key));
        [
            ("reference", 1, &self.reference),
            ("lookup", 1, &self.lookup),
        ]
        .into_iter()
        .chain(seal)
        .map(|(kind, version, key)| (kind, version, mac(key, &[b"proof", kind.as_bytes()])))
        .collect()
    }
}

impl fmt::Debug for Keyring {
    /// Which keys there are, never the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seal: Vec<_> = self.seal.keys().collect();
        f.debug_struct("Keyring")
            .field("seal", &seal)
            .finish_non_exhaustive()
    }
}

/// Why a sealed value does not open.
pub(crate) enum Unopened {
    /// It was sealed with a key of this version, which is not there.
    NoKey(u32),
    /// It was changed, or sealed for another row or column.
    Spoilt,
}

/// The version of the key that sealed a value.
pub(crate) fn version_of(sealed: &[u8]) -> Option<u32> {
    sealed.first_chunk().copied().map(u32::from_be_bytes)
}

/// HMAC-SHA-256 over parts, each with its length before it.
fn mac(key: &Key, parts: &[&[u8]]) -> Vec<u8> {
    // A key of the block's size is taken as it is: this cannot fail.
    let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(key.into());
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn to_hex(key: &Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(digits: &str) -> Option<Key> {
    if digits.len() != 128 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 64];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_column_of_its_row() {
        let keys = Keyring::generate([1; 32]);
        let sealed = keys.seal(1, "person.phone", row(5), "13800000001").unwrap();
        assert_eq!(
            keys.open("person.phone", row(5), &sealed).ok().as_deref(),
            Some("13800000001")
        );
        assert!(keys.open("person.phone", row(6), &sealed).is_err());
        assert!(
            keys.open("person.identity_number", row(5), &sealed)
                .is_err()
        );
        assert!(
            Keyring::generate([2; 32])
                .open("person.phone", row(5), &sealed)
                .is_err()
        );
        for at in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[at] ^= 1;
            assert!(
                keys.open("person.phone", row(5), &forged).is_err(),
                "byte {at}"
            );
            assert!(
                keys.open("person.phone", row(5), &sealed[..at]).is_err(),
                "{at} bytes"
            );
        }
        assert!(!sealed.windows(4).any(|window| window == b"1380"));
    }

    #[test]
    fn a_ring_opens_what_any_of_its_keys_sealed() {
        let first = Keyring::generate([1; 32]);
        let sealed = first.seal(1, "need.note", row(1), "头晕").unwrap();
        let second = first.with_new_seal([2; 32]);
        assert_eq!(second.newest(), 2);
        assert_eq!(
            second.open("need.note", row(1), &sealed).ok().as_deref(),
            Some("头晕")
        );
        let newer = second.seal(2, "need.note", row(1), "头晕").unwrap();
        assert_ne!(newer[VERSION..], sealed[VERSION..]);
        assert!(matches!(
            first.open("need.note", row(1), &newer),
            Err(Unopened::NoKey(2))
        ));
        let dropped = second.without_seal(1);
        assert!(matches!(
            dropped.open("need.note", row(1), &sealed),
            Err(Unopened::NoKey(1))
        ));
        assert_eq!(dropped.without_seal(2), dropped, "the newest stays");
    }

    #[test]
    fn a_fingerprint_depends_on_key_kind_and_value() {
        let keys = Keyring::generate([1; 32]);
        let phone = keys.fingerprint("phone", "13800000001");
        assert_eq!(
            phone,
            keys.with_new_seal([3; 32])
                .fingerprint("phone", "13800000001")
        );
        assert_ne!(phone, keys.fingerprint("phone", "13800000002"));
        assert_ne!(phone, keys.fingerprint("identity", "13800000001"));
        assert_ne!(
            phone,
            Keyring::generate([2; 32]).fingerprint("phone", "13800000001")
        );
        assert_ne!(keys.fingerprint("ab", "c"), keys.fingerprint("a", "bc"));
    }

    #[test]
    fn a_key_file_is_read_as_it_was_written() {
        let keys = Keyring::generate([1; 32]).with_new_seal([2; 32]);
        let text = keys.to_text();
        assert_eq!(Keyring::parse(&text), Ok(keys.clone()));
        let one_line = text.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(
            Keyring::parse(&one_line.collect::<Vec<_>>().join(";")),
            Ok(keys.clone())
        );
        let shown = format!("{keys:?}");
        assert!(shown.len() < 60, "no key is shown: {shown}");
    }

    #[test]
    fn a_spoilt_key_file_is_refused_by_its_line() {
        let text = Keyring::generate([1; 32]).to_text();
        assert_eq!(Keyring::parse(""), Err(BadKeys::Missing("seal")));
        let lookup_less: Vec<_> = text
            .lines()
            .filter(|line| !line.starts_with("lookup"))
            .collect();
        assert_eq!(
            Keyring::parse(&lookup_less.join("\n")),
            Err(BadKeys::Missing("lookup"))
        );
        assert_eq!(
            Keyring::parse(&text.replace("seal 1", "seal 0")),
            Err(BadKeys::Line { line: 5 })
        );
        assert_eq!(
            Keyring::parse(&text[..text.len() - 3]),
            Err(BadKeys::Line { line: 5 })
        );
        let twice = format!("{text}{}", text.lines().last().unwrap());
        assert_eq!(Keyring::parse(&twice), Err(BadKeys::Twice { line: 6 }));
        for bad in [
            "seal 1 zz",
            "seal one ff",
            "other 1 ff",
            "reference 2 ff",
            "seal 1",
        ] {
            assert!(Keyring::parse(bad).is_err(), "{bad}");
        }
    }
}

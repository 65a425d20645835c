//! The references by which plugins know persons: deterministic authenticated encryption (AES-SIV, RFC 5297) of the
//! person's id for one plugin. Two plugins cannot join what they know; a reference that was guessed or stolen from another
//! plugin opens nothing.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use linli_domain::{PersonId, PluginId};
use uuid::Uuid;

/// The version of the key that references are made with, as their first character.
const KEY_VERSION: char = '1';

/// The host's secret key and what it makes.
pub struct References {
    key: [u8; 64],
}

impl References {
    /// With the host's key for references.
    pub fn new(key: &[u8; 64]) -> Self {
        Self { key: *key }
    }

    /// The reference of a person for a plugin: 44 characters.
    pub fn seal(&self, plugin: &PluginId, person: PersonId) -> Option<String> {
        let sealed = self
            .cipher()
            .encrypt([header(plugin)], person.0.as_bytes())
            .ok()?;
        Some(format!("{KEY_VERSION}{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The person that a plugin's reference names.
    pub fn open(&self, plugin: &PluginId, reference: &str) -> Option<PersonId> {
        let sealed = URL_SAFE_NO_PAD
            .decode(reference.strip_prefix(KEY_VERSION)?)
            .ok()?;
        let opened = self.cipher().decrypt([header(plugin)], &sealed).ok()?;
        Uuid::from_slice(&opened).ok().map(PersonId)
    }

    /// Seals where a list goes on, for one actor, installation and list.
    pub fn seal_cursor(&self, bound_to: &str, position: &str) -> Option<String> {
        let sealed = self
            .cipher()
            .encrypt([format!("cursor\0{bound_to}")], position.as_bytes())
            .ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Where a list goes on, if the cursor is for the same actor, installation and list.
    pub fn open_cursor(&self, bound_to: &str, cursor: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let opened = self
            .cipher()
            .decrypt([format!("cursor\0{bound_to}")], &sealed)
            .ok()?;
        String::from_utf8(opened).ok()
    }

    fn cipher(&self) -> Aes256Siv {
        Aes256Siv::new(&self.key.into())
    }
}

fn header(plugin: &PluginId) -> String {
    format!("person\0{KEY_VERSION}\0{plugin}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_opens_only_for_its_plugin() {
        let references = References::new(&[7; 64]);
        let (mine, other) = ("a/one".parse().unwrap(), "a/two".parse().unwrap());
        let person = PersonId(Uuid::from_u128(5));
        let reference = references.seal(&mine, person).unwrap();
        assert_eq!(reference.len(), 44);
        assert_eq!(references.open(&mine, &reference), Some(person));
        assert_eq!(references.open(&other, &reference), None);
        assert_ne!(reference, references.seal(&other, person).unwrap());
        for at in 0..reference.len() {
            let mut forged = reference.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(
                references.open(&mine, &String::from_utf8(forged).unwrap()),
                None,
                "byte {at}"
            );
        }
    }

    #[test]
    fn a_cursor_opens_only_for_its_list() {
        let references = References::new(&[7; 64]);
        let cursor = references.seal_cursor("visits", "42").unwrap();
        assert_eq!(
            references.open_cursor("visits", &cursor).as_deref(),
            Some("42")
        );
        assert_eq!(references.open_cursor("notes", &cursor), None);
    }
}

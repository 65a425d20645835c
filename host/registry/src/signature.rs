//! Detached minisign signatures over component files, as the public `minisign` tool makes and checks them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign_verify::{PublicKey, Signature};
use std::fmt;

/// A key's id, as `minisign` prints it: 16 upper-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(String);

impl KeyId {
    /// The 16 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// minisign reads the eight bytes as a little-endian number.
    fn of(bytes: &[u8]) -> Self {
        Self(
            bytes
                .iter()
                .rev()
                .map(|byte| format!("{byte:02X}"))
                .collect(),
        )
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none.
    #[error(
        "there is no signature: sign the component with `linli plugin sign` and send its .minisig file along"
    )]
    Missing,
    /// The text is no minisign signature.
    #[error(
        "the signature is not a minisign signature: send the .minisig file as it was written, all four lines of it"
    )]
    Malformed,
    /// Signed with a key that the organisation has not registered.
    #[error(
        "the signature was made with key {0}, which is not registered for this organisation: register its .pub file, or sign with a registered key"
    )]
    UnknownKey(KeyId),
    /// The key is known, the signature is of something else.
    #[error(
        "the signature by key {0} does not match this file: the component was changed after signing, or the signature belongs to another file"
    )]
    DoesNotMatch(KeyId),
    /// Made without hashing the file first.
    #[error(
        "the signature by key {0} is of the old kind that does not hash the file first: sign with `linli plugin sign` or minisign 0.10 or newer"
    )]
    OldKind(KeyId),
    /// The text is no minisign public key.
    #[error(
        "this is not a minisign public key: paste the .pub file, or the line of it that begins with RW"
    )]
    BadKey,
}

/// A registered public key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublisherKey {
    /// Its id.
    pub id: KeyId,
    /// The key in base64, 56 characters: what to store.
    pub base64: String,
}

/// Reads a public key: a whole `.pub` file or its bare base64 line.
///
/// # Errors
/// [`SignatureError::BadKey`].
pub fn parse_key(text: &str) -> Result<PublisherKey, SignatureError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = match (lines.next(), lines.next(), lines.next()) {
        (Some(line), None, _) => line,
        (Some(comment), Some(line), None) if comment.starts_with("untrusted comment:") => line,
        _ => return Err(SignatureError::BadKey),
    };
    PublicKey::from_base64(line).map_err(|_| SignatureError::BadKey)?;
    let bytes = STANDARD.decode(line).map_err(|_| SignatureError::BadKey)?;
    let id = bytes.get(2..10).ok_or(SignatureError::BadKey)?;
    Ok(PublisherKey {
        id: KeyId::of(id),
        base64: line.to_owned(),
    })
}

/// The id of a public key, given as for [`parse_key`].
///
/// # Errors
/// [`SignatureError::BadKey`].
pub fn key_id(public_key: &str) -> Result<KeyId, SignatureError> {
    Ok(parse_key(public_key)?.id)
}

/// Checks a signature against the keys that are registered (each as for [`parse_key`]; unreadable ones count as absent)
/// and answers whose it is.
///
/// # Errors
/// Tells a missing, a malformed, an unknown and a wrong signature apart.
pub fn verify(component: &[u8], minisig: &str, keys: &[&str]) -> Result<KeyId, SignatureError> {
    if minisig.trim().is_empty() {
        return Err(SignatureError::Missing);
    }
    // A signature has about 300 bytes; a long text is not parsed.
    if minisig.len() > 16 * 1024 {
        return Err(SignatureError::Malformed);
    }
    let signature = Signature::decode(minisig).map_err(|_| SignatureError::Malformed)?;
    let line = minisig.lines().nth(1).ok_or(SignatureError::Malformed)?;
    let bytes = STANDARD
        .decode(line)
        .map_err(|_| SignatureError::Malformed)?;
    let (Some(kind), Some(id)) = (bytes.get(..2), bytes.get(2..10)) else {
        return Err(SignatureError::Malformed);
    };
    let id = KeyId::of(id);
    let known: Vec<PublisherKey> = keys
        .iter()
        .filter_map(|key| parse_key(key).ok())
        .filter(|key| key.id == id)
        .collect();
    if known.is_empty() {
        return Err(SignatureError::UnknownKey(id));
    }
    if kind != b"ED" {
        return Err(SignatureError::OldKind(id));
    }
    let matches = known
        .iter()
        .filter_map(|key| PublicKey::from_base64(&key.base64).ok())
        .any(|key| key.verify(component, &signature, false).is_ok());
    if matches {
        Ok(id)
    } else {
        Err(SignatureError::DoesNotMatch(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minisign::KeyPair;
    use std::io::Cursor;

    fn sign(pair: &KeyPair, file: &[u8]) -> String {
        minisign::sign(Some(&pair.pk), &pair.sk, Cursor::new(file), None, None)
            .unwrap()
            .into_string()
    }

    #[test]
    fn each_kind_of_bad_signature_has_its_own_answer() {
        let ours = KeyPair::generate_unencrypted_keypair().unwrap();
        let theirs = KeyPair::generate_unencrypted_keypair().unwrap();
        let key = ours.pk.to_box().unwrap().into_string();
        let file = b"component";
        let id = verify(file, &sign(&ours, file), &["junk", &key]).unwrap();
        assert_eq!(id, key_id(&key).unwrap());
        assert_eq!(id, key_id(&ours.pk.to_base64()).unwrap());
        // The .pub file's own comment names the id as the tool prints it.
        assert!(key.lines().next().unwrap().contains(id.as_str()), "{key}");

        assert_eq!(verify(file, " \n", &[&key]), Err(SignatureError::Missing));
        assert_eq!(
            verify(file, "untrusted comment: x\nRW", &[&key]),
            Err(SignatureError::Malformed)
        );
        assert_eq!(
            verify(file, &"x".repeat(1 << 20), &[&key]),
            Err(SignatureError::Malformed)
        );
        let foreign = verify(file, &sign(&theirs, file), &[&key]).unwrap_err();
        assert_eq!(
            foreign,
            SignatureError::UnknownKey(key_id(&theirs.pk.to_base64()).unwrap())
        );
        assert!(
            foreign
                .to_string()
                .contains(key_id(&theirs.pk.to_base64()).unwrap().as_str())
        );
        assert_eq!(
            verify(b"changed", &sign(&ours, file), &[&key]),
            Err(SignatureError::DoesNotMatch(id))
        );
    }

    #[test]
    fn a_changed_trusted_comment_does_not_pass() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let key = pair.pk.to_base64();
        let signature =
            sign(&pair, b"component").replace("trusted comment: ", "trusted comment: version 2 ");
        let signature =
            signature.replacen("untrusted comment: version 2 ", "untrusted comment: ", 1);
        assert!(matches!(
            verify(b"component", &signature, &[&key]),
            Err(SignatureError::DoesNotMatch(_))
        ));
    }

    #[test]
    fn cut_or_flipped_texts_never_panic() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let key = pair.pk.to_box().unwrap().into_string();
        let signature = sign(&pair, b"component");
        for at in 0..signature.trim_end().len() {
            assert!(verify(b"component", &signature[..at], &[&key]).is_err());
        }
        for at in 0..key.len() {
            let _ = parse_key(&key[..at]);
        }
        assert_eq!(parse_key("RWQ"), Err(SignatureError::BadKey));
    }
}

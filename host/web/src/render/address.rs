//! Addresses of a plugin's pages and what they are in the browser.

use linli_engine::page as wit;
use std::fmt::Write as _;

/// The URL of a page. All but unreserved characters (RFC 3986 section 2.3) is percent-encoded, so that a path of a plugin
/// stays below its base whatever it contains; [`check`](super::check) refuses dot segments.
pub fn href(base: &str, to: &wit::Address) -> String {
    let mut url = String::with_capacity(base.len() + to.path.len() + 16);
    url.push_str(base);
    if !to.path.starts_with('/') {
        url.push('/');
    }
    encode(&mut url, &to.path, true);
    for (index, (name, value)) in to.query.iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        encode(&mut url, name, false);
        url.push('=');
        encode(&mut url, value, false);
    }
    url
}

fn encode(url: &mut String, text: &str, path: bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (path && byte == b'/') {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

/// The address that a request names: the path below the plugin's base (already decoded) and the raw query.
/// None where it is longer than the contract's 512 bytes.
pub fn parse(path: &str, query: Option<&str>) -> Option<wit::Address> {
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    let query = pairs(query.unwrap_or_default().as_bytes());
    let length = path.len()
        + query
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum::<usize>();
    (length <= 512 && is_sound_path(&path)).then_some(wit::Address { path, query })
}

/// The pairs of an `application/x-www-form-urlencoded` text (WHATWG URL standard, section 5.1).
pub fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    encoded
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let cut = pair
                .iter()
                .position(|byte| *byte == b'=')
                .unwrap_or(pair.len());
            (
                decode(&pair[..cut]),
                decode(pair.get(cut + 1..).unwrap_or_default()),
            )
        })
        .collect()
}

fn decode(encoded: &[u8]) -> String {
    let hex = |at: usize| {
        encoded
            .get(at)
            .and_then(|byte| char::from(*byte).to_digit(16))
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while let Some(byte) = encoded.get(at) {
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high * 16 + low);
                at += 2;
            }
            (b'+', _, _) => bytes.push(b' '),
            _ => bytes.push(*byte),
        }
        at += 1;
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Begins with `/`, has no dot segments and no empty ones but the last.
pub(crate) fn is_sound_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains("//")
        && !path.contains(['\\', '\0'])
        && path
            .split('/')
            .all(|segment| segment != "." && segment != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_below_their_base() {
        let to = wit::Address {
            path: "/日/%2e%2e/a?b#c".into(),
            query: vec![("q&".into(), "é=".into())],
        };
        assert_eq!(
            href("/c/x/a/b", &to),
            "/c/x/a/b/%E6%97%A5/%252e%252e/a%3Fb%23c?q%26=%C3%A9%3D"
        );
        let back = parse("日/%2e%2e/a?b#c", Some("q%26=%C3%A9%3D")).unwrap();
        assert_eq!(back, to);
        assert!(parse("/a/../b", None).is_none());
        assert!(parse("/a", Some(&"x".repeat(600))).is_none());
    }

    #[test]
    fn form_text_decodes() {
        assert_eq!(
            pairs(b"a=1+2&b=%e4%bd%a0&c&&d=%zz"),
            [("a", "1 2"), ("b", "你"), ("c", ""), ("d", "%zz")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }
}

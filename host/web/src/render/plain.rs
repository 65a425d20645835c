//! Text of plugins and residents, made harmless: no control characters, no marks that turn the direction of other text.

use maud::{Escaper, Render};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The text without control characters (but line feeds) and without bidirectional controls (Unicode Standard Annex 9,
/// section 2), which could make one text pose as another.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.contains(is_harmful) {
        Cow::Owned(text.replace(is_harmful, ""))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(
            c,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Foreign text for maud: harmless and escaped.
pub(crate) struct Plain<'a>(&'a str);

/// Foreign text for maud: harmless and escaped.
pub(crate) fn text(text: &str) -> Plain<'_> {
    Plain(text)
}

impl Render for Plain<'_> {
    fn render_to(&self, buffer: &mut String) {
        // Writing to a String cannot fail.
        let _ = Escaper::new(buffer).write_str(&harmless(self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_turns_harmless() {
        assert_eq!(
            text("a\u{202e}b\u{0}c\u{7}<i>\"'&\n").render().0,
            "abc&lt;i&gt;&quot;'&amp;\n"
        );
        assert_eq!(harmless("王秀兰 👵🏽"), "王秀兰 👵🏽");
    }
}

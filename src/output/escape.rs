//! Escapes for characters that a terminal would interpret or not show.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal would interpret the character, reorder the line because of it, or not show it.
pub(super) fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with control, bidirectional and zero-width characters written as escapes (`\n`, `\u{202e}`).
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if is_treacherous(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The JSON text with the same characters as `\uXXXX`: the same value for any JSON parser, and safe on a terminal.
///
/// Outside strings JSON contains none of them except line feeds, which are kept.
pub(super) fn visible_json(json: &str) -> Cow<'_, str> {
    let dangerous = |c: char| c != '\n' && is_treacherous(c);
    if !json.contains(dangerous) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if dangerous(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_and_invisible_characters_are_shown_as_escapes() {
        assert_eq!(visible("Maya Chen, 陳, مايا"), "Maya Chen, 陳, مايا");
        assert_eq!(visible("a\u{1b}[2Jb\r\n\u{9b}c"), "a\\u{1b}[2Jb\\r\\n\\u{9b}c");
        assert_eq!(visible("\u{202e}evil\u{200b}"), "\\u{202e}evil\\u{200b}");
    }

    proptest! {
        #[test]
        fn escaped_json_has_the_same_value_and_no_unsafe_characters(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let shown = visible_json(&json);
            prop_assert!(!shown.contains(is_treacherous));
            prop_assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }

        #[test]
        fn escaped_text_has_no_unsafe_characters(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(is_treacherous));
        }
    }
}

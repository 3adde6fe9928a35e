//! Escapes for characters that a terminal would interpret or not show.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar as _;

/// Whether a terminal would interpret the character, reorder the line because of it, or not show it: controls, line and
/// paragraph separators, and what has no width of its own, unless it combines with the character before it.
pub(super) fn is_unsafe(c: char) -> bool {
    !matches!(c, ' '..='~')
        && (c.is_control()
            || matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
            || (c.width() == Some(0) && !is_combining_mark(c)))
}

/// The most combining marks on one character: languages have up to five, and a pile of them covers the lines above.
const MOST_MARKS: usize = 6;

/// Which characters of a text must be escaped: those that are unsafe, a mark that would combine with what stands before the
/// text, and marks beyond [`MOST_MARKS`].
fn escapes(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut marks = MOST_MARKS;
    text.chars().map(move |c| {
        if c.is_ascii() || !is_combining_mark(c) {
            marks = 0;
            return (c, is_unsafe(c));
        }
        marks += 1;
        (c, marks > MOST_MARKS)
    })
}

/// The text with control, bidirectional and zero-width characters, and piled marks, written as escapes (`\n`, `\u{202e}`).
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if escapes(text).all(|(_, is_escaped)| !is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for (c, is_escaped) in escapes(text) {
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if is_escaped => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The JSON text with the same characters as `\uXXXX`: the same value for any JSON parser, and safe on a terminal.
///
/// Outside strings JSON contains none of them except line feeds, which are kept.
pub(super) fn visible_json(json: &str) -> Cow<'_, str> {
    let dangerous = |(c, is_escaped): (char, bool)| c != '\n' && is_escaped;
    if !escapes(json).any(dangerous) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for (c, is_escaped) in escapes(json) {
        if dangerous((c, is_escaped)) {
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
        assert_eq!(visible("nai\u{308}ve"), "nai\u{308}ve");
        assert_eq!(visible("\u{301}a"), "\\u{301}a", "not on what stands before");
        assert_eq!(visible("ม้ำ ཨོཾ शुक्ति שָׁ"), "ม้ำ ཨོཾ शुक्ति שָׁ");
        let pile = format!("a{}b", "\u{301}".repeat(8));
        assert_eq!(visible(&pile), format!("a{}\\u{{301}}\\u{{301}}b", "\u{301}".repeat(6)));
        let invisible = [
            '\u{ad}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{2028}',
            '\u{2064}',
            '\u{3164}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fffa}',
            '\u{e0041}',
        ];
        let shown: Vec<char> = invisible.into_iter().filter(|c| !is_unsafe(*c)).collect();
        assert_eq!(shown, Vec::<char>::new());
        assert!(('\u{200b}'..='\u{200f}').chain('\u{2028}'..='\u{202e}').chain('\u{2060}'..='\u{206f}').all(is_unsafe));
    }

    proptest! {
        #[test]
        fn escaped_json_has_the_same_value_and_no_unsafe_characters(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let shown = visible_json(&json);
            prop_assert!(!shown.contains(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }

        #[test]
        fn escaped_text_has_no_unsafe_characters(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(is_unsafe));
        }
    }
}

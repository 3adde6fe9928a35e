//! Validation of text from users and files.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar as _;

use super::Role;

/// Maximum length of an id or key in bytes: an index entry of either engine can hold it.
pub const MAX_KEY_BYTES: usize = 512;
/// Maximum length of a name, an email, an origin or a picture URL, in bytes.
const MAX_LINE_BYTES: usize = 2048;

/// Why a text is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text is empty.
    #[error("must not be empty")]
    Empty,
    /// The text is longer than allowed.
    #[error("{bytes} bytes long, at most {limit} are allowed")]
    TooLong {
        /// The length of the text.
        bytes: usize,
        /// The maximum length.
        limit: usize,
    },
    /// A control character: a terminal would interpret it, and PostgreSQL cannot store NUL.
    #[error("control character U+{:04X} is not allowed", u32::from(*.0))]
    Control(char),
    /// A character that nobody sees, by which two keys differ that look the same.
    #[error("invisible character U+{:04X} is not allowed", u32::from(*.0))]
    Invisible(char),
    /// Whitespace in an id, or around a key: nearly always a mistake in the file.
    #[error("unexpected whitespace")]
    Blank,
    /// An `@` in an id: it distinguishes an email from an id.
    #[error("@ is not allowed in an id")]
    At,
    /// What a program writes for no value.
    #[error("is a null marker; expected an empty field or a value")]
    NullMarker,
    /// A number that a spreadsheet has shortened, so that different ids became the same.
    #[error("is a number in scientific notation: a spreadsheet has shortened the id, format its column as text")]
    Scientific,
    /// A formula by which a spreadsheet keeps the zeros of a number.
    #[error("is a spreadsheet's formula for a text; write the text itself, and format the column as text")]
    Formula,
    /// The id could be read as something else.
    #[error("expected an id that does not start with # or -, without commas and invisible characters")]
    NotAnId,
    /// The id is the name of a role, from which a command could not tell it.
    #[error("is the name of a role, and not allowed as an id")]
    RoleName,
    /// Not a plausible email address.
    #[error("expected an email address: one @, a host with a dot, no spaces")]
    NotAnEmail,
    /// An email address with something around or in it that does not belong to it.
    #[error("expected an email address, perhaps {0}")]
    UncleanEmail(String),
}

fn check_length(text: &str, limit: usize) -> Result<(), TextError> {
    match text.len() {
        0 => Err(TextError::Empty),
        bytes if bytes > limit => Err(TextError::TooLong { bytes, limit }),
        _ => Ok(()),
    }
}

fn check_controls(text: &str) -> Result<(), TextError> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    text.chars().find(|c| c.is_control()).map_or(Ok(()), |c| Err(TextError::Control(c)))
}

/// Validates an id or key, which is not changed: 1 to 512 bytes, no control characters, no whitespace around it.
///
/// # Errors
/// When the text is invalid.
pub fn check_key(text: &str) -> Result<String, TextError> {
    valid_key(text).map(ToOwned::to_owned)
}

/// As [`check_key`], without a copy.
///
/// # Errors
/// When the text is invalid.
pub fn valid_key(text: &str) -> Result<&str, TextError> {
    check_length(text, MAX_KEY_BYTES)?;
    check_controls(text)?;
    if let Some(invisible) = text.chars().find(|c| is_stray(*c)) {
        return Err(TextError::Invisible(invisible));
    }
    if text.trim() == text { Ok(text) } else { Err(TextError::Blank) }
}

/// What programs write for no value.
const NULL_MARKERS: [&str; 15] = [
    "NULL",
    "null",
    "(null)",
    "nil",
    "None",
    "nan",
    "NaN",
    "N/A",
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "\\N",
    "undefined",
];

/// Whether a cell is what a program writes for no value, and not likely a text of its own.
#[must_use]
pub fn is_null_marker(cell: &str) -> bool {
    matches!(cell.as_bytes().first(), Some(b'N' | b'n' | b'(' | b'#' | b'\\' | b'u')) && NULL_MARKERS.contains(&cell)
}

/// Whether a spreadsheet has shortened a number, like `1.23457E+15`.
fn is_scientific(cell: &str) -> bool {
    let Some((digits, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_signed = exponent.starts_with(['+', '-']);
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    is_number(whole)
        && (is_number(fraction) || (fraction.is_empty() && exponent_is_signed))
        && is_number(exponent.trim_start_matches(['+', '-']))
}

/// Validates an id or key of a file, without a copy: as [`check_key`], and nothing that a program or a spreadsheet has
/// made of it.
///
/// # Errors
/// When the text is invalid.
pub fn valid_file_key(text: &str) -> Result<&str, TextError> {
    let key = valid_key(text)?;
    if is_null_marker(key) {
        return Err(TextError::NullMarker);
    }
    if key.starts_with("=\"") && key.ends_with('"') {
        return Err(TextError::Formula);
    }
    if key.as_bytes()[0].is_ascii_digit() && is_scientific(key) { Err(TextError::Scientific) } else { Ok(key) }
}

/// As [`valid_file_key`], of an argument.
///
/// # Errors
/// When the text is invalid.
pub fn check_new_key(text: &str) -> Result<String, TextError> {
    valid_file_key(text).map(ToOwned::to_owned)
}

/// As [`valid_file_key`], of the id of a user.
///
/// # Errors
/// When the text is invalid.
pub fn valid_file_id(text: &str) -> Result<&str, TextError> {
    valid_id(text).and_then(valid_file_key)
}

/// Validates the id of a new user: as [`valid_file_id`], and not the name of a role.
///
/// # Errors
/// When the text is invalid.
pub fn check_new_id(text: &str) -> Result<String, TextError> {
    let id = valid_file_id(text)?.to_owned();
    if id.starts_with(['#', '-']) || id.contains(',') || id.contains(is_invisible) {
        return Err(TextError::NotAnId);
    }
    if id.to_ascii_lowercase().parse::<Role>().is_ok() { Err(TextError::RoleName) } else { Ok(id) }
}

/// Validates a user's id, without a copy: as [`check_key`], and without any whitespace or `@`.
///
/// # Errors
/// When the text is invalid.
fn valid_id(text: &str) -> Result<&str, TextError> {
    let id = valid_key(text)?;
    if id.contains(char::is_whitespace) {
        return Err(TextError::Blank);
    }
    if id.contains('@') { Err(TextError::At) } else { Ok(id) }
}

/// Normalizes a line for storage: no whitespace around it, Unicode form NFC.
pub(super) fn normal_line(text: &str) -> String {
    text.trim().nfc().collect()
}

/// Validates and normalizes one line of text: whitespace around it is removed, it is converted to Unicode form NFC,
/// and it must not be empty.
///
/// # Errors
/// When the text is invalid.
pub fn check_line(text: &str) -> Result<String, TextError> {
    let line = normal_line(text);
    check_length(&line, MAX_LINE_BYTES)?;
    check_controls(&line)?;
    if line.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(TextError::Empty);
    }
    Ok(line)
}

/// Validates and normalizes an email address: as [`check_line`], at most 320 bytes, one `@` between two parts without
/// whitespace, of which the second has a dot.
///
/// # Errors
/// When the text is invalid.
pub fn check_email(text: &str) -> Result<String, TextError> {
    let email = check_line(text)?;
    check_length(&email, 320)?;
    let is_plausible = |email: &str| match email.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && domain.contains('.')
                && !domain.contains('@')
                && !email.contains(|c: char| c.is_whitespace() || is_invisible(c))
                && !email.contains("..")
                // They stand around an address, or between several, and mean something else in one.
                && !email.contains(['(', ')', '<', '>', '[', ']', ':', ';', ',', '"', '\\'])
                && ![local, domain].iter().any(|part| part.starts_with('.') || part.ends_with('.'))
                && !email.starts_with('\'')
                && !email.ends_with('\'')
                && domain.split('.').all(is_host_label)
        }
        None => false,
    };
    if is_plausible(&email) {
        return Ok(email);
    }
    // As in a mail program: Maya Chen <maya@example.com>.
    let inner = email.split_once('<').and_then(|(_, rest)| Some(rest.split_once('>')?.0)).unwrap_or(&email);
    let cleaned: String = inner.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    let around = |c: char| ".,;:'\"<>()[]!/`’…".contains(c);
    let cleaned = cleaned.trim_start_matches("mailto:").trim_matches(around).replace("..", ".");
    Err(if is_plausible(&cleaned) { TextError::UncleanEmail(cleaned) } else { TextError::NotAnEmail })
}

/// Whether a character has no width, and is no part of a letter: no mark on one, and none that joins letters or keeps them apart.
fn is_stray(c: char) -> bool {
    is_invisible(c) && !is_combining_mark(c) && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether a text can be a part of the name of a host, in any script.
fn is_host_label(label: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || c == '-' || is_combining_mark(c);
    label.chars().all(is_inside) && !label.starts_with('-') && !label.ends_with('-')
}

/// Whether a character has no width, or changes the direction of those around it.
fn is_invisible(c: char) -> bool {
    !c.is_ascii() && c.width().unwrap_or(0) == 0
}

/// Validates text of any number of lines and at most 64 KiB, which is not changed; control characters except line
/// ends and tabs are not allowed.
///
/// # Errors
/// When the text is invalid.
pub fn check_prose(text: &str) -> Result<String, TextError> {
    check_length(text, 64 * 1024)?;
    text.chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        .map_or_else(|| Ok(text.to_owned()), |c| Err(TextError::Control(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implausible_email_addresses_are_rejected() {
        for email in ["maya.chen@example.com", "o'neil+tag@sub.example", "名前@例え.jp", "a'@example.com"] {
            assert_eq!(check_email(email).as_deref(), Ok(email));
        }
        assert_eq!(check_email("  maya@example.com ").as_deref(), Ok("maya@example.com"));
        for email in ["maya", "@example.com", "maya@", "a@b@c", "maya@localhost", "a@b@c.example"] {
            assert!(check_email(email).is_err(), "{email}");
        }
        for (email, cleaned) in [
            ("a@b.com;", "a@b.com"),
            ("'a@b.com", "a@b.com"),
            ("a@b..com", "a@b.com"),
            ("a@b.com.", "a@b.com"),
            ("<a@b.com>", "a@b.com"),
            ("mailto:a@b.com", "a@b.com"),
            ("Maya Chen <a@b.com>", "a@b.com"),
            ("\"Chen, Maya\" <a@b.com>", "a@b.com"),
            ("(a@b.com)", "a@b.com"),
            ("a\u{200b}@b.com", "a@b.com"),
            ("\u{202e}a@b.com", "a@b.com"),
            ("mailto:a@b.com,", "a@b.com"),
            ("ma ya@example.com", "maya@example.com"),
        ] {
            assert_eq!(check_email(email), Err(TextError::UncleanEmail(cleaned.to_owned())), "{email}");
        }
    }

    #[test]
    fn names_are_normalized_and_invalid_texts_rejected() {
        assert_eq!(check_line(" Zoe\u{308} ").as_deref(), Ok("Zo\u{eb}"));
        assert_eq!(check_line(" "), Err(TextError::Empty));
        assert_eq!(check_line("a\u{1b}[2J"), Err(TextError::Control('\u{1b}')));
        for marker in ["NULL", "#N/A", "\\N", "nan"] {
            assert_eq!(valid_file_key(marker), Err(TextError::NullMarker));
        }
        for shortened in ["1.23457E+15", "1,23457E+15", "2E+07", "1.5e9"] {
            assert_eq!(valid_file_key(shortened), Err(TextError::Scientific), "{shortened}");
        }
        assert_eq!(valid_file_key("=\"007\""), Err(TextError::Formula));
        for id in ["12E3", "evt_1E5", "Null", "1e", "E5", "7e5f", "nana"] {
            assert_eq!(valid_file_key(id), Ok(id));
        }
        assert_eq!(check_new_id("usr_42_maya").as_deref(), Ok("usr_42_maya"));
        assert_eq!(check_new_id("a@b"), Err(TextError::At));
        assert_eq!(check_new_id("a b"), Err(TextError::Blank));
        assert_eq!(check_key("a b").as_deref(), Ok("a b"));
        assert_eq!(check_key(" a"), Err(TextError::Blank));
        assert_eq!(check_key(&"x".repeat(513)), Err(TextError::TooLong { bytes: 513, limit: 512 }));
        assert_eq!(check_prose("two\nlines").as_deref(), Ok("two\nlines"));
        assert_eq!(check_prose("bell\u{7}"), Err(TextError::Control('\u{7}')));
    }
}

//! Validation of text from users and files.

use unicode_normalization::UnicodeNormalization as _;

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
    /// Whitespace in an id, or around a key: nearly always a mistake in the file.
    #[error("unexpected whitespace")]
    Blank,
    /// An `@` in an id: it distinguishes an email from an id.
    #[error("@ is not allowed in an id")]
    At,
    /// The id is the name of a role, from which a command could not tell it.
    #[error("is the name of a role, and not allowed as an id")]
    RoleName,
    /// Not a plausible email address.
    #[error("expected an email address: one @ with text on both sides and no spaces")]
    NotAnEmail,
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
    if text.trim() == text { Ok(text) } else { Err(TextError::Blank) }
}

/// Validates a user's id, which is not changed: as [`check_key`], and without any whitespace or `@`.
///
/// # Errors
/// When the text is invalid.
pub fn check_id(text: &str) -> Result<String, TextError> {
    valid_id(text).map(ToOwned::to_owned)
}

/// Validates the id of a new user: as [`check_id`], and not the name of a role.
///
/// # Errors
/// When the text is invalid.
pub fn check_new_id(text: &str) -> Result<String, TextError> {
    let id = check_id(text)?;
    if id.to_ascii_lowercase().parse::<Role>().is_ok() { Err(TextError::RoleName) } else { Ok(id) }
}

/// As [`check_id`], without a copy.
///
/// # Errors
/// When the text is invalid.
pub fn valid_id(text: &str) -> Result<&str, TextError> {
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
    Ok(line)
}

/// Validates and normalizes an email address: as [`check_line`], at most 320 bytes, one `@` between two parts without
/// whitespace.
///
/// # Errors
/// When the text is invalid.
pub fn check_email(text: &str) -> Result<String, TextError> {
    let email = check_line(text)?;
    check_length(&email, 320)?;
    match email.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !email.contains(char::is_whitespace) =>
        {
            Ok(email)
        }
        _ => Err(TextError::NotAnEmail),
    }
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
        for email in ["maya.chen@example.com", "o'neil+tag@sub.example", "名前@例え.jp"] {
            assert_eq!(check_email(email).as_deref(), Ok(email));
        }
        assert_eq!(check_email("  maya@example.com ").as_deref(), Ok("maya@example.com"));
        for email in ["maya", "@example.com", "maya@", "a@b@c", "ma ya@example.com"] {
            assert_eq!(check_email(email), Err(TextError::NotAnEmail), "{email}");
        }
    }

    #[test]
    fn names_are_normalized_and_invalid_texts_rejected() {
        assert_eq!(check_line(" Zoe\u{308} ").as_deref(), Ok("Zo\u{eb}"));
        assert_eq!(check_line(" "), Err(TextError::Empty));
        assert_eq!(check_line("a\u{1b}[2J"), Err(TextError::Control('\u{1b}')));
        assert_eq!(check_id("usr_42_maya").as_deref(), Ok("usr_42_maya"));
        assert_eq!(check_id("a@b"), Err(TextError::At));
        assert_eq!(check_id("a b"), Err(TextError::Blank));
        assert_eq!(check_key("a b").as_deref(), Ok("a b"));
        assert_eq!(check_key(" a"), Err(TextError::Blank));
        assert_eq!(check_key(&"x".repeat(513)), Err(TextError::TooLong { bytes: 513, limit: 512 }));
        assert_eq!(check_prose("two\nlines").as_deref(), Ok("two\nlines"));
        assert_eq!(check_prose("bell\u{7}"), Err(TextError::Control('\u{7}')));
    }
}

//! Delimiter and quote.

use serde::Serialize;

/// How a line becomes fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::Args)]
pub struct Dialect {
    /// Delimiter between fields: a character, or comma, semicolon, tab, pipe
    #[arg(long, value_name = "CHAR", default_value = "comma", value_parser = parse_delimiter, hide_short_help = true)]
    pub delimiter: u8,
    /// Quote around fields: a character, or double, single, none
    #[arg(long, value_name = "CHAR", default_value = "double", value_parser = parse_quote, hide_short_help = true)]
    pub quote: Quote,
}

/// The quote around a field that contains delimiters; without one, every character is taken literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quote(Option<u8>);

impl Quote {
    pub(super) const fn byte(self) -> Option<u8> {
        self.0
    }
}

/// Parses a delimiter: a character, or a name like `comma`.
///
/// # Errors
/// If it is neither, or the character is a quote or ends lines.
fn parse_delimiter(text: &str) -> Result<u8, String> {
    let byte = match text {
        "comma" => b',',
        "semicolon" => b';',
        "tab" | "\\t" => b'\t',
        "pipe" | "bar" => b'|',
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => *byte,
            _ => return Err("expected one character, or comma, semicolon, tab, pipe".to_owned()),
        },
    };
    if matches!(byte, b'"' | b'\r' | b'\n' | 0) {
        return Err("this character cannot separate or quote fields".to_owned());
    }
    Ok(byte)
}

/// Parses a quote: a character, or a name like `double`.
///
/// # Errors
/// If it is neither.
fn parse_quote(text: &str) -> Result<Quote, String> {
    match text {
        "none" => Ok(Quote(None)),
        "double" => Ok(Quote(Some(b'"'))),
        "single" => Ok(Quote(Some(b'\''))),
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii_punctuation() => Ok(Quote(Some(*byte))),
            _ => Err("expected one character, or double, single, none".to_owned()),
        },
    }
}

#[cfg(test)]
impl Dialect {
    pub(super) const fn new(delimiter: u8, quote: Option<u8>) -> Self {
        Self { delimiter, quote: Quote(quote) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_quotes_and_encodings_can_be_given_by_name() {
        assert_eq!(
            ["comma", "tab", "\\t", ";", "pipe"].map(parse_delimiter),
            [Ok(b','), Ok(b'\t'), Ok(b'\t'), Ok(b';'), Ok(b'|')]
        );
        for wrong in ["", "ab", "\"", "x", "\n"] {
            assert!(parse_delimiter(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_quote("none"), Ok(Quote(None)));
        assert_eq!(parse_quote("'"), Ok(Quote(Some(b'\''))));
    }
}

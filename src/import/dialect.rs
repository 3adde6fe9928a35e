//! Delimiter, quote and escapes.

use serde::{Deserialize, Serialize};

/// How a line becomes fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// The byte between fields.
    pub delimiter: u8,
    /// The quote around fields.
    pub quote: Quote,
    /// Whether a backslash starts an escape, as in the text format of PostgreSQL's COPY.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub escapes: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: Quote(Some(b'"')), escapes: false }
    }
}

/// Options for how a line becomes fields.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct DialectArgs {
    /// Delimiter, quote, escapes and empty values as a program writes them
    #[arg(long, value_enum, value_name = "DIALECT", hide_short_help = true)]
    dialect: Option<NamedDialect>,
    /// Delimiter between fields: a character, or comma, semicolon, tab, pipe [default: comma]
    #[arg(long, value_name = "CHAR", value_parser = parse_delimiter, hide_short_help = true)]
    delimiter: Option<u8>,
    /// Quote around fields: a character, or double, single, none [default: double]
    #[arg(long, value_name = "CHAR", value_parser = parse_quote, hide_short_help = true)]
    quote: Option<Quote>,
}

/// A dialect by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum NamedDialect {
    /// Comma, double quotes
    Excel,
    /// Semicolon, double quotes
    ExcelSemicolon,
    /// PostgreSQL's COPY in text format: tab, backslash escapes, \N
    PostgresText,
    /// mysql --batch: tab, backslash escapes, NULL
    Mysql,
    /// RFC 4180: comma, double quotes
    Rfc4180,
}

impl DialectArgs {
    /// The dialect.
    #[must_use]
    pub fn dialect(self) -> Dialect {
        let (delimiter, quote, escapes) = match self.dialect {
            None | Some(NamedDialect::Excel | NamedDialect::Rfc4180) => (b',', Some(b'"'), false),
            Some(NamedDialect::ExcelSemicolon) => (b';', Some(b'"'), false),
            Some(NamedDialect::PostgresText | NamedDialect::Mysql) => (b'\t', None, true),
        };
        Dialect { delimiter: self.delimiter.unwrap_or(delimiter), quote: self.quote.unwrap_or(Quote(quote)), escapes }
    }

    /// What stands for no value in the dialect.
    #[must_use]
    pub const fn null(self) -> &'static str {
        match self.dialect {
            Some(NamedDialect::Mysql) => "NULL",
            _ => "\\N",
        }
    }

    /// Whether an option says what the delimiter is.
    #[must_use]
    pub const fn gives_delimiter(self) -> bool {
        self.dialect.is_some() || self.delimiter.is_some()
    }

    /// Whether any of the options is given.
    #[must_use]
    pub const fn is_given(self) -> bool {
        self.dialect.is_some() || self.delimiter.is_some() || self.quote.is_some()
    }
}

/// Decodes the escapes of a field; `None` if there are none.
pub(super) fn unescaped(field: &str) -> Option<String> {
    let mut rest = field;
    // Escapes are bytes: two of them can make one character.
    let mut text: Vec<u8> = Vec::new();
    while let Some((before, after)) = rest.split_once('\\') {
        text.extend_from_slice(before.as_bytes());
        let mut chars = after.chars();
        match chars.next() {
            Some('t') => text.push(b'\t'),
            Some('n') => text.push(b'\n'),
            Some('r') => text.push(b'\r'),
            Some('b') => text.push(8),
            Some('f') => text.push(12),
            Some('v') => text.push(11),
            Some('x') if chars.as_str().starts_with(|c: char| c.is_ascii_hexdigit()) => {
                let rest = chars.as_str();
                let digits = rest.bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
                text.push(u8::from_str_radix(&rest[..digits], 16).unwrap_or(b'?'));
                chars = rest[digits..].chars();
            }
            Some(digit @ '0'..='7') => {
                let more = chars.as_str().bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                let octal = format!("{digit}{}", &chars.as_str()[..more]);
                text.push(u8::try_from(u32::from_str_radix(&octal, 8).unwrap_or(0) & 0xff).unwrap_or(b'?'));
                chars = chars.as_str()[more..].chars();
            }
            Some(other) => text.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            None => text.push(b'\\'),
        }
        rest = chars.as_str();
    }
    if rest.len() == field.len() {
        return None;
    }
    text.extend_from_slice(rest.as_bytes());
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The quote around a field that contains delimiters; without one, every character is taken literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote(Option<u8>);

impl Quote {
    /// The quote by its name, as an option or a preset gives it.
    pub(super) fn name(self) -> String {
        match self.0 {
            None => "none".to_owned(),
            Some(b'"') => "double".to_owned(),
            Some(b'\'') => "single".to_owned(),
            Some(byte) => char::from(byte).to_string(),
        }
    }

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
pub fn parse_quote(text: &str) -> Result<Quote, String> {
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
        Self { delimiter, quote: Quote(quote), escapes: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(unescaped("plain"), None);
        assert_eq!(unescaped(r"a\tb\\n\").as_deref(), Some("a\tb\\n\\"));
        assert_eq!(unescaped(r"A\x42C\104\0").as_deref(), Some("ABCD\0"));
        assert_eq!(unescaped(r"Jos\xC3\xA9").as_deref(), Some("José"));
        assert_eq!(unescaped(r"\\N").as_deref(), Some("\\N"));
    }

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

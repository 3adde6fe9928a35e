//! Texts for people: which one was meant, and how a shell takes it.

use std::path::Path;

/// The most similar text, if one is similar enough to be meant.
#[must_use]
pub fn nearest<'a>(given: &str, texts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    texts
        .map(|text| (strsim::jaro_winkler(given, text), text))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, text)| text)
}

/// The question whether the most similar of some texts was meant, if one is similar enough.
#[must_use]
pub fn did_you_mean<'a>(given: &str, texts: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(given, texts).map(|text| format!("did you mean {}?", shell_quoted(text)))
}

/// How a path is shown in messages.
pub trait Quoted {
    /// The path as a shell takes it for one word.
    fn quoted(&self) -> String;
}

impl Quoted for Path {
    fn quoted(&self) -> String {
        shell_quoted(&self.display().to_string())
    }
}

/// A text as a shell takes it for one word.
#[must_use]
pub fn shell_quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_shell_is_quoted_only_if_needed() {
        assert_eq!(shell_quoted("sqlite:/tmp/a.db"), "sqlite:/tmp/a.db");
        assert_eq!(shell_quoted("it's a.db"), "'it'\\''s a.db'");
        assert_eq!(shell_quoted(""), "''");
    }
}

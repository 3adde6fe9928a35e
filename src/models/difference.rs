//! What is said of a row against what is recorded.

use std::fmt;

/// A field in which the two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field; a member of metadata by its path.
    pub field: String,
    /// What the database has; nothing is nothing.
    pub recorded: Option<String>,
    /// What is said now.
    pub given: Option<String>,
}

impl Difference {
    /// The difference in one field, if there is one.
    pub(crate) fn of<T: PartialEq + fmt::Display + ?Sized>(
        field: &str,
        recorded: Option<&T>,
        given: Option<&T>,
    ) -> Option<Self> {
        (recorded != given).then(|| Self {
            field: field.to_owned(),
            recorded: recorded.map(ToString::to_string),
            given: given.map(ToString::to_string),
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "nothing".to_owned(), shorten);
        write!(f, "{}: {} recorded, {} given", self.field, shown(&self.recorded), shown(&self.given))
    }
}

/// The beginning of a long value: enough to recognise it in a message of one line.
#[must_use]
pub fn shorten(value: &str) -> String {
    const LONGEST: usize = 80;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None if value.is_empty() => "\"\"".to_owned(),
        None => value.to_owned(),
    }
}

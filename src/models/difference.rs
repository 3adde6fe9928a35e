//! Differences between given and recorded values.

use std::fmt;

/// A field whose given value differs from the recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field's name; for a member of metadata its path.
    pub field: String,
    /// The value in the database, if any.
    pub recorded: Option<String>,
    /// The given value, if any.
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
        let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "none".to_owned(), shorten);
        write!(f, "{}: {} recorded, {} given", self.field, shown(&self.recorded), shown(&self.given))
    }
}

/// The first 80 characters of a long value, to identify it in a message of one line; `""` for an empty one.
#[must_use]
pub fn shorten(value: &str) -> String {
    const LONGEST: usize = 80;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None if value.is_empty() => "\"\"".to_owned(),
        None => value.to_owned(),
    }
}

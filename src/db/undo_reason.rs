//! The reason of an undo, by which it is known what was undone.

/// What the reason of an undo begins with, or ends with in parentheses.
const UNDO_OF: &str = "undo of ";

/// The reason of an undo, which says what it undoes.
#[must_use]
pub fn reason_of_undo(operation: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{reason} ({UNDO_OF}{operation})"),
        None => format!("{UNDO_OF}{operation}"),
    }
}

/// The operation that a change has undone, by its reason.
#[must_use]
pub fn undone_operation(reason: &str) -> Option<&str> {
    let start = format!("({UNDO_OF}");
    let in_parentheses = || reason.strip_suffix(')')?.split_once(&start).map(|(_, operation)| operation);
    reason.strip_prefix(UNDO_OF).or_else(in_parentheses)
}

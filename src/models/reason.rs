//! Reasons: why a change is made, in the words of an operator.

use super::text::{TextError, check_line};
use crate::db::undone_operation;

/// Why a reason is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    /// Not a line of text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It reads like that of an undo, by which a later undo tells what is undone already.
    #[error("reads like the reason that `audit undo` records; choose other words")]
    ReadsAsUndo,
}

/// Validates and normalizes a reason that somebody gives.
///
/// # Errors
/// When it is no line of text, or reads like the reason of an undo.
pub fn check_reason(text: &str) -> Result<String, ReasonError> {
    let reason = check_line(text)?;
    if undone_operation(&reason).is_some() { Err(ReasonError::ReadsAsUndo) } else { Ok(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::reason_of_undo;

    #[test]
    fn the_reason_of_an_undo_names_the_operation() {
        for operation in ["op_1", "ticket (4711)", "a b", "x (undo of y)"] {
            for given in [None, Some("wrong list"), Some("list (of May)")] {
                let given = given.map(|text| check_reason(text).unwrap());
                let reason = reason_of_undo(operation, given.as_deref());
                assert_eq!(undone_operation(&reason), Some(operation), "{reason:?}");
                assert_eq!(check_reason(&reason), Err(ReasonError::ReadsAsUndo), "{reason:?}");
            }
        }
        assert_eq!(undone_operation("wrong list"), None);
    }
}

//! The start of an id, by which a person may name what has it.

use crate::error::Failure;

/// The shortest start of an id that stands for it.
pub(super) const MIN_START_BYTES: usize = 4;

/// The first text that comes after every text with this start, in the order of the ids.
pub(super) fn end_of_start(start: &str) -> String {
    format!("{start}\u{10ffff}")
}

/// The error for the start of an id that is not unique.
pub(super) fn several_start_with(start: &str, one: &str, other: &str) -> Failure {
    Failure::usage(format!("several ids start with {start}: {one}, {other}")).hint("give more of the id")
}

/// Finds the row of a table whose id starts with a text, if no other id does.
macro_rules! find_by_start {
    ($table:ident, $row:ty, $start:expr, $conn:expr) => {{
        let start: &str = $start;
        if start.len() < $crate::models::start_of_id::MIN_START_BYTES {
            return Ok(None);
        }
        let end = $crate::models::start_of_id::end_of_start(start);
        let starts = $table::id.ge(start).and($table::id.lt(end));
        let ids: Vec<String> = $table::table.select($table::id).filter(starts).limit(2).load($conn)?;
        match &ids[..] {
            [one, other] => Err($crate::models::start_of_id::several_start_with(start, one, other).into()),
            [one] => {
                Ok($table::table.select(<$row>::as_select()).filter($table::id.eq(one)).first($conn).optional()?)
            }
            _ => Ok(None),
        }
    }};
}
pub(super) use find_by_start;

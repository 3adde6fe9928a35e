//! The start of an id, by which a person may name what has it.

use crate::error::Failure;

/// The shortest start of an id that stands for it.
pub(super) const MIN_START_BYTES: usize = 4;

/// How many ids are named that have one start.
const MOST_NAMED: usize = 5;

/// The most ids that a misspelled one is compared with.
pub(super) const MOST_COMPARED: i64 = 5000;

/// How many rows are looked for: one more than are named.
pub(super) const MOST_FOUND: i64 = 6;

/// The first text that comes after every text with this start, in the order of the ids.
pub(super) fn end_of_start(start: &str) -> String {
    format!("{start}\u{10ffff}")
}

/// The error for the start of an id that is not unique.
pub(super) fn several_start_with(start: &str, ids: &[&str]) -> Failure {
    let more = if ids.len() > MOST_NAMED { ", …" } else { "" };
    let named = ids[..ids.len().min(MOST_NAMED)].join(", ");
    Failure::usage(format!("several ids start with {start}: {named}{more}")).hint("give more of the id")
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
        let ids = $table::table.select($table::id).filter(starts).order($table::id);
        let ids: Vec<String> = ids.limit($crate::models::start_of_id::MOST_FOUND).load($conn)?;
        match &ids[..] {
            [] => Ok(None),
            [one] => {
                Ok($table::table.select(<$row>::as_select()).filter($table::id.eq(one)).first($conn).optional()?)
            }
            ids => {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                Err($crate::models::start_of_id::several_start_with(start, &ids).into())
            }
        }
    }};
}
pub(super) use find_by_start;

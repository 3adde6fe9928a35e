//! Rows as text, to copy a database from or to SQLite.

use crate::db::ColumnKind;

/// A row as a JSON array of texts.
pub(super) fn row_as_text(columns: &[(&str, ColumnKind)]) -> String {
    let texts: Vec<String> = columns
        .iter()
        .map(|(name, kind)| match kind {
            ColumnKind::Number => format!("CAST(\"{name}\" AS TEXT)"),
            ColumnKind::Text | ColumnKind::Time | ColumnKind::Json | ColumnKind::Roles => format!("\"{name}\""),
        })
        .collect();
    format!("json_array({})", texts.join(", "))
}

/// The statement that adds the rows of a JSON array, $1, which have a column at each of the places.
pub(super) fn insert_texts(table: &str, columns: &[(usize, &(&str, ColumnKind))]) -> String {
    let names: Vec<String> = columns.iter().map(|(_, (name, _))| format!("\"{name}\"")).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|(place, (_, kind))| match kind {
            ColumnKind::Number => format!("CAST(value ->> {place} AS INTEGER)"),
            ColumnKind::Text | ColumnKind::Time | ColumnKind::Json | ColumnKind::Roles => format!("value ->> {place}"),
        })
        .collect();
    format!("INSERT INTO \"{table}\" ({}) SELECT {} FROM json_each($1)", names.join(", "), values.join(", "))
}

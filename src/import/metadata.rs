//! Metadata of a row: one column of JSON, columns `metadata.<key>`, or both. An empty cell says nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::check::{FieldErrors, filled};
use crate::db::types::Json;
use crate::log::FieldError;
use crate::models::{MetadataTree, MetadataType, is_null_marker, metadata_object};
use crate::output::thousands;

/// Reads the metadata of rows, and remembers what the cells of each column became.
#[derive(Debug)]
pub(super) struct MetadataReader {
    decimal: char,
    columns: Mutex<BTreeMap<String, ColumnCells>>,
}

/// What the cells of a column without a fixed type became.
#[derive(Debug, Default)]
struct ColumnCells {
    numbers: u64,
    booleans: u64,
    texts: u64,
    /// A text that looks like a number or a truth value in another notation.
    odd_text: Option<String>,
}

impl MetadataReader {
    pub(super) const fn new(decimal: char) -> Self {
        Self { decimal, columns: Mutex::new(BTreeMap::new()) }
    }

    /// Reads the metadata of a row; `None` if it has none, or an error was found.
    pub(super) fn read<'a>(
        &self,
        errors: &mut FieldErrors,
        whole: Option<&str>,
        columns: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<Json> {
        let metadata = match filled(whole) {
            Some(text) => Some(errors.read("metadata", Some(text), metadata_object)?),
            None => None,
        };
        let mut columns = columns.filter(|(_, cell)| !cell.is_empty()).peekable();
        if columns.peek().is_none() {
            return metadata;
        }
        let mut counts = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tree = MetadataTree::of(&metadata.unwrap_or_else(Json::empty_object));
        for (key, cell) in columns {
            let (path, kind) = MetadataType::of_key(key);
            let value = kind.value(cell, self.decimal).and_then(|value| {
                if kind == MetadataType::Any {
                    count(&mut counts, key, cell, &value);
                }
                tree.insert(path, value)
            });
            if let Err(reason) = value {
                errors.push(FieldError::new(&format!("metadata.{key}"), cell, reason));
                return None;
            }
        }
        match tree.to_json() {
            Ok(json) => Some(json),
            Err(reason) => {
                errors.push(FieldError::of_field("metadata", reason));
                None
            }
        }
    }

    /// The columns whose cells became values of several types, or texts that look like numbers.
    pub(super) fn notes(&self) -> Vec<String> {
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let note = |(key, cells): (&String, &ColumnCells)| {
            let counts = [(cells.numbers, "numbers"), (cells.booleans, "truth values"), (cells.texts, "texts")];
            let types: Vec<String> =
                counts.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{} {name}", thousands(*n))).collect();
            let odd = cells.odd_text.as_ref().map(|text| format!(", e.g. {text:?}")).unwrap_or_default();
            let is_comma = |text: &String| text.contains(',') && text.contains(|c: char| c.is_ascii_digit());
            let decimal =
                if cells.odd_text.as_ref().is_some_and(is_comma) { "; --decimal , reads 59,3 as a number" } else { "" };
            (types.len() > 1 || cells.odd_text.is_some()).then(|| {
                format!(
                    "column metadata.{key} became {}{odd}: name it metadata.{key}:string or metadata.{key}:number to fix \
                     its type (--map metadata.{key}=metadata.{key}:string){decimal}",
                    types.join(", ")
                )
            })
        };
        columns.iter().filter_map(note).collect()
    }
}

fn count(columns: &mut BTreeMap<String, ColumnCells>, key: &str, cell: &str, value: &Json) {
    let cells = match columns.get_mut(key) {
        Some(cells) => cells,
        None => columns.entry(key.to_owned()).or_default(),
    };
    match value.as_str().as_bytes() {
        [b'"', ..] => {
            cells.texts += 1;
            if cells.odd_text.is_none() && is_odd(cell) {
                cells.odd_text = Some(cell.to_owned());
            }
        }
        [b't' | b'f', ..] => cells.booleans += 1,
        _ => cells.numbers += 1,
    }
}

/// Whether a text looks like a number or a truth value in another notation, or like no value.
fn is_odd(cell: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || ",.'eE+- ".contains(c);
    is_null_marker(cell)
        || cell.eq_ignore_ascii_case("true")
        || cell.eq_ignore_ascii_case("false")
        || (cell.contains(|c: char| c.is_ascii_digit())
            && cell.chars().all(is_number)
            && cell.matches(['.', ',']).count() <= 1
            && !cell.starts_with('0')
            && !cell[1..].contains(['-', '+', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(whole: Option<&str>, columns: &[(&str, &str)]) -> Result<Option<String>, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let json = MetadataReader::new('.').read(&mut errors, whole, columns.iter().copied());
        errors.or(json.map(|json| json.to_string()))
    }

    #[test]
    fn columns_keep_their_types_and_dots_create_nested_objects() {
        assert_eq!(
            metadata(
                Some(r#"{"device": "ios"}"#),
                &[("duration_sec", "92"), ("zip:string", "092"), ("at.city", "Köln"), ("at.floor", "-1"), ("none", "")]
            ),
            Ok(Some(r#"{"at":{"city":"Köln","floor":-1},"device":"ios","duration_sec":92,"zip":"092"}"#.into()))
        );
        assert_eq!(
            metadata(None, &[("a", "true"), ("b", "007"), ("c", "[1]"), ("d", "12E3"), ("e", "1.50"), ("f", "TRUE")]),
            Ok(Some(r#"{"a":true,"b":"007","c":"[1]","d":"12E3","e":1.50,"f":"TRUE"}"#.into()))
        );
        assert_eq!(
            metadata(None, &[("a:number", "12E3"), ("b:boolean", "TRUE"), ("c:json", "[1, null]"), ("d:string", "5")]),
            Ok(Some(r#"{"a":12000,"b":true,"c":[1,null],"d":"5"}"#.into()))
        );
        assert_eq!(metadata(None, &[]), Ok(None));
        assert_eq!(metadata(Some(" "), &[("a", "")]), Ok(None));
    }

    #[test]
    fn a_column_cannot_overwrite_a_member_of_metadata() {
        let field = |whole, columns: &[(&str, &str)]| metadata(whole, columns).unwrap_err().remove(0).field;
        assert_eq!(field(Some(r#"{"a": 1}"#), &[("a", "2")]), "metadata.a");
        assert_eq!(field(Some(r#"{"a": 1}"#), &[("a.b", "2")]), "metadata.a.b");
        assert_eq!(field(None, &[("a.b", "2"), ("a", "1")]), "metadata.a");
        assert_eq!(field(None, &[("a:number", "59,3")]), "metadata.a:number");
        assert_eq!(field(None, &[("a:boolean", "yes")]), "metadata.a:boolean");
        assert_eq!(field(Some("[1]"), &[]), "metadata");
        assert_eq!(field(Some("{"), &[]), "metadata");
    }

    #[test]
    fn columns_of_several_types_are_named() {
        let reader = MetadataReader::new('.');
        for (price, city) in [("59", "Köln"), ("59,3", "Ulm"), ("60", "12 Oaks")] {
            let mut errors = FieldErrors::default();
            reader.read(&mut errors, None, [("price", price), ("city", city)].into_iter());
        }
        let notes = reader.notes();
        assert!(
            notes.len() == 1 && notes[0].starts_with("column metadata.price became 2 numbers, 1 texts, e.g. \"59,3\""),
            "{notes:?}"
        );
        let mut errors = FieldErrors::default();
        let json = MetadataReader::new(',').read(&mut errors, None, [("price", "59,3")].into_iter());
        assert_eq!(json.map(|json| json.to_string()), Some(r#"{"price":59.3}"#.to_owned()));
    }
}

//! Metadata of a row: one column of JSON, columns `metadata.<key>`, or both. An empty cell says nothing.

use super::check::{FieldErrors, filled};
use crate::db::types::Json;
use crate::log::FieldError;
use crate::models::{metadata_member, metadata_object, with_member};

/// Reads the metadata of a row; `None` if it has none, or an error was found.
pub(super) fn read<'a>(
    errors: &mut FieldErrors,
    whole: Option<&str>,
    columns: impl Iterator<Item = (&'a str, &'a str)>,
) -> Option<Json> {
    let mut metadata = match filled(whole) {
        Some(text) => Some(errors.read("metadata", Some(text), metadata_object)?),
        None => None,
    };
    for (key, cell) in columns.filter(|(_, cell)| !cell.is_empty()) {
        let (path, value) = metadata_member(key, cell);
        let object = metadata.unwrap_or_else(Json::empty_object);
        match value.and_then(|value| with_member(&object, path, value)) {
            Ok(with) => metadata = Some(with),
            Err(reason) => {
                errors.push(FieldError::new(&format!("metadata.{key}"), cell, reason));
                return None;
            }
        }
    }
    metadata
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(whole: Option<&str>, columns: &[(&str, &str)]) -> Result<Option<String>, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let json = read(&mut errors, whole, columns.iter().copied());
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
            metadata(None, &[("a", "true"), ("b", "007"), ("c", "[1]")]),
            Ok(Some(r#"{"a":true,"b":"007","c":"[1]"}"#.into()))
        );
        assert_eq!(metadata(None, &[]), Ok(None));
        assert_eq!(metadata(Some(" "), &[("a", "")]), Ok(None));
    }

    #[test]
    fn a_column_cannot_overwrite_a_member_of_metadata() {
        let field = |whole, columns: &[(&str, &str)]| metadata(whole, columns).unwrap_err().remove(0).field;
        assert_eq!(field(Some(r#"{"a": 1}"#), &[("a", "2")]), "metadata.a");
        assert_eq!(field(Some(r#"{"a": 1}"#), &[("a.b", "2")]), "metadata.a.b");
        assert_eq!(field(Some("[1]"), &[]), "metadata");
        assert_eq!(field(Some("{"), &[]), "metadata");
    }
}

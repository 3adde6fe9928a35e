//! Metadata: one column of JSON, columns `metadata.<key>`, or both.
//!
//! In a column of its own a number, `true`, `false`, `null` or a JSON text in quotes keeps its type, and all else is
//! text; a key that ends in `:string` is text always (`metadata.zip:string`). Dots in the key lead into objects. An
//! empty cell says nothing.

use std::collections::BTreeMap;

use super::check::{Faults, filled};
use super::verdict::Fault;
use crate::db::types::Json;

/// Reads the metadata of a row; `None` when it has none, or a fault was found.
pub(super) fn read<'a>(
    faults: &mut Faults,
    whole: Option<&str>,
    columns: impl Iterator<Item = (&'a str, &'a str)>,
) -> Option<Json> {
    let mut metadata = match filled(whole) {
        Some(text) => Some(faults.read("metadata", Some(text), object)?),
        None => None,
    };
    for (key, cell) in columns.filter(|(_, cell)| !cell.is_empty()) {
        let (path, value) = member(key, cell);
        let object = metadata.unwrap_or_else(Json::empty_object);
        match value.and_then(|value| with_member(&object, path, value)) {
            Ok(with) => metadata = Some(with),
            Err(reason) => {
                faults.push(Fault::new(&format!("metadata.{key}"), cell, reason));
                return None;
            }
        }
    }
    metadata
}

/// Reads metadata from a command line: JSON objects, and `key=value` as in columns of their own.
///
/// # Errors
/// Says which argument is wrong, and why.
pub fn of_arguments(arguments: &[String]) -> Result<Json, String> {
    let mut metadata = Json::empty_object();
    for argument in arguments {
        let wrong = |reason: String| format!("{argument}: {reason}");
        if argument.trim_start().starts_with('{') {
            let mut members = metadata.members();
            members.extend(object(argument).map_err(wrong)?.members());
            metadata = Json::of(&members).map_err(|error| wrong(error.to_string()))?;
        } else {
            let (path, value) = assignment(argument)?;
            metadata = with_member(&metadata, path, value).map_err(wrong)?;
        }
    }
    Ok(metadata)
}

/// Reads `key=value`: the path of a member, and its value, with the types of a column of its own.
///
/// # Errors
/// Says what is wrong with it.
pub fn assignment(argument: &str) -> Result<(&str, Json), String> {
    let (key, cell) = argument
        .split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| format!("{argument} is not key=value"))?;
    let (path, value) = member(key, cell);
    Ok((path, value.map_err(|reason| format!("{argument}: {reason}"))?))
}

/// The path that a key is, and the value that a cell is under it.
fn member<'a>(key: &'a str, cell: &str) -> (&'a str, Result<Json, String>) {
    match key.strip_suffix(":string") {
        Some(path) => (path, text(cell)),
        None => (key, scalar(cell)),
    }
}

fn object(text: &str) -> Result<Json, String> {
    match text.parse::<Json>() {
        Ok(json) if json.is_object() => Ok(json),
        Ok(_) => Err(r#"is not a JSON object: expected one like {"duration_sec": 92}"#.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn text(cell: &str) -> Result<Json, String> {
    Json::of(&cell).map_err(|error| error.to_string())
}

fn scalar(cell: &str) -> Result<Json, String> {
    match cell.parse::<Json>() {
        Ok(json) if !json.as_str().starts_with(['{', '[']) => Ok(json),
        _ => text(cell),
    }
}

/// The object with one member more, behind a path of keys.
fn with_member(object: &Json, path: &str, value: Json) -> Result<Json, String> {
    let mut members = object.members();
    let (key, value) = match path.split_once('.') {
        Some((key, rest)) => {
            let inner = members.remove(key).unwrap_or_else(Json::empty_object);
            if !inner.is_object() {
                return Err(format!("goes into {key}, which is no object"));
            }
            (key, with_member(&inner, rest, value)?)
        }
        None if members.contains_key(path) => return Err("comes twice, in the column metadata too".to_owned()),
        None => (path, value),
    };
    members.insert(key.to_owned(), value);
    Json::of(&members as &BTreeMap<String, Json>).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(whole: Option<&str>, columns: &[(&str, &str)]) -> Result<Option<String>, Vec<Fault>> {
        let mut faults = Faults::default();
        let json = read(&mut faults, whole, columns.iter().copied());
        faults.or(json.map(|json| json.to_string()))
    }

    #[test]
    fn columns_keep_their_types_and_nest_by_dots() {
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
    fn nothing_is_overwritten() {
        let fault = |whole, columns: &[(&str, &str)]| metadata(whole, columns).unwrap_err().remove(0).field;
        assert_eq!(fault(Some(r#"{"a": 1}"#), &[("a", "2")]), "metadata.a");
        assert_eq!(fault(Some(r#"{"a": 1}"#), &[("a.b", "2")]), "metadata.a.b");
        assert_eq!(fault(Some("[1]"), &[]), "metadata");
        assert_eq!(fault(Some("{"), &[]), "metadata");
    }
}

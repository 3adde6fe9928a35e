//! Metadata of an action, from text: a JSON object, or `key=value`.
//!
//! In `key=value` and in a column of its own, a number, `true`, `false`, `null` or a JSON text in quotes keeps its type, and
//! all else is text; a key that ends in `:string` is always text (`metadata.zip:string`). Dots in the key lead into objects.

use std::collections::BTreeMap;

use crate::db::types::Json;

/// Reads metadata from the command line: JSON objects, and `key=value` with the rules of `metadata.<key>` columns.
///
/// # Errors
/// Names the invalid argument and the reason.
pub fn metadata_of_arguments(arguments: &[String]) -> Result<Json, String> {
    let mut metadata = Json::empty_object();
    for argument in arguments {
        let wrong = |reason: String| format!("{argument}: {reason}");
        if argument.trim_start().starts_with('{') {
            let mut members = metadata.members();
            members.extend(metadata_object(argument).map_err(wrong)?.members());
            metadata = Json::of(&members).map_err(|error| wrong(error.to_string()))?;
        } else {
            let (path, value) = metadata_assignment(argument)?;
            metadata = with_member(&metadata, path, value).map_err(wrong)?;
        }
    }
    Ok(metadata)
}

/// Reads `key=value`: the path of a member, and its value, with the types of a column of its own.
///
/// # Errors
/// When the age is invalid or reaches before the year 1; the message is for the user.
pub fn metadata_assignment(argument: &str) -> Result<(&str, Json), String> {
    let (key, cell) = argument
        .split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| format!("expected key=value, found {argument:?}"))?;
    let (path, value) = metadata_member(key, cell);
    Ok((path, value.map_err(|reason| format!("{argument}: {reason}"))?))
}

/// The path that a key stands for, and the value of its cell.
pub(crate) fn metadata_member<'a>(key: &'a str, cell: &str) -> (&'a str, Result<Json, String>) {
    match key.strip_suffix(":string") {
        Some(path) => (path, text(cell)),
        None => (key, scalar(cell)),
    }
}

pub(crate) fn metadata_object(text: &str) -> Result<Json, String> {
    match text.parse::<Json>() {
        Ok(json) if json.is_object() => Ok(json),
        Ok(_) => Err(r#"expected a JSON object, like {"duration_sec": 92}"#.to_owned()),
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

/// Returns the object with one more member, at a dotted path of keys.
pub(crate) fn with_member(object: &Json, path: &str, value: Json) -> Result<Json, String> {
    let mut members = object.members();
    let (key, value) = match path.split_once('.') {
        Some((key, rest)) => {
            let inner = members.remove(key).unwrap_or_else(Json::empty_object);
            if !inner.is_object() {
                return Err(format!("{key} is not an object"));
            }
            (key, with_member(&inner, rest, value)?)
        }
        None if members.contains_key(path) => return Err("given twice; the column metadata has it too".to_owned()),
        None => (path, value),
    };
    members.insert(key.to_owned(), value);
    Json::of(&members as &BTreeMap<String, Json>).map_err(|error| error.to_string())
}

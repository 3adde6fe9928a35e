//! Metadata of an action, from text: a JSON object, or `key=value`.
//!
//! In `key=value` and in a column of its own, a cell becomes a number, `true` or `false` only if printing that value gives
//! back the same text; all else is text. A type after the key fixes it: `metadata.zip:string`. Dots in the key lead into
//! objects.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::db::types::{Json, JsonError};

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
/// What is wrong with the argument; the message is for the user.
pub fn metadata_assignment(argument: &str) -> Result<(&str, Json), String> {
    let (key, cell) = argument
        .split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| format!("expected key=value, found {argument:?}"))?;
    let (path, value) = metadata_member(key, cell);
    MetadataType::check_key(key).map_err(|error| format!("{key}: {error}"))?;
    Ok((path, value.map_err(|reason| format!("{argument}: {reason}"))?))
}

/// How deep a dotted key may lead into objects: as deep as JSON.
const MAX_LEVELS: usize = 64;

/// How the cells of a metadata column become values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataType {
    /// A number or a truth value if printing that value gives back the same text, else text.
    Any,
    /// `:string`.
    Text,
    /// `:number`.
    Number,
    /// `:boolean`.
    Boolean,
    /// `:json`.
    Json,
}

impl MetadataType {
    /// The path that a key stands for, and the type after its last colon.
    #[must_use]
    pub fn of_key(key: &str) -> (&str, Self) {
        let types =
            [(":string", Self::Text), (":number", Self::Number), (":boolean", Self::Boolean), (":json", Self::Json)];
        types
            .into_iter()
            .find_map(|(suffix, kind)| key.strip_suffix(suffix).map(|path| (path, kind)))
            .unwrap_or((key, Self::Any))
    }

    /// Checks the key of a column: its type and its path.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_key(key: &str) -> Result<(), String> {
        let (path, kind) = Self::of_key(key);
        if kind == Self::Any
            && let Some((_, unknown)) = path.rsplit_once(':')
        {
            return Err(format!("unknown type {unknown}: expected string, number, boolean or json"));
        }
        if path.split('.').any(str::is_empty) {
            return Err("a part of the name between dots is empty".to_owned());
        }
        if path.split('.').count() > MAX_LEVELS {
            return Err(format!("nested too deep: at most {MAX_LEVELS} levels are allowed"));
        }
        Ok(())
    }

    /// The value of a cell, with this decimal point.
    ///
    /// # Errors
    /// What was expected.
    pub fn value(self, cell: &str, decimal: char) -> Result<Json, String> {
        let number = || {
            let is_foreign = decimal != '.' && cell.contains('.');
            let is_candidate =
                !is_foreign && cell.as_bytes().first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
            let cell = if decimal == '.' { Cow::Borrowed(cell) } else { Cow::Owned(cell.replace(decimal, ".")) };
            let number = cell.parse::<Json>().ok().filter(|_| is_candidate)?;
            Some((cell, number))
        };
        match self {
            Self::Text => text(cell),
            Self::Json => cell.parse().map_err(|error: JsonError| error.to_string()),
            Self::Number => {
                number().map(|(_, number)| number).ok_or_else(|| "expected a number, e.g. 92 or -1.5".to_owned())
            }
            Self::Boolean => match cell.to_ascii_lowercase().as_str() {
                value @ ("true" | "false") => Ok(Json::canonical(value)),
                _ => Err("expected true or false".to_owned()),
            },
            Self::Any if matches!(cell, "true" | "false") => Ok(Json::canonical(cell)),
            Self::Any => match number() {
                Some((cell, number)) if number.as_str() == cell => Ok(number),
                _ => text(cell),
            },
        }
    }
}

/// The path that a key stands for, and the value of its cell.
fn metadata_member<'a>(key: &'a str, cell: &str) -> (&'a str, Result<Json, String>) {
    let (path, kind) = MetadataType::of_key(key);
    (path, kind.value(cell, '.'))
}

pub(crate) fn metadata_object(text: &str) -> Result<Json, String> {
    match text.parse::<Json>() {
        Ok(json) if json.is_object() => Ok(json),
        Ok(_) => Err(r#"expected a JSON object, like {"duration_sec": 92}"#.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn text(cell: &str) -> Result<Json, String> {
    Json::text(cell).map_err(|error| error.to_string())
}

/// Returns the object with one more member, at a dotted path of keys.
fn with_member(object: &Json, path: &str, value: Json) -> Result<Json, String> {
    let mut tree = MetadataTree::of(object);
    tree.insert(path, value)?;
    tree.to_json()
}

/// An object that members are added to at dotted paths, and that is written once.
#[derive(Debug)]
pub(crate) struct MetadataTree(BTreeMap<String, Node>);

#[derive(Debug)]
enum Node {
    Value(Json),
    Object(MetadataTree),
}

impl MetadataTree {
    /// The tree of an object.
    pub(crate) fn of(object: &Json) -> Self {
        Self(object.members().into_iter().map(|(key, value)| (key, Node::Value(value))).collect())
    }

    /// Adds a value.
    ///
    /// # Errors
    /// When the path is taken, or leads through a value that is no object.
    pub(crate) fn insert(&mut self, path: &str, value: Json) -> Result<(), String> {
        let Some((key, rest)) = path.split_once('.') else {
            return match self.0.entry(path.to_owned()) {
                Entry::Vacant(entry) => {
                    entry.insert(Node::Value(value));
                    Ok(())
                }
                Entry::Occupied(_) => Err("given twice; the column metadata has it too".to_owned()),
            };
        };
        let node = self.0.entry(key.to_owned()).or_insert_with(|| Node::Object(Self(BTreeMap::new())));
        if let Node::Value(object) = node {
            if !object.is_object() {
                return Err(format!("{key} is not an object"));
            }
            *node = Node::Object(Self::of(object));
        }
        match node {
            Node::Object(tree) => tree.insert(rest, value),
            Node::Value(_) => Err(format!("{key} is not an object")),
        }
    }

    /// The object as JSON.
    ///
    /// # Errors
    /// When it is nested too deep.
    pub(crate) fn to_json(&self) -> Result<Json, String> {
        let mut text = String::new();
        self.write(&mut text).map_err(|error| error.to_string())?;
        if self.is_flat() {
            // In the order of its keys, with canonical values.
            return Ok(Json::canonical(&text));
        }
        text.parse().map_err(|error: JsonError| error.to_string())
    }

    /// Whether all members are texts, numbers or literals.
    fn is_flat(&self) -> bool {
        self.0.iter().all(|(key, node)| match node {
            Node::Value(value) => !value.as_str().starts_with(['{', '[']) && !key.contains('\0'),
            Node::Object(_) => false,
        })
    }

    fn write(&self, out: &mut String) -> serde_json::Result<()> {
        out.push('{');
        for (i, (key, node)) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            out.push_str(&serde_json::to_string(key)?);
            out.push(':');
            match node {
                Node::Value(value) => out.push_str(value.as_str()),
                Node::Object(tree) => tree.write(out)?,
            }
        }
        out.push('}');
        Ok(())
    }
}

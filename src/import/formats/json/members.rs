//! The members of an object that are our columns, and the constants beside them.

use super::JsonRecords;
use super::node::{Kind, Node};
use crate::import::preset::Preset;
use crate::import::record::{METADATA as METADATA_KEY, normal};
use crate::log::FieldError;
use crate::models::{MetadataType, UnknownValue};

/// The column of the metadata as a whole.
const METADATA: &str = "metadata";

/// The text of a member for one of our columns; an object is none.
fn field_text(column: &str, value: &Node<'_>) -> Result<Option<String>, FieldError> {
    match value.kind() {
        Kind::Object if column != METADATA => {
            let hint = format!("name a member of it: --map PATH.MEMBER={column}");
            Err(FieldError::of_field(column, "is an object; expected a text").hint(hint))
        }
        Kind::List if column != METADATA && column != "roles" => {
            Err(FieldError::of_field(column, "is a list; expected a text"))
        }
        Kind::Truth if column != METADATA => Err(FieldError::of_field(column, "is true or false; expected a text")),
        _ => Ok(value.text()),
    }
}

/// The key of a member of the metadata, with the type that it has in JSON, and its value.
fn metadata_of(key: &str, value: &Node<'_>) -> (String, String) {
    let text = value.text().unwrap_or_default();
    match (MetadataType::of_key(key).1, value.kind()) {
        (MetadataType::Any, Kind::Text) => (format!("{key}:string"), text),
        (MetadataType::Any, Kind::Object | Kind::List) => (format!("{key}:json"), value.raw().to_owned()),
        _ => (key.to_owned(), text),
    }
}

impl JsonRecords {
    /// Reads the members that are our columns.
    pub(super) fn read_members(&mut self, object: &Node<'_>) -> Result<(), FieldError> {
        let mut seen = Vec::new();
        // A name is that of a member in whatever case.
        let given = |name: &str| {
            let name = name.to_lowercase();
            self.interpretation.map.iter().find(|(theirs, _)| theirs.to_lowercase() == name)
        };
        let whole = |path: &str| {
            object.members().into_iter().flatten().any(|(name, _)| name.to_lowercase() == path.to_lowercase())
        };
        // A path leads to a member of a member.
        let paths: Vec<(String, String)> = (self.interpretation.map.iter())
            .filter(|(path, _)| path.contains('.') && !whole(path))
            .map(|(path, ours)| (path.clone(), ours.clone()))
            .collect();
        for (path, ours) in &paths {
            let Some(value) = object.at_ignoring_case(path) else { continue };
            self.found.insert(path.clone());
            if let Some(column) = self.columns.names.iter().position(|column| column == ours) {
                if seen.contains(&column) {
                    return Err(FieldError::of_field(ours, "given twice"));
                }
                seen.push(column);
                self.members[column] = field_text(ours, value)?;
            } else if let Some(key) = ours.strip_prefix(METADATA_KEY).filter(|_| self.columns.metadata) {
                self.others.push(metadata_of(key, value));
            }
        }
        let leads_on = |name: &str| {
            let is_start =
                |path: &str| path.split_once('.').is_some_and(|(first, _)| first.to_lowercase() == name.to_lowercase());
            paths.iter().any(|(path, _)| is_start(path))
        };
        for (name, value) in object.members().into_iter().flatten() {
            let given = given(name);
            let ours = given.map_or_else(|| normal(name), |(_, ours)| ours.clone());
            if let Some((theirs, _)) = given {
                self.found.insert(theirs.clone());
            }
            if let Some(column) = self.columns.names.iter().position(|column| *column == ours) {
                if seen.contains(&column) {
                    // In other letters, or renamed: one of the two values would be lost.
                    return Err(FieldError::of_field(&ours, "given twice"));
                }
                seen.push(column);
                self.members[column] = field_text(&ours, value)?;
            } else if let Some(key) = ours.strip_prefix(METADATA_KEY).filter(|_| self.columns.metadata) {
                MetadataType::check_key(key).map_err(|problem| FieldError::of_field(name, problem))?;
                self.others.push(metadata_of(key, value));
            } else if !ours.starts_with('_') && !leads_on(name) && !self.is_read_by_preset(name) {
                let likely = || {
                    let names: Vec<&str> = object.members().into_iter().flatten().map(|(name, _)| &**name).collect();
                    Preset::likely(&names, self.kind)
                };
                let looks_like = self.looks_like.get_or_init(likely).clone();
                let hint = match (looks_like, UnknownValue::new(name, self.columns.names).nearest) {
                    (Some(preset), _) if self.mapping.is_none() => preset,
                    (_, Some(nearest)) => format!("did you mean {nearest}? --map {name}={nearest}"),
                    _ => format!(
                        "--map {name}=_ skips it; --preset names the fields of a source: rollbook import presets list"
                    ),
                };
                return Err(FieldError::of_field(name, "unknown member").hint(hint));
            }
        }
        self.add_constants()
    }

    /// Adds the values of `--set`, which the record must not have, too. With a preset, they are its constants.
    fn add_constants(&mut self) -> Result<(), FieldError> {
        for (name, value) in &self.interpretation.set {
            let is_there = || {
                let hint = format!("remove one of them: --map {name}=_ skips the member");
                FieldError::of_field(name, "is in the record and in --set").hint(hint)
            };
            if let Some(column) = self.columns.names.iter().position(|column| column == name) {
                if self.members[column].is_some() {
                    return Err(is_there());
                }
                self.members[column] = Some(value.clone());
            } else if let Some(key) = name.strip_prefix(METADATA_KEY) {
                if self.others.iter().any(|(other, _)| MetadataType::of_key(other).0 == MetadataType::of_key(key).0) {
                    return Err(is_there());
                }
                self.others.push((key.to_owned(), value.clone()));
            }
        }
        Ok(())
    }
}

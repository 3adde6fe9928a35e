//! Presets: how the fields of a source become our columns, as a TOML file or by the name of a known source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::file_format::FileFormat;
use crate::db::types::TimeFormat;
use crate::error::{ExitStatus, Failure};
use crate::models::SourceSystem;

/// The presets that come with the program, with their files.
pub const BUILT_IN: [(&str, &str); 10] = [
    ("canvas-users", include_str!("presets/canvas-users.toml")),
    ("cloudevents", include_str!("presets/cloudevents.toml")),
    ("entra-users", include_str!("presets/entra-users.toml")),
    ("google-workspace-users", include_str!("presets/google-workspace-users.toml")),
    ("moodle-users", include_str!("presets/moodle-users.toml")),
    ("oneroster-users", include_str!("presets/oneroster-users.toml")),
    ("segment", include_str!("presets/segment.toml")),
    ("stripe", include_str!("presets/stripe.toml")),
    ("wordpress-users", include_str!("presets/wordpress-users.toml")),
    ("xapi", include_str!("presets/xapi.toml")),
];

/// How often one preset may extend another.
const MAX_LEVELS: usize = 8;

/// How the fields of a source become our columns. Fields of JSON are paths, like `properties.price`; a part that starts
/// with `*` is the member whose name ends so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preset {
    /// A built-in preset or a file, over which this one is laid.
    #[serde(skip_serializing_if = "Option::is_none")]
    extends: Option<String>,
    /// What the source is, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The format of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// Our columns, each with the fields that it is read from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Fields>,
    /// By our column and the `target_type` of a record: fields that are tried before those of `columns`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_target_type: BTreeMap<String, BTreeMap<String, Fields>>,
    /// Values to replace, by our column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Values of our columns that are empty: a constant, or one for each value of the field of `action_type`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Constant>,
    /// Columns with one value in all records, whatever these have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub always: BTreeMap<String, String>,
    /// A prefix that values of our column lose, such as `mailto:`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub strip_prefix: BTreeMap<String, String>,
    /// By our column: only in records without this field, other fields than the first, and a constant, count.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub only_without: BTreeMap<String, String>,
    /// Records that are skipped and counted: values of their fields.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skip: BTreeMap<String, Vec<String>>,
    /// People who are deactivated in the source: values of fields. `--deactivated` says what happens to them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub deactivated: BTreeMap<String, Vec<String>>,
    /// People who are not, by the same fields: with any other value, the record is refused.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub active: BTreeMap<String, Vec<String>>,
    /// Records that are refused because they have a field, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub refuse: BTreeMap<String, String>,
    /// Records that are refused: values of their fields, with the option that accepts them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub test_data: BTreeMap<String, String>,
    /// How the text is read.
    #[serde(skip_serializing_if = "Reading::is_default")]
    pub read: Reading,
}

/// One field or more: the first that is filled. `{a} {b}` joins fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fields {
    /// One.
    One(String),
    /// The first that is filled.
    FirstOf(Vec<String>),
}

impl Fields {
    /// The fields or templates, in order.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(field) => std::slice::from_ref(field),
            Self::FirstOf(fields) => fields,
        }
    }
}

/// A value for a column that a record leaves empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Constant {
    /// The same for all records.
    Always(String),
    /// One for each value of the field of `action_type`.
    ByAction(BTreeMap<String, String>),
}

/// How the text of a source is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// Columns that are not read; `*` for all that are not named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// What stands for no value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub null: Vec<String>,
    /// Notations of times besides RFC 3339.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_format: Vec<TimeFormat>,
    /// The zone of times without an offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assume_tz: Option<chrono_tz::Tz>,
    /// The decimal point of numbers in metadata columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// The character between fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The quote around fields: a character, or double, single, none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Whether a backslash starts an escape, as in the text format of PostgreSQL's COPY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escapes: Option<bool>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The source system of actions that do not name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_system: Option<SourceSystem>,
    /// The encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Blanks around values are removed, in metadata too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trim: Option<bool>,
    /// Lines before the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<u64>,
}

impl Reading {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Preset {
    /// A preset by the name of a built-in one, or from a file.
    ///
    /// # Errors
    /// When there is none of this name, or its content is wrong.
    pub fn load(name: &str) -> anyhow::Result<Self> {
        Self::load_at(name, Path::new(""), 0)
    }

    fn load_at(name: &str, directory: &Path, level: usize) -> anyhow::Result<Self> {
        if level == MAX_LEVELS {
            return Err(Failure::usage(format!("preset {name}: presets extend each other in a circle")).into());
        }
        let path = directory.join(name);
        let (text, directory) = match BUILT_IN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => ((*text).to_owned(), Path::new("").to_owned()),
            None if path.is_file() => {
                let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read preset {name}"))?;
                (text, path.parent().map(Path::to_owned).unwrap_or_default())
            }
            None => {
                let known: Vec<&str> = BUILT_IN.iter().map(|(known, _)| *known).collect();
                return Err(Failure::unknown("preset", name, known.into_iter())
                    .with_status(ExitStatus::Usage)
                    .or_hint("list them: rollbook import presets list")
                    .into());
            }
        };
        let preset: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            Failure::usage(format!("preset {name} line {line}: {}", error.message()))
        })?;
        match preset.extends.clone() {
            Some(base) => Ok(preset.laid_over(Self::load_at(&base, &directory, level + 1)?)),
            None => Ok(preset),
        }
    }

    fn laid_over(self, base: Self) -> Self {
        fn over<V>(upper: BTreeMap<String, V>, mut lower: BTreeMap<String, V>) -> BTreeMap<String, V> {
            lower.extend(upper);
            lower
        }
        let mut values = base.values;
        for (column, map) in self.values {
            values.entry(column).or_default().extend(map);
        }
        let list = |upper: Vec<String>, lower| if upper.is_empty() { lower } else { upper };
        let (upper, lower) = (self.read, base.read);
        Self {
            extends: None,
            about: self.about.or(base.about),
            format: self.format.or(base.format),
            columns: over(self.columns, base.columns),
            values,
            set: over(self.set, base.set),
            always: over(self.always, base.always),
            strip_prefix: over(self.strip_prefix, base.strip_prefix),
            by_target_type: over(self.by_target_type, base.by_target_type),
            only_without: over(self.only_without, base.only_without),
            skip: over(self.skip, base.skip),
            deactivated: over(self.deactivated, base.deactivated),
            active: over(self.active, base.active),
            refuse: over(self.refuse, base.refuse),
            test_data: over(self.test_data, base.test_data),
            read: Reading {
                ignore: list(upper.ignore, lower.ignore),
                null: list(upper.null, lower.null),
                time_format: if upper.time_format.is_empty() { lower.time_format } else { upper.time_format },
                assume_tz: upper.assume_tz.or(lower.assume_tz),
                decimal: upper.decimal.or(lower.decimal),
                delimiter: upper.delimiter.or(lower.delimiter),
                quote: upper.quote.or(lower.quote),
                escapes: upper.escapes.or(lower.escapes),
                sheet: upper.sheet.or(lower.sheet),
                source_system: upper.source_system.or(lower.source_system),
                encoding: upper.encoding.or(lower.encoding),
                trim: upper.trim.or(lower.trim),
                skip: upper.skip.or(lower.skip),
            },
        }
    }

    /// The option that names the built-in preset whose fields a file has: most of the file's names, and three or more.
    pub(super) fn likely(names: &[&str], kind: &str) -> Option<String> {
        let of_kind = |name: &str| name.ends_with("-users") == (kind == "users");
        let matches = |text: &str| {
            let preset: Self = toml::from_str(text).unwrap_or_default();
            let known: BTreeSet<String> = preset.roots().map(str::to_lowercase).collect();
            names.iter().filter(|name| known.contains(&name.to_lowercase())).count()
        };
        let presets = BUILT_IN.iter().filter(|(name, _)| of_kind(name) && kind != "champions");
        let (found, name) = presets.map(|(name, text)| (matches(text), *name)).max()?;
        let option = if kind == "users" { "--preset" } else { "--from" };
        (found >= 3 && found * 2 > names.len()).then(|| format!("the file looks like {name}: add {option} {name}"))
    }

    /// The names of the fields that are read, of a path the first part.
    fn roots(&self) -> impl Iterator<Item = &str> {
        let fields = self.columns.values().flat_map(Fields::all).map(String::as_str);
        let templates =
            fields.flat_map(|text| if text.contains('{') { text.split(['{', '}']).collect() } else { vec![text] });
        let others = self.skip.keys().chain(self.deactivated.keys()).chain(self.active.keys());
        let others = others.chain(self.test_data.keys()).map(String::as_str);
        let others = others.chain(self.read.ignore.iter().map(String::as_str));
        templates.chain(others).map(|path| path.split('.').next().unwrap_or_default()).filter(|root| !root.is_empty())
    }

    /// Whether nothing is mapped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The preset as the text of a file.
    ///
    /// # Errors
    /// When a value has no such form.
    pub fn to_toml(&self) -> anyhow::Result<String> {
        Ok(toml::to_string(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_presets_are_valid_and_can_be_written_and_read_again() {
        for (name, _) in BUILT_IN {
            let preset = Preset::load(name).unwrap();
            assert!(preset.about.is_some(), "{name}");
            assert_eq!(toml::from_str::<Preset>(&preset.to_toml().unwrap()).unwrap(), preset);
        }
    }

    #[test]
    fn a_preset_is_laid_over_the_one_that_it_extends() {
        let text = "extends = \"segment\"\n[columns]\nuser_id = \"context.traits.id\"\n[values.action_type]\nLiked = \"posted_reply\"\n";
        let upper: Preset = toml::from_str(text).unwrap();
        let lower = Preset::load("segment").unwrap();
        let merged = upper.laid_over(lower.clone());
        assert_eq!(merged.columns["user_id"], Fields::One("context.traits.id".to_owned()));
        assert_eq!(merged.columns["source_event_id"], lower.columns["source_event_id"]);
        assert_eq!(merged.values["action_type"].len(), lower.values["action_type"].len() + 1);
    }
}

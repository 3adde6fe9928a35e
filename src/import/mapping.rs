//! Applies a preset to the fields of a record, by their names in the file.

use std::collections::{BTreeMap, BTreeSet};

use self::column::{Column, replaced};
use super::interpretation::{Deactivated, Interpretation};
use super::preset::{Fields, Preset};
use super::record::Columns;
use super::template::Template;
use crate::log::FieldError;
use crate::models::ActionType;
use crate::text::nearest;

mod column;

/// What a preset reads of a record.
pub(super) struct Mapping {
    preset: Preset,
    /// Our columns that the preset gives, by number.
    columns: Vec<Option<Column>>,
    /// The columns `metadata.<key>`.
    metadata: Vec<(String, Column)>,
    /// The number of the column `action_type`, by whose field constants are chosen.
    action_type: Option<usize>,
    /// The number of the column `target_type`.
    target_type: Option<usize>,
    skips_unmapped: bool,
    allows_test: bool,
    deactivated: Deactivated,
}

/// Our columns that identify a record.
const KEYS: [&str; 3] = ["id", "source_event_id", "idempotency_key"];

/// The values of a record, by our columns; or why it is none of ours.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    values: Vec<Option<String>>,
    metadata: Vec<Option<String>>,
    /// The kind of record that is skipped.
    pub(super) skipped: Option<String>,
    pub(super) error: Option<FieldError>,
    /// Whether the person loses the roles, being deactivated in the source.
    pub(super) loses_roles: bool,
}

impl Mapping {
    /// What the preset of an interpretation reads; `None` without one.
    pub(super) fn of(interpretation: &Interpretation, columns: Columns) -> Option<Self> {
        let preset = &interpretation.preset;
        if preset.is_empty() {
            return None;
        }
        let column = |name: &str| {
            let fields = preset.columns.get(name).map(|fields| fields.all().iter().map(|text| Template::parse(text)));
            let fields: Vec<Template> = fields.into_iter().flatten().collect();
            let parse = |fields: &Fields| fields.all().iter().map(|text| Template::parse(text)).collect();
            let by_type = preset.by_target_type.get(name).into_iter().flatten();
            let is_given = !fields.is_empty() || preset.set.contains_key(name) || preset.always.contains_key(name);
            is_given.then(|| Column {
                fields,
                by_target_type: by_type.map(|(kind, fields)| (kind.clone(), parse(fields))).collect(),
                only_without: preset.only_without.get(name).cloned(),
                strip_prefix: preset.strip_prefix.get(name).cloned(),
                values: preset.values.get(name).cloned(),
                is_list: name == "roles",
                constant: preset.set.get(name).cloned(),
                always: preset.always.get(name).cloned(),
                is_key: KEYS.contains(&name),
            })
        };
        let names = preset.columns.keys().chain(preset.set.keys()).chain(preset.always.keys());
        let names: BTreeSet<&String> = names.collect();
        let keys = names.into_iter().filter_map(|name| name.strip_prefix("metadata."));
        Some(Self {
            columns: columns.names.iter().map(|name| column(name)).collect(),
            metadata: keys
                .filter(|_| columns.metadata)
                .filter_map(|key| Some((key.to_owned(), column(&format!("metadata.{key}"))?)))
                .collect(),
            action_type: columns.names.iter().position(|name| *name == "action_type"),
            target_type: columns.names.iter().position(|name| *name == "target_type"),
            preset: preset.clone(),
            skips_unmapped: interpretation.skips_unmapped,
            allows_test: interpretation.allows_test,
            deactivated: interpretation.deactivated,
        })
    }

    /// What is wrong with the preset for this kind of file: a column that there is not, a key of fields without a text between
    /// them, of which two records could have the same.
    pub(super) fn problem(&self, columns: Columns) -> Option<String> {
        let Preset { columns: fields, set, always, .. } = &self.preset;
        let names = fields.keys().chain(set.keys()).chain(always.keys());
        let is_metadata = |name: &str| columns.metadata && name.starts_with("metadata.");
        let mut unknown = names.filter(|name| !columns.names.contains(&name.as_str()) && !is_metadata(name));
        if let Some(unknown) = unknown.next() {
            return Some(format!("the preset sets the unknown column {unknown}"));
        }
        let is_ambiguous = |(name, fields): &(&String, &Fields)| {
            KEYS.contains(&name.as_str()) && fields.all().iter().any(|text| Template::parse(text).has_neighbours())
        };
        let (name, _) = self.preset.columns.iter().find(is_ambiguous)?;
        Some(format!(
            "the preset joins {name} from fields without a text between them, so that other events have the same"
        ))
    }

    /// Whether a column can be filled from these fields.
    pub(super) fn can_give(&self, column: usize, has: impl Fn(&str) -> bool) -> bool {
        let Some(Some(column)) = self.columns.get(column) else { return false };
        column.always.is_some()
            || column.constant.is_some()
            || column.templates().any(|template| template.fields().any(&has))
    }

    /// Whether a field of the file is read, or ignored by name.
    pub(super) fn reads(&self, field: &str) -> bool {
        let is = |name: &str| name.eq_ignore_ascii_case(field);
        let columns = self.columns.iter().flatten().chain(self.metadata.iter().map(|(_, column)| column));
        columns.flat_map(Column::templates).flat_map(Template::fields).any(is)
            || self.preset.skip.keys().chain(self.preset.deactivated.keys()).any(|name| is(name))
            || self.preset.active.keys().any(|name| is(name))
            || self.preset.test_data.keys().chain(self.preset.refuse.keys()).any(|name| is(name))
            || self.preset.only_without.values().any(|name| is(name))
            || self.preset.read.ignore.iter().any(|name| name == "*" || is(name))
    }

    /// Whether one of our columns is read from the field of its own name, as to replace its values.
    pub(super) fn reads_itself(&self, name: &str, columns: Columns) -> bool {
        let column = columns.names.iter().position(|column| *column == name).and_then(|i| self.columns[i].as_ref());
        column.is_some_and(|column| column.fields.iter().flat_map(Template::fields).any(|field| field == name))
    }

    /// Whether a member of an object is read, or a part of it.
    pub(super) fn reads_in(&self, member: &str) -> bool {
        let is = |path: &str| path.split('.').next().is_some_and(|first| first.eq_ignore_ascii_case(member));
        let columns = self.columns.iter().flatten().chain(self.metadata.iter().map(|(_, column)| column));
        let fields = columns.flat_map(Column::templates).flat_map(Template::fields);
        let Preset { skip, deactivated, active, test_data, refuse, only_without, read, .. } = &self.preset;
        let named =
            skip.keys().chain(deactivated.keys()).chain(active.keys()).chain(test_data.keys()).chain(refuse.keys());
        let named = named.chain(only_without.values()).chain(&read.ignore).map(String::as_str);
        fields.chain(named).any(is)
    }

    /// The number of the columns `metadata.<key>`.
    pub(super) const fn metadata_columns(&self) -> usize {
        self.metadata.len()
    }

    /// Whether fields that the preset does not name are no columns, even if their names are ours.
    pub(super) fn ignores_others(&self) -> bool {
        self.preset.read.ignore.iter().any(|name| name == "*")
    }

    /// The error for somebody of whom the preset does not know whether they are deactivated.
    fn unknown_status(&self, get: &dyn Fn(&str) -> Option<String>) -> Option<FieldError> {
        self.preset.active.iter().find_map(|(field, values)| {
            let value = get(field).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())?;
            let is_known = values.iter().any(|known| known.eq_ignore_ascii_case(&value));
            (!is_known).then(|| {
                FieldError::new(field, &value, "the preset does not know whether this is a deactivated person").hint(
                    "add the value to [active] or [deactivated] in a preset of your own, which rollbook import presets show \
                     NAME begins",
                )
            })
        })
    }

    /// Reads a record by the values of its fields.
    pub(super) fn map(&self, get: &dyn Fn(&str) -> Option<String>) -> Mapped {
        if let Some((field, value)) = first_of(&self.preset.skip, get) {
            return Mapped { skipped: Some(format!("{field} {value}")), ..Mapped::default() };
        }
        for (field, why) in &self.preset.refuse {
            let is_filled = |value: String| !matches!(value.trim(), "" | "[]" | "{}");
            if get(field).is_some_and(is_filled) {
                return Mapped { error: Some(FieldError::of_field(field, why)), ..Mapped::default() };
            }
        }
        let mut loses_roles = false;
        if let Some((field, value)) = first_of(&self.preset.deactivated, get) {
            match self.deactivated {
                Deactivated::Skip => {
                    return Mapped { skipped: Some(format!("deactivated ({field} {value})")), ..Mapped::default() };
                }
                Deactivated::Report => {
                    let error = FieldError::new(field, &value, "the person is deactivated in the source")
                        .hint("--deactivated skip skips such people, --deactivated remove-roles removes their roles");
                    return Mapped { error: Some(error), ..Mapped::default() };
                }
                Deactivated::RemoveRoles => loses_roles = true,
            }
        }
        if !loses_roles && let Some(error) = self.unknown_status(get) {
            return Mapped { error: Some(error), ..Mapped::default() };
        }
        for (field, value) in &self.preset.test_data {
            if !self.allows_test && get(field).is_some_and(|found| found == *value) {
                let error = FieldError::new(field, value, "is test data").hint("--allow-test imports it");
                return Mapped { error: Some(error), ..Mapped::default() };
            }
        }
        let named = self.action_type.and_then(|i| self.columns[i].as_ref());
        let action = named.and_then(|column| column.first_filled(None, get));
        if let (Some(action), Some(mapped)) = (&action, named.and_then(|column| column.values.as_ref()))
            && replaced(action, mapped).parse::<ActionType>().is_err()
        {
            if self.skips_unmapped {
                return Mapped { skipped: Some(format!("unmapped {action}")), ..Mapped::default() };
            }
            let near = nearest(action, mapped.keys().map(String::as_str));
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let error = FieldError::new("action_type", action, format!("is not mapped by the preset{near}"))
                .hint("--map-value 'action_type:NAME=ACTION' maps it; --unmapped skip skips such events");
            return Mapped { error: Some(error), ..Mapped::default() };
        }
        let keys = self.columns.iter().flatten().filter(|column| column.is_key);
        for column in keys {
            if let Some(missing) = column.missing(get) {
                let error = FieldError::of_field(missing, "is missing, and is required to identify the record");
                return Mapped { error: Some(error), ..Mapped::default() };
            }
        }
        let of_target = self.target_type.and_then(|i| self.columns[i].as_ref());
        let target_type = of_target.and_then(|column| column.value(action.as_deref(), None, get));
        let value = |column: &Column| column.value(action.as_deref(), target_type.as_deref(), get);
        Mapped {
            values: self.columns.iter().map(|column| column.as_ref().and_then(value)).collect(),
            metadata: self.metadata.iter().map(|(_, column)| value(column)).collect(),
            skipped: None,
            error: None,
            loses_roles,
        }
    }

    /// A key of the columns `metadata.<key>` and its value.
    pub(super) fn metadata<'a>(&'a self, mapped: &'a Mapped, n: usize) -> Option<(&'a str, &'a str)> {
        let (key, _) = self.metadata.get(n)?;
        Some((key, mapped.metadata.get(n)?.as_deref().unwrap_or_default()))
    }
}

/// The first field that has one of its values, with the value.
fn first_of<'a>(
    fields: &'a BTreeMap<String, Vec<String>>,
    get: &dyn Fn(&str) -> Option<String>,
) -> Option<(&'a str, String)> {
    fields.iter().find_map(|(field, values)| {
        let value = get(field)?.trim().to_owned();
        values.iter().any(|listed| listed.eq_ignore_ascii_case(&value)).then_some((field.as_str(), value))
    })
}

impl Mapped {
    /// The value of one of our columns.
    pub(super) fn value(&self, column: usize) -> Option<&str> {
        self.values.get(column)?.as_deref()
    }
}

//! Reads one of our columns from the fields of a record, as a preset says.

use std::collections::BTreeMap;

use crate::import::preset::Constant;
use crate::import::template::Template;

/// How one of our columns is read.
pub(super) struct Column {
    pub(super) fields: Vec<Template>,
    /// Fields that are tried first, by the type of the target.
    pub(super) by_target_type: BTreeMap<String, Vec<Template>>,
    /// Only in records without this field, other fields than the first, and the constant, count.
    pub(super) only_without: Option<String>,
    pub(super) strip_prefix: Option<String>,
    pub(super) values: Option<BTreeMap<String, String>>,
    pub(super) is_list: bool,
    pub(super) constant: Option<Constant>,
    /// A value that prevails over all others.
    pub(super) always: Option<String>,
    /// Whether the value identifies the record, so that no two joins of other values may be equal.
    pub(super) is_key: bool,
}

impl Column {
    /// All fields that it may be read from.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.fields.iter().chain(self.by_target_type.values().flatten())
    }

    /// Whether other fields than the first, and the constant, count in a record.
    fn has_fallback(&self, get: &dyn Fn(&str) -> Option<String>) -> bool {
        self.only_without.as_ref().is_none_or(|field| get(field).is_none())
    }

    pub(super) fn first_filled(
        &self,
        target_type: Option<&str>,
        get: &dyn Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let of_type = target_type.and_then(|target_type| self.by_target_type.get(target_type));
        let first = of_type.into_iter().flatten().find_map(|template| template.value(self.is_key, get));
        if first.is_some() {
            return first;
        }
        let counts = |n: usize| n == 0 || self.has_fallback(get);
        let templates = self.fields.iter().enumerate().filter(|(n, _)| counts(*n)).map(|(_, template)| template);
        // A join that stands for no value of ours is passed over, if there are other fields: "{verb} {type}", then "verb".
        let mut unmapped_join = None;
        for template in templates {
            let Some(value) = template.value(self.is_key, get) else { continue };
            let is_unmapped = |values: &BTreeMap<String, String>| replacement(&value, values).is_none();
            if template.fields().nth(1).is_none() || !self.values.as_ref().is_some_and(is_unmapped) {
                return Some(value);
            }
            unmapped_join.get_or_insert(value);
        }
        unmapped_join
    }

    /// The field that a join of a key lacks in a record, where that join is the one that counts.
    pub(super) fn missing(&self, get: &dyn Fn(&str) -> Option<String>) -> Option<&str> {
        if self.always.is_some() {
            return None;
        }
        let counts = |n: &usize| *n == 0 || self.has_fallback(get);
        let any_filled = |template: &&Template| {
            template.fields().any(|field| get(field).is_some_and(|value| !value.trim().is_empty()))
        };
        let mut counting = (0..self.fields.len()).filter(counts).map(|n| &self.fields[n]);
        counting.find(any_filled)?.missing(get)
    }

    pub(super) fn value(
        &self,
        action: Option<&str>,
        target_type: Option<&str>,
        get: &dyn Fn(&str) -> Option<String>,
    ) -> Option<String> {
        if self.always.is_some() {
            return self.always.clone();
        }
        let Some(mut value) = self.first_filled(target_type, get) else {
            return match self.constant.as_ref().filter(|_| self.has_fallback(get))? {
                Constant::Always(value) => Some(value.clone()),
                Constant::ByAction(values) => values.get(action?).or_else(|| values.get("*")).cloned(),
            };
        };
        if let Some(prefix) = self.strip_prefix.as_ref().filter(|prefix| value.starts_with(prefix.as_str())) {
            value.drain(..prefix.len());
        }
        match &self.values {
            Some(values) if self.is_list => {
                let each = value.split([',', ';', '|']).map(str::trim).filter(|role| !role.is_empty());
                let ours = each.map(|role| replaced(role, values)).filter(|role| !role.is_empty());
                Some(ours.collect::<Vec<_>>().join(","))
            }
            Some(values) => Some(replaced(&value, values).to_owned()),
            None => Some(value),
        }
    }
}

/// The value that stands for one of the source; an exact match before one in other letters.
pub(super) fn replaced<'a>(value: &'a str, values: &'a BTreeMap<String, String>) -> &'a str {
    let value = value.trim();
    replacement(value, values).unwrap_or(value)
}

/// The same, if there is one.
fn replacement<'a>(value: &str, values: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let value = value.trim();
    let same = || values.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(value)).map(|(_, ours)| ours);
    values.get(value).or_else(same).map(String::as_str)
}

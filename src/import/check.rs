//! Reading fields: what is wrong with each is collected, so that one look at the report mends the whole row.

use std::fmt::Display;

use super::verdict::Fault;
use crate::models::{check_email, valid_id};

/// What is wrong with a row, so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

/// A field without the blanks around it; `None` when nothing is left.
pub(super) fn filled(field: Option<&str>) -> Option<&str> {
    let field = field?;
    match field.as_bytes() {
        [] => None,
        // Nearly always.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => Some(field),
        _ => Some(field.trim()).filter(|field| !field.is_empty()),
    }
}

impl Faults {
    /// Reads a field that may be missing, as it stands.
    pub(super) fn read<'a, T, E: Display>(
        &mut self,
        field: &str,
        value: Option<&'a str>,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<T> {
        let value = value?;
        parse(value).map_err(|error| self.0.push(Fault::new(field, value, error))).ok()
    }

    /// Reads a field that must be there and say something.
    pub(super) fn require<'a, T, E: Display>(
        &mut self,
        field: &str,
        value: Option<&'a str>,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<T> {
        let filled = filled(value);
        if filled.is_none() {
            self.0.push(Fault::new(field, "", "is missing"));
        }
        self.read(field, filled, parse)
    }

    /// Reads which user a row is about: by id, by email, or by both.
    pub(super) fn user<'a>(&mut self, id: Option<&'a str>, email: Option<&str>) -> (Option<&'a str>, Option<String>) {
        let id = self.read("user_id", filled(id), valid_id);
        let email = self.read("user_email", filled(email), check_email);
        if id.is_none() && email.is_none() && self.0.is_empty() {
            self.0.push(Fault::new("user_id", "", "is missing, and so is user_email"));
        }
        (id, email.map(|email| email.to_ascii_lowercase()))
    }

    pub(super) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn extend(&mut self, faults: Vec<Fault>) {
        self.0.extend(faults);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The content, if nothing is wrong.
    pub(super) fn or<T>(self, content: T) -> Result<T, Vec<Fault>> {
        if self.0.is_empty() { Ok(content) } else { Err(self.0) }
    }
}

impl From<Faults> for Vec<Fault> {
    fn from(faults: Faults) -> Self {
        faults.0
    }
}

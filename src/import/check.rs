//! Parses fields and collects all errors of a row, so that one report is enough to fix it.

use std::fmt::Display;

use chrono_tz::Tz;

use super::record::Record;
use crate::log::FieldError;
use crate::models::{Column, check_email, valid_id};

/// The field errors of a row so far.
#[derive(Debug, Default)]
pub(super) struct FieldErrors(Vec<FieldError>);

/// A field without surrounding blanks; `None` if it is empty.
pub(super) fn filled(field: Option<&str>) -> Option<&str> {
    let field = field?;
    match field.as_bytes() {
        [] => None,
        // Nearly all fields have no surrounding blanks.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => Some(field),
        _ => Some(field.trim()).filter(|field| !field.is_empty()),
    }
}

impl FieldErrors {
    /// Parses an optional field, without trimming it.
    pub(super) fn read<'a, T, E: Display>(
        &mut self,
        field: &str,
        value: Option<&'a str>,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<T> {
        let value = value?;
        parse(value).map_err(|error| self.0.push(FieldError::new(field, value, error))).ok()
    }

    /// Parses a required field; a missing or blank one is an error.
    pub(super) fn require<'a, T, E: Display>(
        &mut self,
        field: &str,
        value: Option<&'a str>,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<T> {
        let filled = filled(value);
        if filled.is_none() {
            self.0.push(FieldError::missing(field));
        }
        self.read(field, filled, parse)
    }

    /// Parses the user of a row: an id, an email, or both.
    pub(super) fn user<'a>(&mut self, id: Option<&'a str>, email: Option<&str>) -> (Option<&'a str>, Option<String>) {
        let id = self.read("user_id", filled(id), valid_id);
        let email = self.read("user_email", filled(email), check_email);
        if id.is_none() && email.is_none() && self.0.is_empty() {
            self.0.push(FieldError::of_row("row has neither user_id nor user_email"));
        }
        (id, email.map(|email| email.to_ascii_lowercase()))
    }

    /// Reads the fields of a record by a list of columns.
    pub(super) fn read_columns<R, I, const N: usize>(
        &mut self,
        columns: &[Column<R, I>; N],
        record: Record<'_>,
        tz: Option<Tz>,
    ) -> I
    where
        I: Default,
    {
        let mut input = I::default();
        for (column, cell) in columns.iter().zip(record.fields::<N>()) {
            if let Some(cell) = cell
                && let Err(problem) = (column.read)(&mut input, cell, tz)
            {
                self.0.push(FieldError::new(column.name, cell, problem));
            }
        }
        input
    }

    pub(super) fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    pub(super) fn extend(&mut self, errors: Vec<FieldError>) {
        self.0.extend(errors);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The content, if there are no errors.
    pub(super) fn or<T>(self, content: T) -> Result<T, Vec<FieldError>> {
        if self.0.is_empty() { Ok(content) } else { Err(self.0) }
    }
}

impl From<FieldErrors> for Vec<FieldError> {
    fn from(errors: FieldErrors) -> Self {
        errors.0
    }
}

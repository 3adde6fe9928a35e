//! Parses fields and collects all errors of a row, so that one report is enough to fix it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use super::record::Record;
use crate::db::types::{TimeReader, time_options_for};
use crate::log::FieldError;
use crate::models::{Column, check_email, is_null_marker, shorten, valid_file_id};
use crate::output::plural;
use crate::text::shell_quoted;

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

/// The error of a cell, with what to do about one that may stand for no value.
fn of_cell(field: &str, cell: &str, problem: impl Display) -> FieldError {
    let error = FieldError::new(field, cell, problem);
    if is_null_marker(cell) {
        return error.hint(format!(
            "to read it as empty where it is not quoted, add --null '\\N' --null {}",
            shell_quoted(cell)
        ));
    }
    match time_options_for(cell).filter(|_| field.ends_with("_at")) {
        Some(options) => error.hint(format!("if {:?} is a time, add {options}", shorten(cell))),
        None => error,
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
        parse(value).map_err(|error| self.0.push(of_cell(field, value, error))).ok()
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
        let id = self.read("user_id", filled(id), valid_file_id);
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
        times: &TimeReader,
        empty_clears: &[String],
        nulls: &NullMarkers,
    ) -> I
    where
        I: Default,
    {
        let mut input = I::default();
        for (column, cell) in columns.iter().zip(record.fields::<N>()) {
            let Some(cell) = cell else { continue };
            nulls.count(column.name, cell);
            if cell.trim().is_empty() && empty_clears.iter().any(|name| name == column.name) {
                match column.clear {
                    Some(clear) => clear(&mut input),
                    None => self.0.push(FieldError::new(column.name, cell, "cannot be cleared")),
                }
            } else if let Err(problem) = (column.read)(&mut input, cell, times) {
                self.0.push(of_cell(column.name, cell, problem));
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

/// What somebody should know of the times of a file.
pub(super) fn time_notes(times: &TimeReader) -> Option<String> {
    let cut_off = times.cut_off();
    (cut_off > 0)
        .then(|| format!("{} cut off after the microsecond: finer digits are not recorded", plural(cut_off, "time")))
}

/// Counts the cells that are what a program writes for no value, and were read as text.
#[derive(Debug, Default)]
pub(super) struct NullMarkers(Mutex<BTreeMap<(&'static str, String), u64>>);

impl NullMarkers {
    fn count(&self, column: &'static str, cell: &str) {
        if is_null_marker(cell) {
            let mut markers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *markers.entry((column, cell.to_owned())).or_default() += 1;
        }
    }

    /// What was found, for a person.
    pub(super) fn notes(&self) -> Vec<String> {
        let markers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let note = |((column, marker), count): (&(&str, String), &u64)| {
            format!(
                "column {column}: {} with the text {marker}: --null {} reads it as an empty field",
                plural(*count, "field"),
                shell_quoted(marker)
            )
        };
        markers.iter().map(note).collect()
    }
}

impl From<FieldErrors> for Vec<FieldError> {
    fn from(errors: FieldErrors) -> Self {
        errors.0
    }
}

//! Checks a record as a whole, before its fields are read.

use csv::ByteRecord;

use super::super::column_names::unreadable;
use super::super::reader::{Current, END_OF_COPY};
use super::super::swallowed::holds_rows;
use super::{Header, Source};
use crate::import::encodings;
use crate::import::record::METADATA;
use crate::log::FieldError;
use crate::models::shorten;

impl Header {
    /// Checks a record as a whole: its length, its encoding.
    pub(in super::super) fn check(&self, current: &Current) -> Result<(), Vec<FieldError>> {
        let record = match current {
            Current::Text(record) => record.as_byte_record(),
            Current::Bytes(record) => record,
        };
        if record.len() == 1 && &record[0] == END_OF_COPY {
            let hint = "it ends the data of PostgreSQL's COPY: add --dialect postgres-text";
            return Err(vec![FieldError::of_row("the row is \\.").hint(hint)]);
        }
        if record.len() != self.width {
            let problem = format!("the row has {} fields, the header {}", record.len(), self.width);
            let hint = "a field that contains a delimiter needs quotes around it";
            return Err(vec![FieldError::of_row(problem).hint(hint)]);
        }
        for position in &self.unnamed {
            let cell = record[*position].trim_ascii();
            let is_index = *position == self.first_own && cell.iter().all(u8::is_ascii_digit);
            if !cell.is_empty() && !is_index {
                let value = shorten(&String::from_utf8_lossy(cell));
                let problem = format!("column {} has the value {value:?}, but no name", position + 1);
                let hint = "name the column in the header line, or ignore it with --drop NUMBER";
                return Err(vec![FieldError::of_row(problem).hint(hint)]);
            }
        }
        let whole = record.as_slice();
        if memchr::memchr2(b'\n', b'\r', whole).is_some()
            && let Some(delimiter) = self.looks_for_rows
            && let Some(position) = (0..record.len()).find(|n| holds_rows(&record[*n], *n, self.width, delimiter))
        {
            let problem = format!("field {} has line ends, and reads like parts of two rows", position + 1);
            let hint = "close the quote that opens the field; if the text is right, add --sniff off";
            return Err(vec![FieldError::of_row(problem).hint(hint)]);
        }
        if matches!(current, Current::Text(_)) && memchr::memchr(0, whole).is_none() {
            return Ok(());
        }
        let errors: Vec<FieldError> =
            self.fields(record).filter_map(|(name, field)| unreadable(&name, field)).collect();
        match (errors.is_empty(), current) {
            (false, _) => Err(errors),
            // A column that is not read, but is there, contains the NUL.
            (true, Current::Text(_)) => Ok(()),
            (true, Current::Bytes(_)) => {
                Err(vec![FieldError::of_row("the row is not UTF-8").hint(encodings::hint(whole))])
            }
        }
    }

    /// Every field that is read, by the name of its column.
    fn fields<'a>(&'a self, record: &'a ByteRecord) -> impl Iterator<Item = (String, &'a [u8])> {
        let columns = self.columns.names.iter().zip(&self.sources);
        let columns = columns.filter_map(|(name, source)| source.as_ref().map(|source| ((*name).to_owned(), source)));
        let metadata = self.metadata.iter().map(|(key, source)| (format!("{METADATA}{key}"), source));
        columns.chain(metadata).filter_map(|(name, source)| match source {
            Source::Field(position) => Some((name, &record[*position])),
            Source::Constant(_) => None,
        })
    }
}

//! The header line: which column is which.

use csv::ByteRecord;

use super::source::RecordReader;
use super::{Fault, Kind};
use crate::models::UnknownValue;

/// Where each column of the kind stands in the file.
pub(super) struct Header {
    columns: &'static [&'static str],
    positions: Vec<Option<usize>>,
    metadata: Vec<(String, usize)>,
    width: usize,
}

/// A record with its fields in the order of the kind's columns.
pub(super) struct Record<'a> {
    header: &'a Header,
    bytes: &'a ByteRecord,
}

impl Header {
    /// Reads the first line of a file. Letter case and blanks around a name do not count; `_…` columns are skipped.
    pub(super) fn read<K: Kind>(reader: &mut RecordReader) -> anyhow::Result<Self> {
        let expected = || format!("the columns are {}", K::COLUMNS.join(", "));
        if reader.next_record()?.is_none() {
            return Err(reader.refuse("the file is empty: a header line is expected", expected()));
        }
        let names = reader
            .record()
            .iter()
            .map(|name| std::str::from_utf8(name).map(normal))
            .collect::<Result<Vec<String>, _>>()
            .map_err(|_| {
                reader.refuse("line 1: the header is not UTF-8", "convert the file: iconv -f LATIN1 -t UTF-8")
            })?;

        let mut header = Self {
            columns: K::COLUMNS,
            positions: vec![None; K::COLUMNS.len()],
            metadata: Vec::new(),
            width: names.len(),
        };
        let mut unknown = Vec::new();
        for (position, name) in names.iter().enumerate() {
            if names[..position].contains(name) && !name.starts_with('_') {
                return Err(
                    reader.refuse(format!("line 1: the column {name} comes twice"), "remove or rename one of them")
                );
            }
            if let Some(column) = K::COLUMNS.iter().position(|column| column == name) {
                header.positions[column] = Some(position);
            } else if let Some(key) = name.strip_prefix("metadata.").filter(|key| K::METADATA && !key.is_empty()) {
                header.metadata.push((key.to_owned(), position));
            } else if !name.starts_with('_') {
                unknown.push(name.clone());
            }
        }
        if let Some(hint) = delimiter_hint(&names) {
            return Err(reader.refuse("line 1: the fields are not separated by commas", hint));
        }
        if unknown.iter().any(String::is_empty) {
            return Err(reader.refuse("line 1: a column has no name", "is there a comma too many, at the end perhaps?"));
        }
        if let Some(name) = unknown.first() {
            let names = unknown.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let plural = if unknown.len() == 1 { "" } else { "s" };
            let nearest = UnknownValue::new(name, K::COLUMNS).nearest;
            let hint = nearest.map_or_else(expected, |nearest| format!("did you mean {nearest}? {}", expected()));
            return Err(reader.refuse(format!("line 1: unknown column{plural} {names}"), hint));
        }
        for alternatives in K::REQUIRED {
            if !alternatives.iter().any(|column| names.iter().any(|name| name == column)) {
                return Err(
                    reader.refuse(format!("line 1: the column {} is missing", alternatives.join(" or ")), expected())
                );
            }
        }
        Ok(header)
    }

    /// Looks at a record through this header.
    pub(super) fn record<'a>(&'a self, bytes: &'a ByteRecord) -> Result<Record<'a>, Vec<Fault>> {
        if bytes.len() != self.width {
            let reason = format!("the row has {} fields, the header {}", bytes.len(), self.width);
            return Err(vec![
                Fault::new("", "", reason).hint("a comma inside a field needs quotes around the whole field"),
            ]);
        }
        let record = Record { header: self, bytes };
        let faults: Vec<Fault> = record.named().filter_map(|(name, field)| unreadable(name, field)).collect();
        if faults.is_empty() { Ok(record) } else { Err(faults) }
    }
}

/// The name of a column without blanks around it and in lower case, but for a key of metadata, which keeps its own.
fn normal(name: &str) -> String {
    const METADATA: &str = "metadata.";
    let name = name.trim();
    match name.get(..METADATA.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(METADATA) => format!("{METADATA}{}", &name[METADATA.len()..]),
        _ => name.to_lowercase(),
    }
}

/// What another separator leaves: one column whose name holds them all.
fn delimiter_hint(names: &[String]) -> Option<String> {
    let [name] = names else { return None };
    [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")]
        .into_iter()
        .find(|(separator, _)| name.contains(*separator))
        .map(|(_, word)| format!("the line has {word}; save the file with commas between the fields"))
}

fn unreadable(name: &str, field: &[u8]) -> Option<Fault> {
    let value = String::from_utf8_lossy(field);
    if memchr::memchr(0, field).is_some() {
        Some(Fault::new(name, &value, "contains the character NUL, which PostgreSQL cannot store"))
    } else if std::str::from_utf8(field).is_err() {
        Some(Fault::new(name, &value, "is not UTF-8").hint("convert the file to UTF-8: iconv -f LATIN1 -t UTF-8"))
    } else {
        None
    }
}

impl<'a> Record<'a> {
    /// The fields, in the order of [`Kind::COLUMNS`]; `None` where the file has no such column.
    pub(super) fn fields<const N: usize>(&self) -> [Option<&'a str>; N] {
        std::array::from_fn(|column| {
            self.header.positions.get(column).copied().flatten().map(|position| self.text(position))
        })
    }

    /// The keys and values of the columns `metadata.<key>`.
    pub(super) fn metadata(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.header.metadata.iter().map(|(key, position)| (key.as_str(), self.text(*position)))
    }

    fn text(&self, position: usize) -> &'a str {
        // `Header::record` has refused what is not UTF-8.
        std::str::from_utf8(&self.bytes[position]).unwrap_or_default()
    }

    /// Every column that is read, by name.
    fn named(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let known = self.header.columns.iter().zip(&self.header.positions);
        known
            .filter_map(|(name, position)| position.map(|position| (*name, position)))
            .chain(self.header.metadata.iter().map(|(key, position)| (key.as_str(), *position)))
            .map(|(name, position)| (name, &self.bytes[position]))
    }
}

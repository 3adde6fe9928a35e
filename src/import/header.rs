//! The header line: which column is which.

use csv::ByteRecord;

use super::Kind;
use super::decode::guess;
use super::options::Meaning;
use super::source::RecordReader;
use super::verdict::Fault;
use crate::models::UnknownValue;

/// Where each column of the kind stands in the file.
pub(super) struct Header {
    columns: &'static [&'static str],
    cells: Vec<Option<Cell>>,
    metadata: Vec<(String, Cell)>,
    width: usize,
}

/// Where a value is.
enum Cell {
    /// In the record, at this position.
    At(usize),
    /// The same for all, by `--set`.
    Set(String),
}

/// A record with its fields in the order of the kind's columns.
pub(super) struct Record<'a> {
    header: &'a Header,
    bytes: &'a ByteRecord,
    /// All fields, one behind the other.
    text: &'a str,
}

impl Header {
    /// Reads the first line of a file. Letter case and blanks around a name do not count; `_…` columns are skipped.
    pub(super) fn read<K: Kind>(reader: &mut RecordReader, meaning: &Meaning) -> anyhow::Result<Self> {
        let expected = || format!("the columns are {}", K::COLUMNS.join(", "));
        if reader.next_record()?.is_none() {
            return Err(reader.refuse("the file is empty: a header line is expected", expected()));
        }
        let names = reader
            .record()
            .iter()
            .map(|name| std::str::from_utf8(name).map(normal))
            .collect::<Result<Vec<String>, _>>()
            .map_err(|_| reader.refuse("line 1: the header is not UTF-8", encoding_hint(reader.record().as_slice())))?;
        if let Some(hint) = delimiter_hint(&names) {
            return Err(reader.refuse("line 1: the line is one single field", hint));
        }
        let names = renamed(names, meaning, reader)?;

        let mut header = Self { columns: K::COLUMNS, cells: Vec::new(), metadata: Vec::new(), width: names.len() };
        header.cells.resize_with(K::COLUMNS.len(), || None);
        let mut unknown = Vec::new();
        for (position, name) in names.iter().enumerate() {
            if names[..position].contains(name) && !name.starts_with('_') {
                return Err(
                    reader.refuse(format!("line 1: the column {name} comes twice"), "remove or rename one of them")
                );
            }
            if !header.place::<K>(name, Cell::At(position)) && !name.starts_with('_') {
                unknown.push(name.clone());
            }
        }
        if unknown.iter().any(String::is_empty) {
            return Err(reader.refuse("line 1: a column has no name", "is there a comma too many, at the end perhaps?"));
        }
        if let Some(name) = unknown.first() {
            let names = unknown.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let plural = if unknown.len() == 1 { "" } else { "s" };
            let hint = match UnknownValue::new(name, K::COLUMNS).nearest {
                Some(nearest) => format!("did you mean {nearest}? {}", expected()),
                None => format!("{}; --map {name}=COLUMN renames one, --map {name}=_ leaves it out", expected()),
            };
            return Err(reader.refuse(format!("line 1: unknown column{plural} {names}"), hint));
        }
        for (name, value) in &meaning.set {
            let name = normal(name);
            if names.contains(&name) {
                return Err(reader.refuse(
                    format!("line 1: --set gives {name}, and the file has that column too"),
                    format!("leave one of them out: --map {name}=_ ignores the file's"),
                ));
            }
            if !header.place::<K>(&name, Cell::Set(value.clone())) {
                return Err(reader.refuse(format!("--set gives {name}, which is no column"), expected()));
            }
        }
        for alternatives in K::REQUIRED {
            let is_there = |name: &&str| {
                K::COLUMNS.iter().zip(&header.cells).any(|(column, cell)| column == name && cell.is_some())
            };
            if !alternatives.iter().any(is_there) {
                return Err(
                    reader.refuse(format!("line 1: the column {} is missing", alternatives.join(" or ")), expected())
                );
            }
        }
        Ok(header)
    }

    /// Notes where a column is; says whether it is one of the kind's.
    fn place<K: Kind>(&mut self, name: &str, cell: Cell) -> bool {
        if let Some(column) = K::COLUMNS.iter().position(|column| *column == name) {
            self.cells[column] = Some(cell);
            return true;
        }
        match name.strip_prefix(METADATA).filter(|key| K::METADATA && !key.is_empty()) {
            Some(key) => {
                self.metadata.push((key.to_owned(), cell));
                true
            }
            None => false,
        }
    }

    /// Looks at a record through this header.
    pub(super) fn record<'a>(&'a self, bytes: &'a ByteRecord) -> Result<Record<'a>, Vec<Fault>> {
        if bytes.len() != self.width {
            let reason = format!("the row has {} fields, the header {}", bytes.len(), self.width);
            return Err(vec![
                Fault::new("", "", reason).hint("a comma inside a field needs quotes around the whole field"),
            ]);
        }
        let whole = bytes.as_slice();
        let text = std::str::from_utf8(whole).unwrap_or_default();
        let record = Record { header: self, bytes, text };
        if text.is_ascii() && text.len() == whole.len() && memchr::memchr(0, whole).is_none() {
            return Ok(record);
        }
        let faults: Vec<Fault> = record.named().filter_map(|(name, field)| unreadable(&name, field)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        if text.len() == whole.len() {
            return Ok(record);
        }
        // A column that is not read, but is there, is not UTF-8 either.
        Err(vec![Fault::new("", "", "the row is not UTF-8").hint(encoding_hint(whole))])
    }
}

const METADATA: &str = "metadata.";

/// Our names for the file's.
fn renamed(mut names: Vec<String>, meaning: &Meaning, reader: &RecordReader) -> anyhow::Result<Vec<String>> {
    for (theirs, ours) in &meaning.map {
        let normal_theirs = normal(theirs);
        match names.iter_mut().find(|name| **name == normal_theirs) {
            Some(name) => *name = normal(ours),
            None => {
                return Err(reader.refuse(
                    format!("line 1: --map renames the column {theirs}, which is not there"),
                    format!("the file has {}", names.join(", ")),
                ));
            }
        }
    }
    Ok(names)
}

/// The name of a column without blanks around it and in lower case, but for a key of metadata, which keeps its own.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim();
    match name.get(..METADATA.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(METADATA) => format!("{METADATA}{}", &name[METADATA.len()..]),
        _ => name.to_lowercase(),
    }
}

/// What another separator leaves: one column whose name holds them all.
fn delimiter_hint(names: &[String]) -> Option<String> {
    let [name] = names else { return None };
    [(';', "semicolon"), ('\t', "tab"), ('|', "pipe"), (',', "comma")]
        .into_iter()
        .find(|(separator, _)| name.contains(*separator))
        .map(|(_, word)| format!("is it separated otherwise? --delimiter {word}"))
}

fn unreadable(name: &str, field: &[u8]) -> Option<Fault> {
    let value = String::from_utf8_lossy(field);
    if memchr::memchr(0, field).is_some() {
        Some(Fault::new(name, &value, "contains the character NUL, which PostgreSQL cannot store"))
    } else if std::str::from_utf8(field).is_err() {
        Some(Fault::new(name, &value, "is not UTF-8").hint(encoding_hint(field)))
    } else {
        None
    }
}

fn encoding_hint(bytes: &[u8]) -> String {
    format!("if the file is what it looks like, say so: --encoding {}", guess(bytes).to_lowercase())
}

impl<'a> Record<'a> {
    /// The fields, in the order of [`Kind::COLUMNS`]; `None` where the file has no such column.
    pub(super) fn fields<const N: usize>(&self) -> [Option<&'a str>; N] {
        std::array::from_fn(|column| self.header.cells.get(column)?.as_ref().map(|cell| self.text(cell)))
    }

    /// The keys and values of the columns `metadata.<key>`.
    pub(super) fn metadata(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.header.metadata.iter().map(|(key, cell)| (key.as_str(), self.text(cell)))
    }

    fn text(&self, cell: &'a Cell) -> &'a str {
        match cell {
            // `Header::record` has refused what is not UTF-8.
            Cell::At(position) => {
                self.bytes.range(*position).and_then(|range| self.text.get(range)).unwrap_or_default()
            }
            Cell::Set(value) => value,
        }
    }

    /// Every column of the record that is read, by name.
    fn named(&self) -> impl Iterator<Item = (String, &'a [u8])> {
        let known = self.header.columns.iter().zip(&self.header.cells);
        let known = known.filter_map(|(name, cell)| cell.as_ref().map(|cell| ((*name).to_owned(), cell)));
        let metadata = self.header.metadata.iter().map(|(key, cell)| (format!("{METADATA}{key}"), cell));
        known.chain(metadata).filter_map(|(name, cell)| match cell {
            Cell::At(position) => Some((name, &self.bytes[*position])),
            Cell::Set(_) => None,
        })
    }
}

//! Reads the header line and maps the columns of the file.

use std::collections::{HashMap, HashSet};

use super::column_names::{delimiter_hint, is_value, renamed};
use super::reader::CsvReader;
use crate::import::encodings;
use crate::import::formats::REASON_COLUMNS;
use crate::import::interpretation::Interpretation;
use crate::import::mapping::Mapping;
use crate::import::preset::Preset;
use crate::import::record::{Columns, METADATA, normal};
use crate::models::{MetadataType, UnknownValue, shorten};
use crate::text::shell_quoted;

mod whole_record;

/// The most columns that a file may have.
const MAX_COLUMNS: usize = 10_000;

/// Where each column is in the file.
pub(super) struct Header {
    columns: Columns,
    sources: Vec<Option<Source>>,
    metadata: Vec<(String, Source)>,
    width: usize,
    unused_options: Vec<String>,
    /// The positions of the columns, by their names in the file.
    positions: HashMap<String, usize>,
    mapping: Option<Mapping>,
    /// The columns that the preset gives and the file has the fields for.
    given: Vec<bool>,
    /// The columns without a name: their cells are empty or, in the first column, numbers.
    unnamed: Vec<usize>,
    /// The first column that is not one of those which say why a row was refused.
    first_own: usize,
    /// The delimiter by which rows are looked for in quoted fields.
    looks_for_rows: Option<u8>,
}

/// Where the value of a column comes from.
pub(super) enum Source {
    /// The field at this position of each record.
    Field(usize),
    /// `--set`: the same value for all records.
    Constant(String),
}

impl Header {
    /// Reads the first line of a file. Letter case and blanks around a name do not count; columns `_…` are ignored.
    pub(super) fn read(
        reader: &mut CsvReader,
        columns: Columns,
        kind: &str,
        interpretation: &Interpretation,
        mapping: Option<Mapping>,
    ) -> anyhow::Result<Self> {
        let expected = || format!("the columns are {}", columns.names.join(", "));
        if reader.next_record()?.is_none() {
            return Err(reader.refuse("the file is empty: expected a header line", expected()));
        }
        let line = reader.first_line;
        let names = reader
            .record()
            .iter()
            .map(|name| std::str::from_utf8(name).map(normal))
            .collect::<Result<Vec<String>, _>>()
            .map_err(|_| {
                reader.refuse(
                    format!("line {line}: the header is not UTF-8"),
                    encodings::hint(reader.record().as_slice()),
                )
            })?;
        if names.len() > MAX_COLUMNS {
            let hint = format!("at most {MAX_COLUMNS} columns are allowed; set the delimiter: --delimiter CHAR");
            return Err(reader.refuse(format!("line {line}: {} columns found", names.len()), hint));
        }
        if let Some(hint) = delimiter_hint(&names) {
            return Err(reader.refuse(format!("line {line}: only one column found"), hint));
        }
        if let Some(problem) = mapping.as_ref().and_then(|mapping| mapping.problem(columns)) {
            return Err(reader.refuse(problem, expected()));
        }
        let positions: HashMap<String, usize> =
            names.iter().enumerate().rev().map(|(position, name)| (name.clone(), position)).collect();
        let mut unused_options = Vec::new();
        let mut names = renamed(&names, kind, interpretation, &mut unused_options, reader)?;
        check_joined(interpretation, &positions, reader)?;
        let mut unnamed = Vec::new();
        let is_rejects = is_rejects(&names);
        for (position, name) in names.iter_mut().enumerate() {
            let is_renamed = positions.get(name) != Some(&position);
            let number = (position + 1).to_string();
            let is_dropped = interpretation.preset.read.ignore.contains(&number);
            if (interpretation.sniff || is_rejects) && name.is_empty() {
                unnamed.push(position);
                "_".clone_into(name);
            } else if is_dropped {
                "_".clone_into(name);
            } else if let Some(mapping) = &mapping
                && !is_renamed
                && mapping.reads(name)
                && (mapping.ignores_others()
                    || !columns.names.contains(&name.as_str())
                    || mapping.reads_itself(name, columns))
            {
                "_".clone_into(name);
            }
        }
        let has = |field: &str| positions.contains_key(&normal(field));
        let given = |mapping: &Mapping| (0..columns.names.len()).map(|column| mapping.can_give(column, has)).collect();
        let mut header = Self {
            columns,
            sources: Vec::new(),
            metadata: Vec::new(),
            width: names.len(),
            unused_options,
            given: mapping.as_ref().map(given).unwrap_or_default(),
            positions,
            mapping,
            unnamed,
            first_own: if is_rejects { REASON_COLUMNS.len() } else { 0 },
            looks_for_rows: interpretation.sniff.then_some(interpretation.dialect.delimiter),
        };
        header.sources.resize_with(columns.names.len(), || None);
        let unknown = header.place_all(&names, reader)?;
        if let Some(name) = unknown.first() {
            if unknown.iter().any(String::is_empty) {
                let hint = "remove the extra delimiter, perhaps at the end of the line, or omit --sniff off";
                return Err(reader.refuse(format!("line {line}: a column has no name"), hint));
            }
            let list = unknown.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let plural = if unknown.len() == 1 { "" } else { "s" };
            let names_in_file: Vec<&str> = header.positions.keys().map(String::as_str).collect();
            let preset = Preset::likely(&names_in_file, kind).filter(|_| interpretation.preset.is_empty());
            let is_first_row = unknown.len() == names.len() && names.iter().any(|name| is_value(name));
            let preset = preset.or_else(|| reader.likely_header.clone().filter(|_| names.len() == 1));
            let sheet = || reader.part.as_ref().map(|part| format!("read as {part}"));
            let hint = preset.or_else(sheet).unwrap_or_else(|| hint_for(name, columns, is_first_row));
            return Err(reader.refuse(format!("line {line}: unknown column{plural} {list}"), hint));
        }
        header.place_constants(&names, kind, interpretation, reader)?;
        for alternatives in columns.required {
            let is_there = |name: &&str| {
                let mut places = columns.names.iter().zip(&header.sources).enumerate();
                places.any(|(i, (column, source))| column == name && (source.is_some() || header.is_given(i)))
            };
            if !alternatives.iter().any(is_there) {
                return Err(
                    reader.refuse(format!("line {line}: missing column {}", alternatives.join(" or ")), expected())
                );
            }
        }
        Ok(header)
    }

    /// Notes where each column of the file is; returns the names that are no columns.
    fn place_all(&mut self, names: &[String], reader: &CsvReader) -> anyhow::Result<Vec<String>> {
        let mut unknown = Vec::new();
        let mut seen = HashSet::new();
        for (position, name) in names.iter().enumerate() {
            if let Some(Err(problem)) = name.strip_prefix(METADATA).map(MetadataType::check_key) {
                let hint = "dots lead into objects, and a type may follow a colon: metadata.payment.amount:number";
                let shown = shorten(name);
                return Err(reader.refuse(format!("line {}: column {shown:?}: {problem}", reader.first_line), hint));
            }
            if !seen.insert(name) && !name.starts_with('_') {
                let hint = "remove one of them from the file";
                return Err(reader.refuse(format!("line {}: duplicate column {name}", reader.first_line), hint));
            }
            if !self.place(name, Source::Field(position)) && !name.starts_with('_') {
                unknown.push(name.clone());
            }
        }
        Ok(unknown)
    }

    fn place_constants(
        &mut self,
        names: &[String],
        kind: &str,
        interpretation: &Interpretation,
        reader: &CsvReader,
    ) -> anyhow::Result<()> {
        for (given, value) in &interpretation.set {
            let Some((name, is_for_kind)) = interpretation.of_kind(given, kind) else { continue };
            let name = normal(name);
            if names.contains(&name) {
                let skips = shell_quoted(&format!("{name}=_"));
                let hint = format!("remove one of them: --map {skips} skips the column of the file");
                return Err(reader
                    .refuse(format!("line {}: --set {name}: the file has this column too", reader.first_line), hint));
            }
            if !self.place(&name, Source::Constant(value.clone())) {
                if interpretation.several_kinds && !is_for_kind {
                    self.unused_options.push(format!("--set {given}"));
                    continue;
                }
                let hint = format!("the columns are {}", self.columns.names.join(", "));
                return Err(reader.refuse(format!("--set {name}: unknown column"), hint));
            }
        }
        Ok(())
    }

    /// Registers a column; returns whether the kind has it.
    fn place(&mut self, name: &str, source: Source) -> bool {
        if let Some(column) = self.columns.names.iter().position(|column| *column == name) {
            self.sources[column] = Some(source);
            return true;
        }
        match name.strip_prefix(METADATA).filter(|key| self.columns.metadata && !key.is_empty()) {
            Some(key) => {
                self.metadata.push((key.to_owned(), source));
                true
            }
            None => false,
        }
    }

    pub(super) const fn columns(&self) -> Columns {
        self.columns
    }

    pub(super) fn unused_options(&self) -> &[String] {
        &self.unused_options
    }

    pub(super) fn source(&self, column: usize) -> Option<&Source> {
        self.sources.get(column)?.as_ref()
    }

    /// The position of a column, by its name in the file.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).or_else(|| self.positions.get(&normal(name))).copied()
    }

    /// The columns without a name, in words.
    pub(super) fn unnamed(&self) -> Option<String> {
        let numbers: Vec<String> = self.unnamed.iter().map(|position| (position + 1).to_string()).collect();
        let columns = if numbers.len() == 1 { "column" } else { "columns" };
        let has = if numbers.len() == 1 { "has" } else { "have" };
        (!numbers.is_empty()).then(|| format!("without {columns} {}, which {has} no name", numbers.join(", ")))
    }

    pub(super) const fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }

    /// Whether the preset gives a column that the file has the fields for.
    pub(super) fn is_given(&self, column: usize) -> bool {
        self.given.get(column).copied().unwrap_or(false)
    }

    pub(super) const fn metadata_columns(&self) -> usize {
        self.metadata.len()
    }

    pub(super) fn metadata(&self, n: usize) -> Option<(&str, &Source)> {
        self.metadata.get(n).map(|(key, source)| (key.as_str(), source))
    }
}

/// Checks that the file has the columns that `--map` joins.
fn check_joined(
    interpretation: &Interpretation,
    positions: &HashMap<String, usize>,
    reader: &CsvReader,
) -> anyhow::Result<()> {
    if let Some(field) = interpretation.joined.iter().find(|field| !positions.contains_key(&normal(field))) {
        let mut there: Vec<&str> = positions.keys().map(String::as_str).collect();
        there.sort_unstable();
        let problem = format!("line {}: --map: unknown column {field}", reader.first_line);
        return Err(reader.refuse(problem, format!("the file has {}", there.join(", "))));
    }
    Ok(())
}

/// Whether the file is one of refused rows.
fn is_rejects(names: &[String]) -> bool {
    names.len() > REASON_COLUMNS.len() && names.iter().zip(REASON_COLUMNS).all(|(name, reason)| name == reason)
}

/// What to do about a column that is not ours.
fn hint_for(name: &str, columns: Columns, is_first_row: bool) -> String {
    let expected = format!("the columns are {}", columns.names.join(", "));
    match UnknownValue::new(name, columns.names).nearest {
        Some(nearest) => format!("did you mean {nearest}? {expected}"),
        None if is_first_row => {
            format!("the file seems to have no header line: the first line names the columns; {expected}")
        }
        None => {
            let [renames, skips] = ["COLUMN", "_"].map(|ours| shell_quoted(&format!("{name}={ours}")));
            format!("{expected}; --map {renames} renames a column, --map {skips} skips it")
        }
    }
}

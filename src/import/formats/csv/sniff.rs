//! Finds the delimiter and the header line of a file by our own column names.
//!
//! Among the first lines and four delimiters, the one line that has all required columns is the header. None or several:
//! nothing is certain, and the file is read as it is given.

use super::column_names::is_value;
use crate::import::interpretation::Interpretation;
use crate::import::mapping::Mapping;
use crate::import::record::Columns;

use crate::lines::lines;

/// How many lines are looked at.
const MAX_LINES: usize = 30;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A way to read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sniffed {
    pub(super) delimiter: u8,
    /// The number of lines before the header.
    pub(super) skip: usize,
}

impl Sniffed {
    /// The way in words.
    pub(super) fn described(self) -> String {
        format!("{}, header on line {}", delimiter_word(self.delimiter), self.skip + 1)
    }
}

/// The ways to read a file in which a line has all required columns. `start` is the beginning of its text.
pub(super) fn ways(
    start: &str,
    columns: Columns,
    interpretation: &Interpretation,
    mapping: Option<&Mapping>,
) -> Vec<Sniffed> {
    let given = interpretation.delimiter_given.then_some(interpretation.dialect.delimiter);
    let mut found = Vec::new();
    for (skip, line) in lines(start.trim_start_matches('\u{feff}')).take(MAX_LINES).enumerate() {
        if interpretation.skip_lines.is_some_and(|lines| lines != skip as u64) {
            continue;
        }
        for delimiter in given.map_or(DELIMITERS.to_vec(), |given| vec![given]) {
            let names = fields(line, delimiter, interpretation.dialect.quote.byte());
            if has_required(&names, columns, interpretation, mapping) {
                found.push(Sniffed { delimiter, skip });
            }
        }
    }
    found
}

/// The line of a row that stands before the header, as in a file that was sorted: of a title, most fields are empty.
pub(super) fn row_before_header(start: &str, way: Sniffed, interpretation: &Interpretation) -> Option<usize> {
    if interpretation.skip_lines.is_some() {
        return None;
    }
    let of = |line| fields(line, way.delimiter, interpretation.dialect.quote.byte());
    let mut all = lines(start.trim_start_matches('\u{feff}')).take(way.skip + 1).map(of).collect::<Vec<_>>();
    let header = all.pop()?;
    let filled = |row: &[String]| row.iter().filter(|field| !field.is_empty()).count();
    let is_row = |row: &Vec<String>| row.len() == header.len() && filled(row) * 2 > filled(&header);
    all.iter().position(is_row).map(|n| n + 1)
}

/// A later line that looks like the header, as a hint: it has several names, and the line after it as many fields.
pub(super) fn likely_header(start: &str) -> Option<String> {
    let lines: Vec<&str> = lines(start).take(MAX_LINES).collect();
    let is_header = |names: &[String]| names.len() > 2 && names.iter().all(|name| !name.is_empty() && !is_value(name));
    for (skip, pair) in lines.windows(2).enumerate().skip(1) {
        for delimiter in DELIMITERS {
            let [names, next] = [pair[0], pair[1]].map(|line| fields(line, delimiter, Some(b'"')));
            if is_header(&names) && next.len() == names.len() {
                let word = delimiter_word(delimiter);
                return Some(format!(
                    "the header may be on line {}: add --skip {skip} --delimiter {word}, and --map for its columns",
                    skip + 1
                ));
            }
        }
    }
    None
}

/// The names on a line that may be a header.
pub(super) fn fields(line: &str, delimiter: u8, quote: Option<u8>) -> Vec<String> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quote.is_some())
        .quote(quote.unwrap_or(b'"'))
        .from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    record.map(|record| record.iter().map(|name| name.trim().to_lowercase()).collect()).unwrap_or_default()
}

fn has_required(
    names: &[String],
    columns: Columns,
    interpretation: &Interpretation,
    mapping: Option<&Mapping>,
) -> bool {
    let there = |name: &str| names.iter().any(|found| found.eq_ignore_ascii_case(name.trim()));
    let has = |column: &str| {
        let renamed = interpretation.map.iter().any(|(theirs, ours)| ours == column && there(theirs));
        let number = columns.names.iter().position(|name| *name == column);
        let mapped = |mapping: &Mapping| number.is_some_and(|number| mapping.can_give(number, there));
        renamed || interpretation.set.contains_key(column) || there(column) || mapping.is_some_and(mapped)
    };
    // A constant alone makes no line a header.
    names.len() > 1 && columns.required.iter().all(|alternatives| alternatives.iter().any(|column| has(column)))
}

/// The delimiter that a first line `sep=;` names, as spreadsheets write it.
pub(super) fn separator_line(start: &str) -> Option<u8> {
    let line = lines(start.strip_prefix('\u{feff}').unwrap_or(start)).next()?;
    match line.trim_end().as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        b"sep=" if line == "sep=\t" => Some(b'\t'),
        _ => None,
    }
}

/// The name of a delimiter.
pub(super) const fn delimiter_word(delimiter: u8) -> &'static str {
    match delimiter {
        b',' => "comma",
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "pipe",
        _ => "another delimiter",
    }
}

//! Finds the delimiter and the header line of a file by our own column names.
//!
//! Among the first lines and four delimiters, the one line that has all required columns is the header. None or several:
//! nothing is certain, and the file is read as it is given.

use std::fs::File;

use super::super::xlsx::LINE_END_IN_CELL;
use super::column_names::is_value;
use crate::error::Failure;
use crate::import::decode::Decoded;
use crate::import::interpretation::Interpretation;
use crate::import::mapping::Mapping;
use crate::import::record::Columns;
use crate::lines::lines;

/// How many lines are looked at.
const MAX_LINES: usize = 30;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A way to read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sniffed {
    delimiter: u8,
    /// The number of lines before the header.
    skip: usize,
}

impl Sniffed {
    /// The way in words.
    fn described(self) -> String {
        format!("{}, header on line {}", delimiter_word(self.delimiter), self.skip + 1)
    }
}

/// What was found in a file: the number of lines before the header and, in `interpretation`, the delimiter; also in words,
/// as far as it is not the default.
pub(super) fn find(
    name: &str,
    input: &Decoded<File>,
    columns: Columns,
    interpretation: &mut Interpretation,
    mapping: Option<&Mapping>,
) -> anyhow::Result<(u64, Vec<String>)> {
    let found = input.part().into_iter().chain(input.found_encoding());
    let mut words: Vec<String> = found.map(ToOwned::to_owned).collect();
    let given = interpretation.skip_lines.unwrap_or(0);
    if !interpretation.sniff {
        return Ok((given, Vec::new()));
    }
    // A header may have line ends, where a sheet has it broken.
    let start = String::from_utf8_lossy(input.start()).replace(LINE_END_IN_CELL, " ");
    if let Some(delimiter) = separator_line(&start)
        && interpretation.skip_lines.is_none()
    {
        words.push(format!("the delimiter of its first line, {:?}", char::from(delimiter)));
        interpretation.dialect.delimiter = delimiter;
        return Ok((1, words));
    }
    let ways = ways(&start, columns, interpretation, mapping);
    let at_once: Vec<_> = ways.iter().filter(|way| way.skip as u64 == given).collect();
    let way = match (at_once.as_slice(), ways.as_slice()) {
        ([way], _) => **way,
        ([], [way]) => *way,
        // Nothing is certain: the errors that follow say what is wrong with the file as it is given.
        ([], []) => return Ok((given, words)),
        (_, ways) => {
            let readings: Vec<String> = ways.iter().take(4).map(|way| way.described()).collect();
            return Err(Failure::failed(format!("{name} can be read in several ways: {}", readings.join("; or ")))
                .hint("say which: --delimiter CHAR, --skip LINES")
                .into());
        }
    };
    if way.delimiter != interpretation.dialect.delimiter {
        interpretation.dialect.delimiter = way.delimiter;
        words.push(delimiter_word(way.delimiter).to_owned());
    }
    if let Some(row) = row_before_header(&start, way, interpretation) {
        let problem = format!("{name}: line {row} has as many fields as the header on line {}", way.skip + 1);
        let hint = "rows belong after the header: move them there; or skip lines that are none: --skip LINES";
        return Err(Failure::failed(problem).hint(hint).into());
    }
    if way.skip > 0 {
        words.push(format!("header on line {}", way.skip + 1));
    }
    Ok((way.skip as u64, words))
}

/// The ways to read a file in which a line has all required columns. `start` is the beginning of its text.
fn ways(start: &str, columns: Columns, interpretation: &Interpretation, mapping: Option<&Mapping>) -> Vec<Sniffed> {
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
fn row_before_header(start: &str, way: Sniffed, interpretation: &Interpretation) -> Option<usize> {
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
fn separator_line(start: &str) -> Option<u8> {
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

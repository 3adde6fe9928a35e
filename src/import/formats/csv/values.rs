//! Finds the notation of times and numbers by the first records of a file: only where no other reading is possible.

use super::header::{Header, Source};
use crate::db::types::{TimeFormat, TimeReader, notations};
use crate::import::interpretation::Interpretation;
use crate::import::mapping::Mapped;
use crate::models::MetadataType;

/// How many records are looked at.
const MAX_RECORDS: usize = 300;

/// The notation of times that the first records have: all others must fit it.
pub(super) struct Guess {
    own: TimeReader,
    others: Vec<TimeReader>,
    /// A time that only this notation reads.
    pub(super) proof: String,
}

impl Guess {
    /// Whether a cell is a time in another notation only: then the guess was wrong for the whole file.
    pub(super) fn is_refuted_by(&self, cell: &str) -> bool {
        self.own.read(cell).is_err() && self.others.iter().any(|other| other.read(cell).is_ok())
    }
}

/// Completes the interpretation by what was found, and returns it in words, with the guess of how times are read.
pub(super) fn find(start: &[u8], header: &Header, interpretation: &mut Interpretation) -> (Vec<String>, Option<Guess>) {
    let records = Cells::read(start, header, interpretation);
    let mut words = Vec::new();
    let guess = if interpretation.time_formats.is_empty() { find_times(&records, interpretation) } else { None };
    words.extend(guess.as_ref().map(|guess| format!("dates {}", guess.proof)));
    // Between commas, a number with a comma is more likely a slip.
    let may_have_commas = interpretation.dialect.delimiter != b',' && !interpretation.decimal_given;
    if may_have_commas && records.have_decimal_comma() {
        interpretation.decimal = ',';
        words.push("decimal comma".to_owned());
    }
    (words, guess)
}

/// The notation of the times, if the columns that are not in the usual one have one in common.
fn find_times(records: &Cells, interpretation: &mut Interpretation) -> Option<Guess> {
    let notations = notations();
    let found: Vec<(&Vec<TimeFormat>, &String)> =
        records.times.iter().filter_map(|(_, cells)| notation_of(cells, &notations)).collect();
    let (notation, cell) = found.first()?;
    // Columns in several notations are not guessed.
    if found.iter().any(|(other, _)| other != notation) {
        return None;
    }
    interpretation.time_formats.clone_from(notation);
    let others = notations.iter().filter(|other| other != notation).map(|other| reader_of(other));
    Some(Guess { own: reader_of(notation), others: others.collect(), proof: (*cell).clone() })
}

/// Whether a cell is a time in a notation, whatever its zone.
fn is_in(notation: &[TimeFormat], cell: &str) -> bool {
    reader_of(notation).read(cell).is_ok()
}

/// Reads times in a notation, whatever their zone.
fn reader_of(notation: &[TimeFormat]) -> TimeReader {
    TimeReader { formats: notation.to_vec(), ..TimeReader::rfc3339(Some(chrono_tz::UTC)) }
}

/// The only notation that reads all cells that are not in the usual one, and a cell that no other reads.
fn notation_of<'a>(cells: &'a [String], notations: &'a [Vec<TimeFormat>]) -> Option<(&'a Vec<TimeFormat>, &'a String)> {
    let others = || cells.iter().filter(|cell| !is_in(&[], cell));
    let mut possible = notations.iter().filter(|notation| others().all(|cell| is_in(notation, cell)));
    let (Some(notation), None) = (possible.next(), possible.next()) else { return None };
    let proof = others().find(|cell| notations.iter().filter(|other| is_in(other, cell)).count() == 1)?;
    Some((notation, proof))
}

/// The filled cells of the first records.
struct Cells {
    /// By column of times.
    times: Vec<(&'static str, Vec<String>)>,
    /// By column of metadata that may be a number.
    metadata: Vec<Vec<String>>,
}

impl Cells {
    fn read(start: &[u8], header: &Header, interpretation: &Interpretation) -> Self {
        let quote = interpretation.dialect.quote.byte();
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(true)
            .flexible(true)
            .delimiter(interpretation.dialect.delimiter)
            .quoting(quote.is_some())
            .quote(quote.unwrap_or(b'"'))
            .from_reader(start);
        let mut records: Vec<::csv::StringRecord> = reader.records().take(MAX_RECORDS).map_while(Result::ok).collect();
        if records.len() < MAX_RECORDS && !start.ends_with(b"\n") {
            // It may go on.
            records.pop();
        }
        let names = header.columns().names;
        let times = names.iter().enumerate().filter(|(_, name)| name.ends_with("_at"));
        let mut cells = Self { times: Vec::new(), metadata: vec![Vec::new(); header.metadata_columns()] };
        cells.times.extend(times.clone().map(|(_, name)| (*name, Vec::new())));
        for record in &records {
            let cell = |position: usize| {
                let cell = record.get(position).unwrap_or_default().trim();
                (!cell.is_empty() && !interpretation.nulls.iter().any(|null| null == cell)).then(|| cell.to_owned())
            };
            let mapped = header
                .mapping()
                .map_or_else(Mapped::default, |mapping| mapping.map(&|name| header.position(name).and_then(cell)));
            for ((column, _), (_, found)) in times.clone().zip(&mut cells.times) {
                found.extend(match header.source(column) {
                    Some(Source::Field(position)) => cell(*position),
                    Some(Source::Constant(_)) => None,
                    None => mapped.value(column).map(ToOwned::to_owned),
                });
            }
            for (n, found) in cells.metadata.iter_mut().enumerate() {
                if let Some((key, Source::Field(position))) = header.metadata(n)
                    && matches!(MetadataType::of_key(key).1, MetadataType::Any | MetadataType::Number)
                {
                    found.extend(cell(*position));
                }
            }
        }
        cells
    }

    /// Whether a column has numbers with a comma that separates no thousands, and none has a number with a point.
    fn have_decimal_comma(&self) -> bool {
        let has_point = |cell: &String| fraction(cell, '.').is_some_and(|fraction| !fraction.is_empty());
        let is_proof = |cell: &String| fraction(cell, ',').is_some_and(|digits| !matches!(digits.len(), 0 | 3));
        let is_column =
            |cells: &&Vec<String>| cells.iter().all(|cell| fraction(cell, ',').is_some()) && cells.iter().any(is_proof);
        self.metadata.iter().any(|cells| is_column(&cells)) && !self.metadata.iter().flatten().any(has_point)
    }
}

/// The digits after the decimal point of a number; none if it has no point. `None` if it is no number.
fn fraction(cell: &str, point: char) -> Option<&str> {
    let number = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let (whole, fraction) = number.split_once(point).unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() && is_digits(whole) && is_digits(fraction)).then_some(fraction)
}

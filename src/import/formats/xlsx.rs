//! Workbooks: a sheet becomes delimited text, cell by cell, which is then read like any other.
//!
//! The lines of the text are the rows of the sheet. Dates are written without an offset, as a sheet has none; formulas
//! have their stored value.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};

use anyhow::Context as _;
use calamine::{DataRef, Reader as _, Sheet, SheetVisible, Style, Xlsx, XlsxCellReader, XlsxError};
use zip::ZipArchive;

use crate::db::types::TimeFormat;
use crate::error::Failure;
use crate::import::interpretation::Interpretation;
use crate::output::thousands;

/// The most columns that a row may have.
const MAX_COLUMNS: u32 = 10_000;

/// Writes a sheet as text with commas to an unnamed temporary file. Also says which sheet it is, if the workbook has others and
/// none was named.
///
/// # Errors
/// When the file is no workbook, has no such sheet, or decompresses to more than is allowed.
pub(in crate::import) fn to_csv(
    file: &File,
    name: &str,
    interpretation: &Interpretation,
) -> anyhow::Result<(File, Option<String>)> {
    check_size(file, name, interpretation.max_bytes)?;
    let damaged = |error: calamine::XlsxError| Failure::failed(format!("{name}: damaged workbook: {error}"));
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(rewound(file)?)).map_err(damaged)?;
    if book.has_1904_epoch() && interpretation.time_formats.contains(&TimeFormat::Excel) {
        return Err(Failure::failed(format!(
            "{name}: the workbook counts days from 1904, and --time-format excel from 1900"
        ))
        .hint("format the cells as dates: then they are read as such without --time-format")
        .into());
    }
    let sheets = book.sheet_names();
    let is_visible = |sheet: &&Sheet| sheet.visible == SheetVisible::Visible;
    let sheet = match &interpretation.sheet {
        // One that nobody sees is not what was meant.
        None => {
            let visible = book.sheets_metadata().iter().find(is_visible).map(|sheet| sheet.name.clone());
            visible.or_else(|| sheets.first().cloned())
        }
        Some(wanted) => sheets.iter().find(|sheet| *sheet == wanted).cloned(),
    };
    let Some(sheet) = sheet else {
        let wanted = interpretation.sheet.as_deref().unwrap_or("first");
        return Err(Failure::failed(format!("{name}: no sheet {wanted}"))
            .hint(format!("the workbook has {}", sheets.join(", ")))
            .into());
    };
    let others: Vec<&str> = sheets.iter().filter(|other| **other != sheet).map(String::as_str).collect();
    let note = (interpretation.sheet.is_none() && !others.is_empty())
        .then(|| format!("sheet {sheet}, and not {}: choose one with --sheet NAME", others.join(", ")));
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(damaged)?;
    // Values and styles are read by two readers, where a style matters.
    let digits = padding(cells.styles());
    let mut styled: Option<Xlsx<_>> =
        if digits.is_empty() { None } else { Some(Xlsx::new(BufReader::new(rewound(file)?)).map_err(damaged)?) };
    let mut padded = match &mut styled {
        None => None,
        Some(styled) => {
            let cells = styled.worksheet_cells_reader(&sheet).map_err(damaged)?;
            Some(PaddedCells { cells, digits, next: None })
        }
    };
    let temporary = tempfile::tempfile()
        .with_context(|| format!("cannot create a temporary file in {}", std::env::temp_dir().display()))?;
    let mut out = BufWriter::new(temporary);
    let (mut row, mut column, mut widest, mut is_empty) = (0, 0, 0, true);
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
        let (at_row, at_column) = cell.pos;
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            let place = format!("row {}, column {}", at_row + 1, at_column + 1);
            return Err(Failure::failed(format!("{name}: {place}: the formula has no stored value"))
                .hint("open the workbook in a spreadsheet program and save it, which stores the values")
                .into());
        }
        if at_column >= MAX_COLUMNS {
            let most = thousands(u64::from(MAX_COLUMNS));
            return Err(Failure::failed(format!("{name}: row {}: more than {most} columns", at_row + 1))
                .hint("delete the cells to the right of the data")
                .into());
        }
        if at_row < row || (at_row == row && at_column < column) {
            return Err(Failure::failed(format!("{name}: damaged workbook: its cells are not in order")).into());
        }
        while row < at_row {
            end_row(&mut out, column, if is_empty { column } else { widest })?;
            (row, column, is_empty) = (row + 1, 0, true);
        }
        while column < at_column {
            out.write_all(b",")?;
            column += 1;
        }
        widest = widest.max(column);
        let text = text_of(&cell.value);
        let digits = match &mut padded {
            Some(padded) => padded.digits_at(cell.pos).map_err(damaged)?,
            None => None,
        };
        match digits {
            Some(digits) if text.bytes().all(|byte| byte.is_ascii_digit()) => write!(out, "{text:0>digits$}")?,
            _ => write_field(&mut out, &text)?,
        }
        is_empty = false;
    }
    if row > 0 || !is_empty {
        end_row(&mut out, column, if is_empty { column } else { widest })?;
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok((file, note))
}

/// Ends a row. A file leaves out its last cells where they are empty: it gets as many as the widest row before it has.
fn end_row(out: &mut impl io::Write, column: u32, widest: u32) -> io::Result<()> {
    for _ in column..widest {
        out.write_all(b",")?;
    }
    out.write_all(b"\n")
}

/// The number of digits of each style that shows zeros before a number, as `00000` does; empty if no style does.
fn padding(styles: &[Style]) -> Vec<Option<usize>> {
    let digits_of = |style: &Style| {
        let code = style.number_format.as_ref()?.format_code.as_str();
        (code.len() > 1 && code.bytes().all(|byte| byte == b'0')).then_some(code.len())
    };
    let digits: Vec<Option<usize>> = styles.iter().map(digits_of).collect();
    if digits.iter().any(Option::is_some) { digits } else { Vec::new() }
}

/// The cells with such a style.
struct PaddedCells<'a, R: io::Read + io::Seek> {
    cells: XlsxCellReader<'a, R>,
    /// The number of digits, by style.
    digits: Vec<Option<usize>>,
    next: Option<((u32, u32), usize)>,
}

impl<R: io::Read + io::Seek> PaddedCells<'_, R> {
    /// The number of digits of the cell at a position; positions are asked for in order.
    fn digits_at(&mut self, position: (u32, u32)) -> Result<Option<usize>, XlsxError> {
        while self.next.is_none_or(|(at, _)| at < position) {
            // After the last one, there is none to wait for.
            let after_all = ((u32::MAX, u32::MAX), usize::MAX);
            self.next =
                Some(self.cells.next_style_id()?.map_or(after_all, |(row, column, style)| ((row, column), style)));
        }
        let here = self.next.filter(|(at, _)| *at == position);
        Ok(here.and_then(|(_, style)| self.digits.get(style).copied().flatten()))
    }
}

fn rewound(file: &File) -> io::Result<File> {
    let mut file = file.try_clone()?;
    file.rewind()?;
    Ok(file)
}

/// Unpacks the parts to nowhere, as their stated sizes can be wrong.
fn check_size(file: &File, name: &str, max_bytes: u64) -> anyhow::Result<()> {
    let not_one = |error: zip::result::ZipError| {
        Failure::failed(format!("{name} is a ZIP archive, but not a workbook: {error}"))
            .hint("extract it, and import its files")
    };
    let mut archive = ZipArchive::new(BufReader::new(rewound(file)?)).map_err(not_one)?;
    archive.by_name("xl/workbook.xml").map_err(not_one)?;
    let mut left = max_bytes;
    for i in 0..archive.len() {
        let part = archive.by_index(i).with_context(|| format!("cannot read {name}"))?;
        let bytes = io::copy(&mut part.take(left.saturating_add(1)), &mut io::sink())
            .with_context(|| format!("cannot decompress {name}"))?;
        left = left.checked_sub(bytes).ok_or_else(|| {
            Failure::failed(format!("{name} decompresses to more than {} bytes", thousands(max_bytes)))
                .hint("if that is right, raise the limit: --max-bytes SIZE")
        })?;
    }
    Ok(())
}

/// A cell as a person sees it, with dates in the order of ISO 8601.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // A sheet keeps 15 digits: of a longer id, the last ones are lost. In this notation it is refused where it is an id.
        DataRef::Float(number) if number.abs() >= 1e15 => format!("{number:E}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(time) if time.is_duration() => time_of_day(time.as_f64(), 1),
        // What rounds to a whole day is the midnight after it.
        DataRef::DateTime(time) if (0.0..LAST_OF_DAY).contains(&time.as_f64()) => time_of_day(time.as_f64(), 2),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second, milli) {
                (0, 0, 0, 0) => date,
                (_, _, _, 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
                _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
            }
        }
    }
}

/// The last part of a day that does not round to a whole one, in milliseconds.
const LAST_OF_DAY: f64 = 1.0 - 0.5 / 86_400_000.0;

/// A part of a day, or a number of days, as hours of at least so many digits, minutes and seconds.
#[expect(clippy::cast_possible_truncation, reason = "a sheet's durations are far smaller")]
fn time_of_day(days: f64, digits: usize) -> String {
    let millis = (days * 86_400_000.0).round() as i64;
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, milli) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{sign}{hours:0digits$}:{minutes:02}:{seconds:02}{fraction}")
}

/// Stands for a line end in a cell, so that the lines of the text are the rows of the sheet. In a cell, it is written as the file
/// has it.
pub(super) const LINE_END_IN_CELL: char = '\u{1e}';

/// Writes a field.
fn write_field(out: &mut impl io::Write, text: &str) -> io::Result<()> {
    if !text.contains([',', '"', '\r', '\n', LINE_END_IN_CELL]) {
        return out.write_all(text.as_bytes());
    }
    let text = text
        .replace(LINE_END_IN_CELL, "_x001E_")
        .replace("\r\n", "\n")
        .replace(['\r', '\n'], LINE_END_IN_CELL.encode_utf8(&mut [0; 4]));
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}

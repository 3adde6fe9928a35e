//! Workbooks: a sheet becomes delimited text, cell by cell, which is then read like any other.
//!
//! The lines of the text are the rows of the sheet. Dates are written without an offset, as a sheet has none; formulas
//! have their stored value.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};

use anyhow::Context as _;
use calamine::{DataRef, Reader as _, Xlsx};
use zip::ZipArchive;

use crate::error::Failure;
use crate::import::interpretation::Interpretation;
use crate::output::thousands;

/// The most columns that a row may have.
const MAX_COLUMNS: u32 = 10_000;

/// Writes a sheet as text with commas to an unnamed temporary file. Also says which sheet it is, if the workbook has others and
/// none was named.
///
/// # Errors
/// When the file is no workbook, has no such sheet, or unpacks to more than is allowed.
pub(in crate::import) fn to_csv(
    file: &File,
    name: &str,
    interpretation: &Interpretation,
) -> anyhow::Result<(File, Option<String>)> {
    check_size(file, name, interpretation.max_bytes)?;
    let damaged = |error: calamine::XlsxError| Failure::failed(format!("{name}: damaged workbook: {error}"));
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(rewound(file)?)).map_err(damaged)?;
    let sheets = book.sheet_names();
    let sheet = match &interpretation.sheet {
        None => sheets.first().cloned(),
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
    let temporary = tempfile::tempfile()
        .with_context(|| format!("cannot create a temporary file in {}", std::env::temp_dir().display()))?;
    let mut out = BufWriter::new(temporary);
    let (mut row, mut column) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (at_row, at_column) = cell.get_position();
        if at_row < row || (at_row == row && at_column < column) || at_column > MAX_COLUMNS {
            return Err(Failure::failed(format!("{name}: damaged workbook: its cells are not in order")).into());
        }
        while row < at_row {
            out.write_all(b"\n")?;
            (row, column) = (row + 1, 0);
        }
        while column < at_column {
            out.write_all(b",")?;
            column += 1;
        }
        write_field(&mut out, &text_of(cell.get_value()))?;
    }
    if row > 0 || column > 0 {
        out.write_all(b"\n")?;
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok((file, note))
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
        DataRef::DateTime(time) if time.is_duration() => time.as_f64().to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}")
        }
    }
}

/// Writes a field; a line end in a cell becomes a blank, so that the lines of the text are the rows of the sheet.
fn write_field(out: &mut impl io::Write, text: &str) -> io::Result<()> {
    if !text.contains([',', '"', '\r', '\n']) {
        return out.write_all(text.as_bytes());
    }
    let text = text.replace("\r\n", " ").replace(['\r', '\n'], " ");
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}

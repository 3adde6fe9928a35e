//! Reads the whole log with PostgreSQL's binary COPY, which costs the server half as much as a query.
//!
//! The format is <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.4>: a header, then rows. A row
//! is its number of fields, then for each field its length and its bytes.

use std::io::{self, BufReader, Read};

use anyhow::ensure;
use diesel::pg::CopyFormat;
use diesel::{PgConnection, copy_to};

use super::stored_row::{CELLS, Kind, StoredRow};
use crate::error::{ExitStatus, Failure};
use crate::schema::user_action;

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// The number of fields that marks the end of the data.
const END: i16 = -1;
/// The length of a field that is null.
const NULL: i32 = -1;

/// Calls `take` with each row of the log until it returns `false`.
pub(super) fn read(
    conn: &mut PgConnection,
    mut take: impl FnMut(&StoredRow) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let rows = copy_to(user_action::table).with_format(CopyFormat::Binary).load_raw(conn)?;
    read_rows(&mut BufReader::new(rows), &mut take).map_err(|error| {
        if error.is::<io::Error>() {
            // The I/O error contains only libpq's message, and for an error of the server not even that.
            let ended = Failure::new(ExitStatus::Unavailable, "PostgreSQL ended the export early");
            error.context(ended.hint("see the PostgreSQL server log for the reason, then run the same command again"))
        } else {
            error.context("cannot read the data of PostgreSQL's COPY")
        }
    })
}

fn read_rows(input: &mut impl Read, take: &mut impl FnMut(&StoredRow) -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let mut signature = [0; SIGNATURE.len()];
    input.read_exact(&mut signature)?;
    let (_flags, extension) = (number(input)?, number(input)?);
    ensure!(signature == *SIGNATURE && extension == 0, "unexpected header");
    let mut row = StoredRow::default();
    let mut field = Vec::new();
    loop {
        let mut fields = [0; 2];
        input.read_exact(&mut fields)?;
        let fields = i16::from_be_bytes(fields);
        if fields == END {
            return Ok(());
        }
        ensure!(usize::try_from(fields) == Ok(CELLS), "unexpected number of fields in a row: {fields}");
        row.clear();
        // The position is the first column of the table, and the last of an exported row.
        ensure!(read_field(input, &mut field)?, "the position of a row is null");
        let position = field.clone();
        for i in 0..CELLS - 1 {
            if read_field(input, &mut field)? {
                row.push_postgres(Kind::of(i), &field).map_err(anyhow::Error::from_boxed)?;
            }
            row.end_cell()?;
        }
        row.push_postgres(Kind::Number, &position).map_err(anyhow::Error::from_boxed)?;
        row.end_cell()?;
        if !take(&row)? {
            return Ok(());
        }
    }
}

/// Reads a field into `field`; returns `false` if it is null.
fn read_field(input: &mut impl Read, field: &mut Vec<u8>) -> anyhow::Result<bool> {
    let length = number(input)?;
    if length == NULL {
        return Ok(false);
    }
    field.resize(usize::try_from(length)?, 0);
    input.read_exact(field)?;
    Ok(true)
}

fn number(input: &mut impl Read) -> anyhow::Result<i32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(i32::from_be_bytes(bytes))
}

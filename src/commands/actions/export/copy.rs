//! All of PostgreSQL's log as COPY sends it, which costs the server half of what a query does.
//!
//! The format is <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.4>: a header, then rows, each a number
//! of fields and the fields, each a length and so many bytes.

use std::io::{self, BufReader, Read};

use anyhow::ensure;
use diesel::pg::CopyFormat;
use diesel::{PgConnection, copy_to};

use super::rows::{CELLS, Kind, StoredRow};
use crate::error::{ExitStatus, Failure};
use crate::schema::user_action;

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// What stands in place of a number of fields behind the last row.
const END: i16 = -1;
/// What stands in place of the length of a field that is null.
const NULL: i32 = -1;

/// Hands out each row, until it is not wanted.
pub(super) fn read(
    conn: &mut PgConnection,
    mut take: impl FnMut(&StoredRow) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let rows = copy_to(user_action::table).with_format(CopyFormat::Binary).load_raw(conn)?;
    read_rows(&mut BufReader::new(rows), &mut take).map_err(|error| {
        if error.is::<io::Error>() {
            // It has no more than libpq's message, and for an error of the server's not even that.
            let ended = Failure::new(ExitStatus::Unavailable, "PostgreSQL ended the export early");
            error.context(ended.hint("its log says why; run the same command again"))
        } else {
            error.context("PostgreSQL's COPY cannot be read")
        }
    })
}

fn read_rows(input: &mut impl Read, take: &mut impl FnMut(&StoredRow) -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let mut signature = [0; SIGNATURE.len()];
    input.read_exact(&mut signature)?;
    let (_flags, extension) = (number(input)?, number(input)?);
    ensure!(signature == *SIGNATURE && extension == 0, "it has another header");
    let mut row = StoredRow::default();
    let mut field = Vec::new();
    loop {
        let mut fields = [0; 2];
        input.read_exact(&mut fields)?;
        let fields = i16::from_be_bytes(fields);
        if fields == END {
            return Ok(());
        }
        ensure!(usize::try_from(fields) == Ok(CELLS), "a row has {fields} fields");
        row.clear();
        // The table begins with the position, and a row of an export ends with it.
        ensure!(read_field(input, &mut field)?, "a row has no position");
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

/// Reads a field, and says whether it is not null.
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

//! CSV with a header line, as the import reads it.

use std::borrow::Borrow;
use std::io::Write;

use super::{Record, visible};

pub(super) fn list<R: Record, B: Borrow<R>>(
    out: &mut impl Write,
    records: impl Iterator<Item = anyhow::Result<B>>,
    terminal: bool,
) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(R::COLUMNS).map_err(io_error)?;
    for record in records {
        let cells = record?.borrow().cells();
        if terminal {
            writer.write_record(cells.iter().map(|cell| visible(cell).into_owned()))
        } else {
            writer.write_record(&cells)
        }
        .map_err(io_error)?;
    }
    writer.flush()?;
    Ok(())
}

/// The error of the stream itself, which tells a reader that went away from a full disk.
fn io_error(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("cannot write CSV: {other:?}"),
    }
}

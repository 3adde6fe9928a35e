//! CSV with a header line, as the import reads it.

use std::borrow::Borrow;
use std::io::Write;

use super::{Record, places, visible};

pub(crate) fn list<R: Record, B: Borrow<R>>(
    out: &mut (impl Write + ?Sized),
    records: impl Iterator<Item = anyhow::Result<B>>,
    columns: &[&str],
    terminal: bool,
) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns).map_err(io_error)?;
    let places = places::<R>(columns);
    for record in records {
        let cells = record?.borrow().cells();
        let cells = places.iter().map(|place| cells[*place].as_str());
        if terminal {
            writer.write_record(cells.map(|cell| visible(cell).into_owned()))
        } else {
            writer.write_record(cells)
        }
        .map_err(io_error)?;
    }
    writer.flush()?;
    Ok(())
}

/// The error of the stream itself, which tells a reader that went away from a full disk.
pub(crate) fn io_error(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("cannot write CSV: {other:?}"),
    }
}

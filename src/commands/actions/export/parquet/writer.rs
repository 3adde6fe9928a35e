//! A Parquet file of actions: typed columns, dictionaries where values repeat, zstd.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::super::stored_row::{CELLS, METADATA, OCCURRED_AT, RECORDED_AT};
use crate::db::types::{Json, Timestamp};

/// The columns, in the order of the cells of a row.
const SCHEMA: &str = "message action {
  required binary id (STRING);
  required binary user_id (STRING);
  optional binary enrollment_id (STRING);
  required binary action_type (ENUM);
  required binary target_type (ENUM);
  required binary target_id (STRING);
  required binary metadata (STRING);
  optional binary source_system (ENUM);
  optional binary source_event_id (STRING);
  optional binary idempotency_key (STRING);
  required int64 occurred_at (TIMESTAMP(MICROS,true));
  required int64 recorded_at (TIMESTAMP(MICROS,true));
  required int64 position;
}";

/// Whether a column may be empty, which is NULL.
const OPTIONAL: [bool; CELLS] = [false, false, true, false, false, false, false, true, true, true, false, false, false];

/// The columns whose values do not repeat: a dictionary would only cost time.
const UNIQUE: [&str; 4] = ["id", "source_event_id", "idempotency_key", "position"];

/// The places of the columns that a key is made from, and of the key.
const SOURCE: usize = 7;
const EVENT: usize = 8;
const KEY: usize = 9;

/// Whether a key is the one that follows from the source and its id of the event, as `UserAction::key_of` makes it. It is left
/// out then: nine bytes of the thirty that a row would take.
fn is_derived(key: &str, source: &str, event: &str) -> bool {
    let rest = key.strip_prefix("user_action:").and_then(|rest| rest.strip_prefix(source)?.strip_prefix(':'));
    !event.is_empty() && rest == Some(event)
}

/// The rows of a row group: some ten megabytes of memory.
const GROUP_ROWS: usize = 100_000;

/// The cells of a column that wait to be written.
enum Column {
    Text { text: Vec<u8>, ends: Vec<usize>, is_there: Vec<i16>, optional: bool },
    Number(Vec<i64>),
}

/// Writes the actions of a month.
pub(super) struct MonthWriter {
    file: SerializedFileWriter<File>,
    columns: Vec<Column>,
    waiting: usize,
    /// The bytes of the cells that wait.
    bytes: usize,
    rows: u64,
}

impl MonthWriter {
    pub(super) fn new(file: File) -> anyhow::Result<Self> {
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by(format!("rollbook {}", env!("CARGO_PKG_VERSION")));
        for name in UNIQUE {
            properties = properties.set_column_dictionary_enabled(name.into(), false);
        }
        for name in ["position", "occurred_at", "recorded_at"] {
            properties = properties
                .set_column_dictionary_enabled(name.into(), false)
                .set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED);
        }
        for name in ["id", "source_event_id", "idempotency_key"] {
            properties = properties.set_column_encoding(name.into(), Encoding::DELTA_BYTE_ARRAY);
        }
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let file = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
        let column = |place: usize| {
            if place >= OCCURRED_AT {
                Column::Number(Vec::new())
            } else {
                Column::Text { text: Vec::new(), ends: Vec::new(), is_there: Vec::new(), optional: OPTIONAL[place] }
            }
        };
        Ok(Self { file, columns: (0..CELLS).map(column).collect(), waiting: 0, bytes: 0, rows: 0 })
    }

    /// Adds an action, by its cells as they are stored.
    pub(super) fn row(&mut self, cells: &[&str; CELLS]) -> anyhow::Result<()> {
        let mut cells = *cells;
        if is_derived(cells[KEY], cells[SOURCE], cells[EVENT]) {
            cells[KEY] = "";
        }
        for (place, (column, cell)) in self.columns.iter_mut().zip(&cells).enumerate() {
            match column {
                Column::Text { text, ends, is_there, optional } => {
                    is_there.push(i16::from(!cell.is_empty()));
                    if place == METADATA {
                        text.extend_from_slice(Json::stored(cell).as_str().as_bytes());
                    } else {
                        text.extend_from_slice(cell.as_bytes());
                    }
                    if !*optional || !cell.is_empty() {
                        ends.push(text.len());
                    }
                }
                Column::Number(numbers) => numbers.push(match place {
                    OCCURRED_AT | RECORDED_AT => Timestamp::stored(cell)?.utc().timestamp_micros(),
                    _ => cell.parse()?,
                }),
            }
        }
        self.waiting += 1;
        self.bytes += cells.iter().map(|cell| cell.len() + size_of::<usize>()).sum::<usize>();
        if self.waiting == GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    /// The bytes that wait to be written.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes what is waiting, and the end of the file; returns the number of rows.
    pub(super) fn end(mut self) -> anyhow::Result<u64> {
        if self.waiting > 0 {
            self.write_group()?;
        }
        self.file.close()?;
        Ok(self.rows)
    }

    /// Writes what is waiting as a row group.
    pub(super) fn write_group(&mut self) -> anyhow::Result<()> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            match column {
                Column::Number(numbers) => write::<Int64Type>(&mut group, numbers, None)?,
                Column::Text { text, ends, is_there, optional } => {
                    let whole = ByteArray::from(std::mem::take(text));
                    let mut start = 0;
                    let value = |end: &usize| {
                        let from = std::mem::replace(&mut start, *end);
                        whole.slice(from, end - from)
                    };
                    let values: Vec<ByteArray> = ends.iter().map(value).collect();
                    write::<ByteArrayType>(&mut group, &values, optional.then_some(&is_there[..]))?;
                    ends.clear();
                    is_there.clear();
                }
            }
            if let Column::Number(numbers) = column {
                numbers.clear();
            }
        }
        group.close()?;
        self.rows += self.waiting as u64;
        self.waiting = 0;
        self.bytes = 0;
        Ok(())
    }
}

/// Writes the next column of a row group.
fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
    is_there: Option<&[i16]>,
) -> anyhow::Result<()> {
    let Some(mut column) = group.next_column()? else { anyhow::bail!("the schema has no more columns") };
    column.typed::<T>().write_batch(values, is_there, None)?;
    column.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Event, SourceSystem, UserAction};

    #[test]
    fn a_key_that_follows_from_the_event_is_left_out() {
        let key = Event::key_of(SourceSystem::App, "evt_1");
        assert!(is_derived(&key, SourceSystem::App.as_str(), "evt_1"));
        for (key, source, event) in
            [("user_action:app:evt_2", "app", "evt_1"), ("own", "app", "evt_1"), ("user_action:app:", "app", "")]
        {
            assert!(!is_derived(key, source, event), "{key}");
        }
        assert_eq!(
            [SOURCE, EVENT, KEY].map(|place| <UserAction as crate::output::Record>::COLUMNS[place]),
            ["source_system", "source_event_id", "idempotency_key"]
        );
    }
}

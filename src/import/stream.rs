//! Reading on one thread while another writes: rows are parsed and checked ahead of the database.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{panic, thread};

use super::Kind;
use super::header::Header;
use super::source::RecordReader;
use super::verdict::{Refused, Row, Verdict};

/// How many rows travel together.
const ROWS: usize = 1000;
/// How many bytes, when they are long.
const BYTES: usize = 1 << 20;
/// How many chunks wait at most: enough for a batch, so that one is read while another is written.
const WAITING: usize = 24;

/// Some rows of a file, in its order.
pub(super) struct Chunk<T> {
    pub(super) rows: Vec<Row<T>>,
    /// Those that are bad in themselves.
    pub(super) refused: Vec<Refused>,
    /// How many bytes of text they are.
    pub(super) bytes: usize,
}

impl<T> Default for Chunk<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), refused: Vec::new(), bytes: 0 }
    }
}

impl<T> Chunk<T> {
    pub(super) fn len(&self) -> usize {
        self.rows.len() + self.refused.len()
    }
}

/// Reads and checks a file on a thread of its own while `land` takes the chunks; returns what `land` returns and, when
/// the file was read to its end, its SHA-256.
///
/// # Errors
/// What `land` returns; else what is wrong with the file as a whole, when the chunks before that have been taken.
pub(super) fn run<K: Kind, R>(
    reader: RecordReader,
    header: &Header,
    kind: &K,
    keep_records: bool,
    land: impl FnOnce(Receiver<Chunk<K::Content>>) -> anyhow::Result<R>,
) -> anyhow::Result<(R, Option<String>)> {
    thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        let reading = thread::Builder::new()
            .name("reader".to_owned())
            .spawn_scoped(scope, move || send_all(reader, header, kind, keep_records, &send))?;
        let landed = land(receive);
        let read = reading.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
        Ok((landed?, read?))
    })
}

/// Ends early, without a checksum, when nobody takes the chunks any more.
fn send_all<K: Kind>(
    mut reader: RecordReader,
    header: &Header,
    kind: &K,
    keep_records: bool,
    chunks: &SyncSender<Chunk<K::Content>>,
) -> anyhow::Result<Option<String>> {
    let mut chunk = Chunk::default();
    let mut number = 0;
    loop {
        // What was read before the fault is judged too: its own faults may be what the operator needs to see.
        let next = reader.next_record();
        if let Ok(Some(line)) = next {
            let record = reader.record();
            number += 1;
            chunk.bytes += record.as_slice().len();
            let kept = || keep_records.then(|| Box::new(record.clone()));
            match header.record(record).and_then(|record| kind.check(number, line, &record)) {
                Ok(content) => chunk.rows.push(Row { number, line, content, record: kept() }),
                Err(faults) => {
                    chunk.refused.push(Refused { line, verdict: Verdict::Rejected(faults), record: kept() });
                }
            }
        }
        let at_end = !matches!(next, Ok(Some(_)));
        if (at_end || chunk.len() >= ROWS || chunk.bytes >= BYTES) && chunks.send(std::mem::take(&mut chunk)).is_err() {
            return Ok(None);
        }
        if at_end {
            next?;
            return reader.sha256().map(Some);
        }
    }
}

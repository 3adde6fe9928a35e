//! Reads and checks rows on one thread while another writes them.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{panic, thread};

use super::formats::Records;
use super::kinds::Kind;
use crate::log::{InputRow, RefusedRow, Verdict};

/// Rows per chunk.
const CHUNK_ROWS: usize = 1000;
/// Bytes after which a chunk is sent, even if it has fewer rows.
const CHUNK_BYTES: usize = 1 << 20;
/// Maximum number of queued chunks: enough for a batch, so that one is read while another is written.
const MAX_CHUNKS: usize = 24;

/// Consecutive rows of a file.
pub(super) struct Chunk<T> {
    pub(super) rows: Vec<InputRow<T>>,
    /// The invalid rows.
    pub(super) refused: Vec<RefusedRow>,
    /// The number of records of each kind that is skipped.
    pub(super) skipped: BTreeMap<String, u64>,
    /// The size of the records in bytes.
    pub(super) bytes: usize,
}

impl<T> Default for Chunk<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), refused: Vec::new(), skipped: BTreeMap::new(), bytes: 0 }
    }
}

impl<T> Chunk<T> {
    pub(super) fn len(&self) -> usize {
        let skipped: u64 = self.skipped.values().sum();
        self.rows.len() + self.refused.len() + usize::try_from(skipped).unwrap_or(usize::MAX)
    }
}

/// Reads and checks a file on its own thread while `write` receives the chunks; returns what `write` returns, if the
/// file was read to its end its SHA-256, and what somebody should know of it.
///
/// # Errors
/// The error of `write`; else the error of the file as a whole, after the chunks before it were received.
pub(super) fn run<K: Kind, R>(
    records: Box<dyn Records>,
    kind: &K,
    keep_records: bool,
    write: impl FnOnce(Receiver<Chunk<K::Content>>) -> anyhow::Result<R>,
) -> anyhow::Result<(R, Option<String>, Vec<String>)> {
    thread::scope(|scope| {
        let (send, receive) = sync_channel(MAX_CHUNKS);
        let reading = thread::Builder::new()
            .name("reader".to_owned())
            .spawn_scoped(scope, move || send_all(records, kind, keep_records, &send))?;
        let written = write(receive);
        let read = reading.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
        let (written, (sha256, mut notes)) = (written?, read?);
        notes.extend(kind.notes());
        Ok((written, sha256, notes))
    })
}

/// Ends early, without a checksum, if the chunks are no longer received.
fn send_all<K: Kind>(
    mut records: Box<dyn Records>,
    kind: &K,
    keep_records: bool,
    chunks: &SyncSender<Chunk<K::Content>>,
) -> anyhow::Result<(Option<String>, Vec<String>)> {
    let mut chunk = Chunk::default();
    let mut number = 0;
    loop {
        // Rows before a malformed record are processed too: their own errors may be what the operator needs to see.
        let next = records.next();
        if let Ok(Some(line)) = next {
            number += 1;
            chunk.bytes += records.bytes();
            if let Some(kind) = records.skipped() {
                *chunk.skipped.entry(kind.to_owned()).or_default() += 1;
                continue;
            }
            let kept = keep_records.then(|| records.take_text());
            match records.record().and_then(|record| kind.check(number, line, record)) {
                Ok(content) => chunk.rows.push(InputRow { number, line, content, record: kept }),
                Err(errors) => {
                    chunk.refused.push(RefusedRow { line, verdict: Verdict::Rejected(errors), record: kept });
                }
            }
        }
        let at_end = !matches!(next, Ok(Some(_)));
        if (at_end || chunk.len() >= CHUNK_ROWS || chunk.bytes >= CHUNK_BYTES)
            && chunks.send(std::mem::take(&mut chunk)).is_err()
        {
            return Ok((None, Vec::new()));
        }
        if at_end {
            next?;
            let notes = records.notes();
            return Ok((Some(records.sha256()?), notes));
        }
    }
}

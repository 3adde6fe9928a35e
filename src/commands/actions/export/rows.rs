//! Streams the rows of an export: one thread reads, another writes, in batches of up to 1000 rows.
//!
//! With a [`UserAction`] per row, which allocates a dozen strings, exporting five million rows takes twice as long.

use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{panic, thread};

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;

use super::stored_row::{CELLS, StoredRow};
use super::{ActionQuery, Untyped, copy};
use crate::db::AnyConnection;
use crate::db::types::{Json, Timestamp};
use crate::models::{Event, UserAction};

/// The prefix that declares a query as a PostgreSQL cursor.
const DECLARE: &str = "DECLARE actions_export NO SCROLL CURSOR FOR ";
const CLOSE: &str = "CLOSE actions_export";
const FETCH: &str = "FETCH FORWARD 5000 FROM actions_export";
/// Maximum number of rows in a batch.
const ROWS: usize = 1000;
/// Number of bytes at which a batch of long rows is full.
const BYTES: usize = 1 << 20;
/// Maximum number of batches that are read but not yet written.
const WAITING: usize = 8;
/// A batch of rows: the concatenated cells, and where each cell ends.
#[derive(Debug, Default)]
pub(super) struct Batch {
    text: String,
    ends: Vec<u32>,
}

/// The batches in order; the last item is the error if reading failed.
pub(super) type Batches = Receiver<anyhow::Result<Batch>>;

/// Reads the rows of a query in the open transaction, while `write` processes them on another thread. `unfiltered`
/// means that the query selects the whole log. Memory does not grow with the number of rows. Stops when `write` does.
pub(super) fn stream<W>(
    actions: ActionQuery<'_>,
    unfiltered: bool,
    conn: &mut AnyConnection,
    write: W,
) -> anyhow::Result<()>
where
    W: FnOnce(Batches) -> anyhow::Result<()> + Send,
{
    thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        let writing = thread::Builder::new().name("writer".to_owned()).spawn_scoped(scope, move || write(receive))?;
        let mut sender = Sender { batch: Batch::default(), batches: send };
        let read = match conn {
            AnyConnection::Postgres(conn) if unfiltered => copy::read(conn, |row| sender.take(row)),
            conn => read(actions, conn, |row| sender.take(row)),
        };
        match read {
            Ok(()) => sender.send(),
            // The writer gets the error, so that it does not finish a truncated compressed file, and returns it.
            Err(error) => sender.batches.send(Err(error)).is_ok(),
        };
        drop(sender);
        writing.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
    })
}

/// Calls `take` with each row of a query until it returns `false`.
fn read(
    actions: ActionQuery<'_>,
    conn: &mut AnyConnection,
    mut take: impl FnMut(&StoredRow) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    if conn.engine().streams_results() {
        for row in Untyped("", actions).load_iter::<StoredRow, DefaultLoadingMode>(conn)? {
            if !take(&row?)? {
                break;
            }
        }
        return Ok(());
    }
    // Without a cursor, libpq holds all rows of a result in memory.
    Untyped(DECLARE, actions).execute(conn)?;
    loop {
        let mut read = 0;
        for row in sql_query(FETCH).load_iter::<StoredRow, DefaultLoadingMode>(conn)? {
            read += 1;
            if !take(&row?)? {
                return Ok(());
            }
        }
        if read == 0 {
            sql_query(CLOSE).execute(conn)?;
            return Ok(());
        }
    }
}

struct Sender {
    batch: Batch,
    batches: SyncSender<anyhow::Result<Batch>>,
}

impl Sender {
    /// Adds a row to the batch; returns `false` once the writer has stopped.
    fn take(&mut self, row: &StoredRow) -> anyhow::Result<bool> {
        let start = u32::try_from(self.batch.text.len())?;
        self.batch.text.push_str(&row.text);
        self.batch.ends.extend(row.ends.iter().map(|end| start + end));
        let full = self.batch.text.len() >= BYTES || self.batch.ends.len() >= ROWS * CELLS;
        Ok(!full || self.send())
    }

    fn send(&mut self) -> bool {
        self.batches.send(Ok(std::mem::take(&mut self.batch))).is_ok()
    }
}

impl Batch {
    /// The cells of each row, as they are stored. A null is the empty text, which the table's checks do not allow
    /// as a value; times are in the format of [`Timestamp::fixed_width`].
    pub(super) fn rows(&self) -> impl Iterator<Item = [&str; CELLS]> {
        let mut start = 0;
        self.ends.as_chunks::<CELLS>().0.iter().map(move |ends| {
            ends.map(|end| {
                let cell = Range { start, end: end as usize };
                start = cell.end;
                &self.text[cell]
            })
        })
    }
}

/// Parses an action from its stored cells.
pub(super) fn action(cells: [&str; CELLS]) -> anyhow::Result<UserAction> {
    let [
        id,
        user_id,
        enrollment_id,
        action_type,
        target_type,
        target_id,
        metadata,
        source_system,
        source_event_id,
        idempotency_key,
        occurred_at,
        recorded_at,
        position,
    ] = cells;
    let text = |text: &str| Some(text).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    Ok(UserAction {
        event: Event {
            id: id.to_owned(),
            user_id: user_id.to_owned(),
            enrollment_id: text(enrollment_id),
            action_type: action_type.parse()?,
            target_type: target_type.parse()?,
            target_id: target_id.to_owned(),
            metadata: Json::stored(metadata),
            source_system: if source_system.is_empty() { None } else { Some(source_system.parse()?) },
            source_event_id: text(source_event_id),
            idempotency_key: text(idempotency_key),
            occurred_at: Timestamp::stored(occurred_at)?,
        },
        recorded_at: Timestamp::stored(recorded_at)?,
        position: position.parse()?,
    })
}

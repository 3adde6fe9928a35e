//! Adds upstream events to the log, each exactly once, however often it is delivered.
//!
//! A batch takes the shortest path that is certain. Rows recorded with the same keys and the same content are replays,
//! found by one query ([`super::compare`]). Rows with unknown keys are added ([`super::append`]), and once 10,000 have
//! been looked up and none was found, without a lookup: the unique indexes decide. The other rows, few in most files, are
//! classified one by one ([`super::matcher`]): they match a recorded event that differs, or each other, or an event that
//! another program adds at the same moment.
//!
//! Into an empty log everything is added at once, and its indexes are built afterwards ([`super::bulk`]).

use foldhash::HashSet;

use super::bulk::Bulk;
use super::compare::{Comparison, KeyMatch};
use super::estimate::ImportEstimate;
use super::event_input::EventRows;
use super::log_end::LogEnd;
use super::matcher::{EventMatcher, MatchedEvent};
use super::options::{LogFile, LogWriterOptions};
use super::pending::PendingBatch;
use super::user_lookup::UserLookup;
use super::verdict::{BatchVerdicts, Verdict};
use super::{append, distributed, lookup, matcher};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::interrupt::Interrupt;
use crate::output::thousands;

/// Number of pending rows to write together: enough that, sorted by key, several of them fall on most of the index
/// pages that they touch.
const MAX_PENDING_ROWS: usize = 120_000;
/// SQLite inserts this many rows or more in key order; fewer gain nothing, and keep the file order. PostgreSQL always
/// sorts, so that two connections that insert the same events wait for each other in one order.
const MIN_SORTED_ROWS: usize = 5000;
/// Number of pending rows after which the number of new rows in the file is estimated, to decide on a bulk load. A
/// bulk load then writes this many rows together.
const ESTIMATE_ROWS: usize = 30_000;
/// Maximum number of rounds in which a unique index refuses all rows although no lookup finds a matching event.
const MAX_ROUNDS_WITHOUT_PROGRESS: u32 = 3;

/// How the rows of one kind are written.
pub struct LogWriter {
    pub(super) interrupt: Interrupt,
    pub(super) content_key: bool,
    pub(super) parks: bool,
    /// The files of this import with their generated event ids; the current file is the last one.
    files: Vec<LogFile>,
    pub(super) users: UserLookup,
    comparison: Comparison,
    bulk: Option<Bulk>,
    pending: PendingBatch,
    /// The end of the log before the first row of this transaction.
    log_end: Option<LogEnd>,
    /// Rows inserted in this transaction.
    inserted: u64,
    /// Estimates the new rows of the import, until a bulk load has been decided on; `None` if the import has several
    /// transactions.
    estimate: Option<ImportEstimate>,
    /// One value for all rows, as on PostgreSQL, where it is the start of the transaction.
    recorded_at: Timestamp,
}

impl LogWriter {
    /// A writer for the last of the files, or for those that [`Self::next_file`] names.
    #[must_use]
    pub fn new(files: Vec<LogFile>, options: LogWriterOptions) -> Self {
        let LogWriterOptions { content_key, parks, bytes, interrupt } = options;
        Self {
            interrupt,
            content_key,
            parks,
            files,
            users: UserLookup::default(),
            comparison: Comparison::default(),
            bulk: None,
            pending: PendingBatch::new(),
            log_end: None,
            inserted: 0,
            estimate: bytes.map(ImportEstimate::of_bytes),
            recorded_at: Timestamp::now(),
        }
    }
}

impl LogWriter {
    /// Number of rows to look up and write together.
    pub const BATCH: usize = 20_000;

    /// The rows that follow are those of another file. [`Self::finish`] has ended the file before it.
    pub fn next_file(&mut self, file: LogFile) {
        self.files.push(file);
    }

    /// Writes rows and gives each a verdict. Some may be kept back until [`Self::finish`].
    ///
    /// # Errors
    /// When the database fails, or refuses what nothing explains.
    pub fn write(&mut self, rows: EventRows, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let inserted = verdicts.inserted;
        if self.log_end.is_none() {
            db.conn.engine().prepare_lookups(&mut db.conn)?;
            self.log_end = Some(LogEnd::now(db)?);
            let is_large = |estimate: &ImportEstimate| rows.len() >= Self::BATCH || estimate.is_large();
            if self.estimate.as_ref().is_some_and(is_large) {
                self.bulk = Bulk::into_empty(db)?;
                if self.bulk.is_some() {
                    self.estimate = None;
                }
            }
        }
        let mut rows = self.complete(rows, db, verdicts)?;
        if db.conn.engine().is_log_distributed() {
            rows = distributed::reject_other_keys(rows, verdicts);
        }
        match &mut self.bulk {
            Some(bulk) if bulk.is_into_empty() => {
                verdicts.inserted += bulk.add(rows, &self.recorded_at.fixed_width(), db)?;
                if bulk.is_overrun() {
                    self.end_bulk(db, verdicts)?;
                }
            }
            _ => self.classify(rows, db, verdicts)?,
        }
        self.inserted += verdicts.inserted - inserted;
        Ok(())
    }

    /// What [`Self::finish`] still has to do, if that may take a while.
    #[must_use]
    pub fn remaining_work(&self) -> Option<String> {
        let rows = self.pending.len() as u64;
        (rows > 0).then(|| format!("adding the last {}", thousands(rows)))
    }

    /// Whether [`Self::end`] builds the indexes.
    #[must_use]
    pub const fn loads_in_bulk(&self) -> bool {
        self.bulk.is_some()
    }

    /// Writes and classifies what was kept back of a file. A bulk load goes on with the next file, if no row is left for
    /// its end.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(&mut self, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let inserted = verdicts.inserted;
        self.flush(db, verdicts)?;
        if self.bulk.as_ref().is_some_and(Bulk::keeps_rows) {
            self.end_bulk(db, verdicts)?;
        }
        // Rows that were wrongly assumed to be new are pending again.
        while !self.pending.is_empty() {
            self.interrupt.check()?;
            self.flush(db, verdicts)?;
        }
        self.inserted += verdicts.inserted - inserted;
        Ok(())
    }

    /// Ends the files of a transaction: builds the indexes, and compares the rows added with the log.
    ///
    /// # Errors
    /// When the database fails, or the log does not have the rows that were added.
    pub fn end(&mut self, db: &mut Db) -> anyhow::Result<()> {
        if let Some(bulk) = self.bulk.take() {
            let kept = bulk.end(db)?;
            anyhow::ensure!(kept.is_empty(), "rows were kept for the end of a bulk load");
        }
        if let Some(log_end) = self.log_end.take() {
            log_end.ensure_added(self.inserted, db)?;
        }
        // The next part is another transaction: users may be renamed, merged or erased before it starts.
        (self.inserted, self.recorded_at, self.users) = (0, Timestamp::now(), UserLookup::default());
        Ok(())
    }
}

impl LogWriter {
    /// Classifies rows. New rows, and rows that need a detailed comparison, stay pending until there are enough to
    /// write.
    fn classify(&mut self, rows: EventRows, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let unkeyed = self.bulk.as_ref().is_some_and(Bulk::is_unkeyed);
        let matches = self.comparison.match_rows(&rows, unkeyed, db)?;
        if let Some(estimate) = &mut self.estimate {
            estimate.looked_at += rows.len() as u64;
        }
        let new_before = self.pending.new_rows();
        for (row, key_match) in rows.into_iter().zip(matches) {
            match key_match {
                KeyMatch::Replay => verdicts.replay += 1,
                key_match => self.pending.push(row, key_match),
            }
        }
        if let Some(estimate) = &mut self.estimate {
            estimate.new += (self.pending.new_rows() - new_before) as u64;
        }
        if self.pending.len().max(usize::try_from(self.estimate.as_ref().map_or(0, |estimate| estimate.new))?)
            >= ESTIMATE_ROWS
            && let Some(estimate) = self.estimate.take()
        {
            let expected = estimate.new_rows();
            self.bulk = Bulk::beside_little(expected, self.comparison.needs_no_keys(), db)?;
        }
        let limit = if self.bulk.is_some() { ESTIMATE_ROWS } else { MAX_PENDING_ROWS };
        if self.pending.is_full(limit) { self.flush(db, verdicts) } else { Ok(()) }
    }

    /// Inserts the new pending rows, and compares the others in detail.
    fn flush(&mut self, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let (mut new, mut others) = self.pending.take();
        if (new.len() >= MIN_SORTED_ROWS || db.conn.engine().has_concurrent_writers())
            && !self.bulk.as_ref().is_some_and(Bulk::is_unkeyed)
        {
            new.sort_unstable_by(|a, b| a.content.key().cmp(&b.content.key()));
        }
        if let Some(bulk) = &mut self.bulk {
            verdicts.inserted += bulk.add(new, &self.recorded_at.fixed_width(), db)?;
            bulk.keep(others);
            return if bulk.is_overrun() { self.end_bulk(db, verdicts) } else { Ok(()) };
        }
        let trusting = self.comparison.is_trusting();
        let (added, mut skipped) = append::insert(new, trusting, &self.recorded_at.fixed_width(), db)?;
        verdicts.inserted += added;
        if trusting && !skipped.is_empty() {
            // They were assumed to be new without a lookup, and many may be recorded.
            self.comparison.mistrust();
            skipped.extend(others);
            skipped.sort_unstable_by_key(|row| row.number);
            return self.classify(skipped, db, verdicts);
        }
        others.extend(skipped);
        others.sort_unstable_by_key(|row| row.number);
        self.classify_matches(others, db, verdicts)
    }

    fn end_bulk(&mut self, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let Some(bulk) = self.bulk.take() else { return Ok(()) };
        let possible_matches = bulk.end(db)?;
        if possible_matches.is_empty() {
            return Ok(());
        }
        self.comparison.mistrust();
        self.classify(possible_matches, db, verdicts)
    }

    /// Classifies rows that match recorded events or each other.
    ///
    /// Another program can add an event between the look and the insert. The insert then leaves the row out, and the next
    /// look, which sees what was committed meanwhile, finds it. What was said of other rows against that row falls with
    /// it. A round that settles no row is tried again a few times, as another program may add one event and another.
    fn classify_matches(&self, mut rows: EventRows, db: &mut Db, verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        let mut rounds_without_progress = 0;
        while !rows.is_empty() {
            self.interrupt.check()?;
            let rows_before = rows.len();
            let events: Vec<_> = rows.iter().map(|row| row.content.event()).collect();
            let recorded = lookup::recorded_events(&rows, &events, db)?;
            let erased_metadata = lookup::users_with_erased_metadata(&recorded, db)?;
            let mut matcher = EventMatcher::new(&recorded, &erased_metadata, |id| self.name(id));
            let classified: Vec<_> =
                rows.iter().zip(&events).map(|(row, event)| matcher.classify(row, event)).collect();
            let mut left = Vec::new();
            let mut new = Vec::new();
            let mut resting = Vec::new();
            for (row, (verdict, on_rows)) in rows.into_iter().zip(classified) {
                match verdict {
                    Verdict::Inserted => new.push(row),
                    verdict if on_rows.is_empty() => verdicts.add(row, verdict),
                    verdict => resting.push((row, verdict, on_rows)),
                }
            }
            let (added, skipped) = append::insert(new, false, &self.recorded_at.fixed_width(), db)?;
            verdicts.inserted += added;
            let fallen: HashSet<u64> = skipped.iter().map(|row| row.number).collect();
            left.extend(skipped);
            for (row, verdict, on_rows) in resting {
                if on_rows.iter().any(|number| fallen.contains(number)) {
                    left.push(row);
                } else {
                    verdicts.add(row, verdict);
                }
            }
            left.sort_unstable_by_key(|row| row.number);
            rows = left;
            rounds_without_progress = if rows.len() < rows_before { 0 } else { rounds_without_progress + 1 };
            if rounds_without_progress == MAX_ROUNDS_WITHOUT_PROGRESS {
                return Err(matcher::unexplained(&rows));
            }
        }
        Ok(())
    }

    /// Names a recorded event for a message: by its line if this import has added it, because a rollback removes its
    /// id.
    fn name(&self, id: &str) -> MatchedEvent {
        let (this, earlier) = match self.files.split_last() {
            Some((this, earlier)) => (Some(this), earlier),
            None => (None, &[][..]),
        };
        if let Some(place) = this.and_then(|file| file.ids.place_of(id)) {
            return MatchedEvent::ThisImport(place);
        }
        earlier
            .iter()
            .find_map(|file| {
                file.ids.place_of(id).map(|place| MatchedEvent::ThisImport(format!("{} {place}", file.name)))
            })
            .unwrap_or_else(|| MatchedEvent::Recorded(id.to_owned()))
    }
}

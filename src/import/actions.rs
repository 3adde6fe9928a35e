//! Upstream events from a file: each lands exactly once, however often it is delivered.
//!
//! A batch takes the shortest way that is certain. Rows that are recorded with the same keys and the same content are
//! replays, which one query tells ([`compare`]). Rows whose keys nobody has are added ([`append`]), and once many have
//! been asked for and none was there, without asking; the unique indexes have the last word. All others, few in most
//! files, are looked at one by one ([`known`]): they meet a recorded event that differs, or each other, or an event that
//! another program adds at the same moment.
//!
//! Into an empty log everything is added at once, and its indexes are built afterwards ([`bulk`]).

mod added;
mod append;
mod bulk;
mod compare;
mod input;
mod known;
pub(super) mod one;
mod waiting;

use chrono_tz::Tz;
use foldhash::HashSet;

use super::check::{Faults, filled};
use super::header::Record;
use super::interrupt::Interrupt;
use super::options::Meaning;
use super::user_key::Users;
use super::verdict::{Fault, Judged, Row, Verdict};
use super::{Kind, Table, metadata};
use crate::db::Db;
use crate::db::types::Instant;
use crate::error::Failure;
use crate::models::{EventIds, SourceSystem, valid_key};
use crate::output::{plural, thousands};
use added::LogEnd;
use bulk::Bulk;
use compare::{Comparison, Look};
use input::{EventInput, Parts, Rows};
use known::Met;
use waiting::Waiting;

/// How many new rows are added together: so many that, in the order of their keys, several of them belong on most pages
/// of an index that they touch.
const WAITING: usize = 120_000;
/// How many rows at least SQLite adds in the order of their keys. Of fewer that gains nothing, and they keep that of the
/// file. On PostgreSQL it also has two connections that add the same events wait for each other in one order.
const SORTED: usize = 5000;
/// How many rows say whether the file adds much to little; so many are then added together.
const WEIGHED: usize = 30_000;
/// How often rows are judged again when a unique index refuses them all and no look finds what is in their way.
const ROUNDS: u32 = 3;
/// How long a row of a file is, roughly.
const BYTES_A_ROW: u64 = 150;

/// How events are read.
pub(super) struct Actions {
    source_system: Option<SourceSystem>,
    assume_tz: Option<Tz>,
    ids: EventIds,
}

impl Actions {
    pub(super) fn new(meaning: &Meaning, ids: EventIds) -> Self {
        Self { source_system: meaning.source_system, assume_tz: meaning.assume_tz, ids }
    }
}

impl Kind for Actions {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "user_email",
        "enrollment_id",
        "action_type",
        "target_type",
        "target_id",
        "metadata",
        "source_system",
        "source_event_id",
        "idempotency_key",
        "occurred_at",
        "recorded_at",
        "position",
    ];
    const REQUIRED: &'static [&'static [&'static str]] =
        &[&["user_id", "user_email"], &["action_type"], &["target_type"], &["target_id"], &["occurred_at"]];
    const METADATA: bool = true;
    type Content = EventInput;
    type Table = ActionLog;

    fn check(&self, number: u64, line: u64, record: &Record<'_>) -> Result<EventInput, Vec<Fault>> {
        let [
            id,
            user_id,
            user_email,
            enrollment_id,
            action_type,
            target_type,
            target_id,
            metadata,
            source_system,
            source_event_id,
            idempotency_key,
            occurred_at,
            _recorded_at,
            _position,
        ] = record.fields();
        let mut faults = Faults::default();
        let (user_id, user_email) = faults.user(user_id, user_email);
        let id = faults.read("id", filled(id), valid_key);
        let enrollment_id = faults.read("enrollment_id", filled(enrollment_id), valid_key);
        let action_type = faults.require("action_type", action_type, str::parse);
        let target_type = faults.require("target_type", target_type, str::parse);
        let target_id = faults.require("target_id", target_id, valid_key);
        let metadata = metadata::read(&mut faults, metadata, record.metadata());
        let source_system = match filled(source_system) {
            Some(source) => faults.read("source_system", Some(source), str::parse),
            None => self.source_system,
        };
        let source_event_id = faults.read("source_event_id", filled(source_event_id), valid_key);
        let idempotency_key = faults.read("idempotency_key", filled(idempotency_key), valid_key);
        let occurred_at = faults.require("occurred_at", occurred_at, |text| Instant::parse_in(text, self.assume_tz));
        if let Some(event_id) = source_event_id
            && source_system.is_none()
            && faults.is_empty()
        {
            let reason = "has no source system, without which it identifies nothing";
            faults.push(
                Fault::new("source_event_id", event_id, reason)
                    .hint("--source-system SYSTEM names one for the whole file"),
            );
        }
        let (Some(action_type), Some(target_type), Some(target_id), Some(occurred_at)) =
            (action_type, target_type, target_id, occurred_at)
        else {
            return Err(faults.into());
        };
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let new_id = if id.is_none() { self.ids.at(number, line) } else { String::new() };
        EventInput::new(&Parts {
            id: id.unwrap_or(&new_id),
            id_given: id.is_some(),
            user_id: user_id.unwrap_or_default(),
            user_email: user_email.as_deref().unwrap_or_default(),
            enrollment_id: enrollment_id.unwrap_or_default(),
            action_type,
            target_type,
            target_id,
            metadata: metadata.as_ref().map_or("{}", |metadata| metadata.as_str()),
            source_system,
            source_event_id: source_event_id.unwrap_or_default(),
            idempotency_key: idempotency_key.unwrap_or_default(),
            key_given: idempotency_key.is_some(),
            occurred_at,
        })
        .map_err(|fault| vec![fault])
    }
}

/// How they are written.
pub(super) struct ActionLog {
    interrupt: Interrupt,
    content_key: bool,
    /// The files whose events can be told by their identifiers; this one is the last.
    files: Vec<(String, EventIds)>,
    users: Users,
    comparison: Comparison,
    bulk: Option<Bulk>,
    waiting: Waiting,
    /// The end of the log before the first row of this transaction.
    log_end: Option<LogEnd>,
    /// Rows added since.
    inserted: u64,
    /// How much the file seems to add, until that has decided how; nothing where it is not one transaction.
    outlook: Option<Outlook>,
    /// The same for all, as it is the start of the transaction on PostgreSQL.
    recorded_at: Instant,
}

impl ActionLog {
    /// A log that takes a file of so many bytes; `whole` if that is one transaction.
    pub(super) fn new(
        meaning: &Meaning,
        files: Vec<(String, EventIds)>,
        bytes: u64,
        whole: bool,
        interrupt: Interrupt,
    ) -> Self {
        Self {
            interrupt,
            content_key: meaning.content_key,
            files,
            users: Users::default(),
            comparison: Comparison::default(),
            bulk: None,
            waiting: Waiting::none(),
            log_end: None,
            inserted: 0,
            outlook: whole.then_some(Outlook { rows: bytes / BYTES_A_ROW, looked_at: 0, new: 0 }),
            recorded_at: Instant::now(),
        }
    }
}

/// What the first rows of a file say of all.
struct Outlook {
    /// How many rows the file has, roughly.
    rows: u64,
    looked_at: u64,
    new: u64,
}

impl Outlook {
    /// How many rows of the file are new, if it goes on as it began.
    fn new_rows(&self) -> u64 {
        self.new.saturating_mul(self.rows).checked_div(self.looked_at).unwrap_or(0)
    }
}

impl Table for ActionLog {
    type Content = EventInput;

    const BATCH: usize = 20_000;

    fn land(&mut self, rows: Rows, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        let inserted = judged.inserted;
        if self.log_end.is_none() {
            compare::prepare(db)?;
            self.log_end = Some(LogEnd::now(db)?);
            if self.outlook.is_some() && rows.len() >= Self::BATCH {
                self.bulk = Bulk::into_empty(db)?;
                if self.bulk.is_some() {
                    self.outlook = None;
                }
            }
        }
        let rows = self.complete(rows, db, judged)?;
        match &mut self.bulk {
            Some(bulk) if bulk.is_into_empty() => {
                judged.inserted += bulk.add(rows, &self.recorded_at.fixed_width(), db)?;
                if bulk.is_overrun() {
                    self.end_bulk(db, judged)?;
                }
            }
            _ => self.judge(rows, db, judged)?,
        }
        self.inserted += judged.inserted - inserted;
        Ok(())
    }

    fn left(&self) -> Option<String> {
        match (&self.bulk, self.waiting.len()) {
            (Some(_), _) => Some("building the indexes".to_owned()),
            (None, 0) => None,
            (None, rows) => Some(format!("adding the last {}", thousands(rows as u64))),
        }
    }

    fn finish(&mut self, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        let inserted = judged.inserted;
        self.flush(db, judged)?;
        self.end_bulk(db, judged)?;
        // What was not what it was taken for waits again.
        while !self.waiting.is_empty() {
            self.interrupt.check()?;
            self.flush(db, judged)?;
        }
        if let Some(log_end) = self.log_end.take() {
            log_end.ensure_added(self.inserted + judged.inserted - inserted, db)?;
        }
        // The next part is another transaction; who a user is may change before it.
        (self.inserted, self.recorded_at, self.users) = (0, Instant::now(), Users::default());
        Ok(())
    }
}

impl ActionLog {
    /// Fills in what the file leaves to us, the user's id and a key of the content, and rejects the rows of unknown users.
    fn complete(&mut self, rows: Rows, db: &mut Db, judged: &mut Judged) -> anyhow::Result<Rows> {
        // Nearly all rows name somebody whom an earlier one has named.
        let (mut complete, others) = self.complete_known(rows)?;
        if others.is_empty() {
            return Ok(complete);
        }
        self.users.look_up(others.iter().map(|row| row.content.user()), db)?;
        let (found, unknown) = self.complete_known(others)?;
        complete.extend(found);
        if !unknown.is_empty() {
            let keys: Vec<&str> = unknown.iter().filter_map(|row| row.content.key()).collect();
            let forgotten = known::users_of_forgotten(&keys, db)?;
            for mut row in unknown {
                let user = row.content.key().and_then(|key| forgotten.get(key));
                if let Some(user) = user.filter(|_| row.content.user_id().is_empty()) {
                    row.content.complete(user, self.content_key)?;
                    complete.push(row);
                } else {
                    let fault = self.users.fault(row.content.user());
                    judged.reject(row, fault);
                }
            }
        }
        complete.sort_unstable_by_key(|row| row.number);
        Ok(complete)
    }

    /// Completes the rows whose users are remembered; returns the others too.
    fn complete_known(&self, rows: Rows) -> anyhow::Result<(Rows, Rows)> {
        let (mut complete, mut others) = (Vec::with_capacity(rows.len()), Vec::new());
        for mut row in rows {
            match self.users.known(row.content.user()) {
                Some(user) => {
                    row.content.complete(user, self.content_key)?;
                    complete.push(row);
                }
                None => others.push(row),
            }
        }
        Ok((complete, others))
    }

    /// Judges rows. Those that are new, and those that must be looked at closely, wait for more of them.
    fn judge(&mut self, rows: Rows, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        let unkeyed = self.bulk.as_ref().is_some_and(Bulk::is_unkeyed);
        let looks = self.comparison.look(&rows, unkeyed, db)?;
        if let Some(outlook) = &mut self.outlook {
            outlook.looked_at += rows.len() as u64;
        }
        for (row, look) in rows.into_iter().zip(looks) {
            match look {
                Look::Replay => judged.replay += 1,
                look => self.waiting.push(row, look),
            }
        }
        if self.waiting.len() >= WEIGHED
            && let Some(outlook) = self.outlook.take()
        {
            let expected = Outlook { new: self.waiting.new_rows() as u64, ..outlook }.new_rows();
            self.bulk = Bulk::beside_little(expected, self.comparison.needs_no_keys(), db)?;
        }
        let most = if self.bulk.is_some() { WEIGHED } else { WAITING };
        if self.waiting.is_full(most) { self.flush(db, judged) } else { Ok(()) }
    }

    /// Adds the new rows that wait, and looks closely at the others.
    fn flush(&mut self, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        let (mut new, mut others) = self.waiting.take();
        if (new.len() >= SORTED || !db.conn.is_sqlite()) && !self.bulk.as_ref().is_some_and(Bulk::is_unkeyed) {
            new.sort_unstable_by(|a, b| a.content.key().cmp(&b.content.key()));
        }
        if let Some(bulk) = &mut self.bulk {
            judged.inserted += bulk.add(new, &self.recorded_at.fixed_width(), db)?;
            bulk.keep(others);
            return if bulk.is_overrun() { self.end_bulk(db, judged) } else { Ok(()) };
        }
        let trusting = self.comparison.is_trusting();
        let (added, mut left_out) = append::insert(new, trusting, &self.recorded_at.fixed_width(), db)?;
        judged.inserted += added;
        if trusting && !left_out.is_empty() {
            // They were taken for new unasked: many may be there.
            self.comparison.mistrust();
            left_out.extend(others);
            left_out.sort_unstable_by_key(|row| row.number);
            return self.judge(left_out, db, judged);
        }
        others.extend(left_out);
        others.sort_unstable_by_key(|row| row.number);
        self.judge_closely(others, db, judged)
    }

    fn end_bulk(&mut self, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        let Some(bulk) = self.bulk.take() else { return Ok(()) };
        let suspects = bulk.end(db)?;
        if suspects.is_empty() {
            return Ok(());
        }
        self.comparison.mistrust();
        self.judge(suspects, db, judged)
    }

    /// Judges rows that meet recorded events or each other.
    ///
    /// Another program can add an event between the look and the insert. The insert then leaves the row out, and the next
    /// look, which sees what was committed meanwhile, finds it. What was said of other rows against that row falls with
    /// it. A round that settles no row is tried again a few times, as another program may add one event and another.
    fn judge_closely(&self, mut rows: Rows, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()> {
        let mut rounds_without_progress = 0;
        while !rows.is_empty() {
            self.interrupt.check()?;
            let rows_before = rows.len();
            let events: Vec<_> = rows.iter().map(|row| row.content.event()).collect();
            let recorded = known::recorded_events(&rows, &events, db)?;
            let emptied = known::emptied(&recorded, db)?;
            let mut known = known::Known::new(&recorded, &emptied, |id| self.name(id));
            let judgements: Vec<_> = rows.iter().zip(&events).map(|(row, event)| known.judge(row, event)).collect();
            let mut left = Vec::new();
            let mut new = Vec::new();
            let mut resting = Vec::new();
            for (row, (verdict, on_rows)) in rows.into_iter().zip(judgements) {
                match verdict {
                    Verdict::Inserted => new.push(row),
                    verdict if on_rows.is_empty() => judged.add(row, verdict),
                    verdict => resting.push((row, verdict, on_rows)),
                }
            }
            let (added, left_out) = append::insert(new, false, &self.recorded_at.fixed_width(), db)?;
            judged.inserted += added;
            let fallen: HashSet<u64> = left_out.iter().map(|row| row.number).collect();
            left.extend(left_out);
            for (row, verdict, on_rows) in resting {
                if on_rows.iter().any(|number| fallen.contains(number)) {
                    left.push(row);
                } else {
                    judged.add(row, verdict);
                }
            }
            left.sort_unstable_by_key(|row| row.number);
            rows = left;
            rounds_without_progress = if rows.len() < rows_before { 0 } else { rounds_without_progress + 1 };
            if rounds_without_progress == ROUNDS {
                return Err(unexplained(&rows));
            }
        }
        Ok(())
    }

    /// Names a recorded event: by its line, if this import has added it, since a rollback takes its id away.
    fn name(&self, id: &str) -> Met {
        let (this, earlier) = match self.files.split_last() {
            Some((this, earlier)) => (Some(this), earlier),
            None => (None, &[][..]),
        };
        if let Some(place) = this.and_then(|(_, ids)| ids.place_of(id)) {
            return Met::ThisImport(place);
        }
        earlier
            .iter()
            .find_map(|(file, ids)| ids.place_of(id).map(|place| Met::ThisImport(format!("{file} {place}"))))
            .unwrap_or_else(|| Met::Recorded(id.to_owned()))
    }
}

/// The error for rows that a unique index refuses though no recorded event has their keys.
fn unexplained(rows: &[Row<EventInput>]) -> anyhow::Error {
    let first = rows.first().map_or(0, |row| row.line);
    let rows = plural(rows.len() as u64, "row");
    Failure::failed(format!(
        "the database refuses {rows} as duplicates, the first on line {first}, but has no event with their keys"
    ))
    .hint("look for a unique index or trigger on user_action that rollbook did not create")
    .into()
}

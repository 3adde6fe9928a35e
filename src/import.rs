//! The bulk import: the way of a file's rows into the tables.
//!
//! A [`Source`] is opened and its bytes are inspected on the way to the CSV reader; [`Header`] matches its columns; each
//! record becomes a row of its kind or is rejected ([`Kind::check`]); rows land in the tables batch by batch, each with
//! one verdict ([`Kind::land`]); a [`Report`] counts and remembers. All files of one import are one transaction.
//!
//! On PostgreSQL imports take turns, by a lock of their own: two files that hold the same events in another order would
//! otherwise wait for each other's rows. Other programs' single inserts go on; a row that one of them adds between our
//! look and our insert is met again by the insert and judged by a second look.

mod actions;
mod champions;
mod check;
mod header;
mod inspect;
mod metadata;
mod report;
mod source;
mod user_key;
mod users;

use anyhow::Context as _;
use diesel::sql_types::BigInt;
use diesel::{RunQueryDsl as _, insert_into, sql_query};
use serde::Serialize;

use crate::db::types::{Instant, Json};
use crate::db::{AnyConnection, Db, End};
use crate::error::ExitStatus;
use crate::models::{Difference, ImportRun, Outcome, Prefix, SourceSystem, ensure_a_superadmin, new_id};
use crate::output::Output;
use crate::schema::import_run;
use check::{Faults, filled};
use header::{Header, Record};
pub use report::Report;
pub use source::Source;
use user_key::UserKey;

/// How many bytes of records are held at a time, when they are long.
const BATCH_BYTES: usize = 8 << 20;

/// The advisory lock that one import at a time holds: "ROLLIMPO".
const LOCK: i64 = 0x524F_4C4C_494D_504F;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// People.
    Users,
    /// Upstream events.
    Actions,
    /// Champion records.
    Champions,
}

impl FileKind {
    /// Every kind, in the order in which a folder is imported: people come before what they did.
    pub const ALL: [Self; 3] = [Self::Users, Self::Actions, Self::Champions];

    /// The plural noun; also the name of the kind's file in a folder, without `.csv`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Actions => "actions",
            Self::Champions => "champions",
        }
    }
}

/// What to do with the good rows when there are bad ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Undo the whole import
    Abort,
    /// Keep the good rows
    Skip,
}

/// What decides what a row means and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Options {
    /// What to do with the good rows when there are bad ones.
    pub on_error: OnError,
    /// Take everything back at the end.
    #[serde(skip)]
    pub dry_run: bool,
    /// The source system of actions that name none.
    pub source_system: Option<SourceSystem>,
    /// Whether an action without any key is given one made of its content.
    pub content_key: bool,
    /// Whether a user who is there is changed to what the file says.
    pub update: bool,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    /// New, and added.
    Inserted,
    /// There, and changed to what the file says.
    Updated,
    /// There, with equal content.
    Replay,
    /// There with other content, or at odds with two recorded rows.
    Conflict(Clash),
    /// Bad in itself.
    Rejected(Vec<Fault>),
}

/// What a row is at odds with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clash {
    /// The recorded row, or rows, in words.
    with: String,
    /// Field by field; empty when two rows were hit.
    differences: Vec<Difference>,
}

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    /// The column.
    field: String,
    /// What it holds.
    value: String,
    /// Why that is refused, as the end of a sentence that begins with the value.
    reason: String,
    /// What to do about it; said once for all rows.
    hint: Option<&'static str>,
}

impl Fault {
    fn new(field: &str, value: &str, reason: impl std::fmt::Display) -> Self {
        Self { field: field.to_owned(), value: value.to_owned(), reason: reason.to_string(), hint: None }
    }

    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// A row that passed its own checks, and the line where it begins.
struct Row<T> {
    line: u64,
    content: T,
}

/// How the rows of one kind are read and written.
trait Kind {
    /// The columns there are; [`Record::fields`] hands them out in this order.
    const COLUMNS: &'static [&'static str];
    /// The columns that must be there, each with its alternatives.
    const REQUIRED: &'static [&'static [&'static str]];
    /// Whether columns `metadata.<key>` may be there too.
    const METADATA: bool = false;
    /// How many rows are looked up and written at a time.
    const BATCH: usize = 2000;
    /// What a good record becomes.
    type Content;

    /// Checks a record by itself and reads it.
    fn check(&self, record: &Record<'_>) -> Result<Self::Content, Vec<Fault>>;

    /// Writes a batch and judges each row, in the order of the rows.
    fn land(&mut self, rows: Vec<Row<Self::Content>>, db: &mut Db) -> anyhow::Result<Vec<Verdict>>;

    /// The first row that took the role superadmin from somebody, and from whom.
    fn demotion(&self) -> Option<(u64, &str)> {
        None
    }
}

/// Imports the files in one transaction, prints what became of their rows, and returns the exit status that means it.
///
/// # Errors
/// When a file cannot be read or is no CSV with the right columns, or the database fails; then nothing was changed.
pub fn run(
    files: Vec<(FileKind, Source)>,
    options: &Options,
    db: &mut Db,
    out: &mut Output,
) -> anyhow::Result<ExitStatus> {
    let (reports, committed) = db.transaction_or_not(|db| {
        take_turns(db)?;
        let mut reports = Vec::with_capacity(files.len());
        for (kind, source) in files {
            reports.push(import_file(kind, source, options, db)?);
        }
        let refused =
            options.on_error == OnError::Abort && reports.iter().any(|report| report.status() != ExitStatus::Done);
        let end = if refused || options.dry_run { End::Rollback } else { End::Commit };
        Ok(((reports, end == End::Commit), end))
    })?;
    report::print(&reports, committed, options, out).with_context(|| {
        if committed { "the rows are in, but the report cannot be printed" } else { "the report cannot be printed" }
    })?;
    Ok(report::status(&reports))
}

fn take_turns(db: &mut Db) -> anyhow::Result<()> {
    if let AnyConnection::Postgres(conn) = &mut db.conn {
        sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(conn)?;
    }
    Ok(())
}

fn import_file(kind: FileKind, source: Source, options: &Options, db: &mut Db) -> anyhow::Result<Report> {
    let started_at = Instant::now();
    let id = new_id(Prefix::ImportRun);
    db.import_run = Some(id.clone());
    let (report, sha256) = match kind {
        FileKind::Users => read(kind, source, users::Users::new(options), db),
        FileKind::Actions => read(kind, source, actions::Actions::new(options), db),
        FileKind::Champions => read(kind, source, champions::Champions::default(), db),
    }?;
    db.import_run = None;
    let run = ImportRun {
        id,
        kind: kind.as_str().to_owned(),
        file_name: report.file.clone(),
        file_sha256: sha256,
        options: Json::of(options)?,
        actor: db.actor.clone(),
        started_at,
        finished_at: Instant::now(),
        outcome: Outcome::Committed,
        inserted: report.inserted.try_into()?,
        updated: report.updated.try_into()?,
        replay: report.replay.try_into()?,
        conflict: report.conflict.try_into()?,
        rejected: report.rejected.try_into()?,
    };
    insert_into(import_run::table).values(&run).execute(&mut db.conn)?;
    Ok(report)
}

/// Reads one file to its end and lands its rows; returns the report and the checksum of the bytes.
fn read<K: Kind>(file: FileKind, source: Source, mut kind: K, db: &mut Db) -> anyhow::Result<(Report, String)> {
    let mut report = Report::new(file, source.name());
    let mut reader = source.reader();
    let header = Header::read::<K>(&mut reader)?;
    let mut batch: Vec<Row<K::Content>> = Vec::new();
    let mut rejected: Vec<(u64, Verdict)> = Vec::new();
    let mut bytes = 0;
    loop {
        let line = reader.next_record()?;
        if let Some(line) = line {
            report.read += 1;
            bytes += reader.record().as_slice().len();
            match header.record(reader.record()).and_then(|record| kind.check(&record)) {
                Ok(content) => batch.push(Row { line, content }),
                Err(faults) => rejected.push((line, Verdict::Rejected(faults))),
            }
        }
        if line.is_none() || batch.len() + rejected.len() >= K::BATCH || bytes >= BATCH_BYTES {
            report.add(land(&mut kind, std::mem::take(&mut batch), db, &report.file)?.chain(rejected.drain(..)));
            bytes = 0;
        }
        if line.is_none() {
            break;
        }
    }
    anyhow::ensure!(
        report.adds_up(),
        "{}: the verdicts do not add up to the rows read: nothing was changed",
        report.file
    );
    if let Some((line, user)) = kind.demotion() {
        ensure_a_superadmin(db)
            .with_context(|| format!("{} line {line} takes the role superadmin from {user}", report.file))?;
    }
    Ok((report, reader.sha256()))
}

/// Writes a batch, and returns the verdict of each row with its line.
fn land<K: Kind>(
    kind: &mut K,
    rows: Vec<Row<K::Content>>,
    db: &mut Db,
    file: &str,
) -> anyhow::Result<impl Iterator<Item = (u64, Verdict)> + use<K>> {
    let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
    let verdicts = kind.land(rows, db).with_context(|| {
        let (first, last) = (lines.first().copied().unwrap_or(0), lines.last().copied().unwrap_or(0));
        format!("{file} lines {first} to {last} cannot be written: nothing was changed")
    })?;
    Ok(lines.into_iter().zip(verdicts))
}

//! The bulk import: the way of a file's rows into the tables.
//!
//! A [`Source`] is opened, and its bytes are decoded ([`decode`]) and inspected ([`inspect`]) on the way to the CSV
//! reader; [`header`] matches its columns; each record becomes a row of its kind or is rejected ([`Kind::check`]). All
//! that happens on a thread of its own ([`stream`]), ahead of the one that writes: there rows land in the tables batch by
//! batch, each with one verdict ([`Table::land`]), and a [`Report`] counts and remembers. [`ledger`] keeps what was
//! imported.
//!
//! All files of one import are one transaction, unless `--commit-every` makes it many ([`parts`]).
//!
//! On PostgreSQL imports take turns, by a lock of their own: two files that hold the same events in another order would
//! otherwise wait for each other's rows. Other programs' single inserts go on; a row that one of them adds between our
//! look and our insert is met again by the insert and judged by a second look.

mod actions;
mod champions;
mod check;
mod decode;
mod header;
mod inspect;
mod interrupt;
mod journal;
mod ledger;
mod metadata;
mod options;
mod outcome;
mod parts;
mod progress;
mod rejects;
mod report;
mod source;
mod stream;
mod user_key;
mod users;
mod verdict;

use std::sync::mpsc::Receiver;
use std::time::Instant as Clock;

use anyhow::Context as _;
use diesel::sql_types::BigInt;
use diesel::{RunQueryDsl as _, sql_query};

use crate::db::{Access, AnyConnection, Database, Db, End};
use crate::error::{ExitStatus, Failure, status_of};
use crate::models::{Change, EventIds, Outcome as RunOutcome, User, ensure_a_superadmin, record_refusal};
use crate::output::Output;
pub use actions::one::{Recorded, record};
use header::{Header, Record};
use interrupt::Interrupt;
pub use metadata::{assignment as metadata_assignment, of_arguments as metadata_of};
pub use options::{
    Dialect, Meaning, OnConflict, OnError, Options, Progress, Quote, parse_delimiter, parse_encoding, parse_pair,
    parse_quote,
};
use outcome::{Ending, Outcome};
use progress::Meter;
use rejects::Rejects;
pub use report::Report;
pub use source::Source;
use stream::Chunk;
use verdict::{Fault, Judged, Row};

/// How many bytes of records are held at a time, when they are long.
const BATCH_BYTES: usize = 8 << 20;

/// The advisory lock that one import at a time holds, and those that commit in parts share: "ROLLIMPO".
const LOCK: i64 = 0x524F_4C4C_494D_504F;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
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

/// How the rows of one kind are read.
trait Kind: Sync {
    /// The columns there are; [`Record::fields`] hands them out in this order.
    const COLUMNS: &'static [&'static str];
    /// The columns that must be there, each with its alternatives.
    const REQUIRED: &'static [&'static [&'static str]];
    /// Whether columns `metadata.<key>` may be there too.
    const METADATA: bool = false;
    /// What a good record becomes.
    type Content: Send;
    /// What it lands in.
    type Table: Table<Content = Self::Content>;

    /// Checks a record by itself and reads it.
    fn check(&self, number: u64, line: u64, record: &Record<'_>) -> Result<Self::Content, Vec<Fault>>;
}

/// How they are written.
trait Table {
    /// What lands in it.
    type Content;

    /// How many rows are best looked up and written together.
    const BATCH: usize = 2000;

    /// Writes rows and judges each. Some may be kept back until [`Self::finish`].
    fn land(&mut self, rows: Vec<Row<Self::Content>>, db: &mut Db, judged: &mut Judged) -> anyhow::Result<()>;

    /// What [`Self::finish`] has to do that may take a while.
    fn left(&self) -> Option<String> {
        None
    }

    /// Writes and judges what was kept back.
    fn finish(&mut self, _db: &mut Db, _judged: &mut Judged) -> anyhow::Result<()> {
        Ok(())
    }

    /// The first row that took the role superadmin from somebody.
    fn demotion(&self) -> Option<(u64, Change<'_, User>)> {
        None
    }
}

/// An import under way: what it was told, and what has become of its files so far.
struct Import<'a> {
    options: &'a Options,
    out: &'a mut Output,
    reports: Vec<Report>,
    /// The files of this import whose events can be told by their identifiers.
    event_ids: Vec<(String, EventIds)>,
    rejects: Option<Rejects>,
    meter: Meter,
    interrupt: Interrupt,
}

/// Whether the rows of a file are read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    On,
    /// There are more bad rows than are allowed.
    NoFurther,
}

/// Imports the files, prints what became of their rows, and returns the exit status that means it.
///
/// # Errors
/// When a file cannot be read or is no CSV with the right columns, or the database fails; then nothing was changed,
/// unless `--commit-every` was given.
pub fn run(
    files: Vec<(FileKind, Source)>,
    options: &Options,
    database: &Database,
    out: &mut Output,
) -> anyhow::Result<ExitStatus> {
    for (option, path) in [("--rejects", &options.rejects), ("--summary", &options.summary)] {
        if let Some(path) = path
            && let Some((_, source)) = files.iter().find(|(_, source)| source.is(path))
        {
            let message = format!("{} is read: {option} would overwrite it", source.name());
            return Err(Failure::new(ExitStatus::Usage, message).hint("name another file").into());
        }
    }
    let started = Clock::now();
    let mut db = database.open(if options.dry_run { Access::Rehearse } else { Access::Write })?;
    let total = files.iter().map(|(_, source)| source.bytes()).sum();
    let mut import = Import {
        options,
        reports: Vec::new(),
        event_ids: Vec::new(),
        rejects: None,
        meter: Meter::new(options.progress, total, out),
        interrupt: Interrupt::default(),
        out,
    };
    let ended = if options.commit_every.is_some() && !options.dry_run {
        parts::import_all(&mut import, files, database, &mut db)
    } else {
        journal::with_quick(files, options, &mut db, |files, db| import.as_one(files, db))
    };
    import.meter.finish();
    let Import { reports, rejects, out, .. } = import;
    let ending = match ended {
        Ok(ending) => ending,
        Err(error) => {
            let error = record_refusal(error, &mut db);
            return Err(told(error, &reports, options, &mut db));
        }
    };
    let recorded = if matches!(ending, Ending::Refused | Ending::TooMany) && !options.dry_run {
        db.transaction(|db| {
            reports.iter().try_for_each(|report| ledger::record(report, RunOutcome::Refused, None, options, db))
        })
        .context("nothing was changed, and the attempt could not be recorded either")
    } else {
        Ok(())
    };
    let outcome = Outcome { reports: &reports, ending, options, started };
    let rejected = rejects.map_or(Ok(()), |mut rejects| rejects.finish());
    rejected.and_then(|()| outcome.print(out)).with_context(|| match ending {
        Ending::Committed => "the rows are in, but the report cannot be printed",
        _ => "the report cannot be printed",
    })?;
    recorded?;
    Ok(outcome.status())
}

/// Records an import that failed, and says what an operator who interrupted it needs to know.
fn told(error: anyhow::Error, reports: &[Report], options: &Options, db: &mut Db) -> anyhow::Error {
    let committed = options.commit_every.is_some() && reports.iter().any(|report| report.inserted + report.updated > 0);
    let reason = format!("{error:#}");
    let outcome = if committed { RunOutcome::Partial } else { RunOutcome::Failed };
    let recorded = if options.dry_run {
        Ok(())
    } else {
        // Of parts, the files before this one are in, and recorded so.
        let before = if options.commit_every.is_some() { reports.len().saturating_sub(1) } else { 0 };
        let undone: Vec<&Report> =
            reports.iter().skip(before).filter(|report| report.sha256.is_none() || before == 0).collect();
        db.transaction(|db| {
            undone.iter().try_for_each(|report| ledger::record(report, outcome, Some(&reason), options, db))
        })
    };
    let error = match recorded {
        Ok(()) => error,
        // A lost connection, a full disk: what fails the import fails its record too.
        Err(unrecorded) => error.context(format!("the import failed, and its record too: {unrecorded:#}")),
    };
    if status_of(&error) != ExitStatus::Interrupted {
        return error;
    }
    let rows: u64 = reports.iter().map(|report| report.inserted + report.updated).sum();
    let message = if committed {
        format!("interrupted: {rows} rows are in; importing the file again adds the others")
    } else {
        "interrupted: nothing was changed".to_owned()
    };
    Failure::new(ExitStatus::Interrupted, message).into()
}

impl Import<'_> {
    /// Imports all files in one transaction.
    fn as_one(&mut self, files: Vec<(FileKind, Source)>, db: &mut Db) -> anyhow::Result<Ending> {
        db.transaction_or_not(|db| {
            take_turns(db, "pg_advisory_xact_lock")?;
            self.interrupt.listen()?;
            for (kind, source) in files {
                if self.import_file(kind, source, db)? == Go::NoFurther {
                    return Ok((Ending::TooMany, End::Rollback));
                }
            }
            self.interrupt.check()?;
            let read = self.reports.iter().map(|report| report.read).sum();
            Ok(match self.options.max_errors {
                Some(max) if max.is_exceeded(self.refused(), read) => (Ending::TooMany, End::Rollback),
                _ if self.is_undone() => (Ending::Refused, End::Rollback),
                _ if self.options.dry_run => (Ending::DryRun, End::Rollback),
                _ => (Ending::Committed, End::Commit),
            })
        })
    }

    fn import_file(&mut self, kind: FileKind, mut source: Source, db: &mut Db) -> anyhow::Result<Go> {
        if self.is_known(kind, &mut source, db)? {
            return Ok(Go::On);
        }
        let report = self.begin(kind, &source);
        db.import_run = Some(report.run.clone());
        let meaning = &self.options.meaning;
        let go = match kind {
            FileKind::Users => self.read(source, &users::Users::new(meaning), users::UserTable::new(meaning), db),
            FileKind::Actions => {
                let ids = self.new_event_ids(source.name());
                let (files, interrupt) = (self.event_ids.clone(), self.interrupt.clone());
                let log = actions::ActionLog::new(meaning, files, source.bytes(), true, interrupt);
                self.read(source, &actions::Actions::new(meaning, ids), log, db)
            }
            FileKind::Champions => {
                self.read(source, &champions::Champions::new(meaning), champions::ChampionTable::new(meaning), db)
            }
        };
        db.import_run = None;
        let go = go?;
        if let Some(report) = self.reports.last()
            && go == Go::On
        {
            ledger::record(report, RunOutcome::Committed, None, self.options, db)?;
        }
        Ok(go)
    }

    /// Reads one file to its end and lands its rows.
    fn read<K: Kind>(&mut self, source: Source, kind: &K, mut table: K::Table, db: &mut Db) -> anyhow::Result<Go> {
        let name = source.name().to_owned();
        let (reader, header) = self.open::<K>(source)?;
        let keep = self.rejects.is_some();
        let (go, sha256) = stream::run(reader, &header, kind, keep, |chunks: Receiver<Chunk<K::Content>>| {
            let mut batch: Vec<Row<K::Content>> = Vec::new();
            let mut bytes = 0;
            for chunk in chunks {
                self.interrupt.check()?;
                bytes += chunk.bytes;
                batch.extend(self.receive(chunk));
                if batch.len() >= <K::Table as Table>::BATCH || bytes >= BATCH_BYTES {
                    bytes = 0;
                    self.land(std::mem::take(&mut batch), &mut table, db)?;
                }
                if self.has_too_many() {
                    return Ok(Go::NoFurther);
                }
            }
            self.land(batch, &mut table, db)?;
            if let Some(left) = table.left() {
                self.meter.work(&self.reports, &left, self.out);
            }
            let mut judged = Judged::default();
            table.finish(db, &mut judged).with_context(|| format!("{name} cannot be written: nothing was changed"))?;
            self.judged(judged);
            Ok(if self.has_too_many() { Go::NoFurther } else { Go::On })
        })?;
        if go == Go::NoFurther {
            return Ok(go);
        }
        if let Some(report) = self.reports.last_mut() {
            report.sha256 = sha256;
            anyhow::ensure!(report.adds_up(), "{name}: the verdicts do not add up to the rows read");
        }
        if let Some((line, change)) = table.demotion() {
            ensure_a_superadmin(&change, db)
                .with_context(|| format!("{name} line {line} takes the role superadmin from {}", change.id))?;
        }
        Ok(go)
    }

    /// Whether the ledger says that every row of the file is in; the report then says so too.
    fn is_known(&mut self, kind: FileKind, source: &mut Source, db: &mut Db) -> anyhow::Result<bool> {
        let Some(run) = ledger::known(kind, source, self.options, db)? else { return Ok(false) };
        let mut report = Report::new(kind, source);
        report.replay = run.rows().try_into()?;
        report.read = report.replay;
        report.sha256 = run.file_sha256;
        report.same_as = Some(run.id);
        if !self.options.dry_run {
            ledger::record(&report, RunOutcome::Committed, None, self.options, db)?;
        }
        self.reports.push(report);
        Ok(true)
    }

    /// Begins the report of a file.
    fn begin(&mut self, kind: FileKind, source: &Source) -> &Report {
        self.reports.push(Report::new(kind, source));
        &self.reports[self.reports.len() - 1]
    }

    fn new_event_ids(&mut self, file: &str) -> EventIds {
        let ids = EventIds::new_file();
        self.event_ids.push((file.to_owned(), ids.clone()));
        ids
    }

    /// Reads the header line, and prepares for the rows.
    fn open<K: Kind>(&mut self, source: Source) -> anyhow::Result<(source::RecordReader, Header)> {
        let (name, meaning) = (source.name().to_owned(), &self.options.meaning);
        let mut reader = source.reader(&meaning.dialect)?;
        let header = Header::read::<K>(&mut reader, meaning)?;
        match (&self.rejects, &self.options.rejects) {
            (Some(rejects), _) => rejects.expect_header(reader.record(), &name)?,
            (None, Some(path)) => self.rejects = Some(Rejects::create(path, reader.record(), &meaning.dialect)?),
            (None, None) => {}
        }
        self.meter.next_file(reader.consumed());
        Ok((reader, header))
    }

    /// Counts the rows of a chunk, and hands out those that are good in themselves.
    fn receive<T>(&mut self, chunk: Chunk<T>) -> Vec<Row<T>> {
        if let Some(report) = self.reports.last_mut() {
            report.read += chunk.len() as u64;
        }
        self.judged(Judged { refused: chunk.refused, ..Judged::default() });
        chunk.rows
    }

    fn land<T: Table>(&mut self, rows: Vec<Row<T::Content>>, table: &mut T, db: &mut Db) -> anyhow::Result<()> {
        let Some((first, last)) = rows.first().map(|row| row.line).zip(rows.last().map(|row| row.line)) else {
            return Ok(());
        };
        let mut judged = Judged::default();
        table.land(rows, db, &mut judged).with_context(|| {
            let file = self.reports.last().map_or("", |report| report.file.as_str());
            format!("{file} lines {first} to {last} cannot be written: nothing was changed")
        })?;
        self.judged(judged);
        self.meter.update(&self.reports, self.out);
        Ok(())
    }

    fn judged(&mut self, judged: Judged) {
        if let Some(report) = self.reports.last_mut() {
            report.add(judged, self.rejects.as_mut());
        }
    }

    fn refused(&self) -> u64 {
        let conflicts = !self.options.conflicts_are_fine();
        self.reports.iter().map(|report| report.rejected + if conflicts { report.conflict } else { 0 }).sum()
    }

    fn has_too_many(&self) -> bool {
        self.options.max_errors.is_some_and(|max| max.is_exceeded_by(self.refused()))
    }

    /// Whether refused rows undo the import.
    fn is_undone(&self) -> bool {
        let any = |count: fn(&Report) -> u64| self.reports.iter().any(|report| count(report) > 0);
        (any(|report| report.rejected) && self.options.on_error == OnError::Abort)
            || (any(|report| report.conflict) && self.options.conflict_aborts())
    }
}

/// Waits for the imports that are under way, and keeps others out until the transaction ends: who an import has looked up
/// is to stay who they are. SQLite has one writer anyway.
///
/// # Errors
/// When the wait takes too long, or the database fails.
pub fn keep_out(db: &mut Db) -> anyhow::Result<()> {
    take_turns(db, "pg_advisory_xact_lock")
}

/// Waits for the imports that this one must not meet.
fn take_turns(db: &mut Db, how: &str) -> anyhow::Result<()> {
    if let AnyConnection::Postgres(conn) = &mut db.conn {
        sql_query(format!("SELECT {how}($1)")).bind::<BigInt, _>(LOCK).execute(conn)?;
    }
    Ok(())
}

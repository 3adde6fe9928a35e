use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Subcommand;

use crate::context::Context;
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::import::{
    self, Dialect, FileKind, Interpretation, OnConflict, OnError, Options, Progress, Source, parse_encoding, parse_pair,
};
use crate::models::AtMost;

mod actions;
mod all;
mod champions;
mod history;
mod users;

/// Import CSV files; each event is recorded exactly once, even if it is imported again
///
/// Every row gets one verdict: inserted, updated (with --update), replay (already recorded with the same content),
/// conflict (already recorded with different content) or rejected (invalid). An import is one transaction: a conflict
/// or a rejected row rolls back all of it, unless --on-error skip imports the other rows. With --commit-every, rows committed before are kept.
#[derive(Debug, Subcommand)]
pub enum Import {
    Users(users::Args),
    Actions(actions::Args),
    Champions(champions::Args),
    All(all::Args),
    History(history::Args),
}

/// Options of every import.
#[derive(Debug, clap::Args)]
struct Common {
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Transaction")]
    dry_run: bool,
    /// What to do if rows are rejected
    #[arg(long, value_enum, default_value_t = OnError::Abort, hide_possible_values = false, help_heading = "Invalid rows")]
    on_error: OnError,
    /// What to do with conflicts [default: abort; report with --on-error skip]
    ///
    /// A conflict is a row that is recorded with different content. With --on-error skip, conflicts are reported, and the
    /// exit code is 4.
    #[arg(long, value_enum, help_heading = "Invalid rows")]
    on_conflict: Option<OnConflict>,
    /// With --on-error skip, roll back (with --commit-every, stop) if more than N rows or N% (e.g. 0.5%) fail
    #[arg(long, value_name = "N|N%", help_heading = "Invalid rows", hide_short_help = true)]
    max_errors: Option<AtMost>,
    /// Commit after this many rows: locks are short, and rows committed before an error are kept
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Transaction", hide_short_help = true)]
    commit_every: Option<u32>,
    /// Write refused rows to a CSV file, to fix and import them again
    #[arg(long, value_name = "FILE", help_heading = "Invalid rows")]
    rejects: Option<PathBuf>,
    /// Write the outcome to a file as a JSON document; - for standard output
    #[arg(long, value_name = "FILE", help_heading = "Report", hide_short_help = true)]
    summary: Option<PathBuf>,
    /// Replace the files of --rejects and --summary if they exist
    #[arg(long, help_heading = "Report", hide_short_help = true)]
    overwrite: bool,
    /// When to show progress
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Report", hide_short_help = true)]
    progress: Progress,
    #[command(flatten, next_help_heading = "Input format")]
    reading: Reading,
}

/// Options for how a file is read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input options")]
struct Reading {
    #[command(flatten, next_help_heading = "Input format")]
    dialect: Dialect,
    /// Encoding of the file, e.g. windows-1252 [default: UTF-8]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding, hide_short_help = true)]
    encoding: Option<String>,
    /// Rename a column of the file; rename it to _ to ignore it
    #[arg(long, value_name = "THEIRS=OURS", value_parser = parse_pair, hide_short_help = true)]
    map: Vec<(String, String)>,
    /// Set a column that is missing in the file to this value in every row
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = parse_pair, hide_short_help = true)]
    set: Vec<(String, String)>,
    /// Assume this time zone for timestamps without an offset, e.g. Europe/Berlin
    #[arg(long, value_name = "ZONE", hide_short_help = true)]
    assume_tz: Option<Tz>,
}

impl Common {
    /// The import options, with the defaults for those of one kind of file.
    fn options(&self) -> anyhow::Result<Options> {
        let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
        if self.max_errors.is_some() && self.on_error == OnError::Abort {
            return Err(usage("--max-errors requires --on-error skip")
                .hint("add --on-error skip: without it, one invalid row rolls back the import")
                .into());
        }
        if self.commit_every.is_some() && matches!(self.max_errors, Some(AtMost::Percent(_))) {
            return Err(usage("--max-errors N% cannot be used with --commit-every, which commits before N% is known")
                .hint("use a number of rows, e.g. --max-errors 100")
                .into());
        }
        let reading = &self.reading;
        for (option, pairs) in [("--map", &reading.map), ("--set", &reading.set)] {
            if let Some((name, _)) = pairs.iter().enumerate().find_map(|(i, pair)| {
                pairs[..i].iter().any(|(name, _)| name.eq_ignore_ascii_case(&pair.0)).then_some(pair)
            }) {
                return Err(usage(&format!("{option}: duplicate column {name}")).into());
            }
        }
        Ok(Options {
            interpretation: Interpretation {
                dialect: reading.dialect,
                encoding: reading.encoding.clone(),
                map: reading.map.iter().cloned().collect(),
                set: reading.set.iter().cloned().collect(),
                assume_tz: reading.assume_tz,
                source_system: None,
                content_key: true,
                update: false,
                force: false,
            },
            on_error: self.on_error,
            on_conflict: self.on_conflict,
            max_errors: self.max_errors,
            dry_run: self.dry_run,
            commit_every: self.commit_every.and_then(|rows| NonZeroUsize::new(rows as usize)),
            jobs: NonZeroU32::MIN,
            recheck: false,
            rejects: self.rejects.clone(),
            summary: self.summary.clone(),
            overwrite: self.overwrite,
            progress: self.progress,
        })
    }
}

impl Import {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Users(args) => ctx.run(args),
            Self::Actions(args) => ctx.run(args),
            Self::Champions(args) => ctx.run(args),
            Self::All(args) => ctx.run(args),
            Self::History(args) => ctx.run(args),
        }
    }
}

impl Common {
    const fn access(&self) -> Access {
        Access::of_import(self.dry_run)
    }
}

/// Imports files, each of its kind.
fn import_files(files: Vec<(FileKind, PathBuf)>, options: &Options, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
    if options.jobs > NonZeroU32::MIN && ctx.database().url.is_sqlite() {
        return Err(Failure::usage("--jobs requires PostgreSQL; SQLite has one writer").into());
    }
    if options.commit_every.is_some() && ctx.database().operation.is_given() {
        let hint = "an import can be repeated without it: rows that are recorded are counted as replay";
        return Err(Failure::usage("--operation-id cannot be used with --commit-every").hint(hint).into());
    }
    // Before the database, so that a wrong name creates no database.
    let sources =
        files.into_iter().map(|(kind, file)| Ok((kind, Source::open(&file)?))).collect::<anyhow::Result<Vec<_>>>()?;
    let database = ctx.database().clone();
    let (db, out) = ctx.open()?;
    import::run(sources, options, &database, db, out)
}

/// The files, all of one kind.
fn of_kind(kind: FileKind, files: &[PathBuf]) -> Vec<(FileKind, PathBuf)> {
    files.iter().map(|file| (kind, file.clone())).collect()
}

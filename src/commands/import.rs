use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Subcommand;

use crate::db::Database;
use crate::error::{ExitStatus, Failure};
use crate::import::{
    self, Dialect, FileKind, Meaning, OnConflict, OnError, Options, Progress, Quote, Source, parse_delimiter,
    parse_encoding, parse_pair, parse_quote,
};
use crate::models::AtMost;
use crate::output::Output;

mod actions;
mod all;
mod champions;
mod history;
mod users;

/// Import CSV files: each event lands exactly once, however often it is imported
///
/// Every row gets one verdict: inserted, replay (it is there, with equal content), conflict (it is there with other
/// content) or rejected (it is bad in itself). An import is one transaction: a conflict or a rejected row undoes all of
/// it, unless --on-error skip keeps the good rows.
#[derive(Debug, Subcommand)]
pub enum Import {
    Users(users::Args),
    Actions(actions::Args),
    Champions(champions::Args),
    All(all::Args),
    History(history::Args),
}

/// Options that every import takes.
#[derive(Debug, clap::Args)]
struct Common {
    /// Check and judge every row, and change nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// What becomes of the good rows when there are bad ones
    #[arg(long, value_enum, default_value_t = OnError::Abort, hide_possible_values = false)]
    on_error: OnError,
    /// What becomes of rows that are recorded with other content [default: as --on-error says]
    #[arg(long, value_enum)]
    on_conflict: Option<OnConflict>,
    /// Undo it all the same when more rows than this are bad: a number, or a share like 0.5%
    #[arg(long, value_name = "N|N%")]
    max_errors: Option<AtMost>,
    /// Commit every so many rows: short locks, and what was committed before an error stays
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    commit_every: Option<u32>,
    /// Write the refused rows to a CSV file, to be mended and imported again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write the outcome to a file as one JSON document; - for standard output
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// When to show how far it is
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    progress: Progress,
    #[command(flatten)]
    reading: Reading,
}

/// Options that say how a file is read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
struct Reading {
    /// What stands between the fields: a character, or comma, semicolon, tab, pipe
    #[arg(long, value_name = "CHAR", default_value = "comma", value_parser = parse_delimiter)]
    delimiter: u8,
    /// What fields may be wrapped in: a character, or double, single, none
    #[arg(long, value_name = "CHAR", default_value = "double", value_parser = parse_quote)]
    quote: Quote,
    /// The encoding of the file, like windows-1252 [default: UTF-8]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding)]
    encoding: Option<String>,
    /// Read a column of the file under another name; _ leaves it out
    #[arg(long, value_name = "THEIRS=OURS", value_parser = parse_pair)]
    map: Vec<(String, String)>,
    /// Give every row this value in a column that the file lacks
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = parse_pair)]
    set: Vec<(String, String)>,
    /// Read times without an offset from the clocks of this place, like Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    assume_tz: Option<Tz>,
}

impl Common {
    /// These options, and nothing said of what the rows mean.
    fn options(&self) -> anyhow::Result<Options> {
        let usage = |message: &str| Failure::new(ExitStatus::Usage, message);
        if self.max_errors.is_some() && self.on_error == OnError::Abort {
            return Err(usage("--max-errors says how many bad rows may be left out")
                .hint("add --on-error skip, without which any bad row undoes the import")
                .into());
        }
        if self.commit_every.is_some() && matches!(self.max_errors, Some(AtMost::Percent(_))) {
            return Err(usage("a share of bad rows is known at the end, when --commit-every has committed the others")
                .hint("give --max-errors a number")
                .into());
        }
        let reading = &self.reading;
        for (option, pairs) in [("--map", &reading.map), ("--set", &reading.set)] {
            if let Some((name, _)) = pairs.iter().enumerate().find_map(|(i, pair)| {
                pairs[..i].iter().any(|(name, _)| name.eq_ignore_ascii_case(&pair.0)).then_some(pair)
            }) {
                return Err(usage(&format!("{option} names {name} twice")).into());
            }
        }
        Ok(Options {
            meaning: Meaning {
                dialect: Dialect {
                    delimiter: reading.delimiter,
                    quote: reading.quote.0,
                    encoding: reading.encoding.clone(),
                },
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
            progress: self.progress,
        })
    }
}

impl Import {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let of_kind = |kind: FileKind, files: &[PathBuf]| files.iter().map(|file| (kind, file.clone())).collect();
        let (files, options): (Vec<(FileKind, PathBuf)>, Options) = match self {
            Self::Users(args) => (of_kind(FileKind::Users, &args.files), args.options()?),
            Self::Actions(args) => (of_kind(FileKind::Actions, &args.files), args.options()?),
            Self::Champions(args) => (of_kind(FileKind::Champions, &args.files), args.options()?),
            Self::All(args) => (args.files()?, args.options()?),
            Self::History(args) => return history::run(args, database, out),
        };
        if options.jobs > NonZeroU32::MIN && database.url.is_sqlite() {
            return Err(Failure::new(ExitStatus::Usage, "SQLite has one writer: --jobs is for PostgreSQL").into());
        }
        // Opened before the database is, so that a wrong name leaves no new database behind.
        let sources = files
            .into_iter()
            .map(|(kind, file)| Ok((kind, Source::open(&file)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        import::run(sources, &options, database, out)
    }
}

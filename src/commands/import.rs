use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::Subcommand;

use crate::context::Context;
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::import::{
    self, Deactivated, EmbeddedOptions, FileKind, Interpretation, OnConflict, OnError, Options, Progress,
    REASON_COLUMNS, Source,
};
use crate::models::AtMost;
use reading::Reading;

mod actions;
mod all;
mod champions;
mod history;
mod parked;
mod presets;
mod reading;
mod source;
mod users;
mod wizard;

/// Import CSV, JSON and Excel files; each event is recorded exactly once, even if it is imported again
///
/// Every row gets one verdict: inserted, updated (with --update), replay (already recorded with the same content),
/// conflict (already recorded with different content) or rejected (invalid). An import is one transaction: a conflict
/// or a rejected row rolls back all of it, unless --on-error skip imports the other rows. With --commit-every, rows committed before are kept.
#[derive(Debug, Subcommand)]
pub enum Import {
    #[command(alias = "user")]
    Users(Box<users::Args>),
    #[command(alias = "action")]
    Actions(Box<actions::Args>),
    #[command(alias = "champion")]
    Champions(Box<champions::Args>),
    All(Box<all::Args>),
    #[command(visible_alias = "ls")]
    History(history::Args),
    #[command(alias = "preset")]
    Presets(presets::Args),
    Parked(parked::Args),
    Wizard(wizard::Args),
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
    /// Exit with status 0 if at most N rows or N% are rejected
    #[arg(long, value_name = "N|N%", help_heading = "Invalid rows", hide_short_help = true)]
    tolerate: Option<AtMost>,
    /// Commit after this many rows: locks are short, and rows committed before an error are kept
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Transaction", hide_short_help = true)]
    commit_every: Option<u32>,
    /// Write rejected rows to a CSV file, to fix and import them again
    #[arg(long, value_name = "FILE", help_heading = "Invalid rows")]
    rejects: Option<PathBuf>,
    /// Write the outcome to a file as a JSON document; - for standard output
    #[arg(long, value_name = "FILE", help_heading = "Report", hide_short_help = true)]
    summary: Option<PathBuf>,
    /// Replace the files of --rejects, --summary and --save-preset if they exist
    #[arg(long, help_heading = "Report", hide_short_help = true)]
    overwrite: bool,
    /// When to show progress
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Report", hide_short_help = true)]
    progress: Progress,
    #[command(flatten, next_help_heading = "Input format")]
    reading: Reading,
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
        let is_ours = |name: &str| REASON_COLUMNS.iter().any(|ours| ours.eq_ignore_ascii_case(name.trim()));
        if self.rejects.is_some()
            && let Some((theirs, _)) = reading.map.iter().find(|(theirs, _)| is_ours(theirs))
        {
            return Err(usage(&format!("--map {theirs}: --rejects writes a column of this name itself"))
                .hint("rename the column in the file")
                .into());
        }
        if self.tolerate.is_some() && self.on_error == OnError::Abort {
            return Err(usage("--tolerate requires --on-error skip")
                .hint("add --on-error skip: without it, one invalid row rolls back the import")
                .into());
        }
        Ok(Options {
            interpretation: reading.source.apply(Interpretation {
                dialect: reading.dialect.dialect(),
                dialect_given: reading.dialect.is_given(),
                delimiter_given: reading.dialect.gives_delimiter(),
                max_bytes: reading.max_bytes,
                encoding: reading.encoding.clone(),
                map: reading.map.iter().cloned().collect(),
                set: reading.set.iter().cloned().collect(),
                nulls: if reading.nulls.is_empty() {
                    vec![reading.dialect.null().to_owned()]
                } else {
                    reading.nulls.clone()
                },
                time_formats: reading.time_formats.clone(),
                allow_times: reading.allow_times,
                decimal: reading.decimal.unwrap_or('.'),
                decimal_given: reading.decimal.is_some(),
                allow_lost_options: reading.no_embedded_options,
                allow_unterminated: reading.allow_unterminated,
                assume_tz: reading.assume_tz,
                ..Interpretation::default()
            })?,
            on_error: self.on_error,
            on_conflict: self.on_conflict,
            max_errors: self.max_errors,
            tolerate: self.tolerate,
            dry_run: self.dry_run,
            commit_every: self.commit_every.and_then(|rows| NonZeroUsize::new(rows as usize)),
            jobs: NonZeroU32::MIN,
            recheck: false,
            rejects: self.rejects.clone(),
            summary: self.summary.clone(),
            save_preset: reading.source.save_preset.clone(),
            overwrite: self.overwrite,
            progress: self.progress,
            max_bytes: reading.max_bytes,
        })
    }
}

impl Import {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Users(args) => ctx.run(*args),
            Self::Actions(args) => ctx.run(*args),
            Self::Champions(args) => ctx.run(*args),
            Self::All(args) => ctx.run(*args),
            Self::History(args) => ctx.run(args),
            Self::Presets(args) => ctx.run(args),
            Self::Parked(args) => ctx.run(args),
            Self::Wizard(args) => ctx.run(args),
        }
    }
}

impl Common {
    const fn access(&self) -> Access {
        Access::of_import(self.dry_run)
    }
}

/// Imports files, each of its kind.
fn import_files(
    files: Vec<(FileKind, PathBuf)>,
    reading: &Reading,
    options: &Options,
    ctx: &mut Context,
) -> anyhow::Result<ExitStatus> {
    if options.jobs > NonZeroU32::MIN && ctx.database().url.is_sqlite() {
        return Err(Failure::usage("--jobs requires PostgreSQL; SQLite has one writer").into());
    }
    if options.jobs > NonZeroU32::MIN && ctx.database().url.is_pooled() == Some(true) {
        return Err(through_a_pooler());
    }
    if options.commit_every.is_some() && ctx.database().operation.is_given() {
        let hint = "an import can be repeated without it: rows that are recorded are counted as replay";
        return Err(Failure::usage("--operation-id cannot be used with --commit-every").hint(hint).into());
    }
    let interpretation = &options.interpretation;
    if interpretation.deactivated == Deactivated::RemoveRoles && !interpretation.update {
        let hint = "add --update, which changes recorded users to the content of the file";
        return Err(Failure::usage("--deactivated remove-roles requires --update").hint(hint).into());
    }
    // Before the database, so that a wrong name creates no database.
    let open = |(kind, file): (FileKind, PathBuf)| Ok((kind, Source::open(&file, options.max_bytes)?));
    let sources = files.into_iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
    let embedded = embedded_options(&sources, reading, options)?;
    let options = embedded.as_ref().unwrap_or(options);
    let database = ctx.database().clone();
    let mut in_use = ctx.in_use.clone();
    in_use.add("the preset", reading.source.preset_name().map(PathBuf::from));
    let (db, out) = ctx.open()?;
    if options.jobs > NonZeroU32::MIN && db.is_pooled() {
        return Err(through_a_pooler());
    }
    if embedded.is_some() {
        let line = EmbeddedOptions::of(&options.interpretation).line()?;
        out.status(format_args!("using the options on the first line: {}", line.trim_start_matches("# ")));
    }
    import::run(sources, options, &in_use, &database, db, out)
}

/// The options with those on the first line of a file, if it has any and they are to be used.
fn embedded_options(
    sources: &[(FileKind, Source)],
    reading: &Reading,
    options: &Options,
) -> anyhow::Result<Option<Options>> {
    if reading.no_embedded_options {
        return Ok(None);
    }
    let mut embedded = sources.iter().map(|(_, source)| source.embedded_options());
    let Some(first) = embedded.next().flatten() else {
        return match embedded.flatten().next() {
            None => Ok(None),
            Some(_) => Err(differing_options()),
        };
    };
    if !embedded.all(|other| other == Some(first)) {
        return Err(differing_options());
    }
    let interpretation = first.clone().applied_to(options.interpretation.clone());
    let is_same = EmbeddedOptions::of(&options.interpretation) == *first;
    let has_other_source = options.interpretation.source_system.is_some()
        && options.interpretation.source_system != interpretation.source_system;
    if (reading.is_given() && !is_same) || has_other_source {
        return Err(Failure::usage("the options differ from those on the first line of the file")
            .hint("omit them, or add --no-embedded-options to use only those of the command line")
            .into());
    }
    Ok(Some(Options { interpretation, ..options.clone() }))
}

fn through_a_pooler() -> anyhow::Error {
    let hint = "connect to the server itself: several imports would wait for the pooler's connections; \
         without a pooler, add ?pooler=false to the URL";
    Failure::usage("--jobs cannot be used through a pooler").hint(hint).into()
}

fn differing_options() -> anyhow::Error {
    Failure::usage("the files have different options on their first lines").hint("import them one by one").into()
}

/// The files, all of one kind.
fn of_kind(kind: FileKind, files: &[PathBuf]) -> Vec<(FileKind, PathBuf)> {
    files.iter().map(|file| (kind, file.clone())).collect()
}

//! Options of bulk changes: a list of names, --dry-run and --max-change.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::db::{Db, End};
use crate::error::{ExitStatus, Failure};
use crate::lines::lines;
use crate::models::AtMost;
use crate::output::{Output, plural};

/// Number of users or records that are read and changed per batch.
pub(super) const BATCH: usize = 1000;

/// Options of every bulk change.
#[derive(Debug, clap::Args)]
pub(super) struct Many {
    /// Read ids or emails from standard input, one per line
    ///
    /// Lines that start with # are ignored.
    #[arg(long, conflicts_with = "file", help_heading = "Filters", hide_short_help = true)]
    stdin: bool,
    /// Read ids or emails from a file, one per line
    ///
    /// Lines that start with # are ignored.
    #[arg(long, value_name = "FILE", help_heading = "Filters", hide_short_help = true)]
    file: Option<PathBuf>,
    /// Show what would change, without changing it
    #[arg(long, short = 'n')]
    pub(super) dry_run: bool,
    /// Abort if more than N users or records, or N% of all, would change
    #[arg(long, value_name = "N|N%", hide_short_help = true)]
    max_change: Option<AtMost>,
}

/// Ids and emails from a file or standard input, with their line numbers.
pub(super) struct Names {
    source: String,
    lines: Vec<(usize, String)>,
    unknown: u64,
}

impl Many {
    /// Whether --stdin or --file is given.
    pub(super) const fn is_named(&self) -> bool {
        self.stdin || self.file.is_some()
    }

    /// Reads all names if --stdin or --file is given; callers do this before they lock anything.
    pub(super) fn names(&self) -> anyhow::Result<Option<Names>> {
        let (source, text) = match (&self.file, self.stdin) {
            (Some(path), _) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
                (name, text)
            }
            (None, true) => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
                ("standard input".to_owned(), text)
            }
            (None, false) => return Ok(None),
        };
        let lines: Vec<(usize, String)> = lines(text.trim_start_matches('\u{feff}'))
            .map(str::trim)
            .enumerate()
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(i, line)| (i + 1, line.to_owned()))
            .collect();
        if lines.is_empty() {
            return Err(Failure::failed(format!("{source} lists no ids or emails")).into());
        }
        Ok(Some(Names { source, lines, unknown: 0 }))
    }

    /// Checks --max-change, and returns how the transaction ends: in a dry run, with a rollback.
    ///
    /// # Errors
    /// When there are more changes than --max-change allows; `what` is the singular of what is counted.
    pub(super) fn end(
        &self,
        changes: usize,
        all: impl FnOnce(&mut Db) -> anyhow::Result<i64>,
        what: &str,
        db: &mut Db,
    ) -> anyhow::Result<End> {
        if let Some(max) = self.max_change {
            let changes = changes as u64;
            let all = if matches!(max, AtMost::Percent(_)) { u64::try_from(all(db)?)? } else { 0 };
            if max.is_exceeded(changes, all) {
                let message = format!("{} would change, more than --max-change {max}", plural(changes, what));
                return Err(Failure::failed(message).hint("list them with --dry-run, without --max-change").into());
            }
        }
        Ok(if self.dry_run { End::Rollback } else { End::Commit })
    }

    /// Prints how many of the selected users or records were changed, or would be.
    pub(super) fn print_count(&self, changes: usize, of: usize, what: &str, out: &Output) {
        if of == 0 {
            out.status(format_args!("no {what}s matched"));
            return;
        }
        let verb = if self.dry_run { "would change" } else { "changed" };
        let all = plural(of as u64, what);
        out.status(format_args!("{verb} {} of {all}", crate::output::thousands(changes as u64)));
    }
}

impl Names {
    /// The names in batches of [`BATCH`].
    pub(super) fn batches(&self) -> impl Iterator<Item = &[(usize, String)]> {
        self.lines.chunks(BATCH)
    }

    /// All names with their line numbers.
    pub(super) fn lines(&self) -> &[(usize, String)] {
        &self.lines
    }

    /// Counts an unknown name; prints the first ten with their line numbers.
    pub(super) fn report_unknown(&mut self, line: usize, problem: &str, out: &Output) {
        self.unknown += 1;
        if self.unknown <= 10 {
            out.problem(format_args!("{} line {line}: {problem}", self.source));
        }
    }

    /// Fails if any name is unknown.
    pub(super) fn all_known(&self) -> anyhow::Result<()> {
        if self.unknown == 0 {
            return Ok(());
        }
        let message = format!("{} in {} not found", plural(self.unknown, "name"), self.source);
        Err(Failure::new(ExitStatus::NotFound, message).into())
    }
}

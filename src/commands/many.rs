//! Changes of many at once: who or what is meant, and how many may be.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::db::{Db, End};
use crate::error::{ExitStatus, Failure};
use crate::lines::lines;
use crate::models::AtMost;
use crate::output::{Output, plural};

/// How many are looked up and changed together.
pub(super) const BATCH: usize = 1000;

/// Options that every change of many takes.
#[derive(Debug, clap::Args)]
pub(super) struct Many {
    /// Change those that standard input names, one a line; # begins a comment
    #[arg(long, conflicts_with = "file")]
    stdin: bool,
    /// Change those that a file names, one a line; # begins a comment
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Say what would change, and change nothing
    #[arg(long, short = 'n')]
    pub(super) dry_run: bool,
    /// Change nothing if it would be more than this: a number, or a share of all, like 5%
    #[arg(long, value_name = "N|N%")]
    max_change: Option<AtMost>,
}

/// Names from a file, each with its line.
pub(super) struct Names {
    source: String,
    lines: Vec<(usize, String)>,
    unknown: u64,
}

impl Many {
    /// Whether a file or standard input names them.
    pub(super) const fn is_named(&self) -> bool {
        self.stdin || self.file.is_some()
    }

    /// The names, if a file or standard input is to give them; read to the end before anything is locked.
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
            return Err(Failure::failed(format!("{source} names nobody: nothing was changed")).into());
        }
        Ok(Some(Names { source, lines, unknown: 0 }))
    }

    /// Whether so many changes may be kept, and what becomes of the transaction.
    ///
    /// # Errors
    /// When there are too many; `what` is what is counted.
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
                let message = format!(
                    "{} would change, more than --max-change {max}: nothing was changed",
                    plural(changes, what)
                );
                return Err(Failure::failed(message).hint("--dry-run lists them").into());
            }
        }
        Ok(if self.dry_run { End::Rollback } else { End::Commit })
    }

    /// Says how many were changed, or would be.
    pub(super) fn told(&self, changes: usize, of: usize, what: &str, out: &Output) {
        let verb = if self.dry_run { "would change" } else { "changed" };
        let all = plural(of as u64, what);
        out.status(format_args!("{verb} {} of {all}", crate::output::thousands(changes as u64)));
    }
}

impl Names {
    /// The names a batch at a time.
    pub(super) fn batches(&self) -> impl Iterator<Item = &[(usize, String)]> {
        self.lines.chunks(BATCH)
    }

    /// Each name with its line.
    pub(super) fn lines(&self) -> &[(usize, String)] {
        &self.lines
    }

    /// Reports a name that is nobody's; the first ten in full.
    pub(super) fn report_unknown(&mut self, line: usize, problem: &str, out: &Output) {
        self.unknown += 1;
        if self.unknown <= 10 {
            out.problem(format_args!("{} line {line}: {problem}", self.source));
        }
    }

    /// Fails if any name was nobody's.
    pub(super) fn all_known(&self) -> anyhow::Result<()> {
        if self.unknown == 0 {
            return Ok(());
        }
        let message = format!("{} of {} not found: nothing was changed", plural(self.unknown, "name"), self.source);
        Err(Failure::new(ExitStatus::NotFound, message).into())
    }
}

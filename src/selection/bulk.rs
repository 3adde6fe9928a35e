//! Options of bulk changes: a list of names, --dry-run, --yes and --max-change.

use super::{NameArgs, Names};
use crate::db::{Db, End};
use crate::error::Failure;
use crate::models::AtMost;
use crate::output::{Consent, Output, Record, plural, thousands};
use crate::text::shell_quoted;

/// Number of users or records that are read and changed per batch.
pub const BATCH: usize = 1000;

/// Options of every bulk change.
#[derive(Debug, clap::Args)]
pub struct BulkArgs {
    #[command(flatten)]
    names: NameArgs,
    /// Show what would change, without changing it
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    pub yes: bool,
    /// Abort if more than N users or records, or N% of all in the database, would change
    #[arg(long, value_name = "N|N%", hide_short_help = true)]
    max_change: Option<AtMost>,
}

/// How the users or records to change were selected; it decides whether the change is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedBy {
    /// By one argument.
    Argument,
    /// By one argument that is the start of an id.
    Prefix,
    /// By several arguments.
    Arguments,
    /// By a list.
    List,
    /// By filters.
    Filter,
}

impl SelectedBy {
    /// How arguments select.
    #[must_use]
    pub const fn arguments(count: usize) -> Self {
        if count == 1 { Self::Argument } else { Self::Arguments }
    }

    /// Whether each was named as an argument, so that one that cannot be changed is an error.
    #[must_use]
    pub const fn is_by_argument(self) -> bool {
        matches!(self, Self::Argument | Self::Prefix | Self::Arguments)
    }

    /// Whether a single one was named; it is then printed as a record, not as a list of changes.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Argument | Self::Prefix)
    }

    /// Whether the change must be confirmed.
    #[must_use]
    pub const fn consent(self) -> Consent {
        match self {
            Self::Argument => Consent::NotNeeded,
            Self::Prefix | Self::Filter => Consent::Required,
            Self::Arguments | Self::List => Consent::OnTerminal,
        }
    }
}

impl BulkArgs {
    /// Whether a list is given.
    #[must_use]
    pub const fn has_list(&self) -> bool {
        self.names.is_given()
    }

    /// The names of the list, if one is given.
    ///
    /// # Errors
    /// As [`NameArgs::names`].
    pub fn names(&self) -> anyhow::Result<Option<Names>> {
        self.names.names()
    }

    /// The text of the list, if one is given, with the name of its source.
    ///
    /// # Errors
    /// As [`NameArgs::text`].
    pub fn list_text(&self) -> anyhow::Result<Option<(String, String)>> {
        self.names.text()
    }

    /// Whether a person is to be asked, or there is nobody to give the consent that the change needs.
    #[must_use]
    pub fn asks(&self, consent: Consent, out: &Output) -> bool {
        !self.dry_run && !self.yes && (consent == Consent::Required || out.is_interactive())
    }

    /// Shows the changes, and asks for confirmation where one is needed. Returns whether a person
    /// has confirmed exactly these changes.
    ///
    /// # Errors
    /// As [`Output::confirm`].
    pub fn confirm<R: Record>(
        &self,
        action: &str,
        changes: &[R],
        consent: Consent,
        out: &Output,
    ) -> anyhow::Result<bool> {
        if changes.is_empty() || self.dry_run || self.yes {
            return Ok(false);
        }
        out.confirm(action, changes, consent)
    }

    /// Checks --max-change, and returns how the transaction ends: in a dry run, with a rollback.
    ///
    /// # Errors
    /// When there are more changes than --max-change allows; `what` is the singular of what is counted.
    pub fn end(
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

    /// Prints how many of the selected users or records were changed, or would be, and how many cannot be; to a person also
    /// how the changes are undone.
    pub fn print_count(&self, changes: usize, of: usize, skipped: usize, what: &str, db: &Db, out: &Output) {
        if of == 0 {
            out.status(format_args!("no {what}s matched"));
            return;
        }
        let verb = if self.dry_run { "would change" } else { "changed" };
        let skipped =
            if skipped == 0 { String::new() } else { format!(", {} skipped: not eligible", thousands(skipped as u64)) };
        out.status(format_args!("{verb} {} of {}{skipped}", thousands(changes as u64), plural(of as u64, what)));
        if changes > 0 && !self.dry_run && out.is_interactive() {
            out.hint(format_args!("undo with: rollbook audit undo {}", shell_quoted(db.operation.id())));
        }
    }
}

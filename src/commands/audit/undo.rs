use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::{Access, End, reason_of_undo};
use crate::error::{ExitStatus, Failure};
use crate::models::{OperationRow, Subject, change_or_not, ensure_a_superadmin};
use crate::output::{Consent, FieldChange, Output, Record, field_changes, plural};
use crate::text::shell_quoted;

mod changes;
mod later;
mod plan;
mod reversal;

use plan::Plan;
use reversal::{Reversal, Writer};

/// The most obstacles that are printed.
const MOST_SHOWN: usize = 10;

/// Undo the changes of one operation: roles, fields of users, stages, notes, nominations, withdrawals
///
/// Each field is set back to its value before the operation, if it still has the value that the operation gave it. Roles that
/// were granted are removed, and removed roles are granted again. What was changed again since, or cannot be undone (created,
/// merged and erased users, recorded actions), is listed, and nothing is changed; with --partial, the rest is undone. The
/// undo is an operation itself, and can be undone. The exit code is 4 if something could not be undone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the operation, as audit operations lists it
    operation: String,
    /// Undo what can be undone, and list the rest
    #[arg(long)]
    partial: bool,
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Safety")]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, short, help_heading = "Safety")]
    yes: bool,
}

/// What an undo changes of a user or a champion record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct UndoneChange {
    subject_kind: Subject,
    subject_id: String,
    /// The changed fields; all of them, if a record is removed or added again.
    changes: Vec<FieldChange>,
    #[serde(skip)]
    summary: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let now = ctx.clock.now();
        let (db, out) = ctx.open()?;
        let OperationRow { id: operation, result, .. } = OperationRow::find(&mut db.conn, &self.operation)?;
        db.operation.set_reason(reason_of_undo(&operation, db.operation.reason()));
        let nets = changes::of_operation(&operation, db)?;
        if nets.is_empty() {
            let of = shell_quoted(&operation);
            let message = format!("operation {of} cannot be undone: the audit trail has no changes of it ({result})");
            return Err(Failure::new(ExitStatus::Conflict, message).into());
        }
        let mut rows = Vec::new();
        let plan = Plan::new(&nets, db, |reversal| {
            rows.push(UndoneChange::of(reversal)?);
            Ok(())
        })?;
        self.check(&plan.obstacles(), out)?;
        let status = if plan.obstacles().is_empty() { ExitStatus::Done } else { ExitStatus::Conflict };
        if rows.is_empty() {
            out.status("nothing to undo");
            return Ok(status);
        }
        let action = format!("undo {}", plural(rows.len() as u64, "change"));
        let is_confirmed = if self.dry_run || self.yes {
            false
        } else {
            db.while_waiting(|| out.confirm(&action, &rows, Consent::Required))?
        };
        change_or_not(self.dry_run, db, |db| {
            plan::lock(&nets, db)?;
            let mut writer = Writer::new(now);
            let mut planned = rows.iter();
            let mut plan = Plan::new(&nets, db, |reversal| {
                writer.announce(reversal);
                if planned.next() == Some(&UndoneChange::of(reversal)?) { Ok(()) } else { Err(is_modified().into()) }
            })?;
            if planned.next().is_some() {
                return Err(is_modified().into());
            }
            let obstacles = plan.obstacles().len();
            writer.write_addresses(db)?;
            plan.each_batch(&nets, db, |_, reversal, db| writer.write(&reversal, db))?;
            if plan.obstacles().len() != obstacles {
                return Err(is_modified().into());
            }
            if let Some((before, after)) = &writer.demotion {
                ensure_a_superadmin(&after.change_from(before, "roles"), db)?;
            }
            Ok(((), End::of_change(self.dry_run)))
        })?;
        // What was confirmed has been shown.
        if !is_confirmed || !out.format().is_for_people() {
            let shown = out.default_limit().unwrap_or(usize::MAX).min(rows.len());
            out.all_changed(&rows[..shown])?;
            if shown < rows.len() {
                out.status(format_args!("{} not shown", plural((rows.len() - shown) as u64, "change")));
            }
        }
        let verb = if self.dry_run { "would undo" } else { "undid" };
        let of = shell_quoted(&operation);
        out.status(format_args!("{verb} {} of operation {of}", plural(rows.len() as u64, "change")));
        Ok(status)
    }
}

/// The error for what is not as it was shown.
fn is_modified() -> Failure {
    Failure::new(ExitStatus::Conflict, "what the operation changed was modified concurrently")
        .hint("run the command again to see what would change now")
}

impl Args {
    /// Lists what cannot be undone; it is an error, unless the rest is to be undone.
    fn check(&self, obstacles: &[&str], out: &Output) -> anyhow::Result<()> {
        let shown = obstacles.len().min(MOST_SHOWN);
        for obstacle in &obstacles[..shown] {
            out.problem(obstacle);
        }
        if shown < obstacles.len() {
            let more = obstacles.len() - shown;
            out.problem(format_args!("and {}", plural(more as u64, "more change")));
        }
        if obstacles.is_empty() || self.partial {
            return Ok(());
        }
        let message = format!("{} cannot be undone", plural(obstacles.len() as u64, "change"));
        let operation = shell_quoted(&self.operation);
        let hint = format!("undo the others with --partial, or see rollbook audit list --operation {operation}");
        Err(Failure::new(ExitStatus::Conflict, message).hint(hint).into())
    }
}

impl UndoneChange {
    fn of(reversal: &Reversal) -> anyhow::Result<Self> {
        let (before, after) = reversal.states()?;
        let changes = field_changes(before.as_ref(), after.as_ref());
        let (subject_kind, subject_id) = reversal.subject();
        let summary = match (before, after) {
            (Some(_), None) => "withdrawn".to_owned(),
            (None, _) => "added again".to_owned(),
            (Some(_), Some(_)) => changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        Ok(Self { subject_kind, subject_id: subject_id.to_owned(), changes, summary })
    }
}

impl Record for UndoneChange {
    const COLUMNS: &'static [&'static str] = &["subject_kind", "subject_id", "changes"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const PROSE: &'static [&'static str] = &["changes"];

    fn cells(&self) -> Vec<String> {
        vec![self.subject_kind.to_string(), self.subject_id.clone(), self.summary.clone()]
    }

    fn id(&self) -> &str {
        &self.subject_id
    }
}

//! The commands that move records between stages; which steps are allowed is defined in [`crate::models::RULES`].

use super::targets::{Next, Targets};
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, RoleRule, Stage};

/// Move records one step forward: candidate to selected, selected to champion
///
/// Entering stage champion grants the user the role champion. If a record is moved concurrently, the command reports
/// it and changes nothing.
#[derive(Debug, clap::Args)]
pub struct Advance {
    #[command(flatten)]
    step: StepArgs,
}

/// Move records from champion to alumni
///
/// Removes the role champion from the users, unless another record of the same user is in stage champion.
#[derive(Debug, clap::Args)]
pub struct Retire {
    #[command(flatten)]
    step: StepArgs,
}

/// Move records to any stage
///
/// A move other than one step forward requires --force. Timestamps of later stages are cleared; the timestamp of the
/// new stage and missing timestamps of earlier stages are set to --at.
#[derive(Debug, clap::Args)]
pub struct Move {
    /// Stage to move to
    #[arg(long, value_name = "STAGE", value_enum)]
    to: Stage,
    /// Allow moving backwards or skipping stages
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    step: StepArgs,
}

/// The records to move, and the options of the step.
#[derive(Debug, clap::Args)]
struct StepArgs {
    #[command(flatten)]
    targets: Targets,
    /// Time of the step, with Z or an offset [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Effect")]
    at: Option<Timestamp>,
    /// Do not change the users' roles
    #[arg(long, help_heading = "Effect", hide_short_help = true)]
    keep_roles: bool,
}

impl Command for Advance {
    fn access(&self) -> Access {
        Access::of_change(self.step.targets.is_dry_run())
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        self.step.take("advance", |record| forward(record, "advance"), ctx)
    }
}

impl Command for Retire {
    fn access(&self) -> Access {
        Access::of_change(self.step.targets.is_dry_run())
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        self.step.take("retire", |record| forward(record, "retire"), ctx)
    }
}

impl Command for Move {
    fn access(&self) -> Access {
        Access::of_change(self.step.targets.is_dry_run())
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let step = |record: &Champion| {
            if record.stage == self.to {
                return Err(Failure::failed(format!("{} is already in stage {}", record.id, self.to)));
            }
            if self.force || record.stage.rule().next == Some(self.to) {
                return Ok(self.to);
            }
            let message =
                format!("cannot move {} from {} to {}: not one step forward", record.id, record.stage, self.to);
            Err(Failure::failed(message).hint("add --force to move it anyway"))
        };
        self.step.take("move", step, ctx)
    }
}

/// The next stage, if `verb` is the command that moves a record there.
fn forward(record: &Champion, verb: &str) -> Result<Stage, Failure> {
    let rule = record.stage.rule();
    if let (Some(next), true) = (rule.next, rule.forward == Some(verb)) {
        return Ok(next);
    }
    let expected = if verb == "retire" { "champion" } else { "candidate or selected" };
    let (id, found) = (&record.id, record.stage);
    let failure = Failure::failed(format!("cannot {verb} {id}: expected stage {expected}, found {found}"));
    Err(match rule.forward {
        Some(other) => failure.hint(format!("{other} it instead: rollbook champions {other} {id}")),
        None => failure,
    })
}

impl StepArgs {
    fn take(
        &self,
        verb: &str,
        step: impl Fn(&Champion) -> Result<Stage, Failure>,
        ctx: &mut Context,
    ) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let roles = if self.keep_roles { RoleRule::Keep } else { RoleRule::Follow };
        let at = self.at.unwrap_or_else(|| clock.now());
        let plan = self.targets.plan(self.targets.record.as_deref(), clock, db, out)?;
        let decide = |record: &Champion| Ok(Next::Changed(record.moved(step(record)?, at)?));
        let write = |before: &Champion, next: &Next, db: &mut Db| match next {
            Next::Changed(after) => after.step_from(before, verb, at, roles, db),
            Next::Same | Next::Gone => Ok(()),
        };
        plan.carry_out(verb, decide, write, db, out)
    }
}

//! The commands that move records between stages. Which step each takes is their own; the rules are those of the table.

use super::targets::{Next, Targets};
use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, RoleRule, Stage};
use crate::output::Output;

/// Move records one step forward: candidate to selected, selected to champion
///
/// Entering stage champion gives the user the role champion. A record that somebody else moves meanwhile is reported, and
/// nothing is changed.
#[derive(Debug, clap::Args)]
pub struct Advance {
    #[command(flatten)]
    step: Step,
}

/// Move records from champion to alumni
///
/// It takes the role champion from the users, unless another record of the same user is in that stage.
#[derive(Debug, clap::Args)]
pub struct Retire {
    #[command(flatten)]
    step: Step,
}

/// Move records to any stage
///
/// Anything but one step forward needs --force. Stamps that the stage does not have are cleared, those that it lacks are
/// set.
#[derive(Debug, clap::Args)]
pub struct Move {
    /// The stage to move to
    #[arg(long, value_name = "STAGE", value_enum)]
    to: Stage,
    /// Move backwards, or over a stage
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    step: Step,
}

/// The records to move, and how.
#[derive(Debug, clap::Args)]
struct Step {
    #[command(flatten)]
    targets: Targets,
    /// When the step was taken [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Instant>,
    /// Leave the users' roles as they are
    #[arg(long)]
    keep_roles: bool,
}

impl Advance {
    pub(super) fn run(&self, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        self.step.take("advance", |record| forward(record, "advance"), db, out)
    }
}

impl Retire {
    pub(super) fn run(&self, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        self.step.take("retire", |record| forward(record, "retire"), db, out)
    }
}

impl Move {
    pub(super) fn run(&self, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let step = |record: &Champion| {
            if record.stage == self.to {
                return Err(Failure::failed(format!("{} is {} already", record.id, self.to)));
            }
            if self.force || record.stage.rule().next == Some(self.to) {
                return Ok(self.to);
            }
            let message = format!("{} is {}: {} is not one step forward", record.id, record.stage, self.to);
            Err(Failure::failed(message).hint("--force moves it all the same"))
        };
        self.step.take("move", step, db, out)
    }
}

/// The stage one step forward, if the command takes that step.
fn forward(record: &Champion, verb: &str) -> Result<Stage, Failure> {
    let rule = record.stage.rule();
    if let (Some(next), true) = (rule.next, rule.forward == Some(verb)) {
        return Ok(next);
    }
    let why = if verb == "retire" { "only a champion retires" } else { "there is no step forward" };
    let failure = Failure::failed(format!("{} is {}: {why}", record.id, record.stage));
    Err(match rule.forward {
        Some(other) => failure.hint(format!("rollbook champions {other} moves it on")),
        None => failure,
    })
}

impl Step {
    fn take(
        &self,
        verb: &str,
        step: impl Fn(&Champion) -> Result<Stage, Failure>,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let roles = if self.keep_roles { RoleRule::Keep } else { RoleRule::Follow };
        let at = self.at.unwrap_or_else(Instant::now);
        let plan = self.targets.plan(self.targets.record.as_deref(), db, out)?;
        let decide = |record: &Champion| Ok(Next::Changed(record.moved(step(record)?, at)?));
        let write = |before: &Champion, next: &Next, db: &mut Db| match next {
            Next::Changed(after) => after.step_from(before, verb, at, roles, db),
            Next::Same | Next::Gone => Ok(()),
        };
        plan.carry_out(verb, decide, write, db, out)
    }
}

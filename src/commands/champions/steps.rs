//! The commands that move records between stages; which steps are allowed is defined in [`crate::models::RULES`].

use std::collections::BTreeSet;

use super::change::{Next, RecordChange};
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, RoleRule, Stage};
use crate::selection::ChampionTargets;

/// Move records one step forward: candidate to selected, selected to champion
///
/// Entering stage champion grants the user the role champion. If a record is moved concurrently, the command reports
/// it and changes nothing. With --from or --to, repeating the command does not move a record twice.
#[derive(Debug, clap::Args)]
pub struct Advance {
    /// Only advance records in this stage; others are skipped
    #[arg(long, value_name = "STAGE", value_parser = advanced_from, conflicts_with = "to")]
    from: Option<Stage>,
    /// Only advance records to this stage; others are skipped
    #[arg(long, value_name = "STAGE", value_parser = advanced_to, hide_short_help = true)]
    to: Option<Stage>,
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
    targets: ChampionTargets,
    /// Time of the step, with Z or an offset [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Effect", hide_short_help = true)]
    at: Option<Timestamp>,
    /// Do not change the users' roles
    #[arg(long, help_heading = "Effect", hide_short_help = true)]
    keep_roles: bool,
}

impl Command for Advance {
    fn access(&self) -> Access {
        Access::of_change(self.step.targets.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let from = self.from.or_else(|| {
            let to = self.to?;
            Stage::ALL.iter().copied().find(|stage| stage.rule().next == Some(to))
        });
        let step = |record: &Champion| match from {
            Some(from) if record.stage != from => Ok(Step::Skipped),
            _ => Ok(forward(record, "advance")),
        };
        self.step.take("advance", step, from.is_none(), ctx)
    }
}

/// Where a record goes.
enum Step {
    To(Stage),
    NotEligible(Failure),
    Skipped,
}

/// Parses a stage that records are advanced from.
fn advanced_from(name: &str) -> Result<Stage, String> {
    match name.parse() {
        Ok(stage @ (Stage::Candidate | Stage::Selected)) => Ok(stage),
        _ => Err("expected candidate or selected".to_owned()),
    }
}

/// Parses a stage that records are advanced to.
fn advanced_to(name: &str) -> Result<Stage, String> {
    match name.parse() {
        Ok(stage @ (Stage::Selected | Stage::Champion)) => Ok(stage),
        _ => Err("expected selected or champion".to_owned()),
    }
}

impl Command for Retire {
    fn access(&self) -> Access {
        Access::of_change(self.step.targets.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        self.step.take("retire", |record| Ok(forward(record, "retire")), false, ctx)
    }
}

impl Command for Move {
    fn access(&self) -> Access {
        Access::of_change(self.step.targets.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let step = |record: &Champion| {
            if record.stage == self.to {
                let failure = Failure::failed(format!("{} is already in stage {}", record.id, self.to));
                return Ok(Step::NotEligible(failure));
            }
            if self.force || record.stage.rule().next == Some(self.to) {
                return Ok(Step::To(self.to));
            }
            let message =
                format!("cannot move {} from {} to {}: not one step forward", record.id, record.stage, self.to);
            Err(Failure::failed(message).hint("add --force to move it anyway"))
        };
        self.step.take("move", step, false, ctx)
    }
}

/// The next stage, if `verb` is the command that moves a record there.
fn forward(record: &Champion, verb: &str) -> Step {
    let rule = record.stage.rule();
    if let (Some(next), true) = (rule.next, rule.forward == Some(verb)) {
        return Step::To(next);
    }
    let expected = if verb == "retire" { "champion" } else { "candidate or selected" };
    let (id, found) = (&record.id, record.stage);
    let failure = Failure::failed(format!("cannot {verb} {id}: expected stage {expected}, found {found}"));
    Step::NotEligible(match rule.forward {
        Some(other) => failure.hint(format!("{other} it instead: rollbook champions {other} {id}")),
        None => failure,
    })
}

impl StepArgs {
    /// Moves the records. With `one_stage`, all that can be moved must be in the same stage, unless one is named.
    fn take(
        &self,
        verb: &str,
        step: impl Fn(&Champion) -> Result<Step, Failure>,
        one_stage: bool,
        ctx: &mut Context,
    ) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        clock.check_recorded("--at", self.at)?;
        let (db, out) = ctx.open()?;
        let roles = if self.keep_roles { RoleRule::Keep } else { RoleRule::Follow };
        let at = self.at.unwrap_or_else(|| clock.now());
        let selected = self.targets.resolve(clock, db, out)?;
        let decide = |record: &Champion| {
            Ok(match step(record)? {
                Step::To(stage) => Next::Changed(record.moved(stage, at)?),
                Step::NotEligible(failure) => Next::NotEligible(failure),
                Step::Skipped => Next::Skipped,
            })
        };
        if one_stage && !selected.by.is_single() {
            let eligible = selected.records.iter().filter(|record| matches!(step(record), Ok(Step::To(_))));
            let stages: BTreeSet<Stage> = eligible.map(|record| record.stage).collect();
            if stages.len() > 1 {
                let stages: Vec<&str> = stages.into_iter().map(Stage::as_str).collect();
                let message = format!("the selected records are in several stages: {}", stages.join(", "));
                return Err(Failure::usage(message).hint("choose one: --from candidate, or --from selected").into());
            }
        }
        let write = |before: &Champion, next: &Next, db: &mut Db| match next {
            Next::Changed(after) => after.step_from(before, verb, at, roles, db),
            _ => Ok(()),
        };
        RecordChange { verb, selected, bulk: &self.targets.bulk, consent: None }.carry_out(decide, write, db, out)
    }
}

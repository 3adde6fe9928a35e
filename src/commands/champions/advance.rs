use super::step::Step;
use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::models::Stage;
use crate::output::Output;

/// Move a record one step forward: candidate to selected, selected to champion
///
/// Entering stage champion gives the user the role champion.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    step: Step,
    /// When the step was taken [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Instant>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let step = |record: &crate::models::Champion| match (record.stage, record.stage.next()) {
        (Stage::Candidate | Stage::Selected, Some(next)) => Ok(next),
        (stage, next) => {
            let failure = Failure::failed(format!("{} is {stage}: there is no step forward", record.id));
            Err(if next.is_some() {
                failure.hint("rollbook champions retire makes a champion alumni")
            } else {
                failure
            })
        }
    };
    args.step.take("advance", args.at, step, db, out)
}

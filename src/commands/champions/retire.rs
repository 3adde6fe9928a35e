use super::step::Step;
use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, Stage};
use crate::output::Output;

/// Move a record from champion to alumni
///
/// It takes the role champion from the user, unless another record of the same user is in that stage.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    step: Step,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let step = |record: &Champion| match record.stage {
        Stage::Champion => Ok(Stage::Alumni),
        stage => Err(Failure::failed(format!("{} is {stage}: only a champion retires", record.id))
            .hint("rollbook champions advance moves it forward")),
    };
    args.step.take("retire", None, step, db, out)
}

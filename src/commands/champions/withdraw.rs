use super::targets::{Next, Targets};
use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::models::Champion;
use crate::output::{Output, plural};

/// Remove records of candidates and selected from the pipeline
///
/// The audit trail keeps them. Who has been champion is retired instead.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    targets: Targets,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let plan = args.targets.plan(args.targets.record.as_deref(), db, out)?;
    let records = plural(plan.len() as u64, "record");
    out.confirm(&format!("Withdraw {records} from the pipeline?"), args.yes || plan.is_rehearsed())?;
    let decide = |record: &Champion| {
        if record.stage.rule().may_withdraw {
            return Ok(Next::Gone);
        }
        let message = format!("{} is {}: only a candidate or selected is withdrawn", record.id, record.stage);
        let failure = Failure::failed(message);
        Err(match record.stage.rule().forward {
            Some(forward) => failure.hint(format!("rollbook champions {forward} ends it")),
            None => failure,
        })
    };
    plan.carry_out("withdraw", decide, |record, _, db| record.withdraw(db), db, out)
}

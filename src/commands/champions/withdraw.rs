use super::targets::{Next, Targets};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::Champion;
use crate::output::plural;

/// Withdraw candidate and selected records from the pipeline, deleting them
///
/// The audit trail keeps withdrawn records. Champions are retired instead.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    targets: Targets,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.targets.is_dry_run())
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let plan = args.targets.plan(args.targets.record.as_deref(), clock, db, out)?;
        let records = plural(plan.len() as u64, "record");
        out.confirm(&format!("withdraw {records} from the pipeline"), args.yes || args.targets.is_dry_run())?;
        let decide = |record: &Champion| {
            if record.stage.rule().may_withdraw {
                return Ok(Next::Gone);
            }
            let (id, found) = (&record.id, record.stage);
            let failure =
                Failure::failed(format!("cannot withdraw {id}: expected stage candidate or selected, found {found}"));
            Err(match record.stage.rule().forward {
                Some(forward) => failure.hint(format!("{forward} it instead: rollbook champions {forward} {id}")),
                None => failure,
            })
        };
        plan.carry_out("withdraw", decide, |record, _, db| record.withdraw(db), db, out)
    }
}

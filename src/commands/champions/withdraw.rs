use super::change::{Next, RecordChange};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::Champion;
use crate::output::Consent;
use crate::selection::ChampionTargets;

/// Withdraw candidate and selected records from the pipeline, deleting them
///
/// The audit trail keeps withdrawn records. Champions are retired instead.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    targets: ChampionTargets,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.targets.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let selected = args.targets.resolve(clock, db, out)?;
        let bulk = &args.targets.bulk;
        let decide = |record: &Champion| {
            if record.stage.rule().may_withdraw {
                return Ok(Next::Gone);
            }
            let (id, found) = (&record.id, record.stage);
            let failure =
                Failure::failed(format!("cannot withdraw {id}: expected stage candidate or selected, found {found}"));
            Ok(Next::NotEligible(match record.stage.rule().forward {
                Some(forward) => failure.hint(format!("{forward} it instead: rollbook champions {forward} {id}")),
                None => failure,
            }))
        };
        // A deletion is confirmed however the records were selected.
        let change = RecordChange { verb: "withdraw", selected, bulk, consent: Some(Consent::Required) };
        change.carry_out(decide, |record, _, db| record.withdraw(db), db, out)
    }
}

use super::actions::lint_findings;
use crate::analytics::{Inconsistency, Likeness, inconsistencies};
use crate::clock::Age;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::output::{ArrangeArgs, plural};

/// Report what is inconsistent between people, roles, the champion pipeline and the log; exit code 1 if anything is
///
/// The database itself is checked by rollbook doctor, silent sources by rollbook actions freshness.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report administrators without an action for this long
    #[arg(long, value_name = "AGE", default_value = "90d")]
    inactive_for: Age,
    /// Fields to compare when looking for likely duplicates
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',', default_value = "email")]
    by: Vec<Likeness>,
    /// Skip the log, which takes time if it is large
    #[arg(long)]
    without_log: bool,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let inactive_since = clock.ago(self.inactive_for)?;
        self.arrange.check::<Inconsistency>()?;
        let (db, out) = ctx.open()?;
        let problems = db.snapshot(|db| {
            let mut problems = inconsistencies(inactive_since, &self.by, db)?;
            if !self.without_log {
                db.scan()?;
                problems.extend(lint_findings(clock.now(), db)?.into_iter().map(|(rule, found, meaning)| {
                    Inconsistency {
                        rule,
                        subject: "log".to_owned(),
                        problem: format!("{}: {meaning}; see rollbook actions lint", plural(found, "action")),
                    }
                }));
            }
            Ok(problems)
        })?;
        self.arrange.print(&problems, out)?;
        if problems.is_empty() {
            out.status("no inconsistencies found");
            return Ok(ExitStatus::Done);
        }
        out.status(format_args!("{} found", plural(problems.len() as u64, "inconsistency")));
        Ok(ExitStatus::Failed)
    }
}

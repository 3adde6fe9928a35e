use diesel::prelude::*;

use crate::commands::audit::{self, Condition};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::Subject;
use crate::schema::audit_event;
use crate::selection::paging::SortedListArgs;

/// List the erasures: who erased whom, when and why, latest first
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Output")]
    list: SortedListArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let conditions = || -> Vec<Condition> {
            let is_erasure = audit_event::subject_kind.eq(Subject::User).and(audit_event::verb.eq("erase"));
            vec![Box::new(is_erasure), Box::new(audit_event::refusal.is_null())]
        };
        audit::print(conditions, &self.list, db, out)?;
        Ok(ExitStatus::Done)
    }
}

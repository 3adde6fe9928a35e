use diesel::prelude::*;

use crate::commands::audit::{self, AuditFilter, Condition};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::Subject;
use crate::schema::audit_event;
use crate::selection::find_user;
use crate::selection::paging::SortedListArgs;

/// List the changes of a user, latest first: time, actor, old and new values
///
/// Refused attempts are listed with the reason. Changes of other users and of champion records: rollbook audit list.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    #[command(flatten, next_help_heading = "Filters")]
    filter: AuditFilter,
    #[command(flatten, next_help_heading = "Output")]
    list: SortedListArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let mut filter = self.filter.resolved(ctx.clock)?;
        let (db, out) = ctx.open()?;
        filter.check(&mut db.conn)?;
        let user = find_user(&self.user, &mut db.conn)?.0.id;
        let conditions = || -> Vec<Condition> {
            let of_user = audit_event::subject_kind.eq(Subject::User).and(audit_event::subject_id.eq(user.clone()));
            let of_user: Condition = Box::new(of_user);
            std::iter::once(of_user).chain(filter.conditions()).collect()
        };
        audit::print(conditions, &self.list, db, out)?;
        Ok(ExitStatus::Done)
    }
}

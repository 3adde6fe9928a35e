use diesel::dsl::{exists, select};
use diesel::prelude::*;

use super::AuditFilter;
use crate::context::{Command, Context};
use crate::db::{Access, AnyConnection};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, ImportRun, Subject, User};
use crate::schema::audit_event;
use crate::selection::paging::SortedListArgs;
use crate::text::shell_quoted;

/// List changes of users, roles and champion records, imports, and refused attempts, latest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by what was changed: a user by id or email, a champion record or an import by id; repeat to match any of several
    #[arg(long = "subject", value_name = "ID", value_delimiter = ',', help_heading = "Filters")]
    subjects: Vec<String>,
    /// Filter by the kind of what was changed; repeat to match any of several
    #[arg(
        long = "kind",
        value_name = "KIND",
        value_enum,
        value_delimiter = ',',
        help_heading = "Filters",
        hide_short_help = true
    )]
    kinds: Vec<Subject>,
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
        let find = |name: &String| subject_named(name, &mut db.conn);
        let subjects: Vec<String> = self.subjects.iter().map(find).collect::<anyhow::Result<_>>()?;
        let conditions = || {
            let mut conditions = filter.conditions();
            if !subjects.is_empty() {
                conditions.push(Box::new(audit_event::subject_id.eq_any(subjects.clone())));
            }
            if !self.kinds.is_empty() {
                conditions.push(Box::new(audit_event::subject_kind.eq_any(self.kinds.clone())));
            }
            conditions
        };
        super::print(conditions, &self.list, db, out)?;
        Ok(ExitStatus::Done)
    }
}

/// The id of what was changed: of a user, also by an address; of anything else, as it was given. The start of an id is enough
/// if no other id of its kind starts with it.
fn subject_named(name: &str, conn: &mut AnyConnection) -> anyhow::Result<String> {
    if name.contains('@') {
        return Ok(User::find(conn, name)?.id);
    }
    if let Some(user) = User::find_optional(conn, name)? {
        return Ok(user.id);
    }
    let changes = audit_event::table.filter(audit_event::subject_id.eq(name));
    if select(exists(changes)).get_result(conn)? {
        return Ok(name.to_owned());
    }
    if let Some(user) = User::find_by_start(conn, name)? {
        return Ok(user.id);
    }
    if let Some(record) = Champion::find_by_start(conn, name)? {
        return Ok(record.id);
    }
    if let Some(run) = ImportRun::find_by_start(conn, name)? {
        return Ok(run.id);
    }
    let hint = User::nearest(name, conn)?;
    Err(Failure::not_found(format!("the audit trail has no change of {}", shell_quoted(name)))
        .hint(hint.unwrap_or_else(|| "give a user by id or email, or a champion record or an import by id".to_owned()))
        .into())
}

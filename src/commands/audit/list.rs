use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::Condition;
use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::{Role, Subject, User};
use crate::schema::audit_event;
use crate::selection::paging::ListArgs;

/// List changes of users, roles and champion records, imports, and refused attempts, latest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by the actor who made the change
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    actor: Option<String>,
    /// Filter by what was changed: a user by id or email, a champion record or an import by id
    #[arg(long, value_name = "ID", help_heading = "Filters")]
    subject: Option<String>,
    /// Filter by the kind of what was changed
    #[arg(long, value_enum, help_heading = "Filters", hide_short_help = true)]
    kind: Option<Subject>,
    /// Filter by the kind of change, such as create, roles, advance, merge; repeat to match any of several
    #[arg(long = "verb", value_name = "VERB", help_heading = "Filters")]
    verbs: Vec<String>,
    /// Only changes that granted or removed this role
    #[arg(long, value_enum, help_heading = "Filters")]
    role: Option<Role>,
    /// Only changes at or after this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    since: Option<TimeArg>,
    /// Only changes before this time, date or age
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    until: Option<TimeArg>,
    /// Only attempts that a rule refused
    #[arg(long, help_heading = "Filters", hide_short_help = true)]
    refused: bool,
    /// Filter by the operation that the change was part of
    #[arg(long, value_name = "ID", help_heading = "Filters", hide_short_help = true)]
    operation: Option<String>,
    #[command(flatten, next_help_heading = "Output")]
    list: ListArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (since, until) = ctx.clock.span(self.since, self.until)?;
        let (db, out) = ctx.open()?;
        let subject = match &self.subject {
            Some(name) => Some(User::find_optional(&mut db.conn, name)?.map_or_else(|| name.clone(), |user| user.id)),
            None => None,
        };
        let conditions = || {
            let mut conditions: Vec<Condition> = Vec::new();
            if let Some(actor) = &self.actor {
                conditions.push(Box::new(audit_event::actor.eq(actor.clone())));
            }
            if let Some(subject) = &subject {
                conditions.push(Box::new(audit_event::subject_id.eq(subject.clone())));
            }
            if let Some(kind) = self.kind {
                conditions.push(Box::new(audit_event::subject_kind.eq(kind)));
            }
            if !self.verbs.is_empty() {
                conditions.push(Box::new(audit_event::verb.eq_any(self.verbs.clone())));
            }
            if let Some(role) = self.role {
                // Raw SQL: diesel has no JSON operators that both engines support.
                let listed = format!("%\"{role}\"%");
                let changed = sql::<Bool>("(coalesce(after ->> 'roles', '') LIKE ").bind::<Text, _>(listed.clone());
                let changed = changed.sql(") <> (coalesce(before ->> 'roles', '') LIKE ").bind::<Text, _>(listed);
                conditions.push(Box::new(changed.sql(")")));
            }
            if let Some(since) = since {
                conditions.push(Box::new(audit_event::at.ge(since)));
            }
            if let Some(until) = until {
                conditions.push(Box::new(audit_event::at.lt(until)));
            }
            if self.refused {
                conditions.push(Box::new(audit_event::refusal.is_not_null()));
            }
            if let Some(operation) = &self.operation {
                conditions.push(Box::new(audit_event::operation_id.eq(operation.clone()).assume_not_null()));
            }
            conditions
        };
        super::print(conditions, &self.list, db, out)?;
        Ok(ExitStatus::Done)
    }
}

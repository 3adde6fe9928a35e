use diesel::dsl::{exists, select, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Condition;
use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::{Access, AnyConnection};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, ImportRun, Role, Subject, User};
use crate::schema::audit_event;
use crate::selection::paging::ListArgs;
use crate::text::shell_quoted;

/// List changes of users, roles and champion records, imports, and refused attempts, latest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by the actor who made the change; repeat to match any of several
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Filters")]
    actor: Vec<String>,
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
    /// Filter by the kind of change, such as create, roles, advance, merge; repeat to match any of several
    #[arg(long = "verb", value_name = "VERB", value_delimiter = ',', help_heading = "Filters")]
    verbs: Vec<String>,
    /// Only changes that granted or removed this role; repeat to match any of several
    #[arg(long = "role", value_name = "ROLE", value_enum, value_delimiter = ',', help_heading = "Filters")]
    roles: Vec<Role>,
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
        let find = |name: &String| subject_named(name, &mut db.conn);
        let subjects: Vec<String> = self.subjects.iter().map(find).collect::<anyhow::Result<_>>()?;
        check_verbs(&self.verbs, &mut db.conn)?;
        let conditions = || {
            let mut conditions: Vec<Condition> = Vec::new();
            if !self.actor.is_empty() {
                conditions.push(Box::new(audit_event::actor.eq_any(self.actor.clone())));
            }
            if !subjects.is_empty() {
                conditions.push(Box::new(audit_event::subject_id.eq_any(subjects.clone())));
            }
            if !self.kinds.is_empty() {
                conditions.push(Box::new(audit_event::subject_kind.eq_any(self.kinds.clone())));
            }
            if !self.verbs.is_empty() {
                conditions.push(Box::new(audit_event::verb.eq_any(self.verbs.clone())));
            }
            if !self.roles.is_empty() {
                conditions.push(has_changed_any(&self.roles));
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

/// Checks that the trail has changes of each of these kinds.
fn check_verbs(verbs: &[String], conn: &mut AnyConnection) -> anyhow::Result<()> {
    if verbs.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = audit_event::table.select(audit_event::verb).distinct().load(conn)?;
    match verbs.iter().find(|verb| !known.contains(verb)) {
        Some(verb) => Err(Failure::unknown("kind of change", verb, known.iter().map(String::as_str))
            .or_hint(format!("the audit trail has: {}", known.join(", ")))
            .into()),
        None => Ok(()),
    }
}

/// The condition that a change granted or removed any of the roles.
fn has_changed_any(roles: &[Role]) -> Condition {
    // Raw SQL: diesel has no JSON operators that both engines support. The names of roles need no escaping.
    let changed = |role: &Role| {
        let has = |column: &str| format!("(coalesce({column} ->> 'roles', '') LIKE '%\"{role}\"%')");
        format!("{} <> {}", has("after"), has("before"))
    };
    let any: Vec<String> = roles.iter().map(changed).collect();
    Box::new(sql::<Bool>(&format!("({})", any.join(" OR "))))
}

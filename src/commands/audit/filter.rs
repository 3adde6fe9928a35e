//! Which changes of the audit trail are listed.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Condition;
use crate::clock::{Clock, TimeArg};
use crate::db::AnyConnection;
use crate::db::types::Timestamp;
use crate::error::Failure;
use crate::models::{OperationRow, Role};
use crate::schema::audit_event;

/// Filters on changes, whatever they are of.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct AuditFilter {
    /// Filter by the actor who made the change; repeat to match any of several
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    actor: Vec<String>,
    /// Filter by the kind of change, such as create, roles, advance, merge; repeat to match any of several
    #[arg(long = "verb", value_name = "VERB", value_delimiter = ',')]
    verbs: Vec<String>,
    /// Only changes that granted or removed this role; repeat to match any of several
    #[arg(long = "role", value_name = "ROLE", value_enum, value_delimiter = ',')]
    roles: Vec<Role>,
    /// Only changes at or after this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    since: Option<TimeArg>,
    /// Only changes before this time, date or age
    #[arg(long, value_name = "TIME")]
    until: Option<TimeArg>,
    /// Only attempts that a rule refused
    #[arg(long, hide_short_help = true)]
    refused: bool,
    /// Filter by the operation that the change was part of
    #[arg(long, value_name = "ID", hide_short_help = true)]
    operation: Option<String>,
}

/// The filters, with the span of time that is meant.
pub(in crate::commands) struct AuditConditions {
    filter: AuditFilter,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl AuditFilter {
    /// The filters, at a time.
    ///
    /// # Errors
    /// When the span of time is empty (exit code 2).
    pub(in crate::commands) fn resolved(self, clock: Clock) -> Result<AuditConditions, Failure> {
        let (since, until) = clock.span(self.since, self.until)?;
        Ok(AuditConditions { filter: self, since, until })
    }
}

impl AuditConditions {
    /// Checks that the trail has what is filtered by; the start of an operation's id becomes the id.
    ///
    /// # Errors
    /// When it has no such kind of change, or no such operation (exit code 6), or the database fails.
    pub(in crate::commands) fn check(&mut self, conn: &mut AnyConnection) -> anyhow::Result<()> {
        check_verbs(&self.filter.verbs, conn)?;
        if let Some(operation) = &self.filter.operation {
            self.filter.operation = Some(OperationRow::find(conn, operation)?.id);
        }
        Ok(())
    }

    /// The conditions of a query.
    #[must_use]
    pub(in crate::commands) fn conditions(&self) -> Vec<Condition> {
        let filter = &self.filter;
        let mut conditions: Vec<Condition> = Vec::new();
        if !filter.actor.is_empty() {
            conditions.push(Box::new(audit_event::actor.eq_any(filter.actor.clone())));
        }
        if !filter.verbs.is_empty() {
            conditions.push(Box::new(audit_event::verb.eq_any(filter.verbs.clone())));
        }
        if !filter.roles.is_empty() {
            conditions.push(has_changed_any(&filter.roles));
        }
        if let Some(since) = self.since {
            conditions.push(Box::new(audit_event::at.ge(since)));
        }
        if let Some(until) = self.until {
            conditions.push(Box::new(audit_event::at.lt(until)));
        }
        if filter.refused {
            conditions.push(Box::new(audit_event::refusal.is_not_null()));
        }
        if let Some(operation) = &filter.operation {
            conditions.push(Box::new(audit_event::operation_id.eq(operation.clone()).assume_not_null()));
        }
        conditions
    }
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

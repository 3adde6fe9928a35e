//! Which actions a command lists, counts or exports.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{Target, find_person};
use crate::clock::{Clock, TimeArg};
use crate::db::types::sql::UtcTimestamp;
use crate::db::types::{Json, Timestamp};
use crate::db::{AnyConnection, MultiBackend};
use crate::error::Failure;
use crate::models::{ActionType, SourceSystem, metadata_assignment, time_column};
use crate::schema::user_action;

/// Filters on actions; an action must match all of them.
#[derive(Debug, Clone, clap::Args)]
pub struct ActionFilter {
    /// Filter by user, by id or email
    #[arg(long)]
    user: Option<String>,
    /// Filter by action type; repeat to match any of several
    #[arg(long = "type", value_name = "TYPE", value_enum, value_delimiter = ',')]
    types: Vec<ActionType>,
    /// Filter by target type, or by one target
    #[arg(long, value_name = "TYPE[:ID]")]
    target: Option<Target>,
    /// Filter by enrollment
    #[arg(long, value_name = "ID", hide_short_help = true)]
    enrollment: Option<String>,
    /// Filter by source system
    #[arg(long, alias = "source", value_enum, hide_short_help = true)]
    source_system: Option<SourceSystem>,
    /// Only actions at or after this time, date, month (2026-05), quarter (2026-Q2), or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    since: Option<TimeArg>,
    /// Only actions before this time, date, month, quarter, or age
    #[arg(long, value_name = "TIME")]
    until: Option<TimeArg>,
    /// Filter by a metadata value, e.g. device=ios; dots select nested keys, 92 is a number; repeat to require all
    #[arg(long, value_name = "KEY=VALUE", value_parser = member, hide_short_help = true)]
    where_metadata: Vec<Member>,
}

/// The path of a metadata member, and the value to compare with.
#[derive(Debug, Clone)]
struct Member {
    path: Vec<String>,
    value: Json,
}

fn member(argument: &str) -> Result<Member, String> {
    let (path, value) = metadata_assignment(argument)?;
    if path.contains('"') {
        return Err(format!("{path}: expected a key without \""));
    }
    if value.as_str().starts_with(['[', '{']) {
        return Err(format!("{path}: expected a text, number, true, false or null"));
    }
    Ok(Member { path: path.split('.').map(ToOwned::to_owned).collect(), value })
}

/// A condition of a query on actions.
pub type Condition = Box<dyn BoxableExpression<user_action::table, MultiBackend, SqlType = Bool>>;

impl ActionFilter {
    /// The id of the user to filter by, if any.
    ///
    /// # Errors
    /// When the user does not exist (exit code 6).
    pub fn user_id(&self, conn: &mut AnyConnection) -> anyhow::Result<Option<String>> {
        Ok(self.user.as_deref().map(|user| find_person(user, conn)).transpose()?.map(|user| user.id))
    }

    /// The span of time, each end of which may be missing.
    ///
    /// # Errors
    /// When a time is out of range, or `--since` is after `--until` (exit code 2).
    pub fn span(&self, clock: Clock) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
        clock.span(self.since, self.until)
    }

    /// The conditions of a query; `user` is the result of [`Self::user_id`].
    ///
    /// # Errors
    /// When a time is out of range, or `--since` is after `--until` (exit code 2).
    pub fn conditions(&self, user: Option<&str>, clock: Clock, conn: &AnyConnection) -> anyhow::Result<Vec<Condition>> {
        let mut conditions = self.conditions_but_time(user, conn);
        let (since, until) = clock.span(self.since, self.until)?;
        if let Some(since) = since {
            conditions.push(Box::new(user_action::occurred_at.ge(since)));
        }
        if let Some(until) = until {
            conditions.push(Box::new(user_action::occurred_at.lt(until)));
        }
        Ok(conditions)
    }

    /// The same, for a query that reads all that it finds, in any order.
    ///
    /// # Errors
    /// As [`Self::conditions`].
    pub fn conditions_of_scan(
        &self,
        user: Option<&str>,
        clock: Clock,
        conn: &mut AnyConnection,
    ) -> anyhow::Result<Vec<Condition>> {
        let mut conditions = self.conditions_but_time(user, conn);
        let (since, until) = clock.span(self.since, self.until)?;
        let column = time_column(since.unwrap_or(Timestamp::FIRST), until.unwrap_or(Timestamp::LAST), conn)?;
        for (time, comparison) in [(since, ">="), (until, "<")] {
            if let Some(time) = time {
                let is_in = sql::<Bool>(&format!("{column} {comparison} "));
                conditions.push(Box::new(is_in.bind::<UtcTimestamp, _>(time)));
            }
        }
        Ok(conditions)
    }

    fn conditions_but_time(&self, user: Option<&str>, conn: &AnyConnection) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = Vec::new();
        if let Some(user) = user {
            conditions.push(Box::new(user_action::user_id.eq(user.to_owned())));
        }
        if !self.types.is_empty() {
            conditions.push(Box::new(user_action::action_type.eq_any(self.types.clone())));
        }
        if let Some(target) = &self.target {
            conditions.push(Box::new(user_action::target_type.eq(target.kind)));
            if let Some(id) = &target.id {
                conditions.push(Box::new(user_action::target_id.eq(id.clone())));
            }
        }
        if let Some(enrollment) = &self.enrollment {
            conditions.push(Box::new(user_action::enrollment_id.eq(enrollment.clone()).assume_not_null()));
        }
        if let Some(source) = self.source_system {
            conditions.push(Box::new(user_action::source_system.eq(source).assume_not_null()));
        }
        conditions.extend(self.where_metadata.iter().map(|member| member.condition(conn)));
        conditions
    }
}

impl Member {
    /// Compares the value as canonical JSON text, which is the same on both engines for what is no array or object.
    fn condition(&self, conn: &AnyConnection) -> Condition {
        let (path, [before, between, after]) = conn.engine().metadata_member(&self.path);
        let condition = sql::<Bool>(before).bind::<Text, _>(path).sql(between);
        Box::new(condition.bind::<Text, _>(self.value.as_str().to_owned()).sql(after))
    }
}

//! Which actions a command lists, counts or exports.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{Target, find_person, known_target};
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
    /// Filter by user, by id or email; repeat to match any of several
    #[arg(long = "user", value_name = "USER", value_delimiter = ',')]
    users: Vec<String>,
    /// Filter by action type; repeat to match any of several
    #[arg(long = "type", value_name = "TYPE", value_enum, value_delimiter = ',')]
    types: Vec<ActionType>,
    /// Filter by target type, or by target; repeat to match any of several
    #[arg(long = "target", value_name = "TYPE[:ID]", value_delimiter = ',')]
    targets: Vec<Target>,
    /// Filter by enrollment; repeat to match any of several
    #[arg(long = "enrollment", value_name = "ID", value_delimiter = ',', hide_short_help = true)]
    enrollments: Vec<String>,
    /// Filter by source system; repeat to match any of several
    #[arg(
        long = "source-system",
        alias = "source",
        value_name = "SYSTEM",
        value_enum,
        value_delimiter = ',',
        hide_short_help = true
    )]
    source_systems: Vec<SourceSystem>,
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
    /// The ids of the users to filter by, empty for all; targets are looked up, too.
    ///
    /// # Errors
    /// When a user does not exist, or no action has a target (exit code 6).
    pub fn user_ids(&self, conn: &mut AnyConnection) -> anyhow::Result<Vec<String>> {
        for target in &self.targets {
            known_target(target, conn)?;
        }
        self.users.iter().map(|user| Ok(find_person(user, conn)?.id)).collect()
    }

    /// The span of time, each end of which may be missing.
    ///
    /// # Errors
    /// When a time is out of range, or `--since` is after `--until` (exit code 2).
    pub fn span(&self, clock: Clock) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
        clock.span(self.since, self.until)
    }

    /// The conditions of a query; `users` is the result of [`Self::user_ids`].
    ///
    /// # Errors
    /// When a time is out of range, or `--since` is after `--until` (exit code 2).
    pub fn conditions(&self, users: &[String], clock: Clock, conn: &AnyConnection) -> anyhow::Result<Vec<Condition>> {
        let mut conditions = self.conditions_but_time(users, conn);
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
        users: &[String],
        clock: Clock,
        conn: &mut AnyConnection,
    ) -> anyhow::Result<Vec<Condition>> {
        let mut conditions = self.conditions_but_time(users, conn);
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

    fn conditions_but_time(&self, users: &[String], conn: &AnyConnection) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = Vec::new();
        match users {
            [] => {}
            // One by one in the order of an index.
            [user] => conditions.push(Box::new(user_action::user_id.eq(user.clone()))),
            users => conditions.push(Box::new(user_action::user_id.eq_any(users.to_vec()))),
        }
        if !self.types.is_empty() {
            conditions.push(Box::new(user_action::action_type.eq_any(self.types.clone())));
        }
        let is_target = |target: &Target| -> Condition {
            let is_kind = user_action::target_type.eq(target.kind);
            match &target.id {
                Some(id) => Box::new(is_kind.and(user_action::target_id.eq(id.clone()))),
                None => Box::new(is_kind),
            }
        };
        conditions.extend(self.targets.iter().map(is_target).reduce(|any, other| Box::new(any.or(other))));
        if !self.enrollments.is_empty() {
            conditions.push(Box::new(user_action::enrollment_id.eq_any(self.enrollments.clone()).assume_not_null()));
        }
        if !self.source_systems.is_empty() {
            conditions.push(Box::new(user_action::source_system.eq_any(self.source_systems.clone()).assume_not_null()));
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

//! Which actions are meant: the filters that a list, counts and an export share.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::target::Target;
use crate::db::types::{Instant, Json};
use crate::db::{AnyConnection, MultiBackend};
use crate::import;
use crate::models::{ActionType, SourceSystem, User};
use crate::schema::user_action;

/// Filters, which combine: an action must pass all of them.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Selection {
    /// Only what this user did; by id or email
    #[arg(long)]
    user: Option<String>,
    /// Only actions of this type; repeated, of any of them
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    types: Vec<ActionType>,
    /// Only what was done to this kind of thing, or to this one thing
    #[arg(long, value_name = "TYPE[:ID]")]
    target: Option<Target>,
    /// Only what was done in this enrollment
    #[arg(long, value_name = "ID")]
    enrollment: Option<String>,
    /// Only what this system reported
    #[arg(long, value_enum)]
    source: Option<SourceSystem>,
    /// Only what was done at this time or date, or later; or in the last days: 7d, yesterday
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    since: Option<Instant>,
    /// Only what was done before this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    until: Option<Instant>,
    /// Only actions whose metadata has this member with this value; dots lead into objects, 92 is a number
    #[arg(long, value_name = "KEY=VALUE", value_parser = member)]
    where_metadata: Vec<Member>,
}

/// A member of metadata by its path, and its value.
#[derive(Debug, Clone)]
struct Member {
    path: Vec<String>,
    value: Json,
}

fn member(argument: &str) -> Result<Member, String> {
    let (path, value) = import::metadata_assignment(argument)?;
    if path.contains('"') {
        return Err(format!("{path}: a key with \" in it cannot be asked for"));
    }
    Ok(Member { path: path.split('.').map(ToOwned::to_owned).collect(), value })
}

/// A condition of a query on actions.
pub(super) type Condition = Box<dyn BoxableExpression<user_action::table, MultiBackend, SqlType = Bool>>;

impl Selection {
    /// The id of the user whose actions are meant, if it is one's.
    pub(super) fn user_id(&self, conn: &mut AnyConnection) -> anyhow::Result<Option<String>> {
        self.user.as_deref().map(|user| User::find(conn, user)).transpose().map(|user| user.map(|user| user.id))
    }

    /// The conditions of a query; `user` is what [`Self::user_id`] has found.
    pub(super) fn conditions(&self, user: Option<&str>, conn: &AnyConnection) -> Vec<Condition> {
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
        if let Some(source) = self.source {
            conditions.push(Box::new(user_action::source_system.eq(source).assume_not_null()));
        }
        if let Some(since) = self.since {
            conditions.push(Box::new(user_action::occurred_at.ge(since)));
        }
        if let Some(until) = self.until {
            conditions.push(Box::new(user_action::occurred_at.lt(until)));
        }
        conditions.extend(self.where_metadata.iter().map(|member| member.condition(conn)));
        conditions
    }
}

impl Member {
    /// The value is compared as canonical JSON text, which both engines give out alike for one that is not an object.
    fn condition(&self, conn: &AnyConnection) -> Condition {
        let (before, path, after) = match conn {
            AnyConnection::Sqlite(_) => {
                let path: Vec<String> = self.path.iter().map(|key| format!(".\"{key}\"")).collect();
                ("coalesce(metadata -> ", format!("${}", path.concat()), " = ")
            }
            AnyConnection::Postgres(_) => {
                ("coalesce((metadata #> string_to_array(", self.path.join("\u{1f}"), ", chr(31)))::text = ")
            }
        };
        let condition = sql::<Bool>(before).bind::<Text, _>(path).sql(after);
        Box::new(condition.bind::<Text, _>(self.value.as_str().to_owned()).sql(", FALSE)"))
    }
}

//! Filters on users, shared by the list and the bulk changes.

use std::time::Duration;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::clock::{Clock, TimeArg, parse_duration};
use crate::db::AnyConnection;
use crate::models::{Role, RolesOf, UserCondition, has_role};
use crate::schema::{lower, user, user_action};

/// Filters; a user must match all of them.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "selection", multiple = true)]
pub(super) struct Selection {
    /// Filter by role; repeat to require all of several
    #[arg(long = "role", value_name = "ROLE", value_enum, ignore_case = true)]
    with_roles: Vec<Role>,
    /// Exclude users with this role; repeat to exclude several
    #[arg(long = "without-role", value_name = "ROLE", value_enum, ignore_case = true)]
    without_roles: Vec<Role>,
    /// Filter by origin
    #[arg(long, hide_short_help = true)]
    origin: Option<String>,
    /// Only users who signed up at or after this time, date or age, e.g. 30d
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    created_after: Option<TimeArg>,
    /// Only users who signed up before this time, date or age
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    created_before: Option<TimeArg>,
    /// Only users with this text in id, email or name, ignoring ASCII case
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    search: Option<String>,
    /// Only users without an action for this long, e.g. 14d
    ///
    /// A user without any action is inactive since the creation.
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    inactive_for: Option<Duration>,
}

impl Selection {
    /// The filters as conditions of a query; erased and merged users are excluded.
    pub(super) fn conditions(
        &self,
        conn: &AnyConnection,
        when: RolesOf,
        clock: Clock,
    ) -> anyhow::Result<Vec<UserCondition>> {
        let mut conditions: Vec<UserCondition> = vec![Box::new(user::erased_at.is_null())];
        conditions.extend(self.with_roles.iter().map(|role| has_role(conn, *role, when)));
        for role in &self.without_roles {
            conditions.push(Box::new(not(has_role(conn, *role, when))));
        }
        if let Some(origin) = &self.origin {
            conditions.push(Box::new(user::origin.eq(origin.clone())));
        }
        if let Some(time) = clock.resolve_optional(self.created_after)? {
            conditions.push(Box::new(user::created_at.ge(time)));
        }
        if let Some(time) = clock.resolve_optional(self.created_before)? {
            conditions.push(Box::new(user::created_at.lt(time)));
        }
        if let Some(text) = &self.search {
            let pattern = containing(text);
            conditions.push(Box::new(
                lower(user::id)
                    .like(pattern.clone())
                    .escape('\\')
                    .or(lower(user::email).like(pattern.clone()).escape('\\'))
                    .or(lower(user::name).like(pattern).escape('\\')),
            ));
        }
        if let Some(age) = self.inactive_for {
            let time = clock.ago(age)?;
            let actions =
                user_action::table.filter(user_action::user_id.eq(user::id)).filter(user_action::occurred_at.ge(time));
            conditions.push(Box::new(not(exists(actions))));
            // A new user who has not acted yet is not inactive.
            let any_actions = user_action::table.filter(user_action::user_id.eq(user::id));
            conditions.push(Box::new(user::created_at.lt(time).or(exists(any_actions))));
        }
        Ok(conditions)
    }
}

/// A LIKE pattern for lowercase texts that contain `text` literally; the escape character is `\`.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

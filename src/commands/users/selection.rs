//! Which users are meant: the filters that a list, an export of it and a change of many share.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::types::Instant;
use crate::models::{Role, RolesOf, UserCondition, has_role};
use crate::schema::{lower, user, user_action};

/// Filters, which combine: a user must pass all of them.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "selection", multiple = true)]
pub(super) struct Selection {
    /// Only users with this role; repeated, with all of them
    #[arg(long = "role", value_name = "ROLE", value_enum, ignore_case = true)]
    with_roles: Vec<Role>,
    /// Only users without this role; repeated, without any of them
    #[arg(long = "without-role", value_name = "ROLE", value_enum, ignore_case = true)]
    without_roles: Vec<Role>,
    /// Only users who came from here
    #[arg(long)]
    origin: Option<String>,
    /// Only users who signed up at this time or date, or later; or in the last days: 30d
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    created_after: Option<Instant>,
    /// Only users who signed up before this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    created_before: Option<Instant>,
    /// Only users with this text in id, email or name, in any (ASCII) letter case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only users of whom no action is recorded in so long a time, like 14d
    #[arg(long, value_name = "AGE", value_parser = Instant::parse_ago)]
    inactive_for: Option<Instant>,
}

impl Selection {
    /// The conditions of a query; tombstones fail one of them.
    pub(super) fn conditions(&self, conn: &AnyConnection, when: RolesOf) -> Vec<UserCondition> {
        let mut conditions: Vec<UserCondition> = vec![Box::new(user::erased_at.is_null())];
        conditions.extend(self.with_roles.iter().map(|role| has_role(conn, *role, when)));
        for role in &self.without_roles {
            conditions.push(Box::new(not(has_role(conn, *role, when))));
        }
        if let Some(origin) = &self.origin {
            conditions.push(Box::new(user::origin.eq(origin.clone())));
        }
        if let Some(time) = self.created_after {
            conditions.push(Box::new(user::created_at.ge(time)));
        }
        if let Some(time) = self.created_before {
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
        if let Some(time) = self.inactive_for {
            let actions =
                user_action::table.filter(user_action::user_id.eq(user::id)).filter(user_action::occurred_at.ge(time));
            conditions.push(Box::new(not(exists(actions))));
        }
        conditions
    }
}

/// A pattern that matches any text with `text` in it, taken literally.
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

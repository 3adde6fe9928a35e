//! Whose actions a number counts.

use std::collections::HashSet;

use diesel::dsl::sql;
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::internal::derives::as_expression::Bound;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{known_courses, known_enrollment_cohorts};
use crate::db::AnyConnection;
use crate::models::Role;
use crate::schema::user;

/// Filters on the roles of the users whose actions are counted.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RoleFilter {
    /// Only users with this role; repeat, or separate with commas, for any of several
    #[arg(
        long = "role",
        value_name = "ROLE",
        value_enum,
        ignore_case = true,
        value_delimiter = ',',
        hide_short_help = true
    )]
    with: Vec<Role>,
    /// Require all of the roles, not any
    #[arg(long, requires = "with", hide_short_help = true)]
    all_roles: bool,
    /// Exclude users with one of these roles, e.g. teacher,admin
    #[arg(
        long = "exclude-role",
        value_name = "ROLE,…",
        value_enum,
        ignore_case = true,
        value_delimiter = ',',
        hide_short_help = true
    )]
    without: Vec<Role>,
}

/// Filters on the users whose actions are counted; a user must match all of them.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PopulationFilter {
    #[command(flatten)]
    roles: RoleFilter,
    /// Only users who enrolled in this cohort; repeat to add others
    #[arg(long = "cohort", value_name = "ID", value_delimiter = ',', hide_short_help = true)]
    cohorts: Vec<String>,
    /// Only users who enrolled in this course; repeat to add others
    #[arg(long = "course", value_name = "ID", value_delimiter = ',', hide_short_help = true)]
    courses: Vec<String>,
}

impl PopulationFilter {
    /// The users with these roles who enrolled in one of the cohorts, in one of the courses, or in both.
    #[must_use]
    pub const fn new(roles: RoleFilter, cohorts: Vec<String>, courses: Vec<String>) -> Self {
        Self { roles, cohorts, courses }
    }

    /// The filter, with these cohorts if it has none.
    #[must_use]
    pub fn or_cohort(mut self, cohorts: impl FnOnce() -> Vec<String>) -> Self {
        if self.cohorts.is_empty() {
            self.cohorts = cohorts();
        }
        self
    }

    /// Whether it is everybody.
    #[must_use]
    pub const fn is_everybody(&self) -> bool {
        self.roles.with.is_empty()
            && self.roles.without.is_empty()
            && self.cohorts.is_empty()
            && self.courses.is_empty()
    }

    /// The conditions of a query, on its column of user ids.
    ///
    /// # Errors
    /// When nobody enrolled in a cohort or course (exit code 6).
    pub fn conditions(&self, column: &str, conn: &mut AnyConnection) -> anyhow::Result<Vec<PopulationCondition>> {
        known_enrollment_cohorts(&self.cohorts, conn)?;
        known_courses(&self.courses, conn)?;
        let engine = conn.engine();
        let [start, separator, end] = engine.contains_role();
        let role = |is_in: &str, role: &Role| {
            let before = format!("{column} {is_in} (SELECT id FROM \"user\" WHERE {start}roles{separator}");
            sql::<Bool>(&before).bind::<Text, _>(engine.role_key(role.as_str())).sql(&format!("{end})"))
        };
        let [before, after] = engine.is_any_of();
        let enrolled = |kind: &str, ids: &[String]| {
            let start = format!(
                "{column} IN (SELECT user_id FROM user_action WHERE action_type = 'enrolled' AND target_type = '{kind}' \
                 AND target_id{before}"
            );
            let ids = serde_json::to_string(ids)?;
            anyhow::Ok(sql::<Bool>(&start).bind::<Text, _>(ids).sql(&format!("{after})")))
        };
        let mut conditions: Vec<PopulationCondition> = Vec::new();
        if self.roles.all_roles {
            conditions.extend(self.roles.with.iter().map(|with| role("IN", with)));
        } else if !self.roles.with.is_empty() {
            let keys: Vec<String> = self.roles.with.iter().map(|role| engine.role_key(role.as_str())).collect();
            let [start, end] = [
                engine.sql("EXISTS (SELECT 1 FROM json_each(", "roles && ARRAY(SELECT jsonb_array_elements_text("),
                engine.sql(") AS role WHERE instr(roles, role.value) > 0)", "::jsonb))"),
            ];
            let start = format!("{column} IN (SELECT id FROM \"user\" WHERE {start}");
            conditions.push(sql::<Bool>(&start).bind::<Text, _>(serde_json::to_string(&keys)?).sql(&format!("{end})")));
        }
        conditions.extend(self.roles.without.iter().map(|without| role("NOT IN", without)));
        for (kind, ids) in [("cohort", &self.cohorts), ("course", &self.courses)] {
            if !ids.is_empty() {
                conditions.push(enrolled(kind, ids)?);
            }
        }
        Ok(conditions)
    }

    /// The ids of the users; `None` for everybody.
    ///
    /// # Errors
    /// As [`Self::conditions`].
    pub fn users(&self, conn: &mut AnyConnection) -> anyhow::Result<Option<People>> {
        if self.is_everybody() {
            return Ok(None);
        }
        let users = user::table.select(user::id).into_boxed();
        let users = self.conditions("\"user\".id", conn)?.into_iter().fold(users, QueryDsl::filter);
        Ok(Some(users.load::<String>(conn)?.into_iter().collect()))
    }

    /// Each filter with its values, for people.
    #[must_use]
    pub fn described(&self) -> Vec<String> {
        let names = |roles: &[Role]| roles.iter().map(|role| role.as_str().to_owned()).collect::<Vec<_>>();
        [
            (if self.roles.all_roles { "all of the roles" } else { "role" }, names(&self.roles.with)),
            ("without role", names(&self.roles.without)),
            ("cohort", self.cohorts.clone()),
            ("course", self.courses.clone()),
        ]
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| format!("{name} {}", values.join(", ")))
        .collect()
    }
}

/// The ids of some users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People(HashSet<String>);

impl People {
    /// Whether a user is one of them.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }
}

impl FromIterator<String> for People {
    fn from_iter<I: IntoIterator<Item = String>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// A condition with one bound text.
pub type PopulationCondition = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, Bound<Text, String>>>;

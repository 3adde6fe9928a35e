//! Filter values that must name something that exists: a misspelled cohort must not look like an empty one.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::Target;
use crate::db::AnyConnection;
use crate::error::Failure;

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

/// The values of a kind: whether one exists, and all of them. The texts are SQL with `$1` for the value.
struct Kind {
    name: &'static str,
    exists: &'static str,
    all: &'static str,
}

const COHORT: Kind = Kind {
    name: "cohort",
    exists: "SELECT cohort_id AS value FROM champion WHERE cohort_id = $1 LIMIT 1",
    all: "SELECT DISTINCT cohort_id AS value FROM champion WHERE cohort_id IS NOT NULL LIMIT 10000",
};

const ENROLLMENT_COHORT: Kind = Kind {
    name: "cohort",
    exists: "SELECT target_id AS value FROM user_action WHERE target_type = 'cohort' AND target_id = $1 LIMIT 1",
    all: "SELECT DISTINCT target_id AS value FROM user_action WHERE target_type = 'cohort' LIMIT 10000",
};

const COURSE: Kind = Kind {
    name: "course",
    exists: "SELECT target_id AS value FROM user_action WHERE target_type = 'course' AND target_id = $1 LIMIT 1",
    all: "SELECT DISTINCT target_id AS value FROM user_action WHERE target_type = 'course' LIMIT 10000",
};

impl Kind {
    fn check(&self, value: &str, conn: &mut AnyConnection) -> anyhow::Result<()> {
        let found = sql_query(self.exists).bind::<Text, _>(value).get_result::<Value>(conn).optional()?;
        if found.is_some() {
            return Ok(());
        }
        let all: Vec<Value> = sql_query(self.all).load(conn)?;
        Err(Failure::unknown(self.name, value, all.iter().map(|row| row.value.as_str())).into())
    }
}

/// Checks that a champion record is in each of the cohorts.
///
/// # Errors
/// When none is (exit code 6): the hint names the most similar cohort.
pub fn known_cohorts(cohorts: &[String], conn: &mut AnyConnection) -> anyhow::Result<()> {
    cohorts.iter().try_for_each(|cohort| COHORT.check(cohort, conn))
}

/// Checks that an action has each of the cohorts as its target.
///
/// # Errors
/// When none has (exit code 6).
pub fn known_enrollment_cohorts(cohorts: &[String], conn: &mut AnyConnection) -> anyhow::Result<()> {
    cohorts.iter().try_for_each(|cohort| ENROLLMENT_COHORT.check(cohort, conn))
}

/// Checks that an action has each of the courses as its target.
///
/// # Errors
/// When none has (exit code 6).
pub fn known_courses(courses: &[String], conn: &mut AnyConnection) -> anyhow::Result<()> {
    courses.iter().try_for_each(|course| COURSE.check(course, conn))
}

/// Checks that an action has the target, or one of its type where it has no id.
///
/// # Errors
/// When none has (exit code 6): the hint names the most similar one.
pub fn known_target(target: &Target, conn: &mut AnyConnection) -> anyhow::Result<()> {
    let Some(id) = &target.id else { return Ok(()) };
    let kind = target.kind.as_str();
    let found = "SELECT target_id AS value FROM user_action WHERE target_id = $1 AND target_type = $2 LIMIT 1";
    let found = sql_query(found).bind::<Text, _>(id).bind::<Text, _>(kind).get_result::<Value>(conn).optional()?;
    if found.is_some() {
        return Ok(());
    }
    let all = "SELECT DISTINCT target_id AS value FROM user_action WHERE target_type = $1 LIMIT 10000";
    let all: Vec<Value> = sql_query(all).bind::<Text, _>(kind).load(conn)?;
    Err(Failure::unknown(kind, id, all.iter().map(|row| row.value.as_str())).into())
}

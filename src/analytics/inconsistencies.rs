//! What does not fit together between people, roles and the champion pipeline.

use std::collections::BTreeSet;

use diesel::dsl::not;
use diesel::prelude::*;
use serde::Serialize;

use super::{Likeness, duplicates};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::models::{Role, RolesOf, Stage, User, has_acted, has_role};
use crate::schema::{champion, user};

/// The rule that the role champion and the stage go together.
pub const ROLE_AND_STAGE: &str = "role_and_stage";
/// The rule that administrators act.
pub const IDLE_ADMINISTRATOR: &str = "idle_administrator";
/// The rule that open champion records are somebody's.
pub const RECORD_OF_NOBODY: &str = "record_of_nobody";
/// The rule that nobody is there twice.
pub const LIKELY_DUPLICATE: &str = "likely_duplicate";

/// Something that is inconsistent.
#[derive(Debug, Serialize)]
pub struct Inconsistency {
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Whom or what it is about: ids.
    pub subject: String,
    /// What is wrong, in words that follow the subject.
    pub problem: String,
}

/// What is inconsistent, without the log; administrators are idle who have not acted since a moment, and people look like one
/// by any of the likenesses.
///
/// # Errors
/// When the database fails.
pub fn inconsistencies(idle_since: Timestamp, by: &[Likeness], db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let mut found = roles_and_stages(db)?;
    found.extend(idle_administrators(idle_since, db)?);
    found.extend(open_records_of_nobody(db)?);
    found.extend(look_alikes(by, db)?);
    Ok(found)
}

/// People whose role champion does not follow from the pipeline, and the other way round.
fn roles_and_stages(db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let in_stage = champion::table.select(champion::user_id).filter(champion::stage.eq(Stage::Champion));
    let champions: BTreeSet<String> = in_stage.load(&mut db.conn)?.into_iter().collect();
    let with_role = user::table.select(user::id).filter(has_role(&db.conn, Role::Champion, RolesOf::Now));
    let with_role: BTreeSet<String> = with_role.load(&mut db.conn)?.into_iter().collect();
    let problem = |id: &String, problem: &str| Inconsistency {
        rule: ROLE_AND_STAGE,
        subject: id.clone(),
        problem: problem.to_owned(),
    };
    let without_record = with_role.difference(&champions);
    let without_record = without_record.map(|id| problem(id, "has the role champion, but no record in that stage"));
    let without_role = champions.difference(&with_role);
    let without_role = without_role.map(|id| problem(id, "is in the stage champion, but has not the role"));
    Ok(without_record.chain(without_role).collect())
}

/// Administrators who have not acted for long: each once, with the higher of the roles.
fn idle_administrators(since: Timestamp, db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let mut problems: Vec<Inconsistency> = Vec::new();
    for role in [Role::Superadmin, Role::Admin] {
        let idle: Vec<String> = user::table
            .select(user::id)
            .filter(has_role(&db.conn, role, RolesOf::Now))
            .filter(user::created_at.lt(since))
            .filter(not(has_acted(&db.conn, Some(since))))
            .order(user::id)
            .load(&mut db.conn)?;
        for id in idle {
            if !problems.iter().any(|problem| problem.subject == id) {
                let problem = format!("has the role {role}, and no action since {}", since.utc().date_naive());
                problems.push(Inconsistency { rule: IDLE_ADMINISTRATOR, subject: id, problem });
            }
        }
    }
    Ok(problems)
}

/// Open champion records of people who are erased.
fn open_records_of_nobody(db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let records: Vec<String> = champion::table
        .inner_join(user::table.on(user::id.eq(champion::user_id)))
        .select(champion::id)
        .filter(user::erased_at.is_not_null())
        .filter(champion::stage.ne(Stage::Alumni))
        .order(champion::id)
        .load(&mut db.conn)?;
    let problem = |id| Inconsistency {
        rule: RECORD_OF_NOBODY,
        subject: id,
        problem: "is an open champion record of an erased person".to_owned(),
    };
    Ok(records.into_iter().map(problem).collect())
}

/// People who look like one.
fn look_alikes(by: &[Likeness], db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let found = duplicates(&User::everybody(&mut db.conn)?, by);
    Ok(found
        .into_iter()
        .map(|group| Inconsistency {
            rule: LIKELY_DUPLICATE,
            subject: group.ids.join(", "),
            problem: format!("look like one person: {}", group.emails.join(", ")),
        })
        .collect())
}

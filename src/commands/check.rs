use diesel::dsl::not;
use diesel::prelude::*;
use serde::Serialize;

use super::actions::lint_findings;
use super::users::people;
use crate::analytics::{Likeness, duplicates};
use crate::clock::Age;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::ExitStatus;
use crate::models::{Role, RolesOf, Stage, User, has_acted, has_role};
use crate::output::{Record, plural};
use crate::schema::{champion, user};

/// Report what is inconsistent between people, roles, the champion pipeline and the log; exit code 1 if anything is
///
/// The database itself is checked by rollbook doctor, silent sources by rollbook actions freshness.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report administrators without an action for this long
    #[arg(long, value_name = "AGE", default_value = "90d")]
    inactive_for: Age,
    /// Leave out the log, which takes time if it is large
    #[arg(long)]
    without_log: bool,
}

/// Something that is inconsistent.
#[derive(Debug, Serialize)]
struct Inconsistency {
    rule: &'static str,
    subject: String,
    problem: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let inactive_since = clock.ago(self.inactive_for)?;
        let (db, out) = ctx.open()?;
        let problems = db.snapshot(|db| {
            let mut problems = roles_and_stages(db)?;
            problems.extend(idle_administrators(inactive_since, db)?);
            problems.extend(open_records_of_nobody(db)?);
            problems.extend(look_alikes(db)?);
            if !self.without_log {
                db.scan()?;
                problems.extend(lint_findings(clock.now(), db)?.into_iter().map(|(rule, found, meaning)| {
                    Inconsistency {
                        rule,
                        subject: "log".to_owned(),
                        problem: format!("{}: {meaning}; see rollbook actions lint", plural(found, "action")),
                    }
                }));
            }
            Ok(problems)
        })?;
        out.list::<Inconsistency, _>(problems.iter().map(Ok))?;
        if problems.is_empty() {
            out.status("nothing is inconsistent");
            return Ok(ExitStatus::Done);
        }
        out.status(format_args!("{} found", plural(problems.len() as u64, "problem")));
        Ok(ExitStatus::Failed)
    }
}

/// People whose role champion does not follow from the pipeline, and the other way round.
fn roles_and_stages(db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let in_stage = || champion::table.select(champion::user_id).filter(champion::stage.eq(Stage::Champion));
    let champions: Vec<String> = in_stage().distinct().load(&mut db.conn)?;
    let with_role: Vec<String> = user::table
        .select(user::id)
        .filter(has_role(&db.conn, Role::Champion, RolesOf::Now))
        .order(user::id)
        .load(&mut db.conn)?;
    let problem = |id: &String, problem: &str| Inconsistency {
        rule: "role_and_stage",
        subject: id.clone(),
        problem: problem.to_owned(),
    };
    let without_record = with_role.iter().filter(|id| !champions.contains(id));
    let mut problems: Vec<Inconsistency> =
        without_record.map(|id| problem(id, "has the role champion, but no record in that stage")).collect();
    let without_role = champions.iter().filter(|id| !with_role.contains(id));
    problems.extend(without_role.map(|id| problem(id, "is in the stage champion, but has not the role")));
    Ok(problems)
}

/// Administrators who have not acted for long.
fn idle_administrators(since: Timestamp, db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let mut problems = Vec::new();
    for role in [Role::Superadmin, Role::Admin] {
        let idle: Vec<User> = user::table
            .select(User::as_select())
            .filter(has_role(&db.conn, role, RolesOf::Now))
            .filter(user::created_at.lt(since))
            .filter(not(has_acted(&db.conn, Some(since))))
            .order(user::id)
            .load(&mut db.conn)?;
        problems.extend(idle.into_iter().map(|user| Inconsistency {
            rule: "idle_administrator",
            subject: user.id,
            problem: format!("has the role {role}, and no action since {}", since.utc().date_naive()),
        }));
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
        rule: "record_of_nobody",
        subject: id,
        problem: "is an open champion record of an erased person".to_owned(),
    };
    Ok(records.into_iter().map(problem).collect())
}

fn look_alikes(db: &mut Db) -> anyhow::Result<Vec<Inconsistency>> {
    let found = duplicates(&people(db)?, &[Likeness::Email]);
    Ok(found
        .into_iter()
        .map(|group| Inconsistency {
            rule: "likely_duplicate",
            subject: group.ids.join(", "),
            problem: format!("look like one person: {}", group.emails.join(", ")),
        })
        .collect())
}

impl Record for Inconsistency {
    const COLUMNS: &'static [&'static str] = &["rule", "subject", "problem"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const PROSE: &'static [&'static str] = &["problem"];

    fn cells(&self) -> Vec<String> {
        vec![self.rule.to_owned(), self.subject.clone(), self.problem.clone()]
    }

    fn id(&self) -> &str {
        &self.subject
    }
}

use diesel::prelude::*;
use diesel::update;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db, Lock};
use crate::error::{ExitStatus, Failure};
use crate::models::{
    Champion, Change, Prefix, RoleRule, Roles, Stage, Subject, Tombstone, User, change, ensure_a_superadmin, in_cohort,
    new_id,
};
use crate::output::plural;
use crate::schema::{champion, user, user_action};

/// Merge a duplicate user into another user
///
/// Moves actions, champion records and roles to INTO; its other fields are unchanged. FROM becomes a placeholder that
/// refers to INTO: later events for FROM are recorded for INTO.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Duplicate user, to be replaced by a placeholder; by id or email
    from: String,
    /// User to keep, by id or email
    into: String,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

/// FROM as recorded in the audit trail, before and after the merge.
#[derive(Serialize)]
struct Merged<'a> {
    #[serde(flatten)]
    user: &'a User,
    merged_into: Option<&'a str>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Write
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let (from, into) = (User::find(&mut db.conn, &args.from)?, User::find(&mut db.conn, &args.into)?);
        if from.id == into.id {
            return Err(Failure::new(ExitStatus::Usage, format!("FROM and INTO are the same user: {}", from.id)).into());
        }
        for user in [&from, &into] {
            if let Some(tombstone) = Tombstone::of(&mut db.conn, &user.id)? {
                return Err(tombstone.refusal(&user.id).into());
            }
        }
        let question = format!("permanently merge {} <{}> into {} <{}>", from.id, from.email, into.id, into.email);
        out.confirm(&question, args.yes)?;
        let (into, actions, records) = change(db, |db| {
            db.lock(Lock::Import)?;
            User::lock_all(&mut db.conn, "id", &[&from.id, &into.id])?;
            let from = User::find_and_lock(&mut db.conn, &from.id)?;
            let into = User::find_and_lock(&mut db.conn, &into.id)?;
            merge(&from, into, db)
        })?;
        let (actions, records) = (plural(actions as u64, "action"), plural(records as u64, "champion record"));
        out.changed(&into, format_args!("merged {} into {}: {actions}, {records} moved", from.id, into.id))?;
        Ok(ExitStatus::Done)
    }
}

/// Returns INTO after the merge, and the numbers of moved actions and champion records.
fn merge(from: &User, into: User, db: &mut Db) -> anyhow::Result<(User, usize, usize)> {
    let records: Vec<Champion> = champion::table
        .select(Champion::as_select())
        .filter(champion::user_id.eq(&from.id))
        .order(champion::id)
        .load(&mut db.conn)?;
    let records = Champion::lock_all(&records, db)?;
    for record in records.iter().filter(|record| record.stage != Stage::Alumni) {
        if let Some(other) = Champion::find_open(&mut db.conn, &into.id, record.cohort_id.as_deref())? {
            let place = in_cohort(record.cohort_id.as_deref());
            let message = format!(
                "both users have an open record {place}: {} of {} is {}, {} of {} is {}",
                record.id, from.id, record.stage, other.id, into.id, other.stage
            );
            let verb = if record.stage.rule().may_withdraw { "withdraw" } else { "retire" };
            let failure = Failure::new(ExitStatus::Conflict, message)
                .hint(format!("close one of them, then merge again: rollbook champions {verb} {}", record.id));
            let attempt =
                Change { verb: "merge", subject: Subject::User, id: &from.id, before: None::<&User>, after: None };
            return Err(attempt.refused(failure, db));
        }
    }
    let roles = into.roles.iter().chain(from.roles.iter()).collect::<Roles>();
    let into = if roles == into.roles { into } else { into.set_roles(roles, "merge", db)? };

    let tombstone = User {
        email: format!("{}@merged.invalid", new_id(Prefix::Merged)),
        name: "merged".to_owned(),
        profile_img: None,
        roles: Roles::default(),
        ..from.clone()
    };
    update(user::table.find(&from.id))
        .set((&tombstone, user::erased_at.eq(Some(Timestamp::now())), user::merged_into.eq(Some(&into.id))))
        .execute(&mut db.conn)?;
    update(user::table.filter(user::merged_into.eq(&from.id)))
        .set(user::merged_into.eq(Some(&into.id)))
        .execute(&mut db.conn)?;
    let (before, after) =
        (Merged { user: from, merged_into: None }, Merged { user: &tombstone, merged_into: Some(&into.id) });
    // Must come before the update of the actions: a trigger allows it only with a `merge` event in the audit trail.
    Change { verb: "merge", subject: Subject::User, id: &from.id, before: Some(&before), after: Some(&after) }
        .record(db)?;
    ensure_a_superadmin(&tombstone.change_from(from, "merge"), db)?;
    let actions = update(user_action::table.filter(user_action::user_id.eq(&from.id)))
        .set(user_action::user_id.eq(&into.id))
        .execute(&mut db.conn)?;
    for record in &records {
        let moved = Champion { user_id: into.id.clone(), ..record.clone() };
        moved.save(record, "merge", RoleRule::Keep, db)?;
    }
    Ok((into, actions, records.len()))
}

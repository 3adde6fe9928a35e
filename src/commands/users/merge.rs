use diesel::prelude::*;
use diesel::update;
use serde::Serialize;

use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::import;
use crate::models::{
    Champion, Change, Prefix, RoleRule, Roles, Stage, Subject, User, change, ensure_a_superadmin, in_cohort, new_id,
};
use crate::output::{Output, plural};
use crate::schema::{champion, user, user_action};

/// Merge a user into another: both are one person
///
/// Actions, champion records and roles move to INTO, who stays as they are otherwise. FROM becomes a tombstone that points
/// at INTO: an event that names FROM is taken for one of INTO.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User who is not to be any more, by id or email
    from: String,
    /// User who stays, by id or email
    into: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// FROM as the audit trail has it afterwards.
#[derive(Serialize)]
struct Merged<'a> {
    #[serde(flatten)]
    user: &'a User,
    merged_into: Option<&'a str>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let (from, into) = (User::find(&mut db.conn, &args.from)?, User::find(&mut db.conn, &args.into)?);
    if from.id == into.id {
        return Err(Failure::new(ExitStatus::Usage, format!("{} is one user", from.id)).into());
    }
    let question =
        format!("Merge {} <{}> into {} <{}>? It cannot be undone.", from.id, from.email, into.id, into.email);
    out.confirm(&question, args.yes)?;
    let (into, actions, records) = change(db, |db| {
        import::keep_out(db)?;
        User::lock_all(&mut db.conn, "id", &[&from.id, &into.id])?;
        let from = User::find_and_lock(&mut db.conn, &from.id)?;
        let into = User::find_and_lock(&mut db.conn, &into.id)?;
        merge(&from, into, db)
    })?;
    let (actions, records) = (plural(actions as u64, "action"), plural(records as u64, "champion record"));
    out.changed(&into, format_args!("{} is {} now: {actions} and {records} moved", from.id, into.id))?;
    Ok(ExitStatus::Done)
}

/// Returns the user who stays, and how many actions and champion records moved.
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
                "both are in the pipeline {place}: {} of {} is {}, {} of {} is {}; nothing was changed",
                record.id, from.id, record.stage, other.id, into.id, other.stage
            );
            let failure = Failure::new(ExitStatus::Conflict, message).hint(format!(
                "keep one: rollbook champions withdraw {} (or retire, from stage champion); then merge again",
                record.id
            ));
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
        .set((&tombstone, user::erased_at.eq(Some(Instant::now())), user::merged_into.eq(Some(&into.id))))
        .execute(&mut db.conn)?;
    update(user::table.filter(user::merged_into.eq(&from.id)))
        .set(user::merged_into.eq(Some(&into.id)))
        .execute(&mut db.conn)?;
    let (before, after) =
        (Merged { user: from, merged_into: None }, Merged { user: &tombstone, merged_into: Some(&into.id) });
    // The log lets actions move to where an event of the audit trail says.
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

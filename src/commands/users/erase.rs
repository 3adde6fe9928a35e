use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel::{sql_query, update};
use serde::Serialize;

use crate::db::types::{Instant, Json};
use crate::db::{AnyConnection, Db};
use crate::error::{ExitStatus, Failure};
use crate::import;
use crate::models::{Change, Prefix, Roles, Subject, Tombstone, User, change, ensure_a_superadmin, new_id};
use crate::output::{Output, plural};
use crate::schema::{champion, user, user_action};

/// Erase what is personal of a user, for good
///
/// Email, name and picture become a tombstone, the roles are taken, the notes on champion records and the personal values
/// in the audit trail are cleared. The actions stay, with their keys, so that an event that is delivered again does not
/// bring the person back; so do the champion records, and the id of the user. It can be repeated, with the address of the
/// tombstone, for what has come in since.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// The email address of the user, as a confirmation
    #[arg(long, value_name = "EMAIL")]
    confirm: String,
    /// Empty the metadata of the user's actions too
    #[arg(long)]
    metadata: bool,
}

/// What the audit trail keeps of somebody who is erased.
#[derive(Serialize)]
struct Rest<'a> {
    origin: &'a str,
    roles: Roles,
    created_at: Instant,
}

/// How many actions lost their metadata.
#[derive(Serialize)]
struct Emptied {
    actions: i64,
}

/// What was cleared.
struct Erased {
    user: User,
    notes: usize,
    audit: usize,
    actions: i64,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    db.overwrite_what_is_deleted()?;
    let erased = change(db, |db| {
        import::keep_out(db)?;
        let user = User::find_and_lock_any(&mut db.conn, &args.user)?;
        let tombstone = Tombstone::of(&mut db.conn, &user.id)?;
        if let Some(tombstone) = &tombstone
            && tombstone.merged_into.is_some()
        {
            return Err(tombstone.refusal(&user.id).into());
        }
        if !args.confirm.trim().eq_ignore_ascii_case(&user.email) {
            let failure =
                Failure::failed(format!("--confirm is not the email address of {}: nothing was changed", user.id))
                    .hint(format!("rollbook users show {} prints it", user.id));
            let attempt =
                Change { verb: "erase", subject: Subject::User, id: &user.id, before: None::<&User>, after: None };
            return Err(attempt.refused(failure, db));
        }
        let user = if tombstone.is_none() { entomb(&user, db)? } else { user };
        let mut erased = clear(user, db)?;
        if args.metadata {
            erased.actions = empty_metadata(&erased.user.id, db)?;
        }
        Ok(erased)
    })?;
    let Erased { user, notes, audit, actions } = erased;
    let message = format!(
        "{} is erased: notes of {}, {} of the audit trail and metadata of {} cleared",
        user.id,
        plural(notes as u64, "champion record"),
        plural(audit as u64, "row"),
        plural(actions.unsigned_abs(), "action"),
    );
    out.changed(&user, message)?;
    if !db.write_log_into_file() {
        out.problem("another process reads the database: SQLite's write-ahead log has what was erased until it ends");
    }
    if !out.is_quiet() {
        out.hint(
            "not reached: backups, exported files, the systems that events and people come from, and what earlier changes \
             left in the free space of the database, which VACUUM clears; the id stays",
        );
    }
    Ok(ExitStatus::Done)
}

/// Replaces the person by a tombstone.
fn entomb(before: &User, db: &mut Db) -> anyhow::Result<User> {
    let user = User {
        email: format!("{}@erased.invalid", new_id(Prefix::Erased)),
        name: "erased".to_owned(),
        profile_img: None,
        roles: Roles::default(),
        ..before.clone()
    };
    update(user::table.find(&user.id)).set((&user, user::erased_at.eq(Some(Instant::now())))).execute(&mut db.conn)?;
    let rest = |user: &User| Json::of(&Rest { origin: &user.origin, roles: user.roles, created_at: user.created_at });
    let (rest_before, rest_after) = (rest(before)?, rest(&user)?);
    Change {
        verb: "erase",
        subject: Subject::User,
        id: &user.id,
        before: Some(&rest_before),
        after: Some(&rest_after),
    }
    .record(db)?;
    for id in &merged_into(&user.id, db)? {
        Change { verb: "erase", subject: Subject::User, id, before: None::<&Json>, after: None }.record(db)?;
    }
    ensure_a_superadmin(&user.change_from(before, "erase"), db)?;
    Ok(user)
}

fn merged_into(id: &str, db: &mut Db) -> QueryResult<Vec<String>> {
    user::table.select(user::id).filter(user::merged_into.eq(id)).order(user::id).load(&mut db.conn)
}

/// Clears notes and audit trail of somebody who is a tombstone.
fn clear(user: User, db: &mut Db) -> anyhow::Result<Erased> {
    let mut ids = merged_into(&user.id, db)?;
    ids.push(user.id.clone());
    let noted = champion::table.filter(champion::user_id.eq(&user.id)).filter(champion::notes.is_not_null());
    let records: Vec<String> = noted.select(champion::id).order(champion::id).load(&mut db.conn)?;
    update(noted).set(champion::notes.eq(None::<String>)).execute(&mut db.conn)?;
    for id in &records {
        Change { verb: "erase", subject: Subject::Champion, id, before: None::<&Json>, after: None }.record(db)?;
    }
    let audit = clear_audit(&ids, db)?;
    Ok(Erased { user, notes: records.len(), audit, actions: 0 })
}

/// Takes what is personal out of the audit trail, which permits that for somebody with an event `erase`. Returns in how
/// many rows there was something.
fn clear_audit(ids: &[String], db: &mut Db) -> anyhow::Result<usize> {
    let (cleared, listed) = match db.conn {
        AnyConnection::Sqlite(_) => {
            ("json_remove({}, '$.email', '$.name', '$.profile_img', '$.notes')", "SELECT value FROM json_each($1)")
        }
        AnyConnection::Postgres(_) => {
            ("{} - '{email,name,profile_img,notes}'::text[]", "SELECT jsonb_array_elements_text($1::jsonb)")
        }
    };
    let [before, after] = ["before", "after"].map(|column| cleared.replace("{}", column));
    // diesel has no operators on JSON that both engines share.
    let statement = format!(
        "UPDATE audit_event SET before = {before}, after = {after} \
         WHERE (subject_kind = 'user' AND subject_id IN ({listed}) \
           OR subject_kind = 'champion' AND coalesce(after ->> 'user_id', before ->> 'user_id') IN ({listed})) \
         AND (before IS DISTINCT FROM {before} OR after IS DISTINCT FROM {after})"
    );
    Ok(sql_query(statement).bind::<Text, _>(serde_json::to_string(ids)?).execute(&mut db.conn)?)
}

/// Empties the metadata of the user's actions, which the log permits for somebody with an event `erase_metadata`.
fn empty_metadata(id: &str, db: &mut Db) -> anyhow::Result<i64> {
    let filled = || user_action::table.filter(user_action::user_id.eq(id)).filter(sql::<Bool>("metadata <> '{}'"));
    let actions = filled().count().get_result(&mut db.conn)?;
    Change { verb: "erase_metadata", subject: Subject::User, id, before: None, after: Some(&Emptied { actions }) }
        .record(db)?;
    update(filled()).set(user_action::metadata.eq(Json::empty_object())).execute(&mut db.conn)?;
    Ok(actions)
}

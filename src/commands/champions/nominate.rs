use diesel::prelude::*;

use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db, is_any_of};
use crate::error::{ExitStatus, Failure};
use crate::models::{
    Champion, Prefix, RoleRule, Stage, Tombstone, User, change_or_not, check_new_key, check_prose, in_cohort, new_id,
};
use crate::output::{Output, plural};
use crate::schema::user;
use crate::selection::{BATCH, BulkArgs, Names, SelectedBy, users_named};

/// Nominate users: create a record in stage candidate for each
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Users, by id or email; omit with --stdin or --file
    #[arg(value_name = "USER", required_unless_present_any = ["stdin", "file"], conflicts_with_all = ["stdin", "file"])]
    users: Vec<String>,
    /// Cohort to nominate for [default: none, a global record]
    #[arg(long, value_parser = check_new_key)]
    cohort: Option<String>,
    /// Reason for the nomination, stored as the note of the record
    #[arg(long, value_name = "TEXT", value_parser = check_prose)]
    notes: Option<String>,
    /// Time of the nomination [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    #[command(flatten, next_help_heading = "Safety")]
    bulk: BulkArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        ctx.clock.check_recorded("--at", args.at)?;
        let at = args.at.unwrap_or_else(|| ctx.clock.now());
        let (db, out) = ctx.open()?;
        let names = match args.bulk.names()? {
            Some(names) => names,
            None => Names::of_arguments(&args.users),
        };
        let by = if args.users.is_empty() { SelectedBy::List } else { SelectedBy::arguments(args.users.len()) };
        let nominees: Vec<(String, Option<String>)> =
            users_named(names, db, out)?.into_iter().map(|id| (id, args.notes.clone())).collect();
        let action = format!("nominate {}", plural(nominees.len() as u64, "user"));
        if args.bulk.asks(by.consent(), out) {
            let shown = nominees_shown(&nominees, db)?;
            db.while_waiting(|| args.bulk.confirm(&action, &shown, by.consent(), out))?;
        }
        let records = change_or_not(args.bulk.dry_run, db, |db| {
            let records = nominate_all(nominees, args.cohort.as_deref(), at, db, out)?;
            let end = args.bulk.end(records.len(), User::count, "user", db)?;
            Ok((records, end))
        })?;
        let verb = if args.bulk.dry_run { "would nominate" } else { "nominated" };
        if let (true, [record]) = (by.is_single(), &records[..]) {
            let place = in_cohort(record.cohort_id.as_deref());
            out.changed(record, format_args!("{verb} {} {place}", record.user_id))?;
        } else {
            out.all_changed(&records)?;
            out.status(format_args!("{verb} {}", plural(records.len() as u64, "user")));
        }
        Ok(ExitStatus::Done)
    }
}

/// The users as they are shown before they are nominated.
pub(super) fn nominees_shown(nominees: &[(String, Option<String>)], db: &mut Db) -> anyhow::Result<Vec<User>> {
    let mut users = Vec::new();
    for batch in nominees.chunks(BATCH) {
        let ids: Vec<&str> = batch.iter().map(|(id, _)| id.as_str()).collect();
        let found = user::table.select(User::as_select()).filter(is_any_of(&db.conn, "id", &ids)?).order(user::id);
        users.extend(found.load::<User>(&mut db.conn)?);
    }
    Ok(users)
}

/// Creates a record in stage candidate for each user and its notes, in the open transaction.
pub(super) fn nominate_all(
    mut nominees: Vec<(String, Option<String>)>,
    cohort: Option<&str>,
    at: Timestamp,
    db: &mut Db,
    out: &Output,
) -> anyhow::Result<Vec<Champion>> {
    // The locks serialize nominations of the same user: the second one finds the record of the first.
    nominees.sort_unstable();
    let ids: Vec<&str> = nominees.iter().map(|(id, _)| id.as_str()).collect();
    User::lock_all(&mut db.conn, "id", &ids)?;
    let several = nominees.len() > 1;
    let mut refused: Vec<Failure> = Vec::new();
    let mut records = Vec::new();
    for (user_id, notes) in nominees {
        match nominate(&user_id, cohort, notes, at, db)? {
            Ok(record) => records.push(record),
            Err(failure) => refused.push(failure),
        }
    }
    if several {
        refused.iter().take(10).for_each(|failure| out.problem(failure));
    }
    let count = refused.len() as u64;
    match refused.into_iter().next() {
        None => Ok(records),
        Some(failure) if !several => Err(failure.into()),
        Some(failure) => Err(failure.with_message(format!("{} cannot be nominated", plural(count, "user"))).into()),
    }
}

fn nominate(
    user_id: &str,
    cohort: Option<&str>,
    notes: Option<String>,
    at: Timestamp,
    db: &mut Db,
) -> anyhow::Result<Result<Champion, Failure>> {
    if let Some(tombstone) = Tombstone::of(&mut db.conn, user_id)? {
        return Ok(Err(tombstone.refusal(user_id)));
    }
    if let Some(open) = Champion::find_open(&mut db.conn, user_id, cohort)? {
        let place = in_cohort(cohort);
        let message = format!("{user_id} already has an open record {place}: {} in stage {}", open.id, open.stage);
        let hint = format!("nominate for another cohort with --cohort, or see rollbook champions show {}", open.id);
        return Ok(Err(Failure::failed(message).hint(hint)));
    }
    let record = Champion {
        id: new_id(Prefix::Champion),
        user_id: user_id.to_owned(),
        cohort_id: cohort.map(ToOwned::to_owned),
        stage: Stage::Candidate,
        notes,
        selected_at: None,
        became_champion_at: None,
        created_at: at,
    };
    record.insert("nominate", RoleRule::Follow, db)?;
    Ok(Ok(record))
}

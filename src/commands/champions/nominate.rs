use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, Prefix, RoleRule, Stage, User, check_key, check_prose, in_cohort, new_id};
use crate::output::Output;

/// Begin a record for a user, in stage candidate
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// Nominate for this cohort [default: outside of cohorts]
    #[arg(long, value_parser = check_key)]
    cohort: Option<String>,
    /// Why, in a sentence or more
    #[arg(long, value_name = "TEXT", value_parser = check_prose)]
    notes: Option<String>,
    /// When the nomination was made [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Instant>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let record = db.transaction(|db| {
        // The lock makes two nominations of one user take turns: the second finds the first one's record.
        let user = User::find_and_lock(&mut db.conn, &args.user)?;
        if let Some(open) = Champion::find_open(&mut db.conn, &user.id, args.cohort.as_deref())? {
            let place = in_cohort(args.cohort.as_deref());
            return Err(Failure::failed(format!("{} is {} {place} already: {}", user.id, open.stage, open.id))
                .hint("rollbook champions advance moves the record forward; --cohort names another cohort")
                .into());
        }
        let record = Champion {
            id: new_id(Prefix::Champion),
            user_id: user.id,
            cohort_id: args.cohort.clone(),
            stage: Stage::Candidate,
            notes: args.notes.clone(),
            selected_at: None,
            became_champion_at: None,
            created_at: args.at.unwrap_or_else(Instant::now),
        };
        record.insert("nominate", RoleRule::Follow, db)?;
        Ok(record)
    })?;
    let message = format!("nominated {} {}", record.user_id, in_cohort(record.cohort_id.as_deref()));
    out.changed(&record, message)?;
    Ok(ExitStatus::Done)
}

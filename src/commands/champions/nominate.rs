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
    #[arg(long)]
    cohort: Option<String>,
    /// Why, in a sentence or more
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// When the nomination was made [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Instant>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let refused = |option: &str, error| Failure::new(ExitStatus::Usage, format!("--{option} {error}"));
    if let Some(cohort) = &args.cohort {
        check_key(cohort).map_err(|error| refused("cohort", error))?;
    }
    if let Some(notes) = &args.notes {
        check_prose(notes).map_err(|error| refused("notes", error))?;
    }
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
    out.one(&record)?;
    out.status(format_args!("nominated {} {}", record.user_id, in_cohort(record.cohort_id.as_deref())));
    Ok(ExitStatus::Done)
}

//! What the commands that move a record one step share.

use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, RoleRule, Stage};
use crate::output::Output;

/// The record to look at, and in which cohort.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Champion record by its id; or user by id or email, whose open record is meant
    #[arg(value_name = "CHAMPION|USER")]
    record: String,
    /// The user's record in this cohort [default: the one outside of cohorts]
    #[arg(long)]
    cohort: Option<String>,
}

/// The record to move, and how.
#[derive(Debug, clap::Args)]
pub(super) struct Step {
    #[command(flatten)]
    which: Which,
    /// Leave the user's roles as they are
    #[arg(long)]
    keep_roles: bool,
}

impl Which {
    pub(super) fn find(&self, db: &mut Db) -> anyhow::Result<Champion> {
        Champion::find(&mut db.conn, &self.record, self.cohort.as_deref())
    }
}

impl Step {
    /// Moves the record to where `step` says, at `time`, prints it, and says what happened.
    pub(super) fn take(
        &self,
        verb: &str,
        time: Option<Instant>,
        step: impl FnOnce(&Champion) -> Result<Stage, Failure>,
        db: &mut Db,
        out: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let roles = if self.keep_roles { RoleRule::Keep } else { RoleRule::Follow };
        let (before, after) = db.transaction(|db| {
            let before = Champion::find_and_lock(&mut db.conn, &self.which.record, self.which.cohort.as_deref())?;
            let after = moved(&before, step(&before)?, time.unwrap_or_else(Instant::now))?;
            after.save(&before, verb, roles, db)?;
            Ok((before, after))
        })?;
        let message = format!("{} of {}: {} → {}", after.id, after.user_id, before.stage, after.stage);
        out.changed(&after, message)?;
        Ok(ExitStatus::Done)
    }
}

/// The record in another stage, stamped with the time at which it went there.
fn moved(before: &Champion, stage: Stage, time: Instant) -> Result<Champion, Failure> {
    let mut after = Champion { stage, ..before.clone() };
    match stage {
        Stage::Selected => after.selected_at = Some(time),
        Stage::Champion => after.became_champion_at = Some(time),
        Stage::Candidate | Stage::Alumni => {}
    }
    match (after.selected_at, after.became_champion_at) {
        (Some(selected), Some(champion)) if champion < selected => Err(Failure::failed(format!(
            "{} was selected at {selected}, which is after {champion}: nothing was changed",
            before.id
        ))
        .hint("give a later time with --at")),
        _ => Ok(after),
    }
}

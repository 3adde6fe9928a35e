use diesel::prelude::*;

use crate::db::Db;
use crate::error::{ExitStatus, Failure};
use crate::models::UserAction;
use crate::output::Output;
use crate::schema::user_action;

/// Print one action
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Action, by id or idempotency key
    action: String,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let actions = user_action::table.select(UserAction::as_select());
    let by_id = actions.filter(user_action::id.eq(&args.action)).first(&mut db.conn).optional()?;
    let found = match by_id {
        Some(found) => Some(found),
        None => actions.filter(user_action::idempotency_key.eq(&args.action)).first(&mut db.conn).optional()?,
    };
    let action = found.ok_or_else(|| {
        Failure::not_found(format!("there is no action {}", args.action))
            .hint("name an action by id or idempotency key")
    })?;
    out.one(&action)?;
    Ok(ExitStatus::Done)
}

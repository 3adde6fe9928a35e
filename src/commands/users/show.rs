use diesel::prelude::*;

use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::models::{Roles, RolesOf, Tombstone, User};
use crate::output::Output;
use crate::schema::user;

/// Print a user
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// Tell the roles that the user had at this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    as_of: Option<Instant>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let mut user = User::find(&mut db.conn, &args.user)?;
    if let Some(time) = args.as_of {
        let roles = RolesOf::Then(time).expression(&db.conn);
        let roles: Option<Roles> = user::table.find(&user.id).select(roles).first(&mut db.conn)?;
        user.roles = roles.ok_or_else(|| {
            Failure::not_found(format!("{} was not there at {time}", user.id))
                .hint("rollbook users history USER says since when")
        })?;
    }
    out.one(&user)?;
    if let Some(tombstone) = Tombstone::of(&mut db.conn, &user.id)? {
        let what = tombstone.merged_into.map_or_else(|| "erased".to_owned(), |into| format!("merged into {into}"));
        out.status(format_args!("{} was {what} at {}", user.id, tombstone.erased_at));
    }
    Ok(ExitStatus::Done)
}

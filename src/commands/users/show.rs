use diesel::prelude::*;

use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::{Roles, RolesOf, Tombstone};
use crate::schema::user;
use crate::selection::find_user;

/// Show a user
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// Show the roles as of this time, date or age
    #[arg(long, value_name = "TIME")]
    as_of: Option<TimeArg>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let (mut user, _) = find_user(&args.user, &mut db.conn)?;
        if let Some(time) = clock.resolve_optional(args.as_of)? {
            let roles = RolesOf::Then(time).expression(&db.conn);
            let roles: Option<Roles> = user::table.find(&user.id).select(roles).first(&mut db.conn)?;
            user.roles = roles.ok_or_else(|| {
                Failure::not_found(format!("the recorded history of user {} begins after {time}", user.id))
                    .hint(format!("show the recorded history: rollbook users history {}", user.id))
            })?;
        }
        out.one(&user)?;
        if let Some(tombstone) = Tombstone::of(&mut db.conn, &user.id)? {
            let what = tombstone.merged_into.map_or_else(|| "erased".to_owned(), |into| format!("merged into {into}"));
            out.status(format_args!("{} was {what} at {}", user.id, tombstone.erased_at));
        }
        Ok(ExitStatus::Done)
    }
}

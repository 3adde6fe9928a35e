use diesel::prelude::*;

use crate::clock::TimeArg;
use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{Roles, RolesOf, Tombstone, User};
use crate::schema::user;
use crate::selection::find_user;

/// Show users
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Users, by id or email
    #[arg(value_name = "USER", required = true)]
    users: Vec<String>,
    /// Show the roles as of this time, date or age
    #[arg(long, value_name = "TIME")]
    as_of: Option<TimeArg>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let as_of = clock.resolve_optional(self.as_of)?;
        let found = self.users.iter().map(|name| find(name, as_of, db)).collect::<anyhow::Result<Vec<User>>>()?;
        match &found[..] {
            [user] => out.one(user)?,
            users => out.list::<User, _>(users.iter().map(Ok))?,
        }
        for user in &found {
            if let Some(tombstone) = Tombstone::of(&mut db.conn, &user.id)? {
                let merged = tombstone.merged_into.map(|into| format!("merged into {into}"));
                let what = merged.as_deref().unwrap_or("erased");
                out.status(format_args!("{} was {what} at {}", user.id, clock.shown(tombstone.erased_at)));
            }
        }
        Ok(ExitStatus::Done)
    }
}

/// A user, with the roles as of a time if one is given.
fn find(name: &str, as_of: Option<Timestamp>, db: &mut Db) -> anyhow::Result<User> {
    let (mut user, _) = find_user(name, &mut db.conn)?;
    if let Some(time) = as_of {
        let roles = RolesOf::Then(time).expression(&db.conn);
        let roles: Option<Roles> = user::table.find(&user.id).select(roles).first(&mut db.conn)?;
        user.roles = roles.ok_or_else(|| {
            Failure::not_found(format!("the recorded history of user {} starts after {time}", user.id))
                .hint(format!("show the recorded history: rollbook users history {}", user.id))
        })?;
    }
    Ok(user)
}

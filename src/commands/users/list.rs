use diesel::dsl::not;
use diesel::prelude::*;

use crate::commands::paging::{self, Paging};
use crate::db::types::Instant;
use crate::db::{AnyConnection, Db};
use crate::error::ExitStatus;
use crate::models::{Role, User, has_role};
use crate::output::Output;
use crate::schema::{lower, user};

/// List users, by id
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only users with this role; repeated, with all of them
    #[arg(long = "role", value_name = "ROLE", value_enum, ignore_case = true)]
    roles: Vec<Role>,
    /// Only users without this role; repeated, without any of them
    #[arg(long = "without-role", value_name = "ROLE", value_enum, ignore_case = true)]
    without_roles: Vec<Role>,
    /// Only users who came from here
    #[arg(long)]
    origin: Option<String>,
    /// Only users who signed up at this time or date, or later
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    created_after: Option<Instant>,
    /// Only users who signed up before this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    created_before: Option<Instant>,
    /// Only users with this text in id, email or name, in any (ASCII) letter case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    paging::print(out, &args.paging, "users", |last: Option<&User>, limit| {
        let after = last.map(|user| user.id.as_str()).or(args.paging.after.as_deref());
        page(args, &mut db.conn, after, limit)
    })?;
    Ok(ExitStatus::Done)
}

fn page(args: &Args, conn: &mut AnyConnection, after: Option<&str>, limit: i64) -> QueryResult<Vec<User>> {
    let mut users = user::table.select(User::as_select()).order(user::id).limit(limit).into_boxed();
    for role in &args.roles {
        users = users.filter(has_role(conn, *role));
    }
    for role in &args.without_roles {
        users = users.filter(not(has_role(conn, *role)));
    }
    if let Some(origin) = &args.origin {
        users = users.filter(user::origin.eq(origin));
    }
    if let Some(time) = args.created_after {
        users = users.filter(user::created_at.ge(time));
    }
    if let Some(time) = args.created_before {
        users = users.filter(user::created_at.lt(time));
    }
    if let Some(text) = &args.search {
        let pattern = containing(text);
        users = users.filter(
            lower(user::id)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(user::email).like(pattern.clone()).escape('\\'))
                .or(lower(user::name).like(pattern).escape('\\')),
        );
    }
    if let Some(id) = after {
        users = users.filter(user::id.gt(id));
    }
    users.load(conn)
}

/// A pattern that matches any text with `text` in it, taken literally.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

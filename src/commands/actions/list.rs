use std::str::FromStr;

use diesel::prelude::*;

use crate::commands::paging::{self, Paging};
use crate::db::types::Instant;
use crate::db::{AnyConnection, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{ActionType, SourceSystem, TargetType, UnknownValue, User, UserAction};
use crate::output::Output;
use crate::schema::user_action;

/// List actions, newest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what this user did; by id or email
    #[arg(long)]
    user: Option<String>,
    /// Only actions of this type; repeated, of any of them
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    types: Vec<ActionType>,
    /// Only what was done to this kind of thing, or to this one thing
    #[arg(long, value_name = "TYPE[:ID]")]
    target: Option<Target>,
    /// Only what this system reported
    #[arg(long, value_enum)]
    source: Option<SourceSystem>,
    /// Only what was done at this time or date, or later
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    since: Option<Instant>,
    /// Only what was done before this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    until: Option<Instant>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Clone)]
struct Target {
    kind: TargetType,
    id: Option<String>,
}

impl FromStr for Target {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match text.split_once(':') {
            Some((kind, id)) => Ok(Self { kind: kind.parse()?, id: Some(id.to_owned()) }),
            None => Ok(Self { kind: text.parse()?, id: None }),
        }
    }
}

/// Where a row stands in the list: newest first, of equal times the latest recorded first.
type Place = (Instant, i64);

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let user = args.user.as_deref().map(|user| User::find(&mut db.conn, user)).transpose()?.map(|user| user.id);
    let after = args.paging.after.as_deref().map(|id| place_of(&mut db.conn, id)).transpose()?;
    paging::print(out, &args.paging, "actions", paging::PAGE, |last: Option<&UserAction>, limit| {
        let after = last.map(|action| (action.event.occurred_at, action.position)).or(after);
        page(args, user.as_deref(), &mut db.conn, after, limit)
    })?;
    Ok(ExitStatus::Done)
}

fn place_of(conn: &mut AnyConnection, id: &str) -> anyhow::Result<Place> {
    user_action::table
        .filter(user_action::id.eq(id))
        .select((user_action::occurred_at, user_action::position))
        .first(conn)
        .optional()?
        .ok_or_else(|| Failure::not_found(format!("there is no action {id} to go on from")).into())
}

fn page(
    args: &Args,
    user: Option<&str>,
    conn: &mut AnyConnection,
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<UserAction>> {
    let mut actions = user_action::table
        .select(UserAction::as_select())
        .order((user_action::occurred_at.desc(), user_action::position.desc()))
        .limit(limit)
        .into_boxed();
    if let Some(user) = user {
        actions = actions.filter(user_action::user_id.eq(user));
    }
    if !args.types.is_empty() {
        actions = actions.filter(user_action::action_type.eq_any(&args.types));
    }
    if let Some(target) = &args.target {
        actions = actions.filter(user_action::target_type.eq(target.kind));
        if let Some(id) = &target.id {
            actions = actions.filter(user_action::target_id.eq(id));
        }
    }
    if let Some(source) = args.source {
        actions = actions.filter(user_action::source_system.eq(source));
    }
    if let Some(since) = args.since {
        actions = actions.filter(user_action::occurred_at.ge(since));
    }
    if let Some(until) = args.until {
        actions = actions.filter(user_action::occurred_at.lt(until));
    }
    if let Some((time, position)) = after {
        // (occurred_at, position) < (time, position), in a form that both engines read from the index.
        actions = actions.filter(user_action::occurred_at.le(time));
        actions = actions.filter(user_action::occurred_at.lt(time).or(user_action::position.lt(position)));
    }
    actions.load(conn)
}

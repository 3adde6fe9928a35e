use clap::ValueEnum;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::row::{Columns, Row};
use crate::clock::{Clock, TimeArg};
use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql as sql_types};
use crate::db::{Access, AnyConnection};
use crate::error::ExitStatus;
use crate::models::{RolesOf, User, UserCondition, UserExpression, last_active};
use crate::output::{Output, Record as _};
use crate::schema::{audit_event, user};
use crate::selection::UserFilter;
use crate::selection::paging::{self, ListArgs};

/// List users
///
/// Erased and merged users are not listed.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: UserFilter,
    /// Sort order, smallest or earliest first
    #[arg(long, help_heading = "Output", value_enum, default_value_t = Sort::Id, hide_possible_values = false)]
    sort: Sort,
    /// Show the time of each user's last action
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    last_active: bool,
    /// Print only the number of users
    #[arg(long, help_heading = "Output", conflicts_with_all = ["sort", "reverse", "last_active", "columns", "limit", "after"], hide_short_help = true)]
    count: bool,
    /// Show roles as of this time, date or age, and only users that existed then
    #[arg(long, help_heading = "Output", value_name = "TIME", hide_short_help = true)]
    as_of: Option<TimeArg>,
    #[command(flatten, next_help_heading = "Output")]
    list: ListArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Sort {
    /// Id; fastest, because the list follows an index
    Id,
    /// Email address
    Email,
    /// Name
    Name,
    /// Sign-up time
    CreatedAt,
    /// Time of the last action; users without actions come first
    LastActive,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let conn = &mut db.conn;
        let when = clock.resolve_optional(args.as_of)?.map_or(RolesOf::Now, RolesOf::Then);
        if let RolesOf::Then(time) = when {
            note_beginning(time, conn, out)?;
        }
        if args.count {
            let users = user::table.select(count_star()).into_boxed();
            let users = conditions(args, conn, when, clock)?.into_iter().fold(users, QueryDsl::filter);
            out.document(&users.get_result::<i64>(conn)?.to_string())?;
            return Ok(ExitStatus::Done);
        }
        let chosen = args.list.columns::<Row>()?;
        let columns = columns(args, &chosen, out);
        let is_wanted = columns.contains(&"last_active") || out.asks_for("last_active");
        let with_activity = args.sort == Sort::LastActive || is_wanted;
        if chosen.is_empty() {
            out.show_columns(columns);
        }
        let start = match &args.list.after {
            Some(cursor) => Some(Place::parse(args.sort, cursor, when, conn)?),
            None => None,
        };
        let page_size = if args.sort == Sort::Id { paging::PAGE } else { paging::SORTED_PAGE };
        paging::print(
            out,
            &args.list,
            "users",
            page_size,
            |row| Place::of(args.sort, row).cursor(args.sort),
            |last: Option<&Row>, limit| {
                let place = last.map(|row| Place::of(args.sort, row)).or_else(|| start.clone());
                let mut users = user::table.select(selected(conn, when, with_activity)).limit(limit).into_boxed();
                users = conditions(args, conn, when, clock)?.into_iter().fold(users, QueryDsl::filter);
                if let Some(place) = place {
                    users = users.filter(place.following(args, conn));
                }
                let direction = if args.list.reverse { " DESC" } else { "" };
                if args.sort == Sort::LastActive {
                    // By the selected column: the engines would look it up again.
                    let nulls = if args.list.reverse { " NULLS LAST" } else { " NULLS FIRST" };
                    users = users.order(sql::<Text>(LAST_ACTIVE_COLUMN).sql(direction).sql(nulls));
                } else if args.sort != Sort::Id {
                    users = users.order(sql::<Text>(&args.sort.expression(conn)).sql(direction));
                }
                users = users.then_order_by(sql::<Text>(&Sort::Id.expression(conn)).sql(direction));
                let rows: Vec<Columns> = users.load(conn)?;
                Ok(rows.into_iter().map(|columns| Row::new(columns, with_activity)).collect())
            },
        )?;
        Ok(ExitStatus::Done)
    }
}

fn conditions(args: &Args, conn: &AnyConnection, when: RolesOf, clock: Clock) -> anyhow::Result<Vec<UserCondition>> {
    let mut conditions = args.filter.conditions(conn, when, clock)?;
    if when != RolesOf::Now {
        conditions.push(Box::new(when.expression(conn).is_not_null()));
    }
    Ok(conditions)
}

/// Says when the recorded history begins, if that is after the time that was asked for.
fn note_beginning(time: Timestamp, conn: &mut AnyConnection, out: &Output) -> anyhow::Result<()> {
    let first: Option<Timestamp> =
        audit_event::table.select(audit_event::at).order(audit_event::position).first(conn).optional()?;
    match first {
        Some(first) if time < first => out.note(format_args!(
            "the recorded history starts at {first}: users created after that are not listed; other users are listed with \
             their roles at that time"
        )),
        None => out.note("no change is recorded: users are listed with their current roles"),
        Some(_) => {}
    }
    Ok(())
}

/// The columns to show: the requested ones, or all but `last_active`, which needs a lookup in the log for each user.
fn columns(args: &Args, chosen: &[&'static str], out: &Output) -> Vec<&'static str> {
    let mut columns = if chosen.is_empty() {
        let is_cut = out.format().is_table() && out.format() != crate::output::Format::Wide;
        let all = if is_cut { Row::TABLE } else { User::COLUMNS };
        all.to_vec()
    } else {
        chosen.to_vec()
    };
    if args.last_active && !columns.contains(&"last_active") {
        columns.push("last_active");
    }
    columns
}

type Selected = (
    user::id,
    user::email,
    user::name,
    user::origin,
    user::profile_img,
    UserExpression<Nullable<sql_types::Roles>>,
    user::created_at,
    UserExpression<Nullable<sql_types::UtcTimestamp>>,
);

/// The number of the last of them.
const LAST_ACTIVE_COLUMN: &str = "8";

fn selected(conn: &AnyConnection, when: RolesOf, with_activity: bool) -> Selected {
    let last_active = if with_activity { last_active(conn) } else { "NULL" };
    (
        user::id,
        user::email,
        user::name,
        user::origin,
        user::profile_img,
        when.expression(conn),
        user::created_at,
        Box::new(sql(last_active)),
    )
}

/// The keyset position of a row: its id, and its sort key if the list is not sorted by id alone.
#[derive(Debug, Clone)]
struct Place {
    key: Option<Key>,
    id: String,
}

#[derive(Debug, Clone)]
enum Key {
    Text(String),
    Time(Timestamp),
}

impl Place {
    /// The place that a cursor means: that of a user by id, or a key and an id.
    fn parse(sort: Sort, cursor: &str, when: RolesOf, conn: &mut AnyConnection) -> anyhow::Result<Self> {
        let columns = user::table.find(cursor).select(selected(conn, when, true)).first::<Columns>(conn).optional()?;
        if let Some(columns) = columns {
            return Ok(Self::of(sort, &Row::new(columns, true)));
        }
        let key = |key: String| match sort {
            Sort::Id => None,
            Sort::Email | Sort::Name => Some(Key::Text(key)),
            Sort::CreatedAt | Sort::LastActive => key.parse().ok().map(Key::Time),
        };
        let place =
            paging::parse_cursor(sort.name(), cursor).and_then(|(text, id)| Some(Self { key: Some(key(text)?), id }));
        Ok(place.ok_or_else(|| paging::malformed_cursor(cursor))?)
    }

    /// The cursor of this place.
    fn cursor(&self, sort: Sort) -> String {
        match &self.key {
            None => self.id.clone(),
            Some(Key::Text(key)) => paging::cursor_of(sort.name(), key, &self.id),
            Some(Key::Time(key)) => paging::cursor_of(sort.name(), &key.to_string(), &self.id),
        }
    }

    fn of(sort: Sort, row: &Row) -> Self {
        let user = &row.user;
        let key = match sort {
            Sort::Id => None,
            Sort::Email => Some(Key::Text(user.email.clone())),
            Sort::Name => Some(Key::Text(user.name.clone())),
            Sort::CreatedAt => Some(Key::Time(user.created_at)),
            Sort::LastActive => Some(Key::Time(row.last_active.time().unwrap_or(Timestamp::FIRST))),
        };
        Self { key, id: user.id.clone() }
    }

    /// The condition that a row comes after this position.
    fn following(self, args: &Args, conn: &AnyConnection) -> UserCondition {
        let comparison = if args.list.reverse { " < " } else { " > " };
        let Self { key, id } = self;
        let Some(key) = key else {
            return Box::new(sql::<Bool>(&Sort::Id.expression(conn)).sql(comparison).bind::<Text, _>(id));
        };
        let row = sql::<Bool>("(").sql(&args.sort.expression(conn)).sql(", \"user\".id)").sql(comparison).sql("(");
        match key {
            Key::Text(key) => Box::new(row.bind::<Text, _>(key).sql(", ").bind::<Text, _>(id).sql(")")),
            Key::Time(key) => {
                Box::new(row.bind::<sql_types::UtcTimestamp, _>(key).sql(", ").bind::<Text, _>(id).sql(")"))
            }
        }
    }
}

impl Sort {
    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Name => "name",
            Self::CreatedAt => "created_at",
            Self::LastActive => "last_active",
        }
    }

    fn expression(self, conn: &AnyConnection) -> String {
        match self {
            Self::Id => "\"user\".id".to_owned(),
            Self::Email => "\"user\".email".to_owned(),
            Self::Name => "\"user\".name".to_owned(),
            Self::CreatedAt => "\"user\".created_at".to_owned(),
            Self::LastActive => format!("coalesce({}, '{}')", last_active(conn), Timestamp::FIRST.fixed_width()),
        }
    }
}

use clap::ValueEnum;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::row::{Columns, Row};
use super::selection::Selection;
use crate::commands::paging::{self, Paging};
use crate::db::types::{Instant, sql as sql_types};
use crate::db::{AnyConnection, Db};
use crate::error::ExitStatus;
use crate::models::{RolesOf, User, UserCondition, UserExpression};
use crate::output::{Format, Output, Record as _};
use crate::schema::user;

/// List users
///
/// Who was erased or merged into another is left out.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Order by this, the smallest or earliest first
    #[arg(long, value_enum, default_value_t = Sort::Id, hide_possible_values = false)]
    sort: Sort,
    /// Order the other way round
    #[arg(long)]
    reverse: bool,
    /// Say of each user when their last action was
    #[arg(long)]
    last_active: bool,
    /// Show these columns, in this order; last_active is one more than there are without it
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', value_parser = paging::column_parser::<Row>())]
    columns: Vec<&'static str>,
    /// Print how many there are, and nothing else
    #[arg(long, conflicts_with_all = ["sort", "reverse", "last_active", "columns", "limit", "after"])]
    count: bool,
    /// Tell the roles that users had at this time or date, and list those who were there
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    as_of: Option<Instant>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Sort {
    /// Identifier: the order of an index, the fastest
    Id,
    /// Email address
    Email,
    /// Name
    Name,
    /// When they signed up
    CreatedAt,
    /// When their last action was; who never did anything comes first
    LastActive,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let conn = &mut db.conn;
    let when = args.as_of.map_or(RolesOf::Now, RolesOf::Then);
    if args.count {
        let users = user::table.select(count_star()).into_boxed();
        let users = conditions(args, conn, when).into_iter().fold(users, QueryDsl::filter);
        out.document(&users.get_result::<i64>(conn)?.to_string())?;
        return Ok(ExitStatus::Done);
    }
    let columns = columns(args, out);
    let with_activity = args.sort == Sort::LastActive || columns.contains(&"last_active");
    out.show_columns(columns);
    let start = match &args.paging.after {
        // A list by id goes on behind any id, whether there is such a user or not.
        Some(id) if args.sort == Sort::Id => Some(Place { key: None, id: id.clone() }),
        Some(id) => Some(place_of(args.sort, &User::find(conn, id)?.id, when, conn)?),
        None => None,
    };
    let page_size = if args.sort == Sort::Id { paging::PAGE } else { paging::SORTED_PAGE };
    paging::print(out, &args.paging, "users", page_size, |last: Option<&Row>, limit| {
        let place = last.map(|row| Place::of(args.sort, row)).or_else(|| start.clone());
        let mut users = user::table.select(selected(conn, when, with_activity)).limit(limit).into_boxed();
        users = conditions(args, conn, when).into_iter().fold(users, QueryDsl::filter);
        if let Some(place) = place {
            users = users.filter(place.behind(args));
        }
        let direction = if args.reverse { " DESC" } else { "" };
        if args.sort != Sort::Id {
            users = users.order(sql::<Text>(&args.sort.expression()).sql(direction));
        }
        users = users.then_order_by(sql::<Text>(&Sort::Id.expression()).sql(direction));
        let rows: Vec<Columns> = users.load(conn)?;
        Ok(rows.into_iter().map(|columns| Row::new(columns, with_activity)).collect())
    })?;
    Ok(ExitStatus::Done)
}

fn conditions(args: &Args, conn: &AnyConnection, when: RolesOf) -> Vec<UserCondition> {
    let mut conditions = args.selection.conditions(conn, when);
    if when != RolesOf::Now {
        conditions.push(Box::new(when.expression(conn).is_not_null()));
    }
    conditions
}

/// The columns to show: those asked for, or all but the last action, which takes a look into the log for each user.
fn columns(args: &Args, out: &Output) -> Vec<&'static str> {
    let mut columns = if args.columns.is_empty() {
        let all = if out.format() == Format::Table { Row::TABLE } else { User::COLUMNS };
        all.to_vec()
    } else {
        args.columns.clone()
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
    UserExpression<Nullable<sql_types::Instant>>,
);

fn selected(conn: &AnyConnection, when: RolesOf, with_activity: bool) -> Selected {
    let last_active = if with_activity { LAST_ACTIVE } else { "NULL" };
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

/// diesel cannot say a subquery's aggregate as a nullable column of a boxed query.
const LAST_ACTIVE: &str = "(SELECT max(occurred_at) FROM user_action WHERE user_action.user_id = \"user\".id)";

/// Where a row stands in the list: what it is ordered by, if that is not its id alone.
#[derive(Debug, Clone)]
struct Place {
    key: Option<Key>,
    id: String,
}

#[derive(Debug, Clone)]
enum Key {
    Text(String),
    Time(Instant),
}

fn place_of(sort: Sort, id: &str, when: RolesOf, conn: &mut AnyConnection) -> anyhow::Result<Place> {
    let columns = user::table.find(id).select(selected(conn, when, true)).first::<Columns>(conn)?;
    Ok(Place::of(sort, &Row::new(columns, true)))
}

impl Place {
    fn of(sort: Sort, row: &Row) -> Self {
        let user = &row.user;
        let key = match sort {
            Sort::Id => None,
            Sort::Email => Some(Key::Text(user.email.clone())),
            Sort::Name => Some(Key::Text(user.name.clone())),
            Sort::CreatedAt => Some(Key::Time(user.created_at)),
            Sort::LastActive => Some(Key::Time(row.last_active.time().unwrap_or(Instant::FIRST))),
        };
        Self { key, id: user.id.clone() }
    }

    /// The condition that a row comes behind this place.
    fn behind(self, args: &Args) -> UserCondition {
        let comparison = if args.reverse { " < " } else { " > " };
        let Self { key, id } = self;
        let Some(key) = key else {
            return Box::new(sql::<Bool>(&Sort::Id.expression()).sql(comparison).bind::<Text, _>(id));
        };
        let row = sql::<Bool>("(").sql(&args.sort.expression()).sql(", \"user\".id)").sql(comparison).sql("(");
        match key {
            Key::Text(key) => Box::new(row.bind::<Text, _>(key).sql(", ").bind::<Text, _>(id).sql(")")),
            Key::Time(key) => Box::new(row.bind::<sql_types::Instant, _>(key).sql(", ").bind::<Text, _>(id).sql(")")),
        }
    }
}

impl Sort {
    fn expression(self) -> String {
        match self {
            Self::Id => "\"user\".id".to_owned(),
            Self::Email => "\"user\".email".to_owned(),
            Self::Name => "\"user\".name".to_owned(),
            Self::CreatedAt => "\"user\".created_at".to_owned(),
            Self::LastActive => format!("coalesce({LAST_ACTIVE}, '{}')", Instant::FIRST.fixed_width()),
        }
    }
}

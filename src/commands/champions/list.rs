use clap::ValueEnum;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::selection::{Expression, SINCE, Selection};
use super::standing::Standing;
use crate::commands::paging::{self, Paging};
use crate::db::Db;
use crate::db::types::{Instant, sql as sql_types};
use crate::error::ExitStatus;
use crate::models::{Champion, User};
use crate::output::{Format, Output, Record as _};
use crate::schema::champion;

/// List champion records, with how long each has been in its stage
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Only records in this cohort
    #[arg(long, conflicts_with = "global")]
    cohort: Option<String>,
    /// Only records of this user; by id or email
    #[arg(long)]
    user: Option<String>,
    /// Order by this, the smallest or earliest first
    #[arg(long, value_enum, default_value_t = Sort::Id, hide_possible_values = false)]
    sort: Sort,
    /// Order the other way round
    #[arg(long)]
    reverse: bool,
    /// Show these columns, in this order
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', value_parser = paging::column_parser::<Standing>())]
    columns: Vec<&'static str>,
    /// Print how many there are, and nothing else
    #[arg(long, conflicts_with_all = ["sort", "reverse", "columns", "limit", "after"])]
    count: bool,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Sort {
    /// Identifier
    Id,
    /// Since when the record has been in its stage, the longest-waiting first; alumni come last
    Since,
    /// When the nomination was recorded
    CreatedAt,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let conn = &mut db.conn;
    let user = args.user.as_deref().map(|user| User::find(conn, user)).transpose()?.map(|user| user.id);
    let conditions = || {
        let mut conditions = args.selection.conditions(args.cohort.as_deref());
        if let Some(user) = &user {
            conditions.push(Box::new(champion::user_id.eq(user.clone())));
        }
        conditions
    };
    if args.count {
        let records = champion::table.select(count_star()).into_boxed();
        let records = conditions().into_iter().fold(records, QueryDsl::filter);
        out.document(&records.get_result::<i64>(conn)?.to_string())?;
        return Ok(ExitStatus::Done);
    }
    if !args.columns.is_empty() {
        out.show_columns(args.columns.clone());
    } else if out.format() != Format::Table {
        out.show_columns(Champion::COLUMNS.to_vec()); // What an import takes.
    }
    let now = Instant::now();
    let start = match &args.paging.after {
        Some(id) if args.sort == Sort::Id => Some((id.clone(), None)),
        Some(id) => {
            let found = Champion::find(conn, id, None)?;
            let row = champion::table.find(&found.id).select(Standing::columns()).first(conn)?;
            Some(args.sort.place_of(&Standing::new(row, now)))
        }
        None => None,
    };
    let page_size = if args.sort == Sort::Id { paging::PAGE } else { paging::SORTED_PAGE };
    paging::print(out, &args.paging, "champions", page_size, |last: Option<&Standing>, limit| {
        let direction = if args.reverse { " DESC" } else { "" };
        let mut records = champion::table.select(Standing::columns()).limit(limit).into_boxed();
        records = conditions().into_iter().fold(records, QueryDsl::filter);
        if let Some(place) = last.map(|row| args.sort.place_of(row)).or_else(|| start.clone()) {
            records = records.filter(args.behind(place));
        }
        if args.sort != Sort::Id {
            records = records.order(sql::<Text>(&args.sort.expression()).sql(direction));
        }
        records = records.then_order_by(sql::<Text>(&Sort::Id.expression()).sql(direction));
        let rows: Vec<(Champion, String, Option<Instant>)> = records.load(conn)?;
        Ok(rows.into_iter().map(|row| Standing::new(row, now)).collect())
    })?;
    Ok(ExitStatus::Done)
}

/// Where a row stands in the list: its id, and the time that it is ordered by, if it is ordered by one.
type Place = (String, Option<Instant>);

impl Args {
    /// The condition that a row comes behind this place.
    fn behind(&self, (id, time): Place) -> Expression<Bool> {
        let comparison = if self.reverse { " < " } else { " > " };
        match time {
            None => Box::new(sql::<Bool>(&Sort::Id.expression()).sql(comparison).bind::<Text, _>(id)),
            Some(time) => Box::new(
                sql::<Bool>("(")
                    .sql(&self.sort.expression())
                    .sql(", champion.id)")
                    .sql(comparison)
                    .sql("(")
                    .bind::<sql_types::Instant, _>(time)
                    .sql(", ")
                    .bind::<Text, _>(id)
                    .sql(")"),
            ),
        }
    }
}

impl Sort {
    fn place_of(self, row: &Standing) -> Place {
        let time = match self {
            Self::Id => None,
            Self::Since => Some(row.since.unwrap_or(Instant::LAST)),
            Self::CreatedAt => Some(row.champion.created_at),
        };
        (row.champion.id.clone(), time)
    }

    fn expression(self) -> String {
        match self {
            Self::Id => "champion.id".to_owned(),
            Self::Since => format!("coalesce({SINCE}, '{}')", Instant::LAST.fixed_width()),
            Self::CreatedAt => "champion.created_at".to_owned(),
        }
    }
}

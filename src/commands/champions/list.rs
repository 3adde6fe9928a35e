use clap::ValueEnum;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::selection::{ChampionFilter, Expression, SINCE, find_user, known_cohort};
use super::standing::Standing;
use crate::selection::paging::{self, Paging};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::db::types::{Timestamp, sql as sql_types};
use crate::error::ExitStatus;
use crate::models::Champion;
use crate::output::{Format, Record as _};
use crate::schema::champion;

/// List champion records with the time in their stage
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: ChampionFilter,
    /// Filter by cohort
    #[arg(long, help_heading = "Output", conflicts_with = "global")]
    cohort: Option<String>,
    /// Filter by user, by id or email
    #[arg(long, help_heading = "Output")]
    user: Option<String>,
    /// Sort order, smallest or earliest first
    #[arg(long, help_heading = "Output", value_enum, default_value_t = Sort::Id, hide_possible_values = false)]
    sort: Sort,
    /// Reverse the sort order
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    reverse: bool,
    /// Columns to show, in this order
    #[arg(long, help_heading = "Output", value_name = "COLUMN,…", value_delimiter = ',', value_parser = paging::column_parser::<Standing>(), hide_short_help = true)]
    columns: Vec<&'static str>,
    /// Print only the number of records
    #[arg(long, help_heading = "Output", conflicts_with_all = ["sort", "reverse", "columns", "limit", "after"], hide_short_help = true)]
    count: bool,
    #[command(flatten, next_help_heading = "Output")]
    paging: Paging,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Sort {
    /// Id
    Id,
    /// Time of entering the current stage, so longest in stage first; alumni come last
    Since,
    /// Time of the nomination
    CreatedAt,
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
        let user = args.user.as_deref().map(|user| find_user(user, conn)).transpose()?.map(|(user, _)| user.id);
        known_cohort(args.cohort.as_deref(), conn)?;
        let conditions = || {
            let mut conditions = args.filter.conditions(args.cohort.as_deref(), clock)?;
            if let Some(user) = &user {
                conditions.push(Box::new(champion::user_id.eq(user.clone())));
            }
            anyhow::Ok(conditions)
        };
        if args.count {
            let records = champion::table.select(count_star()).into_boxed();
            let records = conditions()?.into_iter().fold(records, QueryDsl::filter);
            out.document(&records.get_result::<i64>(conn)?.to_string())?;
            return Ok(ExitStatus::Done);
        }
        if !args.columns.is_empty() {
            out.show_columns(args.columns.clone());
        } else if out.format() != Format::Table {
            out.show_columns(Champion::COLUMNS.to_vec()); // What an import takes.
        }
        let now = clock.now();
        let start = match &args.paging.after {
            Some(id) if args.sort == Sort::Id => Some((id.clone(), None)),
            Some(id) => {
                let found = Champion::find(conn, id, None)?;
                let row = champion::table.find(&found.id).select(Standing::columns()).first(conn)?;
                Some(args.sort.sort_key(&Standing::new(row, now)))
            }
            None => None,
        };
        let page_size = if args.sort == Sort::Id { paging::PAGE } else { paging::SORTED_PAGE };
        paging::print(out, &args.paging, "champions", page_size, |last: Option<&Standing>, limit| {
            let direction = if args.reverse { " DESC" } else { "" };
            let mut records = champion::table.select(Standing::columns()).limit(limit).into_boxed();
            records = conditions()?.into_iter().fold(records, QueryDsl::filter);
            if let Some(place) = last.map(|row| args.sort.sort_key(row)).or_else(|| start.clone()) {
                records = records.filter(args.after(place));
            }
            if args.sort != Sort::Id {
                records = records.order(sql::<Text>(&args.sort.expression()).sql(direction));
            }
            records = records.then_order_by(sql::<Text>(&Sort::Id.expression()).sql(direction));
            let rows: Vec<(Champion, String, Option<Timestamp>)> = records.load(conn)?;
            Ok(rows.into_iter().map(|row| Standing::new(row, now)).collect())
        })?;
        Ok(ExitStatus::Done)
    }
}

/// The keyset position of a row: its id, and the time that the list is sorted by, if any.
type SortKey = (String, Option<Timestamp>);

impl Args {
    /// The condition that a row comes after this place.
    fn after(&self, (id, time): SortKey) -> Expression<Bool> {
        let comparison = if self.reverse { " < " } else { " > " };
        match time {
            None => Box::new(sql::<Bool>(&Sort::Id.expression()).sql(comparison).bind::<Text, _>(id)),
            Some(time) => Box::new(
                sql::<Bool>("(")
                    .sql(&self.sort.expression())
                    .sql(", champion.id)")
                    .sql(comparison)
                    .sql("(")
                    .bind::<sql_types::UtcTimestamp, _>(time)
                    .sql(", ")
                    .bind::<Text, _>(id)
                    .sql(")"),
            ),
        }
    }
}

impl Sort {
    fn sort_key(self, row: &Standing) -> SortKey {
        let time = match self {
            Self::Id => None,
            Self::Since => Some(row.since.unwrap_or(Timestamp::LAST)),
            Self::CreatedAt => Some(row.champion.created_at),
        };
        (row.champion.id.clone(), time)
    }

    fn expression(self) -> String {
        match self {
            Self::Id => "champion.id".to_owned(),
            Self::Since => format!("coalesce({SINCE}, '{}')", Timestamp::LAST.fixed_width()),
            Self::CreatedAt => "champion.created_at".to_owned(),
        }
    }
}

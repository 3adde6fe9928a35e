use clap::ValueEnum;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::standing::Standing;
use crate::context::{Command, Context};
use crate::db::types::{Timestamp, sql as sql_types};
use crate::db::{Access, AnyConnection};
use crate::error::ExitStatus;
use crate::models::{Champion, Subject};
use crate::output::Record as _;
use crate::schema::{audit_event, champion};
use crate::selection::paging::{self, ListArgs};
use crate::selection::{ChampionFilter, Expression, SINCE, find_person, known_cohorts};

/// List champion records with the time in their stage
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: ChampionFilter,
    /// Filter by cohort; repeat to match any of several
    #[arg(
        long = "cohort",
        value_name = "COHORT",
        value_delimiter = ',',
        help_heading = "Filters",
        conflicts_with = "global"
    )]
    cohorts: Vec<String>,
    /// Filter by user, by id or email; repeat to match any of several
    #[arg(long = "user", value_name = "USER", value_delimiter = ',', help_heading = "Filters")]
    users: Vec<String>,
    /// Sort order, smallest or earliest first
    #[arg(long, help_heading = "Output", value_enum, default_value_t = Sort::Id, hide_possible_values = false)]
    sort: Sort,
    /// Print only the number of records
    #[arg(long, help_heading = "Output", conflicts_with_all = ["sort", "reverse", "columns", "limit", "after"], hide_short_help = true)]
    count: bool,
    #[command(flatten, next_help_heading = "Output")]
    list: ListArgs,
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

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if self.users.is_empty() && !self.filter.is_global() {
            self.cohorts = ctx.cohorts(self.cohorts);
        }
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let conn = &mut db.conn;
        let users: Vec<String> =
            args.users.iter().map(|user| Ok(find_person(user, conn)?.id)).collect::<anyhow::Result<_>>()?;
        known_cohorts(&args.cohorts, conn)?;
        let conditions = || {
            let mut conditions = args.filter.conditions(&args.cohorts, clock)?;
            if !users.is_empty() {
                conditions.push(Box::new(champion::user_id.eq_any(users.clone())));
            }
            anyhow::Ok(conditions)
        };
        if args.count {
            let records = champion::table.select(count_star()).into_boxed();
            let records = conditions()?.into_iter().fold(records, QueryDsl::filter);
            out.document(&records.get_result::<i64>(conn)?.to_string())?;
            return Ok(ExitStatus::Done);
        }
        if !out.format().is_table() {
            out.show_columns(Champion::COLUMNS.to_vec()); // What an import takes.
        }
        let now = clock.now();
        let start = match &args.list.after {
            Some(cursor) => Some(args.parse_cursor(cursor, now, conn)?),
            None => None,
        };
        let page_size = if args.sort == Sort::Id { paging::PAGE } else { paging::SORTED_PAGE };
        paging::print(
            out,
            &args.list,
            "champions",
            page_size,
            |row| args.cursor_of(row),
            |last: Option<&Standing>, limit| {
                let direction = if args.list.reverse { " DESC" } else { "" };
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
            },
        )?;
        Ok(ExitStatus::Done)
    }
}

/// The keyset position of a row: its id, and the time that the list is sorted by, if any.
type SortKey = (String, Option<Timestamp>);

impl Args {
    fn cursor_of(&self, row: &Standing) -> String {
        match self.sort.sort_key(row) {
            (id, None) => id,
            (id, Some(time)) => paging::cursor_of(self.sort.name(), &time.to_string(), &id),
        }
    }

    /// The place that a cursor means: that of a record by id, also of a withdrawn one, or a time and an id.
    fn parse_cursor(&self, cursor: &str, now: Timestamp, conn: &mut AnyConnection) -> anyhow::Result<SortKey> {
        let row = champion::table.find(cursor).select(Standing::columns()).first(conn).optional()?;
        if let Some(row) = row {
            return Ok(self.sort.sort_key(&Standing::new(row, now)));
        }
        if self.sort == Sort::Id {
            let of_record = audit_event::table
                .filter(audit_event::subject_kind.eq(Subject::Champion))
                .filter(audit_event::subject_id.eq(cursor));
            let known = of_record.select(audit_event::position).first::<i64>(conn).optional()?;
            return known.map(|_| (cursor.to_owned(), None)).ok_or_else(|| paging::malformed_cursor(cursor).into());
        }
        let key =
            paging::parse_cursor(self.sort.name(), cursor).and_then(|(time, id)| Some((id, Some(time.parse().ok()?))));
        Ok(key.ok_or_else(|| paging::malformed_cursor(cursor))?)
    }

    /// The condition that a row comes after this place.
    fn after(&self, (id, time): SortKey) -> Expression<Bool> {
        let comparison = if self.list.reverse { " < " } else { " > " };
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
    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Since => "since",
            Self::CreatedAt => "created_at",
        }
    }

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

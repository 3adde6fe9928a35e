use clap::ValueEnum;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::db::types::Timestamp;
use crate::error::ExitStatus;
use crate::models::UserAction;
use crate::output::Record as _;
use crate::schema::user_action;
use crate::selection::ActionFilter;
use crate::selection::paging::{self, ListArgs};

/// List actions, newest first
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Filters")]
    filter: ActionFilter,
    /// Sort order, latest first
    #[arg(long, help_heading = "Output", value_enum, default_value_t = Sort::OccurredAt, hide_possible_values = false, hide_short_help = true)]
    sort: Sort,
    /// Print only the number of actions
    #[arg(long, help_heading = "Output", conflicts_with_all = ["sort", "reverse", "columns", "limit", "after"], hide_short_help = true)]
    count: bool,
    #[command(flatten, next_help_heading = "Output")]
    list: ListArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Sort {
    /// Time at which the action occurred
    OccurredAt,
    /// Position in the log
    Position,
}

/// The sort key of a row, `occurred_at` and `position`: of equal times the latest recorded comes first.
type Place = (Timestamp, i64);

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let conn = &mut db.conn;
        let users = args.filter.user_ids(conn)?;
        if args.count {
            let actions = user_action::table.select(diesel::dsl::count_star()).into_boxed();
            let conditions = args.filter.conditions(&users, clock, conn)?;
            let actions = conditions.into_iter().fold(actions, QueryDsl::filter);
            out.document(&actions.get_result::<i64>(conn)?.to_string())?;
            return Ok(ExitStatus::Done);
        }
        let start: Option<Place> = match &args.list.after {
            None => None,
            Some(id) => Some(
                user_action::table
                    .filter(user_action::id.eq(id))
                    .select((user_action::occurred_at, user_action::position))
                    .first(conn)
                    .optional()?
                    .ok_or_else(|| paging::malformed_cursor(id))?,
            ),
        };
        let page_size = if args.sort == Sort::OccurredAt { paging::PAGE } else { paging::SORTED_PAGE };
        paging::print(
            out,
            &args.list,
            "actions",
            page_size,
            |row: &UserAction| row.id().to_owned(),
            |last: Option<&UserAction>, limit| {
                let place = last.map(|action| (action.event.occurred_at, action.position)).or(start);
                let mut actions = user_action::table.select(UserAction::as_select()).limit(limit).into_boxed();
                actions = args.filter.conditions(&users, clock, conn)?.into_iter().fold(actions, QueryDsl::filter);
                let direction = if args.list.reverse { "" } else { " DESC" };
                if args.sort == Sort::OccurredAt {
                    actions = actions.order(sql::<BigInt>("occurred_at").sql(direction));
                }
                actions = actions.then_order_by(sql::<BigInt>("position").sql(direction));
                if let Some((time, position)) = place {
                    // (occurred_at, position) < (time, position), in a form for which both engines use the index.
                    actions = match (args.sort, args.list.reverse) {
                        (Sort::Position, false) => actions.filter(user_action::position.lt(position)),
                        (Sort::Position, true) => actions.filter(user_action::position.gt(position)),
                        (Sort::OccurredAt, false) => actions
                            .filter(user_action::occurred_at.le(time))
                            .filter(user_action::occurred_at.lt(time).or(user_action::position.lt(position))),
                        (Sort::OccurredAt, true) => actions
                            .filter(user_action::occurred_at.ge(time))
                            .filter(user_action::occurred_at.gt(time).or(user_action::position.gt(position))),
                    };
                }
                Ok(actions.load(conn)?)
            },
        )?;
        Ok(ExitStatus::Done)
    }
}

//! Filters on champion records, shared by the list and the bulk changes.

use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

use crate::clock::{Clock, TimeArg, parse_duration};
use crate::db::MultiBackend;
use crate::db::types::sql as sql_types;
use crate::models::Stage;
use crate::schema::champion;

/// SQL for the time when a record entered its current stage; null for alumni, for which no column has the time.
pub(super) const SINCE: &str = "CASE champion.stage WHEN 'candidate' THEN champion.created_at \
     WHEN 'selected' THEN champion.selected_at WHEN 'champion' THEN champion.became_champion_at END";

/// Filters; a record must match all of them.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "selection", multiple = true)]
pub(super) struct Selection {
    /// Filter by stage; repeat to match any of several
    #[arg(long = "stage", value_name = "STAGE", value_enum)]
    stages: Vec<Stage>,
    /// Only global records, which have no cohort
    #[arg(long, hide_short_help = true)]
    global: bool,
    /// Only records that entered their stage before this time, date or age
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    stage_before: Option<TimeArg>,
    /// Only records that have been in their stage for at least this long, e.g. 30d
    #[arg(long, value_name = "AGE", value_parser = parse_duration, hide_short_help = true)]
    stuck_for: Option<Duration>,
}

/// An SQL expression in a query on champion records.
pub(super) type Expression<T> = Box<dyn BoxableExpression<champion::table, MultiBackend, SqlType = T>>;

/// [`SINCE`] as a diesel expression.
pub(super) fn since() -> Expression<Nullable<sql_types::UtcTimestamp>> {
    Box::new(sql(SINCE))
}

impl Selection {
    /// Whether any filter is given.
    pub(super) const fn is_any(&self) -> bool {
        !self.stages.is_empty() || self.global || self.stage_before.is_some() || self.stuck_for.is_some()
    }

    /// The filters as conditions of a query; `cohort` is one more filter.
    pub(super) fn conditions(&self, cohort: Option<&str>, clock: Clock) -> anyhow::Result<Vec<Expression<Bool>>> {
        let mut conditions: Vec<Expression<Bool>> = Vec::new();
        if !self.stages.is_empty() {
            conditions.push(Box::new(champion::stage.eq_any(self.stages.clone())));
        }
        if let Some(cohort) = cohort {
            conditions.push(Box::new(champion::cohort_id.eq(cohort.to_owned()).assume_not_null()));
        }
        if self.global {
            conditions.push(Box::new(champion::cohort_id.is_null()));
        }
        let before = clock.resolve_optional(self.stage_before)?;
        let since = self.stuck_for.map(|age| clock.ago(age)).transpose()?;
        for (time, comparison) in [(before, " < "), (since, " <= ")] {
            if let Some(time) = time {
                let earlier = sql::<Bool>("coalesce(").sql(SINCE).sql(comparison);
                conditions.push(Box::new(earlier.bind::<sql_types::UtcTimestamp, _>(time).sql(", FALSE)")));
            }
        }
        Ok(conditions)
    }
}

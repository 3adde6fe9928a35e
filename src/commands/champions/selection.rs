//! Which records are meant: the filters that a list and a change of many share.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

use crate::db::MultiBackend;
use crate::db::types::{Instant, sql as sql_types};
use crate::models::Stage;
use crate::schema::champion;

/// When a record entered the stage that it is in; nothing for alumni, for whom no column has it.
pub(super) const SINCE: &str = "CASE champion.stage WHEN 'candidate' THEN champion.created_at \
     WHEN 'selected' THEN champion.selected_at WHEN 'champion' THEN champion.became_champion_at END";

/// Filters, which combine: a record must pass all of them.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "selection", multiple = true)]
pub(super) struct Selection {
    /// Only records in this stage; repeated, in any of them
    #[arg(long = "stage", value_name = "STAGE", value_enum)]
    stages: Vec<Stage>,
    /// Only records outside of cohorts
    #[arg(long)]
    global: bool,
    /// Only records that have been in their stage since before this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    stage_before: Option<Instant>,
    /// Only records that have been in their stage for so long a time, like 30d
    #[arg(long, value_name = "AGE", value_parser = Instant::parse_ago)]
    stuck_for: Option<Instant>,
}

/// An expression of a query on records.
pub(super) type Expression<T> = Box<dyn BoxableExpression<champion::table, MultiBackend, SqlType = T>>;

/// [`SINCE`], for a query.
pub(super) fn since() -> Expression<Nullable<sql_types::Instant>> {
    Box::new(sql(SINCE))
}

impl Selection {
    /// Whether any of them is given.
    pub(super) const fn is_any(&self) -> bool {
        !self.stages.is_empty() || self.global || self.stage_before.is_some() || self.stuck_for.is_some()
    }

    /// The conditions of a query.
    pub(super) fn conditions(&self, cohort: Option<&str>) -> Vec<Expression<Bool>> {
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
        for (time, comparison) in [(self.stage_before, " < "), (self.stuck_for, " <= ")] {
            if let Some(time) = time {
                let earlier = sql::<Bool>("coalesce(").sql(SINCE).sql(comparison);
                conditions.push(Box::new(earlier.bind::<sql_types::Instant, _>(time).sql(", FALSE)")));
            }
        }
        conditions
    }
}

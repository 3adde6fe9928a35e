use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db};
use crate::error::ExitStatus;
use crate::models::{History, Stage, histories};
use crate::output::{Record, cell};
use crate::selection::known_cohort;
use crate::selection::paging::{PAGE, Rows};

/// Show how many records entered, left and advanced from each stage, and how long they stayed
///
/// Withdrawn records are included.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by cohort
    #[arg(long, conflicts_with = "global")]
    cohort: Option<String>,
    /// Only global records, which have no cohort
    #[arg(long)]
    global: bool,
    /// Group by cohort
    #[arg(long)]
    by_cohort: bool,
    /// Group by month (UTC)
    #[arg(long)]
    by_month: bool,
}

/// The counts of a stage; of one cohort or month, if the counts are grouped by them.
#[derive(Debug, Serialize)]
struct StageCount {
    #[serde(skip_serializing_if = "Option::is_none")]
    cohort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    stage: Stage,
    entered: u64,
    left: u64,
    /// How many of the entered records advanced to the next stage.
    went_on: u64,
    /// `went_on` as a percentage of `entered`; `None` for alumni, or if no record entered.
    conversion_percent: Option<f64>,
    /// Median stay of the records that left, in seconds.
    median_stay_seconds: Option<u64>,
    /// 90th percentile of the stay of the records that left, in seconds.
    p90_stay_seconds: Option<u64>,
    #[serde(skip)]
    bar: f64,
}

/// The running counts of a stage, and the length of each completed stay in seconds.
#[derive(Debug, Default)]
struct Tally {
    entered: u64,
    left: u64,
    went_on: u64,
    stays: Vec<u64>,
}

/// The key of a group: cohort, month and stage.
type Group = (Option<String>, Option<String>, Stage);

#[derive(Debug, Clone, QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let tallies = db.snapshot(|db| {
            let mut tallies = BTreeMap::new();
            for chunk in ids(db)?.chunks(PAGE) {
                let chunk: Vec<&str> = chunk.iter().map(|row| row.id.as_str()).collect();
                histories(&chunk, db)?.iter().filter(|history| args.takes(history)).for_each(|history| {
                    args.count(history, &mut tallies);
                });
            }
            Ok(tallies)
        })?;
        let most = tallies.values().map(|tally: &Tally| tally.entered).max().unwrap_or(0).max(1);
        let counts: Vec<StageCount> =
            tallies.into_iter().map(|(group, tally)| StageCount::new(group, tally, most)).collect();
        if counts.is_empty() {
            known_cohort(args.cohort.as_deref(), &mut db.conn)?;
            out.status("no champions");
        }
        out.list::<StageCount, _>(counts.iter().map(Ok))?;
        Ok(ExitStatus::Done)
    }
}

/// The ids of all records, including withdrawn ones.
fn ids(db: &mut Db) -> anyhow::Result<Vec<Id>> {
    let page = |last: Option<&Id>, limit: i64| {
        // Raw SQL: diesel has no UNION.
        Ok(sql_query(
            "SELECT id FROM (SELECT id FROM champion UNION \
             SELECT subject_id FROM audit_event WHERE subject_kind = 'champion' AND refusal IS NULL) AS known \
             WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind::<Text, _>(last.map_or("", |last| last.id.as_str()).to_owned())
        .bind::<BigInt, _>(limit)
        .load(&mut db.conn)?)
    };
    Rows::new(20 * PAGE, page).collect()
}

impl Args {
    fn takes(&self, history: &History) -> bool {
        match &self.cohort {
            Some(cohort) => history.cohort_id.as_ref() == Some(cohort),
            None => !self.global || history.cohort_id.is_none(),
        }
    }

    fn count(&self, history: &History, tallies: &mut BTreeMap<Group, Tally>) {
        let cohort = self.by_cohort.then(|| history.cohort_id.clone().unwrap_or_default());
        let month = |at: Option<Timestamp>| {
            self.by_month.then(|| at.map_or_else(String::new, |at| at.utc().format("%Y-%m").to_string()))
        };
        for (i, step) in history.steps.iter().enumerate() {
            let Some(stage) = step.to else { continue };
            let tally = tallies.entry((cohort.clone(), month(step.at), stage)).or_default();
            tally.entered += 1;
            let Some(next) = history.steps.get(i + 1) else { continue };
            if next.to.is_some() && next.to == stage.rule().next {
                tally.went_on += 1;
            }
            // Only completed stays count: a record that is still in the stage would lower the percentiles.
            tally.stays.extend(step.stayed_seconds);
            tallies.entry((cohort.clone(), month(next.at), stage)).or_default().left += 1;
        }
    }
}

impl StageCount {
    #[expect(clippy::cast_precision_loss, reason = "the number of records stays below 2^53")]
    fn new((cohort, month, stage): Group, mut tally: Tally, most: u64) -> Self {
        tally.stays.sort_unstable();
        let conversion_percent = (tally.entered > 0 && stage.rule().next.is_some())
            .then(|| (tally.went_on as f64 * 1000.0 / tally.entered as f64).round() / 10.0);
        Self {
            cohort,
            month,
            stage,
            entered: tally.entered,
            left: tally.left,
            went_on: tally.went_on,
            conversion_percent,
            median_stay_seconds: percentile(&tally.stays, 50),
            p90_stay_seconds: percentile(&tally.stays, 90),
            bar: tally.entered as f64 / most as f64,
        }
    }
}

/// The percentile by the nearest-rank method; `None` if there are no values.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

impl Record for StageCount {
    const COLUMNS: &'static [&'static str] = &[
        "cohort",
        "month",
        "stage",
        "entered",
        "left",
        "went_on",
        "conversion_percent",
        "median_stay_seconds",
        "p90_stay_seconds",
    ];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] =
        &["entered", "left", "went_on", "conversion_percent", "median_stay_seconds", "p90_stay_seconds"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.cohort.clone().unwrap_or_default(),
            self.month.clone().unwrap_or_default(),
            self.stage.to_string(),
            self.entered.to_string(),
            self.left.to_string(),
            self.went_on.to_string(),
            cell(self.conversion_percent),
            cell(self.median_stay_seconds),
            cell(self.p90_stay_seconds),
        ]
    }

    fn bar(&self) -> Option<f64> {
        Some(self.bar)
    }

    fn id(&self) -> &str {
        self.stage.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_input() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 90), Some(7));
        assert_eq!(percentile(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(percentile(&(1..=10).collect::<Vec<_>>(), 90), Some(9));
    }
}

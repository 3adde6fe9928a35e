use std::collections::BTreeMap;

use serde::Serialize;

use crate::analytics::{CohortGroup, StageGroup, StageTally, percent, percentile, stage_tallies};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::{History, Stage};
use crate::output::{ArrangeArgs, ChartArg, Record, cell};
use crate::selection::known_cohorts;

/// Show how many records entered, left and advanced from each stage, and how long they stayed
///
/// Withdrawn records are included.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Filter by cohort; repeat to match any of several
    #[arg(long = "cohort", value_name = "COHORT", value_delimiter = ',', conflicts_with = "global")]
    cohorts: Vec<String>,
    /// Only global records, which have no cohort
    #[arg(long)]
    global: bool,
    /// Group by cohort, with the totals of all
    #[arg(long)]
    by_cohort: bool,
    /// Group by month
    #[arg(long)]
    by_month: bool,
    #[command(flatten)]
    chart: ChartArg,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// The counts of a stage; of one cohort or month, if the counts are grouped by them.
#[derive(Debug, Serialize)]
struct StageCount {
    /// Null for the records without a cohort; there is none in other counts than by cohort.
    #[serde(skip_serializing_if = "Option::is_none")]
    cohort: Option<CohortGroup>,
    /// Whether the counts are those of all cohorts.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<bool>,
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
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if !self.global && !self.by_cohort {
            self.cohorts = ctx.cohorts(self.cohorts);
        }
        let args = &self;
        let by_month = args.by_month.then_some(ctx.clock);
        self.arrange.check::<StageCount>()?;
        let (db, out) = ctx.open()?;
        args.chart.apply(out);
        let (tallies, totals) = db.snapshot(|db| {
            let tallies = stage_tallies(|history| args.takes(history), args.by_cohort, by_month, db)?;
            let totals = if args.by_cohort {
                stage_tallies(|history| args.takes(history), false, by_month, db)?
            } else {
                BTreeMap::new()
            };
            Ok((tallies, totals))
        })?;
        if args.cohorts.len() > 1 {
            // Of several, one that is unknown would not be missed. A record that is withdrawn is in no table any more.
            for cohort in &args.cohorts {
                let is_in = |history: &History| history.cohort_id.as_ref() == Some(cohort);
                if stage_tallies(is_in, false, None, db)?.is_empty() {
                    known_cohorts(std::slice::from_ref(cohort), &mut db.conn)?;
                }
            }
        }
        let count = |is_total| move |(group, tally)| StageCount::new(group, &tally, is_total);
        let counts: Vec<StageCount> =
            tallies.into_iter().map(count(false)).chain(totals.into_iter().map(count(args.by_cohort))).collect();
        if counts.is_empty() {
            known_cohorts(&args.cohorts, &mut db.conn)?;
            out.status("no champions");
        }
        args.arrange.print(&counts, out)?;
        Ok(ExitStatus::Done)
    }
}

impl Args {
    fn takes(&self, history: &History) -> bool {
        if self.cohorts.is_empty() {
            return !self.global || history.cohort_id.is_none();
        }
        history.cohort_id.as_ref().is_some_and(|cohort| self.cohorts.contains(cohort))
    }
}

impl StageCount {
    fn new((cohort, month, stage): StageGroup, tally: &StageTally, total: bool) -> Self {
        let conversion_percent = stage.rule().next.is_some().then(|| percent(tally.went_on, tally.entered)).flatten();
        Self {
            total: total.then_some(true),
            cohort,
            month,
            stage,
            entered: tally.entered,
            left: tally.left,
            went_on: tally.went_on,
            conversion_percent,
            median_stay_seconds: percentile(&tally.stays, 50),
            p90_stay_seconds: percentile(&tally.stays, 90),
        }
    }
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
            match (&self.cohort, self.total) {
                (Some(CohortGroup(Some(cohort))), _) => cohort.clone(),
                (Some(CohortGroup(None)), _) => "(no cohort)".to_owned(),
                (None, Some(_)) => "(total)".to_owned(),
                (None, None) => String::new(),
            },
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

    const BAR: Option<&'static str> = Some("entered");

    // The sum of all would make the others short.
    #[expect(clippy::cast_precision_loss, reason = "a bar needs no such precision")]
    fn bar(&self) -> Option<f64> {
        self.total.is_none().then_some(self.entered as f64)
    }

    fn id(&self) -> &str {
        self.stage.as_str()
    }
}

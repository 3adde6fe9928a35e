use std::time::Duration;

use crate::analytics::{EnrolledIn, FunnelQuery, FunnelStep, MAX_STEPS, enrolled_in};
use crate::clock::{TimeArg, parse_duration};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::ActionType;
use crate::output::{ArrangeArgs, ChartArg, Record, cell};
use crate::selection::PopulationFilter;

/// Show how many users reached each step of a sequence of actions, and how long each step took
///
/// A user reaches the first step with their first action of that type, and every other step with the first such
/// action at or after the time of the previous step.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Action types of the steps, in order
    #[arg(value_enum, required = true, num_args = 2..=MAX_STEPS, value_name = "TYPE")]
    steps: Vec<ActionType>,
    /// Only users who reached the first step at or after this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    since: Option<TimeArg>,
    /// Only users who reached the first step before this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    until: Option<TimeArg>,
    /// Count a step only if it is reached within this time after the first, e.g. 30d
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    within: Option<Duration>,
    /// Compare the people of each course or cohort that they enrolled in
    #[arg(long, value_enum)]
    by: Option<EnrolledIn>,
    #[command(flatten)]
    chart: ChartArg,
    #[command(flatten, next_help_heading = "Filters")]
    population: PopulationFilter,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if self.by != Some(EnrolledIn::Cohort) {
            self.population = self.population.or_cohort(|| ctx.cohorts(Vec::new()));
        }
        let args = &self;
        let clock = ctx.clock;
        self.arrange.check::<FunnelStep>()?;
        let (db, out) = ctx.open()?;
        if args.steps.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Failure::new(ExitStatus::Usage, "consecutive steps must differ").into());
        }
        args.chart.apply(out);
        let (since, until) = clock.span(args.since, args.until)?;
        let steps = db.snapshot(|db| {
            db.scan()?;
            let users = args.population.users(&mut db.conn)?;
            let groups = args.by.map(|kind| enrolled_in(kind, db)).transpose()?;
            let funnel = FunnelQuery {
                steps: &args.steps,
                since,
                until,
                within: args.within,
                users: users.as_ref(),
                groups: groups.as_ref(),
            };
            funnel.steps(db)
        })?;
        if args.by.is_none() {
            out.show_columns(FunnelStep::COLUMNS[1..].to_vec());
        }
        args.arrange.print(&steps, out)?;
        Ok(ExitStatus::Done)
    }
}

impl Record for FunnelStep {
    const COLUMNS: &'static [&'static str] =
        &["group", "step", "users", "of_first_percent", "conversion_percent", "dropped", "median_seconds"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const NUMBERS: &'static [&'static str] =
        &["users", "of_first_percent", "conversion_percent", "dropped", "median_seconds"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.group.clone().unwrap_or_default(),
            self.step.to_string(),
            self.users.to_string(),
            cell(self.of_first_percent),
            cell(self.conversion_percent),
            cell(self.dropped),
            cell(self.median_seconds),
        ]
    }

    const BAR: Option<&'static str> = Some("of first, %");

    fn bar(&self) -> Option<f64> {
        self.of_first_percent
    }

    fn id(&self) -> &str {
        self.step.as_str()
    }
}

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::nominate::nominate_all;
use crate::clock::{Clock, TimeArg};
use crate::commands::champions::suggest::query::{QualifiedUser, qualified};
use crate::context::{Command, Context};
use crate::db::{Access, Db, End};
use crate::error::ExitStatus;
use crate::models::change_or_not;
use crate::output::{ArrangeArgs, Consent, Output, Record, cell, plural};
use crate::selection::known_enrollment_cohorts;
use backtest::{BacktestRow, backtest};
use rule::{Criterion, Rule, RuleArgs};

mod backtest;
mod query;
mod rule;

/// Suggest active users who are not in the pipeline as champions
///
/// A user must reach every threshold. The score is the sum of each count divided by its threshold, highest first.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line option")]
pub struct Args {
    #[command(flatten, next_help_heading = "Thresholds")]
    rule: RuleArgs,
    /// Only users enrolled in this cohort, for the cohort's pipeline [default: all users, for the global pipeline]
    #[arg(long)]
    cohort: Option<String>,
    /// Show each user's counts and the thresholds
    #[arg(long)]
    explain: bool,
    /// Suggest as of this time, date or age, e.g. 7d
    #[arg(long, value_name = "TIME")]
    as_of: Option<TimeArg>,
    /// Show which current champions the rule would have found, and how early
    #[arg(long, conflicts_with_all = ["as_of", "explain", "nominate", "limit"])]
    backtest: bool,
    /// Nominate the suggested users, with the reason as a note
    #[arg(long, conflicts_with_all = ["as_of", "columns", "sort", "reverse"])]
    nominate: bool,
    /// With --nominate, show who would be nominated, without changing anything
    #[arg(long, short = 'n', requires = "nominate")]
    dry_run: bool,
    /// With --nominate, do not ask for confirmation
    #[arg(long, short, requires = "nominate")]
    yes: bool,
    /// Maximum number of users [default: 50 in a table; unlimited in other formats and with --nominate]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.nominate { Access::of_change(self.dry_run) } else { Access::Read }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let rule = args.rule.rule()?;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        if args.backtest {
            args.arrange.check::<BacktestRow>()?;
            return print_backtest(&rule, args, clock, db, out);
        }
        args.arrange.check::<Suggestion>()?;
        if args.nominate {
            return nominate(&rule, args, clock, db, out);
        }
        let limit = args.limit.map(i64::from).or(out.default_limit().and_then(|limit| limit.try_into().ok()));
        let qualified = limit.filter(|_| !args.arrange.is_sorted()).unwrap_or(i64::MAX);
        let suggested = args.suggested(&rule, qualified, clock, db)?;
        if args.explain {
            let criteria = rule.criteria.iter().map(|(criterion, _)| criterion.name());
            out.show_columns(["user_id", "name", "score"].into_iter().chain(criteria).chain(["thresholds"]).collect());
        }
        if suggested.is_empty() {
            known_enrollment_cohorts(args.cohort.as_slice(), &mut db.conn)?;
            out.status("no users qualify");
        }
        let first = limit.map_or(Ok(usize::MAX), usize::try_from)?;
        let more = args.arrange.print_first(&suggested, first, out)?;
        if more > 0 || limit == Some(suggested.len().try_into()?) {
            out.status("there may be more users; increase --limit to see them");
        }
        Ok(ExitStatus::Done)
    }
}

impl Args {
    fn suggested(&self, rule: &Rule, limit: i64, clock: Clock, db: &mut Db) -> anyhow::Result<Vec<Suggestion>> {
        let until = clock.resolve(self.as_of.unwrap_or(TimeArg::Now))?;
        let qualified = qualified(rule, self.cohort.as_deref(), until, self.as_of.is_some(), limit, clock, db)?;
        Ok(qualified.iter().map(|user| Suggestion::new(user, rule)).collect())
    }
}

fn nominate(rule: &Rule, args: &Args, clock: Clock, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let limit = args.limit.map_or(i64::MAX, i64::from);
    out.status(format_args!("counting actions since {}", clock.shown(rule.start(clock.now(), clock)?)));
    let suggested = args.suggested(rule, limit, clock, db)?;
    let action = format!("nominate {}", plural(suggested.len() as u64, "user"));
    if !args.dry_run && !args.yes && !suggested.is_empty() {
        db.while_waiting(|| out.confirm(&action, &suggested, Consent::Required))?;
    }
    let nominees =
        suggested.into_iter().map(|suggestion| (suggestion.user_id.clone(), Some(suggestion.reason()))).collect();
    let records = change_or_not(args.dry_run, db, |db| {
        let records = nominate_all(nominees, args.cohort.as_deref(), clock.now(), db, out)?;
        Ok((records, if args.dry_run { End::Rollback } else { End::Commit }))
    })?;
    out.all_changed(&records)?;
    let verb = if args.dry_run { "would nominate" } else { "nominated" };
    out.status(format_args!("{verb} {}", plural(records.len() as u64, "user")));
    Ok(ExitStatus::Done)
}

fn print_backtest(rule: &Rule, args: &Args, clock: Clock, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let (champions, others) = db.snapshot(|db| {
        let champions = backtest(rule, args.cohort.as_deref(), clock, db)?;
        let others = args.suggested(rule, i64::MAX, clock, db)?.len();
        Ok((champions, others))
    })?;
    args.arrange.print(&champions, out)?;
    let found = champions.iter().filter(|champion| champion.found_at.is_some()).count();
    let early = champions.iter().filter(|champion| champion.early_seconds.is_some_and(|early| early > 0)).count();
    out.status(format_args!(
        "found {found} of {}, {early} before nomination; suggests {} today",
        plural(champions.len() as u64, "champion"),
        plural(others as u64, "other user"),
    ));
    Ok(ExitStatus::Done)
}

/// A user who qualifies, with the score and the count for each criterion.
#[derive(Debug, Serialize)]
struct Suggestion {
    user_id: String,
    name: String,
    score: Score,
    /// The count for each criterion of the rule.
    #[serde(flatten)]
    counts: BTreeMap<&'static str, i64>,
    /// The threshold of each criterion of the rule.
    thresholds: BTreeMap<&'static str, u32>,
}

/// The sum of each count divided by its threshold; printed with two decimals.
#[derive(Debug, Clone, Copy)]
struct Score(f64);

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 100.0).round() / 100.0)
    }
}

impl Suggestion {
    fn new(user: &QualifiedUser, rule: &Rule) -> Self {
        Self {
            user_id: user.user_id.clone(),
            name: user.name.clone(),
            score: Score(user.score),
            counts: rule.criteria.iter().map(|(criterion, _)| (criterion.name(), user.value(*criterion))).collect(),
            thresholds: rule.criteria.iter().map(|(criterion, threshold)| (criterion.name(), *threshold)).collect(),
        }
    }

    /// The reason for a nomination, stored as its note.
    fn reason(&self) -> String {
        let criteria = self.counts.iter().zip(self.thresholds.values()).map(|((name, count), threshold)| {
            format!("{count} {} (at least {threshold} required)", name.replace('_', " "))
        });
        format!("Suggested from the action log: {}.", criteria.collect::<Vec<_>>().join(", "))
    }
}

impl Record for Suggestion {
    const COLUMNS: &'static [&'static str] =
        &["user_id", "name", "score", "threads", "replies", "active_days", "completed", "thresholds"];
    const TABLE: &'static [&'static str] = &["user_id", "name", "score"];
    const NUMBERS: &'static [&'static str] = &["score", "threads", "replies", "active_days", "completed"];

    fn cells(&self) -> Vec<String> {
        let count = |criterion: Criterion| cell(self.counts.get(criterion.name()));
        let thresholds = self.thresholds.iter().map(|(name, threshold)| format!("{name} {threshold}"));
        vec![
            self.user_id.clone(),
            self.name.clone(),
            format!("{:.2}", self.score.0),
            count(Criterion::Threads),
            count(Criterion::Replies),
            count(Criterion::ActiveDays),
            count(Criterion::Completed),
            thresholds.collect::<Vec<_>>().join(", "),
        ]
    }

    fn bar(&self) -> Option<f64> {
        Some(self.score.0)
    }

    fn id(&self) -> &str {
        &self.user_id
    }
}

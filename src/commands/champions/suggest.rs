use serde::{Serialize, Serializer};

use super::nominate::nominate_all;
use crate::commands::champions::suggest::query::{Qualified, qualified};
use crate::db::types::Instant;
use crate::db::{Access, Database, Db, End};
use crate::error::ExitStatus;
use crate::models::{Champion, change_or_not};
use crate::output::{Output, Record, plural};
use backtest::{Found, backtest};
use rule::{Criterion, Rule, RuleArgs};

mod backtest;
mod query;
mod rule;

/// Suggest who might become a champion: those who did enough, by the action log, and are not in the pipeline
///
/// The best come first: the score is the sum of what they did, each in parts of its threshold.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct Args {
    #[command(flatten)]
    rule: RuleArgs,
    /// Of those who enrolled in this cohort, for its pipeline [default: everybody, for the one outside of cohorts]
    #[arg(long)]
    cohort: Option<String>,
    /// Show what each did against what is wanted
    #[arg(long)]
    explain: bool,
    /// Suggest as it would have been at this time or date
    #[arg(long, value_name = "TIME", value_parser = Instant::parse_time_or_date)]
    as_of: Option<Instant>,
    /// Say which of today's champions the rule would have found, and how early
    #[arg(long, conflicts_with_all = ["as_of", "explain", "nominate", "limit"])]
    backtest: bool,
    /// Nominate them, with a note that says why
    #[arg(long, conflicts_with = "as_of")]
    nominate: bool,
    /// With --nominate, say who would be nominated, and change nothing
    #[arg(long, short = 'n', requires = "nominate")]
    dry_run: bool,
    /// Suggest at most so many [default: 50 in a table, all of them in any other format]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

pub(super) fn run(args: &Args, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let rule = args.rule.rule()?;
    let db = &mut database.open(if args.nominate { Access::Write } else { Access::Read })?;
    if args.backtest {
        return print_backtest(&rule, args, db, out);
    }
    if args.nominate {
        return nominate(&rule, args, db, out);
    }
    let limit = args.limit.map(i64::from).or(out.default_limit().and_then(|limit| limit.try_into().ok()));
    let suggested = args.suggested(&rule, limit.unwrap_or(i64::MAX), db)?;
    if args.explain {
        let criteria = rule.criteria.iter().map(|(criterion, _)| criterion.name());
        out.show_columns(["user_id", "name", "score"].into_iter().chain(criteria).collect());
    }
    if suggested.is_empty() {
        out.status("nobody qualifies");
    }
    out.list::<Suggestion, _>(suggested.iter().map(Ok))?;
    if limit == Some(suggested.len().try_into()?) {
        out.status("there may be more: a higher --limit");
    }
    Ok(ExitStatus::Done)
}

impl Args {
    fn suggested(&self, rule: &Rule, limit: i64, db: &mut Db) -> anyhow::Result<Vec<Suggestion>> {
        let until = self.as_of.unwrap_or_else(Instant::now);
        let qualified = qualified(rule, self.cohort.as_deref(), until, self.as_of.is_some(), limit, db)?;
        Ok(qualified.iter().map(|user| Suggestion::new(user, rule)).collect())
    }
}

fn nominate(rule: &Rule, args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let limit = args.limit.map_or(i64::MAX, i64::from);
    let records = change_or_not(args.dry_run, db, |db| {
        let suggested = args.suggested(rule, limit, db)?;
        let nominees =
            suggested.into_iter().map(|suggestion| (suggestion.user_id.clone(), Some(suggestion.reason()))).collect();
        let records = nominate_all(nominees, args.cohort.as_deref(), Instant::now(), db, out)?;
        Ok((records, if args.dry_run { End::Rollback } else { End::Commit }))
    })?;
    out.list::<Champion, _>(records.iter().map(Ok))?;
    let would = if args.dry_run { "would be " } else { "" };
    out.status(format_args!("{would}nominated {}", plural(records.len() as u64, "user")));
    Ok(ExitStatus::Done)
}

fn print_backtest(rule: &Rule, args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let (champions, others) = db.snapshot(|db| {
        let champions = backtest(rule, args.cohort.as_deref(), db)?;
        let others = args.suggested(rule, i64::MAX, db)?.len();
        Ok((champions, others))
    })?;
    out.list::<Found, _>(champions.iter().map(Ok))?;
    let found = champions.iter().filter(|champion| champion.found_at.is_some()).count();
    let early = champions.iter().filter(|champion| champion.early.is_some_and(|early| early > 0)).count();
    out.status(format_args!(
        "found {found} of {}, {early} before they were nominated; suggests {} today",
        plural(champions.len() as u64, "champion"),
        plural(others as u64, "other user"),
    ));
    Ok(ExitStatus::Done)
}

/// Somebody who qualifies, and why.
#[derive(Debug, Serialize)]
struct Suggestion {
    user_id: String,
    name: String,
    score: Score,
    criteria: Vec<Reached>,
}

/// The sum of what was done, each in parts of its threshold; printed to two digits.
#[derive(Debug, Clone, Copy)]
struct Score(f64);

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 100.0).round() / 100.0)
    }
}

/// What somebody did against what is wanted.
#[derive(Debug, Serialize)]
struct Reached {
    #[serde(skip)]
    criterion: Criterion,
    name: &'static str,
    value: i64,
    threshold: u32,
}

impl Suggestion {
    fn new(user: &Qualified, rule: &Rule) -> Self {
        let reached = |(criterion, threshold): &(Criterion, u32)| Reached {
            criterion: *criterion,
            name: criterion.name(),
            value: user.value(*criterion),
            threshold: *threshold,
        };
        Self {
            user_id: user.user_id.clone(),
            name: user.name.clone(),
            score: Score(user.score),
            criteria: rule.criteria.iter().map(reached).collect(),
        }
    }

    /// Why, for the notes of a nomination.
    fn reason(&self) -> String {
        let criteria = self.criteria.iter().map(|reached| {
            format!("{} {} ({} wanted)", reached.value, reached.name.replace('_', " "), reached.threshold)
        });
        format!("Suggested by the action log: {}.", criteria.collect::<Vec<_>>().join(", "))
    }
}

impl Record for Suggestion {
    const COLUMNS: &'static [&'static str] =
        &["user_id", "name", "score", "threads", "replies", "active_days", "completed"];
    const TABLE: &'static [&'static str] = &["user_id", "name", "score"];
    const NUMBERS: &'static [&'static str] = &["score", "threads", "replies", "active_days", "completed"];

    fn cells(&self) -> Vec<String> {
        let reached = |criterion: Criterion| {
            let reached = self.criteria.iter().find(|reached| reached.criterion == criterion);
            reached.map(|reached| format!("{} of {}", reached.value, reached.threshold)).unwrap_or_default()
        };
        vec![
            self.user_id.clone(),
            self.name.clone(),
            format!("{:.2}", self.score.0),
            reached(Criterion::Threads),
            reached(Criterion::Replies),
            reached(Criterion::ActiveDays),
            reached(Criterion::Completed),
        ]
    }

    fn bar(&self) -> Option<f64> {
        Some(self.score.0)
    }

    fn id(&self) -> &str {
        &self.user_id
    }
}

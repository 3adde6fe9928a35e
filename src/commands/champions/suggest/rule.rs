//! The rule for suggesting a user: thresholds for activity in a time window, from options and a TOML file.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::{Deserialize, Deserializer};

use crate::clock::{Age, Clock, TimeArg};
use crate::db::types::Timestamp;
use crate::error::{ExitStatus, Failure};
use crate::models::ActionType;
use crate::selection::named_text;

/// The default window.
const NINETY_DAYS: TimeArg = TimeArg::Ago(Age::days(90));

/// Thresholds from the command line, and a file with the others.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct RuleArgs {
    /// Read min_threads, min_replies, min_active_days, min_completed and since from a TOML file, or - for standard input; options override it
    #[arg(long, value_name = "FILE.toml", hide_short_help = true)]
    rules: Option<PathBuf>,
    /// Minimum number of threads posted
    #[arg(long, value_name = "N", hide_short_help = true)]
    min_threads: Option<u32>,
    /// Minimum number of replies posted
    #[arg(long, value_name = "N")]
    min_replies: Option<u32>,
    /// Minimum number of days (UTC) with any action
    #[arg(long, value_name = "N")]
    min_active_days: Option<u32>,
    /// Minimum number of modules and courses completed
    #[arg(long, value_name = "N", hide_short_help = true)]
    min_completed: Option<u32>,
    /// Count actions at or after this time, date or age [default: 90d]
    #[arg(long, value_name = "TIME")]
    since: Option<TimeArg>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    min_threads: Option<u32>,
    min_replies: Option<u32>,
    min_active_days: Option<u32>,
    min_completed: Option<u32>,
    #[serde(deserialize_with = "time")]
    since: Option<TimeArg>,
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeArg>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// A kind of activity that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Criterion {
    Threads,
    Replies,
    ActiveDays,
    Completed,
}

/// A rule: each criterion must reach its threshold within the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) criteria: Vec<(Criterion, u32)>,
    /// Where the window starts: an age counts back from its end.
    pub(super) since: TimeArg,
}

impl Criterion {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Replies => "replies",
            Self::ActiveDays => "active_days",
            Self::Completed => "completed",
        }
    }

    /// The action types that count; empty for all types.
    pub(super) const fn action_types(self) -> &'static [ActionType] {
        match self {
            Self::Threads => &[ActionType::PostedThread],
            Self::Replies => &[ActionType::PostedReply],
            Self::ActiveDays => &[],
            Self::Completed => &[ActionType::CompletedModule, ActionType::CompletedCourse],
        }
    }
}

impl RuleArgs {
    pub(super) fn rule(&self) -> anyhow::Result<Rule> {
        let file: File = match &self.rules {
            None => File::default(),
            Some(path) => {
                let (name, text) = named_text(path)?;
                toml::from_str(&text).with_context(|| format!("invalid rules file {name}"))?
            }
        };
        let thresholds = [
            (Criterion::Threads, self.min_threads.or(file.min_threads)),
            (Criterion::Replies, self.min_replies.or(file.min_replies)),
            (Criterion::ActiveDays, self.min_active_days.or(file.min_active_days)),
            (Criterion::Completed, self.min_completed.or(file.min_completed)),
        ];
        let wanted = |(criterion, threshold): (_, Option<u32>)| Some((criterion, threshold.filter(|n| *n > 0)?));
        let criteria: Vec<_> = thresholds.into_iter().filter_map(wanted).collect();
        if criteria.is_empty() {
            return Err(Failure::new(ExitStatus::Usage, "at least one threshold is required")
                .hint("set --min-threads, --min-replies, --min-active-days, --min-completed or --rules FILE.toml")
                .into());
        }
        Ok(Rule { criteria, since: self.since.or(file.since).unwrap_or(NINETY_DAYS) })
    }
}

impl Rule {
    /// When the window starts that ends at a time.
    ///
    /// # Errors
    /// When it is out of range, or would end before it starts (exit code 2).
    pub(super) fn start(&self, until: Timestamp, clock: Clock) -> Result<Timestamp, Failure> {
        let start = match self.since {
            TimeArg::Ago(age) => clock.before(until, age)?,
            time => clock.resolve(time)?,
        };
        if start >= until {
            return Err(Failure::usage(format!("--since {}: after the end of the window", clock.shown(start))));
        }
        Ok(start)
    }

    /// The length of a window that moves.
    ///
    /// # Errors
    /// When the start is a time (exit code 2).
    pub(super) fn window(&self) -> Result<Age, Failure> {
        match self.since {
            TimeArg::Ago(age) => Ok(age),
            _ => Err(Failure::usage("--backtest moves the window: --since must be an age, e.g. 90d")),
        }
    }

    /// The action types that count for any criterion; empty for all types.
    pub(super) fn action_types(&self) -> Vec<ActionType> {
        let types = self.criteria.iter().map(|(criterion, _)| criterion.action_types());
        if types.clone().any(<[ActionType]>::is_empty) { Vec::new() } else { types.flatten().copied().collect() }
    }
}

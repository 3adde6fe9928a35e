//! Times as arguments: a moment, an age, or a span of days.

use std::str::FromStr;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use super::Age;
use crate::db::types::{Timestamp, TimestampError};

/// A time on the command line, which only a [`Clock`](super::Clock) makes a moment of: a time, an age, or a span of days, which is
/// half open and starts at its first moment in the clock's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeArg {
    /// A moment.
    Time(Timestamp),
    /// So long ago.
    Ago(Age),
    /// A span of days.
    Span(NamedSpan),
    /// Now.
    Now,
}

/// A span of whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedSpan {
    /// A date.
    Date(NaiveDate),
    /// A month, by its first day.
    Month(NaiveDate),
    /// A quarter, by its first day.
    Quarter(NaiveDate),
    /// The day so many days ago.
    DaysAgo(u8),
    /// The ISO week before the current one.
    LastWeek,
    /// The month before the current one.
    LastMonth,
    /// The quarter before the current one.
    LastQuarter,
}

/// Why an argument is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeArgError {
    /// A time that is not one.
    #[error(transparent)]
    Time(TimestampError),
    /// An age in an ambiguous unit.
    #[error("{0}")]
    Age(String),
    /// None of the forms.
    #[error(
        "expected a time with an offset, e.g. 2026-03-15T08:14:00Z, a date, a month (2026-05), a quarter (2026-Q2), an \
         age (7d), or now, today, yesterday, last-week, last-month, last-quarter"
    )]
    Malformed,
}

impl FromStr for TimeArg {
    type Err = TimeArgError;

    fn from_str(text: &str) -> Result<Self, TimeArgError> {
        let text = text.trim();
        if text == "now" {
            return Ok(Self::Now);
        }
        if let Some(span) = NamedSpan::parse(text) {
            return Ok(Self::Span(span));
        }
        match (text.parse(), text.parse::<Age>()) {
            (Ok(time), _) => Ok(Self::Time(time)),
            (Err(TimestampError::Malformed), Ok(age)) => Ok(Self::Ago(age)),
            (Err(TimestampError::Malformed), Err(problem)) if text.ends_with(['m', 'M']) => {
                Err(TimeArgError::Age(problem))
            }
            (Err(TimestampError::Malformed), Err(_)) => Err(TimeArgError::Malformed),
            (Err(error), _) => Err(TimeArgError::Time(error)),
        }
    }
}

impl NamedSpan {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "today" => return Some(Self::DaysAgo(0)),
            "yesterday" => return Some(Self::DaysAgo(1)),
            "last-week" => return Some(Self::LastWeek),
            "last-month" => return Some(Self::LastMonth),
            "last-quarter" => return Some(Self::LastQuarter),
            _ => {}
        }
        if !text.is_ascii() || text.as_bytes().get(4) != Some(&b'-') {
            return None;
        }
        let (year, rest) = (text[..4].parse().ok()?, &text[5..]);
        let first = |month| NaiveDate::from_ymd_opt(year, month, 1);
        match (rest.len(), rest.strip_prefix('Q').and_then(|quarter| quarter.parse::<u32>().ok())) {
            (5, _) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Self::Date),
            (2, Some(quarter @ 1..=4)) => first(quarter * 3 - 2).map(Self::Quarter),
            (2, None) => first(rest.parse().ok()?).map(Self::Month),
            _ => None,
        }
    }

    /// The first day.
    pub(super) fn first_day(self, today: NaiveDate) -> Option<NaiveDate> {
        let month = |date: NaiveDate| date.with_day(1);
        let quarter = |date: NaiveDate| date.with_day(1)?.with_month(date.month0() / 3 * 3 + 1);
        match self {
            Self::Date(first) | Self::Month(first) | Self::Quarter(first) => Some(first),
            Self::DaysAgo(days) => today.checked_sub_days(Days::new(days.into())),
            Self::LastWeek => today.week(Weekday::Mon).first_day().checked_sub_days(Days::new(7)),
            Self::LastMonth => month(today.checked_sub_months(Months::new(1))?),
            Self::LastQuarter => quarter(quarter(today)?.checked_sub_months(Months::new(3))?),
        }
    }
}

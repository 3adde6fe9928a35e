//! The clock of a command: what time it is, and in which zone dates are read.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::db::types::{Timestamp, TimestampError};
use crate::error::Failure;

/// What time it is, and where.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    tz: Tz,
}

/// A time on the command line, which only a [`Clock`] makes a moment of: a time, a date, an age, or a named day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeArg {
    /// A moment.
    Time(Timestamp),
    /// The first moment of a date.
    Date(NaiveDate),
    /// So long ago.
    Ago(Duration),
    /// The first moment of the day so many days ago.
    DaysAgo(u8),
    /// Now.
    Now,
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
        "expected a time with an offset, e.g. 2026-03-15T08:14:00Z, a date, an age, e.g. 7d, or today, yesterday, now"
    )]
    Malformed,
}

impl FromStr for TimeArg {
    type Err = TimeArgError;

    fn from_str(text: &str) -> Result<Self, TimeArgError> {
        let text = text.trim();
        match text {
            "now" => return Ok(Self::Now),
            "today" => return Ok(Self::DaysAgo(0)),
            "yesterday" => return Ok(Self::DaysAgo(1)),
            _ => {}
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Date(date));
        }
        match (text.parse(), parse_duration(text)) {
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

/// The units of a duration, with their seconds; a month and a year have their average length.
const UNITS: [(&str, u64); 7] =
    [("s", 1), ("min", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800), ("mo", 2_629_746), ("y", 31_556_952)];

/// Parses a duration: `90s`, `30min`, `26h`, `14d`, `2w`, `3mo`, `1y`, or several of them (`1d 12h`). A bare `m` is refused,
/// because it means minutes to some programs and months to others.
///
/// # Errors
/// Names what was expected.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let malformed = || "expected a duration with a unit (s, min, h, d, w, mo, y), e.g. 26h or 14d".to_owned();
    let mut rest = text.trim();
    let mut seconds: u64 = 0;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
        let (number, unit) = rest.split_at(digits);
        let end = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
        let (unit, after) = unit.split_at(end);
        if unit.eq_ignore_ascii_case("m") {
            return Err(format!("{number}{unit} is ambiguous: use {number}min for minutes, or {number}mo for months"));
        }
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(malformed)?;
        let part = number.parse().ok().and_then(|number: u64| number.checked_mul(*length)).ok_or_else(malformed)?;
        seconds = seconds.checked_add(part).ok_or_else(malformed)?;
        rest = after.trim_start();
        if rest.is_empty() {
            return Ok(Duration::from_secs(seconds));
        }
    }
}

impl Clock {
    /// A clock in a time zone.
    #[must_use]
    pub const fn new(tz: Tz) -> Self {
        Self { tz }
    }

    /// The zone in which dates are read.
    #[must_use]
    pub const fn tz(self) -> Tz {
        self.tz
    }

    /// The time, by the clock of this machine.
    #[must_use]
    pub fn now(self) -> Timestamp {
        Timestamp::now()
    }

    /// The moment that an argument means.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999 (exit code 2).
    pub fn resolve(self, time: TimeArg) -> Result<Timestamp, Failure> {
        match time {
            TimeArg::Time(time) => Ok(time),
            TimeArg::Now => Ok(self.now()),
            TimeArg::Ago(age) => self.ago(age),
            TimeArg::Date(date) => self.start_of(date),
            TimeArg::DaysAgo(days) => {
                let today = self.now().utc().with_timezone(&self.tz).date_naive();
                self.start_of(today - TimeDelta::days(days.into()))
            }
        }
    }

    /// The same, where nothing may be said.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn resolve_optional(self, time: Option<TimeArg>) -> Result<Option<Timestamp>, Failure> {
        time.map(|time| self.resolve(time)).transpose()
    }

    /// The moment so long ago.
    ///
    /// # Errors
    /// When that is before the year 1 (exit code 2).
    pub fn ago(self, age: Duration) -> Result<Timestamp, Failure> {
        self.now().before(age).map_err(|_| Failure::usage("the time is before the year 1"))
    }

    /// The first moment of a date in the zone. Where a clock change skips midnight, that is the first that exists.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999 (exit code 2).
    pub fn start_of(self, date: NaiveDate) -> Result<Timestamp, Failure> {
        let midnight = date.and_time(NaiveTime::MIN);
        let start = (0..24 * 60).find_map(|minute| {
            match self.tz.from_local_datetime(&(midnight + TimeDelta::minutes(minute))) {
                MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => Some(time),
                MappedLocalTime::None => None,
            }
        });
        start
            .and_then(|start: DateTime<Tz>| Timestamp::try_from(start.fixed_offset()).ok())
            .ok_or_else(|| Failure::usage(format!("{date} is not in the years 1 to 9999")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_starts_at_its_first_moment() {
        let start = |tz: Tz, date: &str| Clock::new(tz).start_of(date.parse().unwrap()).unwrap().to_string();
        assert_eq!(start(Tz::UTC, "2026-03-15"), "2026-03-15T00:00:00Z");
        assert_eq!(start(Tz::Europe__Berlin, "2026-03-29"), "2026-03-28T23:00:00Z");
        // Clocks went forward at midnight, and back at midnight.
        assert_eq!(start(Tz::America__Santiago, "2026-09-06"), "2026-09-06T04:00:00Z");
        assert_eq!(start(Tz::America__Santiago, "2026-04-05"), "2026-04-05T04:00:00Z");
    }

    #[test]
    fn durations_need_a_known_unit() {
        let seconds = |text: &str| parse_duration(text).map(|duration| duration.as_secs()).ok();
        for (text, expected) in [
            ("90s", Some(90)),
            ("30min", Some(1_800)),
            ("26h", Some(93_600)),
            ("1d 12h", Some(129_600)),
            ("1d12h", Some(129_600)),
            (" 2w ", Some(1_209_600)),
            ("3mo", Some(7_889_238)),
            ("1y", Some(31_556_952)),
            ("", None),
            ("7", None),
            ("d", None),
            ("7x", None),
            ("-7d", None),
            ("7d-", None),
            ("1.5h", None),
            ("7D", None),
            ("99999999999999999999d", None),
            ("9999999999999999999d", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn arguments_are_told_apart() {
        let parsed = |text: &str| text.parse::<TimeArg>();
        assert_eq!(parsed("yesterday"), Ok(TimeArg::DaysAgo(1)));
        assert_eq!(parsed(" 2026-03-15 "), Ok(TimeArg::Date(NaiveDate::from_ymd_opt(2026, 3, 15).unwrap())));
        assert_eq!(parsed("7d"), Ok(TimeArg::Ago(Duration::from_secs(7 * 86_400))));
        assert_eq!(parsed("2026-03-15T08:14:00Z"), Ok(TimeArg::Time("2026-03-15T08:14:00Z".parse().unwrap())));
        assert_eq!(parsed("2026-03-15T08:14:00"), Err(TimeArgError::Time(TimestampError::Naive)));
        assert_eq!(parsed("soon"), Err(TimeArgError::Malformed));
        for months_or_minutes in ["3m", "3M", "1d 3m"] {
            assert!(
                parsed(months_or_minutes).unwrap_err().to_string().contains("use 3min for minutes, or 3mo for months")
            );
        }
    }
}

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

impl FromStr for TimeArg {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
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
            (Err(TimestampError::Malformed), Ok(age)) => Ok(Self::Ago(age)),
            (parsed, _) => parsed.map(Self::Time),
        }
    }
}

/// Reads a duration: `90s`, `30m`, `26h`, `14d`, `2w`, or several of them (`1d 12h`).
///
/// # Errors
/// Says what was expected.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "expected a duration, like 26h or 14d".to_owned())
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
    fn arguments_are_told_apart() {
        let parsed = |text: &str| text.parse::<TimeArg>();
        assert_eq!(parsed("yesterday"), Ok(TimeArg::DaysAgo(1)));
        assert_eq!(parsed(" 2026-03-15 "), Ok(TimeArg::Date(NaiveDate::from_ymd_opt(2026, 3, 15).unwrap())));
        assert_eq!(parsed("7d"), Ok(TimeArg::Ago(Duration::from_secs(7 * 86_400))));
        assert_eq!(parsed("2026-03-15T08:14:00Z"), "2026-03-15T08:14:00Z".parse().map(TimeArg::Time));
        assert_eq!(parsed("2026-03-15T08:14:00"), Err(TimestampError::Naive));
        assert_eq!(parsed("soon"), Err(TimestampError::Malformed));
    }
}

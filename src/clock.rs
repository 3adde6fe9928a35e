//! The clock of a command: what time it is, and in which zone dates are read.

use std::time::Duration;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::db::types::{Timestamp, first_moment};
use crate::error::Failure;

mod age;
mod period;
mod time_arg;

pub use age::{Age, parse_duration};
pub use period::{Period, Unit, WeekStart};
pub use time_arg::{NamedSpan, TimeArg, TimeArgError};

/// What time it is, and where.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    tz: Tz,
    /// What ages count back from: a selection means the same as long as the command runs.
    started: Timestamp,
}

impl Clock {
    /// A clock in a time zone.
    #[must_use]
    pub fn new(tz: Tz) -> Self {
        Self { tz, started: Timestamp::now() }
    }

    /// The same clock, with ages and spans counted from a moment.
    #[must_use]
    pub const fn from(self, started: Timestamp) -> Self {
        Self { started, ..self }
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
            TimeArg::Now => Ok(self.started),
            TimeArg::Ago(age) => self.ago(age),
            TimeArg::Span(span) => {
                let today = self.started.utc().with_timezone(&self.tz).date_naive();
                self.start_of(span.first_day(today).ok_or_else(out_of_range)?)
            }
        }
    }

    /// The half-open span between two arguments, each of which may be missing.
    ///
    /// # Errors
    /// When a time is out of range, or the span is empty because `--since` is after `--until`, or is the same span of
    /// days (exit code 2).
    pub fn span(
        self,
        since: Option<TimeArg>,
        until: Option<TimeArg>,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
        let (start, end) = (self.resolve_optional(since)?, self.resolve_optional(until)?);
        if let (Some(start), Some(end)) = (start, end) {
            let is_same_span = since == until && matches!(since, Some(TimeArg::Span(_)));
            if start > end || is_same_span {
                let shown = |time| self.shown(time);
                let message = format!("--since {} is not before --until {}", shown(start), shown(end));
                let hint = "--until is the first moment after the span: for May, --since 2026-05 --until 2026-06";
                return Err(Failure::usage(message).hint(hint));
            }
        }
        Ok((start, end))
    }

    /// Checks a time that is to be recorded: an event of a community that has happened, give or take a day.
    ///
    /// # Errors
    /// When it is before 1990, or more than a day ahead (exit code 2).
    pub fn check_recorded(self, option: &str, time: Option<Timestamp>) -> Result<(), Failure> {
        let Some(time) = time else { return Ok(()) };
        let day = TimeDelta::days(1);
        let is_ahead = time.utc() > self.now().utc() + day;
        if is_ahead || time.utc().year() < 1990 {
            let message = format!("{option} {}: expected a time from 1990 to a day from now", self.shown(time));
            return Err(Failure::usage(message));
        }
        Ok(())
    }

    /// A moment as people read it: in the zone, to the second, with the offset.
    #[must_use]
    pub fn shown(self, time: Timestamp) -> String {
        time.in_zone(self.tz)
    }

    /// The same, where nothing may be said.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn resolve_optional(self, time: Option<TimeArg>) -> Result<Option<Timestamp>, Failure> {
        time.map(|time| self.resolve(time)).transpose()
    }

    /// The moment so long ago; months are counted by the calendar of the zone.
    ///
    /// # Errors
    /// When that is before the year 1 (exit code 2).
    pub fn ago(self, age: Age) -> Result<Timestamp, Failure> {
        self.before(self.started, age)
    }

    /// The moment so long before another; months are counted by the calendar of the zone.
    ///
    /// # Errors
    /// When that is before the year 1 (exit code 2).
    pub fn before(self, time: Timestamp, age: Age) -> Result<Timestamp, Failure> {
        let time =
            if age.months == 0 { time } else { self.months_before(time, age.months).ok_or_else(out_of_range)? };
        time.before(Duration::from_secs(age.seconds)).map_err(|_| out_of_range())
    }

    /// The last so many whole days of the zone before a moment: the first moment of the first, and that after the last.
    ///
    /// # Errors
    /// When one is not in the years 1 to 9999 (exit code 2).
    pub fn whole_days_before(self, time: Timestamp, days: u64) -> Result<(Timestamp, Timestamp), Failure> {
        let end = time.utc().with_timezone(&self.tz).date_naive();
        let first = end.checked_sub_days(Days::new(days)).ok_or_else(out_of_range)?;
        Ok((self.start_of(first)?, self.start_of(end)?))
    }

    fn months_before(self, time: Timestamp, months: u32) -> Option<Timestamp> {
        let local = time.utc().with_timezone(&self.tz).naive_local().checked_sub_months(Months::new(months))?;
        let at = |local| self.tz.from_local_datetime(&local).earliest();
        // A clock change may have skipped the local time on that day.
        let time: DateTime<Tz> = at(local).or_else(|| at(local - TimeDelta::hours(1)))?;
        Timestamp::try_from(time.fixed_offset()).ok()
    }

    /// The moment of a local time; where a clock change has skipped it, the first after it.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999 (exit code 2).
    pub fn at_or_after(self, local: NaiveDateTime) -> Result<Timestamp, Failure> {
        // No clock has ever gone forward more than a day.
        let times = (0..=24 * 60).map(|minutes| local + TimeDelta::minutes(minutes));
        let time = times.into_iter().find_map(|local| self.tz.from_local_datetime(&local).earliest());
        time.and_then(|time| Timestamp::try_from(time.fixed_offset()).ok()).ok_or_else(out_of_range)
    }

    /// The first moment of the day after that of another.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999 (exit code 2).
    pub fn next_day(self, time: Timestamp) -> Result<Timestamp, Failure> {
        let day = time.utc().with_timezone(&self.tz).date_naive();
        self.start_of(day.succ_opt().ok_or_else(out_of_range)?)
    }

    /// The first moment of a date in the zone. Where a clock change skips midnight, or the zone the whole day, that is the
    /// first that exists.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999 (exit code 2).
    pub fn start_of(self, date: NaiveDate) -> Result<Timestamp, Failure> {
        let next = || first_moment(date.succ_opt()?, self.tz);
        let start = first_moment(date, self.tz).or_else(next);
        start.ok_or_else(|| Failure::usage(format!("{date} is not in the years 1 to 9999")))
    }
}

fn out_of_range() -> Failure {
    Failure::usage("the time is not in the years 1 to 9999")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::TimestampError;

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
    fn spans_start_on_their_first_day() {
        let first = |span: &str, today: &str| {
            NamedSpan::parse(span).unwrap().first_day(today.parse().unwrap()).unwrap().to_string()
        };
        for (span, today, expected) in [
            ("today", "2026-03-01", "2026-03-01"),
            ("yesterday", "2026-03-01", "2026-02-28"),
            ("last-week", "2026-03-01", "2026-02-16"),
            ("last-week", "2026-03-02", "2026-02-23"),
            ("last-month", "2026-03-31", "2026-02-01"),
            ("last-month", "2026-01-15", "2025-12-01"),
            ("last-quarter", "2026-03-31", "2025-10-01"),
            ("last-quarter", "2026-04-01", "2026-01-01"),
            ("2026-02", "2026-03-31", "2026-02-01"),
            ("2026-Q4", "2026-03-31", "2026-10-01"),
        ] {
            assert_eq!(first(span, today), expected, "{span} on {today}");
        }
    }

    #[test]
    fn months_are_counted_by_the_calendar() {
        let clock = Clock::new(Tz::UTC);
        let (ago, now) = (clock.ago("12mo".parse().unwrap()).unwrap().utc(), clock.now().utc());
        assert_eq!((ago.year(), ago.month()), (now.year() - 1, now.month()));
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
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(parsed("2026-05"), Ok(TimeArg::Span(NamedSpan::Month(date("2026-05-01")))));
        assert_eq!(parsed("2026-Q2"), Ok(TimeArg::Span(NamedSpan::Quarter(date("2026-04-01")))));
        for malformed in ["2026-13", "2026-Q5", "2026-Q0", "2026-5", "2026-02-30", "26-03-15", "2026-W05"] {
            assert_eq!(parsed(malformed), Err(TimeArgError::Malformed), "{malformed}");
        }
        assert_eq!(parsed("yesterday"), Ok(TimeArg::Span(NamedSpan::DaysAgo(1))));
        assert_eq!(parsed(" 2026-03-15 "), Ok(TimeArg::Span(NamedSpan::Date(date("2026-03-15")))));
        assert_eq!(parsed("7d"), Ok(TimeArg::Ago(Age::days(7))));
        assert_eq!(parsed("2026-03-15T08:14:00Z"), Ok(TimeArg::Time("2026-03-15T08:14:00Z".parse().unwrap())));
        assert_eq!(parsed("2026-03-15T08:14:00"), Err(TimeArgError::Time(TimestampError::Naive)));
        assert_eq!(parsed("soon"), Err(TimeArgError::Malformed));
        for months_or_minutes in ["3m", "3M", "1d 3m"] {
            assert!(
                parsed(months_or_minutes).unwrap_err().to_string().contains("use 3min for minutes, or 3mo for months")
            );
        }
    }

    #[test]
    fn ages_count_in_the_hour_that_comes_twice() {
        let berlin = Clock::new(Tz::Europe__Berlin);
        for (now, age, expected) in [
            ("2026-10-25T00:30:00Z", "7d", "2026-10-18T00:30:00Z"),
            ("2026-10-25T01:30:00Z", "1h", "2026-10-25T00:30:00Z"),
            ("2026-11-25T01:30:00Z", "1mo", "2026-10-25T00:30:00Z"),
            ("2026-10-25T01:30:00Z", "1mo", "2026-09-25T00:30:00Z"),
        ] {
            let before = berlin.before(now.parse().unwrap(), age.parse().unwrap()).unwrap();
            assert_eq!(before.to_string(), expected, "{age} before {now}");
        }
    }
}

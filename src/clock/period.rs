//! Hours, days, weeks, months and quarters of a zone, and their names.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeDelta, Timelike as _, Weekday};
use chrono_tz::Tz;

use super::{Age, Clock};
use crate::db::TimeBucket;
use crate::db::types::Timestamp;
use crate::error::Failure;

/// The day on which weeks start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// As ISO 8601 has it
    #[default]
    Monday,
    /// As in North America
    Sunday,
}

/// The most units that a span may have.
const MAX_PERIODS: u64 = 1_000_000;

/// A unit of local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week(WeekStart),
    /// A month.
    Month,
    /// A quarter.
    Quarter,
}

impl Unit {
    /// The name of several.
    const fn plural(self) -> &'static str {
        match self {
            Self::Hour => "hours",
            Self::Day => "days",
            Self::Week(_) => "weeks",
            Self::Month => "months",
            Self::Quarter => "quarters",
        }
    }
}

/// A half-open span of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Its name, as [`TimeBucket`] has it.
    pub name: String,
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
}

impl Unit {
    /// The bucket by which a database groups times.
    #[must_use]
    pub const fn bucket(self) -> TimeBucket {
        match self {
            Self::Hour => TimeBucket::Hour,
            Self::Day => TimeBucket::Day,
            Self::Week(WeekStart::Monday) => TimeBucket::Week,
            Self::Week(WeekStart::Sunday) => TimeBucket::SundayWeek,
            Self::Month => TimeBucket::Month,
            Self::Quarter => TimeBucket::Quarter,
        }
    }

    /// The first day of the unit that a day is in, and of the next one.
    fn around(self, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let first = match self {
            Self::Hour | Self::Day => day,
            Self::Week(WeekStart::Monday) => day.week(Weekday::Mon).first_day(),
            Self::Week(WeekStart::Sunday) => day.week(Weekday::Sun).first_day(),
            Self::Month => day.with_day(1)?,
            Self::Quarter => day.with_day(1)?.with_month(day.month0() / 3 * 3 + 1)?,
        };
        let next = match self {
            Self::Hour | Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week(_) => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter => first.checked_add_months(Months::new(3)),
        };
        Some((first, next?))
    }

    const fn shortest_seconds(self) -> u64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 23 * 3_600,
            Self::Week(_) => 7 * 86_400 - 3_600,
            Self::Month => 28 * 86_400,
            Self::Quarter => 90 * 86_400,
        }
    }

    fn name_of(self, first: NaiveDate) -> String {
        match self {
            Self::Hour | Self::Day | Self::Week(_) => first.to_string(),
            Self::Month => first.format("%Y-%m").to_string(),
            Self::Quarter => format!("{}-Q{}", first.format("%Y"), first.month0() / 3 + 1),
        }
    }

    /// The first day of a unit with this name.
    fn first_day(self, name: &str) -> Option<NaiveDate> {
        match self {
            Self::Hour => None,
            Self::Day | Self::Week(_) => name.parse().ok(),
            Self::Month => format!("{name}-01").parse().ok(),
            Self::Quarter => {
                let (year, quarter) = name.split_once("-Q")?;
                NaiveDate::from_ymd_opt(
                    year.parse().ok()?,
                    quarter.parse::<u32>().ok()?.checked_mul(3)?.checked_sub(2)?,
                    1,
                )
            }
        }
    }
}

impl Clock {
    /// The units that a span touches, in order.
    ///
    /// # Errors
    /// When one is not in the years 1 to 9999, or they are too many (exit code 2).
    pub fn periods(self, unit: Unit, from: Timestamp, to: Timestamp) -> Result<Vec<Period>, Failure> {
        let seconds = to.since(from).as_secs();
        if seconds / unit.shortest_seconds() > MAX_PERIODS {
            let hint = "choose a shorter span, or a longer unit";
            let message = format!("the span has more than 1,000,000 {}", unit.plural());
            return Err(Failure::usage(message).hint(hint));
        }
        if unit == Unit::Hour {
            return Ok(hours(from, to, self.tz));
        }
        let mut periods = Vec::new();
        let mut day = from.utc().with_timezone(&self.tz).date_naive();
        loop {
            let (first, next) = unit.around(day).ok_or_else(super::out_of_range)?;
            let (start, end) = (self.start_of(first)?, self.start_of(next)?);
            if start >= to {
                return Ok(periods);
            }
            // A day that a zone has skipped, going over the date line, has no moment.
            if start < end {
                periods.push(Period { name: unit.name_of(first), start, end });
            }
            day = next;
        }
    }

    /// The moment so many weeks before another.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999 (exit code 2).
    pub fn weeks_before(self, time: Timestamp, weeks: u16) -> Result<Timestamp, Failure> {
        self.before(time, Age::days(u32::from(weeks) * 7))
    }

    /// The first moment of the unit with this name; `None` if it is no such name.
    #[must_use]
    pub fn start_of_named(self, unit: Unit, name: &str) -> Option<Timestamp> {
        if unit == Unit::Hour {
            let time = DateTime::parse_from_str(name, HOUR)
                .or_else(|_| DateTime::parse_from_str(&format!("{name}+00:00"), HOUR));
            let named = time.ok()?.with_timezone(&self.tz);
            let moment = |time: DateTime<Tz>| Timestamp::try_from(time.fixed_offset()).ok();
            // Where a clock change has cut off its beginning, it starts later than its name says.
            let around = hours(moment(named)?, moment(named + TimeDelta::hours(1))?, self.tz);
            return around.into_iter().find(|hour| hour.name == name).map(|hour| hour.start);
        }
        self.start_of(unit.first_day(name)?).ok()
    }
}

/// The name of an hour in another zone than UTC: with the offset, by which the two hours differ when clocks go back.
const HOUR: &str = "%Y-%m-%dT%H:%M%:z";

fn hours(from: Timestamp, to: Timestamp, tz: Tz) -> Vec<Period> {
    let format = if tz == Tz::UTC { "%Y-%m-%dT%H:00" } else { "%Y-%m-%dT%H:00%:z" };
    let name_of = |time: DateTime<Tz>| time.format(format).to_string();
    let local = from.utc().with_timezone(&tz);
    let into_hour = TimeDelta::minutes(local.minute().into()) + TimeDelta::seconds(local.second().into());
    let mut start = local - into_hour - TimeDelta::nanoseconds(local.nanosecond().into());
    // Where a clock change has cut the hour short.
    while name_of(start) != name_of(local) {
        start += TimeDelta::minutes(15);
    }
    let mut hours = Vec::new();
    let moment = |time: DateTime<Tz>| Timestamp::try_from(time.fixed_offset()).ok();
    while let Some(first) = moment(start).filter(|start| *start < to) {
        let mut next = start + TimeDelta::minutes(15);
        while name_of(next) == name_of(start) {
            next += TimeDelta::minutes(15);
        }
        let Some(end) = moment(next) else { break };
        hours.push(Period { name: name_of(start), start: first, end });
        start = next;
    }
    hours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(unit: Unit, tz: Tz, from: &str, to: &str) -> Vec<String> {
        let clock = Clock::new(tz);
        let periods = clock.periods(unit, from.parse().unwrap(), to.parse().unwrap()).unwrap();
        for pair in periods.windows(2) {
            assert_eq!(pair[0].end, pair[1].start);
        }
        for period in &periods {
            assert_eq!(clock.start_of_named(unit, &period.name), Some(period.start), "{}", period.name);
        }
        periods.into_iter().map(|period| period.name).collect()
    }

    #[test]
    fn units_follow_each_other_without_a_gap() {
        let utc = Tz::UTC;
        let (from, to) = ("2025-12-30T10:00:00Z", "2026-01-12T00:00:01Z");
        let weeks = names(Unit::Week(WeekStart::Monday), utc, from, to);
        assert_eq!(weeks, ["2025-12-29", "2026-01-05", "2026-01-12"]);
        let weeks = names(Unit::Week(WeekStart::Sunday), utc, from, to);
        assert_eq!(weeks, ["2025-12-28", "2026-01-04", "2026-01-11"]);
        assert_eq!(names(Unit::Month, utc, from, to), ["2025-12", "2026-01"]);
        assert_eq!(names(Unit::Quarter, utc, from, to), ["2025-Q4", "2026-Q1"]);
        assert_eq!(names(Unit::Day, utc, from, to).len(), 14);
    }

    #[test]
    fn hours_that_come_twice_are_two_and_skipped_ones_none() {
        let berlin = Tz::Europe__Berlin;
        let autumn = names(Unit::Hour, berlin, "2026-10-25T00:10:00Z", "2026-10-25T02:00:00Z");
        assert_eq!(autumn, ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]);
        let spring = names(Unit::Hour, berlin, "2026-03-29T00:10:00Z", "2026-03-29T02:00:00Z");
        assert_eq!(spring, ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"]);
        let back = ("2026-04-04T14:10:00Z", "2026-04-04T16:00:00Z");
        let half = names(Unit::Hour, Tz::Australia__Lord_Howe, back.0, back.1);
        assert_eq!(half, ["2026-04-05T01:00+11:00", "2026-04-05T01:00+10:30", "2026-04-05T02:00+10:30"]);
        let forth = ("2026-10-03T15:10:00Z", "2026-10-03T16:30:00Z");
        let half = names(Unit::Hour, Tz::Australia__Lord_Howe, forth.0, forth.1);
        assert_eq!(half, ["2026-10-04T01:00+10:30", "2026-10-04T02:00+11:00", "2026-10-04T03:00+11:00"]);
        let kathmandu = names(Unit::Hour, Tz::Asia__Kathmandu, "2026-03-29T00:10:00Z", "2026-03-29T01:10:00Z");
        assert_eq!(kathmandu, ["2026-03-29T05:00+05:45", "2026-03-29T06:00+05:45"]);
        assert_eq!(
            names(Unit::Day, berlin, "2026-10-24T23:00:00Z", "2026-10-25T23:00:01Z"),
            ["2026-10-25", "2026-10-26"]
        );
        let apia = names(Unit::Day, Tz::Pacific__Apia, "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z");
        assert_eq!(apia, ["2011-12-29", "2011-12-31", "2012-01-01"]);
    }
}

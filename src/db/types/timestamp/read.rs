//! How the times of a file are read: in which notations, in which zone, and which are plausible.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::format::{Fixed, Item, Numeric, StrftimeItems};
use chrono::{DateTime, Datelike as _, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Timestamp, TimestampError};

/// Reads the times of a file.
#[derive(Debug, Clone)]
pub struct TimeReader {
    /// Notations that are accepted besides RFC 3339.
    pub formats: Vec<TimeFormat>,
    /// The zone of times without an offset.
    pub assume_tz: Option<Tz>,
    /// The first plausible time, and the first that is not plausible any more.
    pub plausible: (Timestamp, Timestamp),
    /// How many times had digits that are not recorded.
    pub finer: Arc<AtomicU64>,
}

/// A notation of times: a pattern like `%d.%m.%Y %H:%M`, `epoch`, `epoch-ms` or `excel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TimeFormat {
    /// RFC 3339, which is always read: to say so.
    Rfc3339,
    /// As chrono formats it.
    Pattern(String),
    /// Seconds since 1970-01-01T00:00:00Z.
    Epoch,
    /// Milliseconds since then.
    EpochMs,
    /// Days since 1899-12-30, in the zone of times without an offset, as spreadsheets count them.
    Excel,
}

/// Why a text is not a time of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It is no time.
    #[error(transparent)]
    Invalid(#[from] TimestampError),
    /// A date that can be read as day and month in both orders.
    #[error("ambiguous order of day and month: set it with --time-format, e.g. '%d/%m/%Y' or '%m/%d/%Y'")]
    TwoOrders,
    /// It is implausible for what a community does.
    #[error("expected a time between {0} and {1}")]
    Implausible(Timestamp, Timestamp),
}

impl FromStr for TimeFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "rfc3339" => Ok(Self::Rfc3339),
            "epoch" => Ok(Self::Epoch),
            "epoch-ms" => Ok(Self::EpochMs),
            "excel" => Ok(Self::Excel),
            pattern if pattern.contains('%') => {
                check_pattern(pattern)?;
                Ok(Self::Pattern(pattern.to_owned()))
            }
            _ => Err("expected a pattern like '%d.%m.%Y %H:%M', or epoch, epoch-ms, excel".to_owned()),
        }
    }
}

/// Checks that a pattern says all there is to say of a time, or of a date.
fn check_pattern(pattern: &str) -> Result<(), String> {
    let items: Vec<Item<'_>> = StrftimeItems::new(pattern).collect();
    let has = |part: Numeric| items.iter().any(|item| matches!(item, Item::Numeric(found, _) if *found == part));
    let is_fixed = |part: Fixed| items.contains(&Item::Fixed(part));
    let problem = if items.contains(&Item::Error) {
        "expected a pattern like '%d.%m.%Y %H:%M', or epoch, epoch-ms, excel"
    } else if has(Numeric::YearMod100) || has(Numeric::IsoYearMod100) || has(Numeric::YearDiv100) {
        "expected years of four digits, %Y: two digits do not tell the century"
    } else if is_fixed(Fixed::TimezoneName) {
        "expected an offset, %z: names of zones like CET are not read; --assume-tz names the zone"
    } else if pattern.ends_with('Z') {
        "expected %#z in place of Z: as a letter, Z would not say that the time is in UTC"
    } else if has(Numeric::Hour12) && !is_fixed(Fixed::LowerAmPm) && !is_fixed(Fixed::UpperAmPm) {
        "expected %p beside %I, or %H: the hour does not tell morning from evening"
    } else if has_time(pattern) && !is_whole_time(pattern) {
        "expected hours and minutes, %H:%M, or neither of them"
    } else {
        return Ok(());
    };
    Err(problem.to_owned())
}

/// Whether a pattern has any part of the time of day.
fn has_time(pattern: &str) -> bool {
    StrftimeItems::new(pattern).any(|item| match item {
        Item::Numeric(part, _) => matches!(
            part,
            Numeric::Hour
                | Numeric::Hour12
                | Numeric::Minute
                | Numeric::Second
                | Numeric::Nanosecond
                | Numeric::Timestamp
        ),
        Item::Fixed(part) => !matches!(
            part,
            Fixed::ShortMonthName | Fixed::LongMonthName | Fixed::ShortWeekdayName | Fixed::LongWeekdayName
        ),
        _ => false,
    })
}

/// Whether a pattern has at least hours and minutes.
fn is_whole_time(pattern: &str) -> bool {
    let has = |parts: &[Numeric]| {
        StrftimeItems::new(pattern).any(|item| matches!(item, Item::Numeric(part, _) if parts.contains(&part)))
    };
    let is_moment = |item| matches!(item, Item::Fixed(Fixed::RFC2822 | Fixed::RFC3339));
    has(&[Numeric::Timestamp])
        || StrftimeItems::new(pattern).any(is_moment)
        || (has(&[Numeric::Hour, Numeric::Hour12]) && has(&[Numeric::Minute]))
}

impl TryFrom<String> for TimeFormat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TimeFormat> for String {
    fn from(format: TimeFormat) -> Self {
        format.to_string()
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rfc3339 => "rfc3339",
            Self::Pattern(pattern) => pattern,
            Self::Epoch => "epoch",
            Self::EpochMs => "epoch-ms",
            Self::Excel => "excel",
        })
    }
}

impl TimeReader {
    /// Reads RFC 3339 and its relatives only, of any time.
    #[must_use]
    pub fn rfc3339(assume_tz: Option<Tz>) -> Self {
        Self { formats: Vec::new(), assume_tz, plausible: (Timestamp::FIRST, Timestamp::LAST), finer: Arc::default() }
    }

    /// Reads a cell.
    ///
    /// # Errors
    /// When it is no time in any of the notations, or is not plausible.
    pub fn read(&self, cell: &str) -> Result<Timestamp, TimeError> {
        let cell = cell.trim();
        let time = match Timestamp::parse_in(cell, self.assume_tz) {
            Ok(time) => time,
            Err(error) => match self.formats.iter().find_map(|format| self.read_as(format, cell)) {
                Some(time) => time?,
                None if is_in_two_orders(cell) => return Err(TimeError::TwoOrders),
                None => self.start_of_date(cell).ok_or(error)??,
            },
        };
        let (first, last) = self.plausible;
        if time < first || time >= last {
            return Err(TimeError::Implausible(first, last));
        }
        if self.is_finer(cell) {
            self.finer.fetch_add(1, Ordering::Relaxed);
        }
        Ok(time)
    }

    /// How many times had digits beyond the microsecond, which were cut off.
    #[must_use]
    pub fn cut_off(&self) -> u64 {
        self.finer.load(Ordering::Relaxed)
    }

    /// Whether the fraction of a time has digits beyond the microsecond.
    fn is_finer(&self, cell: &str) -> bool {
        let Some((_, fraction)) = cell.rsplit_once(['.', ',']) else { return false };
        let digits = fraction.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(fraction.len());
        let kept = match self.formats.first() {
            Some(TimeFormat::EpochMs) if digits == fraction.len() => 3,
            Some(TimeFormat::Excel) if digits == fraction.len() => return false, // Its fractions of days are inexact.
            _ => 6,
        };
        fraction.as_bytes()[..digits].iter().skip(kept).any(|digit| *digit != b'0')
    }

    /// The cell in a notation; `None` if it is not in that notation.
    fn read_as(&self, format: &TimeFormat, cell: &str) -> Option<Result<Timestamp, TimestampError>> {
        match format {
            TimeFormat::Rfc3339 => None,
            TimeFormat::Epoch => of_epoch(cell, 1_000_000),
            TimeFormat::EpochMs => of_epoch(cell, 1_000),
            TimeFormat::Excel => {
                let days: f64 = cell.parse().ok().filter(|days: &f64| (1.0..100_000.0).contains(days))?;
                let start = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN);
                // A spreadsheet stores milliseconds, and its fractions of days are inexact.
                #[expect(clippy::cast_possible_truncation, reason = "within 100,000 days")]
                let milliseconds = (days * 86_400_000.0).round() as i64;
                Some(self.local(start.checked_add_signed(TimeDelta::milliseconds(milliseconds))?))
            }
            TimeFormat::Pattern(pattern) => {
                if let Ok(time) = DateTime::parse_from_str(cell, pattern) {
                    return (time.year() >= 1000).then(|| Timestamp::checked(time));
                }
                // chrono also takes the date alone from a pattern with a time, and forgets the time.
                // `%Y` also takes two digits.
                if has_time(pattern) {
                    let naive = NaiveDateTime::parse_from_str(cell, pattern).ok()?;
                    return (naive.year() >= 1000).then(|| self.local(naive));
                }
                let date = NaiveDate::parse_from_str(cell, pattern).ok()?;
                (date.year() >= 1000).then(|| {
                    let tz = self.assume_tz.ok_or(TimestampError::Naive)?;
                    first_moment(date, tz).ok_or(TimestampError::Malformed)
                })
            }
        }
    }

    /// The first moment of a date, if the zone of times without an offset is known.
    fn start_of_date(&self, cell: &str) -> Option<Result<Timestamp, TimestampError>> {
        if cell.len() != 10 {
            return None;
        }
        let date = NaiveDate::parse_from_str(cell, "%Y-%m-%d").ok()?;
        Some(match self.assume_tz {
            None => Err(TimestampError::Naive),
            Some(tz) => first_moment(date, tz).ok_or(TimestampError::Malformed),
        })
    }

    fn local(&self, naive: NaiveDateTime) -> Result<Timestamp, TimestampError> {
        let tz = self.assume_tz.ok_or(TimestampError::Naive)?;
        match naive.and_local_timezone(tz) {
            MappedLocalTime::Single(time) => Timestamp::checked(time.fixed_offset()),
            MappedLocalTime::Ambiguous(..) => Err(TimestampError::Twice(tz)),
            MappedLocalTime::None => Err(TimestampError::Never(tz)),
        }
    }
}

/// The first moment of a date in a zone: where a clock change skips midnight, the first that exists.
#[must_use]
pub fn first_moment(date: NaiveDate, tz: Tz) -> Option<Timestamp> {
    let midnight = date.and_time(NaiveTime::MIN);
    let start =
        (0..24 * 60).find_map(|minute| match tz.from_local_datetime(&(midnight + TimeDelta::minutes(minute))) {
            MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => Some(time),
            MappedLocalTime::None => None,
        });
    start.and_then(|start: DateTime<Tz>| Timestamp::try_from(start.fixed_offset()).ok())
}

/// A number of units since the epoch, with a fraction of at most microseconds.
fn of_epoch(cell: &str, micros: i64) -> Option<Result<Timestamp, TimestampError>> {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let mut scale = micros;
    let mut total = whole.parse::<i64>().ok()?.checked_mul(micros)?;
    for digit in fraction.bytes() {
        scale /= 10;
        total += i64::from(digit - b'0') * scale;
    }
    let time = DateTime::from_timestamp_micros(total).ok_or(TimestampError::Malformed);
    Some(time.and_then(|time| Timestamp::checked(time.fixed_offset())))
}

/// Whether a cell starts with a date like 03/04/2026, of which nobody can tell the day from the month.
fn is_in_two_orders(cell: &str) -> bool {
    let date = cell.split([' ', 'T', ',']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
    match parts[..] {
        [one, other, year] => {
            let small = |part: &str| part.parse().is_ok_and(|number: u32| (1..=12).contains(&number));
            year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) && small(one) && small(other)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(formats: &[&str], tz: Option<Tz>) -> TimeReader {
        let formats = formats.iter().map(|format| format.parse().unwrap()).collect();
        TimeReader { formats, ..TimeReader::rfc3339(tz) }
    }

    #[test]
    fn digits_beyond_the_microsecond_are_counted() {
        for (format, cell, is_cut_off) in [
            ("rfc3339", "2026-03-15T08:14:00.1234567Z", true),
            ("rfc3339", "2026-03-15T08:14:00.123456000+01:00", false),
            ("rfc3339", "2026-03-15T08:14:00.000000001Z", true),
            ("rfc3339", "2026-03-15T08:14:00Z", false),
            ("epoch", "1760104536.1234561", true),
            ("epoch", "1760104536.123456", false),
            ("epoch-ms", "1760104536250.0001", true),
            ("epoch-ms", "1760104536250.125", false),
            ("excel", "45940.583333333336", false),
            ("%d.%m.%Y %H:%M", "31.12.2025 14:05", false),
        ] {
            let reader = reader(&[format], Some(Tz::UTC));
            assert!(reader.read(cell).is_ok(), "{cell}");
            assert_eq!(reader.cut_off(), u64::from(is_cut_off), "{cell}");
        }
    }

    #[test]
    fn times_are_read_in_the_given_notations() {
        let berlin = Some(Tz::Europe__Berlin);
        for (formats, tz, cell, expected) in [
            (&["%d.%m.%Y %H:%M"][..], berlin, "31.12.2025 14:05", "2025-12-31T13:05:00Z"),
            (&["%d.%m.%Y"], berlin, "31.12.2025", "2025-12-30T23:00:00Z"),
            (&["%m/%d/%Y %I:%M %p"], berlin, "03/04/2026 01:05 PM", "2026-03-04T12:05:00Z"),
            (&["%d/%b/%Y:%H:%M:%S %z"], None, "10/Oct/2025:13:55:36 -0700", "2025-10-10T20:55:36Z"),
            (&["epoch"], None, "1760104536", "2025-10-10T13:55:36Z"),
            (&["epoch"], None, "1760104536.25", "2025-10-10T13:55:36.250Z"),
            (&["epoch-ms"], None, "1760104536250", "2025-10-10T13:55:36.250Z"),
            (&["excel"], berlin, "45940.58", "2025-10-10T11:55:12Z"),
            (&[], berlin, "2026-03-15", "2026-03-14T23:00:00Z"),
            (&[], None, "2026-03-15T08:14:00+01:00", "2026-03-15T07:14:00Z"),
        ] {
            assert_eq!(reader(formats, tz).read(cell).map(|time| time.to_string()), Ok(expected.to_owned()), "{cell}");
        }
    }

    #[test]
    fn what_is_no_time_for_certain_is_refused() {
        let berlin = Some(Tz::Europe__Berlin);
        for (formats, tz, cell) in [
            (&[][..], berlin, "03/04/2026"),
            (&[], berlin, "3.4.2026 08:00"),
            (&[], berlin, "26-03-15 08:14"),
            (&[], None, "26-03-15T08:14:00Z"),
            (&[], None, "2026-03-15"),
            (&["excel"], None, "45940.58"),
            (&["%d.%m.%Y"], berlin, "31.02.2025"),
            (&["%d.%m.%Y"], berlin, "31.12.25"),
            (&["epoch"], None, "-1"),
            (&["epoch"], None, "1e9"),
            (&["epoch"], None, "99999999999999"),
        ] {
            assert!(reader(formats, tz).read(cell).is_err(), "{cell}");
        }
        let plausible = ("1990-01-01T00:00:00Z".parse().unwrap(), "2027-01-01T00:00:00Z".parse().unwrap());
        let reader = TimeReader { plausible, ..TimeReader::rfc3339(None) };
        assert!(reader.read("2026-12-31T23:59:59Z").is_ok());
        for cell in ["1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "0026-03-15T08:14:00Z", "2027-01-01T00:00:00Z"] {
            assert!(matches!(reader.read(cell), Err(TimeError::Implausible(..))), "{cell}");
        }
        for format in [
            "%d.%m.%y",
            "soon",
            "%Q",
            "",
            "%m/%d/%Y %I:%M",
            "%d.%m.%Y %H",
            "%d.%m.%Y :%M",
            "%Y-%m-%d %H:%M:%S %Z",
            "%Y-%m-%d %H:%M Z",
        ] {
            assert!(format.parse::<TimeFormat>().is_err(), "{format}");
        }
    }

    #[test]
    fn patterns_are_refused_that_lose_a_part_of_the_time() {
        for pattern in ["%d.%m.%-y", "%d.%m.%_y %H:%M", "%D", "%x %X", "%d.%m.%Y %-I:%M", "%d.%m.%Y %-H", "%Y-%m-%d %Z"]
        {
            assert!(pattern.parse::<TimeFormat>().is_err(), "{pattern}");
        }
        let berlin = Some(Tz::Europe__Berlin);
        for (pattern, cell) in [("%d.%m.%Y %-H:%-M", "31.12.2025 9:05"), ("%d.%m.%Y %_H:%M", "31.12.2025  9:05")] {
            let time = reader(&[pattern], berlin).read(cell).map(|time| time.to_string());
            assert_eq!(time, Ok("2025-12-31T08:05:00Z".to_owned()), "{pattern}");
        }
    }

    #[test]
    fn date_starts_at_its_first_moment() {
        let santiago = Some(Tz::America__Santiago);
        for (formats, cell) in [(&[][..], "2026-09-06"), (&["%d/%m/%Y"], "06/09/2026")] {
            let time = reader(formats, santiago).read(cell).map(|time| time.to_string());
            assert_eq!(time, Ok("2026-09-06T04:00:00Z".to_owned()), "{cell}");
        }
    }
}

//! Timestamps in UTC with microseconds: parsing, printing and storage.

mod notations;
mod print;
mod read;
mod sql_type;

use std::str::FromStr;
use std::time::Duration;

use chrono::{
    DateTime, Datelike as _, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound as _,
    TimeDelta, Timelike as _, Utc,
};
use chrono_tz::Tz;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;

pub use notations::{notations, time_options_for};
pub use read::{TimeError, TimeFormat, TimeReader, first_moment};

use super::sql;

/// Formats accepted besides RFC 3339, as other programs write them, all with a UTC offset.
const WITH_OFFSET: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"];
const WITHOUT_OFFSET: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];

/// A timestamp in UTC with microseconds, in the years 1 to 9999; printed as RFC 3339 with `Z`.
///
/// Finer fractions are truncated, on both engines alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = sql::UtcTimestamp)]
pub struct Timestamp(DateTime<Utc>);

const FIRST: DateTime<Utc> = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(date) => date.and_time(NaiveTime::MIN).and_utc(),
    None => DateTime::UNIX_EPOCH,
};

const LAST: DateTime<Utc> = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => match date.and_hms_micro_opt(23, 59, 59, 999_999) {
        Some(time) => time.and_utc(),
        None => DateTime::UNIX_EPOCH,
    },
    None => DateTime::UNIX_EPOCH,
};

/// Why a text is not a valid [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// A local time without a UTC offset.
    #[error("no UTC offset: add Z or one like +02:00")]
    Naive,
    /// A local time that occurs twice, because the clocks go back.
    #[error("ambiguous in {0} (clocks went back): add a UTC offset")]
    Twice(Tz),
    /// A local time that does not occur, because the clocks go forward.
    #[error("does not exist in {0} (clocks went forward): add a UTC offset")]
    Never(Tz),
    /// Not a time, or a date or time that does not exist.
    #[error("expected an RFC 3339 time, like 2026-03-15T08:14:00Z")]
    Malformed,
}

impl Timestamp {
    /// The earliest valid timestamp.
    pub const FIRST: Self = Self(FIRST);
    /// The latest valid timestamp.
    pub const LAST: Self = Self(LAST);

    /// The current time, by this machine's clock.
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().trunc_subsecs(6))
    }

    /// The time that is `age` before this one.
    ///
    /// # Errors
    /// When it is before the year 1.
    pub fn before(self, age: Duration) -> Result<Self, TimestampError> {
        let age = TimeDelta::from_std(age).map_err(|_| TimestampError::Malformed)?;
        Self::checked(self.0.checked_sub_signed(age).ok_or(TimestampError::Malformed)?.fixed_offset())
    }

    /// The moment after this one, by the resolution of the databases.
    #[must_use]
    pub fn next_moment(self) -> Option<Self> {
        Self::checked((self.0 + TimeDelta::microseconds(1)).fixed_offset()).ok()
    }

    /// The time since `earlier`; zero if that is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).to_std().unwrap_or_default()
    }

    /// The time to the minute, as used in notes: `2026-03-15 08:14Z`.
    #[must_use]
    pub fn to_minute(self) -> String {
        self.0.format("%Y-%m-%d %H:%MZ").to_string()
    }

    /// The time as a chrono type.
    #[must_use]
    pub const fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The time that is `micros` microseconds after 2000-01-01T00:00:00Z, as PostgreSQL sends it.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999.
    pub fn from_postgres(micros: i64) -> Result<Self, TimestampError> {
        const EPOCH: i64 = 946_684_800_000_000;
        let time =
            micros.checked_add(EPOCH).and_then(DateTime::from_timestamp_micros).ok_or(TimestampError::Malformed)?;
        Self::checked(time.fixed_offset())
    }

    /// Parses a time as SQLite stores it.
    ///
    /// # Errors
    /// As [`FromStr`].
    pub fn stored(text: &str) -> Result<Self, TimestampError> {
        Self::of_fixed_width(text).map_or_else(|| text.parse(), Ok)
    }

    /// Parses a time; one without an offset is a local time in the time zone `place`.
    ///
    /// # Errors
    /// As [`FromStr`]; or the local time is ambiguous or does not exist in the time zone.
    pub fn parse_in(text: &str, place: Option<Tz>) -> Result<Self, TimestampError> {
        match (text.parse(), place) {
            (Err(TimestampError::Naive), Some(place)) => {
                let text = text.trim();
                let naive = WITHOUT_OFFSET.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
                match naive.ok_or(TimestampError::Malformed)?.and_local_timezone(place) {
                    MappedLocalTime::Single(time) => Self::checked(time.fixed_offset()),
                    MappedLocalTime::Ambiguous(..) => Err(TimestampError::Twice(place)),
                    MappedLocalTime::None => Err(TimestampError::Never(place)),
                }
            }
            (parsed, _) => parsed,
        }
    }

    fn checked(time: DateTime<FixedOffset>) -> Result<Self, TimestampError> {
        let utc = time.with_timezone(&Utc).trunc_subsecs(6);
        // chrono stores a leap second as a second of more than 10^9 nanoseconds; neither engine supports leap
        // seconds.
        if (1..=9999).contains(&utc.year()) && utc.nanosecond() < 1_000_000_000 {
            Ok(Self(utc))
        } else {
            Err(TimestampError::Malformed)
        }
    }
}

impl TryFrom<DateTime<FixedOffset>> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: DateTime<FixedOffset>) -> Result<Self, TimestampError> {
        Self::checked(time)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let text = text.trim();
        // Of fewer digits, the year 26 would be that of the emperors.
        if !text.as_bytes().iter().take(4).all(u8::is_ascii_digit) || text.as_bytes().get(4) != Some(&b'-') {
            return Err(TimestampError::Malformed);
        }
        let parsed = DateTime::parse_from_rfc3339(text)
            .ok()
            .or_else(|| WITH_OFFSET.iter().find_map(|format| DateTime::parse_from_str(text, format).ok()));
        match parsed {
            Some(time) => Self::checked(time),
            None if WITHOUT_OFFSET.iter().any(|format| NaiveDateTime::parse_from_str(text, format).is_ok()) => {
                Err(TimestampError::Naive)
            }
            None => Err(TimestampError::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

    use super::*;

    #[test]
    fn different_notations_of_the_same_time_are_equal() {
        let spellings = [
            "2026-03-15T08:14:00Z",
            "2026-03-15T10:14:00+02:00",
            "2026-03-15t08:14:00.000z",
            "2026-03-15 08:14:00+00",
            "2026-03-15T08:14:00.0000009Z",
        ];
        for spelling in spellings {
            assert_eq!(spelling.parse::<Timestamp>().unwrap().to_string(), "2026-03-15T08:14:00Z", "{spelling}");
        }
    }

    #[test]
    fn both_engines_return_the_stored_time() {
        for text in ["2026-03-15T08:14:00Z", "1999-12-31T23:59:59.120Z", "0001-01-01T00:00:00.000001Z"] {
            let time: Timestamp = text.parse().unwrap();
            let epoch: Timestamp = "2000-01-01T00:00:00Z".parse().unwrap();
            let micros = (time.0 - epoch.0).num_microseconds().unwrap();
            assert_eq!(Timestamp::from_postgres(micros), Ok(time));
            assert_eq!(Timestamp::stored(&time.fixed_width()), Ok(time));
            assert_eq!(format!("{}Z", Timestamp::shown(&time.fixed_width())), text);
        }
        assert_eq!(Timestamp::from_postgres(i64::MAX), Err(TimestampError::Malformed));
        assert_eq!(Timestamp::from_postgres(i64::MIN), Err(TimestampError::Malformed));
    }

    #[test]
    fn a_time_without_an_offset_differs_from_an_invalid_time() {
        assert_eq!("2026-03-15T08:14:00".parse::<Timestamp>(), Err(TimestampError::Naive));
        assert_eq!("2026-03-15 08:14".parse::<Timestamp>(), Err(TimestampError::Naive));
        for text in
            ["", "yesterday", "2026-02-30T00:00:00Z", "2026-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "15/03/2026"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError::Malformed), "{text}");
        }
    }

    #[test]
    fn times_without_an_offset_use_the_given_time_zone() {
        let berlin = Some(chrono_tz::Europe::Berlin);
        let read = |text| Timestamp::parse_in(text, berlin).map(|time| time.to_string());
        assert_eq!(read("2026-07-01 12:00:00").as_deref(), Ok("2026-07-01T10:00:00Z"));
        assert_eq!(read("2026-01-01T12:00").as_deref(), Ok("2026-01-01T11:00:00Z"));
        assert_eq!(read("2026-01-01T12:00:00-05:00").as_deref(), Ok("2026-01-01T17:00:00Z"));
        assert_eq!(read("2026-10-25T02:30:00"), Err(TimestampError::Twice(chrono_tz::Europe::Berlin)));
        assert_eq!(read("2026-03-29T02:30:00"), Err(TimestampError::Never(chrono_tz::Europe::Berlin)));
        assert_eq!(Timestamp::parse_in("2026-07-01T12:00:00", None), Err(TimestampError::Naive));
    }

    #[test]
    fn a_printed_time_parses_to_the_same_time() {
        assert_eq!(
            [Timestamp::FIRST, Timestamp::LAST].map(Timestamp::fixed_width),
            ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"]
        );
        for text in [
            "0001-01-01T00:00:00Z",
            "2026-03-15T08:14:00.000001Z",
            "2026-03-15T08:14:00.120Z",
            "9999-12-31T23:59:59.999999Z",
        ] {
            let instant: Timestamp = text.parse().unwrap();
            assert_eq!(instant.to_string().parse(), Ok(instant));
            assert_eq!(instant.fixed_width(), instant.0.to_rfc3339_opts(SecondsFormat::Micros, true));
            assert_eq!(Timestamp::of_fixed_width(&instant.fixed_width()), Some(instant));
            assert_eq!(instant.to_string(), instant.0.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
    }
}

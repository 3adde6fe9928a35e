//! A moment in UTC, to the microsecond.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{
    DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta,
    Timelike, Utc,
};
use chrono_tz::Tz;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Text, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::{Serialize, Serializer};

use super::{on_both_engines, sql};

/// Formats that other programs write times in, besides RFC 3339; all of them name an offset.
const WITH_OFFSET: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"];
const WITHOUT_OFFSET: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];

/// A moment in UTC with microseconds, in the years 1 to 9999; printed as RFC 3339 with `Z`.
///
/// Finer fractions are cut off, the same on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = sql::Instant)]
pub struct Instant(DateTime<Utc>);

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

/// Why a text is no [`Instant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// A time of day without an offset: which moment it means is anybody's guess.
    #[error("has no offset from UTC: add Z or one like +02:00")]
    Naive,
    /// The clocks showed it twice.
    #[error("was shown twice by the clocks of {0}, when they were put back: add an offset")]
    Twice(Tz),
    /// The clocks were put forward over it.
    #[error("was never shown by the clocks of {0}, which were put forward over it: add an offset")]
    Never(Tz),
    /// Not a time, or one that does not exist.
    #[error("is not a time: expected RFC 3339, like 2026-03-15T08:14:00Z")]
    Malformed,
}

impl Instant {
    /// The first there is.
    pub const FIRST: Self = Self(FIRST);
    /// The last there is.
    pub const LAST: Self = Self(LAST);

    /// The moment of the call, by this machine's clock.
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().trunc_subsecs(6))
    }

    /// The moment so long before another.
    ///
    /// # Errors
    /// When there was none: years begin with the year 1.
    pub fn before(self, age: Duration) -> Result<Self, InstantError> {
        let age = TimeDelta::from_std(age).map_err(|_| InstantError::Malformed)?;
        Self::checked(self.0.checked_sub_signed(age).ok_or(InstantError::Malformed)?.fixed_offset())
    }

    /// How long after another moment this one is; nothing when it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).to_std().unwrap_or_default()
    }

    /// The moment to the minute, as a note has it: `2026-03-15 08:14Z`.
    #[must_use]
    pub fn to_minute(self) -> String {
        self.0.format("%Y-%m-%d %H:%MZ").to_string()
    }

    /// The moment in UTC.
    #[must_use]
    pub const fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Reads a filter's time: as [`FromStr`]; a date, `today` or `yesterday`, which mean their first moment in UTC; `now`;
    /// or an age like `7d` or `36h`, which means so long ago.
    ///
    /// # Errors
    /// As [`FromStr`].
    pub fn parse_time_or_date(text: &str) -> Result<Self, InstantError> {
        let (text, now) = (text.trim(), Self::now());
        let midnight = |date: NaiveDate| Self::checked(date.and_time(NaiveTime::MIN).and_utc().fixed_offset());
        match text {
            "now" => return Ok(now),
            "today" => return midnight(now.0.date_naive()),
            "yesterday" => return midnight((now.0 - TimeDelta::days(1)).date_naive()),
            _ => {}
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return midnight(date);
        }
        match (text.parse(), parse_age(text)) {
            (Err(InstantError::Malformed), Ok(age)) => now.before(age),
            (parsed, _) => parsed,
        }
    }

    /// Reads an age, as [`parse_age`] does: the moment so long ago.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse_ago(text: &str) -> Result<Self, String> {
        Self::now().before(parse_age(text)?).map_err(|_| "is before the year 1".to_owned())
    }

    /// The form that SQLite stores, `2026-03-15T08:14:00.000000Z`: fixed width, so that text order is time order.
    #[must_use]
    pub fn fixed_width(self) -> String {
        let (date, time) = (self.0.date_naive(), self.0.time());
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        // By hand: it is done for every row, and a formatter takes five times as long.
        for (last, width, mut number) in [
            (3, 4, date.year().unsigned_abs()),
            (6, 2, date.month()),
            (9, 2, date.day()),
            (12, 2, time.hour()),
            (15, 2, time.minute()),
            (18, 2, time.second()),
            (25, 6, time.nanosecond() / 1000),
        ] {
            for digit in text[..=last].iter_mut().rev().take(width) {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Reads the form of [`Self::fixed_width`]: nothing for any other, valid or not. An export reads two for each row, and
    /// a general parser takes ten times as long.
    fn of_fixed_width(text: &str) -> Option<Self> {
        let bytes: &[u8; 27] = text.as_bytes().try_into().ok()?;
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (26, b'Z')];
        if marks.iter().any(|(place, mark)| bytes[*place] != *mark) {
            return None;
        }
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .try_fold(0_u32, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
        };
        let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
        let time = NaiveTime::from_hms_micro_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 26)?)?;
        Some(Self(date.and_time(time).and_utc())).filter(|instant| instant.0.year() > 0)
    }

    /// As much of a text in [`Self::fixed_width`] as is printed, but for the `Z`: a fraction of six digits, three, or none.
    #[must_use]
    pub fn shown(fixed_width: &str) -> &str {
        let whole = fixed_width.trim_end_matches('Z');
        whole.strip_suffix(".000000").or_else(|| whole.strip_suffix("000")).unwrap_or(whole)
    }

    /// The moment so many microseconds after 2000-01-01T00:00:00Z, which is how PostgreSQL sends it.
    ///
    /// # Errors
    /// When it is not in the years 1 to 9999.
    pub fn from_postgres(micros: i64) -> Result<Self, InstantError> {
        const EPOCH: i64 = 946_684_800_000_000;
        let time =
            micros.checked_add(EPOCH).and_then(DateTime::from_timestamp_micros).ok_or(InstantError::Malformed)?;
        Self::checked(time.fixed_offset())
    }

    /// Reads a time as SQLite stores it.
    ///
    /// # Errors
    /// As [`FromStr`].
    pub fn stored(text: &str) -> Result<Self, InstantError> {
        Self::of_fixed_width(text).map_or_else(|| text.parse(), Ok)
    }

    /// Reads a time that may leave out its offset, and is then one of the clocks of that place.
    ///
    /// # Errors
    /// As [`FromStr`]; or the clocks of the place showed the time twice or never.
    pub fn parse_in(text: &str, place: Option<Tz>) -> Result<Self, InstantError> {
        match (text.parse(), place) {
            (Err(InstantError::Naive), Some(place)) => {
                let text = text.trim();
                let naive = WITHOUT_OFFSET.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
                match naive.ok_or(InstantError::Malformed)?.and_local_timezone(place) {
                    MappedLocalTime::Single(time) => Self::checked(time.fixed_offset()),
                    MappedLocalTime::Ambiguous(..) => Err(InstantError::Twice(place)),
                    MappedLocalTime::None => Err(InstantError::Never(place)),
                }
            }
            (parsed, _) => parsed,
        }
    }

    fn checked(time: DateTime<FixedOffset>) -> Result<Self, InstantError> {
        let utc = time.with_timezone(&Utc).trunc_subsecs(6);
        // chrono keeps a leap second as a second of more than 10^9 nanoseconds; neither engine has one.
        if (1..=9999).contains(&utc.year()) && utc.nanosecond() < 1_000_000_000 {
            Ok(Self(utc))
        } else {
            Err(InstantError::Malformed)
        }
    }
}

/// Reads a length of time: `90s`, `30m`, `26h`, `14d`, `2w`, or several of them (`1d 12h`).
///
/// # Errors
/// Says what is wrong with it.
pub fn parse_age(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "expected a length of time, like 26h or 14d".to_owned())
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        let text = text.trim();
        let parsed = DateTime::parse_from_rfc3339(text)
            .ok()
            .or_else(|| WITH_OFFSET.iter().find_map(|format| DateTime::parse_from_str(text, format).ok()));
        match parsed {
            Some(time) => Self::checked(time),
            None if WITHOUT_OFFSET.iter().any(|format| NaiveDateTime::parse_from_str(text, format).is_ok()) => {
                Err(InstantError::Naive)
            }
            None => Err(InstantError::Malformed),
        }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", Self::shown(&self.fixed_width()))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl ToSql<sql::Instant, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl FromSql<sql::Instant, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Timestamptz, Pg>::from_sql(value).map(Self)
    }
}

impl ToSql<sql::Instant, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.fixed_width());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Instant, Sqlite> for Instant {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Self::stored(&text).map_err(|_| format!("{text:?} is stored as a time").into())
    }
}

on_both_engines!(sql::Instant, Instant);

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

    use super::*;

    #[test]
    fn offsets_and_separators_do_not_count() {
        let spellings = [
            "2026-03-15T08:14:00Z",
            "2026-03-15T10:14:00+02:00",
            "2026-03-15t08:14:00.000z",
            "2026-03-15 08:14:00+00",
            "2026-03-15T08:14:00.0000009Z",
        ];
        for spelling in spellings {
            assert_eq!(spelling.parse::<Instant>().unwrap().to_string(), "2026-03-15T08:14:00Z", "{spelling}");
        }
    }

    #[test]
    fn a_time_is_the_same_as_either_engine_has_it() {
        for text in ["2026-03-15T08:14:00Z", "1999-12-31T23:59:59.120Z", "0001-01-01T00:00:00.000001Z"] {
            let time: Instant = text.parse().unwrap();
            let epoch: Instant = "2000-01-01T00:00:00Z".parse().unwrap();
            let micros = (time.0 - epoch.0).num_microseconds().unwrap();
            assert_eq!(Instant::from_postgres(micros), Ok(time));
            assert_eq!(Instant::stored(&time.fixed_width()), Ok(time));
            assert_eq!(format!("{}Z", Instant::shown(&time.fixed_width())), text);
        }
        assert_eq!(Instant::from_postgres(i64::MAX), Err(InstantError::Malformed));
        assert_eq!(Instant::from_postgres(i64::MIN), Err(InstantError::Malformed));
    }

    #[test]
    fn a_time_without_an_offset_is_told_apart_from_no_time() {
        assert_eq!("2026-03-15T08:14:00".parse::<Instant>(), Err(InstantError::Naive));
        assert_eq!("2026-03-15 08:14".parse::<Instant>(), Err(InstantError::Naive));
        for text in
            ["", "yesterday", "2026-02-30T00:00:00Z", "2026-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "15/03/2026"]
        {
            assert_eq!(text.parse::<Instant>(), Err(InstantError::Malformed), "{text}");
        }
    }

    #[test]
    fn a_place_lends_its_offset_to_times_without_one() {
        let berlin = Some(chrono_tz::Europe::Berlin);
        let read = |text| Instant::parse_in(text, berlin).map(|time| time.to_string());
        assert_eq!(read("2026-07-01 12:00:00").as_deref(), Ok("2026-07-01T10:00:00Z"));
        assert_eq!(read("2026-01-01T12:00").as_deref(), Ok("2026-01-01T11:00:00Z"));
        assert_eq!(read("2026-01-01T12:00:00-05:00").as_deref(), Ok("2026-01-01T17:00:00Z"));
        assert_eq!(read("2026-10-25T02:30:00"), Err(InstantError::Twice(chrono_tz::Europe::Berlin)));
        assert_eq!(read("2026-03-29T02:30:00"), Err(InstantError::Never(chrono_tz::Europe::Berlin)));
        assert_eq!(Instant::parse_in("2026-07-01T12:00:00", None), Err(InstantError::Naive));
    }

    #[test]
    fn what_is_printed_parses_to_the_same_moment() {
        assert_eq!(
            [Instant::FIRST, Instant::LAST].map(Instant::fixed_width),
            ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"]
        );
        for text in [
            "0001-01-01T00:00:00Z",
            "2026-03-15T08:14:00.000001Z",
            "2026-03-15T08:14:00.120Z",
            "9999-12-31T23:59:59.999999Z",
        ] {
            let instant: Instant = text.parse().unwrap();
            assert_eq!(instant.to_string().parse(), Ok(instant));
            assert_eq!(instant.fixed_width(), instant.0.to_rfc3339_opts(SecondsFormat::Micros, true));
            assert_eq!(Instant::of_fixed_width(&instant.fixed_width()), Some(instant));
            assert_eq!(instant.to_string(), instant.0.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
    }
}

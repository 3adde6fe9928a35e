//! Ages and durations on the command line: `90s`, `14d`, `3mo`.

use std::str::FromStr;
use std::time::Duration;

/// An age: months, which differ in length, and seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Age {
    pub(super) months: u32,
    pub(super) seconds: u64,
}

/// The units of durations and ages: how many months or seconds each is.
const UNITS: [(&str, Age); 7] = [
    ("s", Age { months: 0, seconds: 1 }),
    ("min", Age { months: 0, seconds: 60 }),
    ("h", Age { months: 0, seconds: 3_600 }),
    ("d", Age { months: 0, seconds: 86_400 }),
    ("w", Age { months: 0, seconds: 604_800 }),
    ("mo", Age { months: 1, seconds: 0 }),
    ("y", Age { months: 12, seconds: 0 }),
];

/// The mean length of a month of the Gregorian calendar, in seconds.
const MEAN_MONTH_SECONDS: u64 = 2_629_746;

impl FromStr for Age {
    type Err = String;

    /// Parses `90s`, `30min`, `26h`, `14d`, `2w`, `3mo`, `1y`, or several of them (`1d 12h`). A bare `m` is refused,
    /// because it means minutes to some programs and months to others.
    fn from_str(text: &str) -> Result<Self, String> {
        let malformed = || "expected a duration with a unit (s, min, h, d, w, mo, y), e.g. 26h or 14d".to_owned();
        let mut rest = text.trim();
        let mut age = Self::default();
        loop {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
            let (number, unit) = rest.split_at(digits);
            let end = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
            let (unit, after) = unit.split_at(end);
            if unit.eq_ignore_ascii_case("m") {
                return Err(format!(
                    "{number}{unit} is ambiguous: use {number}min for minutes, or {number}mo for months"
                ));
            }
            let (_, length) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(malformed)?;
            let added = number.parse().ok().and_then(|number: u32| {
                Some(Self {
                    months: age.months.checked_add(length.months.checked_mul(number)?)?,
                    seconds: age.seconds.checked_add(length.seconds.checked_mul(number.into())?)?,
                })
            });
            age = added.ok_or_else(malformed)?;
            rest = after.trim_start();
            if rest.is_empty() {
                return Ok(age);
            }
        }
    }
}

impl Age {
    /// So many days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self { months: 0, seconds: days as u64 * 86_400 }
    }
}

/// Parses a duration, in the units of an [`Age`]; a month is counted with its mean length.
///
/// # Errors
/// Names what was expected.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let age: Age = text.parse()?;
    Ok(Duration::from_secs(age.seconds + u64::from(age.months) * MEAN_MONTH_SECONDS))
}

//! The text forms of a moment.

use std::fmt;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Timestamp;

impl Timestamp {
    /// The form that SQLite stores, `2026-03-15T08:14:00.000000Z`: fixed width, so that text order is time order.
    #[must_use]
    pub fn fixed_width(self) -> String {
        let (date, time) = (self.0.date_naive(), self.0.time());
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        // Formatted by hand: it runs for every row, and a formatter takes five times as long.
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

    /// Parses the form of [`Self::fixed_width`]; `None` for any other text, valid or not. An export parses two per
    /// row, and a general parser takes ten times as long.
    pub(super) fn of_fixed_width(text: &str) -> Option<Self> {
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

    /// The part of a [`Self::fixed_width`] text that is printed before the `Z`: with a fraction of six digits, three
    /// or none.
    #[must_use]
    pub fn shown(fixed_width: &str) -> &str {
        let whole = fixed_width.trim_end_matches('Z');
        whole.strip_suffix(".000000").or_else(|| whole.strip_suffix("000")).unwrap_or(whole)
    }
}

impl Timestamp {
    /// The time in a zone, to the second, with its offset: `2026-03-15T09:14:00+01:00`, or with `Z` in UTC.
    #[must_use]
    pub fn in_zone(self, tz: Tz) -> String {
        let time = self.0.with_timezone(&tz);
        if tz == Tz::UTC { time.format("%Y-%m-%dT%H:%M:%SZ") } else { time.format("%Y-%m-%dT%H:%M:%S%:z") }.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", Self::shown(&self.fixed_width()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

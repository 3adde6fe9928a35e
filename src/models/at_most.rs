//! Limits: a number of rows, or a percentage.

use std::str::FromStr;

use serde::Serialize;

/// A limit: a number of rows, or a percentage of all rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum AtMost {
    /// A number of rows.
    Rows(u64),
    /// A percentage, 0 to 100.
    Percent(f64),
}

impl FromStr for AtMost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a number, like 100, or a percentage, like 0.5%".to_owned();
        match text.strip_suffix('%') {
            Some(percent) => match percent.parse() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Self::Percent(percent)),
                _ => Err(wrong()),
            },
            None => text.parse().map(Self::Rows).map_err(|_| wrong()),
        }
    }
}

impl AtMost {
    /// Whether `some` rows exceed the limit, whatever the total; never for a percentage.
    #[must_use]
    pub const fn is_exceeded_by(self, some: u64) -> bool {
        matches!(self, Self::Rows(rows) if some > rows)
    }

    /// Whether `some` of `all` rows exceed the limit.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "row counts stay below 2^53")]
    pub fn is_exceeded(self, some: u64, all: u64) -> bool {
        match self {
            Self::Rows(_) => self.is_exceeded_by(some),
            Self::Percent(percent) => some as f64 * 100.0 > percent * all as f64,
        }
    }
}

impl std::fmt::Display for AtMost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(rows) => write!(f, "{rows}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

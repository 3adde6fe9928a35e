//! Times as their distance from now, for people.

use chrono::{DateTime, Utc};

/// The units, with their lengths in seconds, the longest first.
const UNITS: [(&str, i64); 6] =
    [("year", 31_556_952), ("month", 2_629_746), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

/// A time as its distance from now in its largest unit, not rounded: `3 days ago`, `in 2 hours`, `now`.
#[must_use]
pub fn relative(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = now.signed_duration_since(time).num_seconds();
    let Some((unit, length)) = UNITS.iter().find(|(_, length)| seconds.abs() >= *length) else {
        return "now".to_owned();
    };
    let count = seconds.abs() / length;
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_time_is_shown_by_its_distance_in_the_largest_unit() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let shown = |seconds| relative(now - TimeDelta::seconds(seconds), now);
        for (seconds, expected) in [
            (0, "now"),
            (1, "1 second ago"),
            (119, "1 minute ago"),
            (7_200, "2 hours ago"),
            (3 * 86_400 + 5, "3 days ago"),
            (40 * 86_400, "1 month ago"),
            (800 * 86_400, "2 years ago"),
            (-86_400, "in 1 day"),
        ] {
            assert_eq!(shown(seconds), expected);
        }
    }
}

//! Notations of times that files have, and how a file with one of them is read.

use chrono_tz::Tz;

use super::read::{TimeFormat, TimeReader};

/// The orders of day, month and year, and the times of day that may follow.
const ORDERS: [[&str; 3]; 3] = [["%d", "%m", "%Y"], ["%m", "%d", "%Y"], ["%Y", "%m", "%d"]];
const SEPARATORS: [&str; 3] = [".", "/", "-"];
const TIMES_OF_DAY: [&str; 9] =
    ["", " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %I:%M %p", ", %I:%M:%S %p"];

/// Notations that are not found by themselves, only named in a hint.
const OTHERS: [&str; 13] = [
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%d %H:%M%#z",
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y-%m-%d %H:%M:%S GMT",
    "%Y%m%dT%H%M%S%#z",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%a, %d %b %Y %H:%M:%S %z",
    "%d %b %Y %H:%M",
    "%b %d, %Y %H:%M",
    "%b %d, %Y, %I:%M %p",
    "%a %b %d %H:%M:%S %Y",
];

/// The notations of dates, each with those that differ only in the time of day.
#[must_use]
pub fn notations() -> Vec<Vec<TimeFormat>> {
    let dates = ORDERS.iter().flat_map(|order| SEPARATORS.iter().map(|separator| order.join(separator)));
    let with_times = |date: String| TIMES_OF_DAY.map(|time| TimeFormat::Pattern(format!("{date}{time}"))).to_vec();
    dates.map(with_times).collect()
}

/// The options with which an import reads a cell as a time, if a notation is known that does.
#[must_use]
pub fn time_options_for(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let is_number = |length: usize| cell.len() == length && cell.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(10) {
        return Some("--time-format epoch".to_owned());
    }
    if is_number(13) {
        return Some("--time-format epoch-ms".to_owned());
    }
    if cell.parse().is_ok_and(|days: f64| (20_000.0..80_000.0).contains(&days)) {
        return Some("--time-format excel --assume-tz ZONE".to_owned());
    }
    let mut found: Vec<String> = notations().concat().iter().filter(|format| reads(format, cell)).map(option).collect();
    if found.is_empty() {
        let others = OTHERS.iter().map(|pattern| TimeFormat::Pattern((*pattern).to_owned()));
        found.extend(others.filter(|format| reads(format, cell)).take(1).map(|format| option(&format)));
    }
    (!found.is_empty()).then(|| found.join(" or "))
}

fn reads(format: &TimeFormat, cell: &str) -> bool {
    let reader = TimeReader { formats: vec![format.clone()], ..TimeReader::rfc3339(Some(Tz::UTC)) };
    TimeReader::rfc3339(Some(Tz::UTC)).read(cell).is_err() && reader.read(cell).is_ok()
}

/// The option for a notation, with the zone that it does not name.
fn option(format: &TimeFormat) -> String {
    let pattern = String::from(format.clone());
    let zone = if pattern.ends_with("UTC") || pattern.ends_with("GMT") {
        " --assume-tz UTC"
    } else if pattern.ends_with('z') {
        ""
    } else {
        " --assume-tz ZONE"
    };
    format!("--time-format '{pattern}'{zone}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_for_a_notation_is_named() {
        for (cell, options) in [
            ("1773562442", Some("--time-format epoch")),
            ("1773562442123", Some("--time-format epoch-ms")),
            ("46096.3431", Some("--time-format excel --assume-tz ZONE")),
            ("15.03.2026 08:14", Some("--time-format '%d.%m.%Y %H:%M' --assume-tz ZONE")),
            ("3/15/2026 8:14", Some("--time-format '%m/%d/%Y %H:%M' --assume-tz ZONE")),
            (
                "03/04/2026",
                Some("--time-format '%d/%m/%Y' --assume-tz ZONE or --time-format '%m/%d/%Y' --assume-tz ZONE"),
            ),
            ("2026-03-15 08:14:00 UTC", Some("--time-format '%Y-%m-%d %H:%M:%S UTC' --assume-tz UTC")),
            ("20260315T081400Z", Some("--time-format '%Y%m%dT%H%M%S%#z'")),
            ("2026-03-15T08:14Z", Some("--time-format '%Y-%m-%dT%H:%M%#z'")),
            ("Sun, 15 Mar 2026 08:14:00 GMT", Some("--time-format '%a, %d %b %Y %H:%M:%S GMT' --assume-tz UTC")),
            ("2026-03-15T08:14:00Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(time_options_for(cell).as_deref(), options, "{cell}");
        }
    }

    #[test]
    fn every_notation_is_one_that_an_option_takes() {
        let others = OTHERS.iter().map(|pattern| (*pattern).to_owned());
        for pattern in notations().concat().into_iter().map(String::from).chain(others) {
            assert_eq!(pattern.parse(), Ok(TimeFormat::Pattern(pattern.clone())), "{pattern}");
        }
    }
}

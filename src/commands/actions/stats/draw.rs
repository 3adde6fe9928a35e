//! Draws counts per day as a calendar, and counts by two values as a matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate, TimeDelta};

use super::Count;
use crate::output::{fit, plural};

/// Shades for the counts, from zero to the largest.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

/// A calendar with one column per week, Monday first, each day shaded by its number of actions; the latest weeks that
/// fit.
pub(super) fn calendar(counts: &[Count], width: usize) -> String {
    let days: BTreeMap<NaiveDate, i64> =
        counts.iter().filter_map(|count| Some((count.value.parse().ok()?, count.actions))).collect();
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else { return String::new() };
    let monday = |day: NaiveDate| day - TimeDelta::days(day.weekday().num_days_from_monday().into());
    let fitting = i64::try_from(width.saturating_sub(4) / 2).unwrap_or(i64::MAX).max(1);
    let weeks = ((monday(*last) - monday(*first)).num_weeks() + 1).min(fitting);
    let start = monday(*last) - TimeDelta::weeks(weeks - 1);
    let most = days.range(start..).map(|(_, actions)| *actions).max().unwrap_or(1).max(1);
    let shade = |day: NaiveDate| match days.get(&day) {
        // From 1 to 4; the largest count is 4.
        Some(actions) => SHADES[usize::try_from((actions * 4 + most - 1) / most).unwrap_or(4).min(4)],
        None if day > *last => ' ',
        None => SHADES[0],
    };
    let mut lines = vec![format!("    {}", months(start, weeks))];
    for (n, name) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].into_iter().enumerate() {
        let mut line = format!("{name} ");
        for week in 0..weeks {
            let day = start + TimeDelta::weeks(week) + TimeDelta::days(i64::try_from(n).unwrap_or(0));
            let _ = write!(line, "{} ", shade(day));
        }
        lines.push(line);
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// The line above the calendar: each month's name above the week of its first Monday.
fn months(start: NaiveDate, weeks: i64) -> String {
    let mut line = String::new();
    for week in 0..weeks {
        let monday = start + TimeDelta::weeks(week);
        let column = usize::try_from(week * 2).unwrap_or(0);
        // The rest of a month is not named if that would hide the name of the next one.
        let is_rest = week == 0 && (monday + TimeDelta::weeks(1)).day() <= 7;
        let begins = (week == 0 && !is_rest) || monday.day() <= 7;
        if begins && line.len() <= column {
            line = format!("{line:column$}{} ", monday.format("%b"));
        }
    }
    line
}

/// A matrix with the second value as its columns: as many as fit, and a line with the number of hidden columns.
pub(super) fn matrix(counts: &[Count], width: usize) -> String {
    let mut rows: Vec<&str> = Vec::new();
    for count in counts {
        if !rows.contains(&count.value.as_str()) {
            rows.push(&count.value);
        }
    }
    let across: BTreeSet<&str> = counts.iter().filter_map(|count| count.across.as_deref()).collect();
    let cells: BTreeMap<(&str, &str), i64> = counts
        .iter()
        .map(|count| ((count.value.as_str(), count.across.as_deref().unwrap_or_default()), count.actions))
        .collect();
    let head = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0).min(32);
    let mut used = head;
    let mut columns = Vec::new();
    for name in &across {
        let digits = rows.iter().filter_map(|row| cells.get(&(*row, *name))).map(|n| n.to_string().len()).max();
        let column = name.chars().count().max(digits.unwrap_or(0));
        used += 2 + column;
        if used > width && !columns.is_empty() {
            break;
        }
        columns.push((*name, column));
    }
    let mut lines = Vec::with_capacity(rows.len() + 2);
    if !rows.is_empty() {
        let mut line = fit("", head);
        for (name, column) in &columns {
            let _ = write!(line, "  {:>column$}", crate::output::visible(name));
        }
        lines.push(line);
    }
    for row in rows {
        let mut line = fit(row, head);
        for (name, column) in &columns {
            let cell = cells.get(&(row, *name)).copied().unwrap_or(0);
            let _ = write!(line, "  {cell:>column$}");
        }
        lines.push(line.trim_end().to_owned());
    }
    if columns.len() < across.len() {
        let hidden = plural((across.len() - columns.len()) as u64, "more column");
        lines.push(format!("({hidden} hidden: terminal too narrow)"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(value: &str, across: Option<&str>, actions: i64) -> Count {
        Count { value: value.to_owned(), across: across.map(ToOwned::to_owned), actions, users: 1, partial: None }
    }

    #[test]
    fn a_calendar_has_one_column_per_week() {
        let counts = [count("2026-03-02", None, 1), count("2026-03-10", None, 8), count("2026-03-15", None, 4)];
        assert_eq!(calendar(&counts, 80), "    Mar\nMon ░ ·\nTue · █\nWed · ·\nThu · ·\nFri · ·\nSat · ·\nSun · ▒");
        assert_eq!(calendar(&counts, 6).lines().nth(2), Some("Tue █"));
    }

    #[test]
    fn a_matrix_has_the_second_value_as_columns() {
        let counts = [count("a", Some("x"), 10), count("a", Some("y"), 2), count("bb", Some("y"), 3)];
        assert_eq!(matrix(&counts, 80), "     x  y\na   10  2\nbb   0  3");
        assert_eq!(matrix(&counts, 7), "     x\na   10\nbb   0\n(1 more column hidden: terminal too narrow)");
    }
}

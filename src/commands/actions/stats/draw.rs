//! Draws counts over time as a chart, and counts by two values as a matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{By, Count};
use crate::chart::{LineChart, Point, calendar, columns};
use crate::output::{fit, plural};

/// The counts of days as a calendar, those of other spans as columns; `None` of what is no span of time.
pub(super) fn chart(counts: &[Count], by: By, width: usize) -> Option<String> {
    let (unit, spans) = match by {
        By::Hour => ("actions an hour", "hours"),
        By::Day => {
            let day = |count: &Count| Some((count.value.parse().ok()?, value(count)));
            return Some(calendar(&counts.iter().filter_map(day).collect(), "actions", width));
        }
        By::Week => ("actions a week", "weeks"),
        By::Month => ("actions a month", "months"),
        By::Quarter => ("actions a quarter", "quarters"),
        _ => return None,
    };
    let point =
        |count: &Count| Point { name: count.value.clone(), value: value(count), partial: count.partial == Some(true) };
    let points = counts.iter().map(point).collect();
    let chart = LineChart { unit: unit.to_owned(), points, before: None, now: String::new() };
    Some(columns(&chart, spans, width))
}

#[expect(clippy::cast_precision_loss, reason = "a drawing needs no such precision")]
const fn value(count: &Count) -> f64 {
    count.actions as f64
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
    fn a_matrix_has_the_second_value_as_columns() {
        let counts = [count("a", Some("x"), 10), count("a", Some("y"), 2), count("bb", Some("y"), 3)];
        assert_eq!(matrix(&counts, 80), "     x  y\na   10  2\nbb   0  3");
        assert_eq!(matrix(&counts, 7), "     x\na   10\nbb   0\n(1 more column hidden: terminal too narrow)");
    }
}

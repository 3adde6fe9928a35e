//! Draws counts over time as a chart, and counts by two values as a matrix.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::query::Series;
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

/// Marks a span of time that a filter or the present cuts off.
const PARTIAL: &str = "*";

/// A matrix with the second value as its columns: as many as fit, the latest of spans of time, and a line with the number of
/// hidden columns.
pub(super) fn matrix(counts: &[Count], values: &Series, across: &Series, width: usize) -> String {
    let counted: HashSet<&str> = counts.iter().map(|count| count.value.as_str()).collect();
    let is_counted = |value: &str| counted.contains(value);
    let rows: Vec<(&str, String)> = values
        .iter()
        .filter(|(value, _)| is_counted(value))
        .map(|(value, partial)| (value.as_str(), title(value, *partial)))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let cells: HashMap<(&str, &str), i64> = counts
        .iter()
        .map(|count| ((count.value.as_str(), count.across.as_deref().unwrap_or_default()), count.actions))
        .collect();
    let head = rows.iter().map(|(_, title)| title.chars().count()).max().unwrap_or(0).min(32);
    let is_time = across.iter().any(|(_, partial)| partial.is_some());
    let mut used = head;
    let mut columns = Vec::new();
    let mut from_first = across.iter();
    let mut from_last = across.iter().rev();
    while let Some((name, partial)) = if is_time { from_last.next() } else { from_first.next() } {
        let digits = rows.iter().filter_map(|(row, _)| cells.get(&(*row, name.as_str()))).map(|n| n.to_string().len());
        let title = title(name, *partial);
        let column = title.chars().count().max(digits.max().unwrap_or(0));
        used += 2 + column;
        if used > width && !columns.is_empty() {
            break;
        }
        columns.push((name.as_str(), *partial, title, column));
    }
    if is_time {
        columns.reverse();
    }
    let mut lines = Vec::with_capacity(rows.len() + 3);
    let mut line = fit("", head);
    for (_, _, title, column) in &columns {
        let _ = write!(line, "  {title:>column$}");
    }
    lines.push(line);
    for (row, title) in &rows {
        let mut line = fit(title, head);
        for (name, _, _, column) in &columns {
            let cell = cells.get(&(row, name)).copied().unwrap_or(0);
            let _ = write!(line, "  {cell:>column$}");
        }
        lines.push(line.trim_end().to_owned());
    }
    if columns.len() < across.len() {
        let what = if is_time { "earlier column" } else { "more column" };
        let hidden = plural((across.len() - columns.len()) as u64, what);
        lines.push(format!("({hidden} hidden: terminal too narrow)"));
    }
    let of_rows = values.iter().filter(|(value, _)| is_counted(value)).map(|(_, partial)| *partial);
    if of_rows.chain(columns.iter().map(|column| column.1)).any(|partial| partial == Some(true)) {
        lines.push(format!("({PARTIAL} not complete)"));
    }
    lines.join("\n")
}

/// A value as the title of its row or column, marked if it is a span that is cut off.
fn title(value: &str, partial: Option<bool>) -> String {
    let mark = if partial == Some(true) { PARTIAL } else { "" };
    format!("{}{mark}", crate::output::visible(value))
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
        let values = vec![("a".to_owned(), None), ("bb".to_owned(), None)];
        let across = vec![("x".to_owned(), None), ("y".to_owned(), None)];
        assert_eq!(matrix(&counts, &values, &across, 80), "     x  y\na   10  2\nbb   0  3");
        assert_eq!(
            matrix(&counts, &values, &across, 7),
            "     x\na   10\nbb   0\n(1 more column hidden: terminal too narrow)"
        );
        let weeks = vec![("x".to_owned(), Some(false)), ("y".to_owned(), Some(true))];
        assert_eq!(
            matrix(&counts, &values, &weeks, 7),
            "    y*\na    2\nbb   3\n(1 earlier column hidden: terminal too narrow)\n(* not complete)"
        );
        assert_eq!(matrix(&[], &values, &weeks, 80), "");
    }
}

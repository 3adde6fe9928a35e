//! Draws counts over time as a chart, and counts by two values as a matrix.

use std::collections::BTreeMap;
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

/// Marks a span of time that a filter or the present cuts off.
const PARTIAL: &str = "*";

/// A matrix with the second value as its columns: as many as fit, the latest of spans of time, and a line with the number of
/// hidden columns.
pub(super) fn matrix(counts: &[Count], across: &[(String, Option<bool>)], width: usize) -> String {
    let mut rows: Vec<&str> = Vec::new();
    for count in counts {
        if !rows.contains(&count.value.as_str()) {
            rows.push(&count.value);
        }
    }
    let cells: BTreeMap<(&str, &str), i64> = counts
        .iter()
        .map(|count| ((count.value.as_str(), count.across.as_deref().unwrap_or_default()), count.actions))
        .collect();
    let is_time = across.iter().any(|(_, partial)| partial.is_some());
    // A row is cut off if all its cells are, and not only those of the columns that are.
    let has_whole_column = across.iter().any(|(_, cut)| *cut != Some(true));
    let is_cut = |row: &str| {
        let mut of_row = counts.iter().filter(|count| count.value == row);
        has_whole_column && of_row.all(|count| count.partial == Some(true))
    };
    let marked =
        |name: &str, is_cut: bool| format!("{}{}", crate::output::visible(name), if is_cut { PARTIAL } else { "" });
    let names: Vec<String> = rows.iter().map(|row| marked(row, is_cut(row))).collect();
    let head = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(32);
    let mut used = head;
    let mut columns = Vec::new();
    let mut from_first = across.iter();
    let mut from_last = across.iter().rev();
    while let Some((name, partial)) = if is_time { from_last.next() } else { from_first.next() } {
        let digits = rows.iter().filter_map(|row| cells.get(&(*row, name.as_str()))).map(|n| n.to_string().len()).max();
        let title = marked(name, *partial == Some(true));
        let column = title.chars().count().max(digits.unwrap_or(0));
        used += 2 + column;
        if used > width && !columns.is_empty() {
            break;
        }
        columns.push((name.as_str(), title, column));
    }
    if is_time {
        columns.reverse();
    }
    let mut lines = Vec::with_capacity(rows.len() + 2);
    if !rows.is_empty() {
        let mut line = fit("", head);
        for (_, title, column) in &columns {
            let _ = write!(line, "  {title:>column$}");
        }
        lines.push(line);
    }
    for (row, shown) in rows.into_iter().zip(&names) {
        let mut line = fit(shown, head);
        for (name, _, column) in &columns {
            let cell = cells.get(&(row, *name)).copied().unwrap_or(0);
            let _ = write!(line, "  {cell:>column$}");
        }
        lines.push(line.trim_end().to_owned());
    }
    if columns.len() < across.len() {
        let what = if is_time { "earlier column" } else { "more column" };
        let hidden = plural((across.len() - columns.len()) as u64, what);
        lines.push(format!("({hidden} hidden: terminal too narrow)"));
    }
    if names.iter().chain(columns.iter().map(|(_, title, _)| title)).any(|name| name.ends_with(PARTIAL)) {
        lines.push(format!("({PARTIAL} not complete)"));
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
        let across = [("x".to_owned(), None), ("y".to_owned(), None)];
        assert_eq!(matrix(&counts, &across, 80), "     x  y\na   10  2\nbb   0  3");
        assert_eq!(matrix(&counts, &across, 7), "     x\na   10\nbb   0\n(1 more column hidden: terminal too narrow)");
        let weeks = [("x".to_owned(), Some(false)), ("y".to_owned(), Some(true))];
        assert_eq!(
            matrix(&counts, &weeks, 7),
            "    y*\na    2\nbb   3\n(1 earlier column hidden: terminal too narrow)\n(* not complete)"
        );
    }
}

//! Columns of times in a workbook that have dates, and dates that are text: a program that reads them in another order leaves
//! those as text whose days are no months, and exchanges day and month of the others.

use std::collections::HashMap;

use crate::models::shorten;

/// What the columns have had so far.
#[derive(Default)]
pub(super) struct MixedDates {
    columns: HashMap<usize, ColumnDates>,
}

/// The first line with a date, and the first one with a text whose order of day and month counts.
#[derive(Default)]
struct ColumnDates {
    date: Option<u64>,
    text: Option<(u64, String)>,
}

impl MixedDates {
    /// What to do about it.
    pub(super) const HINT: &'static str = "a program that reads days and months in another order exchanges them where it \
                                           can, and leaves the others as text: export the dates again as 2026-04-13; or, \
                                           if they are right, add --time-format for the text";

    /// Adds a cell of a column of times.
    ///
    /// # Errors
    /// When the column has both.
    pub(super) fn add(&mut self, column: usize, name: &str, cell: &str, line: u64) -> Result<(), String> {
        let (is_date, is_text) = (is_date(cell), depends_on_order(cell));
        if !is_date && !is_text {
            return Ok(());
        }
        let found = self.columns.entry(column).or_default();
        if is_date {
            found.date.get_or_insert(line);
        } else {
            found.text.get_or_insert_with(|| (line, shorten(cell)));
        }
        match (&found.date, &found.text) {
            (Some(date), Some((other, text))) => {
                Err(format!("line {other}: {name}: {text:?} is text, and line {date} has a date"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a cell was a date: those are written in the order of ISO 8601, without an offset.
fn is_date(cell: &str) -> bool {
    cell.len() <= 23
        && cell.get(..10).is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok())
        && !cell.ends_with('Z')
}

/// Whether a text is a date that begins with the day or the month.
fn depends_on_order(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(3, ['.', '/', '-']).collect();
    let [first, second, rest] = parts.as_slice() else { return false };
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = |part: &str| matches!(part.len(), 1 | 2) && is_number(part);
    let year = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    is_short(first) && is_short(second) && matches!(year.len(), 2 | 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_texts_in_another_order_are_told_apart() {
        for date in ["2026-03-04", "2026-03-04T08:00:00", "2026-03-04T08:00:00.123"] {
            assert!(is_date(date) && !depends_on_order(date), "{date}");
        }
        for text in ["13/04/2026 08:00", "13.4.26", "4-13-2026, 8:00 PM"] {
            assert!(depends_on_order(text) && !is_date(text), "{text}");
        }
        for other in
            ["2026-03-04T08:00:00Z", "2026-03-04T08:00:00+02:00", "1773562442", "46096.34", "", "1.2.3", "v1.2"]
        {
            assert!(!is_date(other) && !depends_on_order(other), "{other}");
        }
    }
}

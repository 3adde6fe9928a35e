//! The columns of a table: which there is room for, and how wide each is.

use std::collections::BTreeSet;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

use super::Record;
use super::table::{GAP, is_time_column, title};
use crate::output::width::fit;

/// Minimum width of a prose column, unless its content is shorter.
const PROSE_WIDTH: usize = 16;
/// Minimum width of any other column of text, unless its content is shorter.
const TEXT_WIDTH: usize = 8;
/// The widest text that is never cut.
const WORD_WIDTH: usize = 12;

/// A column that has content.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Where its cells are in a row.
    pub(super) place: usize,
    /// The width of the widest cell, or of the heading.
    pub(super) width: usize,
    /// The width below which it is hidden.
    least: usize,
}

impl Column {
    pub(super) fn of<R: Record>(name: &'static str, place: usize, rows: &[Vec<String>]) -> Self {
        let cells = || rows.iter().map(|row| row[place].as_str());
        let width = cells().map(UnicodeWidthStr::width).max().unwrap_or(0).max(title(name).width());
        let least = if R::PROSE.contains(&name) {
            PROSE_WIDTH
        } else if name == "id" || name.ends_with("_id") {
            // Enough of each to tell them apart, and to look them up by.
            unique_start(cells()) + 1
        } else if R::NUMBERS.contains(&name) || is_time_column(name) {
            width
        } else if width <= WORD_WIDTH {
            // A word, as a stage or an outcome: a cut one cannot be read.
            width
        } else {
            TEXT_WIDTH
        };
        Self { name, place, width, least: least.max(title(name).width()).min(width) }
    }
}

/// The length of the shortest start that tells every cell from the others, if they are different.
fn unique_start<'a>(cells: impl Iterator<Item = &'a str>) -> usize {
    let cells: BTreeSet<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let common = |(one, other): (&&str, &&str)| one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    cells.iter().zip(cells.iter().skip(1)).map(common).max().unwrap_or(0) + 1
}

/// The widths of the columns that are shown, from the first on: all of them, if there is no limit.
pub(super) fn fitted(columns: &[Column], width: Option<usize>) -> Vec<usize> {
    let Some(width) = width else { return columns.iter().map(|column| column.width).collect() };
    let gap = usize::from(GAP);
    let mut free = width + gap;
    let mut widths = Vec::new();
    for column in columns {
        if column.least + gap > free {
            break;
        }
        free -= column.least + gap;
        widths.push(column.least);
    }
    if widths.is_empty() {
        return vec![width];
    }
    for (shown, column) in widths.iter_mut().zip(columns) {
        let more = (column.width - *shown).min(free);
        *shown += more;
        free -= more;
    }
    widths
}

/// A cell, cut to the width; of a file's name the end is kept, which tells files of a directory apart.
pub(super) fn shortened(column: &Column, cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    if column.name != "file_name" {
        return fit(cell, width).trim_end().to_owned();
    }
    let mut left = width.saturating_sub(1);
    let kept = cell.chars().rev().take_while(|c| {
        let wide = c.width().unwrap_or(0);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    });
    let kept: Vec<char> = kept.collect();
    std::iter::once('…').chain(kept.into_iter().rev()).collect()
}

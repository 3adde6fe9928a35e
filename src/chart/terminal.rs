//! Charts for a terminal: the values and scales of the pictures, drawn with characters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate, TimeDelta};

use super::{LineChart, ticks};
use crate::output::thousands;

/// The height of columns in lines, about.
const HEIGHT: usize = 8;
/// Maximum width of a column in characters, used when there are few columns.
const WIDEST: usize = 6;
/// Blocks filled from the bottom, by eighths.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The block of a column whose span is cut off.
const PARTIAL: char = '░';
/// Shades of a calendar, from zero to the largest.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

/// A column of the chart: one point, or several that share it.
#[derive(Default)]
struct Column {
    value: f64,
    partial: bool,
}

/// The values as columns over an axis with round numbers. If there are too many for the width, several share a column, in which
/// they are added; `unit_of_points` is what they are, for a message.
#[must_use]
pub fn columns(chart: &LineChart, unit_of_points: &str, width: usize) -> String {
    let (Some(first), Some(last)) = (chart.points.first(), chart.points.last()) else { return String::new() };
    // Reserves the width of the total for the scale, since no column can be larger.
    let total: f64 = chart.points.iter().map(|point| point.value).sum();
    let room = width.saturating_sub(shown(total * 2.0).len() + 2).max(1);
    let together = chart.points.len().div_ceil(room);
    let columns: Vec<Column> = chart
        .points
        .chunks(together)
        .map(|points| Column {
            value: points.iter().map(|point| point.value).sum(),
            partial: points.iter().any(|point| point.partial),
        })
        .collect();
    let wide = (room / columns.len()).clamp(1, WIDEST);
    let ticks = ticks(columns.iter().map(|column| column.value).fold(0.0, f64::max), 4);
    let (top, spans) = (ticks[ticks.len() - 1], ticks.len() - 1);
    // As many lines for each span between two numbers.
    let lines_per_span = (HEIGHT / spans).max(1);
    let height = spans * lines_per_span;
    let margin = ticks.iter().map(|tick| shown(*tick).len()).max().unwrap_or(0);
    let mut lines = vec![format!("{:margin$}  {}", "", chart.unit)];
    for line in (0..height).rev() {
        let is_tick = (line + 1) % lines_per_span == 0;
        let scale = if is_tick { shown(ticks[(line + 1) / lines_per_span]) } else { String::new() };
        let drawn: String = columns.iter().flat_map(|column| [column.block(line, height, top)].repeat(wide)).collect();
        lines.push(format!("{scale:>margin$} {}{}", if is_tick { '┤' } else { '│' }, drawn.trim_end()));
    }
    lines.push(format!("{:>margin$} ┼{}", shown(0.0), "─".repeat(columns.len() * wide)));
    let indent = margin + 2;
    let between = (columns.len() * wide).saturating_sub(first.name.len() + last.name.len());
    lines.push(match between {
        0 => format!("{:indent$}{}", "", first.name),
        _ => format!("{:indent$}{}{:between$}{}", "", first.name, "", last.name),
    });
    if together > 1 {
        lines.push(format!("{:indent$}{together} {unit_of_points} per column", ""));
    }
    if columns.iter().any(|column| column.partial && column.value > 0.0) {
        lines.push(format!("{:indent$}{PARTIAL} cut off by a filter or the present", ""));
    }
    lines.join("\n")
}

impl Column {
    /// What is drawn of it on a line, counted from below.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a drawing needs no such precision"
    )]
    fn block(&self, line: usize, height: usize, top: f64) -> char {
        // Rounded up, so that any value above zero is visible.
        let eighths = (self.value * (height * 8) as f64 / top).ceil() as usize;
        match eighths.saturating_sub(line * 8).min(8) {
            0 => ' ',
            _ if self.partial => PARTIAL,
            level => EIGHTHS[level],
        }
    }
}

/// A calendar with one column per week, Monday first, each day shaded by its value; the latest weeks that fit. `unit` is what the
/// values are.
#[must_use]
pub fn calendar(days: &BTreeMap<NaiveDate, f64>, unit: &str, width: usize) -> String {
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else { return String::new() };
    let monday = |day: NaiveDate| day - TimeDelta::days(day.weekday().num_days_from_monday().into());
    let fitting = i64::try_from(width.saturating_sub(4) / 2).unwrap_or(i64::MAX).max(1);
    let weeks = ((monday(*last) - monday(*first)).num_weeks() + 1).min(fitting);
    let start = monday(*last) - TimeDelta::weeks(weeks - 1);
    let most = days.range(start..).map(|(_, value)| *value).fold(0.0, f64::max);
    let ticks = ticks(most, 4);
    let top = ticks[ticks.len() - 1];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 4")]
    let shade = |day: NaiveDate| match days.get(&day) {
        Some(value) => SHADES[((value * 4.0 / top).ceil() as usize).min(4)],
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
    lines.push(legend(top, unit));
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// What the shades mean: each ends at a whole number.
#[expect(clippy::cast_precision_loss, reason = "five shades")]
fn legend(top: f64, unit: &str) -> String {
    let mut text = format!("    {} 0", SHADES[0]);
    let mut before = 0.0;
    for (n, shade) in SHADES.iter().enumerate().skip(1) {
        let end = (top * n as f64 / 4.0).floor();
        if end > before {
            let _ = write!(text, "  {shade} to {}", shown(end));
            before = end;
        }
    }
    format!("{text} {unit}")
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

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
fn shown(value: f64) -> String {
    thousands(value as u64)
}

#[cfg(test)]
mod tests {
    use super::super::Point;
    use super::*;

    fn chart(points: &[(&str, f64, bool)]) -> LineChart {
        let point = |(name, value, partial): &(&str, f64, bool)| Point {
            name: (*name).to_owned(),
            value: *value,
            partial: *partial,
        };
        LineChart {
            unit: "actions an hour".to_owned(),
            points: points.iter().map(point).collect(),
            before: None,
            now: String::new(),
        }
    }

    #[test]
    fn columns_stand_on_an_axis_with_round_numbers() {
        let chart =
            chart(&[("22:00", 40.0, false), ("23:00", 1.0, false), ("00:00", 0.0, false), ("01:00", 20.0, true)]);
        let (full, little, none, partial) = ("██████", "▂▂▂▂▂▂", "      ", "░░░░░░");
        let expected = [
            "    actions an hour".to_owned(),
            format!("40 ┤{full}"),
            format!("   │{full}"),
            format!("30 ┤{full}"),
            format!("   │{full}"),
            format!("20 ┤{full}{none}{none}{partial}"),
            format!("   │{full}{none}{none}{partial}"),
            format!("10 ┤{full}{none}{none}{partial}"),
            format!("   │{full}{little}{none}{partial}"),
            format!(" 0 ┼{}", "─".repeat(24)),
            "    22:00              01:00".to_owned(),
            "    ░ cut off by a filter or the present".to_owned(),
        ];
        assert_eq!(columns(&chart, "hours", 80).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn points_share_a_column_where_the_terminal_is_narrow() {
        let chart = chart(&[("first", 10.0, false); 100]);
        let drawn = columns(&chart, "weeks", 40);
        assert!(drawn.lines().all(|line| line.chars().count() <= 40), "{drawn}");
        assert!(drawn.contains("40 ┤████") && drawn.ends_with("4 weeks per column"), "{drawn}");
    }

    #[test]
    fn a_calendar_has_one_column_per_week() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = BTreeMap::from([(day("2026-03-02"), 1.0), (day("2026-03-10"), 8.0), (day("2026-03-15"), 4.0)]);
        let drawn = calendar(&days, "actions", 80);
        let shades = "    Mar\nMon ░ ·\nTue · █\nWed · ·\nThu · ·\nFri · ·\nSat · ·\nSun · ▒\n";
        assert_eq!(drawn, format!("{shades}    · 0  ░ to 2  ▒ to 4  ▓ to 6  █ to 8 actions"));
        assert_eq!(calendar(&days, "actions", 6).lines().nth(2), Some("Tue █"));
        let few = BTreeMap::from([(day("2026-03-02"), 1.0)]);
        assert!(calendar(&few, "actions", 80).ends_with("    · 0  █ to 1 actions"));
    }
}

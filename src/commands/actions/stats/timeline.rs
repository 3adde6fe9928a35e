//! Draws counts per hour or week as a line chart.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{By, Count};
use crate::output::thousands;

/// Height of the chart in lines.
const HEIGHT: usize = 6;
/// Maximum width of a column in characters, used when there are few columns.
const WIDEST: usize = 6;
/// Blocks filled from the bottom, by eighths.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Separator between the scale and the columns.
const AXIS: &str = " ┤";

/// The counts of hours or weeks as a filled line chart, the earliest at the left. Missing hours or weeks count as
/// zero; if there are too many for the width, several share a column.
pub(super) fn timeline(counts: &[Count], by: By, width: usize) -> String {
    let step = if by == By::Hour { TimeDelta::hours(1) } else { TimeDelta::weeks(1) };
    let known: Vec<(NaiveDateTime, i64)> =
        counts.iter().filter_map(|count| Some((start(&count.value)?, count.actions))).collect();
    let (Some((first, _)), Some((last, _))) = (known.first(), known.last()) else { return String::new() };
    let place = |time: NaiveDateTime| usize::try_from((time - *first).num_seconds() / step.num_seconds()).unwrap_or(0);
    let steps = place(*last) + 1;
    // Reserves the width of the total for the scale, since no column can be larger.
    let total: i64 = known.iter().map(|(_, actions)| actions).sum();
    let room = width.saturating_sub(thousands(total.unsigned_abs()).len() + AXIS.chars().count()).max(1);
    let together = steps.div_ceil(room);
    let mut columns = vec![0; steps.div_ceil(together)];
    for (time, actions) in &known {
        columns[place(*time) / together] += usize::try_from(*actions).unwrap_or(0);
    }
    let wide = (room / columns.len()).clamp(1, WIDEST);
    let most = columns.iter().copied().max().unwrap_or(0).max(1);
    let top = thousands(most as u64);
    let margin = top.len();
    let mut lines: Vec<String> = (0..HEIGHT)
        .rev()
        .map(|line| {
            let scale = if line + 1 == HEIGHT { top.as_str() } else { "" };
            // Rounded up, so that any count above zero is visible.
            let level = |n: &usize| (n * HEIGHT * 8).div_ceil(most).saturating_sub(line * 8).min(8);
            let drawn: String = columns.iter().flat_map(|n| [EIGHTHS[level(n)]].repeat(wide)).collect();
            format!("{scale:>margin$}{AXIS}{}", drawn.trim_end())
        })
        .collect();
    let (first, last) = (&counts[0].value, &counts[counts.len() - 1].value);
    let indent = margin + AXIS.chars().count();
    let between = (columns.len() * wide).saturating_sub(first.len() + last.len());
    lines.push(match between {
        0 => format!("{:indent$}{first}", ""),
        _ => format!("{:indent$}{first}{:between$}{last}", "", ""),
    });
    if together > 1 {
        let unit = if by == By::Hour { "hours" } else { "weeks" };
        lines.push(format!("{:indent$}{together} {unit} per column", ""));
    }
    lines.join("\n")
}

/// Parses the start of an hour (`2026-03-15T08:00`, with an offset if it is not in UTC) or of a week (`2026-03-09`).
fn start(value: &str) -> Option<NaiveDateTime> {
    DateTime::parse_from_str(value, "%Y-%m-%dT%H:%M%:z")
        .map(|time| time.naive_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(value, "%Y-%m-%dT%H:%M"))
        .ok()
        .or_else(|| value.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(value: &str, actions: i64) -> Count {
        Count { value: value.to_owned(), across: None, actions, users: 1, partial: None }
    }

    #[test]
    fn hours_without_actions_are_drawn_as_gaps() {
        let counts = [count("2026-03-15T22:00", 48), count("2026-03-15T23:00", 1), count("2026-03-16T01:00", 24)];
        let drawn = timeline(&counts, By::Hour, 80);
        let lines: Vec<&str> = drawn.lines().collect();
        let (full, little, none) = ("██████", "▁▁▁▁▁▁", "      ");
        let above = format!("   ┤{full}");
        let half = format!("   ┤{full}{none}{none}{full}");
        let below = format!("   ┤{full}{little}{none}{full}");
        assert_eq!(lines[0], format!("48 ┤{full}"));
        assert_eq!(lines[1..], [&above, &above, &half, &half, &below, "    2026-03-15T22:00"]);
    }

    #[test]
    fn weeks_are_combined_to_fit_the_terminal() {
        let weeks: Vec<Count> = (0..100)
            .map(|week| {
                let day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + TimeDelta::weeks(week);
                count(&day.to_string(), 10)
            })
            .collect();
        let drawn = timeline(&weeks, By::Week, 40);
        assert!(drawn.lines().all(|line| line.chars().count() <= 40), "{drawn}");
        assert!(drawn.starts_with("40 ┤█") && drawn.ends_with("4 weeks per column"), "{drawn}");
        assert!(drawn.contains("2024-01-01") && drawn.contains("2025-11-24"), "{drawn}");
    }
}

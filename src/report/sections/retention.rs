//! Who came back, week by week.

use crate::analytics::{RetentionCell, activity_weeks, retention};
use crate::chart::{Grid, GridRow, grid};
use crate::clock::Unit;
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::report::table::{Column, FEW, Secrecy};
use crate::report::{Cell, Chart, DataTable, Scope, Section};

/// The most weeks that fit a page.
const MOST: usize = 13;

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let unit = Unit::Week(scope.week_start);
    let end = scope.end().max(scope.since);
    let activity = activity_weeks(unit, (Timestamp::FIRST, end), scope.users.as_ref(), scope.clock, db)?;
    let mut weeks = scope.clock.periods(unit, scope.since, end)?;
    weeks.drain(..weeks.len().saturating_sub(MOST));
    let names: Vec<(String, bool)> = weeks.iter().map(|week| (week.name.clone(), week.end > end)).collect();
    let cells = retention(&activity, &names);
    let is_hidden = |n: u64| !scope.shows_small && (1..FEW).contains(&n);
    let (mut back, mut first) = (0, 0);
    // Of the weeks whose numbers are shown: that of all would tell the others.
    let is_told = |cell: &&RetentionCell| !is_hidden(cell.users) && !is_hidden(cell.active);
    for cell in cells.iter().filter(|cell| cell.weeks_later == 1 && !cell.partial).filter(is_told) {
        back += cell.active;
        first += cell.users;
    }
    let finding = match crate::analytics::percent(back, first) {
        Some(percent) => {
            format!("{percent} % of those whose first actions were in these weeks came back in the week after.")
        }
        None if cells.is_empty() => "Nobody began in these weeks.".to_owned(),
        None => "Too few people began in these weeks, or no week has passed since.".to_owned(),
    };
    let columns = vec![
        Column::key("week", "First week"),
        Column::new("people", "People"),
        Column::key("weeks_later", "Weeks later"),
        Column::new("active", "Active"),
        Column::new("retention_percent", "Share").told_by(Secrecy::Follows(&[3])),
        Column::new("partial", "Note"),
    ];
    let row = |cell: &RetentionCell| {
        let is_small = is_hidden(cell.users);
        vec![
            Cell::Text(cell.week.clone()),
            Cell::People(cell.users),
            Cell::Number(cell.weeks_later),
            if is_small { Cell::Hidden } else { Cell::People(cell.active) },
            if is_small { Cell::Hidden } else { Cell::Percent(cell.retention_percent) },
            Cell::Text(if cell.partial { "partial" } else { "" }.to_owned()),
        ]
    };
    let table = DataTable { columns, rows: cells.iter().map(row).collect() };
    let mut rows: Vec<GridRow> = Vec::new();
    for cell in &cells {
        let name = cell.week.get(5..).unwrap_or(&cell.week).to_owned();
        if cell.weeks_later == 0 {
            rows.push(GridRow { name, cells: Vec::new() });
        }
        let percent = cell.retention_percent.unwrap_or(0.0);
        let shown = if cell.users == 0 {
            (0.0, "–".to_owned())
        } else if is_hidden(cell.users) || is_hidden(cell.active) {
            (0.0, "·".to_owned())
        } else {
            (percent / 100.0, format!("{percent:.0}"))
        };
        if let Some(row) = rows.last_mut() {
            row.cells.push(shown);
        }
    }
    let longest = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let drawn = Grid {
        across: "% active so many weeks later".to_owned(),
        columns: (0..longest).map(|n| n.to_string()).collect(),
        rows,
    };
    Ok(Section {
        name: "retention",
        title: "Who came back",
        finding,
        chart: (!cells.is_empty()).then(|| Box::new(move |description: &_| grid(&drawn, description)) as Chart),
        table,
        definition: "People by the week of their very first action, and how many of them acted in each week after it; of a long \
                     period, the last 13 weeks. The sentence is about the weeks whose numbers are shown.",
    })
}

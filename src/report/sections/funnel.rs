//! How far people came who enrolled in the period.

use super::{drawn, number_of_people};
use crate::analytics::{FunnelQuery, FunnelStep};
use crate::chart::{Bar, bars};
use crate::db::Db;
use crate::models::ActionType;
use crate::report::table::{Column, FEW, Secrecy};
use crate::report::{Cell, DataTable, Scope, Section};

const STEPS: [ActionType; 4] =
    [ActionType::Enrolled, ActionType::StartedModule, ActionType::CompletedModule, ActionType::CompletedCourse];

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let funnel = FunnelQuery {
        steps: &STEPS,
        since: Some(scope.since),
        until: Some(scope.end()),
        within: None,
        users: scope.users.as_ref(),
        groups: None,
    };
    let steps = funnel.steps(db)?;
    let last = &steps[steps.len() - 1];
    let columns = vec![
        Column::key("step", "Step"),
        Column::new("people", "People"),
        Column::new("of_first_percent", "Of all").told_by(Secrecy::Follows(&[1])),
        Column::new("conversion_percent", "Of the step before").told_by(Secrecy::Follows(&[4])),
        Column::new("dropped", "Dropped out").told_by(Secrecy::DropFrom(1)),
        Column::new("median_days", "Median time").told_by(Secrecy::Follows(&[1])),
    ];
    let mut table = DataTable { columns, rows: steps.iter().map(cells).collect() };
    if !scope.shows_small {
        table.hide_small();
    }
    let first = steps[0].users;
    // Where it is hidden in the table, the sentence does not tell it.
    let finding = match (&table.rows[steps.len() - 1][2], last.of_first_percent) {
        _ if first == 0 => "Nobody enrolled for the first time.".to_owned(),
        _ if last.users == 0 => "Nobody who enrolled has gone through all steps so far.".to_owned(),
        (Cell::Percent(_), Some(percent)) => {
            format!("{percent} % of those who enrolled have gone through all steps so far.")
        }
        _ if (1..FEW).contains(&last.users) => "Fewer than 5 people have gone through all steps so far.".to_owned(),
        _ => format!("{} enrolled for the first time.", number_of_people(first, scope.shows_small)),
    };
    let bar = |(n, step): (usize, &FunnelStep)| Bar {
        name: words(step.step),
        value: if table.rows[n][1] == Cell::Hidden { 0.0 } else { drawn(step.users, scope.shows_small) },
        whole: Some(drawn(first, scope.shows_small)),
        label: table.rows[n][1].shown(),
    };
    let drawn: Vec<Bar> = steps.iter().enumerate().map(bar).collect();
    Ok(Section {
        name: "funnel",
        title: "From enrollment to completion",
        finding,
        chart: (first > 0).then(|| Box::new(move |description: &_| bars(&drawn, description)) as crate::report::Chart),
        table,
        definition: "People who enrolled for the first time in the period, and how far they have come until now. A step counts \
                     at or after the step before it.",
    })
}

fn words(step: ActionType) -> String {
    step.as_str().replace('_', " ")
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a life")]
fn cells(step: &FunnelStep) -> Vec<Cell> {
    let days = step.median_seconds.map(|seconds| (seconds as f64 / 8_640.0).round() / 10.0);
    let is_first = step.dropped.is_none();
    vec![
        Cell::Text(words(step.step)),
        Cell::People(step.users),
        Cell::Percent(step.of_first_percent),
        if is_first { Cell::Empty } else { Cell::Percent(step.conversion_percent) },
        step.dropped.map_or(Cell::Empty, Cell::People),
        if is_first { Cell::Empty } else { Cell::Days(days) },
    ]
}

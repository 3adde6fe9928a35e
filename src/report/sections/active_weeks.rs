//! How many people were active in each week.

use super::{drawn, named};
use crate::analytics::{Activity, activity_weeks};
use crate::chart::{LineChart, Point, line};
use crate::clock::{Period, Unit};
use crate::db::Db;
use crate::report::table::{Column, FEW};
use crate::report::{Cell, DataTable, Scope, Section};

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let unit = Unit::Week(scope.week_start);
    let users = scope.users.as_ref();
    let activity = activity_weeks(unit, (scope.since, scope.end()), users, scope.clock, db)?;
    let earlier = scope.before.map(|span| activity_weeks(unit, span, users, scope.clock, db)).transpose()?;
    let weeks = |since, until| scope.clock.periods(unit, since, until);
    let now = weeks(scope.since, scope.end().max(scope.since))?;
    let before = scope.before.map(|(since, until)| weeks(since, until)).transpose()?;
    let is_partial = |week: &Period| week.start < scope.since || week.end > scope.end();
    let of = |activity: &Activity, weeks: &[Period]| -> Vec<u64> {
        let counts = activity.counts();
        weeks.iter().map(|week| counts.get(week.name.as_str()).copied().unwrap_or(0)).collect()
    };
    let counts = of(&activity, &now);
    let counts_before = match (&earlier, &before) {
        (Some(earlier), Some(weeks)) => of(earlier, weeks),
        _ => Vec::new(),
    };
    let largest = counts.iter().copied().max().unwrap_or(0);
    let busiest = now.iter().zip(&counts).filter(|(_, count)| **count == largest).map(|(week, _)| week.name.as_str());
    let finding = match (largest, &*busiest.collect::<Vec<_>>()) {
        (0, _) => "Nobody was active.".to_owned(),
        (1..FEW, _) if !scope.shows_small => format!("In no week were {FEW} or more people active."),
        (most, [week]) => {
            format!("The busiest week began on {week}, with {}.", super::number_of_people(most, true))
        }
        (most, weeks) => {
            format!("The busiest weeks began on {}, each with {}.", named(weeks), super::number_of_people(most, true))
        }
    };
    // The earlier time may touch more weeks.
    let weeks_before = before.as_deref().unwrap_or_default();
    let is_partial_before =
        |week: &Period| scope.before.is_some_and(|(since, until)| week.start < since || week.end > until);
    let rows = (0..now.len().max(weeks_before.len())).map(|n| {
        let week = |weeks: &[Period]| Cell::Text(weeks.get(n).map(|week| week.name.clone()).unwrap_or_default());
        let people = |counts: &[u64]| counts.get(n).map_or(Cell::Empty, |count| Cell::People(*count));
        let mut partial = Vec::new();
        partial.extend(now.get(n).is_some_and(is_partial).then_some("partial"));
        partial.extend(weeks_before.get(n).is_some_and(is_partial_before).then_some("partial before"));
        let mut row = vec![week(&now), people(&counts), week(weeks_before), people(&counts_before)];
        row.push(Cell::Text(partial.join(", ")));
        row
    });
    let columns = vec![
        Column::key("week", "Week of"),
        Column::new("people", "Active people"),
        Column::new("week_before", "Week before"),
        Column::new("before", "Before"),
        Column::new("partial", "Note"),
    ];
    let table = DataTable { columns, rows: rows.collect() };
    let shows_small = scope.shows_small;
    let short = |name: &str| name.get(5..).unwrap_or(name).to_owned();
    let chart = LineChart {
        unit: "active people a week".to_owned(),
        points: now
            .iter()
            .zip(&counts)
            .map(|(week, count)| Point {
                name: short(&week.name),
                value: drawn(*count, shows_small),
                partial: is_partial(week),
            })
            .collect(),
        before: before.map(|_| {
            (scope.before_name.clone(), counts_before.iter().map(|count| drawn(*count, shows_small)).collect())
        }),
        now: scope.period.clone(),
    };
    Ok(Section {
        name: "active-weeks",
        title: "Active people a week",
        finding,
        chart: Some(Box::new(move |description| line(&chart, description))),
        table,
        definition: "People with at least one action in the week. Weeks that begin before the period or end after it are \
                     partial (hatched in the chart): they count the days of the period only.",
    })
}

//! What became of those who enrolled, by course and by cohort.

use std::cmp::Reverse;

use super::drawn;
use crate::analytics::{Completion, Completions, EnrolledIn};
use crate::chart::{Bar, bars};
use crate::db::Db;
use crate::output::plural;
use crate::report::table::{Column, FEW, Secrecy};
use crate::report::{Cell, Chart, DataTable, Scope, Section};

/// The most courses or cohorts that are drawn.
const MOST: usize = 12;

pub(in crate::report) fn courses(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    section(EnrolledIn::Course, "courses", "Completion by course", scope, db)
}

pub(in crate::report) fn cohorts(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    section(EnrolledIn::Cohort, "cohorts", "Completion by cohort", scope, db)
}

fn section(
    kind: EnrolledIn,
    name: &'static str,
    title: &'static str,
    scope: &Scope,
    db: &mut Db,
) -> anyhow::Result<Section> {
    if scope.completions.get().is_none() {
        let read = Completions::read((Some(scope.since), Some(scope.end())), scope.users.as_ref(), db)?;
        scope.completions.get_or_init(|| read);
    }
    let Some(completions) = scope.completions.get() else { anyhow::bail!("the completions were not read") };
    let counts = completions.of(kind);
    let columns = vec![
        Column::key(kind.as_str(), if kind == EnrolledIn::Course { "Course" } else { "Cohort" }),
        Column::new("enrolled", "Enrolled").told_by(Secrecy::Parts),
        Column::new("started", "Started").told_by(Secrecy::Parts),
        Column::new("completed", "Completed").told_by(Secrecy::Parts),
        Column::new("left", "Left").told_by(Secrecy::Parts),
        Column::new("completion_percent", "Rate").told_by(Secrecy::Follows(&[1, 3])),
        Column::new("median_days", "Median time").told_by(Secrecy::Follows(&[3])),
    ];
    let rows = counts.iter().map(|count| {
        vec![
            Cell::Text(count.target.clone()),
            Cell::People(count.enrolled),
            Cell::People(count.started),
            Cell::People(count.completed),
            Cell::People(count.left),
            Cell::Percent(count.completion_percent),
            Cell::Days(count.median_days),
        ]
    });
    let mut table = DataTable { columns, rows: rows.collect() };
    if !scope.shows_small {
        table.hide_small();
    }
    let is_told = |count: &Completion| scope.shows_small || (count.completed >= FEW && count.enrolled >= FEW);
    // Where the rate is hidden in the table, the sentence does not tell it.
    let is_shown = |(row, count): &(&Vec<Cell>, &Completion)| row[5] != Cell::Hidden && is_told(count);
    let shown = || table.rows.iter().zip(counts).filter(is_shown).map(|(_, count)| count);
    let best = shown().max_by(|a, b| {
        a.completion_percent
            .unwrap_or(0.0)
            .total_cmp(&b.completion_percent.unwrap_or(0.0))
            .then(b.target.cmp(&a.target))
    });
    let finding = match best {
        _ if counts.is_empty() => format!("Nobody enrolled in a {}.", kind.as_str()),
        Some(best) if counts.len() > 1 => {
            let rate = best.completion_percent.unwrap_or(0.0);
            match shown().filter(|count| count.completion_percent == best.completion_percent).count() {
                1 => format!("{} has the highest rate, {rate} %.", best.target),
                n => format!("{n} of {} have the highest rate, {rate} %.", plural(counts.len() as u64, kind.as_str())),
            }
        }
        Some(best) => format!("{} % have completed {}.", best.completion_percent.unwrap_or(0.0), best.target),
        None if counts.iter().all(|count| count.completed == 0) => {
            format!("Nobody who enrolled in a {} has completed it so far.", kind.as_str())
        }
        None => "The rates are hidden: they would disclose numbers of few people.".to_owned(),
    };
    let bar = |(row, count): (&Vec<Cell>, &Completion)| {
        // Its length would disclose a hidden number.
        let length = |cell: &Cell, n: u64| if *cell == Cell::Hidden { 0.0 } else { drawn(n, scope.shows_small) };
        Bar {
            name: count.target.clone(),
            value: length(&row[3], count.completed),
            whole: Some(length(&row[1], count.enrolled)),
            label: match (&row[3], &row[5]) {
                (Cell::Few, Cell::Hidden) => "<5".to_owned(),
                (_, rate) => rate.shown(),
            },
        }
    };
    // The largest are drawn, in the order of the table.
    let mut largest: Vec<usize> = (0..counts.len()).collect();
    largest.sort_by_key(|n| Reverse(counts[*n].enrolled));
    largest.truncate(MOST);
    largest.sort_unstable();
    let drawn: Vec<Bar> = largest.into_iter().map(|n| bar((&table.rows[n], &counts[n]))).collect();
    let finding = if counts.len() > drawn.len() {
        format!("{finding} The chart has the {MOST} largest of {}.", counts.len())
    } else {
        finding
    };
    Ok(Section {
        name,
        title,
        finding,
        chart: (!drawn.is_empty()).then(|| Box::new(move |description: &_| bars(&drawn, description)) as Chart),
        table,
        definition: "People who first enrolled in the period, and what became of the enrollment until now. Started: a module of \
                     it. Left: unenrolled, not completed, not enrolled again. The time is from enrollment to completion.",
    })
}

//! What became of those who enrolled, by course and by cohort.

use super::drawn;
use crate::analytics::{Completion, EnrolledIn, Enrollments, completions};
use crate::chart::{Bar, bars};
use crate::db::Db;
use crate::report::table::{Column, Secrecy};
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
    if scope.enrollments.get().is_none() {
        let read = Enrollments::load(db)?;
        scope.enrollments.get_or_init(|| read);
    }
    let Some(enrollments) = scope.enrollments.get() else { anyhow::bail!("the enrollments were not read") };
    let span = (Some(scope.since), Some(scope.until));
    let counts = completions(kind, span, scope.users.as_ref(), enrollments);
    let is_told = |count: &Completion| scope.shows_small || (count.completed >= 5 && count.enrolled >= 5);
    let best = counts.iter().filter(|count| is_told(count)).max_by(|a, b| {
        a.completion_percent
            .unwrap_or(0.0)
            .total_cmp(&b.completion_percent.unwrap_or(0.0))
            .then(b.target.cmp(&a.target))
    });
    let finding = match best {
        _ if counts.is_empty() => format!("Nobody enrolled in a {}.", kind.as_str()),
        Some(best) if counts.len() > 1 => {
            format!("{} has the highest rate, {} %.", best.target, best.completion_percent.unwrap_or(0.0))
        }
        Some(best) => format!("{} % have completed {}.", best.completion_percent.unwrap_or(0.0), best.target),
        None => "Few people have completed it.".to_owned(),
    };
    let columns = vec![
        Column::key(kind.as_str(), if kind == EnrolledIn::Course { "Course" } else { "Cohort" }),
        Column::new("enrolled", "Enrolled"),
        Column::new("started", "Started"),
        Column::new("completed", "Completed"),
        Column::new("left", "Left"),
        Column::new("completion_percent", "Rate").told_by(Secrecy::Follows(3)),
        Column::new("median_days", "Median time").told_by(Secrecy::Follows(3)),
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
    let table = DataTable { columns, rows: rows.collect() };
    let bar = |count: &Completion| Bar {
        name: count.target.clone(),
        value: drawn(count.completed, scope.shows_small),
        whole: Some(drawn(count.enrolled, scope.shows_small)),
        label: if is_told(count) { Cell::Percent(count.completion_percent).shown() } else { "<5".to_owned() },
    };
    let drawn: Vec<Bar> = counts.iter().take(MOST).map(bar).collect();
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

//! The champion pipeline.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::prelude::*;

use super::{drawn, number_of_people};
use crate::analytics::{CohortGroup, percent, percentile, stage_tallies};
use crate::chart::{Bar, bars};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::models::Stage;
use crate::report::table::{Column, FEW, Secrecy};
use crate::report::{Cell, Chart, DataTable, Scope, Section};
use crate::schema::champion;
use crate::selection::since;

/// How long a candidate or selected person should wait at most.
const PATIENCE: Duration = Duration::from_secs(30 * 86_400);

/// Who entered a stage, is there, or went on: any two of the numbers tell the third, but for those who withdrew.
const RELATED: [usize; 3] = [2, 3, 5];

/// The stages that a few fewer people entered than the one before.
fn small_differences(entered: &[(Stage, u64)]) -> BTreeSet<Stage> {
    let is_next = |pair: &&[(Stage, u64)]| pair[0].0.rule().next == Some(pair[1].0);
    let is_small = |pair: &&[(Stage, u64)]| (1..FEW).contains(&pair[0].1.abs_diff(pair[1].1));
    entered.windows(2).filter(is_next).filter(is_small).map(|pair| pair[1].0).collect()
}

/// The rows whose numbers tell a small one, alone or with the row of the stage before; and one of each stage whose total is
/// hidden.
fn telling_rows(table: &DataTable, stages: &[Stage], hidden_totals: &BTreeSet<Stage>) -> BTreeSet<usize> {
    let people = |row: &[Cell], column: usize| match row[column] {
        Cell::People(n) => n,
        _ => 0,
    };
    let is_few = |row: &[Cell]| RELATED.iter().any(|column| (1..FEW).contains(&people(row, *column)));
    let mut rows: BTreeSet<usize> = (0..table.rows.len()).filter(|row| is_few(&table.rows[*row])).collect();
    for (n, pair) in table.rows.windows(2).enumerate().filter(|(_, pair)| pair[0][0] == pair[1][0]) {
        let entered = [0, 1].map(|row| (stages[n + row], people(&pair[row], 2)));
        rows.extend((!small_differences(&entered).is_empty()).then_some(n + 1));
    }
    for stage in hidden_totals {
        let mut of_stage = (0..table.rows.len()).filter(|row| stages[*row] == *stage);
        if !of_stage.clone().any(|row| rows.contains(&row)) {
            rows.extend(of_stage.next());
        }
    }
    rows
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a life")]
pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let is_counted = |user: &str| scope.users.as_ref().is_none_or(|users| users.contains(user));
    let tallies = stage_tallies(|history| is_counted(&history.user_id), true, None, db)?;
    let standing: Vec<(String, Option<String>, Stage, Option<Timestamp>)> = champion::table
        .select((champion::user_id, champion::cohort_id, champion::stage, since()))
        .load(&mut db.conn)?;
    let mut now: BTreeMap<(Option<String>, Stage), (u64, u64)> = BTreeMap::new();
    let (mut in_pipeline, mut waiting) = (BTreeSet::new(), BTreeSet::new());
    for (user, cohort, stage, since) in standing.into_iter().filter(|(user, ..)| is_counted(user)) {
        let (there, overdue) = now.entry((cohort, stage)).or_default();
        *there += 1;
        let waits = matches!(stage, Stage::Candidate | Stage::Selected);
        let is_overdue = waits && since.is_some_and(|since| scope.as_of.since(since) > PATIENCE);
        *overdue += u64::from(is_overdue);
        // Somebody may have several records.
        if is_overdue {
            waiting.insert(user.clone());
        }
        if stage.is_open() {
            in_pipeline.insert(user);
        }
    }
    let (here, overdue) = (in_pipeline.len() as u64, waiting.len() as u64);
    let finding = match here {
        0 => "Nobody is in the pipeline.".to_owned(),
        here => format!(
            "{} in the pipeline; {} waited longer than 30 days for the next stage.",
            number_of_people(here, scope.shows_small),
            number_of_people(overdue, scope.shows_small)
        ),
    };
    let columns = vec![
        Column::key("cohort", "Cohort"),
        Column::key("stage", "Stage"),
        Column::new("entered", "Entered").told_by(Secrecy::PartsBy(1)),
        Column::new("in_stage", "There now").told_by(Secrecy::Parts),
        Column::new("overdue", "Overdue").told_by(Secrecy::Parts),
        Column::new("went_on", "Went on"),
        Column::new("conversion_percent", "Went on, share").told_by(Secrecy::Follows(&[2, 5])),
        Column::new("median_days", "Median stay").told_by(Secrecy::Follows(&[2])),
    ];
    let mut totals: BTreeMap<Stage, u64> = BTreeMap::new();
    let rows = tallies.iter().map(|((cohort, _, stage), tally)| {
        let cohort = cohort.clone().unwrap_or(CohortGroup(None)).0;
        let (there, overdue) = now.get(&(cohort.clone(), *stage)).copied().unwrap_or_default();
        *totals.entry(*stage).or_default() += tally.entered;
        let days = percentile(&tally.stays, 50).map(|seconds| (seconds as f64 / 8_640.0).round() / 10.0);
        let goes_on = stage.rule().next.is_some();
        vec![
            Cell::Text(cohort.unwrap_or_else(|| "(no cohort)".to_owned())),
            Cell::Text(stage.to_string()),
            Cell::People(tally.entered),
            Cell::People(there),
            if matches!(stage, Stage::Candidate | Stage::Selected) { Cell::People(overdue) } else { Cell::Empty },
            if goes_on { Cell::People(tally.went_on) } else { Cell::Empty },
            if goes_on { Cell::Percent(percent(tally.went_on, tally.entered)) } else { Cell::Empty },
            Cell::Days(days),
        ]
    });
    let mut table = DataTable { columns, rows: rows.collect() };
    let mut hidden_totals = BTreeSet::new();
    if !scope.shows_small {
        hidden_totals = small_differences(&totals.iter().map(|(stage, n)| (*stage, *n)).collect::<Vec<_>>());
        table.hide_rows(
            &RELATED,
            1,
            telling_rows(&table, &tallies.keys().map(|key| key.2).collect::<Vec<_>>(), &hidden_totals),
        );
    }
    let bar = |(stage, entered): (&Stage, &u64)| {
        let cell = if hidden_totals.contains(stage) { Cell::Hidden } else { Cell::People(*entered) };
        Bar {
            name: stage.to_string(),
            value: if cell == Cell::Hidden { 0.0 } else { drawn(*entered, scope.shows_small) },
            whole: None,
            label: if !scope.shows_small && (1..FEW).contains(entered) { "<5".to_owned() } else { cell.shown() },
        }
    };
    let drawn: Vec<Bar> = totals.iter().map(bar).collect();
    Ok(Section {
        name: "champions",
        title: "Champion pipeline",
        finding,
        chart: (!drawn.is_empty()).then(|| Box::new(move |description: &_| bars(&drawn, description)) as Chart),
        table,
        definition: "All champion records until now, including withdrawn ones, by the stages that they entered (the chart) and \
                     their cohort (the table). Overdue: candidate or selected for more than 30 days.",
    })
}

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
use crate::report::table::{Column, Secrecy};
use crate::report::{Cell, Chart, DataTable, Scope, Section};
use crate::schema::champion;
use crate::selection::since;

/// How long a candidate or selected person should wait at most.
const PATIENCE: Duration = Duration::from_secs(30 * 86_400);

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
    let table = DataTable { columns, rows: rows.collect() };
    let shows_small = scope.shows_small;
    let bar = |(stage, entered): (&Stage, &u64)| Bar {
        name: stage.to_string(),
        value: drawn(*entered, shows_small),
        whole: None,
        label: if !shows_small && (1..5).contains(entered) { "<5".to_owned() } else { Cell::People(*entered).shown() },
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

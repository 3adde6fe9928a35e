//! Whether the numbers can be trusted.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

use crate::analytics::{
    IDLE_ADMINISTRATOR, LIKELY_DUPLICATE, Likeness, RECORD_OF_NOBODY, ROLE_AND_STAGE, inconsistencies,
};
use crate::db::Db;
use crate::db::types::Timestamp;
use crate::db::types::sql::UtcTimestamp;
use crate::models::{ParkedEvent, RunOutcome, SourceSystem};
use crate::output::{plural, span};
use crate::report::table::{Column, FEW};
use crate::report::{Cell, DataTable, Scope, Section};
use crate::schema::{import_run, user_action};

/// A source without events for this long is silent, if no other age is configured.
const SILENT: Duration = Duration::from_secs(7 * 86_400);
/// An administrator without an action for this long is idle, as in `rollbook check`.
const IDLE: Duration = Duration::from_secs(90 * 86_400);

/// What `rollbook check` finds, in words for one and for several.
const RULES: [(&str, &str, &str); 4] = [
    (ROLE_AND_STAGE, "role that does not fit the stage", "roles that do not fit the stage"),
    (IDLE_ADMINISTRATOR, "idle administrator", "idle administrators"),
    (RECORD_OF_NOBODY, "open champion record of nobody", "open champion records of nobody"),
    (LIKELY_DUPLICATE, "likely duplicate", "likely duplicates"),
];

pub(in crate::report) fn section(scope: &Scope, db: &mut Db) -> anyhow::Result<Section> {
    let runs = || {
        import_run::table.filter(import_run::started_at.ge(scope.since)).filter(import_run::started_at.lt(scope.end()))
    };
    let imports: i64 = runs().select(count_star()).get_result(&mut db.conn)?;
    let failed: i64 = runs()
        .filter(import_run::outcome.ne_all([RunOutcome::Committed]))
        .select(count_star())
        .get_result(&mut db.conn)?;
    let newest = import_run::table.select(import_run::finished_at).order(import_run::finished_at.desc());
    let last: Option<Timestamp> = newest.first(&mut db.conn).optional()?;
    let rejected: Vec<i64> = runs().select(import_run::rejected).load(&mut db.conn)?;
    let conflicts: Vec<i64> = runs().select(import_run::conflict).load(&mut db.conn)?;
    let parked = ParkedEvent::count(&mut db.conn)?;
    let ahead: i64 = user_action::table
        .filter(user_action::occurred_at.gt(scope.as_of))
        .select(count_star())
        .get_result(&mut db.conn)?;
    let time = db.conn.engine().unindexed("occurred_at");
    let mut sources: Vec<(Option<String>, Option<Timestamp>)> = user_action::table
        .filter(sql::<Bool>(&time).sql(" <= ").bind::<UtcTimestamp, _>(scope.as_of))
        .group_by(user_action::source_system)
        .select((user_action::source_system, sql::<Nullable<UtcTimestamp>>("max(occurred_at)")))
        .load(&mut db.conn)?;
    sources.sort_unstable(); // The engines do not agree where the missing one stands.
    let sum = |counts: Vec<i64>| counts.iter().sum::<i64>().unsigned_abs();
    let (rejected, conflicts) = (sum(rejected), sum(conflicts));
    let mut rows = vec![
        row("Imports in the period", Cell::Number(imports.unsigned_abs())),
        row("Imports that failed", Cell::Number(failed.unsigned_abs())),
        row("Last import", Cell::Text(last.map_or_else(|| "none".to_owned(), |last| scope.shown(last)))),
        row("Rows rejected", Cell::Number(rejected)),
        row("Rows in conflict", Cell::Number(conflicts)),
        row("Events parked", Cell::Number(parked.unsigned_abs())),
        row("Events in the future", Cell::Number(ahead.unsigned_abs())),
    ];
    let mut silent = Vec::new();
    for (source, newest) in sources {
        let Some(newest) = newest else { continue };
        let known = source.as_deref().and_then(|source| source.parse::<SourceSystem>().ok());
        let max_age = known.and_then(|source| scope.max_ages.get(&source)).copied().unwrap_or(SILENT);
        let source = source.unwrap_or_else(|| "(no source)".to_owned());
        let age = scope.as_of.since(newest);
        let is_silent = age > max_age;
        let words = format!("{}, {} ago{}", scope.shown(newest), span(age), if is_silent { ": silent" } else { "" });
        rows.push(vec![Cell::Text(format!("Newest event of {source}")), Cell::Text(words)]);
        if is_silent {
            silent.push(format!("{source} for more than {}", span(max_age)));
        }
    }
    let mut problems = Vec::new();
    if failed > 0 {
        problems.push(format!("{} failed", plural(failed.unsigned_abs(), "import")));
    }
    if rejected + conflicts > 0 {
        problems.push(format!("{} refused", plural(rejected + conflicts, "row")));
    }
    if parked > 0 {
        problems.push(format!("{} parked", plural(parked.unsigned_abs(), "event")));
    }
    if !silent.is_empty() {
        problems.push(format!("no event of {}", silent.join(", nor of ")));
    }
    let found = findings(scope, db)?;
    for (_, one, several) in RULES {
        let n = found.get(one).copied().unwrap_or_default();
        // They are people, as those whom the other sections count.
        let is_hidden = !scope.shows_small && (1..FEW).contains(&n);
        rows.push(row(&capitalized(several), if is_hidden { Cell::Few } else { Cell::Number(n) }));
        match n {
            0 => {}
            _ if is_hidden => problems.push(format!("fewer than 5 {several}")),
            1 => problems.push(format!("1 {one}")),
            n => problems.push(format!("{n} {several}")),
        }
    }
    let finding = if problems.is_empty() {
        "Nothing was refused, nothing is missing.".to_owned()
    } else {
        format!("To look at: {}.", problems.join("; "))
    };
    let columns = vec![Column::key("what", "What"), Column::new("value", "Value")];
    Ok(Section {
        name: "data",
        title: "The data behind the numbers",
        finding,
        chart: None,
        table: DataTable { columns, rows },
        definition: "Imports are those of the period; parked events, the newest events, and what does not fit together \
             between people, roles and champions are as of the report, of the whole database. A source is silent after seven \
             days, or after the age that the configuration names; an administrator is idle after 90 days.",
    })
}

/// The number of findings of each rule of [`RULES`], by its words.
fn findings(scope: &Scope, db: &mut Db) -> anyhow::Result<BTreeMap<&'static str, u64>> {
    let mut found = BTreeMap::new();
    for finding in inconsistencies(scope.as_of.before(IDLE)?, &[Likeness::Email], db)? {
        if let Some((_, one, _)) = RULES.iter().find(|(rule, ..)| *rule == finding.rule) {
            *found.entry(*one).or_default() += 1;
        }
    }
    Ok(found)
}

fn capitalized(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn row(what: &str, value: Cell) -> Vec<Cell> {
    vec![Cell::Text(what.to_owned()), value]
}

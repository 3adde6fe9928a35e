//! Whether the numbers can be trusted.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Nullable;

use crate::db::Db;
use crate::db::types::Timestamp;
use crate::db::types::sql::UtcTimestamp;
use crate::models::{ParkedEvent, RunOutcome};
use crate::output::{plural, span};
use crate::report::table::Column;
use crate::report::{Cell, DataTable, Scope, Section};
use crate::schema::{import_run, user_action};

/// A source without events for this long is silent.
const SILENT: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);

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
    let sources: Vec<(Option<String>, Option<Timestamp>)> = user_action::table
        .group_by(user_action::source_system)
        .select((user_action::source_system, sql::<Nullable<UtcTimestamp>>("max(occurred_at)")))
        .order(user_action::source_system)
        .load(&mut db.conn)?;
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
        let source = source.unwrap_or_else(|| "(no source)".to_owned());
        let age = scope.as_of.since(newest);
        let is_silent = age > SILENT;
        let words = format!("{}, {} ago{}", scope.shown(newest), span(age), if is_silent { ": silent" } else { "" });
        rows.push(vec![Cell::Text(format!("Newest event of {source}")), Cell::Text(words)]);
        if is_silent {
            silent.push(source);
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
        problems.push(format!("no event of {} for more than 7 days", silent.join(", ")));
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
        definition: "Imports are those of the period; parked events and the newest events are as of the report.",
    })
}

fn row(what: &str, value: Cell) -> Vec<Cell> {
    vec![Cell::Text(what.to_owned()), value]
}

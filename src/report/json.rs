//! A report as one JSON document.

use serde_json::{Map, Value, json};

use super::Report;
use crate::output::json_value;

/// The report as JSON: what it is about, and each section with its rows. A number of few people is `"<5"`, one that would
/// give it away `"hidden"`.
///
/// # Errors
/// When a number has no such form.
pub fn to_json(report: &Report<'_>) -> anyhow::Result<Vec<u8>> {
    let scope = report.scope;
    let mut sections = Map::new();
    for section in &report.sections {
        let mut rows = Vec::new();
        for row in &section.table.rows {
            let mut object = Map::new();
            for (column, cell) in section.table.columns.iter().zip(row) {
                object.insert(column.name.to_owned(), serde_json::to_value(cell)?);
            }
            rows.push(Value::Object(object));
        }
        let value = json!({
            "title": section.title,
            "finding": section.finding,
            "definition": section.definition,
            "rows": rows,
        });
        sections.insert(section.name.to_owned(), value);
    }
    let document = json!({
        "report": {
            "period": scope.period,
            "since": scope.since,
            "until": scope.until,
            "compared_with": scope.before.map(|(since, until)| json!({"period": scope.before_name, "since": since, "until": until})),
            "tz": scope.clock.tz().name(),
            "week_start": scope.week_start,
            "filters": scope.filters,
            "small_numbers_shown": scope.shows_small,
            "as_of": scope.as_of,
            "log_position": report.log_position,
            "version": env!("CARGO_PKG_VERSION"),
        },
        "sections": sections,
    });
    let mut text = Vec::new();
    json_value(&mut text, &document)?;
    Ok(text)
}

//! Measures how the cost of imports and reading commands grows with the log, on every engine, and the size of the log.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::data::Data;
use super::engine::Engine;
use super::{Result, read, rollbook, run, say};

/// How many times the number of rows the log has in turn.
const STEPS: [usize; 3] = [1, 5, 10];

#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
pub fn all(engine: &Engine, data: &Data, rows: usize) -> Result<()> {
    let url = engine.create("growth")?;
    run(rollbook(&url).args(["migrate", "run"]))?;
    engine.distribute(&url)?;
    run(rollbook(&url).args(["import", "users"]).arg(data.path("users")))?;
    let mut seconds: Vec<(String, Vec<f64>)> = Vec::new();
    let mut note = |name: &str, time: f64| match seconds.iter_mut().find(|(known, _)| known == name) {
        Some((_, times)) => times.push(time),
        None => seconds.push((name.to_owned(), vec![time])),
    };
    let mut recorded = 0;
    for step in STEPS {
        // Some of them are added by themselves, to be timed.
        let (target, more) = (step * rows, rows / 10);
        let first = data.add_events(&format!("first{step}"), target - more - recorded, step as u64 + 10)?;
        let import = |path: &Path| run(rollbook(&url).args(["import", "actions"]).arg(path));
        let cost = import(&first)?;
        note("µs a row, first part", micros_each(cost.time.as_secs_f64(), target - more - recorded));
        fs::remove_file(first)?;
        let last = data.add_events(&format!("last{step}"), more, step as u64 + 20)?;
        note(&format!("µs a row, {more} more"), micros_each(import(&last)?.time.as_secs_f64(), more));
        fs::remove_file(last)?;
        recorded = target;
        engine.settle("growth")?;
        for command in read::commands() {
            note(command, run(rollbook(&url).args(command.split(' ')))?.time.as_secs_f64());
        }
        let lake = data.folder().join("lake");
        let export = ["actions", "export", "--format", "parquet", "-o"];
        note("actions export --format parquet", run(rollbook(&url).args(export).arg(&lake))?.time.as_secs_f64());
        note("bytes a row, Parquet", bytes_in(&lake)? / recorded as f64);
        fs::remove_dir_all(lake)?;
        note("bytes a row", engine.bytes("growth")? / recorded as f64);
    }
    let titles = STEPS.map(|step| format!("{:>12}", step * rows)).concat();
    say(&format!("  {:60}{titles}   last ÷ first\n", ""))?;
    for (name, values) in seconds {
        let cells: Vec<String> = values.iter().map(|value| format!("{value:>12.3}")).collect();
        say(&format!("  {name:60}{}{:>15.2}\n", cells.concat(), values[values.len() - 1] / values[0]))?;
    }
    engine.clean_up(&["growth"])
}

#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
fn micros_each(seconds: f64, rows: usize) -> f64 {
    seconds * 1e6 / rows as f64
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
fn bytes_in(directory: &Path) -> Result<f64> {
    let output = Command::new("du").args(["-sb"]).arg(directory).output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.split_whitespace().next().unwrap_or("0").parse::<u64>()? as f64)
}

//! The import: each event is recorded exactly once, and an invalid row rolls the import back.

mod actions;
mod addresses;
mod bad_input;
mod champions;
mod checks;
mod formats;
mod hints;
mod ledger;
mod line_ends;
mod modes;
mod neighbours;
mod polluted;
mod silent;
mod sources;
mod speed;
mod users;
mod workbooks;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// The required columns of an event.
const HEADER: &str = "user_id,action_type,target_type,target_id,occurred_at";

/// The number of rows by verdict, as `inserted updated replay conflict rejected`, summed over all files.
pub fn verdicts(run: &Run) -> [u64; 5] {
    let mut sums = [0; 5];
    for line in run.stdout.lines() {
        let report: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{run}"));
        let count = |name: &str| report[name].as_u64().unwrap();
        let would = |name: &str| report[name].as_u64().unwrap_or(0);
        let counts = [
            count("inserted") + would("would_insert"),
            count("updated") + would("would_update"),
            count("replay"),
            count("conflict"),
            count("rejected"),
        ];
        assert_eq!(count("read"), counts.iter().sum::<u64>() + count("skipped"), "the verdicts add up");
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    sums
}

/// The number of rows that imports add, in all tables.
fn rows(sandbox: &Sandbox) -> u64 {
    let is_missing = sandbox.engine == crate::sandbox::Engine::Sqlite && !sandbox.path("test.db").exists();
    if is_missing { 0 } else { ["\"user\"", "user_action", "champion"].map(|table| sandbox.count(table)).iter().sum() }
}

/// Imports (actions with `--recheck`, which compares every row); returns the exit code and the rows by verdict.
fn import(sandbox: &Sandbox, args: &[&str]) -> (i32, [u64; 5]) {
    let recheck = if matches!(args[0], "actions" | "all") { &["--recheck"][..] } else { &[] };
    let before = rows(sandbox);
    let run = sandbox.run(&[&["import", "--format", "jsonl"], args, recheck].concat());
    let verdicts = verdicts(&run);
    // What it claims is what is stored.
    let inserted = |line: &str| serde_json::from_str::<Value>(line).unwrap()["inserted"].as_u64().unwrap();
    assert_eq!(rows(sandbox) - before, run.stdout.lines().map(inserted).sum::<u64>(), "{run}");
    (run.status, verdicts)
}

/// Creates the two users of the tests.
fn people(sandbox: &Sandbox) {
    sandbox.user("ann", "student");
    sandbox.user("ben", "student");
}

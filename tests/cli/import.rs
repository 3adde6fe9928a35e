//! The import: each event lands exactly once, and a bad row changes nothing.

mod actions;
mod bad_input;
mod champions;
mod formats;
mod ledger;
mod line_ends;
mod modes;
mod speed;
mod users;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// The columns that every event has.
const HEADER: &str = "user_id,action_type,target_type,target_id,occurred_at";

/// What became of the rows, as `inserted updated replay conflict rejected`, added up over all files.
fn verdicts(run: &Run) -> [u64; 5] {
    let mut sums = [0; 5];
    for line in run.stdout.lines() {
        let report: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{run}"));
        let count = |name: &str| report[name].as_u64().unwrap();
        let counts = ["inserted", "updated", "replay", "conflict", "rejected"].map(count);
        assert_eq!(count("read"), counts.iter().sum::<u64>(), "the verdicts add up");
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    sums
}

/// Imports, every row of it, and returns the exit code and what became of the rows.
fn import(sandbox: &Sandbox, args: &[&str]) -> (i32, [u64; 5]) {
    let recheck = if matches!(args[0], "actions" | "all") { &["--recheck"][..] } else { &[] };
    let run = sandbox.run(&[&["import", "--format", "jsonl"], args, recheck].concat());
    (run.status, verdicts(&run))
}

/// A sandbox's users, to have something happen to.
fn people(sandbox: &Sandbox) {
    sandbox.user("ann", "student");
    sandbox.user("ben", "student");
}

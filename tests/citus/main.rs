//! What a log that is distributed over a Citus cluster promises: run by `make test-citus`, with the cluster of
//! `tests/with-citus`, one test at a time, as some of them stop nodes.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../cli/cluster.rs"]
mod cluster;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod sandbox;

mod distribute;
mod feed;
mod keys;
mod nodes;
mod same_numbers;

use std::fmt::Write as _;

use sandbox::{Engine, Sandbox};

const HEADER: &str = "user_id,action_type,target_type,target_id,occurred_at,source_system,source_event_id";

/// A file of so many events, those from `first` on.
fn events(first: usize, rows: usize) -> String {
    let mut text = format!("{HEADER}\n");
    for i in first..first + rows {
        writeln!(text, "ann,enrolled,course,c{i},2026-01-01T00:00:{:02}Z,app,e{i}", i % 60).unwrap();
    }
    text
}

fn people(t: &Sandbox) {
    for user in ["ann", "ben", "cleo", "dan"] {
        t.user(user, "student");
    }
}

/// A database whose log is distributed, with people.
fn distributed() -> Sandbox {
    let t = Sandbox::migrated(Engine::Postgres);
    people(&t);
    t
}

/// Every guard is in place on every node. The settings are those of a test server.
fn is_sound(t: &Sandbox) {
    let checks = t.run(&["doctor", "--format", "jsonl"]);
    let is_of_test = |line: &str| line.contains("fsync is off") || line.contains("full_page_writes is off");
    let wrong = |line: &&str| line.contains("\"ok\":false") && !is_of_test(line);
    assert_eq!(checks.stdout.lines().find(wrong), None, "{checks}");
    assert!(checks.stdout.contains("\"ok\":true"), "{checks}");
}

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

#[path = "../torture/events.rs"]
mod events;

mod distribute;
mod feed;
mod keys;
mod nodes;
mod same_numbers;

use events::{HEADER, events, people};
use sandbox::{Engine, Sandbox};

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

//! Kills, full and failing disks, lost connections and many writers: all or nothing, and nothing lost. `make torture` runs
//! it; it takes about twenty minutes, and prints how many points were tried.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../cli/cluster.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod cluster;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod sandbox;

mod disk;
mod killed;
mod writers;

use std::fmt::Write as _;

use sandbox::Sandbox;

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

/// The database is as sound as its engine can tell, and every guard is in place. The settings are those of a test server.
fn is_sound(t: &Sandbox) {
    let checks = t.run(&["doctor", "--format", "jsonl"]);
    let wrong = |line: &&str| line.contains("\"ok\":false") && !line.contains("\"name\":\"settings\"");
    assert_eq!(checks.stdout.lines().find(wrong), None, "{checks}");
    assert!(checks.stdout.contains("\"ok\":true"), "{checks}");
}

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
mod cluster;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod sandbox;

mod disk;
mod events;
mod killed;
mod writers;

use events::{events, people};
use sandbox::Sandbox;

/// The database is as sound as its engine can tell, and every guard is in place. The settings are those of a test server.
fn is_sound(t: &Sandbox) {
    let checks = t.run(&["doctor", "--format", "jsonl"]);
    let wrong = |line: &&str| line.contains("\"ok\":false") && !line.contains("\"name\":\"settings\"");
    assert_eq!(checks.stdout.lines().find(wrong), None, "{checks}");
    assert!(checks.stdout.contains("\"ok\":true"), "{checks}");
}

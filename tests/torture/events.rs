//! Events and people that the torture tests and those of a cluster share.

use std::fmt::Write as _;

use crate::sandbox::Sandbox;

pub const HEADER: &str = "user_id,action_type,target_type,target_id,occurred_at,source_system,source_event_id";

/// A file of so many events, those from `first` on.
pub fn events(first: usize, rows: usize) -> String {
    let mut text = format!("{HEADER}\n");
    for i in first..first + rows {
        writeln!(text, "ann,enrolled,course,c{i},2026-01-01T00:00:{:02}Z,app,e{i}", i % 60).unwrap();
    }
    text
}

pub fn people(t: &Sandbox) {
    for user in ["ann", "ben", "cleo", "dan"] {
        t.user(user, "student");
    }
}

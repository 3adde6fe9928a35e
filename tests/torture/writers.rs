//! Eight processes write at once, while a consumer reads the feed and roles change.

use std::collections::HashMap;
use std::thread;

use serde_json::Value;

use crate::sandbox::{Engine, Sandbox};
use crate::{events, is_sound, people};

const WRITERS: usize = 8;
const FILES: usize = 12;
const ROWS: usize = 400;

/// Reads and acknowledges until nothing is left and the writers have ended; returns how often each action came.
fn consume(t: &Sandbox, writers: &[thread::ScopedJoinHandle<'_, ()>]) -> HashMap<String, u32> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    loop {
        let ended = writers.iter().all(thread::ScopedJoinHandle::is_finished);
        let rows = t.ok(&["actions", "feed", "torture", "--format", "jsonl", "--limit", "700"]);
        let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for row in &rows {
            *seen.entry(row["id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        match rows.last() {
            Some(last) => drop(t.ok(&["actions", "ack", "torture", last["cursor"].as_str().unwrap()])),
            None if ended => return seen,
            None => {}
        }
    }
}

#[test]
fn concurrent_writers_lose_and_double_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = &Sandbox::migrated(engine);
        people(t);
        // Each file is imported by every writer, in another order.
        let paths: Vec<String> = (0..FILES).map(|n| t.file(&format!("{n}.csv"), events(n * ROWS / 2, ROWS))).collect();
        let seen = thread::scope(|scope| {
            let paths = &paths;
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    scope.spawn(move || {
                        for n in 0..FILES {
                            let path = &paths[(n * (2 * writer + 1) + writer) % FILES];
                            t.ok(&["import", "actions", path]);
                            let verb = if n % 2 == 0 { "add" } else { "remove" };
                            t.ok(&["users", "roles", verb, "ben", "teacher"]);
                        }
                    })
                })
                .collect();
            consume(t, &writers)
        });
        let distinct = (FILES + 1) * ROWS / 2;
        assert_eq!(t.count("user_action"), distinct as u64);
        assert_eq!(seen.len(), distinct, "every action was delivered");
        assert!(seen.values().all(|times| *times == 1), "none twice");
        is_sound(t);
        eprintln!("{engine:?}: {WRITERS} writers, {distinct} actions delivered once, 0 lost");
    }
}

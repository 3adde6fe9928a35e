//! Nodes that are stopped hard in the middle of an import.

use std::collections::HashSet;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};
use crate::{distributed, events, is_sound};

const POINTS: u32 = 20;
const ROWS: usize = 12_000;

/// Stops a node as a crash would, or starts it again.
fn node(command: &str, name: &str) {
    let control = std::env::var("ROLLBOOK_TEST_CITUS_NODE").expect("the tests need a cluster: run `make test-citus`");
    let status = Command::new(control).args([command, name]).status().unwrap();
    assert!(status.success(), "{command} {name}");
}

/// Waits until the cluster answers, and transactions that were prepared are committed or rolled back.
fn recover(t: &Sandbox) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while t.run(&["actions", "list", "--limit", "1"]).status != 0
        || t.sql("SELECT recover_prepared_transactions()").is_err()
    {
        assert!(Instant::now() < deadline, "the cluster does not come back");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Reads and acknowledges what a consumer has not; returns how many actions came.
fn consume(t: &Sandbox, seen: &mut HashSet<String>) -> u64 {
    let feed = t.ok(&["actions", "feed", "nudges", "--limit", "1000000"]);
    let rows: Vec<Value> = feed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    if let Some(last) = rows.last() {
        t.ok(&["actions", "ack", "nudges", last["cursor"].as_str().unwrap()]);
    }
    rows.len() as u64
}

fn stopped_during_imports(name: &str) {
    let t = distributed();
    t.ok(&["import", "actions", &t.file("first.csv", events(0, ROWS))]);
    let started = Instant::now();
    t.ok(&["import", "actions", &t.file("second.csv", events(ROWS, ROWS))]);
    let whole = started.elapsed();
    let (mut failed, mut expected) = (0, 2 * ROWS as u64);
    let (mut seen, mut delivered) = (HashSet::new(), 0);
    for point in 0..POINTS {
        let path = t.file("events.csv", events((2 + point as usize) * ROWS, ROWS));
        let import = t.start(&["import", "actions", &path, "--lock-timeout", "60"]);
        thread::sleep(whole * (point + 1) / POINTS);
        node("stop", name);
        node("start", name);
        let run = Run::of(import.wait_with_output().unwrap());
        recover(&t);
        let added = t.count("user_action") - expected;
        assert!(added == 0 || added == ROWS as u64, "point {point}: {added} of {ROWS} rows are there\n{run}");
        match run.status {
            0 => assert_eq!(added, ROWS as u64, "point {point}: said to be committed\n{run}"),
            5 => failed += 1,
            _ => panic!("point {point}: {run}"),
        }
        if run.stderr.contains("nothing was changed") {
            assert_eq!(added, 0, "point {point}\n{run}");
        }
        t.ok(&["import", "actions", &path, "--lock-timeout", "60"]);
        expected += ROWS as u64;
        assert_eq!(t.count("user_action"), expected, "point {point}: the repeat adds the rest");
        delivered += consume(&t, &mut seen);
    }
    assert!(failed > 0, "no import was interrupted");
    // Each event was delivered once, whatever was rolled back meanwhile.
    crate::sandbox::eventually(|| t.count("pg_prepared_xacts") == 0);
    delivered += consume(&t, &mut seen);
    assert_eq!((seen.len() as u64, delivered), (expected, expected));
    is_sound(&t);
    eprintln!("{name} stopped at {POINTS} points, {failed} imports failed: all or nothing, and the repeat is complete");
}

#[test]
fn worker_that_stops_leaves_all_or_nothing() {
    stopped_during_imports("worker1");
}

#[test]
fn coordinator_that_stops_leaves_all_or_nothing() {
    stopped_during_imports("coordinator");
}

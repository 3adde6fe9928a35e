//! The feed of a distributed log: writers, readers, and shards that move.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::{distributed, events, is_sound};

const WRITERS: usize = 8;
const FILES: usize = 6;
const ROWS: usize = 300;
/// Other programs, whose transactions stay open for a while: those that begin later end earlier.
const PROGRAMS: usize = 4;
const TRANSACTIONS: usize = 25;
const CONSUMERS: [&str; 3] = ["nudges", "search", "archive"];

/// Reads and acknowledges until nothing is left and the writers have ended; returns how often each action came.
fn consume(t: &Sandbox, consumer: &str, ended: &AtomicBool) -> HashMap<String, u32> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    loop {
        let is_last = ended.load(Ordering::Acquire);
        let rows = t.ok(&["actions", "feed", consumer, "--limit", "250"]);
        let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for row in &rows {
            *seen.entry(row["idempotency_key"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        match rows.last() {
            Some(last) => drop(t.ok(&["actions", "ack", consumer, last["cursor"].as_str().unwrap()])),
            None if is_last => return seen,
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Inserts an action a transaction, each of which stays open for another time.
fn insert_slowly(t: &Sandbox, program: usize) {
    for n in 0..TRANSACTIONS {
        let name = format!("p{program}n{n}");
        let mut held = t.hold(&format!(
            "BEGIN; INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, idempotency_key) \
             VALUES ('{name}', 'ann', 'enrolled', 'course', '{name}', '2026-01-01Z', '{name}')"
        ));
        thread::sleep(Duration::from_millis(20 + 60 * ((program + n) % PROGRAMS) as u64));
        held("COMMIT");
    }
}

/// Moves a shard from one worker to the other, again and again.
fn move_shards(t: &Sandbox, ended: &AtomicBool) -> u32 {
    let mut moved = 0;
    while !ended.load(Ordering::Acquire) {
        let placement = "FROM pg_dist_shard_placement p JOIN pg_dist_shard s USING (shardid) \
             WHERE s.logicalrelid = 'user_action'::regclass ORDER BY shardid LIMIT 1";
        let shard = t.value("shardid", placement);
        let from = t.value("nodeport", placement);
        let host = t.value("nodename", placement);
        let to = t.value("nodeport", &format!("FROM pg_dist_node WHERE groupid <> 0 AND nodeport <> {from}"));
        let statement =
            format!("SELECT citus_move_shard_placement({shard}, '{host}', {from}, '{host}', {to}, 'block_writes')");
        t.sql(&statement).unwrap();
        moved += 1;
        thread::sleep(Duration::from_millis(300));
    }
    moved
}

#[test]
fn nothing_is_lost_or_doubled_among_writers_readers_and_moving_shards() {
    let t = &distributed();
    // Each file is imported by two writers, in another order; single actions are recorded between.
    let paths: Vec<String> =
        (0..FILES * WRITERS / 2).map(|n| t.file(&format!("{n}.csv"), events(n * ROWS, ROWS))).collect();
    let ended = &AtomicBool::new(false);
    let (seen, moved) = thread::scope(|scope| {
        let consumers: Vec<_> = CONSUMERS.iter().map(|name| scope.spawn(move || consume(t, name, ended))).collect();
        let mover = scope.spawn(move || move_shards(t, ended));
        let programs: Vec<_> = (0..PROGRAMS).map(|program| scope.spawn(move || insert_slowly(t, program))).collect();
        let paths = &paths;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn(move || {
                    for n in 0..FILES {
                        let path = &paths[(writer / 2 * FILES + (n * (1 + 4 * (writer % 2))) % FILES) % paths.len()];
                        t.ok(&["import", "actions", path, "--recheck", "--lock-timeout", "120"]);
                        t.ok(&[
                            "actions",
                            "record",
                            "ben",
                            "enrolled",
                            &format!("course:w{writer}n{n}"),
                            "--lock-timeout",
                            "120",
                        ]);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        for program in programs {
            program.join().unwrap();
        }
        ended.store(true, Ordering::Release);
        let seen: Vec<_> = consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect();
        (seen, mover.join().unwrap())
    });
    let distinct = paths.len() * ROWS + WRITERS * FILES + PROGRAMS * TRANSACTIONS;
    assert_eq!(t.count("user_action"), distinct as u64);
    for (consumer, seen) in CONSUMERS.iter().zip(&seen) {
        assert_eq!(seen.len(), distinct, "{consumer} got every action");
        assert!(seen.values().all(|times| *times == 1), "{consumer} got none twice");
    }
    assert!(moved >= 2, "{moved} shards were moved");
    is_sound(t);
    eprintln!(
        "{WRITERS} writers and {PROGRAMS} programs, {distinct} actions, {} consumers, {moved} moves of shards: 0 lost, 0 twice",
        CONSUMERS.len()
    );
}

#[test]
fn transaction_that_is_open_on_one_node_holds_back_that_node_alone() {
    let t = distributed();
    t.ok(&["import", "actions", &t.file("a.csv", events(0, 60))]);
    let mut held = t.hold(
        "BEGIN; INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, idempotency_key) \
         VALUES ('late', 'ann', 'enrolled', 'course', 'late', '2026-01-01Z', 'late')",
    );
    t.ok(&["import", "actions", &t.file("b.csv", events(100, 60))]);
    let run = t.run(&["actions", "feed", "nudges"]);
    let rows: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!((60..120).contains(&rows.len()), "{} rows", rows.len());
    assert!(run.stderr.contains("an open transaction holds more actions back"), "{run}");
    t.ok(&["actions", "ack", "nudges", rows.last().unwrap()["cursor"].as_str().unwrap()]);
    held("COMMIT");
    let rest = t.ok(&["actions", "feed", "nudges"]);
    assert_eq!(rows.len() + rest.lines().count(), 121);
    assert!(rest.contains("\"id\":\"late\""));
}

#[test]
fn cursor_has_a_position_for_each_node() {
    let t = distributed();
    t.ok(&["import", "actions", &t.file("a.csv", events(0, 60))]);
    let rows: Vec<Value> =
        t.ok(&["actions", "feed", "nudges"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cursor = |n: usize| rows[n]["cursor"].as_str().unwrap();
    assert_eq!(cursor(59).matches(':').count(), 2, "{}", cursor(59));
    t.ok(&["actions", "ack", "nudges", cursor(40)]);
    assert_eq!(t.ok(&["actions", "feed", "nudges"]).lines().count(), 19);
    let run = t.run(&["actions", "ack", "nudges", cursor(10)]);
    assert!(run.status == 0 && run.stderr.contains("already acknowledged"), "{run}");
    t.fails(6, &["actions", "ack", "nudges", "9:1.1"]);
    let (own, _) = cursor(50).split_once(',').unwrap();
    let other = if own.starts_with("1:") { "2:99999.99999" } else { "1:99999.99999" };
    t.fails(6, &["actions", "ack", "nudges", &format!("{own},{other}")]);
    t.fails(6, &["actions", "feed", "nudges", "--reset", &format!("{own},{other}")]);
    t.fails(2, &["actions", "ack", "nudges", "1:1.1,1:2.2"]);
    let list: Value = serde_json::from_str(&t.ok(&["actions", "feed", "--list", "--format", "json"])).unwrap();
    assert_eq!(list[0]["lag"], 19);
    t.ok(&["actions", "feed", "nudges", "--reset", "end"]);
    assert_eq!(t.ok(&["actions", "feed", "nudges"]), "");
    t.ok(&["actions", "feed", "nudges", "--reset", "start"]);
    assert_eq!(t.ok(&["actions", "feed", "nudges"]).lines().count(), 60);
}

//! The fast paths of an import have the same outcome as the ordinary one.

use std::fmt::Write as _;
use std::process::Child;

use super::{import, people};
use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

const HEADER: &str =
    "user_id,action_type,target_type,target_id,occurred_at,metadata,source_system,source_event_id,idempotency_key";

/// The rows of the events with these numbers.
fn events(numbers: impl Iterator<Item = usize>) -> String {
    let mut rows = String::new();
    for i in numbers {
        let hashed = i.wrapping_mul(2_654_435_761) % 1_000_003;
        writeln!(
            rows,
            "ann,enrolled,course,c{hashed},2026-01-01T00:00:{:02}Z,\"{{\"\"n\"\": {i}}}\",app,e{hashed}_{i},",
            i % 60
        )
        .unwrap();
    }
    rows
}

fn file(t: &Sandbox, name: &str, rows: &str) -> String {
    t.file(name, format!("{HEADER}\n{rows}"))
}

/// The definitions of the log's indexes, to compare before and after an import.
fn indexes(t: &Sandbox) -> String {
    match t.engine {
        Engine::Sqlite => t.value(
            "group_concat(sql, ';')",
            "FROM (SELECT sql FROM sqlite_schema WHERE tbl_name = 'user_action' AND type = 'index' ORDER BY name)",
        ),
        Engine::Postgres => {
            t.value("string_agg(indexdef, ';' ORDER BY indexname)", "FROM pg_indexes WHERE tablename = 'user_action'")
        }
    }
}

on_both_engines! {
    fn a_bulk_import_into_an_empty_log_finds_replays_and_conflicts(t) {
        let t = &t.with_whole_log();
        people(t);
        let before = indexes(t);
        // Replays and a conflict within the file, far apart and near; and keys that match two events.
        let rows = events(0..45_000) + &events(7..8) + &events(30_000..30_001).replace("course,", "cohort,")
            + &events(50_000..50_001) + &events(50_000..50_001)
            + "ann,enrolled,course,c,2026-01-01T00:00:00Z,,app,two,k\n"
            + &events(5..6).replace(",\n", ",k\n");
        let path = file(t, "a.csv", &rows);
        let run = t.run(&["import", "actions", &path, "--on-error", "skip"]);
        assert_eq!(run.status, 4, "{run}");
        assert!(run.stderr.contains("a.csv line 45003: conflict: line 30002 has the same event with other content: target_type: course recorded, cohort given"), "{run}");
        assert!(run.stderr.contains("a.csv line 45007: conflict: idempotency_key belongs to line 45006, source_event_id belongs to line 7"), "{run}");
        assert_eq!(t.count("user_action"), 45_002);
        assert_eq!(indexes(t), before);
        assert_eq!(import(t, &["actions", &path, "--on-error", "skip"]), (4, [0, 0, 45_004, 2, 0]));
        assert_eq!(import(t, &["actions", &path, "--dry-run"]), (4, [0, 0, 45_004, 2, 0]));
    }

    fn a_bulk_import_into_a_small_log_finds_replays_and_conflicts(t) {
        let t = &t.with_whole_log();
        people(t);
        let before = indexes(t);
        assert_eq!(import(t, &["actions", &file(t, "half.csv", &events((0..60_000).step_by(2)))]), (0, [30_000, 0, 0, 0, 0]));
        // A row that matches by source_event_id only; one with different content; and one that occurs twice in the
        // file.
        let rows = events(0..110_000) + "ann,enrolled,course,c,2026-01-01T00:00:00Z,,app,e0_0,other\n"
            + &events(2..3).replace("course,", "cohort,") + &events(109_999..110_000);
        let path = file(t, "all.csv", &rows);
        let run = t.run(&["import", "actions", &path, "--on-conflict", "report", "--format", "jsonl"]);
        assert_eq!((run.status, super::verdicts(&run)), (4, [80_000, 0, 30_001, 2, 0]), "{run}");
        assert_eq!(t.count("user_action"), 110_000);
        assert_eq!(indexes(t), before);
        assert_eq!(import(t, &["actions", &path, "--on-conflict", "report"]), (4, [0, 0, 110_001, 2, 0]));
    }

    fn rows_assumed_to_be_new_are_still_compared(t) {
        let t = &t.with_whole_log();
        people(t);
        // None of the first parts is recorded; the recorded rows of the last part are in reverse order.
        let recorded = events((40_000..60_000).rev());
        assert_eq!(import(t, &["actions", &file(t, "last.csv", &recorded)]), (0, [20_000, 0, 0, 0, 0]));
        let rows = events(0..60_000).replacen(&events(50_000..50_001), &events(50_000..50_001).replace("course,", "cohort,"), 1)
            + &events(60_000..60_010) + &events(60_003..60_005) + &events(40_001..40_002).replace(",\n", ",other\n");
        let path = file(t, "all.csv", &rows);
        let run = t.run(&["import", "actions", &path, "--commit-every", "20000", "--on-conflict", "report", "--format", "jsonl"]);
        assert_eq!((run.status, super::verdicts(&run)), (4, [40_010, 0, 20_001, 2, 0]), "{run}");
        assert!(run.stderr.contains("all.csv line 50002: conflict: "), "{run}");
        assert!(run.stderr.contains("all.csv line 60014: conflict: "), "{run}");
        assert_eq!(t.count("user_action"), 60_010);
    }

    fn redeliveries_with_other_keys_are_conflicts(t) {
        let t = &t.with_whole_log();
        people(t);
        let mut again = String::new();
        for (i, row) in events(0..12_000).lines().enumerate() {
            writeln!(again, "{row}k{i}").unwrap();
        }
        let path = file(t, "a.csv", &(events(0..30_000) + &again));
        assert_eq!(import(t, &["actions", &path, "--on-error", "skip"]), (4, [30_000, 0, 0, 12_000, 0]));
        assert_eq!(t.count("user_action"), 30_000);
    }

    fn rows_of_another_program_are_compared_by_value(t) {
        people(t);
        let path = file(t, "a.csv", &events(0..3));
        assert_eq!(import(t, &["actions", &path, "--dry-run"]), (0, [3, 0, 0, 0, 0]));
        for i in 0..3 {
            let row = events(i..=i);
            let fields: Vec<&str> = row.trim().split(',').collect();
            let (target, event) = (fields[3], fields[7]);
            t.sql(&format!(
                "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, metadata, \
                 source_system, source_event_id, idempotency_key) VALUES ('x{i}', 'ann', 'enrolled', 'course', '{target}', \
                 '2026-01-01T00:00:0{i}.000000Z', '{{ \"n\" : {i} }}', 'app', '{event}', 'user_action:app:{event}')"
            )).unwrap();
        }
        assert_eq!(import(t, &["actions", &path]), (0, [0, 0, 3, 0, 0]));
        let changed = std::fs::read_to_string(&path).unwrap().replace("\"\"n\"\": 1", "\"\"n\"\": 1.0");
        let run = t.run(&["import", "actions", &t.file("b.csv", changed)]);
        assert!(run.status == 4 && run.stderr.contains("metadata.n: 1 recorded, 1.0 given"), "{run}");
    }
}

#[test]
fn an_import_works_without_privileges_on_the_position_sequence() {
    let t = Sandbox::migrated(Engine::Postgres);
    people(&t);
    let role = format!("limited_{}", std::process::id());
    t.sql(&format!("CREATE ROLE {role} LOGIN; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}"))
        .unwrap();
    let url = t.url.replace("rollbook@", &format!("{role}@"));
    let path = file(&t, "a.csv", &events(0..6000));
    assert_eq!(import(&t, &["actions", &path, "--database-url", &url]), (0, [6000, 0, 0, 0, 0]));
    assert_eq!(import(&t, &["actions", &path, "--database-url", &url]), (0, [0, 0, 6000, 0, 0]));
    t.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

/// A file of more than 8 MiB, for which SQLite switches to a rollback journal; its first 45,000 rows are recorded.
fn large(t: &Sandbox) -> String {
    people(t);
    assert_eq!(import(t, &["actions", &file(t, "first.csv", &events(0..45_000))]), (0, [45_000, 0, 0, 0, 0]));
    let path = file(t, "large.csv", &events(0..110_000));
    assert!(std::fs::metadata(&path).unwrap().len() > 8 << 20);
    path
}

#[test]
fn a_large_sqlite_import_restores_the_write_ahead_log() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let path = large(&t);
    let journal = || t.value("journal_mode", "FROM pragma_journal_mode");
    let before = t.content();
    let bad = t.file("bad.csv", std::fs::read_to_string(&path).unwrap() + "nobody,enrolled,course,c,,,,,\n");
    assert_eq!(import(&t, &["actions", &bad]).0, 3);
    assert_eq!((t.content(), journal()), (before, "wal".to_owned()));
    assert_eq!(import(&t, &["actions", &path]), (0, [65_000, 0, 45_000, 0, 0]));
    assert_eq!(journal(), "wal");
}

/// Starts an import and waits until its rollback journal has 1 MiB.
fn begin_large(t: &Sandbox, path: &str) -> Child {
    let mut import = t.start(&["import", "actions", path]);
    while std::fs::metadata(t.path("test.db-journal")).map_or(0, |file| file.len()) < 1 << 20 {
        assert!(import.try_wait().unwrap().is_none(), "the import ended too early");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    import
}

#[test]
fn a_killed_large_sqlite_import_is_rolled_back() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let path = large(&t);
    let before = t.content();
    let mut import = begin_large(&t, &path);
    import.kill().unwrap();
    import.wait().unwrap();
    assert!(t.path("test.db-journal").exists());
    assert!(t.ok(&["actions", "list", "--count"]).contains("45000"));
    assert_eq!(t.content(), before);
    assert_eq!(t.value("integrity_check", "FROM pragma_integrity_check"), "ok");
}

#[test]
fn other_commands_wait_for_a_large_sqlite_import() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let path = large(&t);
    let import = begin_large(&t, &path);
    assert!(t.fails(5, &["actions", "list", "--lock-timeout", "0"]).contains("database is locked"));
    assert!(t.ok(&["actions", "list", "--count"]).contains("110000"));
    t.ok(&["users", "roles", "add", "ann", "teacher"]);
    assert!(import.wait_with_output().unwrap().status.success());
    assert_eq!(t.value("journal_mode", "FROM pragma_journal_mode"), "wal");
}

#[test]
fn a_large_sqlite_import_works_beside_an_open_reader() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let path = large(&t);
    let mut reader = t.hold("BEGIN; SELECT count(*) FROM user_action");
    assert_eq!(import(&t, &["actions", &path, "--lock-timeout", "0"]), (0, [65_000, 0, 45_000, 0, 0]));
    reader("COMMIT");
    assert_eq!(t.count("user_action"), 110_000);
}

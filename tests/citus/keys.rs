//! One event has one key in the whole cluster, by whatever program it is written.

use crate::{HEADER, distributed};

#[test]
fn key_other_than_that_of_the_event_is_rejected() {
    let t = distributed();
    let row = |key: &str| {
        t.file("a.csv", format!("{HEADER},idempotency_key\nann,enrolled,course,c,2026-01-01T00:00:00Z,app,e1,{key}\n"))
    };
    let run = t.run(&["import", "actions", &row("other")]);
    assert!(run.status == 3 && run.stderr.contains("idempotency_key \"other\": is not user_action:app:e1"), "{run}");
    assert_eq!(t.count("user_action"), 0);
    t.ok(&["import", "actions", &row("user_action:app:e1")]);
    t.ok(&["import", "actions", &row(""), "--recheck"]);
    assert_eq!(t.count("user_action"), 1);
    let record =
        ["actions", "record", "ann", "enrolled", "course:c", "--source-system", "app", "--source-event-id", "e2"];
    let run = t.run(&[&record[..], &["--idempotency-key", "k"]].concat());
    assert!(run.status == 3 && run.stderr.contains("user_action:app:e2"), "{run}");
    t.ok(&record);
}

#[test]
fn event_without_a_key_is_rejected() {
    let t = distributed();
    let file = t.file(
        "a.csv",
        "user_id,action_type,target_type,target_id,occurred_at\nann,enrolled,course,c,2026-01-01T00:00:00Z\n",
    );
    let run = t.run(&["import", "actions", &file, "--no-content-key"]);
    assert!(run.status == 3 && run.stderr.contains("import without --no-content-key"), "{run}");
    t.ok(&["import", "actions", &file]);
    t.ok(&["import", "actions", &file, "--recheck"]);
    assert_eq!(t.count("user_action"), 1);
}

#[test]
fn database_keeps_other_programs_to_one_key() {
    let t = distributed();
    let insert = |id: &str, event: &str, key: &str| {
        t.sql(&format!(
            "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, source_system, \
             source_event_id, idempotency_key) VALUES ('{id}', 'ann', 'enrolled', 'course', 'c', '2026-01-01Z', 'app', \
             {event}, {key})"
        ))
    };
    insert("a", "'e1'", "'user_action:app:e1'").unwrap();
    assert!(insert("b", "'e1'", "'user_action:app:e1'").unwrap_err().contains("user_action_idempotency_key_unique"));
    assert!(insert("c", "'e1'", "'k'").unwrap_err().contains("user_action_event_key_check"));
    assert!(insert("d", "NULL", "NULL").is_err());
    insert("e", "NULL", "'k'").unwrap();
    // Nobody chooses where a row is in the feed.
    t.sql(
        "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, idempotency_key, \
         recorded_xid, recorded_node, recorded_at) \
         VALUES ('f', 'ann', 'enrolled', 'course', 'c', '2026-01-01Z', 'k2', '3', 7, '2020-01-01Z')",
    )
    .unwrap();
    assert_eq!(t.count("user_action WHERE recorded_node = 7 OR recorded_xid = '3' OR recorded_at < '2021-01-01Z'"), 0);
}

#[test]
fn given_id_is_looked_up() {
    let t = distributed();
    let header = format!("id,{HEADER}");
    let row = |id: &str, event: &str| format!("{id},ann,enrolled,course,c,2026-01-01T00:00:00Z,app,{event}\n");
    let first = t.file("a.csv", format!("{header}\n{}{}", row("a", "e1"), row("b", "e2")));
    t.ok(&["import", "actions", &first]);
    let run = t.run(&["import", "actions", &t.file("b.csv", format!("{header}\n{}", row("a", "e3")))]);
    assert!(run.status == 4 && run.stderr.contains("a is already recorded with other content"), "{run}");
    let twice = t.file("c.csv", format!("{header}\n{}{}", row("x", "e4"), row("x", "e5")));
    let run = t.run(&["import", "actions", &twice]);
    assert!(run.status == 4 && run.stderr.contains("line 3: conflict"), "{run}");
    assert_eq!(t.count("user_action"), 2);
    t.ok(&["import", "actions", &first, "--recheck"]);
    // Another program can give one id to two events on two nodes: that is found.
    for n in 0..8 {
        t.sql(&format!(
            "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, idempotency_key) \
             VALUES ('double', 'ann', 'enrolled', 'course', 'c', '2026-01-01Z', 'k{n}')"
        ))
        .unwrap();
    }
    let run = t.run(&["doctor"]);
    assert!(run.status == 1 && run.stdout.contains("two events have the id double"), "{run}");
}

#[test]
fn one_file_imported_at_once_is_recorded_once() {
    let t = distributed();
    let path = t.file("a.csv", crate::events(0, 4000));
    let import = vec!["import", "actions", &path, "--recheck", "--commit-every", "500", "--lock-timeout", "60"];
    for run in t.at_once(&[import.clone(), import.clone(), import.clone(), import]) {
        assert_eq!(run.status, 0, "{run}");
    }
    assert_eq!(t.count("user_action"), 4000);
    let import =
        ["import", "actions", &t.file("b.csv", crate::events(4000, 30_000)), "--jobs", "2", "--commit-every", "5000"];
    t.ok(&import);
    t.ok(&[&import[..], &["--recheck"]].concat());
    assert_eq!(t.count("user_action"), 34_000);
}

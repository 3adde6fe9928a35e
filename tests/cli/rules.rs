//! Rules that a small change of the source could break without any other test noticing.

use std::process::Child;

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

const HEADER: &str = "user_id,action_type,target_type,target_id,occurred_at";

fn crew(t: &Sandbox) {
    t.user("ann", "superadmin");
    t.user("ben", "student");
}

fn import(t: &Sandbox, name: &str, csv: &str, args: &[&str]) -> Run {
    t.run(&[&["import", "actions", &t.file(name, csv), "--recheck"], args].concat())
}

fn event(more: &str, cells: &str) -> String {
    format!("{HEADER}{more}\nben,enrolled,course,c,2026-01-01T00:00:00Z{cells}\n")
}

/// Waits until a command waits for a lock: on SQLite, as long as it takes to start.
fn until_waiting(t: &Sandbox, _child: &Child) {
    match t.engine {
        Engine::Sqlite => std::thread::sleep(std::time::Duration::from_millis(400)),
        Engine::Postgres => t.until_waiting(1),
    }
}

on_both_engines! {
    fn other_metadata_is_no_replay_of_empty_metadata(t) {
        crew(t);
        assert_eq!(import(t, "a.csv", &event(",idempotency_key", ",k"), &[]).status, 0);
        let run = import(t, "b.csv", &event(",idempotency_key,metadata", ",k,\"{\"\"a\"\":1}\""), &[]);
        assert!(run.status == 4 && run.stderr.contains("metadata.a: none recorded, 1 given"), "{run}");
        // Nor if the metadata of another user was erased.
        t.user("cat", "student");
        t.ok(&["users", "erase", "cat", "--confirm", "cat@example.com", "--metadata"]);
        assert_eq!(import(t, "b.csv", &event(",idempotency_key,metadata", ",k,\"{\"\"a\"\":1}\""), &[]).status, 4);
    }

    fn content_key_includes_the_enrollment(t) {
        crew(t);
        for enrollment in ["e1", "e2", ""] {
            assert_eq!(import(t, "a.csv", &event(",enrollment_id", &format!(",{enrollment}")), &[]).status, 0);
        }
        assert_eq!(t.count("user_action"), 3);
    }

    fn last_superadmin_is_guarded_in_parts(t) {
        crew(t);
        let before = t.count("\"user\"");
        let csv = "id,email,name,roles\nnew,new@example.com,New,\nann,ann@example.com,ann,student\n";
        let run = t.run(&["import", "users", &t.file("u.csv", csv), "--update", "--commit-every", "1"]);
        assert!(run.status == 1 && run.stderr.contains("would leave no superadmin"), "{run}");
        assert_eq!((t.roles("ann").as_str(), t.count("\"user\"")), ("superadmin", before + 1));
    }

    fn max_errors_stops_an_import_in_parts(t) {
        crew(t);
        let rows: Vec<String> = (0..40).map(|n| {
            let kind = if n % 4 == 3 { "wrong" } else { "enrolled" };
            format!("ben,{kind},course,c{n},2026-01-01T00:00:00Z\n")
        }).collect();
        let csv = format!("{HEADER}\n{}", rows.concat());
        let run = import(t, "a.csv", &csv, &["--on-error", "skip", "--max-errors", "9", "--commit-every", "1"]);
        assert!(run.status == 3 && run.stderr.contains("stopped; "), "{run}");
        let run = import(t, "a.csv", &csv, &["--on-error", "skip", "--max-errors", "10", "--commit-every", "1"]);
        assert!(run.status == 3 && run.stderr.contains("committed; 10 invalid rows skipped"), "{run}");
        assert_eq!(t.count("user_action"), 30);
    }

    fn acknowledgement_does_not_go_back(t) {
        crew(t);
        for n in 0..3 {
            t.ok(&["actions", "record", "ben", "enrolled", &format!("course:c{n}")]);
        }
        let cursors = || -> Vec<String> {
            let rows = t.ok(&["actions", "feed", "nudges", "--peek"]);
            rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["cursor"].as_str().unwrap().to_owned()).collect()
        };
        let mut all = cursors();
        for _ in 0..100 {
            if all.len() == 3 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            all = cursors();
        }
        t.ok(&["actions", "feed", "nudges"]);
        // Two acknowledgements at once: the later one wins, whichever comes first.
        let mut held = t.hold(match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; SELECT FROM feed_cursor FOR UPDATE",
        });
        let late = t.start(&["actions", "ack", "nudges", &all[2]]);
        until_waiting(t, &late);
        let early = t.start(&["actions", "ack", "nudges", &all[0]]);
        match t.engine {
            Engine::Sqlite => std::thread::sleep(std::time::Duration::from_millis(400)),
            Engine::Postgres => t.until_waiting(2),
        }
        held("ROLLBACK");
        for child in [late, early] {
            let run = Run::of(child.wait_with_output().unwrap());
            assert_eq!(run.status, 0, "{run}");
        }
        assert_eq!(cursors(), Vec::<String>::new());
    }

    fn refused_merge_or_erasure_permits_nothing(t) {
        crew(t);
        t.user("cat", "");
        t.ok(&["actions", "record", "ben", "enrolled", "course:c", "--metadata", "a=1"]);
        t.fails(1, &["users", "erase", "ben", "--confirm", "wrong", "--metadata"]);
        for user in ["ben", "cat"] {
            t.ok(&["champions", "nominate", user]);
        }
        t.fails(4, &["users", "merge", "ben", "cat", "--yes"]);
        assert_eq!(t.count("audit_event WHERE refusal IS NOT NULL"), 2);
        // Somebody forges the refused attempt to say what it would have permitted.
        for sql in ["UPDATE user_action SET metadata = '{}'", "UPDATE user_action SET user_id = 'cat'"] {
            assert!(t.sql(sql).unwrap_err().contains("append-only"), "{sql}");
        }
    }

    fn audit_row_permits_only_the_stage_that_it_names(t) {
        crew(t);
        t.ok(&["champions", "nominate", "ben"]);
        t.ok(&["champions", "move", "ben", "--to", "champion", "--force"]);
        let to = |stage: &str, times: &str| t.sql(&format!("UPDATE champion SET stage = '{stage}', {times}"));
        assert!(to("candidate", "selected_at = NULL, became_champion_at = NULL").unwrap_err().contains("one stage forward"));
        assert!(to("selected", "became_champion_at = NULL").unwrap_err().contains("one stage forward"));
        assert!(to("alumni", "notes = NULL").is_ok());
    }

    fn differing_idempotency_key_is_a_conflict(t) {
        let t = &t.with_whole_log();
        crew(t);
        let csv = |key: &str| event(",source_system,source_event_id,idempotency_key", &format!(",app,e,{key}"));
        assert_eq!(import(t, "a.csv", &csv("k1"), &[]).status, 0);
        let run = import(t, "b.csv", &csv("k2"), &[]);
        assert!(run.status == 4 && run.stderr.contains("idempotency_key: k1 recorded, k2 given"), "{run}");
        assert_eq!(t.count("user_action"), 1);
    }

    fn event_that_comes_twice_in_a_first_import_is_recorded_once(t) {
        crew(t);
        // Of a first import the rows wait for their indexes, and the rows of the file are known to each other all the same.
        let rows: Vec<String> = (0..30_000).map(|n| format!("ben,enrolled,course,c,2026-01-01T00:00:00Z,app,e{}\n", n % 15_000)).collect();
        let csv = format!("{HEADER},source_system,source_event_id\n{}", rows.concat());
        let run = import(t, "a.csv", &csv, &["--format", "csv"]);
        assert!(run.status == 0 && run.stdout.contains(",actions,30000,15000,0,15000,0,0"), "{run}");
        assert_eq!(t.count("user_action"), 15_000);
    }
}

#[test]
fn reset_to_the_end_does_not_pass_actions_that_are_not_settled() {
    let t = &Sandbox::whole(Engine::Postgres);
    crew(t);
    t.ok(&["actions", "record", "ben", "enrolled", "course:a"]);
    let insert = "INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at) VALUES ('late', 'ben', 'enrolled', 'course', 'late', now())";
    let mut open = t.hold(&format!("BEGIN; {insert}"));
    t.ok(&["actions", "record", "ben", "enrolled", "course:b"]);
    t.ok(&["actions", "feed", "nudges", "--reset", "end"]);
    open("COMMIT");
    let mut targets: Vec<String> = Vec::new();
    for _ in 0..200 {
        let rows = t.ok(&["actions", "feed", "nudges"]);
        targets = rows
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["target_id"].as_str().unwrap().to_owned()
            })
            .collect();
        if targets.contains(&"b".to_owned()) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(targets.ends_with(&["late".to_owned(), "b".to_owned()]), "{targets:?}");
}

on_both_engines! {
    fn erased_user_gets_no_role_by_a_list_that_was_made_before(t) {
        crew(t);
        let list = t.file("list.txt", "ben\n");
        t.ok(&["users", "erase", "ben", "--confirm", "ben@example.com"]);
        let run = t.run(&["users", "roles", "add", "--file", &list, "admin"]);
        assert!(run.status == 6 && run.stderr.contains("was erased"), "{run}");
        assert_eq!(t.roles("ben"), "");
    }

    fn quoted_field_after_the_128th_is_text(t) {
        crew(t);
        let names: Vec<String> = (0..200).map(|n| format!("metadata.m{n}:string")).collect();
        let cells = vec!["\"\\N\""; 200].join(",");
        let csv = event(&format!(",idempotency_key,{}", names.join(",")), &format!(",k,{cells}"));
        let run = import(t, "wide.csv", &csv, &[]);
        assert_eq!(run.status, 0, "{run}");
        let exported = t.ok(&["actions", "list", "--format", "jsonl"]);
        let action: serde_json::Value = serde_json::from_str(&exported).unwrap();
        assert!(action["metadata"].as_object().unwrap().len() == 200 && action["metadata"]["m199"] == "\\N", "{action}");
    }

    fn list_of_names_selects_the_same_records_as_arguments(t) {
        crew(t);
        t.user("cat", "student");
        for user in ["ann", "ben", "cat"] {
            t.ok(&["champions", "nominate", user, "--cohort", "spring"]);
        }
        let id = t.value("id", "FROM champion WHERE user_id = 'cat'");
        let list = t.file("list.csv", format!("ANN@example.com,First\nben,Second\n{id},Third\n"));
        t.ok(&["champions", "note", "--cohort", "spring", "--file", &list]);
        for (user, text) in [("ann", "First"), ("ben", "Second"), ("cat", "Third")] {
            assert!(t.value("notes", &format!("FROM champion WHERE user_id = '{user}'")).ends_with(text));
        }
        let twice = t.file("twice.csv", format!("cat,First\n{id},Second\n"));
        assert!(t.fails(1, &["champions", "note", "--cohort", "spring", "--file", &twice]).contains("line 2: a second text for ch_"));
        let wrong = t.file("wrong.csv", "ann,First\nnobody,Second\nghost,Third\n");
        let stderr = t.fails(6, &["champions", "note", "--cohort", "spring", "--file", &wrong]);
        assert!(stderr.contains("line 2: unknown") && stderr.contains("line 3: unknown"), "{stderr}");
    }
}

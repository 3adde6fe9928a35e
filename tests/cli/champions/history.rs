use serde_json::{Value, json};

use super::record;
use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

/// The steps of a record, each as: from, to, time, actor, command.
fn steps(t: &Sandbox, which: &str) -> Vec<Value> {
    let lines = t.ok(&["champions", "history", which, "--format", "jsonl"]);
    let step = |line: &str| {
        let step: Value = serde_json::from_str(line).unwrap();
        json!([step["from"], step["to"], step["at"], step["actor"], step["verb"]])
    };
    lines.lines().map(step).collect()
}

on_both_engines! {
    fn history_lists_every_step(t) {
        t.user("ann", "");
        for (verb, at) in [("nominate", "2026-01-01T00:00:00Z"), ("advance", "2026-02-01T00:00:00Z"), ("advance", "2026-03-01T00:00:00Z"), ("retire", "2026-04-01T00:00:00Z")] {
            t.ok(&["champions", verb, "ann", "--at", at]);
        }
        assert_eq!(
            steps(t, "ann"),
            [
                json!([null, "candidate", "2026-01-01T00:00:00Z", "tester", "nominate"]),
                json!(["candidate", "selected", "2026-02-01T00:00:00Z", "tester", "advance"]),
                json!(["selected", "champion", "2026-03-01T00:00:00Z", "tester", "advance"]),
                json!(["champion", "alumni", "2026-04-01T00:00:00Z", "tester", "retire"]),
            ]
        );
        let csv = t.ok(&["champions", "history", "ann@example.com", "--format", "csv"]);
        for stay in ["2678400", "2419200"] {
            assert!(csv.contains(&format!(",{stay},\n")), "{csv}");
        }
    }

    fn history_of_an_imported_record_follows_its_timestamps(t) {
        t.ok(&["import", "all", &example("")]);
        assert_eq!(
            steps(t, "ch_07_maya"),
            [
                json!([null, "candidate", "2026-03-28T16:40:00Z", "tester", "import"]),
                json!(["candidate", "selected", "2026-04-01T10:00:00Z", "tester", "import"]),
                json!(["selected", "champion", "2026-04-20T10:00:00Z", "tester", "import"]),
            ]
        );
        let shown = record(t, &["show", "ch_07_maya"]);
        assert_eq!(shown["history"].as_array().unwrap().len(), 3);
        assert!(t.ok(&["champions", "show", "ch_07_maya"]).contains("selected   champion   2026-04-20T10:00:00Z"));
    }

    fn history_includes_steps_of_another_program(t) {
        let t = &t.with_whole_log();
        t.user("ann", "");
        t.sql("INSERT INTO champion (id, user_id, stage, created_at) VALUES ('ch_x', 'ann', 'candidate', '2026-01-01T00:00:00.000000Z')").unwrap();
        let actor = if t.engine == Engine::Sqlite { "sql" } else { "rollbook" };
        assert_eq!(steps(t, "ch_x"), [json!([null, "candidate", "2026-01-01T00:00:00Z", actor, "sql"])]);
        t.ok(&["champions", "advance", "ch_x", "--at", "2026-02-01T00:00:00Z"]);
        t.sql("UPDATE champion SET stage = 'champion', became_champion_at = '2026-03-01T00:00:00.000000Z' WHERE id = 'ch_x'").unwrap();
        assert_eq!(
            steps(t, "ch_x"),
            [
                json!([null, "candidate", "2026-01-01T00:00:00Z", actor, "sql"]),
                json!(["candidate", "selected", "2026-02-01T00:00:00Z", "tester", "advance"]),
                json!(["selected", "champion", "2026-03-01T00:00:00Z", actor, "sql"]),
            ]
        );
        // What was changed before the database recorded it is known by its times alone.
        let of = if t.engine == Engine::Sqlite { "" } else { " ON champion" };
        t.sql(&format!("DROP TRIGGER champion_added_audit{of}")).unwrap();
        t.sql("INSERT INTO champion (id, user_id, cohort_id, stage, created_at) VALUES ('ch_y', 'ann', 'c', 'candidate', '2026-01-01T00:00:00.000000Z')").unwrap();
        assert_eq!(steps(t, "ch_y"), [json!([null, "candidate", "2026-01-01T00:00:00Z", null, null])]);
        t.fails(6, &["champions", "history", "nobody"]);
    }

    fn stats_count_the_records_by_stage(t) {
        for user in ["ann", "ben", "cat", "dan"] {
            t.user(user, "");
            t.ok(&["champions", "nominate", user, "--cohort", "spring", "--at", "2026-01-01T00:00:00Z"]);
        }
        for (user, at) in [("ann", "2026-01-11T00:00:00Z"), ("ben", "2026-02-01T00:00:00Z"), ("cat", "2026-01-21T00:00:00Z")] {
            t.ok(&["champions", "advance", user, "--cohort", "spring", "--at", at]);
        }
        t.ok(&["champions", "advance", "ann", "--cohort", "spring", "--at", "2026-03-01T00:00:00Z"]);
        t.ok(&["champions", "withdraw", "ben", "--cohort", "spring", "--yes"]);
        let csv = t.ok(&["champions", "stats", "--format", "csv"]);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[1], ",,candidate,4,3,3,75,1728000,2678400");
        assert!(lines[2].starts_with(",,selected,3,2,1,33.3,4233600,"), "{csv}");
        assert_eq!(lines[3], ",,champion,1,0,0,0,,");
        let by_month = t.ok(&["champions", "stats", "--by-month", "--by-cohort", "--format", "csv"]);
        assert!(by_month.contains("spring,2026-01,candidate,4,2,3,75,1728000,2678400\n"), "{by_month}");
        assert!(by_month.contains("spring,2026-02,candidate,0,1,0,,,\n") && by_month.contains("spring,2026-02,selected,1,0,0,0,"), "{by_month}");
        assert!(t.fails(6, &["champions", "stats", "--cohort", "autumn", "--format", "json"]).contains("unknown cohort autumn"));
        assert_eq!(t.ok(&["champions", "stats", "--global", "--format", "json"]), "[]\n");
    }
}

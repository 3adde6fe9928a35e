use serde_json::{Value, json};

use crate::on_both_engines;
use crate::sandbox::Sandbox;

/// Imports actions, given as user, action type, target and time; the enrollment id is `enr_` and the user.
fn acts(t: &Sandbox, rows: &[(&str, &str, &str, &str)]) {
    let mut csv = "user_id,action_type,target_type,target_id,occurred_at,enrollment_id,source_system,source_event_id\n"
        .to_owned();
    for (n, (user, action, target, at)) in rows.iter().enumerate() {
        let (kind, id) = target.split_once(':').unwrap();
        csv.extend([user, ",", action, ",", kind, ",", id, ",", at, ",enr_", user, ",app,e", &n.to_string(), "\n"]);
    }
    t.ok(&["import", "actions", &t.file("acts.csv", csv), "--allow-times", "1990-01-01..3000-01-01"]);
}

fn rows(t: &Sandbox, args: &[&str]) -> Vec<Value> {
    let lines = t.ok(&[&["actions"], args, &["--format", "jsonl"]].concat());
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn course(t: &Sandbox) {
    for user in ["ann", "ben", "cat"] {
        t.user(user, "");
    }
    acts(
        t,
        &[
            ("ann", "enrolled", "course:c", "2026-01-01T00:00:00Z"),
            ("ann", "enrolled", "cohort:spring", "2026-01-01T00:00:00Z"),
            ("ann", "started_module", "module:m1", "2026-01-03T00:00:00Z"),
            ("ann", "completed_module", "module:m1", "2026-01-03T12:00:00Z"),
            ("ann", "started_module", "module:m2", "2026-01-05T00:00:00Z"),
            ("ann", "completed_course", "course:c", "2026-03-01T00:00:00Z"),
            ("ben", "enrolled", "course:c", "2026-01-02T00:00:00Z"),
            ("ben", "started_module", "module:m1", "2026-01-06T00:00:00Z"),
            ("ben", "unenrolled", "course:c", "2026-01-10T00:00:00Z"),
            // Before the enrollment, so it does not count as a step of the funnel.
            ("cat", "started_module", "module:m1", "2025-12-01T00:00:00Z"),
            ("cat", "enrolled", "course:c", "2026-01-01T00:00:00Z"),
        ],
    );
}

on_both_engines! {
    fn a_funnel_counts_the_users_at_each_step(t) {
        course(t);
        let funnel = |args: &[&str]| {
            let steps = rows(t, &[&["funnel", "enrolled", "started_module", "completed_module", "completed_course"], args].concat());
            steps.into_iter().map(|step| json!([step["users"], step["conversion_percent"], step["median_seconds"]])).collect::<Vec<_>>()
        };
        let day = 86_400;
        assert_eq!(funnel(&[]), [json!([3, null, null]), json!([2, 66.7, 2 * day]), json!([1, 50.0, day / 2]), json!([1, 100.0, 56 * day + day / 2])]);
        assert_eq!(funnel(&["--within", "30d"])[2..], [json!([1, 50.0, day / 2]), json!([0, 0.0, null])]);
        assert_eq!(funnel(&["--within", "3d"])[1], json!([1, 33.3, 2 * day]));
        assert_eq!(funnel(&["--since", "2026-01-02"])[0], json!([1, null, null]));
        assert_eq!(funnel(&["--until", "2020-01-01"])[0], json!([0, null, null]));
        t.fails(2, &["actions", "funnel", "enrolled"]);
        t.fails(2, &["actions", "funnel", "enrolled", "enrolled"]);
    }

    fn progress_is_shown_by_user_course_and_cohort(t) {
        course(t);
        let progress_rows = |args: &[&str]| {
            let csv = t.ok(&[&["actions", "progress", "--format", "csv"], args].concat());
            csv.lines().skip(1).map(|line| line.split(',').skip(1).take(3).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
        };
        assert_eq!(progress_rows(&["--course", "c"]), ["ann course:c completed", "ben course:c left", "cat course:c open"]);
        assert_eq!(progress_rows(&["--course", "c", "--open"]), ["cat course:c open"]);
        assert_eq!(progress_rows(&["--user", "ann@example.com"]), ["ann cohort:spring open", "ann course:c completed", "ann module:m1 completed", "ann module:m2 open"]);
        assert_eq!(progress_rows(&["--cohort", "spring", "--open"]), ["ann cohort:spring open", "ann module:m2 open"]);
        assert_eq!(progress_rows(&["--course", "c", "--after", "user~ann~course:c", "--limit", "1"]), ["ben course:c left"]);
        let module = &rows(t, &["progress", "--user", "ann"])[2];
        assert_eq!((&module["started_at"], &module["completed_at"]), (&"2026-01-03T00:00:00Z".into(), &"2026-01-03T12:00:00Z".into()));
        t.fails(2, &["actions", "progress"]);
        t.fails(6, &["actions", "progress", "--user", "nobody"]);
        t.fails(2, &["actions", "progress", "--course", "c", "--after", "x"]);
    }

    fn lint_finds_nothing_in_a_consistent_log(t) {
        t.ok(&["import", "all", &crate::sandbox::example("")]);
        let run = t.run(&["actions", "lint"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, "no inconsistencies found\n"));
    }

    fn lint_finds_inconsistent_actions(t) {
        t.user("ann", "");
        t.user("ben", "");
        acts(t, &[
            ("ann", "completed_module", "module:m1", "2026-01-01T00:00:00Z"),
            ("ann", "started_module", "module:m1", "2026-01-02T00:00:00Z"),
            ("ann", "completed_course", "course:c", "2026-01-02T00:00:00Z"),
            ("ann", "enrolled", "course:c", "2026-01-03T00:00:00Z"),
            ("ben", "enrolled", "course:c", "2026-01-01T00:00:00Z"),
            ("ben", "unenrolled", "course:c", "2026-01-02T00:00:00Z"),
            ("ben", "viewed_module", "module:m1", "2026-01-03T00:00:00Z"),
            ("ben", "enrolled", "course:c", "2026-01-04T00:00:00Z"),
            ("ben", "viewed_module", "module:m2", "2026-01-05T00:00:00Z"),
            ("ben", "viewed_module", "module:m3", "2999-01-01T00:00:00Z"),
            ("ben", "viewed_module", "module:m4", "2026-02-01T00:00:00.1Z"),
            ("ben", "viewed_module", "module:m5", "2026-02-01T00:00:00.2Z"),
            ("ben", "viewed_module", "module:m6", "2026-02-01T00:00:00.3Z"),
        ]);
        let run = t.run(&["actions", "lint", "--same-second", "3", "--format", "csv"]);
        assert_eq!(run.status, 3, "{run}");
        let found: Vec<String> = run.stdout.lines().skip(1).map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{} {} {} {}", cells[0], cells[1], cells[3], cells[4])
        }).collect();
        assert_eq!(found, [
            "completed_before_started 1 ann 2026-01-01T00:00:00Z",
            "completed_before_enrolled 1 ann 2026-01-02T00:00:00Z",
            "active_after_unenrolled 1 ben 2026-01-03T00:00:00Z",
            "in_the_future 1 ben 2999-01-01T00:00:00Z",
            "same_second 1 ben 2026-02-01T00:00:00.100Z",
        ]);
        assert!(run.stderr.contains("5 inconsistent actions found"), "{run}");
        assert_eq!(t.run(&["actions", "lint", "--examples", "1"]).status, 3);
        if t.engine == crate::sandbox::Engine::Sqlite {
            t.sql("PRAGMA foreign_keys = OFF; INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at) \
                VALUES ('x', 'nobody', 'enrolled', 'course', 'c', '2026-01-01T00:00:00.000000Z')").unwrap();
            assert!(t.run(&["actions", "lint", "--format", "csv"]).stdout.contains("unknown_user,1,x,nobody,"));
        }
    }
}

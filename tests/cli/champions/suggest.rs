use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::Sandbox;

/// Ann has many posts in January, Ben has many in March, Cat has few.
fn community(t: &Sandbox) {
    for user in ["ann", "ben", "cat"] {
        t.user(user, "");
    }
    let mut csv = "user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at\n".to_owned();
    let mut event = 0;
    let mut act = |csv: &mut String, user: &str, action: &str, day: &str| {
        event += 1;
        csv.extend([user, ",", action, ",thread,t,app,e", &event.to_string(), ",", day, "T12:00:00Z\n"]);
    };
    for day in 1..=6 {
        act(&mut csv, "ann", "posted_reply", &format!("2026-01-{day:02}"));
        act(&mut csv, "ben", "posted_reply", &format!("2026-03-{day:02}"));
        act(&mut csv, "ben", "posted_reply", &format!("2026-03-{day:02}"));
    }
    act(&mut csv, "ann", "posted_thread", "2026-01-07");
    act(&mut csv, "cat", "posted_reply", "2026-03-01");
    act(&mut csv, "cat", "viewed_module", "2026-03-02");
    csv.push_str("ann,enrolled,cohort,spring,app,x1,2026-01-01T00:00:00Z\n");
    t.ok(&["import", "actions", &t.file("actions.csv", csv)]);
}

fn suggested(t: &Sandbox, args: &[&str]) -> Vec<String> {
    let ids = t.ok(&[&["champions", "suggest", "--format", "ids"], args].concat());
    ids.lines().map(ToOwned::to_owned).collect()
}

on_both_engines! {
    fn users_who_reach_the_thresholds_are_suggested_best_first(t) {
        community(t);
        assert_eq!(suggested(t, &["--min-replies", "5", "--since", "9999d"]), ["ben", "ann"]);
        assert_eq!(suggested(t, &["--min-replies", "1", "--since", "9999d", "--limit", "2"]), ["ben", "ann"]);
        assert_eq!(suggested(t, &["--min-replies", "5", "--min-threads", "1", "--since", "9999d"]), ["ann"]);
        assert_eq!(suggested(t, &["--min-active-days", "7", "--since", "9999d"]), ["ann"]);
        assert_eq!(suggested(t, &["--min-active-days", "2", "--since", "9999d"]), ["ann", "ben", "cat"]);
        assert_eq!(suggested(t, &["--min-completed", "1", "--since", "9999d"]), [""; 0]);
        assert_eq!(suggested(t, &["--min-replies", "1", "--since", "1d"]), [""; 0]);
        assert_eq!(suggested(t, &["--min-replies", "1", "--since", "9999d", "--cohort", "spring"]), ["ann"]);
        let table = t.ok(&["champions", "suggest", "--min-replies", "5", "--min-active-days", "2", "--since", "9999d", "--explain"]);
        assert!(table.contains("ben      ben    5.40       12            6  active_days 2, replies 5"), "{table}");
        t.fails(2, &["champions", "suggest"]);
        t.fails(2, &["champions", "suggest", "--min-replies", "0"]);
    }

    fn the_rule_can_be_read_from_a_file(t) {
        community(t);
        let rules = t.file("rules.toml", "min_replies = 5\nsince = \"9999d\"\n");
        assert_eq!(suggested(t, &["--rules", &rules]), ["ben", "ann"]);
        assert_eq!(suggested(t, &["--rules", &rules, "--min-replies", "7"]), ["ben"]);
        let stderr = t.fails(1, &["champions", "suggest", "--rules", &t.file("bad.toml", "min_reply = 5\n")]);
        assert!(stderr.contains("invalid rules file ") && stderr.contains("bad.toml") && stderr.contains("unknown field `min_reply`"), "{stderr}");
    }

    fn as_of_suggests_from_the_data_at_that_time(t) {
        community(t);
        assert_eq!(suggested(t, &["--min-replies", "5", "--as-of", "2026-02-01"]), ["ann"]);
        assert_eq!(suggested(t, &["--min-replies", "5", "--as-of", "2026-03-10", "--since", "30d"]), ["ben"]);
        t.ok(&["champions", "nominate", "ann", "--at", "2026-01-15T00:00:00Z"]);
        assert_eq!(suggested(t, &["--min-replies", "5", "--as-of", "2026-02-01"]), [""; 0]);
        assert_eq!(suggested(t, &["--min-replies", "5", "--as-of", "2026-01-10"]), ["ann"]);
        t.ok(&["champions", "withdraw", "ann", "--yes"]);
        assert_eq!(suggested(t, &["--min-replies", "5", "--as-of", "2026-02-01"]), [""; 0], "she was in the pipeline then");
        assert_eq!(suggested(t, &["--min-replies", "5", "--since", "9999d"]), ["ben", "ann"]);
    }

    fn backtest_compares_the_rule_with_the_current_champions(t) {
        community(t);
        for (user, at) in [("ann", "2026-01-10T12:00:00Z"), ("ben", "2026-03-01T00:00:00Z"), ("cat", "2026-03-05T00:00:00Z")] {
            t.ok(&["champions", "nominate", user, "--at", at]);
            t.ok(&["champions", "advance", user]);
            t.ok(&["champions", "advance", user]);
        }
        let run = t.run(&["champions", "suggest", "--min-replies", "5", "--backtest", "--format", "jsonl"]);
        let found: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |user: &str| found.iter().find(|row| row["user_id"] == user).unwrap();
        assert_eq!((&of("ann")["found_at"], &of("ann")["early_seconds"]), (&"2026-01-05T12:00:00Z".into(), &(5 * 86_400).into()));
        assert_eq!(of("ben")["found_at"], "2026-03-03T12:00:00Z");
        assert!(of("ben")["early_seconds"].as_i64().unwrap() < 0 && of("cat")["found_at"].is_null());
        assert!(run.stderr.contains("found 2 of 3 champions, 1 before nomination; suggests 0 other users today"), "{run}");
    }

    fn suggested_users_can_be_nominated(t) {
        community(t);
        let rule = ["champions", "suggest", "--min-replies", "5", "--since", "9999d", "--nominate", "--yes"];
        let before = t.content();
        let run = t.run(&[&rule[..], &["--dry-run"]].concat());
        assert!(run.status == 0 && run.stderr.ends_with("would nominate 2 users\n"), "{run}");
        assert!(t.content() == before);
        t.ok(&[&rule[..], &["--limit", "1"]].concat());
        assert_eq!(t.value("user_id || ': ' || notes", "FROM champion"), "ben: Suggested from the action log: 12 replies (at least 5 required).");
        t.ok(&rule);
        t.ok(&rule);
        assert_eq!(t.count("champion"), 2);
    }
}

//! Lists: the same fields in every format, and columns and order by choice.

use std::cmp::Ordering;

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

/// Every list, with a column to sort by. Those that count back from now are given a time.
const LISTS: [(&str, &str); 33] = [
    ("users list --last-active", "name"),
    ("users stats", "users"),
    ("users stats --retention --until 2026-06-01", "users"),
    ("users history usr_003", "verb"),
    ("users duplicates", "by"),
    ("users trace usr_003", "found"),
    ("users erasures", "id"),
    ("users alias list usr_003", "email"),
    ("users feed --list", "consumer"),
    ("champions list", "user_id"),
    ("champions history usr_42_maya", "at"),
    ("champions stats --by-cohort --by-month", "entered"),
    (
        "champions suggest --min-replies 1 --min-threads 1 --min-active-days 1 --min-completed 1 --since 2026-01-01",
        "score",
    ),
    ("champions suggest --backtest --min-replies 1 --since 365d", "user_id"),
    ("actions list", "user_id"),
    ("actions stats --by type", "users"),
    ("actions stats --by type --by week", "across"),
    ("actions progress --course crs_rust_101 --limit 3", "enrolled_at"),
    ("actions progress --by course", "enrolled"),
    ("actions funnel enrolled started_module completed_course", "users"),
    ("actions freshness --max-age 90y", "source"),
    ("actions lint", "occurred_at"),
    ("actions feed --list", "consumer"),
    ("import history", "inserted"),
    ("import parked --list", "reason"),
    ("import presets list", "about"),
    ("audit list", "id"),
    ("audit operations", "result"),
    ("audit verify", "subject"),
    ("check", "rule"),
    ("config list", "source"),
    ("migrate status", "migration"),
    ("doctor", "name"),
];

/// Lists that the database sorts, by some of their columns.
const SORTED_BY_INDEX: [&str; 3] = ["users list --last-active", "actions list", "champions list"];

/// The example with something in every list.
fn filled(t: &Sandbox) {
    t.ok(&["import", "all", &example("")]);
    t.ok(&["users", "alias", "add", "usr_003", "former@example.com"]);
    t.ok(&["users", "alias", "add", "usr_003", "another@example.com"]);
    let email = json(t, &["users", "show", "usr_004"])["email"].as_str().unwrap().to_owned();
    for id in ["gone_1", "gone_2"] {
        t.ok(&[
            "users",
            "create",
            "--email",
            &format!("{id}@example.com"),
            "--id",
            id,
            "--name",
            &email,
            "--role",
            "student",
        ]);
        t.ok(&["users", "create", "--email", &format!("{id}.x@example.org"), "--name", &email, "--role", "student"]);
        t.ok(&["users", "erase", id, "--confirm", &format!("{id}@example.com")]);
    }
    for one in ["an.na", "anna"] {
        t.ok(&["users", "create", "--email", &format!("{one}@example.net"), "--name", "Anna"]);
    }
    t.ok(&["actions", "record", "usr_004", "enrolled", "course:another"]);
    for user in ["usr_004", "usr_005"] {
        t.ok(&["actions", "record", user, "completed_course", "course:another", "--at", "2026-01-01T00:00:00Z"]);
        t.ok(&["actions", "record", user, "enrolled", "course:another", "--at", "2026-02-01T00:00:00Z"]);
    }
    for consumer in ["nudges", "badges"] {
        t.ok(&["actions", "feed", consumer, "--limit", "1"]);
        t.ok(&["users", "feed", &format!("{consumer}_of_users"), "--limit", "1"]);
    }
    let events = "user_id,action_type,target_type,target_id,occurred_at\nnobody,enrolled,course,c,2026-05-01T00:00:00Z\n\
                  no_one,enrolled,course,c,2026-05-01T00:00:00Z\n";
    t.ok(&["import", "actions", &t.file("parked.csv", events), "--unknown-users", "park"]);
    // Around the trail.
    let change =
        "UPDATE \"user\" SET roles = (SELECT roles FROM \"user\" WHERE id = 'usr_staff_1') WHERE id = 'usr_004'";
    let quietly = match t.engine {
        Engine::Sqlite => format!("INSERT INTO current_operation VALUES (1); {change}; DELETE FROM current_operation"),
        Engine::Postgres => format!("BEGIN; SET LOCAL rollbook.recorded = 'on'; {change}; COMMIT"),
    };
    t.sql(&quietly).unwrap();
}

fn json(t: &Sandbox, args: &[&str]) -> Value {
    serde_json::from_str(&t.ok(&[args, &["--format", "json"]].concat())).unwrap()
}

fn rows(json: &str) -> Vec<Value> {
    match serde_json::from_str(json).unwrap() {
        Value::Array(rows) => rows,
        row => vec![row],
    }
}

on_both_engines! {
    fn tables_and_json_have_the_same_fields(t) {
        filled(t);
        for (command, _) in LISTS {
            let args: Vec<&str> = command.split(' ').collect();
            let csv = t.run(&[&args[..], &["--format", "csv"]].concat()).stdout;
            let rows = rows(&t.run(&[&args[..], &["--format", "json"]].concat()).stdout);
            let row = rows.first().unwrap_or_else(|| panic!("nothing is listed by {command}"));
            let fields: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
            if command != "champions list" {
                // As CSV, it has the columns that an import takes.
                let mut header: Vec<&str> = csv.lines().next().unwrap_or_default().split(',').collect();
                header.sort_unstable();
                let mut sorted = fields.clone();
                sorted.sort_unstable();
                assert_eq!(header, sorted, "{command}");
            }
            let chosen = fields.join(",");
            let csv = t.run(&[&args[..], &["--columns", &chosen, "--format", "csv"]].concat()).stdout;
            assert_eq!(csv.lines().next(), Some(chosen.as_str()), "{command}");
        }
    }

    fn every_list_is_sorted_and_turned_round_and_shows_the_columns_that_are_asked_for(t) {
        filled(t);
        for (command, column) in LISTS {
            let mut args: Vec<&str> = command.split(' ').collect();
            if let Some(limit) = args.iter().position(|arg| *arg == "--limit") {
                args.truncate(limit);
            }
            let listed = |more: &[&str]| -> Vec<Value> {
                let run = t.run(&[&args[..], more, &["--format", "json"]].concat());
                assert!([0, 1, 3].contains(&run.status), "{command}: {run}");
                let mut rows = rows(&run.stdout);
                // They are measured from now, and the disk is filled by other programs.
                rows.retain(|row| row.get("name").is_none_or(|name| name != "disk"));
                for name in ["age_seconds", "before", "behind_seconds", "stayed_seconds", "waited_seconds"] {
                    for row in &mut rows {
                        row.as_object_mut().unwrap().remove(name);
                    }
                }
                rows
            };
            let plain = listed(&[]);
            let mut turned = plain.clone();
            turned.reverse();
            assert_eq!(listed(&["--reverse"]), turned, "{command}");
            if SORTED_BY_INDEX.contains(&command) {
                continue;
            }
            // What is equal stands as it did, so that a reversed list is the list from its end.
            let (mut expected, cell) = (plain, |row: &Value| row.get(column).cloned().unwrap_or_default());
            let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(f64::NEG_INFINITY);
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            expected.sort_by(|one, other| {
                let (one, other) = (cell(one), cell(other));
                number(&one).total_cmp(&number(&other)).then_with(|| if one.is_number() { Ordering::Equal } else { text(&one).cmp(&text(&other)) })
            });
            let is_one = ["actions freshness", "champions suggest --backtest", "audit verify"].iter().any(|one| command.starts_with(one));
            assert!(expected.len() > 1 || is_one, "{command}: {expected:?}");
            assert_eq!(listed(&["--sort", column]), expected, "{command}");
            expected.reverse();
            assert_eq!(listed(&["--sort", column, "--reverse"]), expected, "{command} --reverse");
            let refused = t.run(&[&args[..], &["--sort", "shoe_size"]].concat());
            assert_eq!(refused.status, 2, "{command}: {refused}");
            assert!(refused.stderr.contains("--sort shoe_size: unknown column; expected some of"), "{refused}");
        }
    }

    fn a_sorted_list_is_cut_after_it_is_sorted(t) {
        t.ok(&["import", "all", &example("")]);
        let all = json(t, &["actions", "stats", "--by", "user", "--sort", "users"]);
        let cut = t.run(&["actions", "stats", "--by", "user", "--sort", "actions", "--limit", "2", "--format", "json"]);
        let fewest = all.as_array().unwrap().iter().map(|row| row["actions"].as_i64().unwrap()).min();
        assert_eq!(rows(&cut.stdout)[0]["actions"].as_i64(), fewest, "{cut}");
        assert!(cut.stderr.contains("more groups, all after these; show them with --limit N"), "{cut}");
        let history = t.run(&["audit", "list", "--sort", "subject_id", "--limit", "1", "--format", "json"]);
        let least = json(t, &["audit", "list"]).as_array().unwrap().iter().map(|row| row["subject_id"].as_str().unwrap().to_owned()).min();
        assert_eq!(rows(&history.stdout)[0]["subject_id"].as_str(), least.as_deref());
        assert!(history.stderr.contains("show more with --limit N, or in another format"), "{history}");
        let refused = t.fails(2, &["audit", "list", "--sort", "subject_id", "--after", "3"]);
        assert!(refused.contains("--after is for a list in its own order"), "{refused}");
        // Columns are chosen beside it, and the last are shown by what is turned round.
        let one = t.ok(&["actions", "stats", "--by", "type", "--sort", "actions", "--columns", "value", "--limit", "2", "--format", "csv"]);
        assert!(one.lines().count() == 3 && one.starts_with("value\n") && !one.contains(','), "{one}");
        let by_name = |args: &[&str]| -> Vec<String> {
            let suggest = ["champions", "suggest", "--min-replies", "1", "--since", "2026-01-01", "--sort", "name", "--limit", "3"];
            json(t, &[&suggest[..], args].concat()).as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = json(t, &["champions", "suggest", "--min-replies", "1", "--since", "2026-01-01"]);
        let mut names: Vec<&str> = all.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(by_name(&[]), names[..3]);
        names.reverse();
        assert_eq!(by_name(&["--reverse"]), names[..3]);
        for args in [&["import", "parked", "--limit", "3"][..], &["actions", "feed", "nudges", "--sort", "lag"], &["users", "feed", "nudges", "--reverse"]] {
            assert!(t.fails(2, args).contains("require --list"), "{args:?}");
        }
        t.fails(2, &["champions", "suggest", "--min-replies", "1", "--nominate", "--sort", "name"]);
        // A matrix becomes a list.
        let table = t.ok(&["actions", "stats", "--by", "type", "--by", "month", "--sort", "actions", "--reverse"]);
        assert!(table.lines().next().unwrap().starts_with("value "), "{table}");
    }
}

//! Lists: the same fields in every format, and columns and order by choice.

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

/// Every list, with a column to sort by.
const LISTS: [(&str, &str); 27] = [
    ("users list --last-active", "name"),
    ("users stats", "users"),
    ("users stats --retention --weeks 60", "users"),
    ("users history usr_003", "verb"),
    ("users duplicates", "by"),
    ("users trace usr_003", "found"),
    ("users erasures", "at"),
    ("users alias list usr_003", "email"),
    ("champions list", "user_id"),
    ("champions history usr_42_maya", "at"),
    ("champions stats --by-cohort --by-month", "entered"),
    ("champions suggest --min-replies 1 --min-threads 1 --min-active-days 1 --min-completed 1 --since 3y", "score"),
    ("champions suggest --backtest --min-replies 1 --since 3y", "user_id"),
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
    ("audit list", "subject_id"),
    ("migrate status", "migration"),
    ("doctor", "name"),
];

/// A single row, and a list of few.
const NOT_ARRANGED: [&str; 2] = ["actions freshness --max-age 90y", "actions feed --list"];

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
    t.ok(&["actions", "feed", "nudges", "--limit", "1"]);
    let events = "user_id,action_type,target_type,target_id,occurred_at\nnobody,enrolled,course,c,2026-05-01T00:00:00Z\n\
                  no_one,enrolled,course,c,2026-05-01T00:00:00Z\n";
    t.ok(&["import", "actions", &t.file("parked.csv", events), "--unknown-users", "park"]);
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
            let Some(row) = rows.first() else { continue };
            let fields: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
            if command != "champions list" {
                // As CSV, it has the columns that an import takes.
                let mut header: Vec<&str> = csv.lines().next().unwrap_or_default().split(',').collect();
                header.sort_unstable();
                let mut sorted = fields.clone();
                sorted.sort_unstable();
                assert_eq!(header, sorted, "{command}");
            }
            if !NOT_ARRANGED.contains(&command) {
                let chosen = fields.join(",");
                let csv = t.run(&[&args[..], &["--columns", &chosen, "--format", "csv"]].concat()).stdout;
                assert_eq!(csv.lines().next(), Some(chosen.as_str()), "{command}");
            }
        }
    }

    fn every_list_is_sorted_and_turned_round_and_shows_the_columns_that_are_asked_for(t) {
        filled(t);
        for (command, column) in LISTS {
            let args: Vec<&str> = command.split(' ').collect();
            // The long lists are sorted by the database, by some of their columns.
            if NOT_ARRANGED.contains(&command) || ["users list", "actions list", "champions list"].iter().any(|list| command.starts_with(list)) {
                continue;
            }
            let listed = |more: &[&str]| -> Vec<Value> {
                let mut args = args.clone();
                if let Some(limit) = args.iter().position(|arg| *arg == "--limit") {
                    args.truncate(limit);
                }
                let run = t.run(&[&args[..], more, &["--format", "json"]].concat());
                assert!([0, 1, 3].contains(&run.status), "{command}: {run}");
                rows(&run.stdout).iter().map(|row| row.get(column).cloned().unwrap_or_default()).collect()
            };
            let number = |value: &Value| value.as_f64().unwrap_or(f64::NEG_INFINITY);
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let sorted = listed(&["--sort", column]);
            assert!(sorted.len() > 1 || command.contains("freshness") || command.contains("backtest"), "{command}: {sorted:?}");
            let mut expected = listed(&[]);
            if command.starts_with("users trace") {
                assert_eq!(sorted.len(), expected.len(), "{command}");
                continue; // Where a person appears changes with each command.
            }
            expected.sort_by(|one, other| number(one).total_cmp(&number(other)).then(text(one).cmp(&text(other))));
            assert_eq!(sorted, expected, "{command}");
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
        // A matrix becomes a list.
        let table = t.ok(&["actions", "stats", "--by", "type", "--by", "month", "--sort", "actions", "--reverse"]);
        assert!(table.lines().next().unwrap().starts_with("value "), "{table}");
    }
}

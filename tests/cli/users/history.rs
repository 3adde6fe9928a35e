use serde_json::{Value, json};

use crate::on_both_engines;
use crate::sandbox::Sandbox;

fn history(t: &Sandbox, user: &str) -> Vec<Value> {
    let lines = t.ok(&["users", "history", user, "--format", "jsonl"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The time of the last change of the user.
fn now(t: &Sandbox, user: &str) -> String {
    history(t, user)[0]["at"].as_str().unwrap().to_owned()
}

fn roles_at(t: &Sandbox, user: &str, time: &str) -> Value {
    let shown = t.ok(&["users", "show", user, "--as-of", time, "--format", "json"]);
    serde_json::from_str::<Value>(&shown).unwrap()["roles"].clone()
}

on_both_engines! {
    fn history_lists_every_change_with_actor_old_and_new_value(t) {
        t.user("ann", "student");
        t.ok(&["users", "update", "ann", "--name", "Ann A.", "--origin", "web", "--actor", "grace"]);
        t.ok(&["users", "roles", "add", "ann", "superadmin"]);
        t.fails(1, &["users", "roles", "set", "ann", "admin"]);
        let changes = history(t, "ann@example.com");
        let verbs: Vec<&str> = changes.iter().map(|change| change["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["roles", "roles", "update", "create"]);
        assert_eq!(changes[0]["refusal"], "this would leave no superadmin");
        assert_eq!(changes[0]["changes"], json!([{"field": "roles", "from": ["student", "superadmin"], "to": ["admin"]}]));
        assert_eq!((&changes[2]["actor"], &changes[2]["refusal"]), (&json!("grace"), &Value::Null));
        assert_eq!(
            changes[2]["changes"],
            json!([{"field": "name", "from": "ann", "to": "Ann A."}, {"field": "origin", "from": "rollbook", "to": "web"}])
        );
        let table = t.ok(&["users", "history", "ann"]);
        assert!(table.contains("name: ann → Ann A.; origin: rollbook → web"), "{table}");
    }

    fn a_history_is_filtered_as_the_trail_is(t) {
        t.user("ann", "superadmin");
        t.ok(&["--actor", "grace", "users", "roles", "add", "ann", "teacher"]);
        t.ok(&["users", "update", "ann", "--name", "Ann A.", "--operation-id", "op-1"]);
        t.fails(1, &["users", "roles", "set", "ann", "--none"]);
        let verbs = |args: &[&str]| -> Vec<String> {
            let lines = t.ok(&[&["users", "history", "ann", "--format", "jsonl"], args].concat());
            lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["verb"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(verbs(&[]), ["roles", "update", "roles", "create"]);
        assert_eq!(verbs(&["--actor", "grace"]), ["roles"]);
        assert_eq!(verbs(&["--verb", "update"]), ["update"]);
        assert_eq!(verbs(&["--role", "teacher"]), ["roles", "roles"]);
        assert_eq!(verbs(&["--refused"]), ["roles"]);
        assert_eq!(verbs(&["--operation", "op-1"]), ["update"]);
        assert_eq!(verbs(&["--until", "2020-01-01"]), Vec::<String>::new());
        assert_eq!(verbs(&["--since", "1h", "--verb", "create,update"]), ["update", "create"]);
        assert!(t.fails(6, &["users", "history", "ann", "--verb", "updat"]).contains("did you mean update?"));
    }

    fn history_can_be_paged_with_after(t) {
        t.user("ann", "");
        for n in 0..5 {
            t.ok(&["users", "update", "ann", "--name", &format!("Ann {n}")]);
        }
        let all = history(t, "ann");
        let id = all[1]["id"].as_str().unwrap();
        let rest = t.ok(&["users", "history", "ann", "--after", id, "--format", "jsonl"]);
        assert_eq!(rest.lines().count(), 4);
        t.fails(2, &["users", "history", "ann", "--after", "x"]);
    }

    fn as_of_shows_the_roles_at_that_time(t) {
        t.user("ann", "student");
        let first = now(t, "ann");
        t.ok(&["users", "roles", "add", "ann", "teacher"]);
        let second = now(t, "ann");
        t.ok(&["users", "roles", "set", "ann", "--none"]);
        let third = now(t, "ann");
        assert_eq!(roles_at(t, "ann", &first), json!(["student"]));
        assert_eq!(roles_at(t, "ann", &second), json!(["student", "teacher"]));
        assert_eq!(roles_at(t, "ann", &third), json!([]));
        assert_eq!(roles_at(t, "ann", "now"), json!([]));
        assert!(t.fails(6, &["users", "show", "ann", "--as-of", "2020-01-01"]).contains("the recorded history of user ann starts after 2020-01-01"));
        let list = |time: &str, role: &str| {
            t.ok(&["users", "list", "--as-of", time, "--role", role, "--format", "csv", "--columns", "id,roles"])
        };
        assert_eq!(list(&second, "teacher"), "id,roles\nann,\"student,teacher\"\n");
        assert_eq!(list(&first, "teacher"), "id,roles\n");
        assert_eq!(list(&third, "teacher"), "id,roles\n");
        assert_eq!(t.ok(&["users", "list", "--as-of", "2020-01-01", "--count"]), "0\n");
        assert_eq!(t.ok(&["users", "list", "--as-of", &first, "--without-role", "teacher", "--count"]), "1\n");
    }

    fn roles_before_the_first_audit_event_are_its_old_value(t) {
        t.sql("INSERT INTO \"user\" (id, email, name, origin) VALUES ('zoe', 'zoe@example.com', 'Zoe', 'app')").unwrap();
        assert_eq!(roles_at(t, "zoe", "2020-01-01"), json!([]));
        t.ok(&["users", "roles", "add", "zoe", "admin"]);
        // The roles before the first recorded change.
        assert_eq!(roles_at(t, "zoe", "2020-01-01"), json!([]));
        assert_eq!(roles_at(t, "zoe", "now"), json!(["admin"]));
    }

    fn an_import_is_recorded_in_the_audit_trail(t) {
        t.ok(&["import", "users", &crate::sandbox::example("users.csv")]);
        let run = t.value("id", "FROM import_run");
        assert_eq!(t.count(&format!("audit_event WHERE subject_kind = 'import' AND verb = 'import' AND subject_id = '{run}'")), 1);
        assert_eq!(t.count(&format!("audit_event WHERE verb = 'create' AND import_run_id = '{run}'")), 327);
    }
}

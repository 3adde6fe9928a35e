//! `audit list` and `audit show`: who changed what, when and why.

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

fn verbs(t: &Sandbox, args: &[&str]) -> Vec<(String, String)> {
    let json = t.ok(&[&["audit", "list", "--format", "json", "--reverse"], args].concat());
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    rows.iter()
        .map(|row| (row["verb"].as_str().unwrap().to_owned(), row["subject_id"].as_str().unwrap().to_owned()))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(verb, id)| ((*verb).to_owned(), (*id).to_owned())).collect()
}

on_both_engines! {
    fn changes_are_found_by_actor_role_subject_and_operation(t) {
        t.user("ann", "superadmin");
        t.user("ben", "student");
        t.ok(&["users", "roles", "add", "ben", "admin", "--actor", "eve", "--reason", "ticket 7", "--operation-id", "op7"]);
        t.ok(&["users", "roles", "add", "ben", "teacher"]);
        t.ok(&["users", "roles", "remove", "ben", "admin"]);
        assert_eq!(verbs(t, &["--role", "admin"]), pairs(&[("roles", "ben"), ("roles", "ben")]));
        assert_eq!(verbs(t, &["--role", "teacher"]), pairs(&[("roles", "ben")]));
        assert_eq!(verbs(t, &["--actor", "eve"]), pairs(&[("roles", "ben")]));
        assert_eq!(verbs(t, &["--operation", "op7"]), pairs(&[("roles", "ben")]));
        assert_eq!(verbs(t, &["--subject", "ben@example.com", "--verb", "create"]), pairs(&[("create", "ben")]));
        assert_eq!(verbs(t, &["--since", "2020-01-01", "--until", "2021-01-01"]), []);
        t.fails(1, &["users", "roles", "remove", "ann", "superadmin"]);
        assert_eq!(verbs(t, &["--refused"]), pairs(&[("roles", "ann")]));
        let rows: Vec<Value> = serde_json::from_str(&t.ok(&["audit", "list", "--actor", "eve", "--format", "json"])).unwrap();
        assert_eq!((&rows[0]["reason"], &rows[0]["operation_id"]), (&"ticket 7".into(), &"op7".into()));
        let shown = t.ok(&["audit", "show", rows[0]["id"].as_str().unwrap()]);
        assert!(shown.contains("roles: student → student,admin") && shown.contains("ticket 7"), "{shown}");
        t.fails(6, &["audit", "show", "999999"]);
        t.fails(2, &["audit", "list", "--after", "x"]);
    }

    fn notes_and_their_reasons_are_in_the_trail(t) {
        t.user("ann", "student");
        t.ok(&["champions", "nominate", "ann"]);
        t.ok(&["champions", "note", "ann", "-m", "Kind.", "--reason", "review"]);
        t.ok(&["champions", "advance", "ann", "--reason", "vote"]);
        let id = t.value("id", "FROM champion");
        let listed = t.ok(&["audit", "list", "--subject", &id]);
        assert!(listed.contains("Kind.") && listed.contains("review") && listed.contains("vote"), "{listed}");
        assert!(t.ok(&["champions", "history", "ann"]).contains("vote"));
    }

    fn a_list_can_be_paged_in_both_orders(t) {
        for name in ["ann", "ben", "cat"] {
            t.user(name, "student");
        }
        let all = verbs(t, &[]);
        let first = t.run(&["audit", "list", "--reverse", "--limit", "1", "--format", "ids"]);
        let cursor = first.stdout.trim();
        assert!(first.stderr.contains(&format!("--after {cursor}")), "{first}");
        assert_eq!(verbs(t, &["--after", cursor]), all[1..]);
        let backwards: Vec<String> = t.ok(&["users", "history", "ann", "--reverse", "--format", "ids"]).lines().map(ToOwned::to_owned).collect();
        assert_eq!(backwards.len(), 1);
    }
}

on_both_engines! {
    fn changes_by_sql_of_other_programs_are_in_the_trail(t) {
        t.user("ann", "superadmin");
        t.user("ben", "student");
        t.ok(&["champions", "nominate", "ann"]);
        let own = t.count("audit_event");
        let roles = |list: &str| match t.engine {
            Engine::Sqlite => format!("'[{}]'", list.split(',').map(|role| format!("\"{role}\"")).collect::<Vec<_>>().join(",")),
            Engine::Postgres => format!("'{{{list}}}'"),
        };
        t.sql(&format!("UPDATE \"user\" SET roles = {} WHERE id = 'ben'", roles("student,admin"))).unwrap();
        t.sql("UPDATE \"user\" SET name = 'Ben' WHERE id = 'ben'").unwrap();
        t.sql(&format!("INSERT INTO \"user\" (id, email, name, origin, roles) VALUES ('eve', 'e@example.com', 'Eve', 'x', {})", roles("admin"))).unwrap();
        t.sql(&format!("INSERT INTO \"user\" (id, email, name, origin, roles) VALUES ('sam', 's@example.com', 'Sam', 'x', {})", roles("student"))).unwrap();
        t.sql("UPDATE champion SET stage = 'selected', selected_at = '2026-01-01T00:00:00.000000Z'").unwrap();
        t.sql("DELETE FROM champion").unwrap();
        t.sql("DELETE FROM \"user\" WHERE id = 'eve'").unwrap();
        t.sql("UPDATE \"user\" SET name = 'Ben', created_at = created_at WHERE id = 'ben'").unwrap();
        assert_eq!(t.count("audit_event"), own + 6);
        assert_eq!(verbs(t, &["--role", "admin"]), pairs(&[("sql", "ben"), ("sql", "eve"), ("sql", "eve")]));
        let actor = if t.engine == Engine::Sqlite { "sql" } else { "rollbook" };
        assert_eq!(verbs(t, &["--actor", actor]).len(), 6);
        assert!(t.ok(&["users", "history", "ben"]).contains("roles: student → student,admin"));
        let history = t.ok(&["champions", "history", "ann", "--format", "csv"]);
        assert!(history.contains(",candidate,selected,2026-01-01T00:00:00Z,") || history.contains(",candidate,selected,"), "{history}");
        let fields = t.ok(&["audit", "list", "--subject", "ben", "--actor", actor, "--jq", ".[].changes | map(.field) | join(\" \")"]);
        assert_eq!(fields.lines().collect::<Vec<_>>(), ["name", "roles"]);
        t.sql("UPDATE \"user\" SET email = 'benny@example.com', profile_img = 'https://x/b.png' WHERE id = 'ben'").unwrap();
        t.ok(&["champions", "nominate", "ben"]);
        t.sql("UPDATE champion SET notes = 'by hand'").unwrap();
        let listed = t.ok(&["audit", "list", "--actor", actor, "--since", "1h"]);
        assert!(listed.contains("email: ben@example.com → benny@example.com; profile_img: https://x/b.png") && listed.contains("notes: by hand"), "{listed}");
        t.ok(&["audit", "verify"]);
        // A student whom the platform adds and renames has the roles of then at any time.
        t.sql("UPDATE \"user\" SET name = 'Sam S.' WHERE id = 'sam'").unwrap();
        t.ok(&["users", "alias", "add", "sam", "old@example.com"]);
        for time in ["2020-01-01", "today", "2099-01-01"] {
            let ids = t.ok(&["users", "list", "--role", "student", "--as-of", time, "--format", "ids"]);
            assert!(ids.lines().any(|id| id == "sam"), "{time}: {ids}");
        }
        // An erasure reaches what they have changed, too.
        t.ok(&["users", "erase", "ben", "--confirm", "benny@example.com"]);
        let listed = t.ok(&["audit", "list", "--format", "json"]);
        assert!(!listed.contains("benny@") && !listed.contains("by hand") && !listed.contains("x/b.png"), "{listed}");
        // Changes of our own are recorded once, also after those of others.
        let before = t.count("audit_event");
        t.ok(&["users", "roles", "add", "sam", "teacher"]);
        t.ok(&["users", "roles", "add", "sam", "champion", "-n"]);
        assert_eq!(t.count("audit_event"), before + 1);
    }
}

on_both_engines! {
    fn the_trail_holds_over_a_migration_back_and_forth(t) {
        t.user("ann", "superadmin");
        t.sql("INSERT INTO \"user\" (id, email, name, origin, roles, created_at) SELECT 'sam', 's@example.com', 'Sam', 'x', roles, created_at FROM \"user\"").unwrap();
        t.sql("UPDATE \"user\" SET name = 'Sam S.' WHERE id = 'sam'").unwrap();
        t.ok(&["migrate", "revert", "--steps", "3", "--with-data", "--confirm", &t.database_name()]);
        t.sql("UPDATE \"user\" SET name = 'Sam T.', roles = (SELECT roles FROM \"user\" WHERE id = 'ann') WHERE id = 'sam'").unwrap();
        t.ok(&["migrate", "run"]);
        t.sql("UPDATE \"user\" SET email = 'sam@example.com' WHERE id = 'sam'").unwrap();
        let fields = t.ok(&["users", "history", "sam", "--reverse", "--jq", ".[].changes | map(.field) | join(\" \")"]);
        assert_eq!(fields.lines().collect::<Vec<_>>(), ["roles", "name", "email"]);
        assert_eq!(t.ok(&["users", "list", "--role", "superadmin", "--as-of", "2099-01-01", "--format", "ids"]).lines().count(), 2);
        t.ok(&["audit", "verify"]);
        // The settings of the test server are not those of a production server.
        let checks = t.run(&["doctor", "--format", "csv"]).stdout;
        assert!(checks.contains("\nschema,ok,") && checks.contains("\nguards,ok,"), "{checks}");
    }
}

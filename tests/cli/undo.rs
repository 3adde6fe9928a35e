//! `audit undo` and `audit operations`: what an operation changed is set back, or nothing is.

use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

/// The people and the records, without the times that a change sets.
fn state(t: &Sandbox) -> Vec<String> {
    let mut rows = t.values(
        "id || ' ' || email || ' ' || name || ' ' || origin || ' ' || coalesce(profile_img, '-')",
        "FROM \"user\"",
    );
    rows.extend(t.values("id || ' ' || user_id || ' ' || stage || ' ' || coalesce(notes, '-')", "FROM champion"));
    rows.sort();
    let mut roles: Vec<String> = t.values("id", "FROM \"user\"");
    roles.sort();
    rows.extend(roles.iter().map(|id| format!("{id}: {}", t.roles(id))));
    rows
}

fn crew(t: &Sandbox) {
    for (id, roles) in [("ann", "superadmin"), ("ben", "student"), ("cat", "student,teacher"), ("dan", "")] {
        t.user(id, roles);
    }
}

/// Makes a change as operation `id`, undoes it, and checks that everything is as before; then undoes the undoing.
fn undone(t: &Sandbox, id: &str, change: &[&str]) {
    let before = state(t);
    t.ok(&[change, &["--operation-id", id]].concat());
    let after = state(t);
    assert_ne!(before, after, "{change:?}");
    let content = t.content();
    t.ok(&["audit", "undo", id, "-n"]);
    assert_eq!(t.content(), content, "{change:?}");
    let again = format!("undo-{id}");
    t.ok(&["audit", "undo", id, "--yes", "--operation-id", &again]);
    assert_eq!(state(t), before, "{change:?}");
    assert_eq!(t.run(&["audit", "undo", id, "--yes"]).stderr, "nothing to undo\n", "{change:?}");
    t.ok(&["audit", "undo", &again, "--yes"]);
    let redone = state(t);
    assert_eq!(redone, after, "{change:?}");
    t.ok(&["audit", "verify"]);
}

on_both_engines! {
    fn only_an_undo_has_the_reason_of_an_undo(t) {
        crew(t);
        t.ok(&["users", "roles", "add", "ben", "admin", "--operation-id", "o1"]);
        let before = t.content();
        for reason in ["undo of o1", "by mistake (undo of o1)", " undo of o1 "] {
            let refused = t.run(&["users", "roles", "remove", "ben", "admin", "--reason", reason]);
            assert_eq!(refused.status, 2, "{reason}");
            assert!(refused.stderr.contains("reads like the reason that `audit undo` records"), "{}", refused.stderr);
        }
        assert_eq!(t.content(), before);
        t.ok(&["audit", "undo", "o1", "--yes", "--reason", "by mistake"]);
        assert!(t.ok(&["audit", "list", "--columns", "reason"]).contains("by mistake (undo of o1)"));
    }

    fn every_change_of_people_and_records_can_be_undone_and_redone(t) {
        crew(t);
        undone(t, "o1", &["users", "roles", "add", "ben", "cat", "admin"]);
        undone(t, "o2", &["users", "roles", "set", "--none", "--role", "student,admin", "--yes"]);
        undone(t, "o3", &["users", "update", "ben", "--email", "benny@example.com", "--name", "Benny", "--profile-img", "https://x/b.png"]);
        undone(t, "o4", &["champions", "nominate", "ben", "cat", "--cohort", "spring", "--notes", "Kind."]);
        undone(t, "o5", &["champions", "advance", "--cohort", "spring", "--yes"]);
        undone(t, "o6", &["champions", "note", "ben", "--cohort", "spring", "-m", "Helps."]);
        undone(t, "o7", &["champions", "advance", "ben", "--cohort", "spring"]);
        undone(t, "o8", &["champions", "withdraw", "cat", "--cohort", "spring", "--yes"]);
        undone(t, "o9", &["champions", "move", "ben", "--to", "candidate", "--cohort", "spring", "--force"]);
        let operations: Vec<Value> = serde_json::from_str(&t.ok(&["audit", "operations", "--format", "json"])).unwrap();
        assert_eq!(operations.len(), t.values("id", "FROM operation").len());
        assert!(operations.iter().any(|row| row["id"] == "o1" && row["result"] == "roles 2"), "{operations:?}");
    }

    fn what_was_changed_since_is_kept_and_stops_the_undoing(t) {
        crew(t);
        t.ok(&["users", "update", "ben", "--name", "Benny", "--operation-id", "o1"]);
        t.ok(&["users", "update", "ben", "--name", "Benjamin"]);
        let before = t.content();
        let run = t.run(&["audit", "undo", "o1", "--yes"]);
        assert!(run.status == 4 && run.stderr.contains("user ben: name was changed again since"), "{run}");
        assert_eq!(t.content(), before);
        // Roles are granted and removed one by one: others that were granted since stay.
        t.ok(&["users", "roles", "set", "cat", "--none", "--operation-id", "o2"]);
        t.ok(&["users", "roles", "add", "cat", "admin"]);
        t.ok(&["audit", "undo", "o2", "--yes"]);
        assert_eq!(t.roles("cat"), "student,teacher,admin");
        // The others of an operation are undone if that is asked for.
        t.ok(&["users", "roles", "add", "ben", "dan", "teacher", "--operation-id", "o3"]);
        t.ok(&["users", "erase", "dan", "--confirm", "dan@example.com"]);
        let run = t.run(&["audit", "undo", "o3", "--yes"]);
        assert!(run.status == 4 && run.stderr.contains("user dan was erased") && t.roles("ben").contains("teacher"), "{run}");
        let run = t.run(&["audit", "undo", "o3", "--yes", "--partial"]);
        assert!(run.status == 4 && run.stderr.contains("undid 1 change of operation o3"), "{run}");
        assert_eq!(t.roles("ben"), "student");
    }

    fn what_cannot_be_undone_is_refused_with_the_reason(t) {
        crew(t);
        t.ok(&["users", "create", "--id", "eve", "--email", "eve@example.com", "--name", "Eve", "--operation-id", "o1"]);
        assert!(t.fails(4, &["audit", "undo", "o1", "--yes"]).contains("user eve was created"));
        t.ok(&["users", "merge", "dan", "cat", "--yes", "--operation-id", "o2"]);
        assert!(t.fails(4, &["audit", "undo", "o2", "--yes"]).contains("was merged"));
        let file = t.file("a.csv", "user_id,action_type,target_type,target_id,occurred_at\nben,viewed_module,module,m,2026-01-01T00:00:00Z\n");
        t.ok(&["import", "actions", &file, "--operation-id", "o3"]);
        assert!(t.fails(4, &["audit", "undo", "o3", "--yes"]).contains("recorded actions, which are never removed"));
        t.ok(&["actions", "record", "ben", "enrolled", "course:c", "--operation-id", "o4"]);
        assert!(t.fails(4, &["audit", "undo", "o4", "--yes"]).contains("cannot be undone: the audit trail has no changes of it"));
        assert!(t.fails(6, &["audit", "undo", "nothing", "--yes"]).contains("unknown operation nothing"));
        assert_eq!(t.run(&["audit", "undo", "o1", "--partial"]).status, 4);
    }

    fn what_somebody_decided_later_is_not_undone(t) {
        crew(t);
        t.ok(&["users", "roles", "add", "ben", "teacher", "--operation-id", "o1"]);
        t.ok(&["users", "roles", "remove", "ben", "teacher"]);
        t.ok(&["users", "roles", "add", "ben", "teacher", "--reason", "new contract"]);
        assert!(t.fails(4, &["audit", "undo", "o1", "--yes"]).contains("user ben: role teacher was changed again since"));
        // Operations that are undone one after the other do not stop each other.
        for (operation, name) in [("a", "One"), ("b", "Two"), ("c", "Three")] {
            t.ok(&["users", "update", "cat", "--name", name, "--operation-id", operation]);
        }
        t.fails(4, &["audit", "undo", "a", "--yes"]);
        for operation in ["c", "b", "a"] {
            t.ok(&["audit", "undo", operation, "--yes", "--reason", "a mistake"]);
        }
        assert_eq!(t.value("name", "FROM \"user\" WHERE id = 'cat'"), "cat");
        assert!(t.ok(&["audit", "list", "--subject", "cat"]).contains("a mistake (undo of a)"));
        // Of one person, the rest is undone.
        let file = t.file("u.csv", "id,name,origin\ndan,Dan D.,web\n");
        t.ok(&["import", "users", &file, "--update", "--operation-id", "o2"]);
        t.ok(&["users", "update", "dan", "--name", "Later"]);
        let run = t.run(&["audit", "undo", "o2", "--yes", "--partial"]);
        assert!(run.status == 4 && run.stderr.contains("user dan: name was changed again since"), "{run}");
        let dan = t.value("name || ' ' || origin", "FROM \"user\" WHERE id = 'dan'");
        assert!(dan.starts_with("Later ") && !dan.ends_with("web"), "{dan}");
    }

    fn the_role_of_a_stage_goes_with_it_and_is_shown(t) {
        crew(t);
        t.ok(&["champions", "nominate", "ben", "--cohort", "x"]);
        t.ok(&["champions", "advance", "ben", "--cohort", "x"]);
        t.ok(&["champions", "advance", "ben", "--cohort", "x", "--operation-id", "o1"]);
        let shown = t.ok(&["audit", "undo", "o1", "-n"]);
        assert!(shown.contains("roles: student,champion → student") && shown.contains("stage: champion → selected"), "{shown}");
        // Another record in that stage keeps the role.
        for _ in 0..3 {
            t.run(&["champions", "nominate", "ben", "--cohort", "y"]);
            t.run(&["champions", "advance", "ben", "--cohort", "y"]);
        }
        assert_eq!(t.count("champion WHERE stage = 'champion'"), 2);
        t.ok(&["audit", "undo", "o1", "--yes"]);
        assert_eq!((t.roles("ben").as_str(), t.count("champion WHERE stage = 'champion'")), ("student,champion", 1));
        // A role that an import grants beside a record that stays where it is.
        t.ok(&["champions", "nominate", "cat"]);
        let users = t.file("all/users.csv", "id,email,roles\ncat,cat@example.com,\"student,teacher,champion\"\n");
        t.file("all/champions.csv", format!("id,user_id,stage,notes\n{},cat,candidate,Hm\n", t.value("id", "FROM champion WHERE user_id = 'cat'")));
        let dir = std::path::Path::new(&users).parent().unwrap().display().to_string();
        let before = t.roles("cat");
        t.ok(&["import", "all", &dir, "--update", "--operation-id", "o2"]);
        assert!(t.roles("cat").contains("champion"));
        t.ok(&["audit", "undo", "o2", "--yes"]);
        assert_eq!(t.roles("cat"), before);
        assert!(!t.run(&["check"]).stdout.contains("role_and_stage"));
    }

    fn addresses_are_dealt_back(t) {
        crew(t);
        t.ok(&["users", "create", "--id", "Jo", "--email", "jo1@example.com", "--name", "Jo"]);
        t.ok(&["users", "create", "--id", "jo", "--email", "jo2@example.com", "--name", "Jo"]);
        let before = state(t);
        let file = t.file("u.csv", "id,email,name\nann,ben@example.com,Ann\nben,cat@example.com,Ben\ncat,ann@example.com,Cat\nJo,jo2@example.com,Jo\njo,jo1@example.com,Jo\ndan,dan2@example.com,Dan\n");
        t.ok(&["import", "users", &file, "--update", "--operation-id", "o1"]);
        let after = state(t);
        t.ok(&["audit", "undo", "o1", "--yes", "--operation-id", "u1"]);
        assert_eq!(state(t), before);
        t.ok(&["audit", "undo", "u1", "--yes"]);
        assert_eq!(state(t), after);
        assert!(!t.ok(&["audit", "list", "--format", "json"]).contains("moving.invalid"));
        // Somebody else has an address now: its owner of before, and who would get theirs, keep what they have.
        t.ok(&["users", "create", "--id", "eve", "--email", "dan@example.com", "--name", "Eve"]);
        let run = t.run(&["audit", "undo", "o1", "--yes"]);
        assert!(run.status == 4 && run.stderr.contains("dan@example.com is the address of user eve now"), "{run}");
        let run = t.run(&["audit", "undo", "o1", "--yes", "--partial"]);
        assert!(run.status == 4 && run.stderr.contains("undid 6 changes"), "{run}");
        assert_eq!(t.value("email", "FROM \"user\" WHERE id = 'dan'"), "dan2@example.com");
        t.ok(&["audit", "verify"]);
    }

    fn a_closed_record_is_open_again_only_if_there_is_no_other(t) {
        crew(t);
        t.ok(&["champions", "nominate", "ben"]);
        t.ok(&["champions", "advance", "ben"]);
        t.ok(&["champions", "advance", "ben"]);
        let before = state(t);
        t.ok(&["champions", "retire", "ben", "--operation-id", "o1"]);
        t.ok(&["champions", "nominate", "ben", "--operation-id", "o2"]);
        t.ok(&["users", "roles", "add", "cat", "admin", "--operation-id", "o3"]);
        let run = t.run(&["audit", "undo", "o1", "--yes", "--partial"]);
        assert!(run.status == 4 && run.stderr.contains("has another open record"), "{run}");
        assert_eq!(t.roles("ben"), "student", "the role stays with the stage");
        // A record that went on is not withdrawn by undoing its nomination.
        t.ok(&["champions", "advance", "ben"]);
        assert!(t.fails(4, &["audit", "undo", "o2", "--yes"]).contains("was changed again since"));
        t.ok(&["champions", "withdraw", "ben", "--yes"]);
        t.ok(&["audit", "undo", "o1", "--yes"]);
        t.ok(&["audit", "undo", "o3", "--yes"]);
        assert_eq!(state(t), before);
    }

    fn every_field_that_an_import_changed_is_set_back(t) {
        crew(t);
        t.ok(&["champions", "nominate", "ben", "--at", "2026-02-01T00:00:00Z"]);
        let whole = |t: &Sandbox| [t.ok(&["users", "list", "--format", "json"]), t.ok(&["champions", "list", "--json", "id,stage,notes,created_at,selected_at"])];
        let before = whole(t);
        let users = "id,email,name,created_at\nben,ben@example.com,ben,2020-01-01T00:00:00Z\ncat,cat@example.com,Katze,2020-01-01T00:00:00Z\n";
        t.ok(&["import", "users", &t.file("u.csv", users), "--update", "--operation-id", "o1"]);
        let champions = format!("id,user_id,stage,created_at,notes\n{},ben,candidate,2025-01-01T00:00:00Z,Hm\n", t.value("id", "FROM champion"));
        t.ok(&["import", "champions", &t.file("c.csv", champions), "--update", "--operation-id", "o2"]);
        let changed = whole(t);
        assert!(changed[0] != before[0] && changed[1] != before[1]);
        t.ok(&["audit", "undo", "o1", "--yes"]);
        t.ok(&["audit", "undo", "o2", "--yes"]);
        assert_eq!(whole(t), before);
    }

    fn what_stands_in_the_way_is_counted(t) {
        let users: Vec<String> = (0..15).map(|n| format!("u{n:02}")).collect();
        for user in &users {
            t.user(user, "");
        }
        let names: Vec<&str> = users.iter().map(String::as_str).collect();
        t.ok(&[&["users", "roles", "add", "teacher", "--operation-id", "o 1"], &names[..]].concat());
        t.ok(&[&["users", "erase", "--yes"], &names[1..14]].concat());
        let stderr = t.fails(4, &["audit", "undo", "o 1", "--yes"]);
        assert!(stderr.contains("and 3 more changes"), "{stderr}");
        assert!(stderr.contains("13 changes cannot be undone") && stderr.contains("audit list --operation 'o 1'"), "{stderr}");
        let run = t.run(&["audit", "undo", "o 1", "--yes", "--partial"]);
        assert!(run.status == 4 && run.stderr.contains("undid 2 changes"), "{run}");
    }

    fn a_record_of_a_merged_person_is_left(t) {
        crew(t);
        t.ok(&["champions", "nominate", "dan", "--cohort", "x"]);
        t.ok(&["champions", "advance", "dan", "--cohort", "x", "--operation-id", "o1"]);
        t.ok(&["users", "merge", "dan", "cat", "--yes"]);
        assert!(t.fails(4, &["audit", "undo", "o1", "--yes"]).contains("belongs to user cat since a merge"));
        t.ok(&["users", "erase", "cat", "--confirm", "cat@example.com"]);
        let stderr = t.fails(4, &["audit", "undo", "o1", "--yes"]);
        assert!(stderr.contains("user dan was merged into cat"), "{stderr}");
    }

    fn the_last_superadmin_stays(t) {
        t.user("ann", "");
        t.ok(&["users", "roles", "add", "ann", "superadmin", "--operation-id", "o1"]);
        let failure = t.fails(1, &["audit", "undo", "o1", "--yes"]);
        assert!(failure.contains("this would leave no superadmin"), "{failure}");
        assert_eq!(t.roles("ann"), "superadmin");
    }

    fn an_undo_says_what_it_does_and_why(t) {
        crew(t);
        t.ok(&["users", "roles", "set", "cat", "ben", "--none", "--operation-id", "o1"]);
        // Without a person, nothing is undone by accident.
        assert!(t.fails(2, &["audit", "undo", "o1"]).contains("refusing to undo 2 changes"));
        let run = t.run(&["audit", "undo", "o1", "--yes"]);
        assert!(run.stdout.contains("cat") && run.stdout.contains("roles: none → student,teacher"), "{run}");
        assert_eq!(run.stderr, "undid 2 changes of operation o1\n");
        assert!(t.ok(&["audit", "list", "--subject", "cat"]).contains("undo of o1"));
        let run = t.at_terminal(100, &["users", "roles", "add", "ben", "cat", "admin"], "y\n");
        assert!(run.stdout.contains("undo with: rollbook") && run.stdout.contains("audit undo op_"), "{run}");
    }
}

/// Updates by an import are undone like others, also when they are many.
#[test]
fn a_thousand_users_of_an_import_are_set_back() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = Sandbox::migrated(engine);
        let rows = |name: &str| -> String {
            let row = |n: u32| format!("u{n},u{n}@example.com,{name} {n},app,student\n");
            (0..2500).map(row).collect::<Vec<_>>().concat()
        };
        let header = "id,email,name,origin,roles\n";
        t.ok(&["import", "users", &t.file("a.csv", format!("{header}{}", rows("Right")))]);
        let stored = || t.values("id || ' ' || name || ' ' || email", "FROM \"user\" ORDER BY id");
        let before = stored();
        t.ok(&[
            "import",
            "users",
            &t.file("b.csv", format!("{header}{}", rows("Wrong"))),
            "--update",
            "--operation-id",
            "o1",
        ]);
        assert_eq!(t.count("\"user\" WHERE name LIKE 'Wrong%'"), 2500);
        let run = t.run(&["audit", "undo", "o1", "--yes", "--quiet"]);
        assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{run}");
        assert_eq!(stored(), before);
    }
}

use super::{import, people};
use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

fn users(t: &Sandbox, csv: &str, args: &[&str]) -> (i32, [u64; 5]) {
    import(t, &[&["users", &t.file("users.csv", csv)], args].concat())
}

on_both_engines! {
    fn only_the_columns_of_the_file_are_compared(t) {
        t.ok(&["import", "users", &example("users.csv")]);
        assert_eq!(users(t, "email,name\nMaya.chen@example.com,Maya Chen\n", &[]), (4, [0, 0, 0, 1, 0]));
        assert_eq!(users(t, "name,email\nMaya Chen, maya.chen@example.com\n", &[]), (0, [0, 0, 1, 0, 0]));
        assert_eq!(users(t, "email,name,roles\nmaya.chen@example.com,Maya Chen,champion|student\n", &[]), (0, [0, 0, 1, 0, 0]));
        let stderr = t.fails(4, &["import", "users", &t.file("users.csv", "email,name\nmaya.chen@example.com,Maya C.\n")]);
        assert!(stderr.contains("line 2: conflict: usr_42_maya is already recorded with other content: name: Maya Chen recorded, Maya C. given"), "{stderr}");
    }

    fn an_update_changes_only_the_columns_of_the_file(t) {
        t.ok(&["import", "users", &example("users.csv")]);
        let csv = "id,email,name,profile_img\nusr_42_maya,maya@example.org,Maya C.,\nusr_000,student000@mail.example,Amara Okafor,\n,new@example.com,New,\n";
        let (status, [inserted, updated, replay, conflict, rejected]) = users(t, csv, &["--update"]);
        assert_eq!((status, inserted, updated + replay, conflict, rejected), (0, 1, 2, 0, 0));
        let maya = t.ok(&["users", "show", "maya@example.org", "--format", "jsonl"]);
        assert_eq!(
            maya.trim(),
            r#"{"id":"usr_42_maya","email":"maya@example.org","name":"Maya C.","origin":"signup-form","profile_img":"https://cdn.afh.example/u/42.jpg","roles":["student","champion"],"created_at":"2026-03-04T14:22:00Z"}"#
        );
        assert_eq!(t.count("audit_event WHERE verb = 'update' AND subject_id = 'usr_42_maya'"), 1);
        assert_eq!(users(t, csv, &["--update"]), (0, [0, 0, 3, 0, 0]));
    }

    fn an_update_requires_only_the_key_and_the_changed_columns(t) {
        people(t);
        assert_eq!(users(t, "email,roles\nann@example.com,admin\n", &["--update", "--allow-roles", "admin"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!(users(t, "id,name\nben,Benjamin\n", &["--update"]), (0, [0, 1, 0, 0, 0]));
        assert_eq!((t.roles("ann").as_str(), t.roles("ben").as_str()), ("admin", "student"));
        let stderr = t.fails(3, &["import", "users", &t.file("users.csv", "id,name\nnew,New\n"), "--update"]);
        assert!(stderr.contains("line 2: rejected: a new user needs an email and a name"), "{stderr}");
    }

    fn a_name_in_another_unicode_normal_form_is_equal(t) {
        t.sql("INSERT INTO \"user\" (id, email, name, origin) VALUES ('zoe', 'zoe@example.com', 'Zoe\u{308}', 'app')").unwrap();
        let listed = t.ok(&["users", "list", "--format", "csv"]);
        assert_eq!(t.pipe(&["import", "users", "-"], listed).status, 0);
    }

    fn an_id_and_an_email_of_different_users_are_a_conflict(t) {
        people(t);
        for csv in ["id,email,name\nann,ben@example.com,ann\n", "id,email,name\nother,ben@example.com,ben\n"] {
            assert_eq!(users(t, csv, &["--update"]), (4, [0, 0, 0, 1, 0]));
        }
        assert_eq!(t.count("\"user\""), 2);
    }

    fn rows_are_also_compared_within_the_file(t) {
        let csv = "email,name\na@example.com,A\nA@EXAMPLE.com,A\na@example.com,A\na@example.com,B\n";
        assert_eq!(users(t, csv, &["--dry-run"]), (4, [1, 0, 0, 3, 0]));
        let stderr = t.fails(4, &["import", "users", &t.file("users.csv", csv)]);
        assert!(stderr.contains("line 5: conflict: line 2 has the same user with other content: name: A recorded, B given"), "{stderr}");
        // Also with --update: the file cannot mean both.
        assert_eq!(users(t, csv, &["--update"]), (4, [1, 0, 0, 3, 0]));
        assert_eq!(t.count("\"user\""), 0);
        let far_apart = (0..5000).map(|n| format!("u{n}@example.com,U\n")).collect::<Vec<_>>().concat();
        let csv = format!("email,name\n{far_apart}u0@example.com,V\n");
        assert_eq!(users(t, &csv, &["--update"]), (4, [5000, 0, 0, 1, 0]));
    }

    fn invalid_fields_are_rejected(t) {
        let csv = "id,email,name,roles,created_at\nx y,not-an-email,,root,today\n";
        let stderr = t.fails(3, &["import", "users", &t.file("users.csv", csv)]);
        for part in [
            "id \"x y\": unexpected whitespace", "email \"not-an-email\": expected an email address",
            "roles \"root\": unknown value; expected one of student, teacher", "created_at \"today\": expected an RFC 3339 time",
        ] {
            assert!(stderr.contains(part), "{part}: {stderr}");
        }
    }

    fn an_import_cannot_remove_the_last_superadmin(t) {
        t.user("ann", "superadmin");
        let before = t.content();
        let csv = "email,name,roles\nann@example.com,ann,admin\n";
        let stderr = t.fails(1, &["import", "users", &t.file("users.csv", csv), "--update", "--allow-roles", "admin,superadmin"]);
        assert!(stderr.contains("users.csv line 2 removes the role superadmin from ann") && stderr.contains("would leave no superadmin"), "{stderr}");
        assert!(t.content() == before);
        let handover = "email,name,roles\nann@example.com,ann,admin\nben@example.com,ben,superadmin\n";
        assert_eq!(users(t, handover, &["--update", "--allow-roles", "admin,superadmin"]), (0, [1, 1, 0, 0, 0]));
    }

    fn the_champion_role_from_the_pipeline_is_not_a_difference(t) {
        let people = "id,email,name,roles\nann,ann@example.com,Ann,student\n";
        t.file("dir/users.csv", people);
        t.file("dir/champions.csv", "user_id,stage,selected_at,became_champion_at\nann,champion,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\n");
        let dir = t.path("dir");
        assert_eq!(import(t, &["all", dir.to_str().unwrap()]), (0, [2, 0, 0, 0, 0]));
        assert_eq!(t.roles("ann"), "student,champion");
        assert_eq!(import(t, &["all", dir.to_str().unwrap()]), (0, [0, 0, 2, 0, 0]));
        assert_eq!(users(t, people, &["--update"]), (0, [0, 0, 1, 0, 0]));
    }
}

#[test]
fn an_update_waits_for_a_concurrent_change() {
    let t = Sandbox::migrated(Engine::Postgres);
    people(&t);
    let mut held = t.hold("BEGIN; UPDATE \"user\" SET roles = '{admin}' WHERE id = 'ben'");
    let file = t.file("users.csv", "email,name\nann@example.com,Ann\nben@example.com,Ben\n");
    let import = t.start(&["import", "users", &file, "--update"]);
    t.until_waiting(1);
    held("COMMIT");
    let run = Run::of(import.wait_with_output().unwrap());
    assert_eq!((run.status, t.roles("ben").as_str()), (0, "admin"), "{run}");
}

#[test]
fn a_user_added_concurrently_by_another_program_is_a_replay() {
    let t = Sandbox::migrated(Engine::Postgres);
    let mut held =
        t.hold("BEGIN; INSERT INTO \"user\" (id, email, name, origin) VALUES ('ann', 'ann@example.com', 'Ann', 'app')");
    let file = t.file("users.csv", "email,name\nann@example.com,Ann\nben@example.com,Ben\n");
    let import = t.start(&["import", "users", &file, "--format", "jsonl"]);
    t.until_waiting(1);
    held("COMMIT");
    let run = Run::of(import.wait_with_output().unwrap());
    assert_eq!((run.status, super::verdicts(&run)), (0, [1, 0, 1, 0, 0]), "{run}");
}

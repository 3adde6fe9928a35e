mod bulk;
mod erase;
mod former;
mod history;
mod list;
mod merge;
mod skipped_changes;
mod texts;

use serde_json::{Value, json};

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

const MAYA: &[&str] = &[
    "users",
    "create",
    "--id",
    "usr_42_maya",
    "--email",
    "maya.chen@example.com",
    "--name",
    "Maya Chen",
    "--origin",
    "signup-form",
    "--profile-img",
    "https://cdn.afh.example/u/42.jpg",
    "--role",
    "champion",
    "--role",
    "student",
    "--created-at",
    "2026-03-04T15:22:00+01:00",
];

pub fn ids(sandbox: &Sandbox, args: &[&str]) -> String {
    sandbox.ok(&[&["users", "list", "--format", "ids"], args].concat()).split_whitespace().collect::<Vec<_>>().join(" ")
}

on_both_engines! {
    fn create_stores_every_field_and_an_audit_event(t) {
        let created = t.run(MAYA);
        assert_eq!((created.status, created.stderr.as_str()), (0, "created usr_42_maya\n"));
        let shown: Value = serde_json::from_str(&t.ok(&["users", "show", "MAYA.CHEN@example.com", "--format", "json"])).unwrap();
        assert_eq!(
            shown,
            json!({
                "id": "usr_42_maya", "email": "maya.chen@example.com", "name": "Maya Chen", "origin": "signup-form",
                "profile_img": "https://cdn.afh.example/u/42.jpg", "roles": ["student", "champion"],
                "created_at": "2026-03-04T14:22:00Z",
            })
        );
        assert_eq!(
            t.value("actor || ' ' || verb || ' ' || subject_id", "FROM audit_event"),
            "tester create usr_42_maya"
        );
    }

    fn create_generates_an_id_and_can_print_only_the_id(t) {
        let id = t.ok(&["users", "create", "--email", "a@example.com", "--name", "A", "--format", "ids"]);
        let id = id.trim();
        assert!(id.starts_with("usr_") && id.len() == 30, "{id}");
        assert!(t.ok(&["users", "show", id]).contains("a@example.com"));
    }

    fn emails_are_unique_regardless_of_case(t) {
        t.ok(MAYA);
        let stderr = t.fails(1, &["users", "create", "--email", "Maya.Chen@EXAMPLE.com", "--name", "Other"]);
        assert!(stderr.contains("is already used by usr_42_maya <maya.chen@example.com>"), "{stderr}");
        assert_eq!(t.count("\"user\""), 1);
    }

    fn if_not_exists_accepts_only_an_equal_user(t) {
        t.ok(MAYA);
        let again = t.run(&[MAYA, &["--if-not-exists"]].concat());
        assert_eq!((again.status, again.stderr.as_str()), (0, "usr_42_maya already exists\n"));
        let other = t.run(&["users", "create", "--email", "maya.chen@example.com", "--name", "Maya C.", "--if-not-exists"]);
        assert_eq!(other.status, 4, "{other}");
        assert!(other.stderr.contains("name: Maya Chen recorded, Maya C. given"), "{other}");
        assert_eq!((t.count("\"user\""), t.count("audit_event")), (1, 1));
    }

    fn invalid_fields_are_usage_errors(t) {
        for (option, value, reason) in [
            ("--email", "maya", "expected an email address"),
            ("--id", "a b", "unexpected whitespace"),
            ("--id", "a@b", "@ is not allowed in an id"),
            ("--name", "  ", "must not be empty"),
            ("--name", "\u{1b}[2J", "control character U+001B"),
            ("--created-at", "2026-03-04T14:22:00", "no UTC offset"),
            ("--role", "chamption", "a similar value exists: 'champion'"),
        ] {
            let mut args = vec!["users", "create", "--email", "x@example.com", "--name", "X"];
            if let Some(given) = args.iter().position(|arg| *arg == option) {
                args[given + 1] = value;
            } else {
                args.extend([option, value]);
            }
            let stderr = t.fails(2, &args);
            assert!(stderr.contains(reason), "{option} {value}: {stderr}");
        }
        assert_eq!(t.count("\"user\""), 0);
    }

    fn an_unknown_user_is_exit_code_6(t) {
        assert!(t.fails(6, &["users", "show", "usr_nobody"]).contains("unknown user usr_nobody"));
        t.fails(6, &["users", "roles", "add", "nobody@example.com", "admin"]);
    }

    fn list_filters_combine(t) {
        t.ok(&["import", "users", &crate::sandbox::example("users.csv")]);
        assert_eq!(ids(t, &["--role", "superadmin"]), "usr_staff_0");
        assert_eq!(ids(t, &["--role", "ADMIN", "--without-role", "superadmin"]), "usr_staff_1 usr_staff_2");
        assert_eq!(ids(t, &["--role", "admin", "--role", "teacher", "--all-roles"]), "usr_staff_2");
        assert_eq!(ids(t, &["--role", "superadmin,admin"]), "usr_staff_0 usr_staff_1 usr_staff_2");
        t.fails(2, &["users", "list", "--all-roles"]);
        assert_eq!(ids(t, &["--origin", "staff", "--search", "RAHMAN"]), "usr_staff_3");
        assert_eq!(ids(t, &["--search", "100%"]), "");
        t.ok(&["users", "create", "--id", "giorgos", "--email", "g@example.com", "--name", "Γιώργος Όσος"]);
        for search in ["ΓΙΩΡΓΟΣ", "γιωργος", "όσος", "οσοσ"] {
            assert_eq!(ids(t, &["--search", search]), "giorgos", "{search}");
        }
        assert_eq!(ids(t, &["--search", "陈美玲", "--limit", "1"]), "usr_007");
        assert_eq!(ids(t, &["--created-before", "2026-01-15"]), "usr_staff_0 usr_staff_4");
        assert_eq!(ids(t, &["--created-after", "2026-03-04T14:22:00Z", "--created-before", "2026-03-04T14:22:01Z"]), "usr_42_maya");
    }

    fn list_can_be_paged_with_after(t) {
        t.ok(&["import", "users", &crate::sandbox::example("users.csv")]);
        let all = t.ok(&["users", "list", "--format", "ids"]);
        assert_eq!(all.lines().count(), 327);
        let mut paged = String::new();
        loop {
            let after = paged.lines().last().map(ToOwned::to_owned);
            let after = after.as_deref().map_or(vec![], |after| vec!["--after", after]);
            let page = t.ok(&[&["users", "list", "--format", "ids", "--limit", "100"][..], &after].concat());
            paged.push_str(&page);
            if page.is_empty() {
                break;
            }
        }
        assert_eq!(paged, all);
        let first = t.run(&["users", "list"]);
        assert_eq!(first.stdout.lines().count(), 51, "a heading and 50 users");
        assert!(first.stderr.contains("more users follow; next page: --after usr_049"), "{}", first.stderr);
    }

    fn each_roles_command_changes_and_reports_the_roles(t) {
        t.user("ann", "student");
        for (command, expected, status) in [
            (vec!["add", "ann", "Teacher", "STUDENT"], "student,teacher", "ann: +teacher\n"),
            (vec!["add", "ann", "teacher"], "student,teacher", "ann: nothing to change\n"),
            (vec!["toggle", "ann@example.com", "student", "admin"], "teacher,admin", "ann: +admin -student\n"),
            (vec!["remove", "ann", "champion", "teacher"], "admin", "ann: -teacher\n"),
            (vec!["set", "ann", "champion", "student"], "student,champion", "ann: +student +champion -admin\n"),
            (vec!["set", "ann", "--none"], "", "ann: -student -champion\n"),
        ] {
            let run = t.run(&[vec!["users", "roles"], command].concat());
            assert_eq!((run.status, run.stderr.as_str()), (0, status), "{run}");
            assert_eq!(t.roles("ann"), expected);
        }
        assert_eq!(t.count("audit_event WHERE verb = 'roles'"), 5);
    }

    fn a_misspelled_role_gets_a_suggestion(t) {
        t.user("ann", "");
        let stderr = t.fails(2, &["users", "roles", "add", "ann", "admn"]);
        assert!(stderr.contains("role \"admn\": unknown value; did you mean admin?"), "{stderr}");
        assert!(stderr.contains("student, teacher, admin, champion, superadmin"), "{stderr}");
        t.fails(2, &["users", "roles", "set", "ann"]);
    }

    fn the_last_superadmin_cannot_be_demoted(t) {
        t.user("ann", "superadmin");
        for args in [vec!["remove", "ann", "superadmin"], vec!["toggle", "ann", "superadmin"], vec!["set", "ann", "--none"]] {
            let stderr = t.fails(1, &[vec!["users", "roles"], args].concat());
            assert!(stderr.contains("would leave no superadmin"), "{stderr}");
        }
        assert_eq!((t.roles("ann").as_str(), t.count("audit_event WHERE refusal IS NULL")), ("superadmin", 1));
        assert_eq!(t.count("audit_event WHERE verb = 'roles' AND refusal LIKE 'this would leave no superadmin%'"), 3);
        t.user("ben", "superadmin");
        t.ok(&["users", "roles", "remove", "ann", "superadmin"]);
        assert_eq!(t.roles("ann"), "");
    }

    fn concurrent_demotions_keep_one_superadmin(t) {
        if t.engine == Engine::Postgres {
            let database = t.value("current_database()", "");
            t.sql(&format!("ALTER DATABASE {database} SET default_transaction_isolation = 'repeatable read'")).unwrap();
        }
        t.user("ann", "superadmin");
        t.user("ben", "superadmin");
        // Both commands have started, and wait for the lock, before either counts the superadmins.
        let mut held = t.hold(match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; SELECT pg_advisory_xact_lock(x'524F4C4C53555045'::bigint)",
        });
        let runs = [["remove", "ann", "superadmin"], ["remove", "ben", "superadmin"]]
            .map(|args| t.start(&[&["users", "roles"][..], &args].concat()));
        match t.engine {
            Engine::Sqlite => std::thread::sleep(std::time::Duration::from_millis(200)),
            Engine::Postgres => t.until_waiting(2),
        }
        held("ROLLBACK");
        let mut statuses = runs.map(|run| Run::of(run.wait_with_output().unwrap()).status);
        statuses.sort_unstable();
        assert_eq!(statuses, [0, 1]);
        assert_eq!(ids(t, &["--role", "superadmin"]).split_whitespace().count(), 1);
    }

    fn concurrently_granted_roles_are_all_kept(t) {
        t.user("ann", "");
        let roles = ["student", "teacher", "admin", "champion", "superadmin"];
        let commands: Vec<Vec<&str>> = roles.iter().map(|role| vec!["users", "roles", "add", "ann", role]).collect();
        assert!(t.at_once(&commands).iter().all(|run| run.status == 0));
        assert_eq!(t.roles("ann"), roles.join(","));
    }

    fn concurrent_commands_create_the_same_user_once(t) {
        let command = vec!["users", "create", "--email", "ann@example.com", "--name", "Ann", "--if-not-exists"];
        let runs = t.at_once(&vec![command; 6]);
        assert!(runs.iter().all(|run| run.status == 0), "{}", runs.iter().map(ToString::to_string).collect::<String>());
        assert_eq!(t.count("\"user\""), 1);
    }
}

#[test]
fn a_read_command_creates_no_database() {
    let sandbox = Sandbox::empty(Engine::Sqlite);
    let stderr = sandbox.fails(6, &["users", "list"]);
    assert!(stderr.contains("does not exist") && stderr.contains("rollbook migrate run"), "{stderr}");
    assert!(!sandbox.path("test.db").exists());
}

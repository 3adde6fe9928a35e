//! Through pgbouncer in transaction mode, which gives each transaction another server connection.

use std::thread;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use crate::sandbox::{Engine, Sandbox};

/// The URL of the sandbox's database through the pooler.
fn pooled(t: &Sandbox) -> String {
    let directory = std::env::var("ROLLBOOK_TEST_PGBOUNCER").expect("the tests need pgbouncer: run `make test`");
    format!("postgres://rollbook@/{}?host={directory}&port=6432", t.database_name())
}

fn via(t: &Sandbox, args: &[&str]) -> crate::sandbox::Run {
    t.run(&[args, &["--database-url", &pooled(t)]].concat())
}

#[test]
fn mixed_commands_share_three_connections() {
    let t = &Sandbox::migrated(Engine::Postgres);
    let file = t.file(
        "users.csv",
        (0..60).fold("id,email,name\n".to_owned(), |csv, n| csv + &format!("u{n},u{n}@example.com,U\n")),
    );
    let run = via(t, &["import", "users", &file]);
    assert_eq!(run.status, 0, "{run}");
    thread::scope(|scope| {
        for worker in 0..8 {
            scope.spawn(move || {
                for n in 0..63 {
                    let user = format!("u{}", (worker * 7 + n) % 60);
                    let key = format!("k{worker}_{n}");
                    let args: &[&str] = match n % 7 {
                        0 => &["users", "roles", "toggle", "teacher", &user],
                        1 => &["actions", "record", &user, "viewed_module", "module:m", "--idempotency-key", &key],
                        2 => &["users", "list", "--limit", "20", "--format", "ids"],
                        3 => &["actions", "stats", "--by", "hour", "--tz", "Europe/Berlin"],
                        4 => &["users", "update", &user, "--name", &key, "--lock-timeout", "20"],
                        5 => &["actions", "feed", "nudges", "--limit", "5"],
                        _ => &["champions", "nominate", &user, "--cohort", &key],
                    };
                    let run = via(t, args);
                    assert_eq!(run.status, 0, "{args:?} {run}");
                }
            });
        }
    });
    assert_eq!(t.count("user_action"), 8 * 9);
    assert_eq!(t.count("champion"), 8 * 9);
}

#[test]
fn settings_of_other_clients_are_not_changed() {
    let t = &Sandbox::migrated(Engine::Postgres);
    t.user("ann", "");
    for _ in 0..6 {
        assert_eq!(via(t, &["users", "update", "ann", "--name", "Ann", "--lock-timeout", "7"]).status, 0);
        assert_eq!(via(t, &["users", "show", "ann", "--lock-timeout", "7"]).status, 0);
    }
    // Another client of the pooler gets the same server connections.
    for _ in 0..6 {
        let mut other = PgConnection::establish(&pooled(t)).unwrap();
        other
            .batch_execute(
                "DO $$ BEGIN IF current_setting('lock_timeout') <> '0' OR current_setting('search_path') <> '\"$user\", public' \
                 OR current_setting('statement_timeout') <> '0' THEN RAISE 'settings were left behind'; END IF; END $$",
            )
            .unwrap();
    }
}

#[test]
fn imports_exports_and_migrations_work() {
    let t = &Sandbox::empty(Engine::Postgres);
    let run = via(t, &["migrate", "run"]);
    assert_eq!(run.status, 0, "{run}");
    let run = via(t, &["import", "all", &crate::sandbox::example("")]);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(t.count("user_action"), 16_714);
    let run = via(t, &["import", "all", &crate::sandbox::example(""), "--recheck", "--commit-every", "5000"]);
    assert_eq!(run.status, 0, "{run}");
    for args in [
        &["actions", "export"][..],
        &["actions", "lint"],
        &["users", "export", "usr_005"],
        &["users", "merge", "usr_001", "usr_002", "--yes"],
        &["migrate", "status"],
    ] {
        let run = via(t, args);
        assert!(run.status == 0 || (args[1] == "lint" && run.status == 3), "{args:?} {run}");
    }
    let run = t.run(&[
        "import",
        "actions",
        &crate::sandbox::example("actions.csv"),
        "--commit-every",
        "1000",
        "--jobs",
        "2",
        "--database-url",
        &(pooled(t) + "&pooler=true"),
    ]);
    assert!(run.status == 2 && run.stderr.contains("--jobs cannot be used through a pooler"), "{run}");
}

#[test]
fn timeouts_of_the_role_do_not_stop_an_import() {
    let t = &Sandbox::migrated(Engine::Postgres);
    let name = t.database_name();
    t.sql(&format!("CREATE ROLE \"r_{name}\" LOGIN SUPERUSER; ALTER ROLE \"r_{name}\" SET statement_timeout = '5ms'; ALTER ROLE \"r_{name}\" SET idle_in_transaction_session_timeout = '5ms'")).unwrap();
    let url = t.url.replace("rollbook@", &format!("r_{name}@"));
    let run = t.run(&["import", "all", &crate::sandbox::example(""), "--database-url", &url]);
    t.sql(&format!("DROP ROLE \"r_{name}\"")).unwrap();
    assert_eq!(run.status, 0, "{run}");
}

#[test]
fn schema_of_another_program_does_not_capture_a_command() {
    let t = &Sandbox::migrated(Engine::Postgres);
    t.sql("CREATE SCHEMA rollbook; CREATE TABLE rollbook.\"user\" (LIKE public.\"user\" INCLUDING ALL)").unwrap();
    t.user("ann", "");
    assert_eq!((t.count("public.\"user\""), t.count("rollbook.\"user\"")), (1, 0));
}

#[test]
fn read_only_server_is_exit_1_with_the_cure() {
    let t = &Sandbox::migrated(Engine::Postgres);
    let url = t.url.clone() + "&options=-c%20default_transaction_read_only%3Don";
    let run = t.run(&["users", "create", "--email", "a@example.com", "--name", "A", "--database-url", &url]);
    assert!(run.status == 1 && run.stderr.contains("target_session_attrs=read-write"), "{run}");
    assert_eq!(t.run(&["users", "list", "--database-url", &url]).status, 0);
}

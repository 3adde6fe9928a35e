//! How the database is chosen, and the errors when it cannot be used.

use std::fs;

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox, example};

fn verbose(t: &Sandbox, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = t.command_without_database(&[&["users", "list", "-v"], args].concat());
    Run::of(command.envs(variables.iter().copied()).output().unwrap())
}

#[test]
fn the_sources_of_the_database_url_have_an_order_of_precedence() {
    let t = Sandbox::empty(Engine::Sqlite);
    let file = t.file("url", "sqlite:from-file.db\n");
    let arguments = ["--database-url", "sqlite:from-flag.db", "--database-url-file", &file];
    let variables =
        [("ROLLBOOK_DATABASE_URL", "sqlite:from-own-variable.db"), ("DATABASE_URL", "from-shared-variable.db")];
    t.file(".config/rollbook/config.toml", "database_url = \"sqlite:from-config.db\"");
    for (args, variables, expected) in [
        (&arguments[..], &variables[..], "database: sqlite:from-flag.db (from --database-url)"),
        (&arguments[2..], &variables, "database: sqlite:from-file.db (from "),
        (&[], &variables, "database: sqlite:from-own-variable.db (from $ROLLBOOK_DATABASE_URL)"),
        (&[], &variables[1..], "database: sqlite:from-shared-variable.db (from $DATABASE_URL)"),
        (&[], &[("DATABASE_URL", "")], "database: sqlite:from-config.db (from "),
    ] {
        let run = verbose(&t, args, variables);
        assert!(run.stderr.contains(expected), "{expected}: {run}");
    }
    fs::remove_file(t.path(".config/rollbook/config.toml")).unwrap();
    let run = verbose(&t, &[], &[]);
    assert!(
        run.stderr.contains(&format!(
            "database: sqlite:{}/.local/share/rollbook/rollbook.db (from the default)",
            t.path("").to_str().unwrap().trim_end_matches('/')
        )),
        "{run}"
    );
    let run = verbose(&t, &[], &[("XDG_DATA_HOME", "/somewhere")]);
    assert!(run.stderr.contains("sqlite:/somewhere/rollbook/rollbook.db"), "{run}");
}

#[test]
fn an_invalid_database_url_creates_no_file() {
    let t = Sandbox::empty(Engine::Sqlite);
    for (url, message) in
        [("mysql://root:s3cret@host/db", "unknown scheme \"mysql\""), ("sqlite::memory:", "in-memory database")]
    {
        let run = Run::of(t.command_without_database(&["migrate", "run", "--database-url", url]).output().unwrap());
        assert_eq!(run.status, 2, "{run}");
        assert!(run.stderr.contains(message) && !run.stderr.contains("s3cret"), "{run}");
    }
    t.file(".config/rollbook/config.toml", "database_url = \"postgres://u:s3cret@h/d\"\ndatbase = 1\n");
    let run = verbose(&t, &[], &[]);
    assert!(
        run.stderr.contains("config.toml line 2: unknown setting datbase") && !run.stderr.contains("s3cret"),
        "{run}"
    );
    assert_eq!(fs::read_dir(t.path("")).unwrap().count(), 1);
}

#[test]
fn an_unreachable_server_is_exit_code_5_and_no_error_shows_the_password() {
    let t = Sandbox::empty(Engine::Sqlite);
    for (url, status) in [
        ("postgres://ann:s3cret@localhost:1/db", 5),
        ("postgres://ann:s3cret@/db?host=/nowhere", 5),
        ("postgres://localhost:1/db?password=s3cret&user=ann", 5),
        ("postgres://ann:s3cret@localhost:notaport/db", 2),
        ("postgres://ann:s3cret@localhost:1/db?bogus=1", 1),
        ("postgres://ann:s3cret@localhost:1/db?sslmode=bogus", 1),
        ("postgres://ann:s3cret%zz@localhost:1/db", 2),
        ("postgres://ann:s3cret/x@localhost:1/db", 2),
        ("postgresql://ann:s3cret@[::1/db", 2),
        ("host=localhost password=s3cret", 2),
        ("postgres//ann:s3cret@localhost/db", 2),
    ] {
        let run = verbose(&t, &["--database-url", url], &[]);
        assert_eq!(run.status, status, "{url}: {run}");
        assert!(!run.stderr.contains("s3cret"), "{url}: {run}");
    }
    assert_eq!(fs::read_dir(t.path("")).unwrap().count(), 0);
}

#[test]
fn a_missing_database_on_the_server_is_exit_code_1() {
    let t = Sandbox::empty(Engine::Postgres);
    let name = t.url.split(['/', '?']).nth(3).unwrap().to_owned();
    let run = verbose(&t, &["--database-url", &t.url.replace(&name, "nowhere")], &[]);
    assert!(run.status == 1 && run.stderr.contains("database \"nowhere\" does not exist"), "{run}");
}

#[test]
fn read_commands_and_dry_runs_write_nothing() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.sql("PRAGMA journal_mode = DELETE").unwrap();
    let before = t.bytes();
    t.ok(&["migrate", "status"]);
    t.ok(&["users", "list"]);
    t.ok(&["import", "all", &example(""), "--dry-run"]);
    assert!(t.bytes() == before);
}

#[test]
fn a_command_with_invalid_input_creates_no_database() {
    let t = Sandbox::empty(Engine::Sqlite);
    t.fails(2, &["users", "create", "--email", "nonsense", "--name", "A"]);
    t.fails(1, &["import", "users", "nowhere.csv"]);
    assert_eq!(fs::read_dir(t.path("")).unwrap().count(), 0);
}

on_both_engines! {
    fn a_lock_timeout_is_exit_code_5(t) {
        t.user("ann", "");
        let key = 0x524F_4C4C_494D_504F_i64;
        let lock = match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE; INSERT INTO feed_cursor (consumer, position) VALUES ('x', 1)".to_owned(),
            Engine::Postgres => format!("BEGIN; SELECT pg_advisory_xact_lock({key})"),
        };
        let _held = t.hold(&lock);
        let run = t.run(&["import", "users", &example("users.csv"), "--lock-timeout", "1"]);
        assert_eq!(run.status, 5, "{run}");
        assert!(run.stderr.contains("note: nothing was changed\nhint: run the command again"), "{run}");
    }

    fn a_lock_timeout_of_zero_fails_at_once(t) {
        let lock = match t.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; LOCK TABLE user_action, champion, audit_event, feed_cursor, import_run",
        };
        let _held = t.hold(lock);
        let stderr = t.fails(5, &["migrate", "revert", "--confirm", &t.database_name(), "--lock-timeout", "0"]);
        assert!(stderr.contains("lock"), "{stderr}");
    }

    fn the_actor_comes_from_the_option_or_the_environment(t) {
        t.ok(&["users", "create", "--email", "a@example.com", "--name", "A", "--actor", "cron: nightly"]);
        assert_eq!(t.value("actor", "FROM audit_event"), "cron: nightly");
        let mut command = t.command(&["users", "create", "--email", "b@example.com", "--name", "B"]);
        command.env_remove("ROLLBOOK_ACTOR").env("SUDO_USER", "grace").output().unwrap();
        assert!(t.value("actor", "FROM audit_event ORDER BY position DESC LIMIT 1").starts_with("grace@"));
    }
}

on_both_engines! {
    fn statements_are_shown_with_their_time_and_without_values(t) {
        let t = &t.with_whole_log();
        t.user("ann", "");
        let run = t.run(&["users", "update", "ann", "--name", "Confidential", "-vv"]);
        assert!(run.status == 0 && run.stderr.contains("s UPDATE "), "{run}");
        assert!(!run.stderr.replace("name: ann → Confidential", "").contains("Confidential"), "{run}");
    }
}

#[test]
fn dry_run_creates_no_database() {
    for args in [
        &["users", "roles", "add", "ann", "student", "-n"][..],
        &["champions", "nominate", "ann", "-n"],
        &["champions", "advance", "ann", "-n"],
        &["champions", "note", "ann", "-m", "text", "-n"],
        &["champions", "withdraw", "ann", "-n"],
        &["champions", "suggest", "--min-replies", "1", "--nominate", "-n"],
    ] {
        let t = Sandbox::empty(Engine::Sqlite);
        t.run(args);
        assert!(!t.path("test.db").exists(), "{args:?}");
    }
}

#[test]
fn file_with_a_password_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let t = Sandbox::empty(Engine::Sqlite);
    let url = "postgres://ann:s3cret@localhost:1/db\n";
    let file = t.file("url", url);
    let config = t.file(".config/rollbook/config.toml", format!("database_url = \"{}\"\n", url.trim()));
    for (args, file) in [(&["--database-url-file", &file][..], &file), (&[], &config)] {
        let list = || Run::of(t.command_without_database(&[&["users", "list"], args].concat()).output().unwrap());
        for mode in [0o644, 0o660, 0o604] {
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
            let run = list();
            assert!(
                run.status == 1
                    && run.stderr.contains("contains a password, and other users can read it\nhint: chmod 600 "),
                "{run}"
            );
            assert!(!run.stderr.contains("s3cret"), "{run}");
        }
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(list().status, 5);
    }
    let run = verbose(&t, &["--database-url", url.trim()], &[]);
    assert!(run.stderr.contains("note: the password in --database-url is visible to other users"), "{run}");
    // A password that is part of every message changes none.
    let run = verbose(&t, &["--database-url", "postgres://ann:e@localhost:1/db"], &[]);
    assert!(run.stderr.contains("cannot connect to postgres://ann:***@localhost:1/db: connection to server"), "{run}");
    for with_user in ["sqlite://u:s3cret@h/d", "sqlite:u:s3cret@h/d", "sqlite:///u:s3cret@h"] {
        let run = verbose(&t, &["--database-url", with_user], &[]);
        assert!(run.status == 2 && !run.stderr.contains("s3cret"), "{run}");
        let run = t.run(&["db", "copy", &t.url, with_user]);
        assert!(run.status == 2 && !run.stderr.contains("s3cret"), "{run}");
    }
    // What libpq cannot parse is named, and not quoted.
    for (parameter, named) in [
        ("sslmode=s3cret", "sslmode"),
        ("s3cret=1", "a parameter that libpq does not know"),
        ("connect_timeout=s3cret", "connect_timeout"),
        ("port=s3cret", "port"),
    ] {
        let run = verbose(&t, &["--database-url", &format!("postgres://localhost:1/db?{parameter}")], &[]);
        assert!(run.status == 1 && run.stderr.contains(named), "{run}");
        let quoted = run.stderr.replace(&format!("?{parameter}"), "");
        assert!(!quoted.contains("s3cret"), "{run}");
    }
    for args in [
        &["db", "copy", &t.url, "postgres://ann:s3cret@localhost:1/db"][..],
        &["db", "restore", "none.dump", "--to", "postgres://ann:s3cret@localhost:1/db"],
        &["users", "list", "--read-url", "postgres://ann:s3cret@localhost:1/db"],
    ] {
        let run = t.run(args);
        assert!(
            run.stderr.contains(" is visible to other users of this machine") && !run.stderr.contains("s3cret"),
            "{run}"
        );
    }
}

/// With too few descriptors, SQLite says only that it cannot open a file.
#[test]
fn a_shortage_of_open_files_is_named() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let program = assert_cmd::cargo::cargo_bin!("rollbook");
    for limit in 3..12 {
        let script = format!("ulimit -n {limit}; exec {} users list", program.display());
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).env_clear().env("HOME", t.path("")).env("ROLLBOOK_DATABASE_URL", &t.url);
        let run = Run::of(shell.output().unwrap());
        // Below four, the program itself cannot be loaded.
        let is_named = run.status == 1 && run.stderr.contains("hint: the process may not have more files open");
        assert!(run.status == 0 || run.status == 127 || is_named, "{limit}: {run}");
        assert!(!run.stderr.contains("write access"), "{limit}: {run}");
    }
}

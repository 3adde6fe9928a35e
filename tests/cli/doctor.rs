//! Guards that are missing, disabled or replaced are named by `doctor` and stop an import.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

/// Statements that weaken a guard, and what `doctor` says of each.
const SQLITE: [(&str, &str); 4] = [
    ("DROP INDEX user_action_idempotency_key_unique", "the index user_action_idempotency_key_unique is missing"),
    ("DROP TRIGGER audit_event_no_delete", "the trigger audit_event_no_delete is missing"),
    (
        "DROP INDEX user_action_source_event_unique; CREATE INDEX user_action_source_event_unique ON user_action (source_system)",
        "the index user_action_source_event_unique is not the one of the migrations",
    ),
    (
        "DROP TRIGGER user_action_no_update; CREATE TRIGGER user_action_no_update BEFORE UPDATE ON user_action BEGIN SELECT 1; END",
        "the trigger user_action_no_update is not the one of the migrations",
    ),
];

const POSTGRES: [(&str, &str); 6] = [
    ("DROP INDEX user_action_idempotency_key_unique", "the index user_action_idempotency_key_unique is missing"),
    ("ALTER TABLE user_action DISABLE TRIGGER user_action_no_change", "the trigger user_action_no_change is disabled"),
    (
        "ALTER TABLE champion ENABLE TRIGGER champion_steps",
        "the trigger champion_steps is disabled, or not enabled always",
    ),
    ("DROP TRIGGER audit_event_no_truncate ON audit_event", "the trigger audit_event_no_truncate is missing"),
    (
        "DROP INDEX user_action_source_event_unique; CREATE UNIQUE INDEX user_action_source_event_unique ON user_action (source_system)",
        "the index user_action_source_event_unique is not the one of the migrations",
    ),
    (
        "ALTER FUNCTION rollbook_guard_user_action() RESET search_path",
        "rollbook_guard_user_action has no pinned search_path",
    ),
];

on_both_engines! {
    fn doctor_finds_nothing_wrong_with_a_new_database(t) {
        let run = t.run(&["doctor", "--format", "csv"]);
        // The test server runs without durability, to be fast.
        let failed: Vec<&str> = run.stdout.lines().filter(|line| line.contains(",FAILED,")).collect();
        assert!(failed.iter().all(|line| t.engine == Engine::Postgres && line.starts_with("settings,FAILED,")), "{run}");
        assert_eq!(run.status, i32::from(!failed.is_empty()), "{run}");
        assert!(run.stdout.contains("guards,ok,indexes and triggers are in place,"), "{run}");
    }

    fn weakened_guard_is_named_and_stops_an_import(t) {
        let weakenings: &[(&str, &str)] = match t.engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        for (sql, problem) in weakenings {
            let t = Sandbox::migrated(t.engine);
            let t = &t.with_whole_log();
            t.ok(&["import", "users", &example("users.csv")]);
            t.sql(sql).unwrap();
            let run = t.run(&["doctor"]);
            assert!(run.status == 1 && run.stdout.contains(problem), "{run}");
            let before = t.content();
            let stderr = t.fails(1, &["import", "actions", &example("actions.csv")]);
            assert!(stderr.contains(problem) && stderr.contains("hint: see all that is wrong with the database: rollbook doctor"), "{stderr}");
            assert!(t.content() == before);
        }
    }

    fn temporary_table_does_not_stand_for_the_audit_trail(t) {
        t.user("ann", "");
        t.ok(&["actions", "record", "ann", "enrolled", "course:c", "--metadata", "a=1"]);
        let forge = "CREATE TEMPORARY TABLE audit_event AS SELECT 'user' AS subject_kind, 'ann' AS subject_id, 'erase_metadata' AS verb, \
             CAST(NULL AS TEXT) AS refusal, CAST(NULL AS TEXT) AS after; UPDATE user_action SET metadata = '{}'";
        let error = t.sql(forge).unwrap_err();
        assert!(error.contains("append-only"), "{error}");
    }
}

/// What a dump from a server with more transactions brings.
fn restored_from_another_server(t: &Sandbox, rows: &[(&str, &str)]) {
    t.sql("ALTER DOMAIN rollbook_transaction DROP CONSTRAINT set_by_the_database").unwrap();
    t.sql("ALTER TABLE user_action DISABLE TRIGGER user_action_no_foreign_log").unwrap();
    for (id, transaction) in rows {
        t.sql(&format!("INSERT INTO user_action (id, user_id, action_type, target_type, target_id, occurred_at, recorded_xid) VALUES ('{id}', 'ann', 'enrolled', 'course', '{id}', now(), '{transaction}')")).unwrap();
    }
    t.sql("ALTER DOMAIN rollbook_transaction ADD CONSTRAINT set_by_the_database CHECK (VALUE = pg_current_xact_id()) NOT VALID").unwrap();
    t.sql("ALTER TABLE user_action ENABLE ALWAYS TRIGGER user_action_no_foreign_log").unwrap();
}

#[test]
fn log_of_another_server_is_not_fed_in_silence() {
    let t = &Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    t.ok(&["actions", "record", "ann", "enrolled", "course:c"]);
    t.ok(&["actions", "feed", "nudges"]);
    restored_from_another_server(t, &[("x", "9000000000")]);
    for args in
        [&["actions", "feed", "nudges"][..], &["actions", "feed", "--list"], &["actions", "ack", "nudges", "1.1"]]
    {
        let stderr = t.fails(1, args);
        assert!(stderr.contains("the log comes from another server: its transaction 9000000000 is ahead"), "{stderr}");
    }
    assert!(t.run(&["doctor"]).stdout.contains("the log comes from another server"));
}

#[test]
fn rebase_settles_a_restored_log_and_loses_no_event() {
    let t = &Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    t.ok(&["actions", "feed", "nudges"]);
    t.ok(&["actions", "feed", "new"]);
    // In the order of commits of the other server: b, a, c.
    restored_from_another_server(t, &[("a", "9000000002"), ("b", "9000000001"), ("c", "9000000003")]);
    let position = t.value("position", "FROM user_action WHERE id = 'b'");
    t.sql(&format!(
        "UPDATE feed_cursor SET recorded_xid = '9000000001', position = {position} WHERE consumer = 'nudges'"
    ))
    .unwrap();
    let before = t.content();
    // Events that were recorded now would come before those of the dump.
    let run = t.run(&["actions", "record", "ann", "enrolled", "course:d"]);
    assert!(run.status == 1 && run.stderr.contains("the log comes from another server"), "{run}");
    t.fails(2, &["actions", "feed", "--rebase"]);
    t.ok(&["actions", "feed", "--rebase", "-n"]);
    assert!(t.content() == before);
    assert!(t.sql("UPDATE user_action SET recorded_xid = pg_current_xact_id()").is_err());
    let run = t.run(&["actions", "feed", "--rebase", "--yes", "--reason", "restored"]);
    assert!(run.status == 0 && run.stderr.contains("settled 3 actions, 2 consumers moved"), "{run}");
    assert!(t.sql("UPDATE user_action SET recorded_xid = pg_current_xact_id()").is_err());
    t.ok(&["actions", "record", "ann", "enrolled", "course:d"]);
    let delivered = |consumer: &str, rows: usize| -> Vec<String> {
        for _ in 0..600 {
            let lines = t.ok(&["actions", "feed", consumer]);
            if lines.lines().count() == rows {
                let of = |line: &str| -> serde_json::Value { serde_json::from_str(line).unwrap() };
                return lines.lines().map(|line| of(line)["target_id"].as_str().unwrap().to_owned()).collect();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{consumer} got no {rows} actions");
    };
    assert_eq!(delivered("new", 4), ["a", "b", "c", "d"]);
    // It had acknowledged b, but not a, which comes before it now: both are delivered again.
    assert_eq!(delivered("nudges", 4), ["a", "b", "c", "d"]);
    assert!(t.run(&["actions", "feed", "--rebase"]).stderr.contains("nothing to rebase"));
    assert!(t.ok(&["audit", "list", "--kind", "log"]).contains("restored"));
}

#[test]
fn note_names_the_transaction_that_holds_the_feed_back() {
    let t = &Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    let mut open = t.hold("BEGIN; SELECT pg_current_xact_id()");
    t.ok(&["actions", "record", "ann", "enrolled", "course:c"]);
    let run = t.run(&["actions", "feed", "nudges"]);
    assert!(run.stdout.is_empty() && run.stderr.contains("note: more actions follow when process "), "{run}");
    assert!(run.stderr.contains("in a transaction since 20"), "{run}");
    open("COMMIT");
}

#[test]
fn doctor_names_pending_migrations() {
    let t = &Sandbox::migrated(Engine::Sqlite);
    t.ok(&["migrate", "revert", "--confirm", "test.db"]);
    let run = t.run(&["doctor", "--format", "jsonl"]);
    assert!(
        run.status == 1 && run.stdout.contains("1 migration pending") && run.stdout.contains("rollbook migrate run"),
        "{run}"
    );
    t.fails(6, &["doctor", "--database-url", "sqlite:none.db"]);
    // A file of another program is left alone.
    let mut other = Command::new("sh")
        .arg("-c")
        .arg(format!("cat > {}", t.path("other.db").display()))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    other.stdin.take().unwrap().write_all(b"no database").unwrap();
    other.wait().unwrap();
    t.fails(1, &["doctor", "--database-url", &format!("sqlite:{}", t.path("other.db").display())]);
}

#[test]
fn each_role_has_the_least_rights_of_its_commands() {
    let t = &Sandbox::migrated(Engine::Postgres);
    let name = t.database_name();
    let role = |kind: &str| format!("{kind}_{name}");
    for kind in ["operator", "importer", "reader"] {
        t.sql(&format!("CREATE ROLE \"{}\" LOGIN", role(kind))).unwrap();
    }
    let (operator, importer, reader) = (role("operator"), role("importer"), role("reader"));
    let roles = ["--operator", &operator, "--importer", &importer, "--reader", &reader];
    let printed = t.ok(&[&["migrate", "grants"][..], &roles].concat());
    assert!(printed.contains(&format!("GRANT USAGE ON SCHEMA public TO \"{reader}\";")), "{printed}");
    t.ok(&[&["migrate", "grants", "--apply"][..], &roles].concat());
    let run = |kind: &str, args: &[&str]| {
        let url = t.url.replace("rollbook@", &format!("{}@", role(kind)));
        t.run(&[args, &["--database-url", &url]].concat())
    };
    let works = |kind: &str, args: &[&str]| {
        let run = run(kind, args);
        assert_eq!(run.status, 0, "{kind} {args:?}: {run}");
    };
    let refused = |kind: &str, args: &[&str]| {
        let before = t.content();
        let run = run(kind, args);
        assert!(run.status == 1 && run.stderr.contains("permission denied"), "{kind} {args:?}: {run}");
        assert!(t.content() == before, "{kind} {args:?}");
    };
    for args in [
        &["import", "all", &example("")][..],
        &["users", "create", "--id", "zed", "--email", "z@example.com", "--name", "Z"],
        &["users", "update", "zed", "--name", "Zed"],
        &["users", "roles", "add", "zed", "teacher"],
        &["users", "merge", "usr_010", "usr_011", "--yes"],
        &["users", "erase", "zed", "--confirm", "z@example.com", "--metadata"],
        &["champions", "nominate", "usr_012"],
        &["champions", "advance", "usr_012"],
        &["champions", "note", "usr_012", "-m", "Kind."],
        &["champions", "withdraw", "usr_012", "--yes"],
        &["actions", "record", "usr_012", "enrolled", "course:c"],
        &["actions", "feed", "nudges", "--limit", "1"],
        &["actions", "feed", "nudges", "--forget"],
    ] {
        works("operator", args);
    }
    let file = t.file(
        "more.csv",
        "user_id,action_type,target_type,target_id,occurred_at\nusr_012,enrolled,course,x,2026-01-01T00:00:00Z\n",
    );
    works("importer", &["import", "actions", &file]);
    works("importer", &["import", "actions", &file, "--recheck"]);
    works("importer", &["import", "actions", &file, "--recheck", "--commit-every", "1"]);
    works("importer", &["actions", "record", "usr_012", "enrolled", "course:y"]);
    works("importer", &["actions", "feed", "jobs", "--limit", "1"]);
    refused("importer", &["users", "roles", "add", "usr_012", "admin"]);
    refused("importer", &["users", "merge", "usr_012", "usr_013", "--yes"]);
    refused("importer", &["champions", "nominate", "usr_013"]);
    for args in [
        &["users", "list"][..],
        &["users", "show", "usr_012"],
        &["users", "export", "usr_012"],
        &["users", "history", "usr_012"],
        &["users", "stats"],
        &["actions", "list"],
        &["actions", "export"],
        &["actions", "stats"],
        &["actions", "lint"],
        &["actions", "feed", "jobs", "--peek"],
        &["actions", "feed", "--list"],
        &["champions", "list"],
        &["champions", "board"],
        &["champions", "stats"],
        &["champions", "suggest", "--min-replies", "1"],
        &["import", "history"],
        &["audit", "list"],
        &["migrate", "status"],
    ] {
        works("reader", args);
    }
    refused("reader", &["actions", "record", "usr_012", "enrolled", "course:z"]);
    refused("reader", &["actions", "feed", "mine"]);
    t.sql(&format!("DROP OWNED BY \"{operator}\", \"{importer}\", \"{reader}\"; DROP ROLE \"{operator}\", \"{importer}\", \"{reader}\"")).unwrap();
    assert!(
        Sandbox::migrated(Engine::Sqlite)
            .fails(2, &["migrate", "grants", "--reader", "x"])
            .contains("SQLite has no roles")
    );
}

//! Guards that are missing, disabled or replaced are named by `doctor` and stop an import.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cluster;
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

const POSTGRES: [(&str, &str); 9] = [
    (
        "ALTER TABLE champion DISABLE TRIGGER ALL",
        "the foreign key champion_user_id_fkey is not checked: its trigger is disabled",
    ),
    (
        "GRANT EXECUTE ON FUNCTION rollbook_audit_user() TO PUBLIC",
        "every role may run the function rollbook_audit_user, as its owner",
    ),
    ("CREATE TABLE more () INHERITS (user_action)", "the rows of the table more count as rows of user_action"),
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

/// Other changes of the schema that hide or change rows in silence.
const SQLITE_PARTS: [(&str, &str); 5] = [
    (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (target_id <> ', 'CHECK (TRUE OR target_id <> ') WHERE name = 'user_action'",
        "the table user_action is not the one of the migrations",
    ),
    ("ALTER TABLE operation ADD COLUMN note TEXT", "the table operation is not the one of the migrations"),
    ("DROP TABLE feed_parked", "the table feed_parked is missing"),
    (
        "CREATE TRIGGER mine BEFORE INSERT ON user_action BEGIN SELECT RAISE(IGNORE); END",
        "the trigger mine on user_action of another program can change or drop rows,\"drop it, unless it is sure to",
    ),
    ("INSERT INTO current_operation (number) VALUES (1)", "a row is left in current_operation"),
];

const POSTGRES_PARTS: [(&str, &str); 14] = [
    (
        "CREATE OR REPLACE FUNCTION rollbook_guard_user_action() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN RETURN NEW; END $$",
        "the function rollbook_guard_user_action() is not the one of the migrations",
    ),
    (
        "DROP TRIGGER champion_changed_audit ON champion; CREATE TRIGGER champion_changed_audit AFTER INSERT ON champion FOR EACH ROW EXECUTE FUNCTION rollbook_audit_champion(); ALTER TABLE champion ENABLE ALWAYS TRIGGER champion_changed_audit",
        "the trigger champion.champion_changed_audit is not the one of the migrations",
    ),
    ("ALTER TABLE \"user\" DROP CONSTRAINT user_roles_check", "the constraint user.user_roles_check is missing"),
    (
        "ALTER TABLE champion DROP CONSTRAINT champion_stage_times_check, ADD CONSTRAINT champion_stage_times_check CHECK (TRUE)",
        "the constraint champion.champion_stage_times_check is not the one of the migrations",
    ),
    (
        "ALTER TABLE user_action ALTER COLUMN recorded_at DROP DEFAULT",
        "the column user_action.recorded_at is not the one of the migrations",
    ),
    ("DROP INDEX user_action_user", "the index user_action_user is missing"),
    ("DROP TABLE feed_parked", "the table feed_parked is missing"),
    ("ALTER TABLE operation SET UNLOGGED", "the table operation is not the one of the migrations"),
    ("ALTER TABLE user_action ENABLE ROW LEVEL SECURITY", "the table user_action is not the one of the migrations"),
    (
        "CREATE RULE mine AS ON INSERT TO user_action DO INSTEAD NOTHING",
        "the rule user_action.mine of another program can change or drop rows,\"drop it, unless it is sure to",
    ),
    (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER mine BEFORE INSERT ON champion FOR EACH ROW EXECUTE FUNCTION f()",
        "the trigger champion.mine of another program",
    ),
    (
        "GRANT EXECUTE ON FUNCTION rollbook_permit(jsonb) TO PUBLIC",
        "every role may run the function rollbook_permit, as its owner",
    ),
    (
        "ALTER DOMAIN rollbook_time DROP CONSTRAINT set_by_the_database; ALTER DOMAIN rollbook_time ADD CONSTRAINT set_by_the_database CHECK (VALUE IS NOT NULL)",
        "the constraint rollbook_time.set_by_the_database is not the one of the migrations",
    ),
    ("DROP TRIGGER audit_event_permits ON audit_event", "the trigger audit_event.audit_event_permits is missing"),
];

/// The list of the parts of the schema is that of a new database; `ROLLBOOK_WRITE_GENERATED=1` writes it.
#[test]
fn catalogue_is_what_the_migrations_make() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/engine/postgres");
    let query = std::fs::read_to_string(source.join("catalog.sql")).unwrap();
    let query: Vec<&str> = query.lines().skip_while(|line| line.starts_with("--")).collect();
    let t = &Sandbox::whole(Engine::Postgres);
    let found =
        t.values("kind || chr(9) || name || chr(9) || definition", &format!("FROM ({}) AS part", query.join("\n")));
    let found = found.join("\n") + "\n";
    if std::env::var_os("ROLLBOOK_WRITE_GENERATED").is_some() {
        std::fs::write(source.join("catalog.txt"), &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(source.join("catalog.txt")).unwrap());
}

#[test]
fn one_damage_does_not_hide_another() {
    let t = &Sandbox::migrated(Engine::Postgres);
    let t = &t.with_whole_log();
    let damage =
        "ALTER TABLE audit_event ALTER COLUMN at DROP DEFAULT; DROP TRIGGER user_action_no_truncate ON user_action";
    t.sql(damage).unwrap();
    let run = t.run(&["doctor", "--format", "csv"]);
    for problem in ["the column audit_event.at is not the one", "the trigger user_action_no_truncate is missing"] {
        assert!(run.stdout.contains(problem), "{problem}: {run}");
    }
}

on_both_engines! {
    fn doctor_finds_nothing_wrong_with_a_new_database(t) {
        let run = t.run(&["doctor", "--format", "csv"]);
        // The test server runs without durability, to be fast.
        let failed: Vec<&str> = run.stdout.lines().filter(|line| line.contains(",FAILED,")).collect();
        assert!(failed.iter().all(|line| t.engine == Engine::Postgres && line.starts_with("settings,FAILED,")), "{run}");
        assert_eq!(run.status, i32::from(!failed.is_empty()), "{run}");
        assert!(run.stdout.contains("guards,ok,"), "{run}");
        assert!(run.stdout.contains("\nfeed,ok,") && run.stdout.contains("\ndisk,ok,"), "{run}");
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
            assert!(stderr.contains(problem) && stderr.contains("hint: list all problems: rollbook doctor"), "{stderr}");
            assert!(t.content() == before);
        }
    }

    fn part_that_differs_from_the_migrations_is_named(t) {
        let changes: &[(&str, &str)] = match t.engine {
            Engine::Sqlite => &SQLITE_PARTS,
            Engine::Postgres => &POSTGRES_PARTS,
        };
        for (sql, problem) in changes {
            let t = &Sandbox::whole(t.engine);
            t.sql(sql).unwrap();
            let run = t.run(&["doctor", "--format", "csv"]);
            assert!(run.status == 1 && run.stdout.contains(problem), "{sql}: {run}");
        }
    }

    fn rows_that_contradict_others_are_named(t) {
        let t = &t.with_whole_log();
        t.user("ann", "student");
        t.ok(&["actions", "record", "ann", "enrolled", "course:c"]);
        t.fed("nudges", 1);
        let damage = match t.engine {
            Engine::Sqlite => &[
                ("PRAGMA foreign_keys = OFF; INSERT INTO champion (id, user_id, stage) VALUES ('ch', 'nobody', 'candidate')", "1 rows refer to rows that do not exist"),
                ("UPDATE feed_cursor SET position = 999", "the consumer nudges is ahead of the log"),
            ][..],
            Engine::Postgres => &[
                ("SET session_replication_role = replica; INSERT INTO champion (id, user_id, stage) VALUES ('ch', 'nobody', 'candidate')", "1 champion records refer to no user"),
                ("SET session_replication_role = replica; DELETE FROM \"user\" WHERE id = 'ann'", "actions of 1 users refer to no user"),
                ("UPDATE feed_cursor SET recorded_xid = '999999999'", "the consumer nudges is ahead of the log"),
                ("ALTER TABLE feed_parked OWNER TO pg_monitor", "the table feed_parked belongs to the role pg_monitor"),
                ("GRANT UPDATE ON champion TO PUBLIC", "every role may change the table champion"),
                ("DELETE FROM log_generation", "nothing says on which server the log was written"),
            ],
        };
        for (statement, problem) in damage {
            t.sql(statement).unwrap();
            let run = t.run(&["doctor"]);
            assert!(run.status == 1 && run.stdout.replace('\n', " ").contains(problem), "{statement}: {run}");
        }
    }

    fn lost_key_of_former_addresses_brings_nobody_back(t) {
        t.user("ann", "");
        t.ok(&["users", "erase", "ann", "--confirm", "ann@example.com"]);
        t.sql("DELETE FROM hash_key").unwrap();
        let run = t.run(&["doctor"]);
        assert!(run.status == 1 && run.stdout.contains("the key is missing by which former addresses"), "{run}");
        let before = t.content();
        let file = t.file("back.csv", "email,name\nann@example.com,Ann\n");
        for args in [&["import", "users", &file][..], &["users", "create", "--email", "ann@example.com", "--name", "Ann"]] {
            assert!(t.fails(1, args).contains("restore the row of hash_key from a backup"), "{args:?}");
        }
        assert!(t.content() == before);
    }

    fn definitions_are_compared_whatever_the_settings_of_the_server(t) {
        if t.engine == Engine::Postgres {
            let name = t.database_name();
            for setting in ["timezone = 'Asia/Kolkata'", "datestyle = 'German, DMY'", "quote_all_identifiers = on", "standard_conforming_strings = off"] {
                t.sql(&format!("ALTER DATABASE {name} SET {setting}")).unwrap();
            }
        }
        let run = t.run(&["doctor", "--format", "csv"]);
        assert!(run.stdout.contains("guards,ok,"), "{run}");
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
    let operator = format!("operator_{}", t.database_name());
    t.sql(&format!("CREATE ROLE \"{operator}\" LOGIN")).unwrap();
    t.ok(&["migrate", "grants", "--apply", "--operator", &operator]);
    // Events that were recorded now would come before those of the dump.
    let run = t.run(&["actions", "record", "ann", "enrolled", "course:d"]);
    assert!(run.status == 1 && run.stderr.contains("the log comes from another server"), "{run}");
    t.fails(2, &["actions", "feed", "--rebase"]);
    t.ok(&["actions", "feed", "--rebase", "-n"]);
    assert!(t.content() == before);
    assert!(t.sql("UPDATE user_action SET recorded_xid = pg_current_xact_id()").is_err());
    let status = t.run(&["migrate", "status"]);
    assert!(
        status.stderr.contains("the log comes from another server: its transaction 9000000003 is ahead"),
        "{status}"
    );
    let url = t.url.replace("rollbook@", &format!("{operator}@"));
    let run = t.run(&["actions", "feed", "--rebase", "--yes", "--reason", "restored", "--database-url", &url]);
    assert!(run.status == 0 && run.stderr.contains("rebased 3 actions, and the cursors of 2 consumers"), "{run}");
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
    assert_eq!(t.count("log_generation"), 2);
    t.sql(&format!("DROP OWNED BY \"{operator}\"; DROP ROLE \"{operator}\"")).unwrap();
}

#[test]
fn users_who_change_after_a_restore_are_in_the_feed() {
    let t = &Sandbox::whole(Engine::Postgres);
    t.user("lost", "");
    t.user("ann", "");
    t.ok(&["users", "feed", "crm"]);
    // As the consumer's place and the trail would be after a dump of a server with more transactions.
    let ahead = "ALTER TABLE audit_event DISABLE TRIGGER USER; UPDATE audit_event SET recorded_xid = '9000000001' WHERE subject_kind = 'user'; \
         ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_change, ENABLE ALWAYS TRIGGER audit_event_no_truncate, ENABLE ALWAYS TRIGGER audit_event_permits; \
         UPDATE feed_cursor SET recorded_xid = '9000000001', position = (SELECT max(position) FROM audit_event)";
    t.sql(ahead).unwrap();
    // Before the database refused changes, one was recorded that the other server's order has before the place.
    t.sql("UPDATE \"user\" SET name = 'Lost' WHERE id = 'lost'").unwrap();
    t.sql("ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_foreign_log").unwrap();
    for args in [
        &["users", "create", "--email", "b@example.com", "--name", "B"][..],
        &["users", "roles", "add", "ann", "student"],
        &["import", "users", &t.file("u.csv", "email,name\nc@example.com,C\n")],
    ] {
        let run = t.run(args);
        assert!(run.status == 1 && run.stderr.contains("the audit trail comes from another server"), "{run}");
    }
    let foreign = t.sql("UPDATE \"user\" SET name = 'X' WHERE id = 'ann'").unwrap_err();
    assert!(foreign.contains("the audit trail comes from another server"), "{foreign}");
    t.ok(&["actions", "feed", "--rebase", "--yes"]);
    t.ok(&["users", "roles", "add", "ann", "student"]);
    for _ in 0..600 {
        let fed = t.ok(&["users", "feed", "crm"]);
        if fed.contains("lost") && fed.lines().count() >= 2 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{}", t.ok(&["users", "feed", "crm"]));
}

#[test]
fn nobody_lends_the_rights_of_the_owner_from_a_trigger_function() {
    let t = &Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    let reader = format!("reader_{}", t.database_name());
    t.sql(&format!("CREATE ROLE \"{reader}\" LOGIN")).unwrap();
    t.ok(&["migrate", "grants", "--apply", "--reader", &reader]);
    for function in
        t.values("proname", "FROM pg_proc WHERE prorettype = 'trigger'::regtype AND proname LIKE 'rollbook%'")
    {
        let attach = format!(
            "SET ROLE \"{reader}\"; CREATE TEMPORARY TABLE t (id text, roles text[]); \
             CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION {function}()"
        );
        assert!(t.sql(&attach).unwrap_err().contains("permission denied for function"), "{function}");
    }
    // The triggers fire for every role that may change the tables.
    t.sql(&format!("GRANT UPDATE ON \"user\" TO \"{reader}\"; SET ROLE \"{reader}\"; UPDATE \"user\" SET name = 'A' WHERE id = 'ann'")).unwrap();
    assert_eq!(t.value("actor", "FROM audit_event ORDER BY position DESC LIMIT 1"), "rollbook");
    t.sql(&format!("DROP OWNED BY \"{reader}\"; DROP ROLE \"{reader}\"")).unwrap();
}

#[test]
fn settings_that_hide_changes_are_named() {
    let t = &Sandbox::whole(Engine::Postgres);
    let name = t.database_name();
    for (change, problem) in [
        (format!("ALTER DATABASE {name} SET rollbook.recorded = 'on'"), "changes by other programs are not recorded"),
        (
            format!("ALTER DATABASE {name} SET session_replication_role = replica"),
            "session_replication_role is replica",
        ),
        (
            format!("ALTER DATABASE {name} SET default_transaction_read_only = on"),
            "default_transaction_read_only is on",
        ),
        ("ALTER SEQUENCE audit_event_position_seq INCREMENT BY 2".to_owned(), "does not go on by 1"),
    ] {
        t.sql(&change).unwrap();
        let run = t.run(&["doctor"]);
        assert!(run.status == 1 && run.stdout.contains(problem), "{change}: {run}");
        if change.starts_with("ALTER DATABASE") {
            t.sql("SET default_transaction_read_only = off").unwrap();
            t.sql(&format!("BEGIN READ WRITE; ALTER DATABASE {name} RESET ALL; COMMIT")).unwrap();
        }
    }
    t.user("ann", "");
    t.sql("SELECT setval('audit_event_position_seq', 1, FALSE)").unwrap();
    assert!(t.run(&["doctor"]).stdout.contains("the positions of the audit trail are ahead of their sequence"));
}

#[test]
fn note_names_the_transaction_that_holds_the_feed_back() {
    let t = &Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    let mut open = t.hold("BEGIN; SELECT pg_current_xact_id()");
    t.ok(&["actions", "record", "ann", "enrolled", "course:c"]);
    let run = t.run(&["actions", "feed", "nudges"]);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("note: an open transaction holds more actions back: process "),
        "{run}"
    );
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

/// What permits an erasure or a merge is recorded by the function alone, which only an operator may call.
fn permits_cannot_be_forged(t: &Sandbox, importer: &str, operator: &str) {
    for (kind, verb) in
        [("user", "erase"), ("user", "erase_metadata"), ("user", "merge"), ("log", "rebase"), ("champion", "move")]
    {
        for role in [importer, operator] {
            let forged = format!(
                "SET ROLE \"{role}\"; INSERT INTO audit_event (actor, verb, subject_kind, subject_id) VALUES ('x', '{verb}', '{kind}', 'usr_012')"
            );
            if cluster::is_there() {
                continue;
            }
            assert!(t.sql(&forged).unwrap_err().contains("is added by rollbook_permit alone"), "{role} {verb}");
        }
        let called = format!(
            "SET ROLE \"{importer}\"; SELECT rollbook_permit('[{{\"actor\": \"x\", \"verb\": \"{verb}\", \"subject_kind\": \"{kind}\", \"subject_id\": \"usr_012\"}}]')"
        );
        assert!(t.sql(&called).unwrap_err().contains("permission denied for function rollbook_permit"), "{verb}");
    }
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
    if !cluster::is_there() {
        works("operator", &["db", "backup", t.path("backup.dump").to_str().unwrap()]);
    }
    permits_cannot_be_forged(t, &importer, &operator);
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

//! `migrate distribute`, and what works on the database afterwards.

use crate::cluster;
use crate::sandbox::{Engine, Run, Sandbox, example, url_of};
use crate::{distributed, is_sound};

#[test]
fn log_is_distributed_with_all_that_is_there() {
    let t = Sandbox::clustered();
    t.ok(&["migrate", "run"]);
    t.ok(&["import", "all", &example("")]);
    t.ok(&["users", "merge", "usr_001", "usr_002", "--yes"]);
    let email = t.value("email", "FROM \"user\" WHERE id = 'usr_003'");
    t.ok(&["users", "erase", "usr_003", "--confirm", &email]);
    let feed = t.ok(&["actions", "feed", "nudges", "--limit", "10"]);
    let last: serde_json::Value = serde_json::from_str(feed.lines().last().unwrap()).unwrap();
    t.ok(&["actions", "ack", "nudges", last["cursor"].as_str().unwrap()]);
    let before = t.content();
    assert!(t.fails(2, &["migrate", "distribute"]).contains("add --yes"));
    let dry = t.run(&["migrate", "distribute", "--shards", "8", "-n"]);
    assert!(
        dry.status == 0 && dry.stderr.contains("16,714 actions would be distributed: 8 shards on 3 nodes"),
        "{dry}"
    );
    assert_eq!(t.content(), before);
    assert!(!t.run(&["migrate", "status"]).stderr.contains("distributed"));

    let history = t.ok(&["import", "history"]);
    let actions = t.ok(&["actions", "list", "--limit", "20000", "--format", "jsonl"]);
    let users = t.ok(&["users", "list", "--format", "jsonl"]);
    let run = t.run(&["migrate", "distribute", "--shards", "8", "--yes", "--reason", "growth"]);
    assert!(run.status == 0 && run.stderr.contains("16,714 actions distributed: 8 shards on 3 nodes"), "{run}");
    assert_eq!(t.ok(&["actions", "list", "--limit", "20000", "--format", "jsonl"]), actions);
    assert_eq!(t.ok(&["users", "list", "--format", "jsonl"]), users);
    assert_eq!(t.ok(&["import", "history"]), history);
    assert_eq!(
        t.value("reason || ' ' || after", "FROM audit_event WHERE verb = 'distribute'"),
        r#"growth {"shards": 8, "actions": 16714}"#
    );
    assert!(t.run(&["migrate", "status"]).stderr.contains("distributed: 8 shards on 3 nodes"));
    let again = t.run(&["migrate", "distribute", "--yes"]);
    assert!(again.status == 0 && again.stderr.contains("already distributed"), "{again}");
    is_sound(&t);
    // The consumer goes on where it was.
    assert_eq!(t.ok(&["actions", "feed", "nudges", "--limit", "99999"]).lines().count(), 16_704);
    assert_eq!(t.run(&["import", "all", &example(""), "--recheck"]).status, 0);
    assert_eq!(t.count("user_action"), 16_714);
}

#[test]
fn obstacles_are_named_with_their_rows() {
    let plain = Sandbox::empty(Engine::Postgres);
    plain.ok(&["migrate", "run"]);
    assert!(plain.fails(1, &["migrate", "distribute", "--yes"]).contains("the database has no Citus"));
    let file = Sandbox::migrated(Engine::Sqlite);
    assert!(file.fails(1, &["migrate", "distribute", "--yes"]).contains("one SQLite file"));
    let t = Sandbox::clustered();
    t.ok(&["migrate", "run"]);
    t.user("ann", "");
    let rows = "user_id,action_type,target_type,target_id,occurred_at,source_system,source_event_id,idempotency_key,id\n\
        ann,enrolled,course,a,2026-01-01T00:00:00Z,,,,keyless\nann,enrolled,course,b,2026-01-01T00:00:00Z,app,e1,other,renamed\n";
    t.ok(&["import", "actions", &t.file("a.csv", rows), "--no-content-key"]);
    let run = t.run(&["migrate", "distribute", "--yes"]);
    assert_eq!(run.status, 1, "{run}");
    for reason in
        ["1 action without an idempotency key, the first of them keyless", "1 action with a source event id", "renamed"]
    {
        assert!(run.stderr.contains(reason), "{reason}: {run}");
    }
    assert!(run.stderr.contains("nothing was changed"), "{run}");
}

#[test]
fn worker_is_no_entry() {
    let t = distributed();
    for worker in cluster::workers() {
        let url = url_of(&worker, &t.database_name());
        for args in [&["users", "list"][..], &["actions", "record", "ann", "enrolled", "course:c"], &["doctor"]] {
            let run = Run::of(t.command(args).env("ROLLBOOK_DATABASE_URL", &url).output().unwrap());
            assert!(run.status == 1 && run.stderr.contains("connect to the coordinator"), "{args:?} {run}");
        }
    }
}

#[test]
fn later_migrations_run_on_every_node() {
    let t = distributed();
    t.ok(&["import", "actions", &t.file("a.csv", crate::events(0, 100))]);
    let before = t.ok(&["actions", "list", "--limit", "200", "--format", "jsonl"]);
    let name = t.database_name();
    // The scripts of the latest migrations, which add columns, tables, indexes, functions and triggers.
    t.ok(&["migrate", "revert", "--steps", "3", "--with-data", "--confirm", &name]);
    t.ok(&["migrate", "run"]);
    assert_eq!(t.ok(&["actions", "list", "--limit", "200", "--format", "jsonl"]), before);
    let local = "pg_class c WHERE relname IN ('former_email', 'hash_key') \
         AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid AND p.partmethod = 'n' AND p.repmodel = 't')";
    assert_eq!(t.count(local), 0, "new tables have a copy on every node");
    is_sound(&t);
    // What other programs change is recorded once, whatever the number of nodes.
    let events = t.count("audit_event");
    t.sql("UPDATE \"user\" SET name = 'Dan D.' WHERE id = 'dan'").unwrap();
    t.ok(&["champions", "nominate", "dan"]);
    t.sql("UPDATE champion SET notes = 'by hand' WHERE user_id = 'dan'").unwrap();
    assert_eq!(t.count("audit_event"), events + 3);
    t.ok(&["users", "merge", "ben", "cleo", "--yes"]);
    t.ok(&["users", "erase", "dan", "--confirm", "dan@example.com"]);
}

#[test]
fn guards_hold_on_every_node() {
    let t = distributed();
    t.ok(&["import", "actions", &t.file("a.csv", crate::events(0, 40))]);
    for sql in [
        "UPDATE user_action SET target_id = 'x'",
        "DELETE FROM user_action",
        "TRUNCATE user_action",
        "DELETE FROM audit_event",
        "UPDATE audit_event SET actor = 'x'",
    ] {
        assert!(t.sql(sql).unwrap_err().contains("append-only"), "{sql}");
    }
    for worker in cluster::workers() {
        use diesel::Connection as _;
        use diesel::connection::SimpleConnection as _;
        let mut conn = diesel::PgConnection::establish(&url_of(&worker, &t.database_name())).unwrap();
        let error = conn.batch_execute("DELETE FROM user_action").unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    // The node that records a row is not chosen by who inserts it, also not straight into a shard.
    for worker in cluster::workers() {
        use diesel::Connection as _;
        use diesel::connection::SimpleConnection as _;
        let mut conn = diesel::PgConnection::establish(&url_of(&worker, &t.database_name())).unwrap();
        let insert = |node: &str| {
            format!(
                "SET citus.override_table_visibility = off; DO $do$ BEGIN EXECUTE format('INSERT INTO %s (id, user_id, \
                 action_type, target_type, target_id, occurred_at, idempotency_key, recorded_node, position) \
                 SELECT ''forged'' || n, ''ben'', ''enrolled'', ''course'', ''c'', now(), ''forged'' || n, {node}, -n \
                 FROM generate_series(1, 3) AS n', (SELECT oid::regclass FROM pg_class \
                 WHERE relkind = 'r' AND relname ~ '^user_action_[0-9]+$' LIMIT 1)); END $do$"
            )
        };
        let error =
            conn.batch_execute(&insert("set_config(''rollbook.node'', (n + 6)::text, true)::integer")).unwrap_err();
        assert!(error.to_string().contains("is set by the database"), "{error}");
    }
    // What another program changes is recorded once.
    t.sql("UPDATE \"user\" SET roles = '{admin}' WHERE id = 'ben'").unwrap();
    assert_eq!(t.count("audit_event WHERE verb = 'sql' AND subject_id = 'ben'"), 1);
    // A merge changes whose events these are, on all shards, and an erasure empties their metadata.
    t.ok(&["users", "merge", "ann", "cleo", "--yes"]);
    assert_eq!(t.count("user_action WHERE user_id = 'cleo'"), 40);
    t.ok(&["users", "erase", "cleo", "--metadata", "--confirm", "cleo@example.com"]);
    assert_eq!(t.count("user_action WHERE metadata <> '{}'"), 0);
    is_sound(&t);
}

#[test]
fn weakened_shard_is_named() {
    let t = distributed();
    let on_shard = "SELECT run_command_on_shards('user_action', 'ALTER TABLE %s DISABLE TRIGGER USER')";
    t.sql(on_shard).unwrap();
    let run = t.run(&["doctor"]);
    assert!(
        run.status == 1
            && run.stdout.contains("user_action_no_change, user_action_node, user_action_own_node, user_action_stamp"),
        "{run}"
    );
}

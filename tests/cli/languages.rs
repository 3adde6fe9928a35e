//! A PostgreSQL server that does not speak English: which error it is decides, not what it is called.

use crate::proxy::{Pass, proxy};
use crate::sandbox::{Engine, Run, Sandbox};

/// What a German server says, padded to the length of the English message, so that the protocol's lengths stay right.
const GERMAN: [(&str, &str); 6] = [
    ("canceling statement due to lock timeout", "storniere Anfrage wegen Sperrwartezeit."),
    ("deadlock detected", "Verklemmung fest."),
    ("terminating connection due to administrator command", "Verbindung wird abgebrochen aufgrund von Anweisung!"),
    ("does not exist", "existiert nicht"),
    ("sorry, too many clients already", "tut mir leid, schon zu viele da."),
    ("too many connections for", "zu viele Verbindungen an"),
];

/// A server that speaks German. Returns the URL to use.
fn german_server(t: &Sandbox) -> String {
    let translate = |answer: &mut Vec<u8>| {
        for (english, german) in GERMAN {
            let german = format!("{german:<width$}", width = english.len());
            while let Some(at) = answer.windows(english.len()).position(|part| part == english.as_bytes()) {
                answer[at..at + english.len()].copy_from_slice(&german.as_bytes()[..english.len()]);
            }
        }
    };
    proxy(t, |_| Pass::On, translate)
}

fn run(t: &Sandbox, url: &str, args: &[&str]) -> Run {
    t.run(&[args, &["--database-url", url]].concat())
}

#[test]
fn lock_timeout_is_exit_5_in_every_language() {
    let t = Sandbox::migrated(Engine::Postgres);
    t.user("ann", "");
    let url = german_server(&t);
    let _held = t.hold("BEGIN; SELECT FROM \"user\" WHERE id = 'ann' FOR UPDATE");
    let failed = run(&t, &url, &["users", "update", "ann", "--name", "Ann", "--lock-timeout", "1"]);
    assert!(failed.stderr.contains("Sperrwartezeit"), "{failed}");
    assert_eq!(failed.status, 5, "{failed}");
    assert!(failed.stderr.contains("hint: run the command again, or wait longer for the lock"), "{failed}");
    assert!(failed.stderr.contains("note: nothing was changed"), "{failed}");
}

#[test]
fn terminated_connection_is_exit_5_in_every_language() {
    let t = Sandbox::migrated(Engine::Postgres);
    t.user("ann", "");
    let url = german_server(&t);
    let _held = t.hold("BEGIN; SELECT FROM \"user\" WHERE id = 'ann' FOR UPDATE");
    let child = t.start(&["users", "update", "ann", "--name", "Ann", "--database-url", &url]);
    t.until_waiting(1);
    t.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
        .unwrap();
    let failed = Run::of(child.wait_with_output().unwrap());
    assert_eq!(failed.status, 5, "{failed}");
}

#[test]
fn failure_that_stays_is_exit_1_in_every_language() {
    let t = Sandbox::migrated(Engine::Postgres);
    let url = german_server(&t);
    t.sql("ALTER TABLE \"user\" RENAME COLUMN name TO title").unwrap();
    let failed = run(&t, &url, &["users", "list"]);
    assert_eq!(failed.status, 1, "{failed}");
}

#[test]
fn missing_database_is_exit_1_and_a_full_server_exit_5_in_every_language() {
    let t = Sandbox::migrated(Engine::Postgres);
    let url = german_server(&t);
    let (server, rest) = url.rsplit_once('/').unwrap();
    let nowhere = format!("{server}/nowhere?{}", rest.split_once('?').unwrap().1);
    let failed = run(&t, &nowhere, &["users", "list"]);
    assert!(failed.stderr.contains("existiert nich"), "{failed}");
    assert_eq!(failed.status, 1, "{failed}");
    let name = rest.split_once('?').unwrap().0;
    t.sql(&format!("CREATE ROLE \"{name}\" LOGIN; ALTER DATABASE \"{name}\" CONNECTION LIMIT 0")).unwrap();
    let crowded = url.replace("rollbook@", &format!("{name}@"));
    let failed = run(&t, &crowded, &["users", "list"]);
    t.sql(&format!("ALTER DATABASE \"{name}\" CONNECTION LIMIT -1; DROP ROLE \"{name}\"")).unwrap();
    assert!(failed.stderr.contains("zu viele Verbindungen"), "{failed}");
    assert_eq!(failed.status, 5, "{failed}");
}

#[test]
fn deadlock_is_exit_5_in_every_language() {
    let t = Sandbox::whole(Engine::Postgres);
    t.user("ann", "");
    t.user("ben", "");
    let url = german_server(&t);
    let mut held = t.hold("BEGIN; SELECT FROM \"user\" WHERE id = 'ben' FOR UPDATE");
    let names = t.file("names", "ann\nben\n");
    let child = t.start(&["users", "roles", "add", "student", "--file", &names, "--database-url", &url]);
    t.until_waiting(1);
    held("SELECT FROM \"user\" WHERE id = 'ann' FOR UPDATE; ROLLBACK");
    let failed = Run::of(child.wait_with_output().unwrap());
    assert!(failed.stderr.contains("Verklemmung"), "{failed}");
    assert_eq!(failed.status, 5, "{failed}");
}

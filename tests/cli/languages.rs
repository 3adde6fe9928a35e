//! A PostgreSQL server that does not speak English: which error it is decides, not what it is called.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

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

/// Stands between the program and the test server, and translates what the server says. Returns the URL to use.
fn german_server(t: &Sandbox) -> String {
    let socket = t.url.split_once("host=").unwrap().1.to_owned() + "/.s.PGSQL.5432";
    let database = t.url.rsplit_once('/').map_or("", |_| t.url.split("@/").nth(1).unwrap().split('?').next().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = Arc::new(socket);
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, server) = (client.unwrap(), UnixStream::connect(&*socket).unwrap());
            let (mut to_server, mut from_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || {
                drop(std::io::copy(&mut from_client, &mut to_server));
                drop(to_server.shutdown(Shutdown::Write));
            });
            thread::spawn(move || {
                let (mut server, mut bytes) = (server, vec![0; 65536]);
                while let Ok(n @ 1..) = server.read(&mut bytes) {
                    let mut answer = bytes[..n].to_vec();
                    for (english, german) in GERMAN {
                        let german = format!("{german:<width$}", width = english.len());
                        while let Some(at) = answer.windows(english.len()).position(|part| part == english.as_bytes()) {
                            answer[at..at + english.len()].copy_from_slice(&german.as_bytes()[..english.len()]);
                        }
                    }
                    if client.write_all(&answer).is_err() {
                        break;
                    }
                }
                drop(client.shutdown(Shutdown::Both));
            });
        }
    });
    format!("postgres://rollbook@127.0.0.1:{port}/{database}?sslmode=disable&gssencmode=disable")
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
    let t = Sandbox::migrated(Engine::Postgres);
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

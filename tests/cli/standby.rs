//! A primary and its hot standby, to which a failover happens.

use std::thread::sleep;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

use crate::sandbox::{Engine, Sandbox};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

fn url(hosts: &[&str], more: &str) -> String {
    let directory = std::env::var("ROLLBOOK_TEST_PAIR").expect("the tests need a standby: run `make test`");
    let hosts: Vec<String> = hosts.iter().map(|host| format!("{directory}/{host}")).collect();
    format!("postgres://rollbook@/postgres?host={}{more}", hosts.join(","))
}

fn sql(host: &str, statement: &str) {
    PgConnection::establish(&url(&[host], "")).unwrap().batch_execute(statement).unwrap();
}

fn number(host: &str, query: &str) -> i64 {
    let mut conn = PgConnection::establish(&url(&[host], "")).unwrap();
    sql_query(format!("SELECT ({query})::bigint AS value")).get_result::<Number>(&mut conn).unwrap().value
}

fn until(what: &str, is_done: impl Fn() -> bool) {
    for _ in 0..600 {
        if is_done() {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("{what} did not happen");
}

/// Where the commands of a test that only read go to, and what they say.
fn reads_from_the_standby(t: &Sandbox, primary: &str, standby: &str) {
    let read = |args: &[&str]| t.run(&[args, &["--database-url", primary, "--read-url", standby]].concat());
    let run = read(&["users", "list", "--format", "ids"]);
    assert!(run.status == 0 && run.stdout == "ann\n" && run.stderr.contains("reading from the standby"), "{run}");
    assert_eq!(read(&["users", "list", "--max-staleness", "1h"]).status, 0);
    let run = read(&["actions", "feed", "nudges", "--peek"]);
    assert!(run.status == 0 && run.stderr.contains("standby"), "{run}");
    // Changes and dry runs go to the primary.
    let run = read(&["users", "update", "ann", "--name", "Anne", "-n"]);
    assert!(run.status == 0 && !run.stderr.contains("standby"), "{run}");
    let run = read(&["users", "update", "ann", "--name", "Anne"]);
    assert!(run.status == 0 && !run.stderr.contains("standby"), "{run}");
    // What is not a standby is said.
    let run = t.run(&["users", "list", "--database-url", primary, "--read-url", primary]);
    assert!(run.status == 0 && run.stderr.contains("is not a standby"), "{run}");
    // A standby that does not go on is refused, as soon as it is further behind than is allowed.
    sql("standby", "SELECT pg_wal_replay_pause()");
    let run = read(&["users", "update", "ann", "--name", "Ann"]);
    assert_eq!(run.status, 0, "{run}");
    sleep(Duration::from_millis(2500));
    let run = read(&["users", "list", "--max-staleness", "1s"]);
    assert!(run.status == 5 && run.stderr.contains("more than --max-staleness"), "{run}");
    assert_eq!(read(&["users", "list", "--max-staleness", "1h"]).status, 0);
    sql("standby", "SELECT pg_wal_replay_resume()");
}

#[test]
fn standby_serves_readers_and_takes_over_during_an_import() {
    const ROWS: usize = 40_000;
    let t = &Sandbox::empty(Engine::Sqlite);
    let via = |url: &str, args: &[&str]| t.run(&[args, &["--database-url", url]].concat());
    let (primary, standby) = (url(&["primary"], ""), url(&["standby"], ""));
    let both = url(&["primary", "standby"], "&target_session_attrs=read-write");
    for args in [
        &["migrate", "run"][..],
        &["users", "create", "--id", "ann", "--email", "a@example.com", "--name", "Ann", "--role", "superadmin"],
        &["actions", "record", "ann", "enrolled", "course:c"],
    ] {
        let run = via(&primary, args);
        assert_eq!(run.status, 0, "{run}");
    }
    let caught_up = || {
        number("standby", "SELECT count(*) FROM pg_class WHERE relname = 'user_action'") == 1
            && number("standby", "SELECT count(*) FROM user_action")
                == number("primary", "SELECT count(*) FROM user_action")
    };
    until("replication", caught_up);
    // Readers.
    for args in [
        &["users", "list"][..],
        &["users", "export", "ann"],
        &["actions", "list"],
        &["actions", "export"],
        &["actions", "stats"],
        &["actions", "feed", "nudges", "--peek"],
        &["actions", "feed", "--list"],
        &["champions", "board"],
        &["audit", "list"],
        &["import", "history"],
        &["migrate", "status"],
    ] {
        let run = via(&standby, args);
        assert_eq!(run.status, 0, "{args:?}: {run}");
    }
    for args in [&["users", "roles", "add", "ann", "teacher"][..], &["actions", "feed", "nudges"]] {
        let run = via(&standby, args);
        assert!(run.status == 1 && run.stderr.contains("target_session_attrs=read-write"), "{args:?}: {run}");
    }
    reads_from_the_standby(t, &primary, &standby);
    until("replication", caught_up);
    // The primary crashes while an import commits in parts, and the standby takes over.
    let header = "user_id,action_type,target_type,target_id,source_system,source_event_id,occurred_at".to_owned();
    let rows = (0..ROWS).map(|n| format!("ann,viewed_module,module,m{n},app,{n:06},2026-01-01T00:00:00Z"));
    let lines: Vec<String> = std::iter::once(header).chain(rows).collect();
    let file = t.file("events.csv", lines.join("\n") + "\n");
    let args = ["import", "actions", &file, "--commit-every", "1000", "--database-url", &both];
    let mut import = t.command(&args).spawn().unwrap();
    until("the import's first rows", || number("standby", "SELECT count(*) FROM user_action") > 2000);
    let server = format!("{}/server", std::env::var("ROLLBOOK_TEST_PAIR").unwrap());
    assert!(std::process::Command::new(server).args(["stop", "primary"]).status().unwrap().success());
    sql("standby", "SELECT pg_promote()");
    let status = import.wait().unwrap();
    assert!(matches!(status.code(), Some(0 | 1 | 5)), "{status:?}");
    let run = t.run(&args);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(number("standby", "SELECT count(*) FROM user_action"), i64::try_from(ROWS).unwrap() + 1);
    let again = t.run(&[&args[..], &["--recheck", "--format", "csv"]].concat());
    assert!(again.status == 0 && again.stdout.contains(&format!("{ROWS}")), "{again}");
    assert_eq!(number("standby", "SELECT count(*) FROM user_action"), i64::try_from(ROWS).unwrap() + 1);
}

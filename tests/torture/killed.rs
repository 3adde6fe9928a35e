//! The program is killed, or its connection cut, at points spread over its run.

use std::thread;
use std::time::{Duration, Instant};

use crate::sandbox::{Engine, Run, Sandbox};
use crate::{events, is_sound, people};

const KILLS: u32 = 50;

/// Kills an import at points spread over its run; then imports the same file again.
fn killed_imports(engine: Engine, rows: usize, options: &[&str], part: usize) {
    let t = Sandbox::migrated(engine);
    people(&t);
    let file = |n: usize| t.file("events.csv", events(n * rows, rows));
    let started = Instant::now();
    t.ok(&[&["import", "actions", &file(0)], options].concat());
    let whole = started.elapsed();
    for point in 0..KILLS {
        let path = file(point as usize + 1);
        let before = t.count("user_action");
        let mut import = t.start(&[&["import", "actions", &path], options].concat());
        thread::sleep(whole * point / KILLS);
        import.kill().unwrap();
        import.wait().unwrap();
        let added = until_still(&t) - before;
        assert!(added.is_multiple_of(part as u64), "{added} of {rows} rows after kill {point}");
        t.ok(&[&["import", "actions", &path], options].concat());
        assert_eq!(t.count("user_action") - before, rows as u64, "after kill {point}");
    }
    is_sound(&t);
    eprintln!("{engine:?}, {rows} rows {options:?}: {KILLS} kills, 0 lost");
}

/// The number of actions, once the server has ended the killed connection.
fn until_still(t: &Sandbox) -> u64 {
    if t.engine == Engine::Postgres {
        let others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        while t.count(others) > 0 {
            thread::sleep(Duration::from_millis(5));
        }
    }
    t.count("user_action")
}

#[test]
fn killed_imports_are_all_or_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        killed_imports(engine, 3000, &[], 3000);
        killed_imports(engine, 60_000, &[], 60_000);
        killed_imports(engine, 10_000, &["--commit-every", "500"], 500);
    }
}

/// A copy to the other engine is killed again and again, later in its run each time: it goes on, and ends with everything.
#[test]
fn killed_copies_go_on() {
    for (from, to) in [(Engine::Sqlite, Engine::Postgres), (Engine::Postgres, Engine::Sqlite)] {
        let (from, to) = (Sandbox::migrated(from), Sandbox::migrated(to));
        people(&from);
        from.ok(&["import", "actions", &from.file("events.csv", events(0, 170_000))]);
        let copy = ["db", "copy", &from.url, &to.url];
        let (mut kills, mut gone_on) = (0, 0);
        for time in 1.. {
            let mut child = from.start(&copy);
            thread::sleep(Duration::from_millis(500 * time));
            if child.try_wait().unwrap().is_some() {
                assert!(child.wait().unwrap().success());
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            let actions = until_still(&to);
            assert!(actions.is_multiple_of(50_000) || actions == 170_000, "{actions} actions after kill {kills}");
            gone_on += u32::from(actions > 0);
        }
        for table in ["\"user\"", "user_action", "import_run", "audit_event", "operation"] {
            assert_eq!(to.count(table), from.count(table), "{table}");
        }
        is_sound(&to);
        assert!(gone_on > 1, "no copy has gone on");
        eprintln!("copy from {:?} to {:?}: {kills} kills, {gone_on} went on, 0 lost", from.engine, to.engine);
    }
}

/// The connection of a changing command is cut at points spread over its run. What the command says is then compared with
/// the database: success means that the change is there, "nothing was changed" that it is not.
#[test]
fn cut_connections_are_reported_truly() {
    let commands: [&[&str]; 8] = [
        &["users", "create", "--email", "new@example.com", "--name", "New", "--id", "new"],
        &["users", "roles", "add", "ben", "teacher"],
        &["users", "update", "ben", "--name", "Benjamin"],
        &["users", "merge", "cleo", "dan", "--yes"],
        &["users", "erase", "dan", "--confirm", "dan@example.com"],
        &["champions", "nominate", "ben", "--cohort", "c"],
        &["champions", "note", "ann", "-m", "well done"],
        &["actions", "record", "ann", "enrolled", "course:c", "--idempotency-key", "k"],
    ];
    let (mut points, mut failed) = (0, 0);
    for command in commands {
        let mut whole = Duration::ZERO;
        for point in 0..25 {
            let t = Sandbox::migrated(Engine::Postgres);
            people(&t);
            t.ok(&["champions", "nominate", "ann"]);
            let before = t.content();
            if point == 0 {
                let started = Instant::now();
                t.ok(&[command, &["-n"]].concat());
                whole = started.elapsed() * 3 / 2;
                assert_eq!(t.content(), before, "{command:?} -n");
            }
            let child = t.start(command);
            thread::sleep(whole * point / 25);
            t.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .unwrap();
            let run = Run::of(child.wait_with_output().unwrap());
            let changed = t.content() != before;
            points += 1;
            failed += u32::from(run.status != 0);
            match run.status {
                0 => assert!(changed, "{command:?} at {point} succeeded without a change: {run}"),
                _ if run.stderr.contains("nothing was changed") => {
                    assert!(!changed, "{command:?} at {point} has changed something: {run}");
                }
                _ => assert!(run.stderr.contains("error: "), "{run}"),
            }
            is_sound(&t);
        }
    }
    assert!(failed > points / 10, "only {failed} of {points} commands lost their connection");
    eprintln!("PostgreSQL, changing commands: {points} points, {failed} connections lost, 0 false reports");
}

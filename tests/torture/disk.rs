//! The disk is full, or fails, at points spread over an import into SQLite.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crate::sandbox::{Engine, Run, Sandbox};
use crate::{events, is_sound, people};

const ENOSPC: &str = "28";
const EIO: &str = "5";
const POINTS: u64 = 20;

/// Compiles the library that makes writes fail.
fn failing_io(t: &Sandbox) -> PathBuf {
    let library = t.path("failing_io.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/torture/failing_io.c");
    let status = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(status.expect("a C compiler").success());
    library
}

/// Runs an import in which a write fails.
fn import(t: &Sandbox, args: &[&str], failure: &[(&str, &str)]) -> Run {
    let mut command = t.command(args);
    command.env("LD_PRELOAD", failing_io(t)).envs(failure.iter().copied());
    Run::of(command.output().unwrap())
}

#[test]
fn full_and_failing_disks_leave_all_or_nothing() {
    let mut tried = 0;
    for rows in [3000, 60_000] {
        for (errno, once) in [(ENOSPC, false), (EIO, true)] {
            let t = Sandbox::migrated(Engine::Sqlite);
            people(&t);
            let mut failed = 0;
            let mut at = 1_u64;
            let mut n = 0;
            // Until the import makes fewer calls than that.
            while n < 4 * POINTS {
                n += 1;
                let path = t.file("events.csv", events(usize::try_from(n).unwrap() * rows, rows));
                let before = t.count("user_action");
                let number = at.to_string();
                let mut failure = vec![("FAIL_AT", number.as_str()), ("FAIL_ERRNO", errno)];
                failure.extend(once.then_some(("FAIL_ONCE", "1")));
                let run = import(&t, &["import", "actions", &path], &failure);
                let added = t.count("user_action") - before;
                match run.status {
                    0 => assert_eq!(added, rows as u64, "{run}"),
                    _ => assert!(added == 0 || !run.stderr.contains("nothing was changed"), "{added} added: {run}"),
                }
                assert!(added == 0 || added == rows as u64, "{added} of {rows} rows, call {at} failing: {run}");
                t.ok(&["import", "actions", &path]);
                assert_eq!(t.count("user_action") - before, rows as u64, "{run}");
                tried += 1;
                failed += u64::from(run.status != 0);
                if run.status == 0 && failed > 0 {
                    break;
                }
                at += at.div_ceil(8);
            }
            assert!(failed >= 8, "only {failed} imports failed");
            is_sound(&t);
        }
    }
    eprintln!("SQLite: {tried} full or failing disks, 0 lost");
}

/// Refused rows are on the disk before the others are committed.
#[test]
fn full_disk_for_refused_rows_rolls_the_import_back() {
    let t = Sandbox::migrated(Engine::Sqlite);
    people(&t);
    let mut rows = events(0, 3000);
    for i in 0..20_000 {
        writeln!(rows, "nobody,enrolled,course,c{i},2026-01-01T00:00:00Z,app,x{i}").unwrap();
    }
    let path = t.file("events.csv", rows);
    let mut tried = 0;
    for at in [1, 2, 4, 8, 16, 32, 64] {
        let rejects = format!("rejects-{at}.csv");
        let args = ["import", "actions", &path, "--on-error", "skip", "--rejects", &rejects];
        let number = at.to_string();
        let run = import(&t, &args, &[("FAIL_AT", &number), ("FAIL_ERRNO", ENOSPC), ("FAIL_PATH", "/.tmp")]);
        let complete = std::fs::read_to_string(t.path(&rejects)).is_ok_and(|text| text.lines().count() == 20_002);
        assert_eq!(run.status == 3, complete, "{run}");
        assert_eq!(t.count("user_action"), if complete { 3000 } else { 0 }, "{run}");
        tried += 1;
        if complete {
            break;
        }
    }
    eprintln!("SQLite: {tried} full disks for refused rows, 0 lost");
}

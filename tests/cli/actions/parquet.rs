//! Parquet: the files of a directory equal the log, whatever happened since the last export.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, RowAccessor as _};
use serde_json::Value;

use crate::on_both_engines;
use crate::sandbox::{Sandbox, example};

/// Every row of every file, by the id: the person, the metadata, the time, and the month of the directory.
fn rows(t: &Sandbox, directory: &str) -> BTreeMap<String, (String, String, i64, String)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(t.path(directory)).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        let month = entry.file_name().to_str().unwrap().strip_prefix("month=").unwrap().to_owned();
        let files: Vec<_> = fs::read_dir(entry.path()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        let reader = SerializedFileReader::new(File::open(&files[0]).unwrap()).unwrap();
        for row in reader.get_row_iter(None).unwrap().map(Result::unwrap) {
            let names: Vec<&String> = row.get_column_iter().map(|(name, _)| name).collect();
            assert_eq!((names[0].as_str(), names[6].as_str(), names[10].as_str()), ("id", "metadata", "occurred_at"));
            let micros = match row.get_column_iter().nth(10).unwrap().1 {
                Field::TimestampMicros(micros) => *micros,
                other => panic!("{other:?}"),
            };
            let text = |place: usize| row.get_string(place).unwrap().clone();
            let earlier = found.insert(text(0), (text(1), text(6), micros, month.clone()));
            assert!(earlier.is_none(), "{} is there twice", text(0));
        }
    }
    found
}

/// The same from the log.
fn logged(t: &Sandbox) -> BTreeMap<String, (String, String, i64, String)> {
    let lines = t.ok(&["actions", "export", "--format", "jsonl"]);
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        let time = chrono::DateTime::parse_from_rfc3339(row["occurred_at"].as_str().unwrap()).unwrap().to_utc();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (
            text("id"),
            (text("user_id"), row["metadata"].to_string(), time.timestamp_micros(), time.format("%Y-%m").to_string()),
        )
    };
    lines.lines().map(row).collect()
}

fn export(t: &Sandbox, more: &[&str]) -> String {
    let run = t.run(&[&["actions", "export", "--format", "parquet", "-o", "lake"], more].concat());
    assert_eq!(run.status, 0, "{run}");
    run.stderr
}

/// Exports until the files equal the log: actions wait for open transactions, also those of other tests on the server.
fn export_all(t: &Sandbox) {
    for _ in 0..100 {
        export(t, &[]);
        if rows(t, "lake") == logged(t) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    panic!("the files do not equal the log");
}

on_both_engines! {
    fn the_files_equal_the_log_after_every_kind_of_change(t) {
        t.ok(&["import", "all", &example("")]);
        export_all(t);
        let months: BTreeSet<String> = rows(t, "lake").into_values().map(|row| row.3).collect();
        let modified = |month: &str| fs::metadata(t.path("lake").join(format!("month={month}/actions.parquet"))).unwrap().modified().unwrap();
        let before: Vec<_> = months.iter().map(|month| modified(month)).collect();
        assert!(export(t, &[]).contains("wrote 0 of"), "nothing has changed");
        let mut elsewhere = t.command(&["actions", "export", "--format", "parquet", "-o", "lake"]);
        let elsewhere = elsewhere.env("PGTZ", "Asia/Tokyo").output().unwrap();
        let message = String::from_utf8_lossy(&elsewhere.stderr);
        assert!(message.contains("wrote 0 of"), "the time zone of a session is not a change: {message}");
        assert_eq!(months.iter().map(|month| modified(month)).collect::<Vec<_>>(), before);
        // New actions, in a month that exists and in a new one.
        for at in ["2026-05-01T00:00:00Z", "2026-07-31T23:59:59.999999Z"] {
            t.ok(&["actions", "record", "usr_001", "viewed_module", "module:m", "--at", at, "--metadata", "n=1", "--source-system", "app"]);
        }
        export_all(t);
        assert_eq!(modified("2026-03"), before[0], "no other month is written");
        // A merge and an erasure change the months that they touch.
        t.ok(&["users", "merge", "usr_001", "usr_002", "--yes"]);
        export_all(t);
        let email = t.value("email", "FROM \"user\" WHERE id = 'usr_002'");
        t.ok(&["users", "erase", "usr_002", "--confirm", &email, "--metadata"]);
        export_all(t);
        assert!(rows(t, "lake").values().all(|row| row.0 != "usr_001"));
        // Of an export that was killed, the manifest is the old one, and a new month may be there: the next one is right.
        let old = fs::read(t.path("lake/manifest.json")).unwrap();
        t.ok(&["actions", "record", "usr_003", "viewed_module", "module:m", "--source-system", "app"]);
        export_all(t);
        fs::write(t.path("lake/manifest.json"), old).unwrap();
        export_all(t);
        // By a cursor that is given: everything.
        assert!(!export(t, &["--since-cursor", "0.0"]).contains("wrote 0 of"));
        assert_eq!(rows(t, "lake"), logged(t));
    }

    fn what_is_wrong_with_a_directory_is_said(t) {
        t.ok(&["import", "all", &example("")]);
        let parquet = ["actions", "export", "--format", "parquet"];
        t.fails(2, &parquet);
        t.fails(2, &["users", "list", "--format", "parquet"]);
        t.fails(2, &[&parquet[..], &["-o", "x", "--user", "usr_001"]].concat());
        t.fails(2, &[&parquet[..], &["-o", "x", "--gzip"]].concat());
        t.fails(2, &["actions", "export", "-o", "x"]);
        t.fails(2, &[&parquet[..], &["-o", "x", "--since-cursor", "0.1"]].concat());
        export(t, &[]);
        let month = t.path("lake/month=2026-05/actions.parquet");
        let whole = fs::read(&month).unwrap();
        fs::write(&month, &whole[..100]).unwrap();
        assert!(t.fails(1, &[&parquet[..], &["-o", "lake"]].concat()).contains("another size"));
        fs::write(&month, &whole).unwrap();
        fs::create_dir(t.path("lake/month=2019-01")).unwrap();
        assert!(t.fails(1, &[&parquet[..], &["-o", "lake"]].concat()).contains("the log has no actions of it"));
        fs::remove_dir(t.path("lake/month=2019-01")).unwrap();
        export(t, &[]);
        // The same number of actions, in another database.
        let other = Sandbox::migrated(t.engine);
        other.ok(&["import", "all", &example("")]);
        let directory = t.path("lake").display().to_string();
        assert!(other.fails(1, &[&parquet[..], &["-o", &directory]].concat()).contains("another database"));
        fs::remove_file(&month).unwrap();
        assert!(t.fails(1, &[&parquet[..], &["-o", "lake"]].concat()).contains("does not exist"));
        fs::write(t.path("lake/manifest.json"), "{").unwrap();
        t.fails(1, &[&parquet[..], &["-o", "lake"]].concat());
    }
}

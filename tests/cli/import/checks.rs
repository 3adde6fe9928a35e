//! A bulk load into SQLite inserts without the CHECK constraints. So what the import accepts, the database must accept.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::people;
use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox};

const COLUMNS: [&str; 11] = [
    "id",
    "user_id",
    "enrollment_id",
    "action_type",
    "target_type",
    "target_id",
    "metadata",
    "source_system",
    "source_event_id",
    "idempotency_key",
    "occurred_at",
];

/// The cells of a row: most are valid, some at the edge of what is, some of no sense.
fn row() -> impl Strategy<Value = Vec<String>> {
    let anything = || {
        prop_oneof![
            "\\PC{0,6}",
            "[ -~\u{1}-\u{8}\u{e}-\u{1f}\u{85}\u{a0}\u{200b}\u{feff}é😀]{0,8}",
            "é{254,258}",
            "[\u{1}\t ]{1,3}",
        ]
    };
    let cell =
        |valid: BoxedStrategy<String>| prop_oneof![40 => valid, 1 => anything(), 1 => Just(String::new())].boxed();
    let any_of = |values: &'static [&'static str]| proptest::sample::select(values).prop_map(str::to_owned);
    let one_of = |valid, odd| cell(prop_oneof![30 => any_of(valid), 1 => any_of(odd)].boxed());
    let key = || cell(prop_oneof![20 => "[a-z:_.-]{4,12}", 1 => "k{510,514}"].boxed());
    vec![
        key(),
        one_of(&["ann", "bob"], &["Ann", "nobody"]),
        key(),
        one_of(&["enrolled", "viewed_module", "unenrolled"], &["Enrolled", "enrolled "]),
        one_of(&["module", "course", "content_block", "post"], &["user"]),
        key(),
        one_of(
            &["{}", r#" {"b":1e3,"a":{"c":[null]}} "#, r#"{"|":"~","":"}"}"#, r#"{"a":"\u001f"}"#],
            &[r#"{"a": "\u0000"}"#, "[]", "1", "\"{\"", "{}}", r#"{"a":1,"a":2}"#, "{} "],
        ),
        one_of(&["app", "stripe", "manual"], &["web"]),
        key(),
        key(),
        one_of(
            &[
                "2026-03-15T08:14:00Z",
                "2024-02-29T23:59:59.999999999+14:00",
                "1990-01-01T00:00:00Z",
                "2026-03-15 08:14:00.5-12:00",
            ],
            &[
                "1990-01-01T00:00:00+01:00",
                "2026-02-30T00:00:00Z",
                "2026-03-15T24:00:00Z",
                "2025-12-31T23:59:60Z",
                "0000-01-01T00:00:00Z",
            ],
        ),
    ]
}

fn random_rows(rows: usize) -> String {
    let mut runner = TestRunner::deterministic();
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(COLUMNS).unwrap();
    for _ in 0..rows {
        file.write_record(row().new_tree(&mut runner).unwrap().current()).unwrap();
    }
    String::from_utf8(file.into_inner().unwrap()).unwrap()
}

fn import(t: &Sandbox, rows: &str) -> u64 {
    let path = t.file("a.csv", rows);
    let run = t.run(&["import", "actions", &path, "--on-error", "skip", "--on-conflict", "skip", "--format", "jsonl"]);
    assert_eq!(run.status, 3, "{run}");
    super::verdicts(&run)[0]
}

on_both_engines! {
    fn the_database_accepts_all_that_the_import_accepts(t) {
        let t = &t.with_whole_log();
        people(t);
        let rows = random_rows(4000);
        // The database checks each of these.
        let inserted = import(t, &rows);
        assert!((400..3900).contains(&inserted), "{inserted} rows were accepted");

        // In a bulk load, it checks none of them.
        let other = Sandbox::migrated(t.engine);
        let other = other.with_whole_log();
        people(&other);
        let mut all = rows;
        for i in 0..25_000 {
            writeln!(all, "bulk_{i},ann,,enrolled,course,c{i},,,,,2026-03-15T08:14:00Z").unwrap();
        }
        assert_eq!(import(&other, &all), inserted + 25_000);
        if t.engine == Engine::Sqlite {
            assert_eq!(other.value("group_concat(integrity_check)", "FROM pragma_integrity_check"), "ok");
        }
    }
}

//! A file that cannot be read as it is: the error names the option that reads it, or what is wrong with the file.

use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{HEADER, import, people};
use crate::on_both_engines;
use crate::sandbox::Sandbox;

fn rejected(t: &Sandbox, csv: &str, args: &[&str]) -> String {
    t.fails(3, &[&["import", "actions", &t.file("a.csv", csv), "-n"], args].concat())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The workbook with the stored values of its formulas removed, as a program writes it that does not calculate.
fn without_values(workbook: &[u8], value: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        let name = part.name().unwrap().into_owned();
        if name.ends_with("sheet1.xml") {
            bytes = String::from_utf8(bytes).unwrap().replace(&format!("<v>{value}</v>"), "<v/>").into_bytes();
        }
        written.start_file(name, SimpleFileOptions::default()).unwrap();
        written.write_all(&bytes).unwrap();
    }
    written.finish().unwrap().into_inner()
}

on_both_engines! {
    fn a_time_in_another_notation_names_the_option_that_reads_it(t) {
        people(t);
        for (cell, options) in [
            ("1773562442", vec!["--time-format", "epoch"]),
            ("1773562442000", vec!["--time-format", "epoch-ms"]),
            ("46096.5", vec!["--time-format", "excel", "--assume-tz", "UTC"]),
            ("20260315T081400Z", vec!["--time-format", "%Y%m%dT%H%M%S%#z"]),
            ("2026-03-15 08:14:00 UTC", vec!["--time-format", "%Y-%m-%d %H:%M:%S UTC", "--assume-tz", "UTC"]),
        ] {
            let csv = format!("{HEADER}\nann,enrolled,course,c1,\"{cell}\"\n");
            let stderr = rejected(t, &csv, &["--sniff", "off"]);
            let named = options.join(" ").replace("--assume-tz UTC", "--assume-tz");
            assert!(stderr.replace('\'', "").contains(&named), "{cell}: {stderr}");
            let run = t.run(&[&["import", "actions", &t.file("a.csv", csv), "-n"], &options[..]].concat());
            assert_eq!(run.status, 0, "{cell}: {run}");
        }
        let stderr = rejected(t, &format!("{HEADER}\nann,enrolled,course,c1,03/04/2026\n"), &["--assume-tz", "UTC"]);
        assert!(stderr.contains("ambiguous order of day and month") && stderr.contains("'%d/%m/%Y'") && stderr.contains("'%m/%d/%Y'"), "{stderr}");
    }

    fn text_of_copy_is_named_decoded_and_ended(t) {
        people(t);
        let header = HEADER.replace(',', "\t");
        let rows = "ann\tenrolled\tcourse\tc\\\\1\t2026-01-01 00:00:00+00\nann\tposted_reply\tthread\tsays \"hi\"\t2026-01-01 00:00:00+00\n";
        let file = t.file("copy.tsv", format!("{header}\n{rows}"));
        assert!(t.fails(1, &["import", "actions", &file]).contains("add --dialect postgres-text or --dialect mysql"));
        let run = t.run(&["import", "actions", &file, "--quote", "none", "-n"]);
        assert!(run.status == 0 && run.stderr.contains("was read with its backslashes: --dialect postgres-text"), "{run}");
        let file = t.file("copy.tsv", format!("{header}\n{rows}\\.\n\n"));
        t.ok(&["import", "actions", &file, "--dialect", "postgres-text"]);
        assert_eq!(t.values("target_id", "FROM user_action ORDER BY target_id"), ["c\\1", "says \"hi\""]);
        let file = t.file("copy.tsv", format!("{header}\n{rows}\\.\n{rows}"));
        let stderr = t.fails(1, &["import", "actions", &file, "--dialect", "postgres-text"]);
        assert!(stderr.contains("line 4: more lines follow the end of the data"), "{stderr}");
    }

    fn damaged_compressed_files_are_named_and_change_nothing(t) {
        people(t);
        let rows: Vec<String> = (0..300).map(|n| format!("ann,enrolled,course,c{n},2026-01-01T00:00:00Z\n")).collect();
        let text = format!("{HEADER}\n{}", rows.concat());
        let whole = gzip(text.as_bytes());
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 0x55;
        let content = t.content();
        let object = "{\"user_id\":\"ann\",\"action_type\":\"enrolled\",\"target_type\":\"course\",\"target_id\":\"c\",\"occurred_at\":\"2026-01-01T00:00:00Z\"}\n";
        for (from, whole) in [("csv", whole.clone()), ("jsonl", gzip(object.repeat(300).as_bytes()))] {
            for bytes in [&whole[..whole.len() - 5], &whole[..20], &[&whole[..], b"<html>"].concat()] {
                let file = t.file(&format!("a.{from}.gz"), bytes);
                let stderr = t.fails(1, &["import", "actions", &file, "--from", from]);
                assert!(stderr.contains("the gzip data is damaged or incomplete"), "{stderr}");
            }
        }
        // What is wrong with changed bytes may be found in the text that they make.
        assert_ne!(t.run(&["import", "actions", &t.file("changed.csv.gz", &changed)]).status, 0);
        assert!(t.content() == content);
        assert_eq!(import(t, &["actions", &t.file("a.csv.gz", &whole)]).0, 0);
    }

    fn marks_names_and_lines_before_the_header_are_read_or_named(t) {
        people(t);
        let text = format!("\u{feff}\u{feff}{HEADER}\nann,enrolled,course,c1,2026-01-01T00:00:00Z\n");
        assert_eq!(import(t, &["actions", &t.file("a.csv", text)]).0, 0);
        let text = "Meeting summary\nParticipants\t2\n\nFull name\tAction\tWhen\nAnn\tJoined\t3/15/2026\nBen\tLeft\t3/15/2026\n";
        let stderr = t.fails(1, &["import", "actions", &t.file("teams.csv", text)]);
        assert!(stderr.contains("the header may be on line 4: add --skip 3 --delimiter tab"), "{stderr}");
        let stderr = t.fails(1, &["import", "users", &t.file("u.csv", "email,name,it's (UTC)\na@example.com,A,x\n")]);
        assert!(stderr.contains(r"--map 'it'\''s (utc)=_' skips it"), "{stderr}");
    }

    fn equal_rows_without_an_id_are_named(t) {
        people(t);
        let row = "ann,enrolled,course,c1,2026-01-01T00:00:00Z\n";
        let other = "ann,enrolled,course,c2,2026-01-01T00:00:00Z\n";
        let file = t.file("a.csv", format!("{HEADER}\n{row}{other}{row}{row}"));
        let run = t.run(&["import", "actions", &file]);
        assert!(run.status == 0 && run.stderr.contains("2 rows without an id repeated earlier rows, e.g. line 4 repeats line 2"), "{run}");
        assert_eq!(t.count("user_action"), 2);
        let with_ids = format!("{HEADER},source_system,source_event_id\n{}{}", row.replace("Z\n", "Z,app,e1\n"), row.replace("Z\n", "Z,app,e1\n"));
        let run = t.run(&["import", "actions", &t.file("b.csv", with_ids)]);
        assert!(run.status == 0 && !run.stderr.contains("repeated"), "{run}");
    }

    fn a_formula_without_a_stored_value_is_no_empty_cell(t) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in ["email", "name", "origin"].into_iter().enumerate() {
            sheet.write_string(0, u16::try_from(column).unwrap(), name).unwrap();
        }
        sheet.write_string(1, 0, "ann@example.com").unwrap();
        sheet.write_formula(1, 1, Formula::new("=1+41").set_result("42")).unwrap();
        sheet.write_string(1, 2, "app").unwrap();
        let stored = book.save_to_buffer().unwrap();
        let stderr = t.fails(1, &["import", "users", &t.file("b.xlsx", without_values(&stored, "42"))]);
        assert!(stderr.contains("row 2, column 2: the formula has no stored value"), "{stderr}");
        t.ok(&["import", "users", &t.file("a.xlsx", stored)]);
        assert_eq!(t.value("name", "FROM \"user\""), "42");
    }

    fn a_conflict_by_an_apostrophe_names_its_origin(t) {
        people(t);
        let text = format!("{HEADER},source_system,source_event_id\nann,enrolled,course,-c1,2026-01-01T00:00:00Z,app,e1\n");
        t.ok(&["import", "actions", &t.file("a.csv", text)]);
        let export = t.ok(&["actions", "export", "--format", "csv", "--excel-safe"]);
        let run = t.pipe(&["import", "actions", "-"], &export);
        assert!(run.status == 4 && run.stderr.contains("the apostrophe is that of --excel-safe"), "{run}");
        let export = t.ok(&["actions", "export", "--format", "csv"]);
        assert_eq!(t.pipe(&["import", "actions", "-"], &export).status, 0);
    }

    fn an_unclosed_quote_does_not_swallow_rows(t) {
        people(t);
        let row = |n: usize, target: &str| format!("ann,enrolled,course,{target},2026-01-01T00:00:00Z,e{n},app\n");
        let header = format!("{HEADER},source_event_id,source_system\n");
        let content = t.content();
        // A quote that opens a field in one row, and one that closes a field in a later row.
        for between in [0, 1, 5] {
            let rows: String = (0..between).map(|n| row(n, "c")).collect();
            let text = format!("{header}{}{rows}{}", row(100, "\"c100"), row(200, "c200\""));
            let stderr = rejected(t, &text, &[]);
            assert!(stderr.contains("line 2: rejected: field 4 has line ends, and reads like parts of two rows"), "{stderr}");
        }
        assert!(t.content() == content);
        // A text of several lines is one, with whatever punctuation.
        let text = "user_id,stage,cohort_id,notes\nann,candidate,c,\"Dear all,\nred, green, blue, and white\nBye\"\n";
        t.ok(&["import", "champions", &t.file("c.csv", text)]);
        assert_eq!(t.count("champion WHERE notes LIKE '%white%Bye'"), 1);
    }

    fn refused_rows_of_a_file_with_an_index_column_can_be_imported(t) {
        people(t);
        let header = format!(",{HEADER},source_system,source_event_id,,\n");
        let text = format!("{header}0,ann,enrolled,course,c1,2026-01-01T00:00:00Z,app,e1,,\n1,ghost,enrolled,course,c2,2026-01-01T00:00:00Z,app,e2,,\n");
        let rejects = t.path("rejects.csv").display().to_string();
        let run = t.run(&["import", "actions", &t.file("a.csv", text), "--on-error", "skip", "--rejects", &rejects]);
        assert_eq!(run.status, 3, "{run}");
        let fixed = std::fs::read_to_string(&rejects).unwrap().replace("ghost", "ben").replacen("rejected", "", 1);
        assert_eq!(import(t, &["actions", &t.file("fixed.csv", fixed)]), (0, [1, 0, 0, 0, 0]));
        assert_eq!(t.values("target_id", "FROM user_action ORDER BY target_id"), ["c1", "c2"]);
    }
}

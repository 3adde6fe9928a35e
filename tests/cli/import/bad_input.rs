use super::{HEADER, people};
use crate::on_both_engines;
use crate::sandbox::Sandbox;

/// Imports bytes as actions, and asserts the exit code, parts of the message, and an unchanged database.
fn refused(t: &Sandbox, name: &str, bytes: impl AsRef<[u8]>, status: i32, message: &[&str]) {
    let before = t.content();
    let file = t.file(name, bytes);
    let run = t.run(&["import", "actions", &file]);
    assert_eq!(run.status, status, "{name}: {run}");
    for part in message {
        assert!(run.stderr.contains(part), "{name}: {part:?} is not in\n{run}");
    }
    assert!(t.content() == before, "{name}: the database was changed");
}

on_both_engines! {
    fn an_invalid_row_is_reported_with_line_field_and_reason(t) {
        people(t);
        let good = "ann,enrolled,course,c1,2026-01-01T00:00:00Z,{}";
        let with = |bad: &str| format!("{HEADER},metadata\n{good}\n{bad}\n{good}\n");
        for (name, row, message) in [
            ("user.csv", "eve,enrolled,course,c1,2026-01-01T00:00:00Z,", &["user.csv line 3: rejected: user_id: unknown user eve", "hint: import users first"][..]),
            ("enum.csv", "ann,veiwed_module,course,c1,2026-01-01T00:00:00Z,", &["enum.csv line 3: rejected: action_type \"veiwed_module\": unknown value; did you mean viewed_module? expected one of enrolled,"]),
            ("naive.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00,", &["naive.csv line 3: rejected: occurred_at \"2026-01-01T00:00:00\": no UTC offset: add Z or one like +02:00"]),
            ("time.csv", "ann,enrolled,course,c1,2026-02-30T00:00:00Z,", &["time.csv line 3: rejected: occurred_at \"2026-02-30T00:00:00Z\": expected an RFC 3339 time"]),
            ("json.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{\"\"a\"\":}\"", &["json.csv line 3: rejected: metadata", "invalid JSON: expected value at line 1 column 6"]),
            ("array.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00Z,[1]", &["array.csv line 3: rejected: metadata \"[1]\": expected a JSON object"]),
            ("twice.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{\"\"a\"\":1,\"\"a\"\":2}\"", &["duplicate key \"a\""]),
            ("nul.csv", "ann,enrolled,course,c\0,2026-01-01T00:00:00Z,", &["nul.csv line 3: rejected: target_id \"c\\u{0}\": contains the character NUL"]),
            ("escaped_nul.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{\"\"a\"\":\"\"\\u0000\"\"}\"", &["contains the character NUL (\\u0000)"]),
            ("surrogate.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{\"\"a\"\":\"\"\\ud800\"\"}\"", &["surrogate.csv line 3: rejected: metadata"]),
            ("number.csv", "ann,enrolled,course,c1,2026-01-01T00:00:00Z,\"{\"\"a\"\":1e400}\"", &["contains a number of more than 400 digits"]),
            ("count.csv", "ann,enrolled,course,c1", &["count.csv line 3: rejected: the row has 4 fields, the header 6", "hint: a field that contains a delimiter needs quotes"]),
            ("missing.csv", "ann,enrolled,,,2026-01-01T00:00:00Z,", &["target_type: missing; target_id: missing"]),
            ("control.csv", "ann,enrolled,course,c\u{1b}[2J,2026-01-01T00:00:00Z,", &["target_id \"c\\u{1b}[2J\": control character U+001B"]),
        ] {
            refused(t, name, with(row), 3, message);
        }
        let latin1 = [with("ann,enrolled,course,c?,2026-01-01T00:00:00Z,").replace('?', "").as_bytes(), b"ann,enrolled,course,\xe9,2026-01-01T00:00:00Z,\n"].concat();
        refused(t, "latin1.csv", latin1, 3, &["line 5: rejected: target_id", "is not UTF-8", "hint: the file looks like windows-1252: add --encoding windows-1252"]);
    }

    fn a_malformed_file_is_rejected_as_a_whole(t) {
        people(t);
        let row = "ann,enrolled,course,c1,2026-01-01T00:00:00Z";
        for (name, bytes, message) in [
            ("empty.csv", Vec::new(), &["empty.csv: the file is empty: expected a header line", "hint: the columns are id, user_id"][..]),
            ("unclosed.csv", format!("{HEADER}\n{row}\nann,enrolled,course,\"c1,2026\n{row}\n").into_bytes(), &["unclosed.csv: line 3: quote opened here is never closed", "hint: a quoted field needs a closing quote"]),
            ("stray.csv", format!("{HEADER}\nann,enrolled,course,5\" disk,2026-01-01T00:00:00Z\n").into_bytes(), &["stray.csv: line 2: quote inside an unquoted field"]),
            ("after_quote.csv", format!("{HEADER}\nann,enrolled,course,\"c1\"x,2026-01-01T00:00:00Z\n").into_bytes(), &["after_quote.csv: line 2: text after the closing quote of a field"]),
            ("semicolons.csv", format!("{HEADER}\n{row}\n").replace(',', ";").replace("user_id", "user").into_bytes(), &["semicolons.csv: line 1: only one column found", "hint: if the delimiter is another: --delimiter semicolon"]),
            ("duplicate.csv", format!("{HEADER},Target_ID\n{row},c2\n").into_bytes(), &["duplicate.csv: line 1: duplicate column target_id"]),
            ("unknown.csv", format!("{HEADER},enrolment_id\n{row},e\n").into_bytes(), &["unknown.csv: line 1: unknown column \"enrolment_id\"", "hint: did you mean enrollment_id? the columns are id,"]),
            ("missing.csv", b"action_type,target_type,target_id,occurred_at\n".to_vec(), &["missing.csv: line 1: missing column user_id or user_email"]),
        ] {
            refused(t, name, bytes, 1, message);
        }
        assert!(t.fails(1, &["import", "actions", "nowhere.csv"]).contains("cannot open nowhere.csv"));
        assert!(t.fails(1, &["import", "actions", "/tmp"]).contains("is a directory"));
        assert!(t.fails(1, &["import", "all", t.path("").to_str().unwrap()]).contains("contains no files to import"));
    }

    fn ten_invalid_rows_are_shown_and_the_rest_counted(t) {
        people(t);
        let bad = "ann,enrolled,course,c1,today\n".repeat(2500);
        let run = t.run(&["import", "actions", &t.file("a.csv", format!("{HEADER}\n{bad}"))]);
        assert_eq!(run.stderr.matches("rejected: occurred_at \"today\": expected an RFC 3339 time").count(), 10);
        assert!(run.stderr.contains("line 2: rejected") && run.stderr.contains("line 11: rejected"), "{run}");
        assert!(run.stderr.contains("and 2,490 more invalid rows: 2,490 × occurred_at"), "{run}");
    }

    fn a_file_with_only_a_header_has_no_rows(t) {
        let run = t.run(&["import", "actions", &t.file("a.csv", format!("{HEADER}\n"))]);
        assert!(run.status == 0 && run.stderr.contains("committed (0 rows in "), "{run}");
    }

    fn line_numbers_match_those_of_an_editor(t) {
        people(t);
        let file = format!("{HEADER}\r\n\r\n\r\nann,enrolled,course,\"two\r\nlines\",2026-01-01T00:00:00Z\r\nann,enrolled,course,c1,today\r\n");
        let stderr = t.fails(3, &["import", "actions", &t.file("a.csv", file)]);
        assert!(stderr.contains("line 6: rejected: occurred_at"), "{stderr}");
        assert!(stderr.contains("line 4: rejected: target_id \"two\\r\\nlines\": control character"), "{stderr}");
    }

    fn standard_input_is_imported_and_named_in_errors(t) {
        people(t);
        let run = t.pipe(&["import", "actions", "-"], format!("{HEADER}\nann,enrolled,course,c1,2026-01-01T00:00:00Z\n"));
        assert_eq!((run.status, t.count("user_action")), (0, 1));
        let run = t.pipe(&["import", "actions", "-"], "");
        assert!(run.status == 1 && run.stderr.contains("standard input: the file is empty"), "{run}");
    }
}

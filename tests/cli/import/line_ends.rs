//! With every kind of line end, each row is recorded once and reported with the line on which it starts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::{HEADER, import, people};
use crate::on_both_engines;

const ENDS: [&str; 5] = ["\n", "\r\n", "\r", "\r\r\n", "\n\r"];

/// A small pseudo-random number generator with a fixed sequence.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// A file of `rows` events with one or several kinds of line ends, and the line on which each event starts.
fn events(rows: usize, ends: &[&str], numbers: &mut Numbers) -> (String, Vec<usize>) {
    let mut file = String::new();
    let mut lines = Vec::new();
    let mut end = |file: &mut String| file.push_str(ends[numbers.below(ends.len())]);
    write!(file, "{HEADER},metadata,source_system,source_event_id").unwrap();
    end(&mut file);
    for row in 0..rows {
        lines.push(line_of(&file));
        // Some rows have a quoted field of two lines.
        let note = if row % 7 == 3 { "\"{\"\"n\"\":\n1}\"" } else { "" };
        write!(file, "ann,enrolled,course,c{row},2026-01-01T00:00:00Z,{note},app,e{row}").unwrap();
        end(&mut file);
    }
    (file, lines)
}

/// The line on which a text ends, computed independently of the program.
fn line_of(text: &str) -> usize {
    1 + text.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\n' | '\r')).count()
}

on_both_engines! {
    fn every_row_is_recorded_once_with_every_kind_of_line_end(t) {
        people(t);
        let mut numbers = Numbers(1);
        let mut expected = 0;
        for rows in [1, 2, 3, 99, 3000] {
            for ends in ENDS.iter().map(std::slice::from_ref).chain([&ENDS[..]]) {
                let (file, _) = events(rows, ends, &mut numbers);
                let file = file.replace("app,e", &format!("app,e{expected}_"));
                let path = t.file("a.csv", &file);
                assert_eq!(import(t, &["actions", &path, "--dry-run"]), (0, [rows as u64, 0, 0, 0, 0]), "{ends:?}");
                assert_eq!(import(t, &["actions", &path]), (0, [rows as u64, 0, 0, 0, 0]), "{rows} rows, {ends:?}");
                expected += rows as u64;
                assert_eq!(t.count("user_action"), expected, "{rows} rows, {ends:?}");
                assert_eq!(import(t, &["actions", &path]), (0, [0, 0, rows as u64, 0, 0]), "{rows} rows, {ends:?}");
                assert_eq!(t.count("user_action"), expected, "{rows} rows, {ends:?}");
            }
        }
    }

    fn a_stray_carriage_return_loses_no_row(t) {
        people(t);
        let (file, _) = events(50, &["\n"], &mut Numbers(1));
        for at in [0, 1, 25, 49] {
            let stray = file.split_inclusive('\n').enumerate();
            let stray: String =
                stray.map(|(i, line)| if i == at { line.replace('\n', "\r") } else { line.to_owned() }).collect();
            let stray = stray.replace("app,e", &format!("app,{at}_"));
            let before = t.count("user_action");
            assert_eq!(import(t, &["actions", &t.file("a.csv", stray)]), (0, [50, 0, 0, 0, 0]), "row {at}");
            assert_eq!(t.count("user_action"), before + 50, "row {at}");
        }
    }

    fn a_row_is_reported_with_the_line_on_which_it_starts(t) {
        people(t);
        let mut numbers = Numbers(7);
        for ends in ENDS.iter().map(std::slice::from_ref).chain([&ENDS[..]]) {
            let (file, lines) = events(40, ends, &mut numbers);
            // Two invalid rows, and one that conflicts with an earlier one of the file.
            let file = file.replace("course,c17,", "nowhere,c17,").replace("course,c38,", "nowhere,c38,");
            let file = file.replace(",app,e30", ",app,e29");
            let stderr = t.fails(3, &["import", "actions", &t.file("a.csv", &file)]);
            for row in [17, 38] {
                let named = format!("a.csv line {}: rejected: target_type \"nowhere\"", lines[row]);
                assert!(stderr.contains(&named), "{ends:?}: {named}\n{stderr}");
            }
            let conflict = format!("a.csv line {}: conflict: line {} has the same event", lines[30], lines[29]);
            assert!(stderr.contains(&conflict), "{ends:?}: {conflict}\n{stderr}");
        }
    }

    fn positions_follow_the_file_order_with_carriage_returns(t) {
        people(t);
        let (file, _) = events(300, &["\r"], &mut Numbers(1));
        t.ok(&["import", "actions", &t.file("a.csv", file)]);
        let list = t.ok(&["actions", "list", "--format", "jsonl", "--limit", "1000"]);
        let rows: BTreeMap<i64, String> = list
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|row| (row["position"].as_i64().unwrap(), row["source_event_id"].as_str().unwrap().to_owned()))
            .collect();
        assert!(rows.into_values().eq((0..300).map(|row| format!("e{row}"))));
    }

    fn a_list_of_users_may_have_carriage_returns_as_line_ends(t) {
        people(t);
        t.ok(&["users", "roles", "add", "teacher", "--file", &t.file("names", "# both\rann\rben\r")]);
        assert_eq!((t.roles("ann"), t.roles("ben")), ("student,teacher".into(), "student,teacher".into()));
    }

    fn an_import_is_rolled_back_if_a_trigger_discards_a_row(t) {
        let t = &t.with_whole_log();
        people(t);
        let (file, _) = events(200, &["\n"], &mut Numbers(1));
        let path = t.file("a.csv", file);
        match t.engine {
            crate::sandbox::Engine::Sqlite => t.sql(
                "CREATE TRIGGER cheat BEFORE INSERT ON user_action WHEN NEW.target_id = 'c77' \
                 BEGIN SELECT RAISE(IGNORE); END",
            ),
            crate::sandbox::Engine::Postgres => t.sql(
                "CREATE FUNCTION cheat() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN IF NEW.target_id = ''c77'' THEN RETURN NULL; END IF; RETURN NEW; END'; \
                 CREATE TRIGGER cheat BEFORE INSERT ON user_action FOR EACH ROW EXECUTE FUNCTION cheat()",
            ),
        }
        .unwrap();
        for options in [&[][..], &["--commit-every", "50"]] {
            let mut child = t.start(&[&["import", "actions", &path], options].concat());
            let ended = (0..600).any(|_| {
                std::thread::sleep(Duration::from_millis(100));
                child.try_wait().unwrap().is_some()
            });
            assert!(ended, "the import does not end");
            assert_eq!(child.wait().unwrap().code(), Some(1));
        }
        // With --commit-every, the part before the discarded row remains.
        assert_eq!(t.count("user_action"), 50);
    }
}

//! Output formats, and what goes to standard output and to standard error.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::on_both_engines;
use crate::sandbox::{Engine, Sandbox, example};

const EVIL: &str = "\u{202e}Ann \u{200b}\"Q\", O'Neil, Jr.";

on_both_engines! {
    fn every_format_has_the_same_values(t) {
        t.ok(&["users", "create", "--id", "ann", "--email", "ann@example.com", "--name", EVIL, "--role", "admin,student", "--created-at", "2026-01-01T00:00:00Z"]);
        let list = |format: &str| t.ok(&["users", "list", "--format", format]);
        assert_eq!(list("ids"), "ann\n");
        assert_eq!(
            list("csv"),
            format!("id,email,name,origin,profile_img,roles,created_at\nann,ann@example.com,\"{}\",rollbook,,\"student,admin\",2026-01-01T00:00:00Z\n", EVIL.replace('"', "\"\""))
        );
        let json = r#"{"id":"ann","email":"ann@example.com","name":"\u202eAnn \u200b\"Q\", O'Neil, Jr.","origin":"rollbook","profile_img":null,"roles":["student","admin"],"created_at":"2026-01-01T00:00:00Z"}"#;
        assert_eq!(list("jsonl"), format!("{json}\n"));
        assert_eq!(list("json"), format!("[\n  {json}\n]\n"));
        assert_eq!(
            list("table"),
            "id   email            name                                  roles          created_at\n\
             ann  ann@example.com  \\u{202e}Ann \\u{200b}\"Q\", O'Neil, Jr.  student,admin  2026-01-01T00:00:00Z\n"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&list("json")).unwrap()[0]["name"], EVIL);
    }

    fn an_empty_result_is_a_valid_document(t) {
        for (format, expected) in [("table", ""), ("json", "[]\n"), ("jsonl", ""), ("ids", ""), ("csv", "id,email,name,origin,profile_img,roles,created_at\n")] {
            assert_eq!(t.ok(&["users", "list", "--format", format]), expected);
        }
        assert_eq!(t.run(&["users", "list"]).stderr, "no users\n");
        assert_eq!(t.run(&["users", "list", "--quiet"]).stderr, "");
    }

    fn a_closed_output_pipe_is_not_an_error(t) {
        t.ok(&["import", "all", &example("")]);
        for format in ["table", "json", "jsonl", "csv", "ids"] {
            let mut child = t
                .command(&["actions", "list", "--limit", "10000", "--format", format])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut first = String::new();
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(!first.is_empty());
            assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{format}");
        }
    }

    fn an_import_keeps_its_exit_code_when_standard_output_is_closed(t) {
        let file = t.file("users.csv", "email,name\nnonsense,A\n");
        let mut child = t.start(&["import", "users", &file, "--format", "json"]);
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(3));
    }

    fn a_write_error_on_standard_output_fails_the_command(t) {
        let onto_a_full_disk = |args: &[&str]| {
            let full = std::fs::File::create("/dev/full").unwrap();
            let output = t.command(args).stdout(full).output().unwrap();
            (output.status.code(), String::from_utf8(output.stderr).unwrap())
        };
        let (status, stderr) = onto_a_full_disk(&["users", "create", "--email", "a@example.com", "--name", "A"]);
        assert!(status == Some(1) && stderr.starts_with("error: cannot print the change\n") && stderr.contains("the change is made") && !stderr.contains("nothing was changed"), "{stderr}");
        let (status, stderr) = onto_a_full_disk(&["users", "list", "--format", "json"]);
        assert!(status == Some(1) && stderr.contains("No space left on device"), "{stderr}");
    }

    fn errors_go_to_standard_error(t) {
        let run = t.run(&["users", "show", "\u{1b}[31mnobody", "--format", "json"]);
        assert_eq!(run.stdout, "");
        assert_eq!(run.stderr, "error: unknown user '\\u{1b}[31mnobody'\nhint: search for users: rollbook users list --search TEXT\n");
    }
}

#[test]
fn color_follows_the_option_and_the_environment() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.user("ann", "");
    let colourful = |args: &[&str], variables: &[(&str, &str)]| {
        let output = t.command(&[&["users", "list"], args].concat()).envs(variables.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!colourful(&[], &[]));
    assert!(colourful(&["--color", "always"], &[]));
    assert!(!colourful(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colourful(&[], &[("NO_COLOR", "1")]));
    let output = t.command(&["users", "show", "nobody", "--color", "always"]).output().unwrap();
    assert!(output.stderr.starts_with(b"\x1b[1m\x1b[31merror:"), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The lines on a terminal, without colors and carriage returns.
fn lines_at(t: &Sandbox, columns: u16, args: &[&str]) -> Vec<String> {
    let run = t.at_terminal(columns, &[args, &["--color", "never"]].concat(), "");
    assert_eq!(run.status, 0, "{run}");
    run.stdout.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn row_is_a_line_however_narrow_the_terminal_is() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.ok(&["import", "all", &example("")]);
    t.ok(&["users", "update", "usr_000", "--name", "A very long name that would take several lines of any terminal"]);
    for columns in [20, 40, 80, 200] {
        for (args, rows) in [
            (&["users", "list", "--limit", "7"][..], 7),
            (&["actions", "list", "--limit", "7"], 7),
            (&["champions", "list", "--limit", "7"], 7),
            (&["import", "history"], 3),
            (&["users", "history", "usr_000"], 2),
            (&["actions", "stats"], 9),
        ] {
            let lines = lines_at(&t, columns, args);
            let table: Vec<&String> = lines
                .iter()
                .take_while(|line| !line.starts_with("hidden columns") && !line.starts_with("more "))
                .collect();
            assert_eq!(table.len(), rows + 1, "{columns} {args:?} {table:#?}");
            let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
            assert!(table.iter().all(|line| width(line) <= columns.into()), "{columns} {args:?} {table:#?}");
        }
    }
    // The start of a shortened id is enough to look the row up.
    let lines = lines_at(&t, 80, &["import", "history"]);
    assert!(lines[0].contains("outcome") && lines[0].contains("rejected"), "{}", lines[0]);
}

#[test]
fn export_to_a_terminal_is_escaped() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.user("ann", "");
    t.ok(&["actions", "record", "ann", "viewed_module", "module:m", "--metadata", "note=\u{202e}m\u{200b}\u{3164}"]);
    for format in ["csv", "jsonl"] {
        let export = t.at_terminal(80, &["actions", "export", "--format", format], "").stdout;
        assert!(!export.contains(['\u{202e}', '\u{200b}', '\u{3164}']) && export.contains("202e"), "{export}");
        assert!(t.ok(&["actions", "export", "--format", format]).contains(if format == "csv" {
            "\u{202e}"
        } else {
            "202e"
        }));
    }
}

#[test]
fn quiet_prints_errors_and_the_data_that_was_asked_for() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let create = |id: &str, more: &[&str]| {
        let email = format!("{id}@example.com");
        let args = ["users", "create", "--id", id, "--email", &email, "--name", "A", "--quiet"];
        t.run(&[&args[..], more].concat())
    };
    let run = create("ann", &[]);
    assert!(run.status == 0 && run.stdout.is_empty() && run.stderr.is_empty(), "{run}");
    assert_eq!(create("ben", &["--format", "ids"]).stdout, "ben\n");
    let run = t.run(&["users", "roles", "add", "ann", "ben", "teacher", "-q"]);
    assert!(run.status == 0 && run.stdout.is_empty() && run.stderr.is_empty(), "{run}");
    assert!(t.ok(&["users", "list", "-q"]).contains("ann"));
    assert!(t.fails(6, &["users", "show", "cat", "-q"]).starts_with("error: unknown user cat"));
}

//! The forms of output beside tables, JSON and CSV: fields, filters, TSV, YAML, Markdown, relative times and the pager.

use crate::on_both_engines;
use crate::sandbox::{Engine, Run, Sandbox};

/// Names that would take over a terminal, a table or a document if they were not escaped.
const HOSTILE: [&str; 6] = ["a\tb", "a|b", "<script>alert(1)</script>", "[x](javascript:1)", "=1+1", "- a: b #c"];

fn with_users(t: &Sandbox) {
    for (i, name) in HOSTILE.iter().enumerate() {
        // A tab is not accepted by the command, but may be in the table.
        t.ok(&[
            "users",
            "create",
            "--id",
            &format!("u{i}"),
            "--email",
            &format!("u{i}@x.org"),
            &format!("--name={}", name.replace('\t', " ")),
        ]);
        t.sql(&format!("UPDATE \"user\" SET name = '{name}' WHERE id = 'u{i}'")).unwrap();
    }
}

on_both_engines! {
    fn every_format_holds_every_name(t) {
        with_users(t);
        let json = t.ok(&["users", "list", "--json", "name,id"]);
        let users: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(users.iter().map(|user| user["name"].as_str().unwrap()).collect::<Vec<_>>(), HOSTILE);
        assert!(json.contains(r#"{"name":"a|b","id":"u1"}"#), "{json}");
        let tsv = t.ok(&["users", "list", "--format", "tsv", "--columns", "id,name"]);
        let rows: Vec<Vec<&str>> = tsv.lines().map(|line| line.split('\t').collect()).collect();
        assert!(rows.len() == 7 && rows.iter().all(|row| row.len() == 2), "{tsv}");
        assert_eq!((rows[0][1], rows[1][1]), ("name", "a\\tb"));
        let yaml = t.ok(&["users", "list", "--format", "yaml"]);
        assert!(yaml.lines().filter(|line| line.starts_with("- ")).count() == 6, "{yaml}");
        assert!(yaml.contains("'- a: b #c'") && yaml.contains("'=1+1'"), "{yaml}");
        let markdown = t.ok(&["users", "list", "--format", "markdown", "--columns", "id,name"]);
        assert!(markdown.starts_with("| id | name |\n| --- | --- |\n"), "{markdown}");
        assert!(markdown.contains("a\\|b") && markdown.contains("\\<script\\>") && markdown.contains("\\[x\\]"), "{markdown}");
        assert_eq!(t.ok(&["users", "show", "u1", "--json", "name"]), "{\n  \"name\": \"a|b\"\n}\n");
    }

    fn a_filter_is_checked_before_the_command_runs(t) {
        with_users(t);
        assert_eq!(t.ok(&["users", "list", "--jq", ".[].name"]).lines().nth(1), Some("a|b"));
        assert_eq!(t.ok(&["users", "list", "--jq", "length"]), "6\n");
        assert_eq!(t.ok(&["users", "list", "--json", "id", "--jq", ".[0] | keys | tojson"]), "[\"id\"]\n");
        assert_eq!(t.ok(&["users", "list", "--format", "jsonl", "--jq", "{id}"]).lines().next(), Some("{\"id\":\"u0\"}"));
        assert_eq!(t.ok(&["users", "list", "--role", "teacher", "--jq", ".[].id"]), "");
        let create = ["users", "create", "--email", "new@x.org", "--name", "New"];
        for (filter, message) in [(".[", "expected"), ("nosuch", "unknown filter or variable nosuch"), ("$x", "$x")] {
            let error = t.fails(2, &[&create[..], &["--jq", filter]].concat());
            assert!(error.contains(message), "{filter}: {error}");
        }
        t.fails(2, &[&create[..], &["--json", "id"]].concat());
        t.fails(2, &[&create[..], &["--format", "csv", "--jq", "."]].concat());
        t.fails(2, &["users", "list", "--json", "nme"]);
        t.fails(2, &["users", "list", "--no-header", "--format", "json"]);
        for filter in [".name", "halt", "halt_error"] {
            t.fails(1, &["users", "list", "--jq", filter]);
        }
        assert_eq!(t.value("count(*)", "FROM \"user\""), "6");
        for filter in [".email", "error(1)", "halt_error"] {
            t.fails(2, &[&create[..], &["--jq", filter]].concat());
        }
        assert_eq!(t.value("count(*)", "FROM \"user\""), "6", "a filter that fails must not look as if the change had failed");
        for args in [&["users", "list"][..], &["users", "list", "--format", "csv"], &["users", "list", "--format", "tsv"]] {
            let (with, without) = (t.ok(args), t.ok(&[args, &["--no-header"]].concat()));
            assert_eq!(with.lines().count(), without.lines().count() + 1, "{args:?}");
        }
    }
}

#[test]
fn times_are_relative_on_a_terminal_only() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.user("ann", "");
    let list = ["users", "list", "--columns", "id,created_at"];
    t.sql("UPDATE \"user\" SET created_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-3 days', '-1 minute')").unwrap();
    assert!(!t.ok(&list).contains("ago"));
    assert!(t.ok(&[&list[..], &["--times", "relative"]].concat()).contains("3 days ago"));
    assert!(t.at_terminal(80, &list, "").stdout.contains("3 days ago"));
    assert!(!t.at_terminal(80, &[&list[..], &["--times", "absolute"]].concat(), "").stdout.contains("ago"));
    assert!(t.at_terminal(80, &["users", "show", "ann"], "").stdout.contains("(3 days ago)"), "a record has both");
    assert!(!t.ok(&[&list[..], &["--format", "csv", "--times", "relative"]].concat()).contains("ago"));
}

#[test]
fn a_pager_shows_lists_on_a_terminal_only() {
    let t = Sandbox::migrated(Engine::Sqlite);
    t.user("ann", "");
    let at_terminal = |pager: &str, args: &[&str]| t.at_terminal_with(&[("ROLLBOOK_PAGER", pager)], 80, args, "");
    let list = ["users", "list"];
    assert!(at_terminal("sed s/^/paged:/", &list).stdout.contains("paged:ann"));
    assert!(!at_terminal("sed s/^/paged:/", &["users", "list", "--no-pager"]).stdout.contains("paged:"));
    assert!(at_terminal("never", &list).stdout.contains("ann"));
    let missing = at_terminal("nosuchpager", &list);
    assert!(missing.status == 0 && missing.stdout.contains("the pager nosuchpager is not installed"), "{missing}");
    assert!(missing.stdout.contains("ann@example.com"), "{missing}");
    // Only the shell knows that this one is missing: nothing is shown, and that is said.
    let missing = at_terminal("X=1 nosuchpager", &list);
    assert!(missing.status == 1 && missing.stdout.contains("cannot run the pager"), "{missing}");
    assert!(!missing.stdout.contains("ann@example.com"), "{missing}");
    assert_eq!(at_terminal("true", &list).status, 0, "a pager that was left at once");
    let run = Run::of(t.command(&list).env("ROLLBOOK_PAGER", "sed s/^/paged:/").output().unwrap());
    assert!(run.stdout.contains("ann") && !run.stdout.contains("paged:"), "{run}");
}

#[test]
fn a_summary_that_is_too_wide_has_a_line_a_column() {
    let t = Sandbox::migrated(Engine::Sqlite);
    let file = t.file("u.csv", "email,name\nann@example.com,Ann\n");
    let run = t.at_terminal(40, &["import", "users", &file, "-n"], "");
    assert!(run.stdout.contains("would_insert: 1") && !run.stdout.contains("would_insert  "), "{run}");
    assert!(t.at_terminal(100, &["import", "users", &file], "").stdout.contains("inserted  "));
}

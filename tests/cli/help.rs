//! Every help text in one snapshot: a change of the command line shows in review.

use clap::Command;
use rollbook::cli::help::command;
use rollbook::commands::TOPICS;

use crate::sandbox::{Engine, Run, Sandbox, example};

fn write_help(command: &mut Command, path: &str, out: &mut String) {
    let path = format!("{path}{}", command.get_name());
    let help = command.render_long_help();
    out.extend(["$ ", &path, " --help\n", &help.to_string(), "\n"]);
    for subcommand in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        write_help(subcommand, &format!("{path} "), out);
    }
}

#[test]
fn help() {
    let mut out = String::new();
    let mut command = command().term_width(100);
    command.build();
    write_help(&mut command, "", &mut out);
    insta::assert_snapshot!(out);
}

#[test]
fn the_command_tree_is_consistent() {
    command().debug_assert();
}

/// The path of every command that has no subcommands, and its help.
fn leaves(command: &mut Command, path: &str, found: &mut Vec<(String, String)>) {
    for subcommand in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        let path = format!("{path} {}", subcommand.get_name()).trim_start().to_owned();
        if subcommand.has_subcommands() {
            leaves(subcommand, &path, found);
        } else {
            found.push((path, subcommand.render_long_help().to_string()));
        }
    }
}

fn all_leaves() -> Vec<(String, String)> {
    let mut root = command();
    root.build();
    let mut found = Vec::new();
    leaves(&mut root, "", &mut found);
    found
}

#[test]
fn every_example_works_on_the_sample_data() {
    let sample = Sandbox::empty(Engine::Sqlite);
    sample.ok(&["import", "all", &example("")]);
    sample.ok(&["actions", "feed", "nudges", "--limit", "42"]);
    sample.ok(&["users", "feed", "crm"]);
    sample.ok(&["users", "alias", "add", "usr_42_maya", "maya@old.example.com"]);
    let picture = ["--profile-img", "https://example.com/p.png"];
    sample.ok(&[&["users", "update", "usr_003", "--operation-id", "ticket-4711"], &picture[..]].concat());
    let run_id = sample.value("max(id)", "FROM import_run");
    let program = assert_cmd::cargo::cargo_bin!("rollbook");
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    for (path_of_command, help) in all_leaves() {
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("no examples: {path_of_command}"));
        let commands: Vec<&str> = examples
            .lines()
            .filter_map(|line| line.strip_prefix("  ").filter(|line| line.starts_with("rollbook ")))
            .collect();
        assert!(
            commands.len() >= 2
                || [
                    "migrate status",
                    "audit show",
                    "db verify",
                    "db restore",
                    "db copy",
                    "migrate grants",
                    "config path",
                    "config edit",
                    "import wizard"
                ]
                .contains(&path_of_command.as_str()),
            "{path_of_command}: {}",
            commands.len()
        );
        for example in commands {
            if example.contains("postgres://")
                || example == "rollbook config edit"
                || example.starts_with("rollbook import wizard")
            {
                continue; // There is no such server, nor a person with an editor.
            }
            assert!(example.starts_with(&format!("rollbook {path_of_command}")), "{example}");
            let t = Sandbox::empty(Engine::Sqlite);
            for name in ["test.db", "backup.db"] {
                std::fs::copy(sample.path("test.db"), t.path(name)).unwrap();
            }
            t.file(".config/rollbook/config.toml", "limit = 20\n[profile.dev]\nactor = \"dev\"\n");
            let example = match example.split_once("run_") {
                Some((before, _)) => format!("{before}{run_id}"),
                None => example.replace("community.db", "test.db"),
            };
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &example]).env_clear().env("PATH", &path).env("HOME", t.path(""));
            // Some write files.
            let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
            std::os::unix::fs::symlink(examples, t.path("examples")).unwrap();
            shell.env("ROLLBOOK_DATABASE_URL", &t.url).current_dir(t.path(""));
            let run = Run::of(shell.stdin(std::process::Stdio::null()).output().unwrap());
            assert_eq!(run.status, 0, "{example}\n{run}");
        }
    }
}

#[test]
fn topics_are_printed_without_a_database() {
    let t = Sandbox::empty(Engine::Sqlite);
    for topic in TOPICS.iter().map(|(name, _)| *name).chain(["options"]) {
        let text = t.ok(&["help", topic]);
        assert!(text.lines().count() > 10 && text.lines().all(|line| line.chars().count() <= 100), "{topic}");
    }
    assert!(t.ok(&["help", "users", "list"]).contains("rollbook users list"));
    let stderr = t.fails(2, &["help", "nonsense"]);
    assert!(stderr.contains("no help for \"nonsense\"") && stderr.contains("exit-codes"), "{stderr}");
    assert!(t.ok(&["help", "options"]).contains("--database-url <URL>"));
    assert!(!t.ok(&["users", "list", "--help"]).contains("--database-url <URL>"));
}

/// An option that a topic names exists.
#[test]
fn topics_name_existing_options() {
    fn collect(command: &Command, options: &mut Vec<String>) {
        options
            .extend(command.get_arguments().filter_map(|argument| argument.get_long()).map(|long| format!("--{long}")));
        command.get_subcommands().for_each(|command| collect(command, options));
    }
    let mut options = Vec::new();
    let mut root = command();
    root.build();
    collect(&root, &mut options);
    for (name, text) in TOPICS {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| word.starts_with("--")) {
            let word = word.trim_end_matches('-');
            assert!(word.is_empty() || options.iter().any(|option| option == word), "{name}: {word}");
        }
    }
}

#[test]
fn short_help_fits_on_a_screen() {
    let t = Sandbox::empty(Engine::Sqlite);
    for (path, _) in all_leaves() {
        let args: Vec<&str> = path.split(' ').chain(["-h"]).collect();
        let help = t.ok(&args);
        assert!(help.lines().count() <= 24, "{help}");
    }
    assert!(t.ok(&["-h"]).lines().count() <= 24);
}

/// What is wrong with a command line is quoted without the control characters of its arguments.
#[test]
fn usage_error_cannot_take_over_the_terminal() {
    let t = Sandbox::empty(Engine::Sqlite);
    for hostile in ["--\u{1b}[2Jx", "\u{1b}]0;title\u{7}", "\u{202e}evil", "a\nerror: fake\u{9b}"] {
        for args in
            [&[hostile][..], &["users", hostile], &["users", "list", hostile], &["users", "list", "--role", hostile]]
        {
            let stderr = t.fails(2, args);
            assert!(!stderr.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']), "{stderr:?}");
        }
    }
}

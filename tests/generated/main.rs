//! Checks the generated files of the repository: the shell completions, the reference, the example data and the
//! list of messages.
//!
//! `make completions examples` regenerates them (with `ROLLBOOK_WRITE_GENERATED=1`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rollbook::cli::help::command;
use rollbook::commands::Shell;
use rollbook::commands::TOPICS;

mod messages;

#[path = "../../examples/spring-cohort/main.rs"]
#[expect(dead_code, reason = "its main writes to another directory")]
mod spring_cohort;

/// Asserts that the file has this content; with `ROLLBOOK_WRITE_GENERATED=1`, writes it first.
fn check(path: &Path, content: &[u8]) {
    if std::env::var_os("ROLLBOOK_WRITE_GENERATED").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let current = fs::read(path).unwrap_or_default();
    assert!(current == content, "{} is not current: run `make completions examples`", path.display());
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn completions_are_current() {
    for (shell, name) in [
        (Shell::Bash, "rollbook.bash"),
        (Shell::Zsh, "_rollbook"),
        (Shell::Fish, "rollbook.fish"),
        (Shell::Powershell, "_rollbook.ps1"),
        (Shell::Elvish, "rollbook.elv"),
    ] {
        check(&repository().join("completions").join(name), &shell.registration().unwrap());
    }
}

#[test]
fn the_reference_is_current() {
    fn add(command: &mut clap::Command, path: &str, text: &mut String) {
        let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        // Some commands with subcommands do something by themselves.
        if !path.is_empty() && !command.is_subcommand_required_set() {
            let help = command.clone().term_width(100).render_long_help().to_string();
            let help: Vec<&str> = help.lines().map(str::trim_end).collect();
            writeln!(text, "## {path}\n\n```text\n{}\n```\n", help.join("\n").trim_end()).unwrap();
        }
        for name in names.iter().filter(|name| *name != "help") {
            let path = format!("{path} {name}");
            add(command.find_subcommand_mut(name).unwrap(), path.trim_start(), text);
        }
    }
    let generated = "<!-- Generated from the program: make completions examples -->\n\n";
    let mut commands = format!("# Commands\n\n{generated}");
    let mut root = command();
    root.build();
    add(&mut root, "", &mut commands);
    let folder = repository().join("docs/src/reference");
    check(&folder.join("commands.md"), commands.as_bytes());
    let mut topics = format!("# Topics\n\n{generated}");
    for (name, text) in TOPICS {
        writeln!(topics, "## {name}\n\n```text\n{}\n```\n", text.trim_end()).unwrap();
    }
    check(&folder.join("topics.md"), topics.as_bytes());
}

/// What cargo-deny checks, without it: `make deny` does the same, and more.
#[test]
fn dependencies_have_allowed_licences_and_sources() {
    let policy = fs::read_to_string(repository().join("deny.toml")).unwrap();
    let (_, allowed) = policy.split_once("allow = [").unwrap();
    let allowed: Vec<&str> = allowed.split(']').next().unwrap().split('"').skip(1).step_by(2).collect();
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &platform]);
    cargo.current_dir(repository());
    let metadata = cargo.output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let name = package["name"].as_str().unwrap();
        if name == "rollbook" {
            continue;
        }
        let source = package["source"].as_str().unwrap_or_default();
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
        let licence = package["license"].as_str().unwrap_or_default();
        // One of the alternatives, and all of what is joined.
        let is_allowed =
            |text: &str| text.split(" AND ").all(|part| allowed.contains(&part.trim_matches(['(', ')', ' '])));
        let alternatives = licence.replace('/', " OR ");
        let is_fine = alternatives.split(" OR ").any(is_allowed)
            || licence
                .split(" AND ")
                .all(|part| part.split(" OR ").any(|one| allowed.contains(&one.trim_matches(['(', ')', ' ']))));
        assert!(is_fine, "{name}: {licence}");
    }
}

#[test]
fn the_example_data_is_current() {
    let folder = tempfile::tempdir().unwrap();
    spring_cohort::write(folder.path()).unwrap();
    for name in ["users.csv", "actions.csv", "champions.csv"] {
        let written = fs::read(folder.path().join(name)).unwrap();
        check(&repository().join("examples/spring-cohort").join(name), &written);
    }
}

//! Checks the generated files of the repository: the shell completions and the example data.
//!
//! `make completions examples` regenerates them (with `ROLLBOOK_WRITE_GENERATED=1`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use rollbook::cli::help::command;

#[path = "../examples/spring-cohort/main.rs"]
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
    for (shell, name) in [(Shell::Bash, "rollbook.bash"), (Shell::Zsh, "_rollbook"), (Shell::Fish, "rollbook.fish")] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(), "rollbook", &mut script);
        check(&repository().join("completions").join(name), &script);
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

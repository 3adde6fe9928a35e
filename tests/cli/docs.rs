//! The documentation: its links lead somewhere, and its commands work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::sandbox::{Engine, Run, Sandbox};

fn pages() -> Vec<PathBuf> {
    fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md"), root.join("ARCHITECTURE.md"), root.join("CHANGELOG.md")];
    collect(&root.join("docs/src"), &mut found);
    found.sort();
    found
}

/// The part of an address that a heading has.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut links = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for (_, rest) in text.match_indices("](").map(|(at, _)| text.split_at(at + 2)) {
            let link = rest.split(')').next().unwrap();
            if link.contains("://") || link.contains('\n') {
                continue;
            }
            links += 1;
            let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            assert!(target.exists(), "{}: {link}", page.display());
            if let Some(heading) = heading {
                let text = fs::read_to_string(&target).unwrap();
                assert!(
                    text.lines().any(|line| line.starts_with('#') && anchor(line) == heading),
                    "{}: {link}",
                    page.display()
                );
            }
        }
    }
    assert!(links > 10, "{links}");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src");
    let summary = fs::read_to_string(root.join("SUMMARY.md")).unwrap();
    for page in pages().iter().filter_map(|page| page.strip_prefix(&root).ok()) {
        let name = page.to_str().unwrap();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name}");
    }
}

/// Runs the commands of a page, one block after the other, in a directory with the examples.
fn run_blocks(page: &str, first: &[&str]) {
    let t = Sandbox::empty(Engine::Sqlite);
    std::os::unix::fs::symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"), t.path("examples")).unwrap();
    fs::create_dir_all(t.path(".config/rollbook")).unwrap();
    fs::write(t.path(".config/rollbook/prod.url"), "sqlite:prod.db").unwrap();
    let program = assert_cmd::cargo::cargo_bin!("rollbook").parent().unwrap().display().to_string();
    let run = |script: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-ec", script]).env_clear().env("PATH", format!("{program}:/usr/bin:/bin")).env("HOME", t.path(""));
        Run::of(shell.current_dir(t.path("")).stdin(Stdio::null()).output().unwrap())
    };
    for command in first {
        assert_eq!(run(command).status, 0, "{command}");
    }
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src").join(page)).unwrap();
    let mut blocks = 0;
    for block in text.split("```sh\n").skip(1) {
        let script = block.split("```").next().unwrap();
        blocks += 1;
        let run = run(script);
        assert_eq!(run.status, 0, "{script}\n{run}");
        assert!(!run.stderr.contains("usage") && !run.stderr.contains("unexpected argument"), "{script}\n{run}");
    }
    assert!(blocks > 5, "{page}");
}

#[test]
fn the_tutorial_works_word_for_word() {
    run_blocks("tutorial.md", &[]);
}

#[test]
fn every_recipe_works() {
    run_blocks("how-to.md", &["rollbook import all examples/spring-cohort"]);
}

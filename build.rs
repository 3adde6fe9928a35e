//! Rebuilds when a migration is added, which `embed_migrations!` alone does not notice; and what `rollbook --version
//! --verbose` says of the build: the commit, and the versions of the libraries in C.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=.git/HEAD");
    println!("cargo::rerun-if-changed=.git/logs/HEAD");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let commit = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    let commit = commit.ok().filter(|output| output.status.success());
    let commit = commit.and_then(|output| String::from_utf8(output.stdout).ok());
    println!("cargo::rustc-env=ROLLBOOK_COMMIT={}", commit.as_deref().map_or("unknown", str::trim));
    let lock = std::fs::read_to_string("Cargo.lock").unwrap_or_default();
    for (variable, package) in [("ROLLBOOK_LIBPQ", "pq-src"), ("ROLLBOOK_OPENSSL", "openssl-src")] {
        println!("cargo::rustc-env={variable}={}", bundled_version(&lock, package).unwrap_or("unknown"));
    }
}

/// The version of the library that a package of sources brings: after the `+` in its own version.
fn bundled_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    let (version, _) = rest.split_once('"')?;
    Some(version.split_once('+').map_or(version, |(_, bundled)| bundled.trim_start_matches("libpq-")))
}

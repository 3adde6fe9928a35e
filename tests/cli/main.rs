//! Runs the program as a user runs it, each test on SQLite and on PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod actions;
mod champions;
mod database;
mod help;
mod import;
mod migrate;
mod output;
mod sandbox;
mod schema;
#[cfg(feature = "tls")]
mod tls;
mod users;

/// Declares tests that run once on each engine, each with a database of its own, migrated.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($sandbox:ident) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(clippy::allow_attributes, unused_imports, reason = "not every body needs them")]
            use super::*;

            fn body($sandbox: &crate::sandbox::Sandbox) $body

            #[test]
            fn sqlite() {
                body(&crate::sandbox::Sandbox::migrated(crate::sandbox::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                body(&crate::sandbox::Sandbox::migrated(crate::sandbox::Engine::Postgres));
            }
        }
    )+ };
}
pub(crate) use on_both_engines;

#[test]
fn no_test_file_is_forgotten() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|extension| extension == "rs") && name != "main" {
            assert!(main.contains(&format!("mod {name};")), "tests/cli/{name}.rs is no module of tests/cli/main.rs");
        }
    }
}

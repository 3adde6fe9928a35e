//! Runs the program as a user runs it, each test on SQLite and on PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod actions;
mod audit;
mod champions;
mod cluster;
mod conventions;
mod copy;
mod database;
mod docs;
mod doctor;
mod help;
mod import;
mod installed;
mod languages;
mod lists;
mod migrate;
mod other_server;
mod output;
mod output_formats;
mod people;
mod pooler;
mod privacy;
mod proxy;
mod report;
mod rules;
mod safety;
mod sandbox;
mod schema;
mod settings;
mod standby;
#[cfg(feature = "tls")]
mod tls;
mod undo;
mod users;
mod zones;

/// Declares tests that run on each engine, each with its own migrated database.
macro_rules! on_both_engines {
    ($(fn $name:ident($sandbox:ident) $body:block)+) => { $(
        fn $name($sandbox: &crate::sandbox::Sandbox) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&crate::sandbox::Sandbox::migrated(crate::sandbox::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                super::$name(&crate::sandbox::Sandbox::migrated(crate::sandbox::Engine::Postgres));
            }
        }
    )+ };
}
pub(crate) use on_both_engines;

#[test]
fn every_test_file_is_declared_as_a_module() {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    for (folder, root) in [
        ("", "main.rs"),
        ("import", "import.rs"),
        ("users", "users.rs"),
        ("champions", "champions.rs"),
        ("actions", "actions.rs"),
    ] {
        let modules = std::fs::read_to_string(tests.join(root)).unwrap();
        for entry in std::fs::read_dir(tests.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.extension().is_some_and(|extension| extension == "rs") && name != "main" {
                assert!(
                    modules.contains(&format!("mod {name};")),
                    "{} is not declared as a module in {root}",
                    path.display()
                );
            }
        }
    }
}

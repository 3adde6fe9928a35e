//! Rebuilds when a migration is added: `embed_migrations!` alone does not notice a new directory.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}

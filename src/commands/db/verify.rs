use std::path::{Path, PathBuf};

use super::programs::{self, Backup};
use super::tables::TABLES;
use crate::commands::doctor::problems;
use crate::context::{Command, Context};
use crate::db::{Access, Database, DatabaseUrl, migrations};
use crate::error::{ExitStatus, Failure};
use crate::output::{Output, plural};

/// Check a backup: that it can be read to its end, and has all tables and guards
///
/// A SQLite file is checked like doctor checks a database; a dump of PostgreSQL is read to its end by pg_restore.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The backup
    file: PathBuf,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Examine
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let database = ctx.database().clone();
        verify(&self.file, &database, &ctx.out)?;
        ctx.out.status(format_args!("{} is a complete backup", self.file.display()));
        Ok(ExitStatus::Done)
    }
}

/// Checks a backup.
///
/// # Errors
/// When it is damaged or incomplete, or the program that reads it is missing.
pub(super) fn verify(file: &Path, database: &Database, out: &Output) -> anyhow::Result<()> {
    let broken = |problem: String| Failure::failed(format!("{}: {problem}", file.display()));
    match Backup::of_file(file)? {
        Backup::Sqlite => {
            let url = DatabaseUrl::of_file(file);
            let mut db = Database { url: url.clone(), ..database.clone() }.open(Access::Examine)?;
            if let Some(problem) = problems(&mut db)?.into_iter().next() {
                return Err(broken(problem).into());
            }
            let rows = migrations::row_counts(&mut db.conn)?;
            let counts: Vec<String> =
                rows.iter().map(|(table, rows)| format!("{table} {}", plural(rows.unsigned_abs(), "row"))).collect();
            out.status(format_args!("{}: {}", file.display(), counts.join(", ")));
        }
        Backup::Postgres => {
            let contents = programs::run("pg_restore", &["--list".into(), file.into()], None)?;
            let missing = TABLES.iter().find(|table| {
                !contents.lines().any(|line| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    words.windows(2).any(|pair| pair == ["TABLE", "DATA"]) && words.contains(&table.name)
                })
            });
            if let Some(table) = missing {
                return Err(broken(format!("it has no data of table {}", table.name)).into());
            }
            // Reads and decompresses everything.
            programs::run("pg_restore", &["--file=/dev/null".into(), file.into()], None)?;
        }
    }
    Ok(())
}

use std::path::{Path, PathBuf};

use super::programs::{self, Backup};
use crate::commands::doctor::problems;
use crate::context::{Command, Context};
use crate::db::migrations::{self, State};
use crate::db::{Access, Database, DatabaseUrl};
use crate::error::{ExitStatus, Failure};
use crate::output::{Output, plural};
use crate::text::Quoted as _;

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
        verify(&self.file, &self.file, &database, &ctx.out)?;
        ctx.out.status(format_args!("{} is a complete backup", self.file.quoted()));
        Ok(ExitStatus::Done)
    }
}

/// The parts of every version: a dump of an earlier one lacks others, and is complete.
const OF_EVERY_VERSION: [(&str, &[&str]); 5] = [
    ("TABLE", &["user"]),
    ("TABLE", &["user_action"]),
    ("TABLE", &["champion"]),
    ("INDEX", &["user_action_idempotency_key_unique"]),
    ("TRIGGER", &["user_action", "user_action_no_change"]),
];

/// What the list of a dump's contents lacks of what the migrations make, or made at an earlier version: the first part.
fn missing_from_dump(contents: &str, is_current: bool) -> Option<String> {
    // As in `230; 1259 16395 TABLE DATA public user_action owner`: the kind, the schema, and for some the table.
    let listed: Vec<Vec<&str>> = contents.lines().map(|line| line.split_whitespace().skip(3).collect()).collect();
    let has = |kind: &[&str], names: &[&str]| {
        listed.iter().any(|words| {
            words.strip_prefix(kind).and_then(|words| words.get(1..)).is_some_and(|words| words.starts_with(names))
        })
    };
    let of_every_version = |(kind, names): &(&str, Vec<String>)| {
        let is_listed_table = *kind == "TABLE DATA" && has(&["TABLE"], &[names[0].as_str()]);
        is_listed_table || OF_EVERY_VERSION.iter().any(|(other, parts)| kind == other && names == parts)
    };
    let parts = migrations::parts_of_dump().into_iter();
    parts.filter(|part| is_current || of_every_version(part)).find_map(|(kind, names)| {
        let kind: Vec<&str> = kind.split(' ').collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        (!has(&kind, &names)).then(|| format!("{} {}", kind.join(" ").to_lowercase(), names.join(" ")))
    })
}

const OF_EARLIER_VERSION: &str = "the backup is of an earlier version: after restoring it, rollbook migrate run";

/// Checks a backup, which messages name as `shown`.
///
/// # Errors
/// When it is damaged or incomplete, or the program that reads it is missing.
pub(super) fn verify(file: &Path, shown: &Path, database: &Database, out: &Output) -> anyhow::Result<()> {
    let broken = |problem: String| Failure::failed(format!("{}: {problem}", shown.quoted()));
    match Backup::of_file(file)? {
        Backup::Sqlite => {
            let url = DatabaseUrl::of_file(file);
            let mut db = Database { url: url.clone(), ..database.clone() }.open(Access::Examine)?;
            if let Some(problem) = problems(&mut db)?.into_iter().next() {
                return Err(broken(problem).into());
            }
            if let State::Pending(_) = migrations::state(&mut db.conn)? {
                out.note(OF_EARLIER_VERSION);
            }
            let rows = migrations::row_counts(&mut db.conn)?;
            let counts: Vec<String> =
                rows.iter().map(|(table, rows)| format!("{table} {}", plural(rows.unsigned_abs(), "row"))).collect();
            out.status(format_args!("{}: {}", shown.quoted(), counts.join(", ")));
        }
        Backup::Postgres => {
            let contents = programs::run("pg_restore", &["--list".into(), file.into()], None)?;
            let table = "--table=__diesel_schema_migrations";
            let applied = programs::run(
                "pg_restore",
                &["--data-only".into(), table.into(), "--file=-".into(), file.into()],
                None,
            )?;
            let is_current = applied.lines().any(|line| line.starts_with(&migrations::latest_version()));
            if !is_current {
                out.note(OF_EARLIER_VERSION);
            }
            if let Some(missing) = missing_from_dump(&contents, is_current) {
                return Err(broken(format!("it has no {missing}"))
                    .hint("dump the whole database: rollbook db backup")
                    .into());
            }
            // Reads and decompresses everything.
            programs::run("pg_restore", &["--file=/dev/null".into(), file.into()], None)?;
        }
    }
    Ok(())
}

use anyhow::Context as _;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::migrations::{self, State};
use crate::db::{Access, Db};
use crate::error::ExitStatus;
use crate::models::{FormerEmail, LOST_KEY, RESTORE_KEY};
use crate::output::{ArrangeArgs, Record, plural, thousands};
use crate::text::Quoted as _;

/// Check that tables, guards, settings, disk and the order of the feed are intact
///
/// Every table, column, constraint, index, trigger and function is compared with what the migrations make. Prints a line for
/// each check, and exits with code 1 if one fails. Nothing is changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// The result of one check.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    found: String,
    /// What to do about it.
    cure: Option<String>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Examine
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        self.arrange.check::<Check>()?;
        let (db, out) = ctx.open()?;
        let checks = checks(db)?;
        let failed = checks.iter().filter(|check| !check.ok).count();
        self.arrange.print(&checks, out)?;
        if failed == 0 {
            return Ok(ExitStatus::Done);
        }
        out.problem(format_args!("{} failed", plural(failed as u64, "check")));
        Ok(ExitStatus::Failed)
    }
}

/// What is wrong with a database itself, wherever it is, in the order of the checks. Of an earlier version, only the data is
/// checked.
///
/// # Errors
/// When the database fails.
pub(super) fn problems(db: &mut Db) -> anyhow::Result<Vec<String>> {
    let checks = match migrations::state(&mut db.conn)? {
        State::Pending(_) => settings(db)?,
        _ => checks_of_content(db)?,
    };
    let failed = checks.into_iter().filter(|check| !check.ok);
    Ok(failed.map(|check| format!("{}: {}", check.name, check.found)).collect())
}

/// The checks of a database, and of where it is.
fn checks(db: &mut Db) -> anyhow::Result<Vec<Check>> {
    let mut checks = checks_of_content(db)?;
    if migrations::state(&mut db.conn)? != State::Current {
        return Ok(checks);
    }
    let engine = db.conn.engine();
    let foreign = engine.foreign_log(&mut db.conn)?;
    let generation = engine.generation(&mut db.conn)?;
    checks.extend(Check::all("feed", &generation, foreign));
    checks.push(disk(db)?);
    Ok(checks)
}

fn settings(db: &mut Db) -> anyhow::Result<Vec<Check>> {
    let problems = db.conn.engine().data_problems(&mut db.conn)?;
    Ok(Check::all("settings", "no setting endangers data", problems))
}

fn checks_of_content(db: &mut Db) -> anyhow::Result<Vec<Check>> {
    let engine = db.conn.engine();
    let mut checks = vec![Check::passed("engine", engine.version(&mut db.conn)?)];
    let state = migrations::state(&mut db.conn)?;
    if state != State::Current {
        let (found, cure) = match state {
            State::Newer(versions) => (
                format!("migrated by a newer version of rollbook ({})", versions.join(", ")),
                "install that version of rollbook, or a later one",
            ),
            State::Pending(names) | State::Empty(names) => {
                (format!("{} pending", plural(names.len() as u64, "migration")), "rollbook migrate run")
            }
            State::Copying => {
                ("a part of another database: a copy has not ended".to_owned(), "run the same rollbook db copy again")
            }
            State::Current | State::Foreign => {
                ("tables of another program".to_owned(), "use another database: --database-url URL")
            }
        };
        checks.push(Check::failed("schema", found, cure));
        return Ok(checks);
    }
    checks.push(Check::passed("schema", "all migrations are applied".to_owned()));
    checks.extend(Check::all(
        "guards",
        "tables, indexes, triggers and functions are those of the migrations",
        engine.schema_problems(&mut db.conn)?,
    ));
    checks.extend(settings(db)?);
    let problems = engine.content_problems(&mut db.conn)?;
    checks.extend(Check::all("content", "no row contradicts another", problems));
    if FormerEmail::is_key_lost(&mut db.conn)? {
        checks.push(Check::failed("privacy", LOST_KEY.to_owned(), RESTORE_KEY));
    }
    Ok(checks)
}

/// Whether there is space for another copy of the database, which a backup beside it needs, and VACUUM after an erasure.
fn disk(db: &mut Db) -> anyhow::Result<Check> {
    let size = db.conn.engine().size(&mut db.conn)?.unsigned_abs();
    let of_database = format!("the database has {}", megabytes(size));
    let Some(path) = db.url().path() else {
        return Ok(Check::passed("disk", format!("{of_database}; only the server knows how much is free")));
    };
    let disk = rustix::fs::statvfs(path).with_context(|| format!("cannot read {}", path.quoted()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let found = format!("{of_database}, {} free", megabytes(free));
    let cure = "free some: a backup beside it, and VACUUM after an erasure, need as much as the database has";
    Ok(if free < size { Check::failed("disk", found, cure) } else { Check::passed("disk", found) })
}

/// A number of bytes, to the megabyte above.
fn megabytes(bytes: u64) -> String {
    format!("{} MB", thousands(bytes.div_ceil(1_000_000)))
}

impl Check {
    const fn passed(check: &'static str, found: String) -> Self {
        Self { name: check, ok: true, found, cure: None }
    }

    fn failed(check: &'static str, found: String, cure: impl Into<String>) -> Self {
        Self { name: check, ok: false, found, cure: Some(cure.into()) }
    }

    /// A failed check for each problem, or one that passed.
    fn all<C: Into<String>>(
        check: &'static str,
        passed: &str,
        problems: impl IntoIterator<Item = (String, C)>,
    ) -> Vec<Self> {
        let failed: Vec<Self> =
            problems.into_iter().map(|(problem, cure)| Self::failed(check, problem, cure)).collect();
        if failed.is_empty() { vec![Self::passed(check, passed.to_owned())] } else { failed }
    }
}

impl Record for Check {
    const COLUMNS: &'static [&'static str] = &["name", "ok", "found", "cure"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;
    const PROSE: &'static [&'static str] = &["found", "cure"];

    fn cells(&self) -> Vec<String> {
        let ok = if self.ok { "ok" } else { "FAILED" };
        vec![self.name.to_owned(), ok.to_owned(), self.found.clone(), self.cure.clone().unwrap_or_default()]
    }

    fn id(&self) -> &str {
        self.name
    }
}

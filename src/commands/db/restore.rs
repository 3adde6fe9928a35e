use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::Builder;

use super::programs::{self, Backup};
use super::verify::verify;
use crate::commands::doctor::problems;
use crate::context::{Command, Context};
use crate::db::{Access, Database, DatabaseUrl, migrations};
use crate::error::{ExitStatus, Failure};
use crate::interrupt::temporary_file;
use crate::output::{Output, plural};
use crate::text::{Quoted as _, shell_quoted};

/// Restore a backup into another database
///
/// The backup is verified first, and the restored database afterwards. A database that has data is replaced only with
/// --confirm NAME. A dump of PostgreSQL is restored by pg_restore in one transaction.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The backup
    file: PathBuf,
    /// URL of the database to restore into
    #[arg(long, value_name = "URL")]
    to: String,
    /// Name of the database, if it has data that the backup is to replace
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// Show what would be restored, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Examine
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let to = ctx.named_database("--to", &self.to)?;
        let url = to.url.clone();
        let out = &ctx.out;
        let backup = Backup::of_file(&self.file)?;
        if (backup == Backup::Sqlite) != url.is_sqlite() {
            let (is, other) =
                if backup == Backup::Sqlite { ("SQLite", "PostgreSQL") } else { ("PostgreSQL", "SQLite") };
            let message = format!("{} is a backup of {is}, but --to is a database of {other}", self.file.quoted());
            let hint = format!("restore it to a database of {is}, then copy that: rollbook db copy FROM TO");
            return Err(Failure::usage(message).hint(hint).into());
        }
        verify(&self.file, &self.file, &to, out)?;
        let replaced = self.check_replaced(&to, out)?;
        if self.dry_run {
            out.status(format_args!("would restore {} to {url}", self.file.quoted()));
            return Ok(ExitStatus::Done);
        }
        ctx.admit_change(&url)?;
        let out = &ctx.out;
        if let Some(path) = url.path() {
            restore_file(&self.file, path, replaced, &to, out)?;
        } else {
            check_roles(&self.file, &to)?;
            let mut arguments = vec!["--single-transaction".into(), "--exit-on-error".into(), "--no-owner".into()];
            if replaced {
                arguments.extend(["--clean".into(), "--if-exists".into()]);
            }
            arguments.push(self.file.clone().into());
            programs::run("pg_restore", &arguments, Some(&url))?;
        }
        let mut db = to.open(Access::Examine)?;
        for problem in problems(&mut db)? {
            out.note(problem);
        }
        let rows: i64 = migrations::row_counts(&mut db.conn)?.iter().map(|(_, rows)| rows).sum();
        out.status(format_args!("restored {} to {url}", plural(rows.unsigned_abs(), "row")));
        if let Some((reason, cure)) = db.conn.engine().foreign_log(&mut db.conn)? {
            out.note(reason);
            out.hint(cure);
        }
        Ok(ExitStatus::Done)
    }
}

impl Args {
    /// Whether the database has tables that are replaced.
    fn check_replaced(&self, to: &Database, out: &Output) -> anyhow::Result<bool> {
        if to.is_missing() {
            return Ok(false);
        }
        let mut db = to.open(Access::Examine)?;
        let counts = migrations::row_counts(&mut db.conn)?;
        let lost: Vec<String> = counts
            .iter()
            .filter(|(_, rows)| *rows > 0)
            .map(|(table, rows)| format!("{table} ({})", plural(rows.unsigned_abs(), "row")))
            .collect();
        if lost.is_empty() {
            return Ok(!counts.is_empty());
        }
        let name = to.url.name();
        out.status(format_args!("{} has data: {}", to.url, lost.join(", ")));
        match &self.confirm {
            Some(given) if *given == name => Ok(true),
            Some(_) => Err(Failure::failed("--confirm does not match the name of the database")
                .hint(format!("the name is {name}"))
                .into()),
            None => Err(Failure::usage(format!("refusing to replace the data of {}", to.url))
                .hint(format!("add --confirm {} to replace it", shell_quoted(&name)))
                .into()),
        }
    }
}

/// Checks that the server has the roles to which a dump grants rights: without them, pg_restore would stop at the first.
///
/// # Errors
/// When a role is missing (exit code 6).
fn check_roles(dump: &Path, to: &Database) -> anyhow::Result<()> {
    let schema = programs::run("pg_restore", &["--schema-only".into(), "--file=-".into(), dump.into()], None)?;
    let named = roles_of_rights(&schema);
    let mut db = to.open(Access::Examine)?;
    let missing = db.conn.engine().missing_roles(&named, &mut db.conn)?;
    if missing.is_empty() {
        return Ok(());
    }
    let create: Vec<String> =
        missing.iter().map(|role| format!("CREATE ROLE \"{}\"", role.replace('"', "\"\""))).collect();
    Err(Failure::not_found(format!(
        "the backup grants rights to roles that {} does not have: {}",
        to.url,
        missing.join(", ")
    ))
    .hint(format!("create them first, in psql: {}", create.join("; ")))
    .into())
}

/// The roles that statements grant rights to, or take them from.
fn roles_of_rights(schema: &str) -> Vec<String> {
    let rights = schema.lines().filter(|line| line.starts_with("GRANT ") || line.starts_with("REVOKE "));
    let role = |line: &str| {
        let (_, role) = line.rsplit_once(" TO ").or_else(|| line.rsplit_once(" FROM "))?;
        let role = role.trim_end_matches(';').trim_end_matches(" WITH GRANT OPTION");
        let bare = role.strip_prefix('"').and_then(|role| role.strip_suffix('"'));
        Some(bare.map_or_else(|| role.to_owned(), |role| role.replace("\"\"", "\"")))
    };
    let roles: BTreeSet<String> = rights.filter_map(role).filter(|role| role != "PUBLIC").collect();
    roles.into_iter().collect()
}

/// Puts a copy of the backup in the place of a SQLite file, if no other process has that open.
fn restore_file(backup: &Path, path: &Path, replaces: bool, to: &Database, out: &Output) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.quoted());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = &mut Builder::new();
    names.prefix(".rollbook-restore-");
    let (temporary, _leftover) = temporary_file(names, directory).with_context(cannot)?;
    let url = DatabaseUrl::of_file(backup);
    Database { url, ..to.clone() }.open(Access::Examine)?.copy_file_to(temporary.path())?;
    verify(temporary.path(), path, to, out)?;
    temporary.as_file().sync_all().with_context(cannot)?;
    let locked = if to.is_missing() { None } else { Some(to.open(Access::Migrate { create: false })?) };
    if let Some(mut db) = locked {
        // It has the file for itself then, and all of it is in the file.
        if !db.leave_write_ahead_log() {
            let message = format!("another process has {} open", path.quoted());
            return Err(Failure::new(ExitStatus::Unavailable, message)
                .hint("stop it, then run the command again")
                .into());
        }
        temporary.persist(path).map_err(|error| error.error).with_context(cannot)?;
    } else if replaces {
        temporary.persist(path).map_err(|error| error.error).with_context(cannot)?;
    } else {
        temporary.persist_noclobber(path).map_err(|error| error.error).with_context(cannot)?;
    }
    fs::File::open(directory).and_then(|directory| directory.sync_all()).with_context(cannot)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::roles_of_rights;

    #[test]
    fn roles_are_read_from_the_statements_of_a_dump() {
        let schema = "GRANT SELECT ON TABLE public.\"user\" TO reader;\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;\n\
                      GRANT INSERT(id),SELECT(id) ON TABLE x TO \"odd \"\" role\";\nGRANT ALL ON TABLE x TO op WITH GRANT OPTION;\n\
                      -- GRANT nothing TO nobody;\nCOMMENT ON TABLE x IS 'TO y';\nGRANT SELECT ON TABLE z TO reader;";
        assert_eq!(roles_of_rights(schema), ["odd \" role", "op", "reader"]);
    }
}

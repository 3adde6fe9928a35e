use std::path::PathBuf;

use anyhow::Context as _;
use diesel::prelude::*;

use super::certificate::{self, Certificate};
use super::trace::{Trace, places};
use crate::clock::Clock;
use crate::context::{Command, Context};
use crate::db::{Access, Db, End, Lock, is_any_of};
use crate::error::{ExitStatus, Failure};
use crate::models::{User, change_or_not};
use crate::output::{Consent, FilesInUse, Output, plural};
use crate::schema::user;
use crate::selection::{BATCH, BulkArgs, Names, UserFilter, selected_users, user_meant, users_named};
use crate::text::shell_quoted;
use person::Erased;

mod person;

/// Permanently erase the personal data of users, named or matched by filters
///
/// Replaces email, name and origin with placeholders, removes picture and roles, ends open champion records (candidates
/// and selected are withdrawn, champions become alumni), and clears their notes and the personal values in the audit
/// trail; as the actor of other changes and in the names of imported files, the user becomes erased:ID. The user id, ended
/// champion records and the actions with their keys are kept, so that an event delivered again does not restore personal
/// data. To erase data that arrived later, repeat the command with the email of the placeholder.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Users, by id or email; omit them with --stdin, --file or a filter
    #[arg(value_name = "USER")]
    users: Vec<String>,
    /// Email address of a single user, as confirmation; asked for on a terminal
    #[arg(long, value_name = "EMAIL", requires = "users")]
    confirm: Option<String>,
    /// Also clear the metadata of the user's actions
    #[arg(long)]
    metadata: bool,
    /// Write a report of the erasure of a single user to a new JSON file; of the user, it contains only the id
    #[arg(long, value_name = "FILE", requires = "users", hide_short_help = true)]
    certificate: Option<PathBuf>,
    /// Leave copies of the data in free space of a SQLite file, until VACUUM clears them
    #[arg(long, hide_short_help = true)]
    no_vacuum: bool,
    #[command(flatten, next_help_heading = "Safety")]
    bulk: BulkArgs,
    #[command(flatten, next_help_heading = "Filters")]
    filter: Option<UserFilter>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let in_use = ctx.in_use.clone();
        let (db, out) = ctx.open()?;
        match (&self.users[..], self.bulk.has_list(), &self.filter) {
            ([_, _, ..], false, None) if self.confirm.is_some() || self.certificate.is_some() => {
                return Err(Failure::usage("--confirm and --certificate are for a single user").into());
            }
            ([user], false, None) if !self.bulk.yes => self.erase_one(user, &in_use, db, out)?,
            ([user], false, None) => {
                let failure = Failure::usage("--yes is for several users; one is confirmed by the email address");
                return Err(failure.hint(format!("rollbook users erase {user} --confirm EMAIL")).into());
            }
            ([_, _, ..], false, None) | ([], true, None) | ([], false, Some(_)) => self.erase_all(clock, db, out)?,
            ([], false, None) => {
                return Err(Failure::usage("missing USER").hint("rollbook users erase USER --confirm EMAIL").into());
            }
            _ => {
                return Err(Failure::usage("USER, a list (--stdin, --file) and filters cannot be combined").into());
            }
        }
        Ok(ExitStatus::Done)
    }
}

/// Fails if a write-ahead log is left that has what was erased: one repeated erasure clears it.
fn check_log(left: Option<&'static str>, erased: &[&User]) -> anyhow::Result<()> {
    let (Some(IN_LOG), Some(user)) = (left, erased.first()) else { return Ok(()) };
    let failure = Failure::new(
        ExitStatus::Unavailable,
        "another process reads the database: copies of what was erased remain in its file until that process ends",
    );
    let command = format!("rollbook users erase {} --confirm {}", shell_quoted(&user.id), user.email);
    Err(failure.hint(format!("end it, then: {command}")).into())
}

/// Where copies are left as long as another process reads the file.
const IN_LOG: &str = "the SQLite file and its write-ahead log, until the processes that read it have ended";

impl Args {
    fn erase_one(&self, user: &str, in_use: &FilesInUse, db: &mut Db, out: &mut Output) -> anyhow::Result<()> {
        let dry_run = self.bulk.dry_run;
        let certificate = self.certificate.as_deref().filter(|_| !dry_run);
        let certificate = certificate.map(|path| certificate::prepare(path, in_use)).transpose()?;
        let user = &user_meant(user, db, out)?;
        let mut traced = Vec::new();
        if dry_run || certificate.is_some() {
            let user = User::find(&mut db.conn, user)?;
            traced = places(&user, db)?;
        }
        if dry_run {
            out.list::<Trace, _>(traced.iter().map(Ok))?;
        }
        let confirm = self.confirmation(user, db, out)?;
        db.overwrite_what_is_deleted()?;
        let erased = change_or_not(dry_run, db, |db| {
            db.lock(Lock::Import)?;
            db.lock(Lock::Addresses)?;
            let erased = Erased::erase(user, confirm.as_deref(), self.metadata, db)?;
            Ok((erased, End::of_change(dry_run)))
        })?;
        let message = erased.message(self.metadata, dry_run);
        if dry_run {
            out.status(message);
            return Ok(());
        }
        // Before anything is printed, which may fail.
        let left = self.clear_free_space(db, out)?;
        if let Some(file) = certificate {
            for place in &mut traced {
                place.settle(self.metadata);
            }
            let certificate = Certificate::of(&erased.user.id, message.clone(), traced, left, db)?;
            certificate.write(file).context("the user is erased, but the certificate cannot be written")?;
        }
        out.changed(&erased.user, message)?;
        check_log(left, &[&erased.user])
    }

    /// What was given as confirmation, on the command line or to the question; `None` in a dry run.
    fn confirmation(&self, user: &str, db: &mut Db, out: &Output) -> anyhow::Result<Option<String>> {
        if self.bulk.dry_run || self.confirm.is_some() {
            return Ok(self.confirm.clone());
        }
        let user = User::find(&mut db.conn, user)?;
        let question = format!("Permanently erase {} ({})? Type the email address to confirm: ", user.id, user.name);
        let answer = db.while_waiting(|| out.ask(&question))?.ok_or_else(|| {
            Failure::usage(format!("refusing to erase {} without confirmation", user.id))
                .hint("add --confirm EMAIL with the email address of the user, or --dry-run")
        })?;
        if answer.is_empty() {
            return Err(Failure::failed("not confirmed").into());
        }
        Ok(Some(answer))
    }

    /// Erases the users of arguments, of a list or of filters, all or none.
    fn erase_all(&self, clock: Clock, db: &mut Db, out: &mut Output) -> anyhow::Result<()> {
        let names = match self.bulk.names()? {
            None if !self.users.is_empty() => Some(Names::of_arguments(&self.users)),
            names => names,
        };
        let ids = match (names, &self.filter) {
            (Some(names), _) => users_named(names, db, out)?,
            (None, Some(filter)) => {
                for time in filter.resolved_times(clock)? {
                    out.status(time);
                }
                selected_users(filter, clock, db)?
            }
            (None, None) => return Ok(()),
        };
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut users = Vec::new();
        for ids in all.chunks(BATCH) {
            let found: Vec<User> = user::table
                .select(User::as_select())
                .filter(is_any_of(&db.conn, "id", ids)?)
                .order(user::id)
                .load(&mut db.conn)?;
            users.extend(found);
        }
        if users.is_empty() {
            out.status("no users matched");
            return Ok(());
        }
        let action = format!("permanently erase {}", plural(users.len() as u64, "user"));
        db.while_waiting(|| self.bulk.confirm(&action, &users, Consent::Required, out))?;
        if self.bulk.dry_run {
            out.list::<User, _>(users.iter().map(Ok))?;
        }
        db.overwrite_what_is_deleted()?;
        let erased = change_or_not(self.bulk.dry_run, db, |db| {
            db.lock(Lock::Import)?;
            db.lock(Lock::Addresses)?;
            // Somebody may have come back since the users were shown.
            let still = match &self.filter {
                Some(filter) => selected_users(filter, clock, db)?,
                None => ids,
            };
            let mut erased = Vec::new();
            for user in users.iter().filter(|user| still.contains(&user.id)) {
                erased.push(Erased::erase(&user.id, None, self.metadata, db)?);
            }
            let end = self.bulk.end(erased.len(), User::count, "user", db)?;
            Ok((erased, end))
        })?;
        let is_done = !self.bulk.dry_run && !erased.is_empty();
        let left = if is_done { self.clear_free_space(db, out)? } else { None };
        if !self.bulk.dry_run && !out.format().is_for_people() {
            out.list::<User, _>(erased.iter().map(|erased| Ok(&erased.user)))?;
        }
        let verb = if self.bulk.dry_run { "would erase" } else { "erased" };
        out.status(format_args!("{verb} {}", plural(erased.len() as u64, "user")));
        check_log(left, &erased.iter().map(|erased| &erased.user).collect::<Vec<_>>())
    }

    /// Clears the copies in free space, and says what no erasure reaches. Returns where in the database copies are left.
    fn clear_free_space(&self, db: &mut Db, out: &Output) -> anyhow::Result<Option<&'static str>> {
        let is_vacuumed = !self.no_vacuum
            && db.vacuum().context("the user is erased, but copies may remain in free space: run VACUUM")?;
        let is_log_empty = db.write_log_into_file();
        if !out.is_quiet() {
            out.note(
                "not erased: the reasons of earlier changes (--reason), backups, exported files, and the source systems of \
                 users and events; the user id and a hash of the address are kept",
            );
            if !is_vacuumed {
                out.note("copies of the data remain in free space of the database, until VACUUM clears them");
            }
        }
        Ok(match (is_log_empty, is_vacuumed) {
            (false, _) => Some(IN_LOG),
            (true, false) => Some("free space of the database, until VACUUM clears it"),
            (true, true) => None,
        })
    }
}

use clap::Subcommand;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::{Access, End, Lock};
use crate::error::{ExitStatus, Failure};
use crate::models::{Change, FormerEmail, Subject, User, change_or_not, check_email};
use crate::output::ArrangeArgs;
use crate::selection::{find_person, user_meant};

/// Manage former email addresses, by which files and events still name a user
///
/// A merge adds the address of the user that is gone; an erasure keeps its hash only, so that an old file does not bring the
/// person back.
#[derive(Debug, Subcommand)]
pub enum Alias {
    Add(AddArgs),
    #[command(visible_alias = "ls")]
    List(ListArgs),
    #[command(visible_alias = "rm")]
    Remove(RemoveArgs),
}

/// Add a former address of a user
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// User, by id or email
    user: String,
    /// Former email address
    #[arg(value_parser = check_email)]
    email: String,
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Safety")]
    dry_run: bool,
}

/// List the former addresses of a user
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// User, by id or email
    user: String,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// Remove a former address, for example because the person has signed up again
#[derive(Debug, clap::Args)]
pub struct RemoveArgs {
    /// Former email address
    #[arg(value_parser = check_email)]
    email: String,
    /// Do not ask for confirmation
    #[arg(long, short, help_heading = "Safety")]
    yes: bool,
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Safety")]
    dry_run: bool,
}

impl Alias {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Add(args) => ctx.run(args),
            Self::List(args) => ctx.run(args),
            Self::Remove(args) => ctx.run(args),
        }
    }
}

/// The address, as the audit trail has it until the person is erased.
#[derive(Serialize)]
struct Address<'a> {
    email: &'a str,
}

impl Command for AddArgs {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let email = self.email.to_ascii_lowercase();
        let name = user_meant(&self.user, db, out)?;
        let (user, is_new) = change_or_not(self.dry_run, db, |db| {
            // An import gives addresses, too.
            db.lock(Lock::Import)?;
            db.lock(Lock::Addresses)?;
            let user = User::find_and_lock(&mut db.conn, &name)?;
            if let Some(owner) = User::find_optional(&mut db.conn, &email)? {
                let message = format!("{email} is the current address of {}", owner.id);
                let hint = format!("if both are one person: rollbook users merge {} {}", owner.id, user.id);
                return Err(Failure::new(ExitStatus::Conflict, message).hint(hint).into());
            }
            match FormerEmail::users(&[&email], &mut db.conn)?.remove(email.as_str()) {
                Some(owner) if owner == user.id => return Ok(((user, false), End::of_change(self.dry_run))),
                Some(owner) => {
                    let message = format!("{email} is a former address of {owner}");
                    let hint = format!("remove it there first: rollbook users alias remove {email}");
                    return Err(Failure::new(ExitStatus::Conflict, message).hint(hint).into());
                }
                None => {}
            }
            FormerEmail::remember(&user.id, &email, false, db)?;
            let address = Address { email: &email };
            Change { verb: "alias", subject: Subject::User, id: &user.id, before: None, after: Some(&address) }
                .record(db)?;
            Ok(((user, true), End::of_change(self.dry_run)))
        })?;
        let message = match (is_new, self.dry_run) {
            (false, _) => format!("{email} is a former address of {} already", user.id),
            (true, false) => format!("added {email} to {}", user.id),
            (true, true) => format!("would add {email} to {}", user.id),
        };
        out.status(message);
        Ok(ExitStatus::Done)
    }
}

impl Command for ListArgs {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let user = find_person(&self.user, &mut db.conn)?;
        let addresses = FormerEmail::of(&user.id, &mut db.conn)?;
        if addresses.is_empty() {
            out.status("no former addresses");
        }
        self.arrange.print(&addresses, out)?;
        Ok(ExitStatus::Done)
    }
}

impl Command for RemoveArgs {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let (db, out) = ctx.open()?;
        let email = self.email.to_ascii_lowercase();
        if !self.dry_run && !self.yes {
            db.while_waiting(|| {
                out.must_agree(&format!("Remove {email}? Files and events then do not name the user by it"))
            })?;
        }
        let owner = change_or_not(self.dry_run, db, |db| {
            let owner = FormerEmail::users(&[&email], &mut db.conn)?.remove(email.as_str());
            let owner = owner.ok_or_else(|| Failure::not_found(format!("unknown former address {email}")))?;
            FormerEmail::remove(&email, db)?;
            // Of an erased person, the trail must not learn the address again.
            let is_kept = FormerEmail::is_of_living(&owner, &mut db.conn)?;
            let address = Address { email: if is_kept { &email } else { "" } };
            Change { verb: "alias", subject: Subject::User, id: &owner, before: Some(&address), after: None }
                .record(db)?;
            Ok((owner, End::of_change(self.dry_run)))
        })?;
        let verb = if self.dry_run { "would remove" } else { "removed" };
        out.status(format_args!("{verb} {email} from {owner}"));
        Ok(ExitStatus::Done)
    }
}

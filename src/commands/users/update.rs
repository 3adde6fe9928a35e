use crate::context::{Command, Context};
use crate::db::{Access, End, Lock};
use crate::error::{ExitStatus, Failure, is_taken};
use crate::models::{Difference, FormerEmail, User, UserInput, change_or_not, check_email, check_line, shorten};
use crate::selection::user_meant;

/// Update the given fields of a user
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true)))]
pub struct Args {
    /// User, by id or email
    user: String,
    /// New email address
    #[arg(long, value_parser = check_email, group = "change", help_heading = "Fields")]
    email: Option<String>,
    /// New name
    #[arg(long, value_parser = check_line, group = "change", help_heading = "Fields")]
    name: Option<String>,
    /// New origin
    #[arg(long, value_parser = check_line, group = "change", help_heading = "Fields")]
    origin: Option<String>,
    /// New URL of the profile picture
    #[arg(long, value_name = "URL", value_parser = check_line, group = "change", help_heading = "Fields")]
    profile_img: Option<String>,
    /// Remove the profile picture
    #[arg(long, group = "change", conflicts_with = "profile_img", help_heading = "Fields")]
    no_profile_img: bool,
    /// Show what would change, without changing it
    #[arg(long, short = 'n', help_heading = "Safety")]
    dry_run: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let input = UserInput {
            email: args.email.clone(),
            name: args.name.clone(),
            origin: args.origin.clone(),
            profile_img: args.profile_img.clone().map(Some).or(args.no_profile_img.then_some(None)),
            ..UserInput::default()
        };
        let user = user_meant(&args.user, db, out)?;
        let updated = change_or_not(args.dry_run, db, |db| {
            // Before the row, as a merge and an erasure lock them.
            if input.email.is_some() {
                db.lock(Lock::Addresses)?;
            }
            let before = User::find_and_lock(&mut db.conn, &user)?;
            if let Some(email) = &input.email
                && let Some(other) = User::find_optional(&mut db.conn, email)?
                && other.id != before.id
            {
                return Err(Failure::failed(format!("{email} is already used by {} <{}>", other.id, other.email))
                    .hint(format!("if both are the same person: rollbook users merge {} {}", other.id, before.id))
                    .into());
            }
            if let Some(email) = &input.email {
                FormerEmail::ensure_free(email, Some(&before.id), db)?;
            }
            let differences = input.differences(&before);
            let after = input.applied_to(&before);
            if !differences.is_empty() {
                after.save(&before, "update", db)?;
            }
            Ok(((after, differences), End::of_change(args.dry_run)))
        });
        let (after, differences) = match updated {
            // Another process saved a user with this email between the lookup and the update.
            Err(error) if is_taken(&error) => return Err(error.context("the email is already used by another user")),
            result => result?,
        };
        let dry_run = if args.dry_run { " (dry run)" } else { "" };
        out.changed(&after, format_args!("{}: {}{dry_run}", after.id, describe(&differences)))?;
        Ok(ExitStatus::Done)
    }
}

fn describe(differences: &[Difference]) -> String {
    let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "none".to_owned(), shorten);
    let changes: Vec<String> = differences
        .iter()
        .map(|change| format!("{}: {} → {}", change.field, shown(&change.recorded), shown(&change.given)))
        .collect();
    if changes.is_empty() { "nothing to change".to_owned() } else { changes.join("; ") }
}

use clap::Subcommand;

use crate::context::{Command, Context};
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{Role, Roles as RoleSet, User, change_or_not, parse_role};
use crate::output::Output;

use super::selection::Selection;
use crate::commands::many::Many;

mod many;

/// Manage the roles of one user, of users listed in a file, or of users matched by filters
#[derive(Debug, Subcommand)]
pub enum Roles {
    /// Grant roles; roles that the user already has are ignored
    Add(UsersAndRoles),
    /// Remove roles; roles that the user does not have are ignored
    Remove(UsersAndRoles),
    /// Toggle roles: grant those that the user does not have, remove the others
    Toggle(UsersAndRoles),
    /// Replace all roles with exactly these
    Set(UsersAndAllRoles),
}

#[derive(Debug, clap::Args)]
pub struct UsersAndRoles {
    /// User, by id or email; omit with --stdin, --file or a filter
    #[arg(required_unless_present_any = ["stdin", "file", "selection"])]
    user: Option<String>,
    /// Role; case is ignored
    #[arg(
        required_unless_present_any = ["stdin", "file", "selection"],
        value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ','
    )]
    roles: Vec<Role>,
    #[command(flatten, next_help_heading = "Safety")]
    many: Many,
    #[command(flatten, next_help_heading = "Filters")]
    selection: Option<Selection>,
}

#[derive(Debug, clap::Args)]
pub struct UsersAndAllRoles {
    /// User, by id or email; omit with --stdin, --file or a filter
    #[arg(required_unless_present_any = ["stdin", "file", "selection"])]
    user: Option<String>,
    /// Roles, required unless --none is given; case is ignored
    #[arg(value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ',')]
    roles: Vec<Role>,
    /// Remove all roles
    #[arg(long, conflicts_with = "roles")]
    none: bool,
    #[command(flatten, next_help_heading = "Safety")]
    many: Many,
    #[command(flatten, next_help_heading = "Filters")]
    selection: Option<Selection>,
}

/// A role change: the users, the given roles, and how a user's roles are computed from them.
struct Wanted<'a> {
    user: Option<&'a str>,
    roles: Vec<Role>,
    many: &'a Many,
    selection: Option<&'a Selection>,
    change: fn(RoleSet, &[Role]) -> RoleSet,
}

impl Command for Roles {
    fn access(&self) -> Access {
        let many = match self {
            Self::Add(args) | Self::Remove(args) | Self::Toggle(args) => &args.many,
            Self::Set(args) => &args.many,
        };
        Access::of_change(many.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let change: fn(RoleSet, &[Role]) -> RoleSet = match &self {
            Self::Add(_) => |roles, named| named.iter().copied().fold(roles, RoleSet::with),
            Self::Remove(_) => |roles, named| named.iter().copied().fold(roles, RoleSet::without),
            Self::Toggle(_) => |roles, named| named.iter().copied().fold(roles, RoleSet::toggled),
            Self::Set(_) => |_, named| named.iter().copied().collect(),
        };
        let (user, roles, none, many, selection) = match &self {
            Self::Add(args) | Self::Remove(args) | Self::Toggle(args) => {
                (&args.user, &args.roles, false, &args.many, &args.selection)
            }
            Self::Set(args) => (&args.user, &args.roles, args.none, &args.many, &args.selection),
        };
        let mut wanted =
            Wanted { user: user.as_deref(), roles: roles.clone(), many, selection: selection.as_ref(), change };
        let usage = |message: String| Failure::new(ExitStatus::Usage, message);
        if many.is_named() && selection.is_some() {
            return Err(usage("--stdin and --file cannot be combined with filters".to_owned()).into());
        }
        let names = many.names()?;
        if names.is_some() || selection.is_some() {
            // Without a user argument, clap has parsed the first role as the user.
            if let Some(role) = wanted.user.take() {
                for role in role.split(',').rev() {
                    let role = parse_role(role).map_err(|error| usage(format!("role {:?}: {error}", error.given)))?;
                    wanted.roles.insert(0, role);
                }
            }
        }
        if wanted.roles.is_empty() != none {
            let message = if none { "ROLE cannot be combined with --none" } else { "missing ROLE" };
            let hint = "rollbook users roles set USER ROLE…, or to remove all: rollbook users roles set USER --none";
            return Err(usage(message.to_owned()).hint(hint).into());
        }
        match (wanted.user, names, wanted.selection) {
            (Some(user), ..) => wanted.change_one(user, db, out),
            (None, Some(names), _) => wanted.change_named(names, db, out),
            (None, None, Some(selection)) => wanted.change_selected(selection, clock, db, out),
            (None, None, None) => Err(usage("missing USER".to_owned()).into()),
        }
    }
}

impl Wanted<'_> {
    fn change_one(&self, user: &str, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let (before, after) = change_or_not(self.many.dry_run, db, |db| {
            let before = User::find_and_lock(&mut db.conn, user)?;
            let roles = (self.change)(before.roles, &self.roles);
            let after = if roles == before.roles { before.clone() } else { before.set_roles(roles, "roles", db)? };
            let end = self.many.end(usize::from(roles != before.roles), User::count, "user", db)?;
            Ok(((before, after), end))
        })?;
        let what = describe(before.roles, after.roles);
        if self.many.dry_run {
            out.one(&after)?;
            out.status(format_args!("{}: {what} (dry run)", after.id));
        } else {
            out.changed(&after, format_args!("{}: {what}", after.id))?;
        }
        Ok(ExitStatus::Done)
    }
}

fn describe(before: RoleSet, after: RoleSet) -> String {
    let only_in = |set: RoleSet, other: RoleSet| set.iter().filter(move |role| !other.contains(*role));
    let added = only_in(after, before).map(|role| format!("+{role}"));
    let removed = only_in(before, after).map(|role| format!("-{role}"));
    let changes: Vec<String> = added.chain(removed).collect();
    if changes.is_empty() { "nothing to change".to_owned() } else { changes.join(" ") }
}

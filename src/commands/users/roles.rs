use clap::Subcommand;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::models::{Role, Roles as RoleSet};
use crate::selection::{BulkArgs, UserFilter};

mod change;

use change::RolesChange;

/// Manage the roles of users: of arguments, of a list, or of users matched by filters
#[derive(Debug, Subcommand)]
pub enum Roles {
    /// Grant roles; roles that the user already has are ignored
    ///
    /// The users and the roles may be given in any order: an argument that is the name of a role is a role.
    Add(UsersAndRoles),
    /// Remove roles; roles that the user does not have are ignored
    ///
    /// The users and the roles may be given in any order: an argument that is the name of a role is a role.
    #[command(visible_alias = "rm")]
    Remove(UsersAndRoles),
    /// Toggle roles: grant those that the user does not have, remove the others
    ///
    /// The users and the roles may be given in any order: an argument that is the name of a role is a role.
    Toggle(UsersAndRoles),
    /// Replace all roles with exactly these
    ///
    /// The users and the roles may be given in any order: an argument that is the name of a role is a role.
    Set(UsersAndAllRoles),
}

#[derive(Debug, clap::Args)]
pub struct UsersAndRoles {
    /// Users by id or email, and roles; omit the users with --stdin, --file or a filter
    #[arg(value_name = "USER|ROLE", required = true)]
    arguments: Vec<String>,
    #[command(flatten, next_help_heading = "Safety")]
    bulk: BulkArgs,
    #[command(flatten, next_help_heading = "Filters")]
    filter: Option<UserFilter>,
}

#[derive(Debug, clap::Args)]
pub struct UsersAndAllRoles {
    /// Users by id or email, and roles; omit the users with --stdin, --file or a filter
    #[arg(value_name = "USER|ROLE")]
    arguments: Vec<String>,
    /// Remove all roles
    #[arg(long)]
    none: bool,
    #[command(flatten, next_help_heading = "Safety")]
    bulk: BulkArgs,
    #[command(flatten, next_help_heading = "Filters")]
    filter: Option<UserFilter>,
}

impl Roles {
    const fn usage(&self) -> &'static str {
        match self {
            Self::Add(_) => "rollbook users roles add USER… ROLE…",
            Self::Remove(_) => "rollbook users roles remove USER… ROLE…",
            Self::Toggle(_) => "rollbook users roles toggle USER… ROLE…",
            Self::Set(_) => {
                "rollbook users roles set USER… ROLE…, or to remove all: rollbook users roles set USER… --none"
            }
        }
    }

    const fn bulk(&self) -> &BulkArgs {
        match self {
            Self::Add(args) | Self::Remove(args) | Self::Toggle(args) => &args.bulk,
            Self::Set(args) => &args.bulk,
        }
    }
}

impl Command for Roles {
    fn access(&self) -> Access {
        Access::of_change(self.bulk().dry_run)
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
        let (arguments, none, filter) = match &self {
            Self::Add(args) | Self::Remove(args) | Self::Toggle(args) => (&args.arguments, false, &args.filter),
            Self::Set(args) => (&args.arguments, args.none, &args.filter),
        };
        let (users, roles) = users_and_roles(arguments);
        let has_list = self.bulk().has_list();
        let takes_users = !has_list && filter.is_none();
        if let (Some(unknown), true, false) = (users.last(), roles.is_empty(), none)
            && (users.len() > 1 || !takes_users)
            && let Err(error) = unknown.parse::<Role>()
        {
            let failure = Failure::usage(format!("role {unknown:?}: {error}"));
            let is_filter_alone = filter.is_some() && users.len() == 1;
            let hint =
                "--role and the other filters select the users: leave the user out, or name the role beside the user";
            return Err(if is_filter_alone { failure.hint(hint) } else { failure }.into());
        }
        if !users.is_empty() && (has_list || filter.is_some()) {
            let message =
                format!("USER cannot be combined with --stdin, --file or filters, found {}", users.join(", "));
            return Err(Failure::usage(message).into());
        }
        if has_list && filter.is_some() {
            return Err(Failure::usage("--stdin and --file cannot be combined with filters").into());
        }
        if users.is_empty() && takes_users {
            return Err(Failure::usage("missing USER").hint(self.usage()).into());
        }
        if roles.is_empty() != none {
            let failure = if none {
                Failure::usage("ROLE cannot be combined with --none")
            } else {
                let roles: Vec<&str> = Role::ALL.iter().copied().map(Role::as_str).collect();
                Failure::usage(format!("missing ROLE: expected one of {}", roles.join(", ")))
            };
            return Err(failure.hint(self.usage()).into());
        }
        let bulk = self.bulk();
        let selected = change::resolve(&users, bulk, filter.as_ref(), clock, db, out)?;
        RolesChange { selected, roles, bulk, filter: filter.as_ref(), clock, change }.carry_out(db, out)
    }
}

/// Tells users and roles apart: an argument that is the name of a role, or several names separated by commas, is
/// roles.
fn users_and_roles(arguments: &[String]) -> (Vec<String>, Vec<Role>) {
    let mut users = Vec::new();
    let mut roles = Vec::new();
    for argument in arguments {
        let named: Option<Vec<Role>> =
            argument.split(',').map(|name| name.trim().to_ascii_lowercase().parse().ok()).collect();
        match named {
            // A role that is given twice would be toggled twice.
            Some(named) => named.into_iter().for_each(|role| {
                if !roles.contains(&role) {
                    roles.push(role);
                }
            }),
            None => users.push(argument.clone()),
        }
    }
    (users, roles)
}

fn describe(before: RoleSet, after: RoleSet) -> String {
    let only_in = |set: RoleSet, other: RoleSet| set.iter().filter(move |role| !other.contains(*role));
    let added = only_in(after, before).map(|role| format!("+{role}"));
    let removed = only_in(before, after).map(|role| format!("-{role}"));
    let changes: Vec<String> = added.chain(removed).collect();
    if changes.is_empty() { "nothing to change".to_owned() } else { changes.join(" ") }
}

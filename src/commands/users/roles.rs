use clap::Subcommand;

use crate::db::Db;
use crate::error::ExitStatus;
use crate::models::{Role, Roles as RoleSet, User};
use crate::output::Output;

/// Give and take roles
#[derive(Debug, Subcommand)]
pub enum Roles {
    /// Give a user roles; one that is there already is no error
    Add(UserAndRoles),
    /// Take roles from a user; one that is not there is no error
    Remove(UserAndRoles),
    /// Give the roles that a user lacks, and take those that are there
    Toggle(UserAndRoles),
    /// Give a user exactly these roles
    Set(UserAndAllRoles),
}

#[derive(Debug, clap::Args)]
pub struct UserAndRoles {
    /// User, by id or email
    user: String,
    /// Role, in any letter case
    #[arg(required = true, value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ',')]
    roles: Vec<Role>,
}

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("wanted").required(true)))]
pub struct UserAndAllRoles {
    /// User, by id or email
    user: String,
    /// Role, in any letter case
    #[arg(value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ',', group = "wanted")]
    roles: Vec<Role>,
    /// Leave the user no role at all
    #[arg(long, group = "wanted")]
    none: bool,
}

impl Roles {
    pub(super) fn run(&self, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let (user, roles) = match self {
            Self::Add(args) | Self::Remove(args) | Self::Toggle(args) => (&args.user, &args.roles),
            Self::Set(args) => (&args.user, &args.roles),
        };
        let named = || roles.iter().copied();
        let (before, after) = db.transaction(|db| {
            let before = User::find_and_lock(&mut db.conn, user)?;
            let wanted = match self {
                Self::Add(_) => named().fold(before.roles, RoleSet::with),
                Self::Remove(_) => named().fold(before.roles, RoleSet::without),
                Self::Toggle(_) => named().fold(before.roles, RoleSet::toggled),
                Self::Set(_) => named().collect(),
            };
            let after = if wanted == before.roles { before.clone() } else { before.set_roles(wanted, "roles", db)? };
            Ok((before, after))
        })?;
        out.changed(&after, format_args!("{}: {}", after.id, describe(before.roles, after.roles)))?;
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

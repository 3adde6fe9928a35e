use crate::commands::config::set_setting;
use crate::context::{Command, Context, NamedBy};
use crate::db::{Access, Database, DatabaseUrl, Db, migrations};
use crate::error::{ExitStatus, Failure};
use crate::models::{Role, User, UserInput, change, check_email, check_key, check_line};
use crate::output::{Output, plural};
use crate::settings::config;
use crate::text::Quoted as _;

/// Create the database and the first superadmin, and with PROFILE a profile for the database
///
/// On a terminal, asks for what no option gives. What already exists is not changed, so that the command can be repeated.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write the database to the configuration as this profile, and make it the default if there is none
    #[arg(value_name = "PROFILE", value_parser = check_key)]
    name: Option<String>,
    /// Email address of the first superadmin, if there is none yet
    #[arg(long, value_name = "EMAIL", value_parser = check_email, requires = "superadmin_name")]
    superadmin: Option<String>,
    /// Name of the first superadmin
    #[arg(long, value_name = "NAME", value_parser = check_line, requires = "superadmin")]
    superadmin_name: Option<String>,
    /// Show what would be created, without creating it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        if self.dry_run { Access::Inspect } else { Access::Migrate { create: true } }
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let is_new_profile = match &self.name {
            Some(name) => !config::read()?.profiles.contains_key(name),
            None => false,
        };
        if let Some(name) = &self.name
            && !is_new_profile
            && !is_database_of(name, &ctx.database().url)?
        {
            let failure = Failure::usage(format!("the profile {name} exists already"));
            return Err(failure.hint(format!("rollbook init --profile {name}")).into());
        }
        if is_new_profile && ctx.named_by == NamedBy::File {
            let failure = Failure::usage("the configuration names another database: a new profile needs its own");
            return Err(failure.hint("add --database-url URL").into());
        }
        if self.dry_run {
            return self.show(is_new_profile, ctx);
        }
        let database = ctx.database().clone();
        let text = if ctx.named_by == NamedBy::Nothing {
            let question = format!("Database URL, as sqlite:PATH or postgres://… [{}]: ", database.url);
            ctx.out.ask(&question)?.filter(|answer| !answer.is_empty())
        } else {
            None
        };
        let mut other;
        let url_text = text.clone().unwrap_or_else(|| ctx.url_text.trim().to_owned());
        let (db, out) = match text {
            None => ctx.open()?,
            Some(text) => {
                let database = Database { url: text.parse()?, ..database };
                other = database.open(Access::Migrate { create: true })?;
                (&mut other, &mut ctx.out)
            }
        };
        let url = db.url().clone();
        let url_text = match url.path() {
            // Wherever the next command is run.
            Some(path) => format!("sqlite:{}", std::path::absolute(path)?.display()),
            None => url_text,
        };
        let applied = migrations::run(&mut db.conn, &url)?.len() as u64;
        if applied > 0 {
            out.status(format_args!("created or updated the tables ({})", plural(applied, "migration")));
        }
        out.status(format_args!("database: {url}"));
        if let Some(name) = &self.name {
            if is_new_profile {
                set_setting(Some(name), "database_url", &url_text, false)?;
                if config::read()?.default_profile.is_none() {
                    set_setting(None, "default_profile", name, false)?;
                }
                out.status(format_args!("profile {name}: written to {}", config::path().unwrap_or_default().quoted()));
            } else {
                out.status(format_args!("profile {name} exists already"));
            }
        }
        self.create_superadmin(db, out)?;
        out.status("next: rollbook import all DIR, or rollbook users create");
        Ok(ExitStatus::Done)
    }
}

/// Whether a profile names the database.
fn is_database_of(name: &str, url: &DatabaseUrl) -> anyhow::Result<bool> {
    let config = config::read()?;
    let named = config.profiles.get(name).and_then(|entries| entries.get("database_url"));
    Ok(named.is_some_and(|entry| entry.text.parse().is_ok_and(|named: DatabaseUrl| named.is_same(url))))
}

impl Args {
    /// Says what would be created.
    fn show(&self, is_new_profile: bool, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let url = ctx.database().url.clone();
        if ctx.database().is_missing() {
            ctx.out.status(format_args!("would create {url}"));
        }
        let (db, out) = ctx.open()?;
        let pending = migrations::pending(&mut db.conn, &url)?.len() as u64;
        if pending > 0 {
            out.status(format_args!("would create or update the tables ({})", plural(pending, "migration")));
        }
        let has_superadmin = pending == 0 && User::has_superadmin(&mut db.conn)?;
        if let Some(name) = self.name.as_ref().filter(|_| is_new_profile) {
            let url = ctx.url_text.trim().to_owned();
            set_setting(Some(name), "database_url", &url, true)?;
            ctx.out
                .status(format_args!("would write profile {name} to {}", config::path().unwrap_or_default().quoted()));
        }
        match &self.superadmin {
            _ if has_superadmin => ctx.out.status("a superadmin exists already"),
            Some(email) => ctx.out.status(format_args!("would create the superadmin {email}, if there is none")),
            None => ctx.out.status("would ask for a superadmin, if there is none"),
        }
        Ok(ExitStatus::Done)
    }

    /// Creates the first superadmin, unless there is one.
    fn create_superadmin(&self, db: &mut Db, out: &mut Output) -> anyhow::Result<()> {
        if User::has_superadmin(&mut db.conn)? {
            out.status("a superadmin exists already");
            return Ok(());
        }
        let (email, name) = if let (Some(email), Some(name)) = (&self.superadmin, &self.superadmin_name) {
            (email.clone(), name.clone())
        } else {
            let asked = db.while_waiting(|| out.ask("Email address of the first superadmin (empty: none): "))?;
            let Some(email) = asked.filter(|email| !email.is_empty()) else {
                out.status("no superadmin: create one with rollbook users create --role superadmin");
                return Ok(());
            };
            let email = check_email(&email).map_err(|error| Failure::usage(format!("{email:?}: {error}")))?;
            let name = db.while_waiting(|| out.ask("Name of the first superadmin: "))?.unwrap_or_default();
            let name = check_line(&name).map_err(|error| Failure::usage(format!("{name:?}: {error}")))?;
            (email, name)
        };
        let input = UserInput {
            id: None,
            email: Some(email),
            name: Some(name),
            origin: None,
            profile_img: None,
            roles: Some([Role::Superadmin].into_iter().collect()),
            created_at: None,
        };
        let user = input.to_user().ok_or_else(|| Failure::failed("a user requires an email and a name"))?;
        change(db, |db| user.insert(db))?;
        out.changed(&user, format_args!("created the superadmin {}", user.id))
    }
}

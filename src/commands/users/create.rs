use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db, End};
use crate::error::{ExitStatus, Failure, is_taken};
use crate::models::{FormerEmail, Role, User, UserInput, check_email, check_line, check_new_id};

/// Create a user and print it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Email address; must be unique, ignoring ASCII case
    #[arg(long, value_parser = check_email, help_heading = "Fields")]
    email: String,
    /// Display name
    #[arg(long, value_parser = check_line, help_heading = "Fields")]
    name: String,
    /// Id, without spaces or @ [default: usr_ followed by a ULID]
    #[arg(long, value_parser = check_new_id, help_heading = "Fields")]
    id: Option<String>,
    /// Origin of the sign-up [default: rollbook]
    #[arg(long, value_parser = check_line, help_heading = "Fields")]
    origin: Option<String>,
    /// URL of the profile picture
    #[arg(long, value_name = "URL", value_parser = check_line, help_heading = "Fields")]
    profile_img: Option<String>,
    /// Role to grant; repeat, or separate with commas, for several
    #[arg(
        long = "role",
        value_name = "ROLE",
        value_enum,
        ignore_case = true,
        value_delimiter = ',',
        help_heading = "Fields"
    )]
    roles: Vec<Role>,
    /// Sign-up time [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Fields")]
    created_at: Option<Timestamp>,
    /// Succeed if the user already exists with the same values in the given fields
    #[arg(long, help_heading = "Safety")]
    if_not_exists: bool,
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
        ctx.clock.check_recorded("--created-at", args.created_at)?;
        let (db, out) = ctx.open()?;
        let input = UserInput {
            id: args.id.clone(),
            email: Some(args.email.clone()),
            name: Some(args.name.clone()),
            origin: args.origin.clone(),
            profile_img: args.profile_img.clone().map(Some),
            roles: (!args.roles.is_empty()).then(|| args.roles.iter().copied().collect()),
            created_at: args.created_at,
        };
        let (user, created) = match create(&input, args.if_not_exists, args.dry_run, db) {
            // Another process created the user between the lookup and the insert: look it up again.
            Err(error) if is_taken(&error) => create(&input, args.if_not_exists, args.dry_run, db)?,
            result => result?,
        };
        let message = match (created, args.dry_run) {
            (true, false) => format!("created {}", user.id),
            (true, true) => format!("would create {}", user.id),
            (false, _) => format!("{} already exists", user.id),
        };
        out.changed(&user, message)?;
        Ok(ExitStatus::Done)
    }
}

/// Returns the user, and whether it was created.
fn create(input: &UserInput, if_not_exists: bool, dry_run: bool, db: &mut Db) -> anyhow::Result<(User, bool)> {
    db.transaction_or_not(|db| {
        for key in [&input.id, &input.email].into_iter().flatten() {
            let Some(recorded) = User::find_optional(&mut db.conn, key)? else { continue };
            let differences = input.differences(&recorded);
            if !if_not_exists {
                return Err(Failure::failed(format!("{key} is already used by {} <{}>", recorded.id, recorded.email))
                    .hint("add --if-not-exists to accept an existing user with the same fields")
                    .into());
            }
            if !differences.is_empty() {
                let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
                let message = format!("{} already exists with different fields: {}", recorded.id, fields.join("; "));
                return Err(Failure::new(ExitStatus::Conflict, message).into());
            }
            return Ok(((recorded, false), End::of_change(dry_run)));
        }
        if let Some(email) = &input.email {
            FormerEmail::ensure_free(email, None, db)?;
        }
        let user = input.to_user().ok_or_else(|| Failure::failed("a user requires an email and a name"))?;
        user.insert(db)?;
        Ok(((user, true), End::of_change(dry_run)))
    })
}

use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure, is_taken};
use crate::models::{Role, User, UserInput, check_email, check_id, check_line};
use crate::output::Output;

/// Create a user, and print it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Email address; no two users share one, whatever the case of its ASCII letters
    #[arg(long, value_parser = check_email)]
    email: String,
    /// Name, as the person writes it
    #[arg(long, value_parser = check_line)]
    name: String,
    /// Identifier, without blanks and @ [default: usr_ and a ULID]
    #[arg(long, value_parser = check_id)]
    id: Option<String>,
    /// Where the sign-up comes from [default: rollbook]
    #[arg(long, value_parser = check_line)]
    origin: Option<String>,
    /// Address of a picture
    #[arg(long, value_name = "URL", value_parser = check_line)]
    profile_img: Option<String>,
    /// Role to give; several with commas, or by repeating the option
    #[arg(long = "role", value_name = "ROLE", value_enum, ignore_case = true, value_delimiter = ',')]
    roles: Vec<Role>,
    /// When the person signed up [default: now]
    #[arg(long, value_name = "TIME")]
    created_at: Option<Instant>,
    /// Succeed when the user is there already, exactly as described
    #[arg(long)]
    if_not_exists: bool,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let input = UserInput {
        id: args.id.clone(),
        email: Some(args.email.clone()),
        name: Some(args.name.clone()),
        origin: args.origin.clone(),
        profile_img: args.profile_img.clone().map(Some),
        roles: (!args.roles.is_empty()).then(|| args.roles.iter().copied().collect()),
        created_at: args.created_at,
    };
    let (user, created) = match create(&input, args.if_not_exists, db) {
        // Somebody else created the user between our look and our insert; look again.
        Err(error) if is_taken(&error) => create(&input, args.if_not_exists, db)?,
        result => result?,
    };
    let message = if created { format!("created {}", user.id) } else { format!("{} is there already", user.id) };
    out.changed(&user, message)?;
    Ok(ExitStatus::Done)
}

/// The user, and whether it is new.
fn create(input: &UserInput, if_not_exists: bool, db: &mut Db) -> anyhow::Result<(User, bool)> {
    db.transaction(|db| {
        for key in [&input.id, &input.email].into_iter().flatten() {
            let Some(recorded) = User::find_optional(&mut db.conn, key)? else { continue };
            let differences = input.differences(&recorded);
            if !if_not_exists {
                return Err(Failure::failed(format!("{key} is taken: {} <{}>", recorded.id, recorded.email))
                    .hint("--if-not-exists accepts a user who is there exactly as described")
                    .into());
            }
            if !differences.is_empty() {
                let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
                let message = format!("{} is there, but not as described: {}", recorded.id, fields.join("; "));
                return Err(Failure::new(ExitStatus::Conflict, message).into());
            }
            return Ok((recorded, false));
        }
        let user = input.to_user().ok_or_else(|| Failure::failed("a user needs an email and a name"))?;
        user.insert(db)?;
        Ok((user, true))
    })
}

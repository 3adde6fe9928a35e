use super::target::Target;
use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::import::{self, Recorded};
use crate::models::{ActionType, Event, Prefix, SourceSystem, Tombstone, User, UserAction, check_key, new_id};
use crate::output::Output;

/// Record one action, exactly once, and print it
///
/// An action that is there already, with the same content, is printed as it is there. One with other content is a conflict
/// (exit code 4), told field by field. It is met by --idempotency-key, else by --source-system and --source-event-id, else
/// by its content.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// What the user did
    #[arg(value_enum)]
    action_type: ActionType,
    /// To what kind of thing, and which
    #[arg(value_name = "TARGET_TYPE:TARGET_ID")]
    target: Target,
    /// What else there is to say: a JSON object, or key=value; repeated, together
    #[arg(long, value_name = "JSON|KEY=VALUE")]
    metadata: Vec<String>,
    /// The system that reported it
    #[arg(long, value_enum)]
    source_system: Option<SourceSystem>,
    /// The system's own identifier of the event
    #[arg(long, value_name = "ID", value_parser = check_key, requires = "source_system")]
    source_event_id: Option<String>,
    /// What makes two deliveries one event
    #[arg(long, value_name = "KEY", value_parser = check_key)]
    idempotency_key: Option<String>,
    /// In which enrollment
    #[arg(long, value_name = "ID", value_parser = check_key)]
    enrollment: Option<String>,
    /// When it was done [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Instant>,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let usage = |message: String| Failure::new(ExitStatus::Usage, message);
    let target_id = args.target.id.as_deref().unwrap_or_default();
    let target_id = check_key(target_id)
        .map_err(|error| usage(format!("the target's id {error}")).hint("name it as TYPE:ID, like module:mod_7"))?;
    let metadata = import::metadata_of(&args.metadata).map_err(usage)?;
    let recorded = db.transaction(|db| {
        let mut user_id = User::find(&mut db.conn, &args.user)?.id;
        // With the lock, who the user is stays so until the action is in.
        User::lock_all(&mut db.conn, "id", &[&user_id])?;
        if let Some(tombstone) = Tombstone::of(&mut db.conn, &user_id)? {
            user_id = tombstone.merged_into.clone().ok_or_else(|| tombstone.refusal(&user_id))?;
        }
        let event = Event {
            id: new_id(Prefix::Action),
            user_id,
            enrollment_id: args.enrollment.clone(),
            action_type: args.action_type,
            target_type: args.target.kind,
            target_id,
            metadata,
            source_system: args.source_system,
            source_event_id: args.source_event_id.clone(),
            idempotency_key: args.idempotency_key.clone(),
            occurred_at: args.at.unwrap_or_else(Instant::now),
        };
        import::record(&event, false, db)
    })?;
    let (event, message) = match recorded {
        Recorded::Inserted(event) => (event, "recorded"),
        Recorded::Replay(event) => (event, "is recorded already"),
        Recorded::Conflict { with, differences } => {
            let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
            let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join("; ")) };
            return Err(Failure::new(ExitStatus::Conflict, format!("{with}{fields}")).into());
        }
    };
    let action = UserAction::find(&mut db.conn, &event.id)?;
    out.changed(&action, format_args!("{} {message}", action.event.id))?;
    Ok(ExitStatus::Done)
}

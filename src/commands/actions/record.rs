use std::path::Path;

use diesel::prelude::*;
use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, Db, End};
use crate::error::{ExitStatus, Failure};
use crate::log::{Recorded, record};
use crate::models::{
    ActionType, Change, Difference, Event, Prefix, SourceSystem, Subject, Tombstone, User, UserAction, check_new_key,
    metadata_of_arguments, new_id,
};
use crate::schema::user_action;
use crate::selection::{Target, named_text};

/// Record one action exactly once, and print it
///
/// If the action is already recorded with the same content, it is printed unchanged. If the content differs, it is a
/// conflict (exit code 4), and the differences are listed per field. Actions are matched by --idempotency-key, else
/// by --source-system and --source-event-id, else by their content.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// Action type
    #[arg(value_enum)]
    action_type: ActionType,
    /// Target of the action, e.g. module:mod_7
    #[arg(value_name = "TARGET_TYPE:TARGET_ID")]
    target: Target,
    /// Metadata as JSON or key=value; - is JSON on standard input
    ///
    /// May be repeated: the members of all objects are put together.
    #[arg(long, value_name = "JSON|KEY=VALUE", help_heading = "Event")]
    metadata: Vec<String>,
    /// Source system of the event
    #[arg(long, alias = "source", value_enum, help_heading = "Event")]
    source_system: Option<SourceSystem>,
    /// Event id in the source system
    #[arg(long, value_name = "ID", value_parser = check_new_key, requires = "source_system", help_heading = "Event")]
    source_event_id: Option<String>,
    /// Key by which repeated deliveries of the event are recognized
    #[arg(long, value_name = "KEY", value_parser = check_new_key, help_heading = "Event")]
    idempotency_key: Option<String>,
    /// Enrollment id
    #[arg(long, hide_short_help = true, value_name = "ID", value_parser = check_new_key, help_heading = "Event")]
    enrollment: Option<String>,
    /// Time at which the action occurred [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Event")]
    at: Option<Timestamp>,
    /// Show what would change, without changing it
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// A recorded action, as the audit trail has it where a reason is given.
#[derive(Serialize)]
struct RecordedAction<'a> {
    action_type: ActionType,
    target_id: &'a str,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        clock.check_recorded("--at", args.at)?;
        let (db, out) = ctx.open()?;
        let usage = |message: String| Failure::new(ExitStatus::Usage, message);
        let target_id = args.target.id.as_deref().unwrap_or_default();
        let target_id = check_new_key(target_id).map_err(|error| {
            usage(format!("target id: {error}")).hint("write the target as TYPE:ID, e.g. module:mod_7")
        })?;
        let (metadata, input) = args.metadata()?;
        if let Some(input) = input {
            db.add_input(input.as_bytes())?;
        }
        let metadata = metadata_of_arguments(&metadata).map_err(usage)?;
        let recorded = db.transaction_or_not(|db| {
            let mut user_id = User::find(&mut db.conn, &args.user)?.id;
            let mut erased = Tombstone::of(&mut db.conn, &user_id)?;
            if let Some(into) = erased.as_ref().and_then(|placeholder| placeholder.merged_into.clone()) {
                erased = Tombstone::of(&mut db.conn, &into)?;
                user_id = into;
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
                occurred_at: match args.at {
                    Some(at) => at,
                    // Repeated, the command means the same event, not one of now.
                    None => args.recorded_time(db)?.unwrap_or_else(|| clock.now()),
                },
            };
            let recorded = match record(&event, false, db)? {
                Recorded::Conflict { with, differences } => return Err(conflict(&with, &differences).into()),
                Recorded::Inserted(event) => (UserAction::find(&mut db.conn, &event.id)?, true),
                Recorded::Replay(event) => (UserAction::find(&mut db.conn, &event.id)?, false),
            };
            // An erasure or a merge keeps new actions of its user from being added until it ends; this one may have waited
            // for it. No row is locked: that would need the right to change users.
            if let Some(placeholder) = erased.filter(|_| recorded.1) {
                // Only what is recorded already can be recorded of an erased person.
                return Err(placeholder.refusal(&recorded.0.event.user_id).into());
            }
            if recorded.1
                && let Some(placeholder) = Tombstone::of(&mut db.conn, &recorded.0.event.user_id)?
            {
                let failure = placeholder.refusal(&recorded.0.event.user_id);
                return Err(Failure::new(ExitStatus::Conflict, failure.to_string())
                    .hint("run the command again")
                    .into());
            }
            if recorded.1 && db.operation.reason().is_some() {
                let recorded = RecordedAction { action_type: event.action_type, target_id: &event.target_id };
                Change { verb: "record", subject: Subject::Log, id: &event.id, before: None, after: Some(&recorded) }
                    .record(db)?;
            }
            Ok((recorded, End::of_change(args.dry_run)))
        })?;
        let (action, is_new) = recorded;
        let message = match (is_new, args.dry_run) {
            (true, false) => "recorded",
            (true, true) => "would be recorded",
            (false, _) => "already recorded, unchanged",
        };
        out.changed(&action, format_args!("{} {message}", action.event.id))?;
        Ok(ExitStatus::Done)
    }
}

impl Args {
    /// The arguments of `--metadata`, with the JSON object on standard input in the place of `-`; and that input.
    fn metadata(&self) -> anyhow::Result<(Vec<String>, Option<String>)> {
        let mut metadata = self.metadata.clone();
        let mut places = metadata.iter_mut().filter(|argument| *argument == "-");
        let Some(place) = places.next() else { return Ok((metadata, None)) };
        if places.next().is_some() {
            return Err(Failure::usage("--metadata - can be given only once").into());
        }
        let (_, input) = named_text(Path::new("-"))?;
        if !input.trim_start().starts_with('{') {
            return Err(Failure::usage("--metadata -: expected a JSON object on standard input").into());
        }
        place.clone_from(&input);
        Ok((metadata, Some(input)))
    }

    /// The time of the action that is recorded with the given key, or event id of the source, if there is one.
    fn recorded_time(&self, db: &mut Db) -> QueryResult<Option<Timestamp>> {
        let mut actions = user_action::table.select(user_action::occurred_at).into_boxed();
        actions = match (&self.idempotency_key, self.source_system, &self.source_event_id) {
            (Some(key), ..) => actions.filter(user_action::idempotency_key.eq(key)),
            (None, Some(source), Some(id)) => {
                actions.filter(user_action::source_system.eq(source)).filter(user_action::source_event_id.eq(id))
            }
            _ => return Ok(None),
        };
        actions.first(&mut db.conn).optional()
    }
}

/// The error for an action that is recorded with different content.
fn conflict(with: &str, differences: &[Difference]) -> Failure {
    let fields: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join("; ")) };
    Failure::new(ExitStatus::Conflict, format!("{with}{fields}"))
}

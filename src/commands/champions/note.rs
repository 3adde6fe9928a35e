use super::targets::{Next, Targets};
use crate::context::{Command, Context};
use crate::db::{Access, Db};
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, RoleRule, check_prose};

/// Append a note to records, with time and author
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    targets: Targets,
    /// Text of the note; the only argument with --stdin, --file or a filter
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Replace the existing notes with TEXT; an empty TEXT clears them
    #[arg(long)]
    replace: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Write
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let usage = |message: String| Failure::new(ExitStatus::Usage, message);
        let targets = &args.targets;
        let (record, text) = match (&targets.record, &args.text) {
            (Some(record), Some(text)) => (Some(record.as_str()), text),
            (Some(text), None) if targets.are_many() || targets.cohort.is_some() => (None, text),
            _ => return Err(usage("missing TEXT".to_owned()).hint("rollbook champions note CHAMPION TEXT").into()),
        };
        let text = match check_prose(text) {
            Err(_) if args.replace && text.is_empty() => None,
            checked => Some(checked.map_err(|error| usage(format!("TEXT: {error}")))?),
        };
        let author = db.actor.clone();
        let decide = |record: &Champion| {
            let notes = match (&text, &record.notes) {
                (Some(text), notes) if !args.replace => {
                    let line = format!("[{} {author}] {text}", clock.now().to_minute());
                    let notes = notes.as_ref().map_or_else(|| line.clone(), |notes| format!("{notes}\n{line}"));
                    Some(
                        check_prose(&notes)
                            .map_err(|error| Failure::failed(format!("the notes of {}: {error}", record.id)))?,
                    )
                }
                (text, _) => text.clone(),
            };
            Ok(if notes == record.notes { Next::Same } else { Next::Changed(Champion { notes, ..record.clone() }) })
        };
        let write = |before: &Champion, next: &Next, db: &mut Db| match next {
            Next::Changed(after) => after.save(before, "note", RoleRule::Keep, db),
            Next::Same | Next::Gone => Ok(()),
        };
        targets.plan(record, clock, db, out)?.carry_out("note", decide, write, db, out)
    }
}

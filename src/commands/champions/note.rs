use super::targets::{Next, Targets};
use crate::db::Db;
use crate::db::types::Instant;
use crate::error::{ExitStatus, Failure};
use crate::models::{Champion, RoleRule, check_prose};
use crate::output::Output;

/// Write a note on records: behind what is there, with the time and who wrote it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    targets: Targets,
    /// The note; the only argument when --stdin, --file or a filter says which records
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Put the text in the place of what is there, as it is; an empty one clears it
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(args: &Args, db: &mut Db, out: &mut Output) -> anyhow::Result<ExitStatus> {
    let usage = |message: String| Failure::new(ExitStatus::Usage, message);
    let targets = &args.targets;
    let (record, text) = match (&targets.record, &args.text) {
        (Some(record), Some(text)) => (Some(record.as_str()), text),
        (Some(text), None) if targets.are_many() || targets.cohort.is_some() => (None, text),
        _ => return Err(usage("which text?".to_owned()).hint("rollbook champions note CHAMPION TEXT").into()),
    };
    let text = match check_prose(text) {
        Err(_) if args.replace && text.is_empty() => None,
        checked => Some(checked.map_err(|error| usage(format!("the text {error}")))?),
    };
    let author = db.actor.clone();
    let decide = |record: &Champion| {
        let notes = match (&text, &record.notes) {
            (Some(text), notes) if !args.replace => {
                let line = format!("[{} {author}] {text}", Instant::now().to_minute());
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
    targets.plan(record, db, out)?.carry_out("note", decide, write, db, out)
}

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

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
    /// Text of the note
    #[arg(long, short, value_name = "TEXT", required_unless_present = "message_file")]
    message: Option<String>,
    /// Read the text of the note from a file, or from standard input if FILE is -
    #[arg(long, short = 'F', value_name = "FILE", conflicts_with = "message", hide_short_help = true)]
    message_file: Option<PathBuf>,
    /// Replace the existing notes with the text; an empty text clears them
    #[arg(long)]
    replace: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.targets.is_dry_run())
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let usage = |message: String| Failure::new(ExitStatus::Usage, message);
        let targets = &args.targets;
        let text = match (&args.message, &args.message_file) {
            (Some(message), _) => message.clone(),
            (None, Some(file)) => read_text(file)?,
            (None, None) => return Err(usage("missing --message TEXT".to_owned()).into()),
        };
        let text = match check_prose(&text) {
            Err(_) if args.replace && text.is_empty() => None,
            checked => Some(checked.map_err(|error| usage(format!("the text of the note: {error}")))?),
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
        targets.plan(targets.record.as_deref(), clock, db, out)?.carry_out("note", decide, write, db, out)
    }
}

/// The text in a file, or on standard input, without the line breaks at its end.
fn read_text(file: &Path) -> anyhow::Result<String> {
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin()).context("cannot read standard input")?
    } else {
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

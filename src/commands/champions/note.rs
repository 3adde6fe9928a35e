use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::change::{Next, RecordChange};
use crate::context::{Command, Context};
use crate::db::{Access, Db};
use crate::editor;
use crate::error::ExitStatus;
use crate::error::Failure;
use crate::models::{Champion, RoleRule, check_prose};
use crate::output::Output;
use crate::selection::{ChampionTargets, Names, Selected, named_text};

/// Append a note to records, with time and author
///
/// Without a text, $VISUAL or $EDITOR is opened on a terminal. With --file FILE and without a text, the file is a CSV
/// with two columns, the record or user and the text of its note, without a header.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    targets: ChampionTargets,
    /// Text of the note
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    /// Read the text of the note from a file, or from standard input if FILE is -
    #[arg(long, short = 'F', value_name = "FILE", conflicts_with = "message", hide_short_help = true)]
    message_file: Option<PathBuf>,
    /// Replace the existing notes with the text
    #[arg(long)]
    replace: bool,
    /// Remove the existing notes
    #[arg(long, conflicts_with_all = ["message", "message_file", "replace"])]
    clear: bool,
}

/// The texts of the notes: one for all records, or one for each, by the id of the record.
enum Texts {
    Same(Option<String>),
    Each(HashMap<String, String>),
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::of_change(self.targets.bulk.dry_run)
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let clock = ctx.clock;
        let (db, out) = ctx.open()?;
        let given = match (&args.message, &args.message_file) {
            (Some(message), _) => Some(message.clone()),
            (None, Some(file)) => Some(read_text(file)?),
            (None, None) if args.clear => Some(String::new()),
            (None, None) => None,
        };
        if let (Some(text), Some(_)) = (&given, &args.message_file) {
            db.add_input(text.as_bytes())?;
        }
        let (selected, texts) = match given {
            Some(text) => (args.targets.resolve(clock, db, out)?, Texts::Same(args.checked(&text)?)),
            None if args.targets.bulk.has_list() => args.texts_of_list(db, out)?,
            None => {
                let editor = editor_of(out)?;
                let selected = args.targets.resolve(clock, db, out)?;
                let text = db.while_waiting(|| edited_text(&editor))?;
                (selected, Texts::Same(args.checked(&text)?))
            }
        };
        let author = db.actor.clone();
        let decide = |record: &Champion| {
            let text = match &texts {
                Texts::Same(text) => text.as_ref(),
                Texts::Each(texts) => texts.get(&record.id),
            };
            let notes = match (text, &record.notes) {
                (Some(text), notes) if !args.replace => {
                    let line = format!("[{} {author}] {text}", clock.now().to_minute());
                    let notes = notes.as_ref().map_or_else(|| line.clone(), |notes| format!("{notes}\n{line}"));
                    Some(
                        check_prose(&notes)
                            .map_err(|error| Failure::failed(format!("the notes of {}: {error}", record.id)))?,
                    )
                }
                (text, _) => text.cloned(),
            };
            Ok(if notes == record.notes { Next::Same } else { Next::Changed(Champion { notes, ..record.clone() }) })
        };
        let write = |before: &Champion, next: &Next, db: &mut Db| match next {
            Next::Changed(after) => after.save(before, "note", RoleRule::Keep, db),
            _ => Ok(()),
        };
        let change = RecordChange { verb: "note", selected, bulk: &args.targets.bulk, consent: None };
        change.carry_out(decide, write, db, out)
    }
}

impl Args {
    /// The text of a note; `None` to clear the notes.
    fn checked(&self, text: &str) -> Result<Option<String>, Failure> {
        match check_prose(text) {
            Err(_) if self.clear => Ok(None),
            _ if text.trim().is_empty() => {
                let hint =
                    if self.replace { "to remove the notes: --clear" } else { "is a variable of the script unset?" };
                Err(Failure::usage("the text of the note is empty").hint(hint))
            }
            checked => checked.map(Some).map_err(|error| Failure::usage(format!("the text of the note: {error}"))),
        }
    }

    /// The records and texts of a list with two columns.
    fn texts_of_list(&self, db: &mut Db, out: &Output) -> anyhow::Result<(Selected, Texts)> {
        self.targets.check()?;
        let Some((source, list)) = self.targets.bulk.list_text()? else {
            return Err(Failure::usage("missing --message TEXT").into());
        };
        db.add_input(list.as_bytes())?;
        if list.matches('"').count() % 2 == 1 {
            let hint = "a quoted text needs a closing quote; a quote inside is written twice";
            return Err(Failure::failed(format!("{source}: a quote is never closed")).hint(hint).into());
        }
        let mut rows = Vec::new();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(list.as_bytes());
        for record in reader.records() {
            let record = record.with_context(|| format!("cannot read {source}"))?;
            let line = record.position().map_or(0, csv::Position::line);
            let wrong = |problem: &str| Failure::failed(format!("{source} line {line}: {problem}"));
            let (name, text) = match (record.get(0), record.get(1), record.len()) {
                (Some(name), Some(text), 2) => (name.trim(), text),
                (Some(name), None, _) if name.starts_with('#') => continue,
                _ => {
                    let hint = "give one text for all with --message TEXT, or a CSV with the columns USER,TEXT";
                    return Err(wrong(&format!("expected 2 fields, found {}", record.len())).hint(hint).into());
                }
            };
            check_prose(text).map_err(|error| wrong(&format!("the text of the note: {error}")))?;
            rows.push((usize::try_from(line)?, name.to_owned(), text.to_owned()));
        }
        let names = rows.iter().map(|(line, name, _)| (*line, name.clone())).collect();
        let (records, by) = self.targets.named_each(Names::of_list(source.clone(), names), db, out)?;
        let mut texts = HashMap::new();
        let mut selected = BTreeMap::new();
        for ((line, record), (_, _, text)) in records.into_iter().zip(rows) {
            if texts.insert(record.id.clone(), text).is_some() {
                return Err(Failure::failed(format!("{source} line {line}: a second text for {}", record.id)).into());
            }
            selected.insert(record.id.clone(), record);
        }
        Ok((Selected { records: selected.into_values().collect(), by }, Texts::Each(texts)))
    }
}

/// The text in a file, or on standard input, without the line breaks at its end.
fn read_text(file: &Path) -> anyhow::Result<String> {
    let (_, text) = named_text(file)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The editor, where a person can write.
fn editor_of(out: &Output) -> Result<String, Failure> {
    editor::editor().filter(|_| out.is_interactive()).ok_or_else(|| {
        Failure::usage("missing the text of the note").hint("add --message TEXT or --message-file FILE, or set EDITOR")
    })
}

/// The text that a person writes in an editor.
fn edited_text(editor: &str) -> anyhow::Result<String> {
    let file = tempfile::Builder::new().prefix("rollbook-note-").suffix(".txt").tempfile()?;
    editor::edit(editor, file.path())?;
    let text = read_text(file.path())?;
    if text.trim().is_empty() {
        return Err(Failure::failed("the text of the note is empty").into());
    }
    Ok(text)
}

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::import::BUILT_IN;
use crate::output::Output;
use crate::settings::database_arguments;
use crate::text::shell_quoted;

/// Find out how a file must be imported, step by step, on a terminal
///
/// Tries the file as users, actions and champions without changing anything, shows what is wrong with its rows, and asks for
/// options until the rows are valid. Then it prints the command, runs it if that is confirmed, and saves the options as a preset
/// if a name is given.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to import
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the file contains [default: the kind for which most rows are valid]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Users
    Users,
    /// Actions
    Actions,
    /// Champion records
    Champions,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Users, Self::Actions, Self::Champions];

    const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Actions => "actions",
            Self::Champions => "champions",
        }
    }
}

/// The outcome of a trial.
struct Trial {
    read: u64,
    valid: u64,
    conflicts: u64,
    /// What was printed about the rows.
    messages: String,
}

/// The most lines of messages that are shown of a trial.
const MOST_LINES: usize = 12;

impl Trial {
    fn verdict(&self, kind: Kind) -> String {
        let (kind, Self { read, valid, conflicts, .. }) = (kind.name(), self);
        match (read, conflicts) {
            (0, _) => {
                let reason = self.messages.lines().find_map(|line| line.strip_prefix("error: "));
                format!("as {kind}: cannot be read: {}", reason.unwrap_or("it has no rows"))
            }
            (_, 0) => format!("as {kind}: {valid} of {read} rows are valid"),
            _ => format!("as {kind}: {valid} of {read} rows are valid, {conflicts} conflict with what is recorded"),
        }
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Inspect
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if !ctx.out.is_interactive() {
            let failure = Failure::usage("the wizard asks questions, and there is no terminal");
            return Err(failure.hint("rollbook import actions FILE --dry-run shows what is wrong with a file").into());
        }
        let wizard = Wizard { file: self.file, database: database_arguments(ctx.args.iter().cloned()) };
        let out = &mut ctx.out;
        let (kind, mut options) = match self.kind {
            Some(kind) => (kind, Vec::new()),
            None => wizard.guess(out)?,
        };
        loop {
            let trial = wizard.trial(kind, &options)?;
            trial.messages.lines().take(MOST_LINES).for_each(|line| out.status(line));
            out.status(trial.verdict(kind));
            out.status(format_args!("{}", wizard.shown(kind, &options)));
            let question = "More options, e.g. --assume-tz Europe/Berlin or --map login=email. Enter - to remove the last option, or nothing to continue: ";
            let answer = out.ask(question)?.unwrap_or_default();
            if answer.is_empty() {
                break;
            }
            if answer == "-" {
                options.pop();
                continue;
            }
            match shlex::split(&answer) {
                Some(words) => options.extend(words),
                None => out.problem("a quote is not closed"),
            }
        }
        let command = wizard.shown(kind, &options);
        if out.agrees(&format!("Run {command}?"))? != Some(true) {
            out.status("nothing was imported");
            return Ok(ExitStatus::Done);
        }
        if let Some(name) =
            out.ask("Save the options as a preset, as FILE.toml (empty: no): ")?.filter(|name| !name.is_empty())
        {
            options.extend(["--save-preset".to_owned(), name]);
        }
        let status = wizard.command(kind, &options).status().context("cannot run rollbook again")?;
        out.status(format_args!("the command was: {}", wizard.shown(kind, &options)));
        match status.code() {
            Some(0) => Ok(ExitStatus::Done),
            _ => Err(Failure::failed("the import failed: see the messages above").into()),
        }
    }
}

/// Runs this program on the file.
struct Wizard {
    file: PathBuf,
    /// The options that choose the database.
    database: Vec<(&'static str, String)>,
}

impl Wizard {
    /// The kind as which most rows are valid, and the options for it: none, or a preset.
    fn guess(&self, out: &Output) -> anyhow::Result<(Kind, Vec<String>)> {
        let mut best = (0, Kind::Actions, Vec::new());
        for kind in Kind::ALL {
            let trial = self.trial(kind, &[])?;
            out.status(trial.verdict(kind));
            if trial.valid > best.0 {
                best = (trial.valid, kind, Vec::new());
            }
        }
        if best.0 == 0 {
            for (preset, _) in BUILT_IN {
                let kind = if preset.ends_with("-users") { Kind::Users } else { Kind::Actions };
                let options = vec!["--preset".to_owned(), preset.to_owned()];
                let trial = self.trial(kind, &options)?;
                if trial.valid > best.0 {
                    out.status(format_args!("with --preset {preset}, {}", trial.verdict(kind)));
                    best = (trial.valid, kind, options);
                }
            }
        }
        let (_, kind, options) = best;
        let question = format!("Import as users, actions or champions [{}]: ", kind.name());
        let answer = out.ask(&question)?.unwrap_or_default();
        match Kind::ALL.into_iter().find(|kind| kind.name() == answer) {
            Some(given) if given != kind => Ok((given, Vec::new())),
            Some(_) => Ok((kind, options)),
            None if answer.is_empty() => Ok((kind, options)),
            None => Err(Failure::usage(format!("{answer:?}: expected users, actions or champions")).into()),
        }
    }

    /// Imports the file without changing anything.
    fn trial(&self, kind: Kind, options: &[String]) -> anyhow::Result<Trial> {
        let mut command = self.command(kind, options);
        command.args(["--dry-run", "--on-error", "skip", "--summary", "-", "--format", "table", "--progress", "off"]);
        let output =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().context("cannot run rollbook again")?;
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let file = &summary["files"][0];
        let number = |name: &str| file[name].as_u64().unwrap_or_default();
        Ok(Trial {
            read: number("read"),
            valid: number("read").saturating_sub(number("rejected")).saturating_sub(number("conflict")),
            conflicts: number("conflict"),
            messages: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    fn command(&self, kind: Kind, options: &[String]) -> Process {
        let mut command = Process::new(std::env::current_exe().unwrap_or_else(|_| "rollbook".into()));
        command.args(["import", kind.name()]).arg(&self.file).args(options.iter().map(OsString::from));
        command.args(self.database.iter().flat_map(|(name, value)| [*name, value]));
        command
    }

    /// The command as a person types it.
    fn shown(&self, kind: Kind, options: &[String]) -> String {
        let mut words = vec!["rollbook import".to_owned(), kind.name().to_owned()];
        words.push(shell_quoted(&self.file.display().to_string()));
        words.extend(options.iter().map(|option| shell_quoted(option)));
        words.extend(self.database.iter().flat_map(|(name, value)| [(*name).to_owned(), shell_quoted(value)]));
        words.join(" ")
    }
}

use anstream::ColorChoice;
use anyhow::Context as _;
use clap::Command;

use crate::error::{ExitStatus, Failure};
use crate::output::print_help;
use crate::settings::pager_without_configuration;

/// What else `rollbook help` explains, beside the commands.
pub const TOPICS: [(&str, &str); 10] = [
    ("exit-codes", include_str!("help/topics/exit-codes.txt")),
    ("time", include_str!("help/topics/time.txt")),
    ("importing", include_str!("help/topics/importing.txt")),
    ("sources", include_str!("help/topics/sources.txt")),
    ("formats", include_str!("help/topics/formats.txt")),
    ("config", include_str!("help/topics/config.txt")),
    ("environment", include_str!("help/topics/environment.txt")),
    ("connecting", include_str!("help/topics/connecting.txt")),
    ("cron", include_str!("help/topics/cron.txt")),
    ("privacy", include_str!("help/topics/privacy.txt")),
];

/// Print the help of a command or of a topic
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Names of a command, e.g. users list; or a topic
    #[arg(value_name = "COMMAND|TOPIC")]
    names: Vec<String>,
}

impl Args {
    /// Prints the help of one of the commands, or of a topic.
    ///
    /// # Errors
    /// If there is no such command or topic.
    pub fn print(&self, commands: Command, no_pager: bool) -> anyhow::Result<ExitStatus> {
        let Some(text) = topic(&self.names, commands) else {
            let topics: Vec<&str> = TOPICS.iter().map(|(name, _)| *name).chain(["options"]).collect();
            let name = self.names.join(" ");
            return Err(Failure::unknown("topic", &name, topics.iter().copied())
                .with_message(format!("no help for {name:?}"))
                .with_status(ExitStatus::Usage)
                .or_hint(format!("expected a command, or a topic: {}", topics.join(", ")))
                .into());
        };
        let pager = if no_pager { None } else { pager_without_configuration() };
        print_help(&format!("{}\n", text.trim_end()), ColorChoice::Auto, pager)
            .context("cannot write to standard output")?;
        Ok(ExitStatus::Done)
    }
}

/// The help of a topic, or of the command with these names; `None` if there is neither.
fn topic(names: &[String], mut commands: Command) -> Option<String> {
    if let [name] = names {
        if let Some((_, text)) = TOPICS.iter().find(|(topic, _)| topic == name) {
            return Some((*text).to_owned());
        }
        if name == "options" {
            return Some(options(&commands));
        }
    }
    commands.build();
    let found = names.iter().try_fold(&mut commands, |command, name| command.find_subcommand_mut(name))?;
    Some(found.render_long_help().to_string())
}

/// The global options.
pub(super) fn options(commands: &Command) -> String {
    let global = commands.get_arguments().filter(|argument| argument.is_global_set()).cloned();
    let mut command = Command::new("rollbook").disable_help_flag(true).args(global).help_template("{all-args}");
    format!("Options of every command\n\n{}", command.render_long_help())
}

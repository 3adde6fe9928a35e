//! The help: examples for every command, and the global options at the root only.

use clap::{Arg, Command};

use super::deferred::whole_command;
use crate::commands::TOPICS;

/// A section a command, `[users list]`; a line that starts with `#` says what the next line, the command, does.
const EXAMPLES: &str = include_str!("help/examples.txt");

/// The most used commands by task, with what they do in a few words.
const TASKS: &[(&str, &[(&str, &str)])] = &[
    (
        "People",
        &[("users list", "List users"), ("users create", "Create a user"), ("users roles add", "Grant roles to users")],
    ),
    (
        "Activity",
        &[
            ("actions list", "List actions"),
            ("actions stats", "Count actions and users"),
            ("report", "Report on a month or quarter"),
        ],
    ),
    (
        "Champions",
        &[
            ("champions board", "Show the pipeline"),
            ("champions suggest", "Suggest active users as champions"),
            ("champions advance", "Move records one step forward"),
        ],
    ),
    (
        "Import",
        &[
            ("import all", "Import users, actions and champions from a directory"),
            ("import history", "List past imports"),
        ],
    ),
    ("Database", &[("migrate run", "Create or update the tables"), ("db backup", "Write a verified backup")]),
];

/// The help of the program in at most 24 lines: tasks instead of groups of commands and of global options.
const SHORT_TEMPLATE: &str = "{about}\n\n{usage-heading} {usage}{after-help}";

/// The commands, with their help.
#[must_use]
pub fn command() -> Command {
    let root = whole_command();
    let global: Vec<Arg> = root
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .map(|argument| argument.clone().hide(true))
        .collect();
    let mut root = root.help_template(SHORT_TEMPLATE);
    let groups: Vec<String> = root.get_subcommands().map(|group| group.get_name().to_owned()).collect();
    for group in &groups {
        root = root.mut_subcommand(group, |command| with_help(command.args(&global), group));
    }
    let topics: Vec<&str> = TOPICS.iter().map(|(name, _)| *name).chain(["options"]).collect();
    let after = format!(
        "{}\nAll commands: rollbook COMMAND --help, where COMMAND is {}\nMore help: rollbook help TOPIC, where TOPIC is {}",
        tasks(),
        groups.join(", "),
        topics.join(", ")
    );
    root.after_help(after)
}

/// Adds the examples to a command, or to all commands of a group.
fn with_help(mut command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |command| with_help(command, &format!("{path} {name}")));
    }
    let more = "Global options, e.g. --format and --database-url: rollbook help options";
    match examples(path) {
        Some(examples) => command.after_long_help(format!("Examples:\n{examples}\n{more}")).after_help(more),
        None => command.after_help(more),
    }
}

/// The examples of a command, indented.
fn examples(path: &str) -> Option<String> {
    let (_, section) = EXAMPLES.split_once(&format!("[{path}]\n"))?;
    let lines = section.lines().take_while(|line| !line.is_empty());
    Some(lines.flat_map(|line| ["  ", line, "\n"]).collect())
}

/// The most used commands with what they do.
fn tasks() -> String {
    let mut text = String::new();
    for (task, commands) in TASKS {
        for (i, (path, what)) in commands.iter().enumerate() {
            let task = if i == 0 { task } else { "" };
            text.extend([format!("  {task:<11}{path:<19}{what}\n")]);
        }
    }
    text
}

//! Which words of a command line are those of the command, before it is parsed: what stands between them are options.

use std::ffi::OsString;

use clap::{Arg, Command};

/// The command that the arguments name, as far as there is one.
pub(super) struct Named<'a> {
    /// The command, or the group of commands; without any word of one, the root.
    pub(super) command: &'a Command,
    /// The place of the first word that names no subcommand of it.
    pub(super) rest: Option<usize>,
}

/// The command that the arguments name, of which the first is the program's name.
pub(super) fn named<'a>(args: &[OsString], root: &'a Command) -> Named<'a> {
    let mut command = root;
    let mut place = 1;
    while let Some(word) = args.get(place) {
        let text = word.to_str().unwrap_or_default();
        if text.starts_with('-') {
            place += 1 + usize::from(takes_next_word(text, command) || takes_next_word(text, root));
            continue;
        }
        match command.find_subcommand(word) {
            Some(subcommand) => command = subcommand,
            None => return Named { command, rest: Some(place) },
        }
        place += 1;
    }
    Named { command, rest: None }
}

/// Whether the word after an option is its value.
fn takes_next_word(option: &str, command: &Command) -> bool {
    let is_it = |argument: &Arg| match option.strip_prefix("--") {
        Some(long) => argument.get_long_and_visible_aliases().is_some_and(|names| names.contains(&long)),
        // Of several short options in one word, the last one can have a value.
        None => option.chars().last().is_some_and(|last| argument.get_short() == Some(last)),
    };
    command.get_arguments().any(|argument| argument.get_action().takes_values() && is_it(argument))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;

    #[test]
    fn values_of_options_are_no_commands() {
        for (line, command, rest) in [
            ("users list --role admin", "list", None),
            ("--profile users actions list", "list", None),
            ("--profile=users -q champions advance help", "advance", Some(5)),
            ("users --tz UTC help", "users", Some(4)),
            ("people list", "rollbook", Some(1)),
            ("--database-url x people", "rollbook", Some(3)),
            ("", "rollbook", None),
        ] {
            let args: Vec<OsString> = ["rollbook"].into_iter().chain(line.split_whitespace()).map(Into::into).collect();
            let root = help::command();
            let named = named(&args, &root);
            assert_eq!((named.command.get_name(), named.rest), (command, rest), "{line}");
        }
    }
}

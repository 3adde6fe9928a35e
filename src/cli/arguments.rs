//! Parsing the command line: what is wrong with it is reported without the control characters that it may contain, and
//! an empty value, as an unset variable of a script leaves it, is never taken for an argument that was meant.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use super::{Cli, help};
use crate::error::ExitStatus;
use crate::output::print_usage_error;

/// The arguments whose empty value means something: to clear a field.
const CLEARED_BY_AN_EMPTY_VALUE: [&str; 2] = ["profile_img", "message"];

/// Parses the arguments, of which the first is the program's name.
///
/// # Errors
/// The exit status, after the help, the version or what is wrong was printed.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitStatus> {
    let args: Vec<OsString> = args.into_iter().collect();
    let request = request(&args);
    // Examples and topics are added only when they can be printed: that takes a tenth of the time of a short command.
    let mut command =
        if args.iter().any(asks_for_help) { help::command() } else { Cli::command().disable_help_subcommand(true) };
    let parsed = command.try_get_matches_from_mut(args).and_then(|matches| {
        reject_empty_values(&matches, &mut command)?;
        let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        Ok(Cli { request, ..cli })
    });
    parsed.map_err(|error| {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            // A closed pipe is no error of the command.
            drop(error.print());
            return ExitStatus::Done;
        }
        print_usage_error(&error.render().to_string());
        ExitStatus::Usage
    })
}

/// Options that do not matter for what a command changes, with whether they take a value.
const IRRELEVANT: [(&str, bool); 13] = [
    ("--operation-id", true),
    ("--database-url", true),
    ("--database-url-file", true),
    ("--lock-timeout", true),
    ("--actor", true),
    ("--format", true),
    ("--color", true),
    ("--progress", true),
    ("--create", false),
    ("--quiet", false),
    ("--verbose", false),
    ("--yes", false),
    ("-y", false),
];

/// The command line without what does not matter for a change: two runs with the same request ask for the same.
fn request(args: &[OsString]) -> String {
    let mut request = String::new();
    let mut args = args.iter().skip(1).map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        let name = arg.split_once('=').map_or(&*arg, |(name, _)| name);
        match IRRELEVANT.iter().find(|(option, _)| *option == name) {
            Some((_, takes_value)) if *takes_value && !arg.contains('=') => drop(args.next()),
            Some(_) => {}
            None if matches!(&*arg, "-q" | "-v" | "-vv") => {}
            None => request.extend([&*arg, "\n"]),
        }
    }
    request
}

/// Whether an argument may ask for help: `--help`, or `-h`, also among other short options.
fn asks_for_help(argument: &OsString) -> bool {
    argument.to_str().is_some_and(|text| {
        text == "--help" || (!text.starts_with("--") && text.starts_with('-') && text.contains('h'))
    })
}

/// Rejects an argument that is given without a value, in the command and the subcommand that was chosen.
fn reject_empty_values(matches: &ArgMatches, command: &mut Command) -> Result<(), clap::Error> {
    for id in matches.ids().map(clap::Id::as_str) {
        let is_empty = |value: &OsString| value.to_str().is_some_and(|value| value.trim().is_empty());
        // A group has no values of its own.
        let Ok(Some(values)) = matches.try_get_raw(id) else { continue };
        let values: Vec<OsString> = values.map(OsString::from).collect();
        if CLEARED_BY_AN_EMPTY_VALUE.contains(&id) || !values.iter().any(is_empty) {
            continue;
        }
        let Some(argument) = command.get_arguments().find(|argument| argument.get_id() == id) else { continue };
        let message = format!("a value is required for '{argument}', but it is empty (an unset variable?)");
        return Err(command.error(ErrorKind::InvalidValue, message));
    }
    if let Some((name, matches)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand_mut(name)
    {
        reject_empty_values(matches, subcommand)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(args: &[&str]) -> bool {
        parse(["rollbook"].iter().chain(args).map(OsString::from)).is_ok()
    }

    #[test]
    fn empty_value_is_a_usage_error_everywhere() {
        for empty in ["", " ", "\t"] {
            assert!(!is_accepted(&["users", "show", empty]));
            assert!(!is_accepted(&["users", "list", "--search", empty]));
            assert!(!is_accepted(&["users", "roles", "set", "ann", empty]));
            assert!(!is_accepted(&["champions", "advance", "--cohort", empty]));
            assert!(!is_accepted(&["users", "list", "--database-url", empty]));
            assert!(is_accepted(&["users", "update", "ann", "--profile-img", empty]));
            assert!(is_accepted(&["champions", "note", "ann", "--replace", "--message", empty]));
        }
    }

    /// Every option of every command, with an empty value.
    #[test]
    fn no_option_takes_an_empty_value() {
        fn options(command: &Command, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
            for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
                let Some(long) = argument.get_long() else { continue };
                if !CLEARED_BY_AN_EMPTY_VALUE.contains(&argument.get_id().as_str()) {
                    found.push(path.iter().cloned().chain([format!("--{long}"), String::new()]).collect());
                }
            }
            for subcommand in command.get_subcommands() {
                path.push(subcommand.get_name().to_owned());
                options(subcommand, path, found);
                path.pop();
            }
        }
        let mut found = Vec::new();
        options(&help::command(), &mut Vec::new(), &mut found);
        assert!(found.len() > 100, "{}", found.len());
        for args in found {
            assert!(!is_accepted(&args.iter().map(String::as_str).collect::<Vec<_>>()), "{args:?}");
        }
    }
}

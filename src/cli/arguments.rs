//! Parsing the command line: what is wrong with it is reported without the control characters that it may contain, and
//! an empty value, as an unset variable of a script leaves it, is never taken for an argument that was meant.

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use anstream::ColorChoice;
use anyhow::Context as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, FromArgMatches as _};

use super::deferred::{command_for_call, whole_command};
use super::words::named;
use super::{Cli, ask, help, tips, version};
use crate::error::ExitStatus;
use crate::output::{print_help, print_plain, print_usage_error, report_error, visible};
use crate::settings::{config, pager_without_configuration, switch};

/// Parses the arguments, of which the first is the program's name.
///
/// # Errors
/// The exit status, after the help, the version or what is wrong was printed.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitStatus> {
    let mut args = with_profile(args.into_iter().collect());
    if let Some(details) = asks_for_details(&args).then(version::details) {
        return Err(printed(print_plain(&details)));
    }
    // Examples and topics are added only when they can be printed: that takes a tenth of the time of a short command.
    let may_print_help = args.iter().any(asks_for_help);
    // To free the tree takes as long as to make it, and the program ends soon.
    let mut command = ManuallyDrop::new(if may_print_help { help::command() } else { command_for_call() });
    args = with_alias(args, &command).map_err(|error| report_error(&error, None))?;
    let mut parsed = parsed(&args, &mut command);
    if !may_print_help && parsed.as_ref().is_err_and(|error| error.kind() != ErrorKind::DisplayVersion) {
        // What was meant may be in another group.
        *command = whole_command();
        parsed = self::parsed(&args, &mut command);
    }
    if let Err(error) = &parsed
        && let Some(answers) = ask::for_missing(error, &args, &command)
    {
        args.extend(answers);
        parsed = self::parsed(&args, &mut command);
    }
    parsed.map_err(|error| report(error, &args, &command))
}

/// The exit status after the help or the version.
fn printed(written: std::io::Result<()>) -> ExitStatus {
    match written.context("cannot write to standard output") {
        Ok(()) => ExitStatus::Done,
        Err(error) => report_error(&error, None),
    }
}

/// Prints the help, the version or what is wrong.
fn report(mut error: clap::Error, args: &[OsString], command: &Command) -> ExitStatus {
    let asked_for_help = |error: &clap::Error| {
        error.get(ContextKind::InvalidSubcommand) == Some(&ContextValue::String("help".to_owned()))
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let pager = if error.kind() == ErrorKind::DisplayHelp { pager_of_help(args) } else { None };
            return printed(print_help(&error.render().ansi().to_string(), color(args), pager));
        }
        // The group's help, as with --help: of a group, `help` is asked in the same way.
        ErrorKind::InvalidSubcommand if asked_for_help(&error) => {
            let group = named(args, command).rest.map_or(args, |place| &args[..place]);
            let asked = group.iter().cloned().chain(["--help".into()]);
            if let Err(help) = help::command().try_get_matches_from(asked) {
                return report(help, args, command);
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            if let Err(help) = help::command().try_get_matches_from(args) {
                error = help;
            }
        }
        _ => tips::improve(&mut error, args, command),
    }
    make_visible(&mut error);
    print_usage_error(&error.render().to_string(), color(args));
    ExitStatus::Usage
}

/// Escapes the line ends and control characters of the arguments that an error repeats: what looks like a message of
/// rollbook is one.
fn make_visible(error: &mut clap::Error) {
    let shown = |text: &String| visible(text).into_owned();
    let values: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(shown(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(shown).collect()))),
            _ => None,
        })
        .collect();
    for (kind, value) in values {
        error.insert(kind, value);
    }
}

/// When help and usage errors have colors: the other settings are not known yet.
fn color(args: &[OsString]) -> ColorChoice {
    let given =
        args.iter().zip(args.iter().skip(1)).find(|(name, _)| *name == "--color").map(|(_, value)| value.clone());
    let given = given.or_else(|| args.iter().find_map(|arg| Some(arg.to_str()?.strip_prefix("--color=")?.into())));
    match given.or_else(|| std::env::var_os("ROLLBOOK_COLOR")).as_ref().and_then(|value| value.to_str()) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// The pager of a help text.
fn pager_of_help(args: &[OsString]) -> Option<String> {
    let is_off = args.iter().any(|arg| arg == "--no-pager") || switch(false, "ROLLBOOK_NO_PAGER").unwrap_or(true);
    if is_off { None } else { pager_without_configuration() }
}

fn parsed(args: &[OsString], command: &mut Command) -> Result<Cli, clap::Error> {
    let matches = command.try_get_matches_from_mut(args)?;
    reject_empty_values(&matches, command)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(command))?;
    Ok(Cli { request: request(args), args: args.to_vec(), ..cli })
}

/// Whether the version is asked for with what the program was built from.
fn asks_for_details(args: &[OsString]) -> bool {
    let has = |names: &[&str]| args.iter().skip(1).any(|arg| names.iter().any(|name| arg == name));
    has(&["--version", "-V"]) && has(&["--verbose", "-v", "-vv"]) || has(&["-vV", "-Vv"])
}

/// The arguments, with `@prod` in the first place as `--profile=prod`.
fn with_profile(mut args: Vec<OsString>) -> Vec<OsString> {
    if let Some(name) = args.get(1).and_then(|arg| arg.to_str()?.strip_prefix('@').map(ToOwned::to_owned)) {
        args[1] = format!("--profile={name}").into();
    }
    args
}

/// The arguments, with the command for which their first word stands by the configuration, if rollbook has none of that
/// name.
///
/// # Errors
/// If the configuration is invalid: whether it has such a command is then not known.
fn with_alias(mut args: Vec<OsString>, command: &Command) -> anyhow::Result<Vec<OsString>> {
    let named = named(&args, command);
    if named.command.get_name() == command.get_name()
        && let Some(place) = named.rest
        && let Some(name) = args[place].to_str().filter(|name| *name != "help")
        && let Some(alias) = config::read()?.aliases.get(name)
    {
        let words = shlex::split(&alias.text).unwrap_or_default();
        args.splice(place..=place, words.into_iter().map(OsString::from));
    }
    Ok(args)
}

/// Options that do not matter for what a command changes, with whether they take a value.
const IRRELEVANT: [(&str, bool); 26] = [
    ("--operation-id", true),
    ("--dry-run", false),
    ("-n", false),
    ("--database-url", true),
    ("--database-url-file", true),
    ("--read-url", true),
    ("--max-staleness", true),
    ("--lock-timeout", true),
    ("--actor", true),
    ("--format", true),
    ("--color", true),
    ("--progress", true),
    ("--profile", true),
    ("--confirm-profile", true),
    ("--times", true),
    ("--json", true),
    ("--jq", true),
    ("--no-header", false),
    ("--no-pager", false),
    ("--no-input", false),
    ("--all-cohorts", false),
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
            // The short form of --format.
            None if &*arg == "-f" => drop(args.next()),
            None if arg.starts_with("-f") => {}
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
    // A global option is one of the subcommand, too, whose usage is the one to show.
    if let Some((name, matches)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand_mut(name)
    {
        reject_empty_values(matches, subcommand)?;
    }
    for id in matches.ids().map(clap::Id::as_str) {
        let is_empty = |value: &OsString| value.to_str().is_some_and(|value| value.trim().is_empty());
        // A group has no values of its own.
        let Ok(Some(values)) = matches.try_get_raw(id) else { continue };
        let values: Vec<OsString> = values.map(OsString::from).collect();
        if !values.iter().any(is_empty) {
            continue;
        }
        let Some(argument) = command.get_arguments().find(|argument| argument.get_id() == id) else { continue };
        let message = format!("a value is required for '{argument}', but it is empty (an unset variable?)");
        return Err(command.error(ErrorKind::InvalidValue, message));
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
            assert!(!is_accepted(&["users", "update", "ann", "--profile-img", empty]));
            assert!(!is_accepted(&["champions", "note", "ann", "--replace", "--message", empty]));
        }
    }

    /// Every option of every command, with an empty value.
    #[test]
    fn no_option_takes_an_empty_value() {
        fn options(command: &Command, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
            for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
                let Some(long) = argument.get_long() else { continue };
                found.push(path.iter().cloned().chain([format!("--{long}"), String::new()]).collect());
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

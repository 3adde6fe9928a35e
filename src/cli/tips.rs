//! Tips for a command line that is wrong: what was probably meant, and not whatever is spelled a little like it.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::words::named;
use crate::text::nearest;

/// What other programs call a command, and what it may be called here: the first that the group has.
const OTHER_NAMES: [(&str, &[&str]); 29] = [
    ("add", &["create", "nominate", "record", "feed"]),
    ("apply", &["run"]),
    ("completion", &["completions"]),
    ("create", &["nominate", "record"]),
    ("database", &["db"]),
    ("delete", &["erase", "withdraw", "unset"]),
    ("demote", &["move"]),
    ("describe", &["show"]),
    ("down", &["revert"]),
    ("dump", &["backup", "export"]),
    ("edit", &["update", "note"]),
    ("find", &["list"]),
    ("get", &["show"]),
    ("grant", &["add"]),
    ("info", &["show"]),
    ("log", &["history"]),
    ("logs", &["history"]),
    ("migrations", &["migrate"]),
    ("modify", &["update"]),
    ("new", &["create", "nominate", "record"]),
    ("promote", &["advance"]),
    ("remove", &["erase", "withdraw", "unset"]),
    ("revoke", &["remove"]),
    ("rm", &["erase", "withdraw", "unset"]),
    ("rollback", &["revert"]),
    ("search", &["list"]),
    ("up", &["run"]),
    ("view", &["show"]),
    ("whoami", &["config"]),
];

/// Replaces the tips of an error by better ones, or by none.
pub(super) fn improve(error: &mut clap::Error, args: &[OsString], root: &Command) {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(given)), _) => {
            let meant = meant(given, named(args, root).command);
            error.remove(ContextKind::SuggestedSubcommand);
            if !meant.is_empty() {
                error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(meant));
            }
        }
        (ErrorKind::UnknownArgument, _, Some(ContextValue::String(given))) => {
            let given = given.clone();
            let word = given.trim_start_matches('-');
            let is_meant = |suggested: &ContextValue| match suggested {
                ContextValue::String(suggested) => {
                    nearest(word, [suggested.trim_start_matches('-')].into_iter()).is_some()
                }
                _ => true,
            };
            if !error.get(ContextKind::SuggestedArg).is_some_and(is_meant) {
                error.remove(ContextKind::SuggestedArg);
                // The usage is that of the suggestion, too.
                let mut root = root.clone();
                root.build();
                let usage = named(args, &root).command.clone().render_usage();
                error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
            }
            // What starts with two dashes was meant as an option.
            if given.starts_with("--") {
                error.remove(ContextKind::Suggested);
            }
        }
        _ => {}
    }
}

/// The subcommand of a group that was probably meant; at the root, those of this name in the groups.
fn meant(given: &str, group: &Command) -> Vec<String> {
    let names: Vec<&str> = group.get_subcommands().map(Command::get_name).collect();
    let given = given.to_lowercase();
    let of_others = OTHER_NAMES.iter().find(|(other, _)| *other == given).map(|(_, ours)| *ours);
    let same = of_others.into_iter().flatten().copied().find(|ours| names.contains(ours));
    if let Some(name) = same {
        return vec![name.to_owned()];
    }
    let groups = group.get_subcommands().filter(|group| group.find_subcommand(&given).is_some());
    let inside: Vec<String> = groups.map(|group| format!("{} {given}", group.get_name())).collect();
    if inside.is_empty() {
        nearest(&given, names.into_iter()).map(ToOwned::to_owned).into_iter().collect()
    } else {
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::cli::help;

    fn tip(args: &[&str]) -> Option<String> {
        let args: Vec<OsString> = ["rollbook"].iter().chain(args).map(OsString::from).collect();
        let root = help::command();
        let mut error = root.clone().try_get_matches_from(&args).unwrap_err();
        improve(&mut error, &args, &root);
        let rendered = error.render().to_string();
        rendered.lines().find_map(|line| line.trim().strip_prefix("tip: ").map(ToOwned::to_owned))
    }

    #[test]
    fn what_other_programs_call_a_command_is_known() {
        for (args, expected) in [
            (["users", "remove"], "'erase'"),
            (["champions", "promote"], "'advance'"),
            (["champions", "create"], "'nominate'"),
            (["migrate", "up"], "'run'"),
            (["users", "shwo"], "'show'"),
        ] {
            let tip = tip(&args).unwrap_or_default();
            assert!(tip.contains(expected), "{args:?}: {tip}");
        }
        assert!(tip(&["restore"]).unwrap().contains("'db restore'"));
        assert!(tip(&["--profile", "users", "feed"]).unwrap().contains("'users feed', 'actions feed'"));
        assert!(tip(&["completion"]).unwrap().contains("'completions'"));
    }

    #[test]
    fn nothing_else_is_suggested() {
        for args in [
            &["users", "frobnicate"][..],
            &["report", "--frobnicate"],
            &["users", "list", "--web"],
            &["users", "--version"],
        ] {
            assert_eq!(tip(args), None, "{args:?}");
        }
        assert!(tip(&["users", "list", "--serach", "x"]).unwrap().contains("--search"));
        assert!(parse(["rollbook", "users", "help"].iter().map(OsString::from)).is_err());
    }
}

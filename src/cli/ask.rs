//! Asks for required arguments that the command line lacks: on a terminal only.

use std::ffi::OsString;

use anyhow::Context as _;
use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{FuzzySelect, Input};

use super::pick;
use super::words::named;

/// The arguments that are missing, as a person answers for each; `None` if they are not the only thing that is wrong, nobody
/// can be asked, or an answer is empty.
pub(super) fn for_missing(error: &clap::Error, args: &[OsString], root: &Command) -> Option<Vec<OsString>> {
    if error.kind() != ErrorKind::MissingRequiredArgument || !pick::can_ask(args) {
        return None;
    }
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
    let command = named(args, root).command;
    // One that is required under a condition only has other brackets.
    let name = |text: &str| text.replace(['<', '['], "<").replace(['>', ']'], ">");
    let find = |text: &String| command.get_arguments().find(|argument| name(&argument.to_string()) == name(text));
    let missing: Vec<&Arg> = missing.iter().map(find).collect::<Option<_>>()?;
    let mut answers = Vec::new();
    for argument in missing {
        let answer = answer(argument, args).ok()??;
        match argument.get_long() {
            Some(long) => answers.push(format!("--{long}={answer}").into()),
            // An answer is never an option.
            None if answer.starts_with('-') => return None,
            // Several values are words, as on the command line.
            None if takes_several(argument) => answers.extend(shlex::split(&answer)?.into_iter().map(OsString::from)),
            None => answers.push(answer.into()),
        }
    }
    Some(answers)
}

/// What a person answers for an argument; a user and a value of a list are picked.
fn answer(argument: &Arg, args: &[OsString]) -> anyhow::Result<Option<String>> {
    if matches!(argument.to_string().trim_end_matches('.'), "<USER>" | "[USER]") {
        return pick::pick_user(args, None);
    }
    let values = argument.get_possible_values();
    let theme = ColorfulTheme::default();
    let prompt = prompt(argument);
    if !values.is_empty() && !takes_several(argument) {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        let picked = FuzzySelect::with_theme(&theme).with_prompt(prompt).items(&names).default(0).interact_opt();
        return Ok(picked.context("cannot read the terminal")?.map(|place| names[place].to_owned()));
    }
    let typed: String = Input::with_theme(&theme)
        .with_prompt(prompt)
        .allow_empty(true)
        .interact_text()
        .context("cannot read the terminal")?;
    Ok(Some(typed).filter(|typed| !typed.trim().is_empty()))
}

fn takes_several(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|range| range.max_values() > 1)
}

/// What the help says of an argument, without what follows a semicolon.
fn prompt(argument: &Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.split([';', '[', '\n']).next().unwrap_or_default().trim().to_owned();
    if help.is_empty() { argument.to_string() } else { help }
}

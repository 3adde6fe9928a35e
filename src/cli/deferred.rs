//! Groups of commands whose commands and options are only made when the group is the one that is called: making all of them
//! takes half of the time of a short command.

use std::cell::Cell;

use clap::{ArgMatches, Command, CommandFactory as _, Error, FromArgMatches, Subcommand};

use super::Cli;

thread_local! {
    static IS_FOR_CALL: Cell<bool> = const { Cell::new(false) };
}

/// All commands with all their options.
pub(super) fn whole_command() -> Command {
    Cli::command().disable_help_subcommand(true)
}

/// The commands of one call, in which a group is empty until the call names it.
pub(super) fn command_for_call() -> Command {
    IS_FOR_CALL.set(true);
    let command = whole_command();
    IS_FOR_CALL.set(false);
    command
}

/// A group of commands.
#[derive(Debug)]
pub struct Deferred<T>(pub T);

impl<T: FromArgMatches> FromArgMatches for Deferred<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Subcommand> Subcommand for Deferred<T> {
    fn augment_subcommands(group: Command) -> Command {
        if IS_FOR_CALL.get() { group.defer(T::augment_subcommands) } else { T::augment_subcommands(group) }
    }

    fn augment_subcommands_for_update(group: Command) -> Command {
        T::augment_subcommands_for_update(group)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}

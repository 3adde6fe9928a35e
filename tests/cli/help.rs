//! Every help text in one snapshot: a change of the command line shows in review.

use clap::{Command, CommandFactory as _};
use rollbook::cli::Cli;

fn write_help(command: &mut Command, path: &str, out: &mut String) {
    let path = format!("{path}{}", command.get_name());
    let help = command.render_long_help();
    out.extend(["$ ", &path, " --help\n", &help.to_string(), "\n"]);
    for subcommand in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        write_help(subcommand, &format!("{path} "), out);
    }
}

#[test]
fn help() {
    let mut out = String::new();
    let mut command = Cli::command().term_width(100);
    command.build();
    write_help(&mut command, "", &mut out);
    insta::assert_snapshot!(out);
}

#[test]
fn the_command_tree_is_consistent() {
    Cli::command().debug_assert();
}

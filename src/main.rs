//! Parse, run, exit.

use std::process::ExitCode;

use rollbook::cli::{Cli, complete, parse};

fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(complete::command).complete();
    parse(std::env::args_os()).map_or_else(Into::into, |cli: Cli| cli.run().into())
}

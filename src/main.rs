//! Parse, run, exit.

use std::process::ExitCode;

use rollbook::cli::{Cli, parse};

fn main() -> ExitCode {
    parse(std::env::args_os()).map_or_else(Into::into, |cli: Cli| cli.run().into())
}

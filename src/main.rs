//! Parse, run, exit.

use std::process::ExitCode;

use clap::Parser as _;
use rollbook::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run().into()
}

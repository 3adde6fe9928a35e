//! Parse, run, turn an error into an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use rollbook::cli::Cli;
use rollbook::error::status_of;
use rollbook::output::report_error;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(status) => status.into(),
        Err(error) => {
            report_error(&error);
            status_of(&error).into()
        }
    }
}

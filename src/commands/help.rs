use std::io::{self, Write as _};

use crate::cli::help::{TOPICS, topic};
use crate::error::{ExitStatus, Failure};

/// Print the help of a command or of a topic
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Names of a command, e.g. users list; or a topic
    #[arg(value_name = "COMMAND|TOPIC")]
    names: Vec<String>,
}

impl Args {
    /// Prints the help.
    ///
    /// # Errors
    /// If there is no such command or topic.
    pub fn print(&self) -> anyhow::Result<ExitStatus> {
        let Some(text) = topic(&self.names) else {
            let topics: Vec<&str> = TOPICS.iter().map(|(name, _)| *name).chain(["options"]).collect();
            return Err(Failure::usage(format!("no help for {:?}", self.names.join(" ")))
                .hint(format!("expected a command, or a topic: {}", topics.join(", ")))
                .into());
        };
        // A closed pipe is no error of the command.
        drop(writeln!(io::stdout(), "{}", text.trim_end()));
        Ok(ExitStatus::Done)
    }
}

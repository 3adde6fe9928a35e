use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::TOPICS;
use crate::error::ExitStatus;

/// Write the manual pages, one a command and one a help topic, into a directory
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory to write to; it is created
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Args {
    /// Writes the pages of the commands and topics.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn write(&self, mut root: clap::Command) -> anyhow::Result<ExitStatus> {
        let directory = &self.directory;
        fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
        root.build();
        write_command(root, directory)?;
        for (topic, text) in TOPICS {
            let name = format!("rollbook-{topic}.7");
            write_page(&directory.join(name), &topic_page(topic, text))?;
        }
        Ok(ExitStatus::Done)
    }
}

/// Writes the page of a command, and those of its subcommands.
fn write_command(command: clap::Command, directory: &Path) -> anyhow::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    for subcommand in command.get_subcommands() {
        if subcommand.get_name() != "help" {
            write_command(subcommand.clone(), directory)?;
        }
    }
    let mut page = Vec::new();
    // Without a date: the same program writes the same pages.
    Man::new(command.disable_help_flag(true).flatten_help(false)).date("").manual("rollbook").render(&mut page)?;
    write_page(&directory.join(format!("{name}.1")), &page)
}

fn write_page(path: &Path, page: &[u8]) -> anyhow::Result<()> {
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}

/// A help topic as a page, with its lines as they are.
fn topic_page(topic: &str, text: &str) -> Vec<u8> {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    let mut page = Roff::new();
    page.control("TH", [format!("rollbook-{topic}").as_str(), "7", "", "rollbook", "rollbook"]);
    page.control("SH", ["NAME"]);
    page.text([roman(format!("rollbook-{topic} - {}", title.to_lowercase()))]);
    page.control("SH", ["DESCRIPTION"]);
    page.control("nf", []);
    for line in body.trim().lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
    page.control("SH", ["SEE ALSO"]);
    page.text([bold("rollbook"), roman("(1)")]);
    page.to_roff().into_bytes()
}

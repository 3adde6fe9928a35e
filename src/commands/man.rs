use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::TOPICS;
use super::help::options;
use crate::error::{ExitStatus, Failure};
use crate::output::OutputFile;
use crate::text::Quoted as _;

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
        let options = options(&root);
        fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.quoted()))?;
        root.build();
        write_command(root, directory)?;
        for (topic, text) in TOPICS.into_iter().chain([("options", options.as_str())]) {
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
    let more = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    // A manual has all options.
    let command =
        command.mut_args(|argument| argument.hide_short_help(false)).disable_help_flag(true).flatten_help(false);
    let has_subcommands = command.has_subcommands();
    // Without a date: the same program writes the same pages.
    let man = Man::new(command).date("").source("rollbook").manual("rollbook");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_subcommands {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(examples) = more.strip_prefix("Examples:\n") {
        let examples = examples.split("\n\n").next().unwrap_or_default();
        let mut section = Roff::new();
        section.control("SH", ["EXAMPLES"]);
        add_lines(&mut section, examples);
        page.extend(section.to_roff().into_bytes());
    }
    write_page(&directory.join(format!("{name}.1")), &page)
}

/// Adds lines as they are.
fn add_lines(page: &mut Roff, text: &str) {
    page.control("nf", []);
    for line in text.trim_end().lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}

/// Writes a page in one step, in the place of an earlier one, but of nothing else.
fn write_page(path: &Path, page: &[u8]) -> anyhow::Result<()> {
    let replaces = match fs::read(path) {
        Ok(found) => String::from_utf8_lossy(&found[..found.len().min(200)]).contains(".TH rollbook"),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    if !replaces {
        let failure = Failure::usage(format!("{} already exists, and is not a manual page of rollbook", path.quoted()));
        return Err(failure.hint("name another directory").into());
    }
    let file = OutputFile::create(path, true)?;
    let cannot = || format!("cannot write {}", path.quoted());
    file.handle().and_then(|mut handle| handle.write_all(page)).with_context(cannot)?;
    file.finish()?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).with_context(cannot)
}

/// A help topic as a page, with its lines as they are.
fn topic_page(topic: &str, text: &str) -> Vec<u8> {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    let mut page = Roff::new();
    page.control("TH", [format!("rollbook-{topic}").as_str(), "7", "", "rollbook", "rollbook"]);
    page.control("SH", ["NAME"]);
    page.text([roman(format!("rollbook-{topic} - {}", title.to_lowercase()))]);
    page.control("SH", ["DESCRIPTION"]);
    add_lines(&mut page, body.trim());
    page.control("SH", ["SEE ALSO"]);
    page.text([bold("rollbook"), roman("(1)")]);
    page.to_roff().into_bytes()
}

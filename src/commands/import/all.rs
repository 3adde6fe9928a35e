use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::actions::Keys;
use super::{Common, import_files};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::import::{FileKind, Options};
use crate::models::Role;
use crate::output::Output;
use crate::text::Quoted as _;

/// Import users, actions and champions from a directory in one transaction
///
/// Takes users.csv and users-*.csv, then the same for actions and champions, each also as .jsonl or .xlsx and compressed
/// (.gz, .zst), in the order of their names. Other files, and those whose names say that they are backups or rejected rows, are not imported; their
/// names are printed.
#[derive(Debug, clap::Args)]
#[command(mut_arg("rejects", |argument| argument.hide(true)))]
pub struct Args {
    /// Directory with the files
    dir: PathBuf,
    /// Update existing users from users.csv; columns that it does not have are unchanged
    ///
    /// The column roles replaces all roles of a user, except champion while the user is one.
    #[arg(long)]
    update: bool,
    /// Privileged roles that the file may grant; the first import of a database may grant all
    #[arg(long, value_name = "ROLE", value_enum, value_delimiter = ',', hide_short_help = true)]
    allow_roles: Vec<Role>,
    #[command(flatten, next_help_heading = "Events")]
    keys: Keys,
    #[command(flatten)]
    common: Common,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut options = self.common.options()?;
        if options.rejects.is_some() {
            return Err(Failure::new(
                ExitStatus::Usage,
                "--rejects cannot be used with import all, whose files have different columns",
            )
            .hint("import each file separately, e.g. rollbook import users users.csv --rejects rejects.csv")
            .into());
        }
        if !options.interpretation.preset.is_empty() {
            return Err(Failure::usage("a preset cannot be used with import all, whose files are of several kinds")
                .hint("import each file separately, e.g. rollbook import users users.csv --preset canvas-users")
                .into());
        }
        self.keys.apply(&mut options);
        options.interpretation.update = self.update;
        options.interpretation.allow_roles.clone_from(&self.allow_roles);
        options.interpretation.several_kinds = true;
        Ok(options)
    }

    fn files(&self, out: &Output) -> anyhow::Result<Vec<(FileKind, PathBuf)>> {
        if !self.dir.is_dir() {
            let what = if self.dir.exists() { "is not a directory" } else { "does not exist" };
            return Err(Failure::failed(format!("{} {what}", self.dir.quoted()))
                .hint("import a single file with rollbook import users FILE, actions FILE or champions FILE")
                .into());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir).with_context(|| format!("cannot read {}", self.dir.quoted()))? {
            names.push(entry?.file_name());
        }
        names.sort();
        let kind_of_name = |name: &OsString| name.to_str().and_then(kind_of);
        // A dangling symbolic link counts as a file, so that opening it fails with an error.
        let of_kind = |kind: FileKind| {
            let names = names.iter().filter(move |name| kind_of_name(name) == Some(kind));
            names.map(move |name| (kind, self.dir.join(name)))
        };
        let files: Vec<(FileKind, PathBuf)> = FileKind::ALL.into_iter().flat_map(of_kind).collect();
        let ignored: Vec<String> =
            names.iter().filter(|name| kind_of_name(name).is_none()).map(|name| Path::new(name).quoted()).collect();
        if !ignored.is_empty() {
            // Those that look as if they were meant are named even where nothing else is.
            let text = format!("ignored in {}: {}", self.dir.quoted(), ignored.join(", "));
            if names.iter().filter_map(|name| name.to_str()).any(|name| kind_of(name).is_none() && looks_meant(name)) {
                out.note(text);
            } else {
                out.status(text);
            }
        }
        if files.is_empty() {
            return Err(Failure::failed(format!("{} contains no files to import", self.dir.quoted()))
                .hint("expected KIND.csv or KIND-*.csv, also .jsonl, .xlsx, .gz, .zst: users.csv, actions-2026-03.csv.gz, …")
                .into());
        }
        Ok(files)
    }
}

impl Command for Args {
    fn access(&self) -> Access {
        self.common.access()
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        import_files(self.files(&ctx.out)?, &self.common.reading, &self.options()?, ctx)
    }
}

/// Whether the name of a file that is ignored is nearly that of one which is imported: `users_2.csv`, `Actions.CSV`.
fn looks_meant(name: &str) -> bool {
    let name = name.to_lowercase();
    let kinds = FileKind::ALL.map(FileKind::as_str);
    let is_data = [".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".gz", ".zst", ".zip"];
    let starts = |kind: &str| name.starts_with(kind.trim_end_matches('s'));
    !is_set_aside(&name) && kinds.into_iter().any(starts) && is_data.iter().any(|end| name.ends_with(end))
}

/// Whether a name says that the file is a backup or has rejected rows.
fn is_set_aside(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    let says_so =
        |word: &str| word.contains("reject") || word.contains("backup") || word.trim_matches(char::is_numeric) == "bak";
    name.contains('~') || words.any(says_so)
}

/// The kind of a file by its name: `users.csv`, `actions-2026-03.csv.gz`. `None` for any other file, and for one that
/// is a backup or has rejected rows.
fn kind_of(name: &str) -> Option<FileKind> {
    let name = [".gz", ".zst"].into_iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    let stem = [".csv", ".jsonl", ".xlsx"].into_iter().find_map(|suffix| name.strip_suffix(suffix))?;
    let (kind, rest) = stem.split_once('-').unwrap_or((stem, ""));
    if is_set_aside(&rest.to_lowercase()) {
        return None;
    }
    FileKind::ALL.into_iter().find(|known| known.as_str() == kind)
}

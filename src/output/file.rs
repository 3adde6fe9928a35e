//! Files that a command writes beside its results: never one that is used by the command itself, and never half of one.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::{Builder, NamedTempFile};

use crate::error::Failure;
use crate::interrupt::{Leftover, temporary_file};
use crate::text::Quoted as _;

/// A file to write. It appears under its name when it is complete, readable by its owner only.
pub struct OutputFile {
    path: PathBuf,
    target: Target,
    overwrite: bool,
}

enum Target {
    /// A new file beside the path, which is renamed at the end.
    Beside(NamedTempFile, Leftover),
    /// A device or a pipe, which is written as it is.
    Special(File),
}

/// The files that a command uses, which none that it writes may be.
#[derive(Debug, Clone, Default)]
pub struct FilesInUse(Vec<(&'static str, PathBuf)>);

impl FilesInUse {
    /// Adds files, with what they are.
    pub fn add(&mut self, what: &'static str, paths: impl IntoIterator<Item = PathBuf>) {
        self.0.extend(paths.into_iter().map(|path| (what, path)));
    }

    /// Checks that a file can be written: it is none of those in use, and does not exist, unless it may be overwritten;
    /// `None` where the command has no option for that.
    ///
    /// # Errors
    /// Says which file the option names (exit code 2).
    pub fn check_output(&self, option: &str, path: &Path, overwrite: Option<bool>) -> Result<(), Failure> {
        if path == Path::new("-") {
            return Err(
                Failure::usage(format!("{option} -: standard output cannot be used for it")).hint("name a file")
            );
        }
        if let Some((what, _)) = self.0.iter().find(|(_, other)| is_same_file(path, other)) {
            let message = format!("{option} {}: this is {what}", path.quoted());
            return Err(Failure::usage(message).hint("name another file"));
        }
        match fs::metadata(path) {
            Ok(existing) if existing.is_dir() => {
                Err(Failure::usage(format!("{option} {}: this is a directory", path.quoted())).hint("name a file"))
            }
            Ok(existing) if existing.is_file() && overwrite != Some(true) => {
                let or_overwrite = if overwrite.is_some() { ", or add --overwrite" } else { "" };
                Err(Failure::usage(format!("{option} {} already exists", path.quoted()))
                    .hint(format!("name another file{or_overwrite}")))
            }
            _ => Ok(()),
        }
    }
}

/// Whether two paths lead to one file, also by a link, or would if it existed.
fn is_same_file(path: &Path, other: &Path) -> bool {
    match (fs::metadata(path), fs::metadata(other)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        (Err(_), Err(_)) => match (place(path), place(other)) {
            (Some(a), Some(b)) => a == b,
            _ => path == other,
        },
        _ => false,
    }
}

/// The directory of a file that does not exist, by device and inode, and its name in it.
fn place(path: &Path) -> Option<(u64, u64, &std::ffi::OsStr)> {
    let directory = fs::metadata(directory_of(path)).ok()?;
    Some((directory.dev(), directory.ino(), path.file_name()?))
}

/// The directory that a path is in.
#[must_use]
pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl OutputFile {
    /// Starts a file.
    ///
    /// # Errors
    /// If its directory cannot be written.
    pub fn create(path: &Path, overwrite: bool) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write {}", path.quoted());
        let is_special = fs::metadata(path).is_ok_and(|existing| !existing.is_file());
        let target = if is_special {
            Target::Special(OpenOptions::new().write(true).open(path).with_context(cannot)?)
        } else {
            let directory = directory_of(path);
            fs::metadata(directory).with_context(cannot)?;
            // Its own message would name the temporary file.
            let new = temporary_file(&Builder::new(), directory).map_err(|error| io::Error::from(error.kind()));
            let (new, leftover) = new.with_context(cannot)?;
            Target::Beside(new, leftover)
        };
        Ok(Self { path: path.to_owned(), target, overwrite })
    }

    /// The file to write to.
    ///
    /// # Errors
    /// If the process has too many open files.
    pub fn handle(&self) -> io::Result<File> {
        match &self.target {
            Target::Beside(temporary, _) => temporary.as_file().try_clone(),
            Target::Special(file) => file.try_clone(),
        }
    }

    /// Writes what the system still holds to the disk, and gives the file its name.
    ///
    /// # Errors
    /// If the disk is full, or another program has created a file of this name meanwhile.
    pub fn finish(self) -> anyhow::Result<()> {
        let cannot = || format!("cannot write {}", self.path.quoted());
        match self.target {
            Target::Special(_) => Ok(()),
            Target::Beside(temporary, _leftover) => {
                temporary.as_file().sync_all().with_context(cannot)?;
                if self.overwrite { temporary.persist(&self.path) } else { temporary.persist_noclobber(&self.path) }
                    .map_err(|error| error.error)
                    .with_context(cannot)?;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::hint_of;

    #[test]
    fn a_file_in_use_is_recognized_by_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("used"), "content").unwrap();
        fs::hard_link(at("used"), at("hard")).unwrap();
        std::os::unix::fs::symlink(at("used"), at("soft")).unwrap();
        let mut in_use = FilesInUse::default();
        // Also if it does not exist yet, as a journal of the database.
        in_use.add("in use", [at("used"), at("missing")]);
        for path in [at("used"), at("hard"), at("soft"), dir.path().join("./used"), dir.path().join("./missing")] {
            let error = in_use.check_output("--rejects", &path, Some(true)).unwrap_err();
            assert!(error.to_string().contains("this is in use"), "{}: {error}", path.display());
        }
        let none = FilesInUse::default();
        assert!(none.check_output("--rejects", &at("other"), Some(false)).is_ok());
        assert!(
            none.check_output("--rejects", Path::new("-"), Some(true))
                .unwrap_err()
                .to_string()
                .contains("standard output")
        );
        let error = none.check_output("--rejects", &at("used"), Some(false)).unwrap_err();
        assert!(error.to_string().contains("already exists"));
        let hint = |overwrite| {
            hint_of(&none.check_output("--output", &at("used"), overwrite).unwrap_err().into()).unwrap().to_owned()
        };
        assert_eq!(hint(Some(false)), "name another file, or add --overwrite");
        assert_eq!(hint(None), "name another file");
        assert!(none.check_output("--rejects", &at("used"), Some(true)).is_ok());
        assert!(none.check_output("--rejects", dir.path(), Some(true)).is_err());
        assert!(none.check_output("--rejects", Path::new("/dev/null"), Some(false)).is_ok());
    }

    #[test]
    fn a_file_appears_when_it_is_complete() {
        use std::io::Write as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let file = OutputFile::create(&path, false).unwrap();
        file.handle().unwrap().write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let error = OutputFile::create(&dir.path().join("none/out"), false).map(drop).unwrap_err();
        assert!(format!("{error:#}").ends_with("out: No such file or directory (os error 2)"), "{error:#}");
        let file = OutputFile::create(&path, false).unwrap();
        file.handle().unwrap().write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(OutputFile::create(&path, false).unwrap().finish().is_err(), "created meanwhile");
        OutputFile::create(&path, true).unwrap().finish().unwrap();
    }
}

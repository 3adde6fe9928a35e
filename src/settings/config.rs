//! The configuration file: its settings, and those of its profiles, as text with the line that each stands on.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{check_alias, check_setting};
use crate::error::Failure;
use crate::text::{Quoted as _, shell_quoted};

/// A setting as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The value; of an array, the elements with commas between them.
    pub(crate) text: String,
    /// The number of the line, from 1.
    pub(crate) line: usize,
}

/// Settings by their keys, as `tz` or `freshness.stripe`.
pub(crate) type Entries = BTreeMap<String, Entry>;

/// The contents of `config.toml`. An unknown key is an error, so that a misspelled setting is not silently ignored.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The path of the file; without a home directory there is none.
    pub(crate) file: Option<PathBuf>,
    /// The profile to use where none is named.
    pub(crate) default_profile: Option<Entry>,
    /// Commands of the person's own, by their names.
    pub(crate) aliases: Entries,
    /// The settings outside of the profiles.
    pub(crate) entries: Entries,
    /// The settings of each profile.
    pub(crate) profiles: BTreeMap<String, Entries>,
}

/// The path of the file, `$XDG_CONFIG_HOME/rollbook/config.toml`.
pub(crate) fn path() -> Option<PathBuf> {
    base_directory("XDG_CONFIG_HOME", ".config").map(|directory| directory.join("config.toml"))
}

/// Reads the file; without it, nothing is set.
pub(crate) fn read() -> anyhow::Result<Config> {
    let Some(file) = path() else { return Ok(Config::default()) };
    match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Config { file: Some(file), ..Config::default() }),
        text => Ok(parse(&text.with_context(|| format!("cannot read {}", file.quoted()))?, &file)?),
    }
}

/// Parses the text of a file.
///
/// # Errors
/// Names the line and the key, not the value of one that may contain a password.
pub(crate) fn parse(text: &str, file: &Path) -> Result<Config, Failure> {
    let source = Source { text, file };
    // Not the error's `Display`, which quotes the line: it may contain a password.
    let table = DeTable::parse(text)
        .map_err(|error| source.failure(error.span().map_or(0, |span| span.start), error.message()))?;
    let mut config = Config { file: Some(file.to_owned()), ..Config::default() };
    for (key, value) in table.get_ref() {
        match (&**key.get_ref(), value.get_ref()) {
            ("profile", DeValue::Table(profiles)) => {
                for (name, profile) in profiles {
                    let DeValue::Table(profile) = profile.get_ref() else {
                        return Err(source.failure(name.span().start, "a profile is a table: [profile.NAME]"));
                    };
                    let mut entries = Entries::new();
                    source.add(profile, &mut entries)?;
                    config.profiles.insert(name.get_ref().to_string(), entries);
                }
            }
            ("alias", DeValue::Table(aliases)) => {
                for (name, command) in aliases {
                    let entry = source.entry(name, command.get_ref())?;
                    check_alias(name.get_ref(), &entry.text)
                        .map_err(|problem| source.failure_in_line(entry.line, &problem))?;
                    config.aliases.insert(name.get_ref().to_string(), entry);
                }
            }
            ("default_profile", value) => config.default_profile = Some(source.entry(key, value)?),
            _ => source.add_one(key, value, &mut config.entries)?,
        }
    }
    if let Some(entry) = &config.default_profile {
        config.profile(&entry.text).map_err(|error| source.failure_in_line(entry.line, &error.to_string()))?;
    }
    Ok(config)
}

/// The text of a file, for messages.
struct Source<'a> {
    text: &'a str,
    file: &'a Path,
}

impl Source<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    fn failure(&self, offset: usize, problem: &str) -> Failure {
        self.failure_in_line(self.line(offset), problem)
    }

    fn failure_in_line(&self, line: usize, problem: &str) -> Failure {
        Failure::failed(format!("{} line {line}: {problem}", self.file.quoted()))
            .hint("the settings: rollbook help config")
    }

    /// A setting with a value that is not a table.
    fn entry(&self, key: &Spanned<impl AsRef<str>>, value: &DeValue) -> Result<Entry, Failure> {
        let text = text_of(value).ok_or_else(|| {
            let message = format!("{}: expected a text, a number, true or false", key.get_ref().as_ref());
            self.failure(key.span().start, &message)
        })?;
        Ok(Entry { text, line: self.line(key.span().start) })
    }

    fn add(&self, table: &DeTable, entries: &mut Entries) -> Result<(), Failure> {
        table.iter().try_for_each(|(key, value)| self.add_one(key, value, entries))?;
        if let (Some(_), Some(entry)) = (entries.get("database_url"), entries.get("database_url_file")) {
            return Err(self.failure_in_line(entry.line, "database_url and database_url_file exclude each other"));
        }
        Ok(())
    }

    fn add_one(
        &self,
        key: &Spanned<impl AsRef<str>>,
        value: &Spanned<DeValue>,
        entries: &mut Entries,
    ) -> Result<(), Failure> {
        let name = key.get_ref().as_ref();
        if let DeValue::Table(table) = value.get_ref() {
            for (key, value) in table {
                self.checked(format!("{name}.{}", key.get_ref()), self.entry(key, value.get_ref())?, entries)?;
            }
            return Ok(());
        }
        self.checked(name.to_owned(), self.entry(key, value.get_ref())?, entries)
    }

    fn checked(&self, key: String, entry: Entry, entries: &mut Entries) -> Result<(), Failure> {
        check_setting(&key, &entry.text).map_err(|problem| self.failure_in_line(entry.line, &problem))?;
        entries.insert(key, entry);
        Ok(())
    }
}

/// A value as text.
fn text_of(value: &DeValue) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(is_true) => Some(is_true.to_string()),
        DeValue::Array(values) => {
            let texts: Option<Vec<String>> = values.iter().map(|value| text_of(value.get_ref())).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

impl Config {
    /// The settings of a profile.
    ///
    /// # Errors
    /// When there is no such profile (exit code 6).
    pub(crate) fn profile(&self, name: &str) -> Result<&Entries, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            let file = self.file.as_deref().unwrap_or(Path::new("config.toml"));
            Failure::unknown("profile", name, self.profiles.keys().map(String::as_str))
                .with_message(format!("unknown profile {name:?} in {}", file.quoted()))
                .or_hint("list the profiles: rollbook config list --profiles")
        })
    }
}

/// `$XDG_DATA_HOME/rollbook`.
pub(crate) fn data_directory() -> anyhow::Result<PathBuf> {
    base_directory("XDG_DATA_HOME", ".local/share").ok_or_else(|| {
        Failure::failed("cannot locate the default database: no home directory")
            .hint("set HOME, or add --database-url sqlite:PATH")
            .into()
    })
}

/// The subdirectory `rollbook` of a base directory. The specification requires relative paths to be ignored.
fn base_directory(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below_home))).map(|base| base.join("rollbook"))
}

/// Checks that no other user of the machine can read a file with a password: mode 0600, or 0640 if root owns it, which is
/// libpq's rule for keys.
pub(crate) fn check_secret_file(file: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(file).with_context(|| format!("cannot read {}", file.quoted()))?;
    let allowed = if metadata.uid() == 0 { 0o640 } else { 0o600 };
    if metadata.is_file() && metadata.mode() & 0o777 & !allowed & 0o077 != 0 {
        let message = format!("{} contains a password, and other users can read it", file.quoted());
        let command = format!("chmod 600 {}", shell_quoted(&file.display().to_string()));
        return Err(Failure::failed(message).hint(command).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse(text, Path::new("config.toml")).unwrap_err().to_string()
    }

    #[test]
    fn settings_are_read_with_their_lines() {
        let text = "tz = \"UTC\"\n[freshness]\nstripe = \"26h\"\n[profile.prod]\nlimit = 20\nprotected = true\n";
        let config = parse(text, Path::new("config.toml")).unwrap();
        assert_eq!(config.entries["freshness.stripe"], Entry { text: "26h".to_owned(), line: 3 });
        assert_eq!(config.profiles["prod"]["limit"], Entry { text: "20".to_owned(), line: 5 });
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_without_a_password() {
        for (text, expected) in [
            ("tz = \"UTC\"\ndatbase_url = \"x\"\n", "line 2: unknown setting datbase_url; did you mean database_url?"),
            ("[profile.prod]\nformat = \"xml\"\n", "line 2: format \"xml\": expected one of table, wide"),
            ("default_profile = \"prod\"\n[profile.prd]\n", "line 1: unknown profile \"prod\""),
            ("[profile.prod]\ndatabase_url = \"a\"\ndatabase_url_file = \"b\"\n", "exclude each other"),
            ("profile = 1\n", "line 1: unknown setting profile"),
            ("profile.prod = 1\n", "line 1: a profile is a table"),
            ("[alias]\npeople = \"users list 'x\"\n", "line 2: alias.people \"users list 'x\": a quote is not closed"),
            ("[alias]\npeople = \" \"\n", "line 2: alias.people \" \": expected a command"),
            ("tz = 1.5\n", "line 1: tz: expected a text"),
            ("database_url = \"postgres://u:s3cret@h\n", "line 1"),
        ] {
            let problem = problem(text);
            assert!(problem.contains(expected) && !problem.contains("s3cret"), "{problem}");
        }
    }
}

//! The places that a setting is looked for, in their order: the first that has it decides.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::config::{Config, Entries, Entry, check_secret_file, data_directory};
use super::environment::variable;
use super::options::Global;
use super::origin::{Origin, Setting};
use super::value::Value;
use crate::db::{DatabaseUrl, UrlError};
use crate::error::Failure;
use crate::text::Quoted as _;

/// A profile that is in use.
pub(super) struct ProfileInUse<'c> {
    pub(super) name: String,
    entries: &'c Entries,
    pub(super) origin: Origin,
}

impl ProfileInUse<'_> {
    fn names_database(&self) -> bool {
        self.entries.contains_key("database_url") || self.entries.contains_key("database_url_file")
    }
}

/// What settings come from, in this order: options, a profile that an option names, variables, another profile, the file.
pub(super) struct Layers<'c> {
    pub(super) file: &'c Path,
    pub(super) profile: Option<ProfileInUse<'c>>,
    pub(super) entries: &'c Entries,
}

/// The variables that name a database.
const DATABASE_VARIABLES: [&str; 3] = ["ROLLBOOK_DATABASE_URL", "ROLLBOOK_DATABASE_URL_FILE", "DATABASE_URL"];

impl<'c> Layers<'c> {
    pub(super) fn new(global: &Global, config: &'c Config) -> anyhow::Result<Self> {
        let file = config.file.as_deref().unwrap_or(Path::new("config.toml"));
        let mut layers = Self { file, profile: None, entries: &config.entries };
        let Some((name, origin)) = named_profile(global, config)? else { return Ok(layers) };
        let profile = ProfileInUse { entries: config.profile(&name)?, name, origin };
        let rival = match (&global.database_url, &global.database_url_file) {
            (Some(_), _) => Some("--database-url".to_owned()),
            (None, Some(_)) => Some("--database-url-file".to_owned()),
            (None, None) => {
                let mut names = DATABASE_VARIABLES.into_iter();
                names.find(|name| matches!(variable(name), Ok(Some(_)) | Err(_))).map(|name| format!("${name}"))
            }
        };
        match (rival, &profile.origin) {
            (Some(rival), origin) if profile.names_database() => {
                let is_option = rival.starts_with('-');
                let is_chosen = matches!(origin, Origin::Option(_));
                let is_variable = matches!(origin, Origin::Variable(_));
                if is_chosen == is_option && (is_chosen || is_variable) {
                    let message = format!("{origin} {} and {rival} both name a database", profile.name);
                    return Err(Failure::usage(message).hint("give one of them").into());
                }
                // What names another database has none of the profile's settings, nor of its protection.
                if is_chosen {
                    layers.profile = Some(profile);
                }
            }
            _ => layers.profile = Some(profile),
        }
        Ok(layers)
    }

    /// The setting by the option, or by what else sets it.
    pub(super) fn find<T: Value>(
        &self,
        key: &str,
        name: &'static str,
        option: Option<T>,
    ) -> Result<Option<Setting<T>>, Failure> {
        match option {
            Some(value) => Ok(Some(Setting { value, origin: Origin::Option(name) })),
            None => self.setting(key),
        }
    }

    /// The setting that no option has.
    pub(super) fn setting<T: Value>(&self, key: &str) -> Result<Option<Setting<T>>, Failure> {
        if let Some(profile) = self.profile.as_ref().filter(|profile| matches!(profile.origin, Origin::Option(_)))
            && let Some(entry) = profile.entries.get(key)
        {
            return self.parsed(key, entry, Some(&profile.name)).map(Some);
        }
        let name = format!("ROLLBOOK_{}", key.to_ascii_uppercase());
        if let Some(text) = variable(&name)? {
            let value = T::parse(&text).map_err(|problem| Failure::usage(format!("${name} {text:?}: {problem}")))?;
            return Ok(Some(Setting { value, origin: Origin::Variable(name) }));
        }
        self.written(key)
    }

    /// The setting of the profile, or else of the file.
    pub(super) fn written<T: Value>(&self, key: &str) -> Result<Option<Setting<T>>, Failure> {
        let in_profile =
            self.profile.as_ref().and_then(|profile| Some((profile.entries.get(key)?, Some(&*profile.name))));
        let found = in_profile.or_else(|| Some((self.entries.get(key)?, None)));
        found.map(|(entry, profile)| self.parsed(key, entry, profile)).transpose()
    }

    fn parsed<T: Value>(&self, key: &str, entry: &Entry, profile: Option<&str>) -> Result<Setting<T>, Failure> {
        let value = T::parse(&entry.text).map_err(|problem| {
            Failure::failed(format!("{} line {}: {key}: {problem}", self.file.quoted(), entry.line))
        })?;
        let origin =
            Origin::File { file: self.file.to_owned(), line: entry.line, profile: profile.map(ToOwned::to_owned) };
        Ok(Setting { value, origin })
    }

    /// The database URL.
    pub(super) fn url(&self, global: &Global) -> anyhow::Result<(Setting<DatabaseUrl>, String)> {
        let (text, origin) = self.url_text(global)?;
        let value: DatabaseUrl =
            text.text.parse().map_err(|error: UrlError| invalid_url(&text.name, &error, text.file.is_some()))?;
        if value.has_secret()
            && let Some(file) = &text.file
        {
            check_secret_file(file)?;
        }
        Ok((Setting { value, origin }, text.text))
    }

    /// The URL of the database that is read beside the other one.
    pub(super) fn read_url(&self, global: &Global, trusted: &[String]) -> anyhow::Result<Option<Setting<DatabaseUrl>>> {
        let option = match &global.read_url {
            Some(text) => Some(text.parse().map_err(|error: UrlError| invalid_url("--read-url", &error, false))?),
            None => None,
        };
        let Some(found) = self.find::<DatabaseUrl>("read_database_url", "--read-url", option)? else { return Ok(None) };
        if let Origin::File { file, .. } = &found.origin
            && found.value.has_secret()
        {
            check_secret_file(file)?;
        }
        Ok(Some(Setting { value: found.value.trusting(trusted), origin: found.origin }))
    }

    fn url_text(&self, global: &Global) -> anyhow::Result<(UrlText, Origin)> {
        if let Some(url) = &global.database_url {
            return Ok((UrlText::new(url.clone(), "--database-url"), Origin::Option("--database-url")));
        }
        if let Some(file) = &global.database_url_file {
            return Ok((UrlText::of_file(file)?, Origin::Option("--database-url-file")));
        }
        let chosen = self.profile.as_ref().filter(|profile| matches!(profile.origin, Origin::Option(_)));
        if let Some(found) =
            chosen.map(|profile| self.written_url(profile.entries, Some(&profile.name))).transpose()?.flatten()
        {
            return Ok(found);
        }
        for name in DATABASE_VARIABLES {
            if let Some(text) = variable(name)? {
                let is_file = name.ends_with("_FILE");
                let text =
                    if is_file { UrlText::of_file(Path::new(&text))? } else { UrlText::new(text, &format!("${name}")) };
                return Ok((text, Origin::Variable(name.to_owned())));
            }
        }
        let profile = self.profile.as_ref().map(|profile| self.written_url(profile.entries, Some(&profile.name)));
        if let Some(found) = profile.transpose()?.flatten() {
            return Ok(found);
        }
        if let Some(found) = self.written_url(self.entries, None)? {
            return Ok(found);
        }
        let file = data_directory()?.join("rollbook.db");
        let path = file.to_str().ok_or_else(|| Failure::failed(format!("the path {} is not UTF-8", file.quoted())))?;
        Ok((UrlText::new(format!("sqlite:{path}"), "the default"), Origin::Default))
    }

    /// The URL that settings of the file name; the path of a file with it is relative to the configuration file.
    pub(super) fn written_url(
        &self,
        entries: &Entries,
        profile: Option<&str>,
    ) -> anyhow::Result<Option<(UrlText, Origin)>> {
        let origin = |line| Origin::File { file: self.file.to_owned(), line, profile: profile.map(ToOwned::to_owned) };
        if let Some(entry) = entries.get("database_url") {
            let origin = origin(entry.line);
            let text =
                UrlText { file: Some(self.file.to_owned()), ..UrlText::new(entry.text.clone(), &origin.to_string()) };
            return Ok(Some((text, origin)));
        }
        let Some(entry) = entries.get("database_url_file") else { return Ok(None) };
        let file = self.file.parent().unwrap_or(Path::new("")).join(&entry.text);
        Ok(Some((UrlText::of_file(&file)?, origin(entry.line))))
    }
}

/// The error for what is no URL: in a file, it is none of the command line.
fn invalid_url(place: &str, error: &UrlError, is_in_file: bool) -> Failure {
    let message = format!("invalid database URL from {place}: {error}");
    if is_in_file { Failure::failed(message) } else { Failure::usage(message) }
}

/// The text of an URL.
pub(super) struct UrlText {
    pub(super) text: String,
    /// Where it stands, for messages.
    name: String,
    /// The file that others must not read if the URL has a password.
    file: Option<PathBuf>,
}

impl UrlText {
    fn new(text: String, name: &str) -> Self {
        Self { text, name: name.to_owned(), file: None }
    }

    fn of_file(file: &Path) -> anyhow::Result<Self> {
        let name = file.display().to_string();
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read the database URL from {name}"))?;
        Ok(Self { text, name, file: Some(file.to_owned()) })
    }
}

/// The profile that is named by an option, a variable or the file, whichever is first.
fn named_profile(global: &Global, config: &Config) -> Result<Option<(String, Origin)>, Failure> {
    if let Some(name) = &global.profile {
        return Ok(Some((name.clone(), Origin::Option("--profile"))));
    }
    if let Some(name) = variable("ROLLBOOK_PROFILE")? {
        return Ok(Some((name, Origin::Variable("ROLLBOOK_PROFILE".to_owned()))));
    }
    let file = || config.file.clone().unwrap_or_default();
    Ok(config
        .default_profile
        .as_ref()
        .map(|entry| (entry.text.clone(), Origin::File { file: file(), line: entry.line, profile: None })))
}

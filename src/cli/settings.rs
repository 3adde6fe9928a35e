//! The settings of a run, each with where it comes from: an option, a variable, a profile, the configuration file.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use chrono_tz::Tz;
use clap::ValueEnum;

use super::Global;
use super::config::{Config, Entries, Entry, check_secret_file, data_directory};
use crate::context::Protection;
use crate::db::DatabaseUrl;
use crate::error::Failure;
use crate::models::SourceSystem;
use crate::output::{Format, TimeStyle};
use crate::text::nearest;

mod value;

use value::{MaxAge, Value};

/// Much longer than anybody waits, and within what PostgreSQL can be told.
pub(crate) const MAX_LOCK_TIMEOUT: u32 = 2_000_000;

/// When colors are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Whether changes need a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReasonRule {
    /// They may have one
    Optional,
    /// They must have one
    Required,
}

/// A setting that a file can have: its key, and how its value is checked.
type Key = (&'static str, fn(&str) -> Result<(), String>);

/// Whether a text is a value of the type.
fn check<T: Value>(text: &str) -> Result<(), String> {
    T::parse(text).map(drop)
}

/// The settings of the file and of its profiles, but for the ages of the sources.
const KEYS: [Key; 16] = [
    ("actor", check::<String>),
    ("cohort", check::<String>),
    ("color", check::<Color>),
    ("database_url", check::<String>),
    ("database_url_file", check::<PathBuf>),
    ("format", check::<Format>),
    ("limit", check::<NonZeroUsize>),
    ("lock_timeout", check::<u32>),
    ("max_staleness", check::<MaxAge>),
    ("pager", check::<String>),
    ("protected", check::<bool>),
    ("read_database_url", check::<DatabaseUrl>),
    ("reason", check::<ReasonRule>),
    ("times", check::<TimeStyle>),
    ("trusted_hosts", check::<Vec<String>>),
    ("tz", check::<Tz>),
];

/// The start of the keys of the sources' ages.
const FRESHNESS: &str = "freshness.";

/// The keys of all settings.
pub(crate) fn keys() -> impl Iterator<Item = String> {
    let ages = SourceSystem::value_variants().iter().map(|source| format!("{FRESHNESS}{source}"));
    KEYS.iter().map(|(name, _)| (*name).to_owned()).chain(ages)
}

/// Checks a setting of the file.
///
/// # Errors
/// Says what is wrong; the value of a database URL is not repeated.
pub(crate) fn check_setting(key: &str, text: &str) -> Result<(), String> {
    let check = match key.strip_prefix(FRESHNESS) {
        Some(source) if SourceSystem::from_str(source, false).is_ok() => check::<MaxAge>,
        _ => KEYS.iter().find(|(name, _)| *name == key).map(|(_, check)| *check).ok_or_else(|| {
            let known: Vec<String> = keys().collect();
            let hint = nearest(key, known.iter().map(String::as_str));
            let hint = hint.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
            format!("unknown setting {key}{hint}")
        })?,
    };
    let shown = if key.contains("database_url") { String::new() } else { format!(" {text:?}") };
    check(text).map_err(|problem| format!("{key}{shown}: {problem}"))
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An option.
    Option(&'static str),
    /// A variable of the environment.
    Variable(String),
    /// A line of the file, in a profile or outside of them.
    File { file: PathBuf, line: usize, profile: Option<String> },
    /// Nothing sets it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) => f.write_str(name),
            Self::Variable(name) => write!(f, "${name}"),
            Self::File { file, profile: None, .. } => write!(f, "{}", file.display()),
            Self::File { file, profile: Some(profile), .. } => write!(f, "profile {profile} in {}", file.display()),
            Self::Default => f.write_str("the default"),
        }
    }
}

impl Origin {
    /// Whether what it names belongs to a database that the other one names: a line in another part of the file does not.
    fn is_beside(&self, database: &Self) -> bool {
        match (self, database) {
            (Self::Option(_) | Self::Variable(_), _) => true,
            (Self::File { profile, .. }, Self::File { profile: other, .. }) => profile == other,
            _ => false,
        }
    }
}

/// A value, and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// The settings of a run.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) profile: Option<Setting<String>>,
    pub(crate) url: Setting<DatabaseUrl>,
    /// The URL as it was given, with its password.
    pub(crate) url_text: String,
    pub(crate) actor: Option<Setting<String>>,
    pub(crate) cohort: Option<Setting<String>>,
    pub(crate) color: Setting<Color>,
    pub(crate) format: Setting<Format>,
    pub(crate) limit: Option<Setting<NonZeroUsize>>,
    pub(crate) lock_timeout: Setting<u32>,
    pub(crate) max_staleness: Option<Setting<MaxAge>>,
    pub(crate) max_ages: BTreeMap<SourceSystem, Setting<MaxAge>>,
    pub(crate) pager: Option<Setting<String>>,
    pub(crate) protected: Setting<bool>,
    pub(crate) read_url: Option<Setting<DatabaseUrl>>,
    pub(crate) reason: Setting<ReasonRule>,
    pub(crate) times: Option<Setting<TimeStyle>>,
    pub(crate) trusted_hosts: Option<Setting<Vec<String>>>,
    pub(crate) tz: Setting<Tz>,
}

impl Settings {
    /// The settings by the options, the environment and the file.
    ///
    /// # Errors
    /// When one has an invalid value, when two name different databases, or when there is no such profile.
    pub(crate) fn new(global: &Global, config: &Config) -> anyhow::Result<Self> {
        let layers = Layers::new(global, config)?;
        let (url, url_text) = layers.url(global)?;
        let trusted_hosts: Option<Setting<Vec<String>>> = layers.written("trusted_hosts")?;
        let hosts = trusted_hosts.as_ref().map(|hosts| hosts.value.as_slice()).unwrap_or_default();
        let url = Setting { value: url.value.trusting(hosts), origin: url.origin };
        let read_url = layers.read_url(global, hosts)?.filter(|read| read.origin.is_beside(&url.origin));
        let max_staleness = global.max_staleness.as_deref().map(MaxAge::parse).transpose();
        let max_staleness = max_staleness.map_err(|problem| Failure::usage(format!("--max-staleness: {problem}")))?;
        let mut max_ages = BTreeMap::new();
        for source in SourceSystem::value_variants() {
            if let Some(age) = layers.written(&format!("{FRESHNESS}{source}"))? {
                max_ages.insert(*source, age);
            }
        }
        Ok(Self {
            url,
            url_text,
            actor: layers.find("actor", "--actor", global.actor.clone())?,
            cohort: if global.all_cohorts { None } else { layers.setting("cohort")? },
            color: layers.find("color", "--color", global.color)?.or_default(Color::Auto),
            format: layers.find("format", "--format", global.format)?.or_default(Format::Table),
            limit: layers.setting("limit")?,
            lock_timeout: layers.find("lock_timeout", "--lock-timeout", global.lock_timeout)?.or_default(30),
            max_ages,
            max_staleness: layers.find("max_staleness", "--max-staleness", max_staleness)?,
            pager: layers.setting("pager")?,
            protected: layers.written("protected")?.or_default(false),
            read_url,
            reason: layers.written("reason")?.or_default(ReasonRule::Optional),
            times: layers.find("times", "--times", global.times)?,
            trusted_hosts,
            tz: layers.find("tz", "--tz", global.tz)?.or_default(Tz::UTC),
            profile: layers.profile.map(|profile| Setting { value: profile.name, origin: profile.origin }),
        })
    }

    /// Every setting: its key, its value, and where it comes from. Of an URL the password is not shown.
    pub(crate) fn rows(&self) -> Vec<(String, String, String)> {
        fn row<T: Value>(key: &str, setting: Option<&Setting<T>>) -> (String, String, String) {
            let (value, origin) = setting.map_or_else(
                || (String::new(), Origin::Default.to_string()),
                |setting| (setting.value.text(), setting.origin.to_string()),
            );
            (key.to_owned(), value, origin)
        }
        let mut rows = vec![
            row("actor", self.actor.as_ref()),
            row("cohort", self.cohort.as_ref()),
            row("color", Some(&self.color)),
            ("database_url".to_owned(), self.url.value.to_string(), self.url.origin.to_string()),
            row("format", Some(&self.format)),
            row("limit", self.limit.as_ref()),
            row("lock_timeout", Some(&self.lock_timeout)),
            row("max_staleness", self.max_staleness.as_ref()),
            row("pager", self.pager.as_ref()),
            row("profile", self.profile.as_ref()),
            row("protected", Some(&self.protected)),
            row("read_database_url", self.read_url.as_ref()),
            row("reason", Some(&self.reason)),
            row("times", self.times.as_ref()),
            row("trusted_hosts", self.trusted_hosts.as_ref()),
            row("tz", Some(&self.tz)),
        ];
        rows.extend(self.max_ages.iter().map(|(source, age)| row(&format!("{FRESHNESS}{source}"), Some(age))));
        rows
    }

    /// What must be given before a change of each database of a profile, however it was named.
    pub(crate) fn protected(config: &Config) -> Vec<(DatabaseUrl, Protection)> {
        let file = config.file.as_deref().unwrap_or(Path::new("config.toml"));
        let mut found = Vec::new();
        for (name, entries) in &config.profiles {
            let is = |key: &str, value: &str| entries.get(key).is_some_and(|entry| entry.text == value);
            let protection = Protection {
                profile: Some(name.clone()),
                is_protected: entries.get("protected").is_some_and(|entry| is_on(&entry.text)),
                needs_reason: is("reason", "required"),
                confirmed: None,
            };
            let layers = Layers { file, profile: None, entries };
            // Of a file that cannot be read it is not known which database it names.
            if let Ok(Some((text, _))) = layers.written_url(entries, Some(name))
                && let Ok(url) = text.text.parse()
                && (protection.is_protected || protection.needs_reason)
            {
                found.push((url, protection));
            }
        }
        found
    }

    /// What must be given before a change.
    pub(crate) fn protection(&self) -> Protection {
        Protection {
            profile: self.profile.as_ref().map(|profile| profile.value.clone()),
            is_protected: self.protected.value,
            needs_reason: self.reason.value == ReasonRule::Required,
            confirmed: None,
        }
    }

    /// How old the newest event of each source may be.
    pub(crate) fn max_ages(&self) -> BTreeMap<SourceSystem, Duration> {
        self.max_ages.iter().map(|(source, age)| (*source, age.value.duration)).collect()
    }
}

/// A setting that may have a default.
trait OrDefault<T> {
    fn or_default(self, value: T) -> Setting<T>;
}

impl<T> OrDefault<T> for Option<Setting<T>> {
    fn or_default(self, value: T) -> Setting<T> {
        self.unwrap_or(Setting { value, origin: Origin::Default })
    }
}

/// A profile that is in use.
struct ProfileInUse<'c> {
    name: String,
    entries: &'c Entries,
    origin: Origin,
}

impl ProfileInUse<'_> {
    fn names_database(&self) -> bool {
        self.entries.contains_key("database_url") || self.entries.contains_key("database_url_file")
    }
}

/// What settings come from, in this order: options, a profile that an option names, variables, another profile, the file.
struct Layers<'c> {
    file: &'c Path,
    profile: Option<ProfileInUse<'c>>,
    entries: &'c Entries,
}

/// The variables that name a database.
const DATABASE_VARIABLES: [&str; 3] = ["ROLLBOOK_DATABASE_URL", "ROLLBOOK_DATABASE_URL_FILE", "DATABASE_URL"];

impl<'c> Layers<'c> {
    fn new(global: &Global, config: &'c Config) -> anyhow::Result<Self> {
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
    fn find<T: Value>(&self, key: &str, name: &'static str, option: Option<T>) -> Result<Option<Setting<T>>, Failure> {
        match option {
            Some(value) => Ok(Some(Setting { value, origin: Origin::Option(name) })),
            None => self.setting(key),
        }
    }

    /// The setting that no option has.
    fn setting<T: Value>(&self, key: &str) -> Result<Option<Setting<T>>, Failure> {
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
    fn written<T: Value>(&self, key: &str) -> Result<Option<Setting<T>>, Failure> {
        let in_profile =
            self.profile.as_ref().and_then(|profile| Some((profile.entries.get(key)?, Some(&*profile.name))));
        let found = in_profile.or_else(|| Some((self.entries.get(key)?, None)));
        found.map(|(entry, profile)| self.parsed(key, entry, profile)).transpose()
    }

    fn parsed<T: Value>(&self, key: &str, entry: &Entry, profile: Option<&str>) -> Result<Setting<T>, Failure> {
        let value = T::parse(&entry.text).map_err(|problem| {
            Failure::failed(format!("{} line {}: {key}: {problem}", self.file.display(), entry.line))
        })?;
        let origin =
            Origin::File { file: self.file.to_owned(), line: entry.line, profile: profile.map(ToOwned::to_owned) };
        Ok(Setting { value, origin })
    }

    /// The database URL.
    fn url(&self, global: &Global) -> anyhow::Result<(Setting<DatabaseUrl>, String)> {
        let (text, origin) = self.url_text(global)?;
        let value: DatabaseUrl =
            text.text.parse().with_context(|| format!("invalid database URL from {}", text.name))?;
        if value.has_secret()
            && let Some(file) = &text.file
        {
            check_secret_file(file)?;
        }
        Ok((Setting { value, origin }, text.text))
    }

    /// The URL of the database that is read beside the other one.
    fn read_url(&self, global: &Global, trusted: &[String]) -> anyhow::Result<Option<Setting<DatabaseUrl>>> {
        let option = match &global.read_url {
            Some(text) => Some(text.parse().context("invalid database URL from --read-url")?),
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
        let path = file.to_str().ok_or_else(|| Failure::failed(format!("the path {} is not UTF-8", file.display())))?;
        Ok((UrlText::new(format!("sqlite:{path}"), "the default"), Origin::Default))
    }

    /// The URL that settings of the file name; the path of a file with it is relative to the configuration file.
    fn written_url(&self, entries: &Entries, profile: Option<&str>) -> anyhow::Result<Option<(UrlText, Origin)>> {
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

/// The text of an URL.
struct UrlText {
    text: String,
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

/// A variable of the environment; one that is empty is not set.
///
/// # Errors
/// When it is not UTF-8.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(text) = std::env::var_os(name) else { return Ok(None) };
    let text = text.into_string().map_err(|_| Failure::failed(format!("${name} is not UTF-8")))?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// Whether the text of a switch, which was checked, says that it is on.
pub(crate) fn is_on(text: &str) -> bool {
    bool::parse(text) == Ok(true)
}

/// Whether a switch is on, by its option or its variable.
///
/// # Errors
/// When the variable is neither true nor false (exit code 2).
pub(crate) fn switch(option: bool, name: &str) -> Result<bool, Failure> {
    match variable(name)? {
        Some(text) if !option => {
            bool::parse(&text).map_err(|problem| Failure::usage(format!("${name} {text:?}: {problem}")))
        }
        _ => Ok(option),
    }
}

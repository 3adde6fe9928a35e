use std::path::Path;

use serde::Serialize;

use crate::error::{ExitStatus, Failure};
use crate::output::{ArrangeArgs, Record};
use crate::settings::Global;
use crate::settings::config::{self, Config};
use crate::settings::{ALIAS, Origin, Settings, keys};

/// List all settings, with their values and where these come from
#[derive(Debug, clap::Args)]
pub struct List {
    /// List the profiles instead
    #[arg(long)]
    profiles: bool,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

/// Print the value of a setting
#[derive(Debug, clap::Args)]
pub struct Get {
    /// Name of the setting
    key: String,
}

/// A setting. Of an URL the password is not shown.
#[derive(Serialize)]
struct SettingRow {
    key: String,
    value: String,
    source: String,
}

impl Record for SettingRow {
    const COLUMNS: &'static [&'static str] = &["key", "value", "source"];
    // An URL may be long: it is cut first.
    const TABLE: &'static [&'static str] = &["key", "source", "value"];

    fn cells(&self) -> Vec<String> {
        vec![self.key.clone(), self.value.clone(), self.source.clone()]
    }

    fn id(&self) -> &str {
        &self.key
    }
}

/// A profile.
#[derive(Serialize)]
struct ProfileRow {
    name: String,
    database_url: String,
    protected: bool,
    default: bool,
}

impl Record for ProfileRow {
    const COLUMNS: &'static [&'static str] = &["name", "database_url", "protected", "default"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        let yes = |is_true: bool| if is_true { "yes" } else { "" }.to_owned();
        vec![self.name.clone(), self.database_url.clone(), yes(self.protected), yes(self.default)]
    }

    fn id(&self) -> &str {
        &self.name
    }
}

/// Every setting, and the commands of the person's own: the key, the value, and where it comes from.
fn rows(settings: &Settings, config: &Config) -> Vec<(String, String, String)> {
    let file = config.file.as_deref().unwrap_or(Path::new("config.toml"));
    let origin = |line| Origin::File { file: file.to_owned(), line, profile: None };
    let aliases = config
        .aliases
        .iter()
        .map(|(name, entry)| (format!("{ALIAS}{name}"), entry.text.clone(), origin(entry.line).to_string()));
    settings.rows().into_iter().chain(aliases).collect()
}

impl List {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<ExitStatus> {
        let config = config::read()?;
        let settings = Settings::new(global, &config)?;
        let mut out = settings.output(global)?;
        if !self.profiles {
            let row = |(key, value, source)| SettingRow { key, value, source };
            let rows: Vec<SettingRow> = rows(&settings, &config).into_iter().map(row).collect();
            self.arrange.print(&rows, &mut out)?;
            return Ok(ExitStatus::Done);
        }
        if config.profiles.is_empty() {
            out.status("no profiles");
        }
        let default = config.default_profile.as_ref().map(|entry| &*entry.text);
        let rows = config.profiles.iter().map(|(name, entries)| {
            let text = |key| entries.get(key).map(|entry| entry.text.as_str());
            let database_url = match (text("database_url"), text("database_url_file")) {
                (Some(url), _) => {
                    url.parse().map_or_else(|_| "(invalid)".to_owned(), |url: crate::db::DatabaseUrl| url.to_string())
                }
                (None, Some(file)) => format!("(in {file})"),
                (None, None) => String::new(),
            };
            let protected = text("protected").is_some_and(|text| text == "true");
            ProfileRow { name: name.clone(), database_url, protected, default: default == Some(name) }
        });
        self.arrange.print(&rows.collect::<Vec<_>>(), &mut out)?;
        Ok(ExitStatus::Done)
    }
}

impl Get {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<ExitStatus> {
        let config = config::read()?;
        let settings = Settings::new(global, &config)?;
        let rows = rows(&settings, &config);
        let mut out = settings.output(global)?;
        match rows.into_iter().find(|(key, ..)| *key == self.key) {
            Some((.., value, _)) if value.is_empty() => {
                Err(Failure::not_found(format!("{} is not set", self.key)).into())
            }
            Some((.., value, _)) => {
                out.document(&value)?;
                Ok(ExitStatus::Done)
            }
            None if keys().any(|key| key == self.key) || self.key.starts_with(ALIAS) => {
                Err(Failure::not_found(format!("{} is not set", self.key)).into())
            }
            None => Err(unknown(&self.key).into()),
        }
    }
}

/// The error for a setting that there is not.
pub(super) fn unknown(key: &str) -> Failure {
    let known: Vec<String> = keys().collect();
    Failure::unknown("setting", key, known.iter().map(String::as_str))
        .with_status(ExitStatus::Usage)
        .or_hint("the settings: rollbook help config")
}

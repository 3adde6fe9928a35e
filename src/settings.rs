//! The settings of a run, each with where it comes from: an option, a variable, a profile, the configuration file.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use anstream::ColorChoice;
use chrono_tz::Tz;
use clap::ValueEnum as _;

use crate::context::Protection;
use crate::db::DatabaseUrl;
use crate::error::Failure;
use crate::models::SourceSystem;
use crate::output::{Format, Output, OutputSettings, TimeStyle, pager_of_environment};

pub(crate) mod config;
mod environment;
mod keys;
mod layers;
mod options;
mod origin;
mod value;

use config::Config;
pub(crate) use environment::{is_on, pager_without_configuration, switch, variable};
use keys::FRESHNESS;
pub(crate) use keys::{ALIAS, check_alias, check_setting, keys};
use layers::Layers;
pub use options::Global;
pub(crate) use options::{database_arguments, database_options};
use origin::OrDefault as _;
pub(crate) use origin::{Origin, Setting};
pub(crate) use value::{Color, ReasonRule};
use value::{MaxAge, Value};

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
            cohort: if switch(global.all_cohorts, "ROLLBOOK_ALL_COHORTS")? {
                None
            } else {
                layers.setting("cohort")?
            },
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

    /// The output streams.
    ///
    /// # Errors
    /// When options exclude each other, or a variable has no such value (exit code 2).
    pub(crate) fn output(&self, global: &Global) -> Result<Output, Failure> {
        let is_json = global.jq.is_some() || !global.json.is_empty();
        let format = match self.format.value {
            format @ (Format::Json | Format::Jsonl) => format,
            Format::Yaml if global.jq.is_none() => Format::Yaml,
            _ if is_json && global.format.is_some() => {
                return Err(Failure::usage("--json and --jq are for --format json and jsonl"));
            }
            _ if is_json => Format::Json,
            format => format,
        };
        let pager = match &self.pager {
            _ if switch(global.no_pager, "ROLLBOOK_NO_PAGER")? => None,
            Some(pager) if matches!(&*pager.value, "cat" | "never") => None,
            Some(pager) => Some(pager.value.clone()),
            None => pager_of_environment(),
        };
        Output::new(OutputSettings {
            format,
            color: match self.color.value {
                Color::Auto => ColorChoice::Auto,
                Color::Always => ColorChoice::Always,
                Color::Never => ColorChoice::Never,
            },
            quiet: switch(global.quiet, "ROLLBOOK_QUIET")?,
            tz: self.tz.value,
            times: self.times.as_ref().map(|times| times.value),
            limit: self.limit.as_ref().map(|limit| limit.value),
            no_header: global.no_header || (format.has_header() && switch(false, "ROLLBOOK_NO_HEADER")?),
            is_format_given: global.format.is_some() || is_json,
            fields: global.json.clone(),
            filter: global.jq.clone(),
            pager,
            no_input: switch(global.no_input, "ROLLBOOK_NO_INPUT")? || variable("CI")?.is_some_and(|ci| ci != "false"),
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

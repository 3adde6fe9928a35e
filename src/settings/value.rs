//! The values of settings, as text has them.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::{TZ_VARIANTS, Tz};
use clap::ValueEnum;

use crate::clock::parse_duration;
use crate::db::DatabaseUrl;
use crate::models::check_line;
use crate::output::{Format, TimeStyle};
use crate::text::did_you_mean;

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

/// Parses the name of a time zone.
pub(crate) fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| {
        let hint = did_you_mean(name, TZ_VARIANTS.iter().map(|zone| zone.name())).map(|hint| format!("; {hint}"));
        format!("expected the name of a time zone, e.g. Europe/Berlin or UTC{}", hint.unwrap_or_default())
    })
}

/// The value of a setting.
pub(crate) trait Value: Sized {
    /// Parses it.
    ///
    /// # Errors
    /// Says what was expected.
    fn parse(text: &str) -> Result<Self, String>;

    /// The text of it.
    fn text(&self) -> String;
}

impl Value for String {
    fn parse(text: &str) -> Result<Self, String> {
        check_line(text).map_err(|error| error.to_string())
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        check_line(text).map(Self::from).map_err(|error| error.to_string())
    }

    fn text(&self) -> String {
        self.display().to_string()
    }
}

impl Value for bool {
    fn parse(text: &str) -> Result<Self, String> {
        match &*text.to_ascii_lowercase() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for u32 {
    fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(seconds) if seconds <= MAX_LOCK_TIMEOUT => Ok(seconds),
            _ => Err(format!("expected a number of seconds, at most {MAX_LOCK_TIMEOUT}")),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for NonZeroUsize {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected a number of rows, at least 1".to_owned())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Tz {
    fn parse(text: &str) -> Result<Self, String> {
        zone(text.trim())
    }

    fn text(&self) -> String {
        self.name().to_owned()
    }
}

/// An age, as text: it is shown as it was written.
#[derive(Debug, Clone)]
pub(crate) struct MaxAge {
    written: String,
    pub(crate) duration: Duration,
}

impl Value for MaxAge {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { written: text.to_owned(), duration: parse_duration(text)? })
    }

    fn text(&self) -> String {
        self.written.clone()
    }
}

impl Value for DatabaseUrl {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: crate::db::UrlError| error.to_string())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Vec<String> {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect())
    }

    fn text(&self) -> String {
        self.join(",")
    }
}

/// Parses the name of one of the values of a type.
fn parse_name<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        let hint = did_you_mean(text, names.iter().map(String::as_str)).map(|hint| format!("; {hint}"));
        format!("expected one of {}{}", names.join(", "), hint.unwrap_or_default())
    })
}

fn name<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The types whose values have names.
macro_rules! named_values {
    ($($type:ty),+) => {$(
        impl Value for $type {
            fn parse(text: &str) -> Result<Self, String> {
                parse_name(text)
            }

            fn text(&self) -> String {
                name(self)
            }
        }
    )+};
}

named_values!(Format, Color, TimeStyle, ReasonRule);

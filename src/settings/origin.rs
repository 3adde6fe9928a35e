//! Where a setting comes from.

use std::fmt;
use std::path::PathBuf;

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
    pub(super) fn is_beside(&self, database: &Self) -> bool {
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

/// A setting that may have a default.
pub(super) trait OrDefault<T> {
    fn or_default(self, value: T) -> Setting<T>;
}

impl<T> OrDefault<T> for Option<Setting<T>> {
    fn or_default(self, value: T) -> Setting<T> {
        self.unwrap_or(Setting { value, origin: Origin::Default })
    }
}

//! Database URLs: parsing them, and printing them without passwords.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// A database URL; its scheme selects the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`, `sqlite://PATH` or a plain path.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, as libpq reads it.
    Postgres(String),
}

/// Why a text is not a valid database URL. No message quotes the text, because it may contain a password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// An empty URL or path.
    #[error("the URL is empty")]
    Empty,
    /// Another engine or a misspelled scheme, which is not taken for a file name.
    #[error("unknown scheme {0:?}; expected sqlite:PATH or postgres://…")]
    UnknownScheme(String),
    /// Most likely a password with characters that must be percent-encoded.
    #[error("malformed URL; percent-encode special characters in the user name and password: / ? @ as %2F %3F %40")]
    Malformed,
    /// A key=value connection string, a misspelled URL, or a file of several lines.
    #[error("expected postgres://… or a path; write an unusual path as sqlite:PATH")]
    NotAPath,
    /// A `?`: parameters are not supported for SQLite.
    #[error("a sqlite: URL has no parameters (?…)")]
    Parameters,
    /// An in-memory database, which would be lost at the end of the command.
    #[error("an in-memory database would be lost when the command ends; use a file: sqlite:PATH")]
    InMemory,
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        let path = match text.split_once(':') {
            _ if text.contains(char::is_control) => return Err(UrlError::NotAPath),
            Some(("sqlite", rest)) => rest.strip_prefix("//").unwrap_or(rest),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                return if is_well_formed(&rest[2..]) {
                    Ok(Self::Postgres(text.to_owned()))
                } else {
                    Err(UrlError::Malformed)
                };
            }
            Some((scheme, _)) if is_scheme(scheme) => return Err(UrlError::UnknownScheme(scheme.to_owned())),
            _ if text.contains(['=', '@']) || text.contains("://") || text.starts_with("postgres") => {
                return Err(UrlError::NotAPath);
            }
            _ => text,
        };
        match path {
            "" => Err(UrlError::Empty),
            ":memory:" => Err(UrlError::InMemory),
            path if path.contains('?') => Err(UrlError::Parameters),
            path => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

/// Whether libpq finds the same password in a URL, given without its scheme and `//`, as this module does. libpq ends
/// the host at the first `/` or `?` and the password at the first `@`, and may quote the text after them in its
/// messages.
fn is_well_formed(url: &str) -> bool {
    let (authority, rest) = url.split_at(url.find(['/', '?']).unwrap_or(url.len()));
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    match authority.matches('@').count() {
        0 => {
            let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
            let port_is_none = port.ends_with(']') || port.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
            !path.contains('@') && (port_is_none || !parameters.contains('@'))
        }
        1 => true,
        _ => false,
    }
}

/// Whether the text is a scheme by RFC 3986; `./a:b` and `2026-03-15T08:14` are file names.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

impl DatabaseUrl {
    /// Whether this is a SQLite file.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The URL with a default `connect_timeout` and `application_name`, unless the URL or the environment sets them.
    #[must_use]
    pub fn for_libpq(&self) -> String {
        let Self::Postgres(url) = self else { return String::new() };
        // `pooler` is ours alone.
        let mut url = match url.split_once('?') {
            Some((address, parameters)) => {
                let kept: Vec<&str> =
                    parameters.split('&').filter(|parameter| !parameter.starts_with("pooler=")).collect();
                if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) }
            }
            None => url.clone(),
        };
        for (parameter, value, variable) in
            [("connect_timeout", "10", "PGCONNECT_TIMEOUT"), ("application_name", "rollbook", "PGAPPNAME")]
        {
            if !url.contains(&format!("{parameter}=")) && std::env::var_os(variable).is_none() {
                let separator = if url.contains('?') { "&" } else { "?" };
                url.extend([separator, parameter, "=", value]);
            }
        }
        url
    }

    /// What `pooler=true` or `pooler=false` says about a pooler between.
    #[must_use]
    pub fn is_pooled(&self) -> Option<bool> {
        self.parameter("pooler").map(|value| matches!(&*value, "true" | "1" | "on" | "yes"))
    }

    /// The ports that the URL or the environment name; without one, 5432.
    #[must_use]
    pub fn ports(&self) -> Vec<String> {
        let Self::Postgres(url) = self else { return Vec::new() };
        let address = url.split_once("://").map_or("", |(_, rest)| rest);
        let authority = &address[..address.find(['/', '?']).unwrap_or(address.len())];
        let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        let of_hosts: Vec<String> = hosts
            .split(',')
            .filter_map(|host| host.rsplit_once(':').filter(|(_, port)| !port.is_empty() && !port.contains(']')))
            .map(|(_, port)| port.to_owned())
            .collect();
        let given = match self.parameter("port") {
            Some(ports) => ports.split(',').map(ToOwned::to_owned).collect(),
            None => of_hosts,
        };
        if given.is_empty() { vec![std::env::var("PGPORT").unwrap_or_else(|_| "5432".to_owned())] } else { given }
    }

    /// A parameter of the URL, decoded.
    fn parameter(&self, name: &str) -> Option<String> {
        let Self::Postgres(url) = self else { return None };
        let (_, parameters) = url.split_once('?')?;
        let value = parameters.split('&').find_map(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))?;
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    }

    /// The name of the database, for a person to confirm: of the SQLite file, or of the PostgreSQL database.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Postgres(url) => {
                let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
                let named = parameters.split('&').find_map(|parameter| parameter.strip_prefix("dbname="));
                let path =
                    address.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, name)| name);
                percent_decode_str(named.unwrap_or(path)).decode_utf8_lossy().into_owned()
            }
        }
    }

    /// The files of a SQLite database, whether they exist or not: itself, and what SQLite keeps beside it.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let Self::Sqlite(path) = self else { return Vec::new() };
        let with = |suffix: &str| {
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            PathBuf::from(name)
        };
        ["", "-wal", "-shm", "-journal"].map(with).into()
    }

    /// Masks every secret of this URL in an error message of libpq or of the server.
    #[must_use]
    pub fn redact(&self, message: &str) -> String {
        let Self::Postgres(url) = self else { return message.to_owned() };
        // libpq quotes a URL that it cannot parse, or a part of it.
        if message.contains("URI") || message.contains("percent-encoded") {
            return "malformed database URL (not shown, because it may contain a password)".to_owned();
        }
        let mut redacted = message.to_owned();
        for secret in secrets(url) {
            redacted = redacted.replace(&secret, "***");
        }
        redacted
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (start, end) = password_range(url).unwrap_or((url.len(), url.len()));
                let masked = if end > start { "***" } else { "" };
                let shown = format!("{}{masked}{}", &url[..start], &url[end..]);
                let (address, parameters) = shown.split_once('?').unwrap_or((shown.as_str(), ""));
                // Only the parameters that identify the database: others may contain secrets.
                let shown: Vec<&str> = parameters
                    .split('&')
                    .filter(|parameter| {
                        let name = parameter.split_once('=').map_or("", |(name, _)| name);
                        matches!(name, "host" | "hostaddr" | "port" | "dbname" | "user" | "sslmode")
                    })
                    .collect();
                let separator = if shown.is_empty() { "" } else { "?" };
                write!(f, "{address}{separator}{}", shown.join("&"))
            }
        }
    }
}

/// The byte range of the password in a well-formed URL.
fn password_range(url: &str) -> Option<(usize, usize)> {
    let begin = url.find("://")? + 3;
    let authority = &url[begin..];
    let authority = &authority[..authority.find(['/', '?']).unwrap_or(authority.len())];
    let (user, _) = authority.split_once('@')?;
    let colon = user.find(':')?;
    Some((begin + colon + 1, begin + user.len()))
}

/// Every secret in the URL, percent-encoded and decoded; longest first, so that none is masked only in part.
fn secrets(url: &str) -> Vec<String> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let mut secrets: Vec<String> = parameters
        .split('&')
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| matches!(*name, "password" | "sslpassword" | "oauth_client_secret"))
        .map(|(_, value)| value.to_owned())
        .chain(password_range(url).map(|(start, end)| url[start..end].to_owned()))
        .flat_map(|secret| [percent_decode_str(&secret).decode_utf8_lossy().into_owned(), secret])
        .filter(|secret| !secret.is_empty())
        .collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_determines_the_engine() {
        let sqlite = |path: &str| Ok(DatabaseUrl::Sqlite(path.into()));
        assert_eq!("sqlite:a.db".parse(), sqlite("a.db"));
        assert_eq!("sqlite:///var/a.db".parse(), sqlite("/var/a.db"));
        assert_eq!("sqlite://a.db".parse(), sqlite("a.db"));
        assert_eq!("./a:b.db".parse(), sqlite("./a:b.db"));
        assert_eq!("postgres://h/d".parse(), Ok(DatabaseUrl::Postgres("postgres://h/d".into())));
        assert_eq!("50% off #1".parse(), sqlite("50% off #1"));
        for typing_error in ["host=localhost password=x", "postgres//u:x@h/d", "u@h/d", "my_pg://h/d", "a.db\nb.db"] {
            assert_eq!(typing_error.parse::<DatabaseUrl>(), Err(UrlError::NotAPath), "{typing_error}");
        }
        assert_eq!("sqlite:a.db?mode=ro".parse::<DatabaseUrl>(), Err(UrlError::Parameters));
        for unknown in ["mysql://h/d", "postgre://h/d", "file:a.db", "postgres:h"] {
            assert!(matches!(unknown.parse::<DatabaseUrl>(), Err(UrlError::UnknownScheme(_))), "{unknown}");
        }
        assert_eq!("sqlite::memory:".parse::<DatabaseUrl>(), Err(UrlError::InMemory));
        assert_eq!(" ".parse::<DatabaseUrl>(), Err(UrlError::Empty));
    }

    #[test]
    fn passwords_are_never_shown() {
        for (url, secret) in [
            ("postgres://ann:s3cret@host/db", "s3cret"),
            ("postgres://ann:s3cret%21@host:5432/db?sslmode=require", "s3cret!"),
            ("postgres://host/db?user=ann&password=s3cret", "s3cret"),
            ("postgres://host/db?sslpassword=s3cret&password=other", "s3cret"),
        ] {
            let parsed: DatabaseUrl = url.parse().unwrap();
            assert!(!parsed.to_string().contains("s3cret"), "{parsed}");
            let message = format!("FATAL: could not use {url} ({secret})");
            assert!(!parsed.redact(&message).contains("s3cret"), "{}", parsed.redact(&message));
        }
    }

    #[test]
    fn a_password_that_libpq_would_parse_differently_is_rejected() {
        for url in [
            "postgres://ann:s3cret@part@host/db",
            "postgres://ann:s3/cret@host/db",
            "postgres://ann:s3?cret@host/db",
            "postgres://ann:s3?c=ret@host/db",
        ] {
            assert_eq!(url.parse::<DatabaseUrl>(), Err(UrlError::Malformed), "{url}");
        }
        for url in [
            "postgres://ann:s3%2Fcret@host/db",
            "postgres://host:5432,[::1]:5433/db?application_name=a@b",
            "postgres:///db?user=ann@corp",
            "postgres://[::1]/db?user=ann@corp",
        ] {
            assert!(url.parse::<DatabaseUrl>().is_ok(), "{url}");
        }
    }

    #[test]
    fn a_shown_url_keeps_everything_except_passwords() {
        let shown = |url: &str| url.parse::<DatabaseUrl>().unwrap().to_string();
        assert_eq!(
            shown("postgres://ann:x@host:5432/db?sslmode=require"),
            "postgres://ann:***@host:5432/db?sslmode=require"
        );
        assert_eq!(shown("postgres://ann@host/db"), "postgres://ann@host/db");
        assert_eq!(shown("postgres:///db?host=/tmp&password=x"), "postgres:///db?host=/tmp");
        assert_eq!(shown("a.db"), "sqlite:a.db");
    }
}

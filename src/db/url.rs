//! Database URLs: parsing them, and printing them without passwords.

use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

mod postgres;

pub use postgres::PostgresUrl;

/// A database URL; its scheme selects the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`, `sqlite://PATH` or a plain path.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`.
    Postgres(Box<PostgresUrl>),
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
    /// A user or password, which a SQLite file does not have.
    #[error("a sqlite: URL has no user and no password; an absolute path is sqlite:///PATH")]
    SqliteUser,
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
            Some((scheme @ ("postgres" | "postgresql"), rest)) if rest.starts_with("//") => {
                return PostgresUrl::parse(scheme, &rest[2..]).map(|url| Self::Postgres(Box::new(url)));
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
            path if text.starts_with("sqlite:") && has_user(path, text.starts_with("sqlite://")) => {
                Err(UrlError::SqliteUser)
            }
            path if path.contains('?') => Err(UrlError::Parameters),
            path => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

/// Whether a path looks like one after a user and a password: with an `@` after a colon, or in the place of the host.
fn has_user(path: &str, has_host: bool) -> bool {
    path.split_once(':').is_some_and(|(_, rest)| rest.contains('@'))
        || has_host && path.split('/').next().is_some_and(|host| host.contains('@'))
}

/// Whether the text is a scheme by RFC 3986; `./a:b` and `2026-03-15T08:14` are file names.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

impl DatabaseUrl {
    /// The path, if this is a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// The database in a file.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }

    /// Whether this is a SQLite file.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The keywords and values by which libpq connects.
    #[must_use]
    pub fn for_libpq(&self) -> String {
        match self {
            Self::Sqlite(_) => String::new(),
            Self::Postgres(url) => url.conninfo(),
        }
    }

    /// The keywords and values without the password, and the password, for programs of PostgreSQL.
    #[must_use]
    pub fn for_programs(&self) -> (String, Option<String>) {
        match self {
            Self::Sqlite(_) => (String::new(), None),
            Self::Postgres(url) => url.for_programs(),
        }
    }

    /// The same URL; these hosts need no verified certificate.
    #[must_use]
    pub fn trusting(mut self, hosts: &[String]) -> Self {
        if let Self::Postgres(url) = &mut self {
            url.trust(hosts);
        }
        self
    }

    /// Whether the certificate of the server must be verified, because neither the URL nor the environment say how to
    /// connect to a host that is not local.
    #[must_use]
    pub fn must_verify(&self) -> bool {
        matches!(self, Self::Postgres(url) if url.must_verify())
    }

    /// Whether a TLS connection has the name of the host compared with the server's certificate.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Postgres(url) if url.is_verified())
    }

    /// Whether a service file decides what neither the URL nor the environment say.
    #[must_use]
    pub fn has_service(&self) -> bool {
        matches!(self, Self::Postgres(url) if url.has_service())
    }

    /// The names of the parameters of a PostgreSQL URL.
    #[must_use]
    pub fn parameter_names(&self) -> Vec<&str> {
        match self {
            Self::Sqlite(_) => Vec::new(),
            Self::Postgres(url) => url.parameter_names(),
        }
    }

    /// Whether it contains a password.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        matches!(self, Self::Postgres(url) if url.has_secret())
    }

    /// What `pooler=true` or `pooler=false` says about a pooler between.
    #[must_use]
    pub fn is_pooled(&self) -> Option<bool> {
        let Self::Postgres(url) = self else { return None };
        // Whatever else is said: a connection that is made for a pooler works without one, too.
        url.parameter("pooler")
            .map(|value| !["false", "0", "off", "no"].iter().any(|no| value.eq_ignore_ascii_case(no)))
    }

    /// Whether the URL names this address and port: if not, something between passes the connection on.
    #[must_use]
    pub fn is_at(&self, address: Option<&str>, port: &str) -> bool {
        matches!(self, Self::Postgres(url) if url.is_at(address, port))
    }

    /// The name of the database, for a person to confirm: of the SQLite file, or of the PostgreSQL database.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Postgres(url) => url.database().to_owned(),
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
}

impl DatabaseUrl {
    /// Whether both name the same database, as far as the URLs tell.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => {
                let real = |path: &std::path::Path| {
                    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
                };
                // One file may have several names.
                let file = |path: &std::path::Path| path.metadata().ok().map(|file| (file.dev(), file.ino()));
                real(one) == real(other) || file(one).is_some_and(|one| file(other) == Some(one))
            }
            (Self::Postgres(one), Self::Postgres(other)) => one.is_same(other),
            _ => false,
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => write!(f, "{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_database_is_recognized_by_other_names() {
        let url = |text: &str| text.parse::<DatabaseUrl>().unwrap();
        let is_same = |one: &str, other: &str| {
            assert_eq!(url(one).is_same(&url(other)), url(other).is_same(&url(one)), "{one} {other}");
            url(one).is_same(&url(other))
        };
        let prod = "postgres://owner@localhost:5432/prod";
        for same in [
            "postgres://ops@127.0.0.1/prod",
            "postgres://[::1]:5432/prod",
            "postgres:///prod?host=/run/postgresql",
            "postgres:///prod?host=/run/postgresql/",
            "postgres://LOCALHOST:6432/prod",
            "postgres://localhost?dbname=prod",
            "postgres://?service=any",
        ] {
            assert!(is_same(prod, same), "{same}");
        }
        for other in [
            "postgres://localhost:5432/dev",
            "postgres://localhost:5433/prod",
            "postgres://db.example/prod",
            "sqlite:prod",
        ] {
            assert!(!is_same(prod, other), "{other}");
        }
        assert!(is_same("postgres://DB.example/prod", "postgres://a,db.example/prod"));
    }

    #[test]
    fn the_scheme_determines_the_engine() {
        let sqlite = |path: &str| Ok(DatabaseUrl::Sqlite(path.into()));
        assert_eq!("sqlite:a.db".parse(), sqlite("a.db"));
        assert_eq!("sqlite:///var/a.db".parse(), sqlite("/var/a.db"));
        assert_eq!("sqlite://a.db".parse(), sqlite("a.db"));
        assert_eq!("./a:b.db".parse(), sqlite("./a:b.db"));
        assert!(matches!("postgres://h/d".parse(), Ok(DatabaseUrl::Postgres(_))));
        for with_user in [
            "sqlite://u:s3cret@h/d",
            "sqlite:u:s3cret@h/d",
            "sqlite:///u:s3cret@h",
            "sqlite:/u:s3cret@x.db",
            "sqlite://u@h/d",
        ] {
            assert_eq!(with_user.parse::<DatabaseUrl>(), Err(UrlError::SqliteUser), "{with_user}");
        }
        assert_eq!("sqlite:me@home.db".parse(), sqlite("me@home.db"));
        assert_eq!("50% off #1".parse(), sqlite("50% off #1"));
        for typing_error in ["host=localhost password=x", "postgres//u:x@h/d", "u@h/d", "my_pg://h/d", "a.db\nb.db"] {
            assert_eq!(typing_error.parse::<DatabaseUrl>(), Err(UrlError::NotAPath), "{typing_error}");
        }
        assert_eq!("sqlite:a.db?mode=ro".parse::<DatabaseUrl>(), Err(UrlError::Parameters));
        let pooled = |url: &str| url.parse::<DatabaseUrl>().unwrap().is_pooled();
        for (value, is_pooled) in
            [("true", true), ("True", true), ("on", true), ("maybe", true), ("false", false), ("OFF", false)]
        {
            assert_eq!(pooled(&format!("postgres://h/d?pooler={value}")), Some(is_pooled), "{value}");
        }
        assert_eq!(pooled("postgres://h/d"), None);
        for unknown in ["mysql://h/d", "postgre://h/d", "file:a.db", "postgres:h"] {
            assert!(matches!(unknown.parse::<DatabaseUrl>(), Err(UrlError::UnknownScheme(_))), "{unknown}");
        }
        assert_eq!("sqlite::memory:".parse::<DatabaseUrl>(), Err(UrlError::InMemory));
        assert_eq!(" ".parse::<DatabaseUrl>(), Err(UrlError::Empty));
    }

    #[test]
    fn passwords_are_never_shown() {
        for url in [
            "postgres://ann:s3cret@host/db",
            "postgres://ann:s3cret%21@host:5432/db?sslmode=require",
            "postgres://host/db?user=ann&password=s3cret",
            "postgres://host/db?sslpassword=s3cret&password=other",
        ] {
            let parsed: DatabaseUrl = url.parse().unwrap();
            assert!(!parsed.to_string().contains("s3cret") && parsed.has_secret(), "{parsed}");
        }
    }

    #[test]
    fn a_password_that_libpq_would_parse_differently_is_rejected() {
        for url in [
            "postgres://ann:s3cret@part@host/db",
            "postgres://ann:s3/cret@host/db",
            "postgres://ann:s3?cret@host/db",
            "postgres://ann:s3?c=ret@host/db",
            "postgres://ann:s3cret/db",
            "postgres://ann:s3cret",
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

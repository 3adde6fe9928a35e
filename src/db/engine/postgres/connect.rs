//! Connecting to a server.

use std::time::Duration;

use diesel::{Connection as _, PgConnection};

use super::session;
use super::sqlstate::ConnectionFailure;
use crate::db::{AnyConnection, DatabaseUrl};
use crate::error::{ExitStatus, Failure};

/// How long a failed connection is tried once more, to learn why it failed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Connects, with the settings that every command relies on.
pub(in crate::db) fn connect(url: &DatabaseUrl, lock_timeout: Duration) -> anyhow::Result<AnyConnection> {
    let unreachable = |reason: String| {
        let is_permanent =
            is_invalid(&reason) || ConnectionFailure::of(&url.for_libpq(), CONNECT_TIMEOUT).is_permanent();
        let status = if is_permanent { ExitStatus::Failed } else { ExitStatus::Unavailable };
        let is_about_tls = ["SSL", "certificate"].iter().any(|word| reason.contains(word));
        // Its texts about a value that it cannot parse have the value, which may be a secret in the wrong place.
        let reason = if is_invalid(&reason) { rejected_parameter(url, &reason) } else { reason.trim().to_owned() };
        let failure = Failure::new(status, format!("cannot connect to {url}: {reason}"));
        if is_about_tls && url.must_verify() { failure.hint(VERIFY_HINT) } else { failure }
    };
    let mut conn = PgConnection::establish(&url.for_libpq()).map_err(|error| unreachable(error.to_string()))?;
    if let Some(reason) =
        session::set_up(&mut conn, url, lock_timeout).map_err(|error| unreachable(error.to_string()))?
    {
        return Err(Failure::failed(format!("cannot use {url}: {reason}")).into());
    }
    Ok(AnyConnection::Postgres(conn))
}

/// Whether libpq rejects a value, not the server. Its own messages, unlike the server's, are English: the libpq that is
/// compiled in has no translations.
fn is_invalid(reason: &str) -> bool {
    let own = reason.split_once(" failed: ").map_or(reason, |(_, own)| own);
    own.trim_start().starts_with("invalid ")
}

/// Which parameter libpq rejects: the first one of the URL, or of the environment, that its text names.
fn rejected_parameter(url: &DatabaseUrl, reason: &str) -> String {
    if reason.trim_start().starts_with("invalid connection option") {
        return "the URL has a parameter that libpq does not know".to_owned();
    }
    let names = url.parameter_names();
    let words: Vec<&str> = reason.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    names.iter().find(|name| words.contains(name)).map_or_else(
        || "a parameter of the URL, or a variable PG…, has a value that libpq does not accept".to_owned(),
        |name| format!("libpq does not accept the parameter {name}, or its value"),
    )
}

/// The hint for a connection to a host that is not local, whose certificate is verified unless something else is said.
const VERIFY_HINT: &str = "for a host that is not local, sslmode=verify-full is the default: add ?sslrootcert=FILE with the \
     certificates to trust, or another sslmode, or the host to trusted_hosts in config.toml";

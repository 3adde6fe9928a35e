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
        let failure = Failure::new(status, format!("cannot connect to {url}: {}", reason.trim()));
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

/// Whether libpq rejects a value before it connects. Its own messages, unlike the server's, are English: the libpq that is
/// compiled in has no translations.
fn is_invalid(reason: &str) -> bool {
    reason.trim_start().starts_with("invalid ")
}

/// The hint for a connection to a host that is not local, whose certificate is verified unless something else is said.
const VERIFY_HINT: &str = "for a host that is not local, sslmode=verify-full is the default: add ?sslrootcert=FILE with the \
     certificates to trust, or another sslmode, or the host to trusted_hosts in config.toml";

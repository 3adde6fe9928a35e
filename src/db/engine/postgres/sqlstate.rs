//! The SQLSTATE of a failed connection, which diesel does not tell: it has only the message, in the server's language.
//!
//! libpq puts the code in place of the message when it is asked to before the server answers, which
//! `PQconnectStart` and `PQconnectPoll` allow. Source: <https://www.postgresql.org/docs/17/libpq-control.html>.

use std::ffi::{CStr, CString};
use std::time::Duration;

use pq_sys::{
    PGVerbosity, PGconn, PQconnectPoll, PQconnectStart, PQconnectionNeedsPassword, PQerrorMessage, PQfinish,
    PQgetCurrentTimeUSec, PQsetErrorVerbosity, PQsocket, PQsocketPoll, PostgresPollingStatusType as Polling,
};

/// Why a connection failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ConnectionFailure {
    /// The code of the server's error; `None` if the server sent none.
    sqlstate: Option<String>,
    /// The server asked for a password, and none was given.
    needs_password: bool,
}

impl ConnectionFailure {
    /// Whether connecting again would fail in the same way: the server does not accept the user (class 28, or 42501 for
    /// a user without the right to connect), or has no such database (3D000).
    pub(super) fn is_permanent(&self) -> bool {
        let is_permanent = |code: &str| code.starts_with("28") || matches!(code, "3D000" | "42501");
        self.needs_password || self.sqlstate.as_deref().is_some_and(is_permanent)
    }

    /// Connects once more, at most for `timeout`, to learn why it fails. Nothing is known if the connection succeeds now.
    #[expect(unsafe_code, reason = "libpq is a C library, and diesel does not lend its connection")]
    pub(super) fn of(conninfo: &str, timeout: Duration) -> Self {
        let Ok(conninfo) = CString::new(conninfo) else { return Self::default() };
        let timeout = i64::try_from(timeout.as_micros()).unwrap_or(i64::MAX / 2);
        // SAFETY: `conninfo` is a C string that outlives the call. libpq returns null, or a connection that is valid
        // until `PQfinish`, which is called once, at the end; every other call is between the two. The message belongs
        // to the connection and is copied before it ends.
        unsafe {
            let conn: *mut PGconn = PQconnectStart(conninfo.as_ptr());
            if conn.is_null() {
                return Self::default();
            }
            PQsetErrorVerbosity(conn, PGVerbosity::PQERRORS_SQLSTATE);
            let deadline = PQgetCurrentTimeUSec().saturating_add(timeout);
            // Before the first poll, the connection is to be treated as if it waited to write.
            let mut status = Polling::PGRES_POLLING_WRITING;
            while matches!(status, Polling::PGRES_POLLING_READING | Polling::PGRES_POLLING_WRITING) {
                let reads = status == Polling::PGRES_POLLING_READING;
                if PQsocketPoll(PQsocket(conn), reads.into(), (!reads).into(), deadline) <= 0 {
                    break;
                }
                status = PQconnectPoll(conn);
            }
            let failure = if status == Polling::PGRES_POLLING_FAILED {
                let message = CStr::from_ptr(PQerrorMessage(conn)).to_string_lossy();
                Self { sqlstate: sqlstate_in(&message), needs_password: PQconnectionNeedsPassword(conn) != 0 }
            } else {
                Self::default()
            };
            PQfinish(conn);
            failure
        }
    }
}

/// The code at the end of the last line: `… failed: FATAL:  28P01`, where the severity is in the server's language.
fn sqlstate_in(message: &str) -> Option<String> {
    let code = message.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let is_code = code.len() == 5 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_code.then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_last_on_the_line() {
        for (message, code) in [
            ("connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  28P01\n", Some("28P01")),
            ("failed: FATAL:  3D000", Some("3D000")),
            ("failed: ВАЖНО:  57P03\n", Some("57P03")),
            ("fe_sendauth: no password supplied\n", None),
            ("connection refused\n\tIs the server running on that host?\n", None),
            ("", None),
        ] {
            assert_eq!(sqlstate_in(message).as_deref(), code, "{message}");
        }
    }

    #[test]
    fn only_authentication_and_a_missing_database_are_permanent() {
        let with = |code: &str| ConnectionFailure { sqlstate: Some(code.to_owned()), needs_password: false };
        assert!(["28P01", "28000", "3D000", "42501"].iter().all(|code| with(code).is_permanent()));
        assert!(!["57P03", "53300", "57P01", "08P01"].iter().any(|code| with(code).is_permanent()));
        assert!(ConnectionFailure { sqlstate: None, needs_password: true }.is_permanent());
        assert!(!ConnectionFailure::default().is_permanent());
    }
}

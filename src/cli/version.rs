//! What this program was built from.

use std::fmt::Write as _;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::db::migrations;

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The version, and what it was built from, a line each.
#[must_use]
pub fn details() -> String {
    let sqlite = SqliteConnection::establish(":memory:")
        .ok()
        .and_then(|mut conn| sql_query("SELECT sqlite_version() AS version").get_result::<Version>(&mut conn).ok());
    let openssl = if cfg!(feature = "tls") { env!("ROLLBOOK_OPENSSL") } else { "none" };
    let features: Vec<&str> = [("tls", cfg!(feature = "tls")), ("png", cfg!(feature = "png"))]
        .into_iter()
        .filter_map(|(name, is_on)| is_on.then_some(name))
        .collect();
    let mut text = format!("rollbook {}\n", env!("CARGO_PKG_VERSION"));
    for (name, value) in [
        ("commit", env!("ROLLBOOK_COMMIT")),
        ("schema", &migrations::latest()),
        ("SQLite", sqlite.as_ref().map_or("unknown", |row| &row.version)),
        ("libpq", env!("ROLLBOOK_LIBPQ")),
        ("OpenSSL", openssl),
        ("features", &features.join(" ")),
    ] {
        let _ = writeln!(text, "{name}: {value}");
    }
    text
}

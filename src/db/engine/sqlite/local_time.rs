//! Local times in SQLite, which knows no time zones: a function of ours in SQL.

use chrono::DateTime;
use chrono_tz::Tz;
use diesel::sql_types::Text;
use diesel::{QueryResult, SqliteConnection};

/// Makes the function `rollbook_local(time)` known to the connection, for this zone.
pub(super) fn register(conn: &mut SqliteConnection, tz: Tz) -> QueryResult<()> {
    rollbook_local_utils::register_impl(conn, move |time: String| local_time(&time, tz))
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// A time in the local time of a zone, `2026-03-15T08:14+01:00`: SQLite knows no time zones.
    fn rollbook_local(time: Text) -> Text;
}

/// A stored time, in the local time of a zone.
fn local_time(time: &str, tz: Tz) -> String {
    DateTime::parse_from_rfc3339(time)
        .map_or_else(|_| time.to_owned(), |time| time.with_timezone(&tz).format("%Y-%m-%dT%H:%M%:z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_is_that_of_the_zone() {
        assert_eq!(local_time("2026-03-15T23:30:00.000000Z", Tz::Europe__Berlin), "2026-03-16T00:30+01:00");
        assert_eq!(local_time("2026-07-15T00:30:00.000000Z", Tz::America__New_York), "2026-07-14T20:30-04:00");
    }
}

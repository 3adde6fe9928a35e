//! What SQLite writes in its own way.

use chrono_tz::Tz;

use super::{Sqlite, copy};
use crate::db::engine::{ColumnKind, CursorSql, SqlDialect, TimeBucket};

/// With one writer, positions are in commit order.
const CURSOR_SQL: CursorSql = CursorSql {
    transaction: "'0'",
    nodes: "''",
    register: "INSERT INTO feed_cursor (consumer, feed, position) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
    acknowledge: "UPDATE feed_cursor SET acknowledged_at = $1, position = $2 \
         WHERE $3 IS NOT NULL AND consumer = $4 AND $5 = ''",
};

impl SqlDialect for Sqlite {
    fn is_any_of(&self) -> [&'static str; 2] {
        [" IN (SELECT value FROM json_each(", "))"]
    }

    fn contains_role(&self) -> [&'static str; 3] {
        ["instr(", ", ", ") > 0"]
    }

    fn role_key(&self, role: &str) -> String {
        format!("\"{role}\"")
    }

    fn no_roles(&self) -> &'static str {
        "''"
    }

    fn roles_at(&self) -> &'static str {
        include_str!("../roles_at.sqlite.sql")
    }

    fn folded(&self, column: &str) -> String {
        format!("rollbook_folded({column})")
    }

    fn unindexed(&self, column: &'static str) -> String {
        format!("+{column}")
    }

    fn time_key(&self, bucket: TimeBucket, column: &str, tz: Tz) -> String {
        let local = if tz == Tz::UTC { column.to_owned() } else { format!("rollbook_local({column})") };
        match bucket {
            TimeBucket::Hour if tz == Tz::UTC => format!("substr({local}, 1, 13) || ':00'"),
            // With the offset, which tells the two hours apart when clocks go back.
            TimeBucket::Hour => format!("substr({local}, 1, 13) || ':00' || substr({local}, 17)"),
            TimeBucket::Day => format!("substr({local}, 1, 10)"),
            TimeBucket::Week => format!("date(substr({local}, 1, 10), 'weekday 0', '-6 days')"),
            TimeBucket::SundayWeek => format!("date(substr({local}, 1, 10), 'weekday 6', '-6 days')"),
            TimeBucket::Month => format!("substr({local}, 1, 7)"),
            TimeBucket::Quarter => {
                format!("substr({local}, 1, 4) || '-Q' || ((CAST(substr({local}, 6, 2) AS INTEGER) + 2) / 3)")
            }
            TimeBucket::Weekday => {
                format!("CAST((CAST(strftime('%w', substr({local}, 1, 10)) AS INTEGER) + 6) % 7 + 1 AS TEXT)")
            }
            TimeBucket::HourOfDay => format!("substr({local}, 12, 2)"),
        }
    }

    fn time_text(&self, _bucket: TimeBucket, key: &str) -> String {
        key.to_owned()
    }

    fn metadata_member(&self, path: &[String]) -> (String, [&'static str; 3]) {
        let path: Vec<String> = path.iter().map(|key| format!(".\"{key}\"")).collect();
        (format!("${}", path.concat()), ["coalesce(metadata -> ", " = ", ", FALSE)"])
    }

    fn with_member(&self, column: &str, member: &str, text: &str) -> String {
        format!("json_set({column}, '$.{member}', {text})")
    }

    fn without_personal_members(&self, column: &str) -> String {
        format!("json_remove({column}, '$.email', '$.name', '$.profile_img', '$.notes', '$.origin')")
    }

    fn listed_values(&self) -> &'static str {
        "SELECT value FROM json_each($1)"
    }

    fn own_rows(&self) -> &'static str {
        "TRUE" // With one writer, all rows after the last one before are.
    }

    fn cursor_sql(&self) -> &'static CursorSql {
        &CURSOR_SQL
    }

    fn row_as_text(&self, _table: &str, columns: &[(&str, ColumnKind)]) -> String {
        copy::row_as_text(columns)
    }

    fn insert_texts(&self, table: &str, columns: &[(usize, &(&str, ColumnKind))]) -> String {
        copy::insert_texts(table, columns)
    }

    fn permit(&self) -> Option<&'static str> {
        None
    }

    fn sql(&self, sqlite: &'static str, _postgres: &'static str) -> &'static str {
        sqlite
    }
}

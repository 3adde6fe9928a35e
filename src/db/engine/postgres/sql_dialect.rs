//! What PostgreSQL writes in its own way.

use chrono_tz::Tz;

use super::{Postgres, copy};
use crate::db::engine::{ColumnKind, CursorSql, Engine as _, SqlDialect, TimeBucket, citus};
use crate::db::fold;

const CURSOR_SQL: CursorSql = CursorSql {
    transaction: "recorded_xid::text",
    nodes: "''",
    register: "INSERT INTO feed_cursor (consumer, feed, recorded_xid, position) VALUES ($1, $2, '0', 0) \
         ON CONFLICT DO NOTHING",
    acknowledge: "UPDATE feed_cursor SET acknowledged_at = $1, position = $2, recorded_xid = $3::xid8 \
         WHERE consumer = $4 AND $5 = ''",
};

impl SqlDialect for Postgres {
    fn is_any_of(&self) -> [&'static str; 2] {
        [" = ANY (ARRAY(SELECT jsonb_array_elements_text(", "::jsonb)))"]
    }

    fn contains_role(&self) -> [&'static str; 3] {
        ["(", " @> ARRAY[", "])"]
    }

    fn role_key(&self, role: &str) -> String {
        role.to_owned()
    }

    fn no_roles(&self) -> &'static str {
        "'{}'"
    }

    fn roles_at(&self) -> &'static str {
        include_str!("../roles_at.postgres.sql")
    }

    fn folded(&self, column: &str) -> String {
        fold::postgres_expression(column)
    }

    fn unindexed(&self, column: &'static str) -> String {
        // It knows from its statistics.
        column.to_owned()
    }

    fn time_key(&self, bucket: TimeBucket, column: &str, tz: Tz) -> String {
        let local = format!("({column} AT TIME ZONE '{}')", tz.name());
        // To write texts takes longer than to group.
        match bucket {
            TimeBucket::Hour if tz == Tz::UTC => format!("to_char({local}, 'YYYY-MM-DD\"T\"HH24:00')"),
            // With the offset, which tells the two hours apart when clocks go back.
            TimeBucket::Hour => format!("to_char({column}, 'YYYY-MM-DD\"T\"HH24:00TZH:TZM')"),
            TimeBucket::Day => format!("{local}::date"),
            TimeBucket::Week => format!("date_trunc('week', {local})"),
            TimeBucket::SundayWeek => format!("date_trunc('week', {local} + interval '1 day') - interval '1 day'"),
            TimeBucket::Month => format!("date_trunc('month', {local})"),
            TimeBucket::Quarter => format!("date_trunc('quarter', {local})"),
            TimeBucket::Weekday => format!("extract(isodow FROM {local})"),
            TimeBucket::HourOfDay => format!("date_part('hour', {local})"),
        }
    }

    fn time_text(&self, bucket: TimeBucket, key: &str) -> String {
        match bucket {
            TimeBucket::Hour => key.to_owned(),
            TimeBucket::Day | TimeBucket::Week | TimeBucket::SundayWeek => format!("to_char({key}, 'YYYY-MM-DD')"),
            TimeBucket::Month => format!("to_char({key}, 'YYYY-MM')"),
            TimeBucket::Quarter => format!("to_char({key}, 'YYYY-\"Q\"Q')"),
            TimeBucket::Weekday => format!("({key})::text"),
            TimeBucket::HourOfDay => format!("lpad(({key})::text, 2, '0')"),
        }
    }

    fn metadata_member(&self, path: &[String]) -> (String, [&'static str; 3]) {
        let sql = ["coalesce((metadata #> string_to_array(", ", chr(31)))::text = ", ", FALSE)"];
        (path.join("\u{1f}"), sql)
    }

    fn with_member(&self, column: &str, member: &str, text: &str) -> String {
        format!("{column} || jsonb_build_object('{member}', {text}::text)")
    }

    fn without_personal_members(&self, column: &str) -> String {
        format!("{column} - '{{email,name,profile_img,notes,origin}}'::text[]")
    }

    fn listed_values(&self) -> &'static str {
        "SELECT jsonb_array_elements_text($1::jsonb)"
    }

    fn own_rows(&self) -> &'static str {
        if self.is_log_distributed() { citus::OWN_ROWS } else { "recorded_xid = pg_current_xact_id()" }
    }

    fn cursor_sql(&self) -> &'static CursorSql {
        if self.is_log_distributed() { &citus::CURSOR_SQL } else { &CURSOR_SQL }
    }

    fn row_as_text(&self, table: &str, columns: &[(&str, ColumnKind)]) -> String {
        copy::row_as_text(table, columns)
    }

    fn insert_texts(&self, table: &str, columns: &[(usize, &(&str, ColumnKind))]) -> String {
        copy::insert_texts(table, columns)
    }

    fn permit(&self) -> Option<&'static str> {
        Some("SELECT rollbook_permit($1::jsonb)")
    }

    fn sql(&self, _sqlite: &'static str, postgres: &'static str) -> &'static str {
        postgres
    }
}

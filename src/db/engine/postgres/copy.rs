//! Rows as text, to copy a database from or to PostgreSQL.

use diesel::QueryResult;
use diesel::connection::SimpleConnection as _;

use crate::db::{AnyConnection, ColumnKind};

/// A row as a JSON array of texts.
pub(super) fn row_as_text(table: &str, columns: &[(&str, ColumnKind)]) -> String {
    let texts: Vec<String> = columns.iter().map(|(name, kind)| text_of(table, name, *kind)).collect();
    format!("jsonb_build_array({})::text", texts.join(", "))
}

fn text_of(table: &str, name: &str, kind: ColumnKind) -> String {
    if (table, name) == ("feed_cursor", "position") {
        // SQLite has the actions in the order of their positions: before the first one that is not acknowledged here.
        let position = |log: &str| {
            format!(
                "coalesce((SELECT min(a.position) - 1 FROM {log} a \
                 WHERE (a.recorded_xid, a.position) > (c.recorded_xid, c.position)), \
                 (SELECT max(a.position) FROM {log} a), 0)::text"
            )
        };
        return format!("CASE feed WHEN 'users' THEN {} ELSE {} END", position("audit_event"), position("user_action"));
    }
    match kind {
        ColumnKind::Text => format!("\"{name}\""),
        ColumnKind::Number | ColumnKind::Json => format!("\"{name}\"::text"),
        ColumnKind::Time => format!("to_char(\"{name}\" AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"),
        ColumnKind::Roles => format!("array_to_json(\"{name}\")::text"),
    }
}

/// The statement that adds the rows of a JSON array, $1, which have a column at each of the places.
pub(super) fn insert_texts(table: &str, columns: &[(usize, &(&str, ColumnKind))]) -> String {
    let mut names: Vec<String> = columns.iter().map(|(_, (name, _))| format!("\"{name}\"")).collect();
    let mut values: Vec<String> = columns
        .iter()
        .map(|(place, (_, kind))| match kind {
            ColumnKind::Text => format!("row ->> {place}"),
            ColumnKind::Number => format!("(row ->> {place})::bigint"),
            ColumnKind::Time => format!("(row ->> {place})::timestamptz"),
            ColumnKind::Json => format!("(row ->> {place})::jsonb"),
            ColumnKind::Roles => format!("ARRAY(SELECT jsonb_array_elements_text((row ->> {place})::jsonb))"),
        })
        .collect();
    let place = |name: &str| columns.iter().find(|(_, column)| column.0 == name).map(|(place, _)| *place);
    if table == "feed_cursor"
        && let (Some(position), Some(feed)) = (place("position"), place("feed"))
    {
        names.push("recorded_xid".to_owned());
        // The transaction that added the last event here that the consumer had acknowledged there.
        let last = |log: &str| {
            format!(
                "(SELECT recorded_xid FROM {log} WHERE position <= (row ->> {position})::bigint \
                 ORDER BY position DESC LIMIT 1)"
            )
        };
        let (audit_event, user_action) = (last("audit_event"), last("user_action"));
        values
            .push(format!("coalesce(CASE row ->> {feed} WHEN 'users' THEN {audit_event} ELSE {user_action} END, '0')"));
    }
    format!(
        "INSERT INTO \"{table}\" ({}) OVERRIDING SYSTEM VALUE \
         SELECT {} FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS rows (row, number) ORDER BY number",
        names.join(", "),
        values.join(", ")
    )
}

/// Lets the transaction write the times at which actions were recorded.
pub(super) fn begin(conn: &mut AnyConnection) -> QueryResult<()> {
    conn.batch_execute("ALTER DOMAIN rollbook_time DROP CONSTRAINT set_by_the_database")
}

/// Goes back to what every writer may do; new rows come after those that were copied.
pub(super) fn end(conn: &mut AnyConnection) -> QueryResult<()> {
    conn.batch_execute(
        "ALTER DOMAIN rollbook_time ADD CONSTRAINT set_by_the_database CHECK (VALUE = now()) NOT VALID; \
         SELECT setval(pg_get_serial_sequence('user_action', 'position'), max(position)) FROM user_action \
         HAVING max(position) IS NOT NULL; \
         SELECT setval(pg_get_serial_sequence('audit_event', 'position'), max(position)) FROM audit_event \
         HAVING max(position) IS NOT NULL",
    )
}

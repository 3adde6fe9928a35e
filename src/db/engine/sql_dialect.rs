//! What differs between the engines in the text of SQL.

use chrono_tz::Tz;

use super::{ColumnKind, CursorSql, TimeBucket};

/// The texts of SQL that the engines write differently. None of them needs a connection.
pub trait SqlDialect: Sync {
    /// The rest of the condition that a text column has one of the values of a bound JSON array: before and after it.
    fn is_any_of(&self) -> [&'static str; 2];

    /// The condition that a set of roles contains a bound role: before the set, before the role, after it.
    fn contains_role(&self) -> [&'static str; 3];

    /// The form of a role in which [`Self::contains_role`] takes it.
    fn role_key(&self, role: &str) -> String;

    /// The set of no roles, as a literal.
    fn no_roles(&self) -> &'static str;

    /// The roles that a user had at a time: a query with the time at each `$1`.
    fn roles_at(&self) -> &'static str;

    /// A column of texts without case and accents, as [`crate::db::folded`].
    fn folded(&self, column: &str) -> String;

    /// A column as an expression that no index serves, where the engine would wrongly use one.
    fn unindexed(&self, column: &'static str) -> String;

    /// What rows of one bucket of local time have in common, as the engine groups by it fastest. `tz` has no quotes in its name.
    fn time_key(&self, bucket: TimeBucket, column: &str, tz: Tz) -> String;

    /// A bucket as text, of such a key.
    fn time_text(&self, bucket: TimeBucket, key: &str) -> String;

    /// The bucket of local time that a column of times is in, as text. `tz` has no quotes in its name.
    fn time_bucket(&self, bucket: TimeBucket, column: &str, tz: Tz) -> String {
        self.time_text(bucket, &self.time_key(bucket, column, tz))
    }

    /// The condition that a member of metadata has a value, both bound: the path's form, and the SQL before it, between
    /// the two, and after them.
    fn metadata_member(&self, path: &[String]) -> (String, [&'static str; 3]);

    /// A JSON column with this text as the value of a member.
    fn with_member(&self, column: &str, member: &str, text: &str) -> String;

    /// A JSON column without its personal members.
    fn without_personal_members(&self, column: &str) -> String;

    /// The values of a bound JSON array of texts, $1, as a query.
    fn listed_values(&self) -> &'static str;

    /// The condition that a row of the log may have been added by the open transaction.
    fn own_rows(&self) -> &'static str;

    /// SQL about the rows of `feed_cursor`.
    fn cursor_sql(&self) -> &'static CursorSql;

    /// A row of a table as a JSON array of texts, as an expression; the table is `c`.
    fn row_as_text(&self, table: &str, columns: &[(&str, ColumnKind)]) -> String;

    /// The statement that adds the rows of a JSON array of such rows, $1; each column with its place in the row.
    fn insert_texts(&self, table: &str, columns: &[(usize, &(&str, ColumnKind))]) -> String;

    /// The statement that adds a JSON array of audit events, $1, by which a guard permits a change: it takes a right of its
    /// own. `None` if writing is right enough.
    fn permit(&self) -> Option<&'static str>;

    /// One of two texts of SQL that mean the same, the one for SQLite first.
    fn sql(&self, sqlite: &'static str, postgres: &'static str) -> &'static str;
}

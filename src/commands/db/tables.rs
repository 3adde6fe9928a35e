//! The tables with their columns, to copy and compare them between engines: every value travels as text.

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use sha2::{Digest as _, Sha256};

use crate::db::types::Json;
use crate::db::{ColumnKind, Db};
use ColumnKind::{Json as JsonValue, Number, Roles, Text as Plain, Time};

/// A table.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column by which its rows are ordered.
    key: &'static str,
    pub(super) columns: &'static [(&'static str, ColumnKind)],
    /// The column that refers to other rows of the table: it is written after them.
    pub(super) later: Option<&'static str>,
    /// The column whose value depends on the engine: it is not compared.
    moved: Option<&'static str>,
}

/// All tables, each after those that it refers to.
pub(super) const TABLES: [Table; 11] = [
    Table {
        name: "user",
        key: "id",
        columns: &[
            ("id", Plain),
            ("email", Plain),
            ("name", Plain),
            ("origin", Plain),
            ("profile_img", Plain),
            ("roles", Roles),
            ("created_at", Time),
            ("erased_at", Time),
            ("merged_into", Plain),
        ],
        later: Some("merged_into"),
        moved: None,
    },
    Table {
        name: "user_action",
        key: "position",
        columns: &[
            ("position", Number),
            ("id", Plain),
            ("user_id", Plain),
            ("enrollment_id", Plain),
            ("action_type", Plain),
            ("target_type", Plain),
            ("target_id", Plain),
            ("metadata", JsonValue),
            ("source_system", Plain),
            ("source_event_id", Plain),
            ("idempotency_key", Plain),
            ("occurred_at", Time),
            ("recorded_at", Time),
        ],
        later: None,
        moved: None,
    },
    Table {
        name: "champion",
        key: "id",
        columns: &[
            ("id", Plain),
            ("user_id", Plain),
            ("cohort_id", Plain),
            ("stage", Plain),
            ("notes", Plain),
            ("selected_at", Time),
            ("became_champion_at", Time),
            ("created_at", Time),
        ],
        later: None,
        moved: None,
    },
    Table {
        name: "import_run",
        key: "id",
        columns: &[
            ("id", Plain),
            ("kind", Plain),
            ("file_name", Plain),
            ("file_sha256", Plain),
            ("file_bytes", Number),
            ("options", JsonValue),
            ("actor", Plain),
            ("started_at", Time),
            ("finished_at", Time),
            ("outcome", Plain),
            ("reason", Plain),
            ("inserted", Number),
            ("updated", Number),
            ("replay", Number),
            ("conflict", Number),
            ("rejected", Number),
            ("skipped", Number),
            ("parked", Number),
        ],
        later: None,
        moved: None,
    },
    Table {
        name: "import_parked",
        key: "key",
        columns: &[
            ("key", Plain),
            ("user_id", Plain),
            ("user_email", Plain),
            ("event", JsonValue),
            ("reason", Plain),
            ("import_run_id", Plain),
            ("parked_at", Time),
        ],
        later: None,
        moved: None,
    },
    Table {
        name: "former_email",
        key: "digest",
        columns: &[("digest", Plain), ("user_id", Plain), ("email", Plain), ("added_at", Time)],
        later: None,
        moved: None,
    },
    Table { name: "hash_key", key: "name", columns: &[("name", Plain), ("value", Plain)], later: None, moved: None },
    Table {
        name: "audit_event",
        key: "position",
        columns: &[
            ("position", Number),
            ("at", Time),
            ("actor", Plain),
            ("verb", Plain),
            ("subject_kind", Plain),
            ("subject_id", Plain),
            ("before", JsonValue),
            ("after", JsonValue),
            ("import_run_id", Plain),
            ("refusal", Plain),
            ("operation_id", Plain),
            ("reason", Plain),
            ("os_user", Plain),
            ("database_role", Plain),
        ],
        later: None,
        moved: None,
    },
    Table {
        name: "operation",
        key: "id",
        columns: &[("id", Plain), ("request", Plain), ("at", Time), ("actor", Plain), ("result", Plain)],
        later: None,
        moved: None,
    },
    Table {
        name: "feed_cursor",
        key: "consumer",
        columns: &[
            ("consumer", Plain),
            ("position", Number),
            ("acknowledged_at", Time),
            ("types", Plain),
            ("feed", Plain),
        ],
        later: None,
        moved: Some("position"),
    },
    Table {
        name: "feed_parked",
        key: "action_id",
        columns: &[("consumer", Plain), ("action_id", Plain), ("parked_at", Time), ("reason", Plain)],
        later: None,
        moved: None,
    },
];

/// The values of a row, in the order of the columns.
pub(super) type Row = Vec<Option<String>>;

/// Number of rows that are read and written at once.
const BATCH: usize = 2000;

#[derive(QueryableByName)]
struct RowText {
    #[diesel(sql_type = Text)]
    row: String,
}

/// The number of rows of a table, and a checksum that does not depend on their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Checksum {
    pub(super) rows: u64,
    pub(super) sum: u128,
}

impl Table {
    /// Reads all rows, in batches, in the open snapshot or transaction.
    pub(super) fn read(&self, db: &mut Db, mut take: impl FnMut(Vec<Row>) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let engine = db.conn.engine();
        let query = format!(
            "SELECT {} AS row FROM \"{}\" AS c ORDER BY \"{}\"",
            engine.row_as_text(self.name, self.columns),
            self.name,
            self.key
        );
        let parsed = |row: RowText| -> anyhow::Result<Row> { Ok(serde_json::from_str(&row.row)?) };
        if engine.streams_results() {
            let mut batch = Vec::new();
            for row in sql_query(query).load_iter::<RowText, DefaultLoadingMode>(&mut db.conn)? {
                batch.push(parsed(row?)?);
                if batch.len() == BATCH {
                    take(std::mem::take(&mut batch))?;
                }
            }
            return take(batch);
        }
        sql_query(format!("DECLARE copied NO SCROLL CURSOR FOR {query}")).execute(&mut db.conn)?;
        loop {
            let rows: Vec<RowText> = sql_query(format!("FETCH {BATCH} FROM copied")).load(&mut db.conn)?;
            if rows.is_empty() {
                break;
            }
            take(rows.into_iter().map(parsed).collect::<anyhow::Result<_>>()?)?;
        }
        sql_query("CLOSE copied").execute(&mut db.conn)?;
        Ok(())
    }

    /// Adds rows. What refers to other rows of the table is left out.
    pub(super) fn write(&self, rows: &[Row], db: &mut Db) -> anyhow::Result<()> {
        let written: Vec<(usize, &(&str, ColumnKind))> =
            self.columns.iter().enumerate().filter(|(_, (name, _))| Some(*name) != self.later).collect();
        let statement = db.conn.engine().insert_texts(self.name, &written);
        let added = sql_query(statement).bind::<Text, _>(serde_json::to_string(rows)?).execute(&mut db.conn)?;
        anyhow::ensure!(added == rows.len(), "added {added} of {} rows of {}", rows.len(), self.name);
        Ok(())
    }

    /// Adds rows to a checksum.
    pub(super) fn add_to(&self, checksum: &mut Checksum, rows: &[Row]) {
        for row in rows {
            let mut sha256 = Sha256::new();
            for ((name, kind), value) in self.columns.iter().zip(row) {
                if Some(*name) == self.moved {
                    continue;
                }
                let value = value.as_ref().map(|value| match kind {
                    JsonValue => value.parse::<Json>().map_or_else(|_| value.clone(), |json| json.to_string()),
                    _ => value.clone(),
                });
                // The length tells an absent value from an empty one, and a value from the next.
                sha256.update(value.as_ref().map_or(u64::MAX, |value| value.len() as u64).to_be_bytes());
                sha256.update(value.unwrap_or_default());
            }
            let digest = sha256.finalize();
            let half = digest.iter().take(16).fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
            checksum.rows += 1;
            checksum.sum = checksum.sum.wrapping_add(half);
        }
    }

    /// The checksum of the whole table.
    pub(super) fn checksum(&self, db: &mut Db) -> anyhow::Result<Checksum> {
        let mut checksum = Checksum::default();
        self.read(db, |rows| {
            self.add_to(&mut checksum, &rows);
            Ok(())
        })?;
        Ok(checksum)
    }
}

//! A table whose rows are copied and compared between engines: every value travels as text.

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use sha2::{Digest as _, Sha256};

use crate::db::types::Json;
use crate::db::{ColumnKind, Db};

/// A table.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column by which its rows are ordered.
    pub(super) key: &'static str,
    pub(super) columns: &'static [(&'static str, ColumnKind)],
    /// The column that refers to other rows of the table: it is written after them.
    pub(super) later: Option<&'static str>,
    /// The column whose value depends on the engine: it is not compared.
    pub(super) moved: Option<&'static str>,
}

/// The values of a row, in the order of the columns.
pub(super) type Row = Vec<Option<String>>;

/// Number of rows that are read and written at once.
const BATCH: usize = 2000;

/// The end of a log.
#[derive(QueryableByName, PartialEq, Eq)]
pub(super) struct LogEnd {
    /// The number of rows.
    #[diesel(sql_type = BigInt)]
    pub(super) rows: i64,
    /// The position of the last one, or 0.
    #[diesel(sql_type = BigInt)]
    pub(super) position: i64,
}

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
    pub(super) fn read(&self, db: &mut Db, take: impl FnMut(Vec<Row>) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.read_rows("", "", db, take)
    }

    /// Reads the next `most` rows after a position.
    pub(super) fn read_part(
        &self,
        after: i64,
        most: usize,
        db: &mut Db,
        take: impl FnMut(Vec<Row>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.read_rows(&format!("WHERE c.position > {after}"), &format!("LIMIT {most}"), db, take)
    }

    fn read_rows(
        &self,
        filter: &str,
        limit: &str,
        db: &mut Db,
        mut take: impl FnMut(Vec<Row>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let engine = db.conn.engine();
        let query = format!(
            "SELECT {} AS row FROM \"{}\" AS c {filter} ORDER BY c.\"{}\" {limit}",
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

    /// The end of the table, or of its rows up to a position.
    pub(super) fn end(&self, up_to: i64, db: &mut Db) -> QueryResult<LogEnd> {
        let query = format!(
            "SELECT count(*) AS rows, coalesce(max(position), 0) AS position FROM \"{}\" WHERE position <= $1",
            self.name
        );
        sql_query(query).bind::<BigInt, _>(up_to).get_result(&mut db.conn)
    }

    /// Adds rows, without what refers to other rows of the table.
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
                    ColumnKind::Json => value.parse::<Json>().map_or_else(|_| value.clone(), |json| json.to_string()),
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

    /// The checksum of the whole table, without what refers to other rows of it.
    pub(super) fn checksum_without_references(&self, db: &mut Db) -> anyhow::Result<Checksum> {
        Self { moved: self.later, ..*self }.checksum(db)
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
    /// The key of each row that refers to another row of the table, and the key of that.
    pub(super) fn references(&self, rows: &[Row]) -> Vec<Row> {
        let Some(later) = self.later.and_then(|later| self.columns.iter().position(|(name, _)| *name == later)) else {
            return Vec::new();
        };
        let reference = |row: &Row| row[later].is_some().then(|| vec![row[0].clone(), row[later].clone()]);
        rows.iter().filter_map(reference).collect()
    }
}

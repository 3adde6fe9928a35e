//! Export of the whole log as Parquet, a file a month, for programs that scan it.
//!
//! A later export into the same directory finds the months that have changed, by what the manifest has of the feeds, and
//! writes those again from the database: nothing is appended, so that nothing can be there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};
use serde::{Deserialize, Serialize};
use tempfile::{Builder, NamedTempFile};

use super::{rows, stored_row};
use crate::db::{Db, LogOrder};
use crate::error::Failure;
use crate::feed::{self, Cursor, Feed};
use crate::interrupt::{Leftover, temporary_file};
use crate::models::UserAction;
use crate::output::{Output, directory_of, plural, thousands};
use crate::schema::user_action;
use crate::text::Quoted as _;
use months::{all_months, bounds, months_after, months_of_changed_users};
use writer::MonthWriter;

mod months;
mod writer;

/// What a directory contains.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// The version of this format.
    version: u32,
    /// The last action that the files have, as the feed of actions counts.
    actions_cursor: String,
    /// The last change of a user that they know of, as the feed of users counts.
    users_cursor: String,
    /// What the log has at the cursors: another database, or one that was restored, has something else there.
    actions_anchor: String,
    users_anchor: String,
    /// The files, by month.
    months: BTreeMap<String, MonthFile>,
}

/// The file of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MonthFile {
    path: String,
    rows: u64,
    bytes: u64,
}

const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Brings a directory up to date with the log, in one snapshot.
pub(super) fn export(directory: &Path, since: Option<Cursor>, db: &mut Db, out: &Output) -> anyhow::Result<()> {
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.quoted()))?;
    let manifest = Manifest::read(directory)?;
    let leftovers = leftovers(manifest.as_ref(), directory)?;
    // The same for all queries: what becomes settled meanwhile is exported the next time.
    let order = Feed::Actions.order(db)?;
    let users_order = Feed::Users.order(db)?;
    let (end, users_end) = (feed::last(Feed::Actions, &order, db)?, feed::last(Feed::Users, &users_order, db)?);
    let mut changed = match (&manifest, since) {
        (None, None) => all_months(db)?,
        (None, Some(_)) => {
            let message = format!("{} has no manifest: --since-cursor needs an earlier export", directory.quoted());
            return Err(Failure::usage(message).into());
        }
        (Some(manifest), since) => {
            manifest.check_anchors(directory, db)?;
            let since = match since {
                Some(since) => since,
                None => parsed(&manifest.actions_cursor, directory)?,
            };
            let users = parsed(&manifest.users_cursor, directory)?;
            let mut months = months_after(&since, &order, db)?;
            months.extend(months_of_changed_users(&users, db)?);
            months
        }
    };
    changed.extend(leftovers.iter().cloned());
    let mut manifest = manifest.unwrap_or_default();
    manifest.months.extend(write_months(&changed, directory, &order, db)?);
    if let Some(month) = leftovers.iter().find(|month| !manifest.months.contains_key(*month)) {
        let message = format!("{}/month={month} is there, and the log has no actions of it", directory.quoted());
        return Err(Failure::failed(message).hint("delete the directory, and export again").into());
    }
    let rows: u64 = manifest.months.values().map(|file| file.rows).sum();
    let settled = settled_rows(&order, db)?;
    if rows != settled {
        let message = format!("the files have {} actions, and the log has {}", thousands(rows), thousands(settled));
        return Err(Failure::failed(message).hint("delete the directory, and export again").into());
    }
    let bytes: u64 = manifest.months.values().map(|file| file.bytes).sum();
    manifest.version = VERSION;
    manifest.actions_cursor = end.to_string();
    manifest.users_cursor = users_end.to_string();
    manifest.actions_anchor = anchor(Feed::Actions, &end, db)?;
    manifest.users_anchor = anchor(Feed::Users, &users_end, db)?;
    manifest.write(directory)?;
    out.status(format_args!(
        "wrote {} of {} to {}, which now has {} in {} bytes",
        thousands(changed.len() as u64),
        plural(manifest.months.len() as u64, "month"),
        directory.quoted(),
        plural(rows, "action"),
        thousands(bytes),
    ));
    if let Some(holder) = db.conn.engine().feed_holder(Feed::Actions.table(), &mut db.conn)? {
        out.note(format_args!("an open transaction holds more actions back: {holder}; export again when it has ended"));
    }
    Ok(())
}

impl Manifest {
    /// The manifest of an earlier export.
    fn read(directory: &Path) -> anyhow::Result<Option<Self>> {
        let path = directory.join(MANIFEST);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("cannot read {}", path.quoted()))?,
        };
        let manifest: Self = serde_json::from_slice(&text).with_context(|| format!("cannot read {}", path.quoted()))?;
        if manifest.version != VERSION {
            let message = format!("{} has version {}", path.quoted(), manifest.version);
            return Err(Failure::failed(message).hint("export to another directory").into());
        }
        let size = |file: &MonthFile| fs::metadata(directory.join(&file.path)).map(|metadata| metadata.len()).ok();
        if let Some(file) = manifest.months.values().find(|file| size(file) != Some(file.bytes)) {
            let message = format!("{} names {}, which does not exist or has another size", path.quoted(), file.path);
            return Err(Failure::failed(message).hint("delete the directory, and export again").into());
        }
        Ok(Some(manifest))
    }

    /// Checks that the database is the one of the last export, with all that it had then.
    fn check_anchors(&self, directory: &Path, db: &mut Db) -> anyhow::Result<()> {
        for (feed, cursor, expected) in [
            (Feed::Actions, &self.actions_cursor, &self.actions_anchor),
            (Feed::Users, &self.users_cursor, &self.users_anchor),
        ] {
            if anchor(feed, &parsed(cursor, directory)?, db)? != *expected {
                let message = format!("{} was exported from another database, or before a restore", directory.quoted());
                return Err(Failure::failed(message).hint("delete the directory, and export again").into());
            }
        }
        Ok(())
    }

    /// Replaces the manifest in one step, when all files are there.
    fn write(&self, directory: &Path) -> anyhow::Result<()> {
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(directory.join(MANIFEST))?;
        Ok(())
    }
}

/// What a feed has at a cursor; nothing at its start.
fn anchor(feed: Feed, cursor: &Cursor, db: &mut Db) -> anyhow::Result<String> {
    #[derive(QueryableByName)]
    struct Anchor {
        #[diesel(sql_type = Text)]
        anchor: String,
    }
    let Some(position) = cursor.position() else { return Ok(String::new()) };
    let at = feed.order(db)?.at(position);
    let (table, anchor) = match feed {
        Feed::Actions => ("user_action", "id"),
        Feed::Users => ("audit_event", "verb || ' ' || subject_id || ' ' || coalesce(operation_id, '')"),
    };
    let found: Option<Anchor> =
        sql_query(format!("SELECT {anchor} AS anchor FROM {table} WHERE {at}")).get_result(&mut db.conn).optional()?;
    Ok(found.map(|found| found.anchor).unwrap_or_default())
}

/// The months of a directory that the manifest does not name: what an export that was killed has left.
fn leftovers(manifest: Option<&Manifest>, directory: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut months = BTreeSet::new();
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.quoted()))? {
        let name = entry?.file_name();
        let month = name.to_str().and_then(|name| name.strip_prefix("month="));
        months.extend(
            month
                .filter(|month| manifest.is_none_or(|known| !known.months.contains_key(*month)))
                .map(ToOwned::to_owned),
        );
    }
    Ok(months)
}

/// A cursor of the manifest.
fn parsed(text: &str, directory: &Path) -> anyhow::Result<Cursor> {
    text.parse().map_err(|error| Failure::failed(format!("{}/{MANIFEST}: {error}", directory.quoted())).into())
}

fn settled_rows(order: &LogOrder, db: &mut Db) -> anyhow::Result<u64> {
    let settled = order.settled();
    let count: Count =
        sql_query(format!("SELECT count(*) AS count FROM user_action WHERE {settled}")).get_result(&mut db.conn)?;
    Ok(u64::try_from(count.count)?)
}

/// Writes the files of months, and gives them their names when they are complete. A few months are looked up by their
/// times; for more, the log is read once in its own order, which is several times as fast a row.
fn write_months(
    months: &BTreeSet<String>,
    directory: &Path,
    order: &LogOrder,
    db: &mut Db,
) -> anyhow::Result<BTreeMap<String, MonthFile>> {
    let spans: Vec<Option<&str>> =
        if months.len() > FEW_MONTHS { vec![None] } else { months.iter().map(|month| Some(month.as_str())).collect() };
    let mut files = MonthFiles { directory, months, writers: BTreeMap::new() };
    for month in spans {
        let settled = sql::<Bool>(&order.settled());
        let mut actions = user_action::table.select(UserAction::as_select()).into_boxed().filter(settled);
        if let Some(month) = month {
            let (start, end) = bounds(month)?;
            actions = actions.filter(user_action::occurred_at.ge(start)).filter(user_action::occurred_at.lt(end));
        }
        rows::stream(actions, false, &mut db.conn, |batches| {
            for batch in batches {
                for cells in batch?.rows() {
                    files.row(&cells)?;
                }
                files.bound_memory()?;
            }
            Ok(())
        })?;
    }
    files.end()
}

/// Up to so many months are looked up by their times.
const FEW_MONTHS: usize = 2;

/// The bytes of rows that wait in all files together.
const MOST_WAITING: usize = 96 << 20;

/// The files of months that are being written.
struct MonthFiles<'a> {
    directory: &'a Path,
    months: &'a BTreeSet<String>,
    writers: BTreeMap<String, (NamedTempFile, MonthWriter, Leftover)>,
}

impl MonthFiles<'_> {
    fn row(&mut self, cells: &[&str; stored_row::CELLS]) -> anyhow::Result<()> {
        let month = &cells[stored_row::OCCURRED_AT][..7];
        if let Some((_, writer, _)) = self.writers.get_mut(month) {
            return writer.row(cells);
        }
        if !self.months.contains(month) {
            return Ok(());
        }
        let target = self.directory.join(path_of(month));
        let cannot = || format!("cannot write {}", target.quoted());
        fs::create_dir_all(directory_of(&target)).with_context(cannot)?;
        let (file, leftover) = temporary_file(&Builder::new(), directory_of(&target)).with_context(cannot)?;
        let mut writer = MonthWriter::new(file.reopen().with_context(cannot)?)?;
        writer.row(cells)?;
        self.writers.insert(month.to_owned(), (file, writer, leftover));
        Ok(())
    }

    /// Writes the largest row groups that wait, if there is too much of them.
    fn bound_memory(&mut self) -> anyhow::Result<()> {
        while self.writers.values().map(|(_, writer, _)| writer.bytes()).sum::<usize>() > MOST_WAITING {
            let largest = self.writers.values_mut().max_by_key(|(_, writer, _)| writer.bytes());
            if let Some((_, writer, _)) = largest {
                writer.write_group()?;
            }
        }
        Ok(())
    }

    fn end(self) -> anyhow::Result<BTreeMap<String, MonthFile>> {
        let mut files = BTreeMap::new();
        for (month, (file, writer, _leftover)) in self.writers {
            let path = path_of(&month);
            let target = self.directory.join(&path);
            let cannot = || format!("cannot write {}", target.quoted());
            let rows = writer.end().with_context(cannot)?;
            file.as_file().sync_all().with_context(cannot)?;
            let bytes = file.as_file().metadata().with_context(cannot)?.len();
            file.persist(&target).with_context(cannot)?;
            files.insert(month, MonthFile { path, rows, bytes });
        }
        Ok(files)
    }
}

/// Where the file of a month is in the directory.
fn path_of(month: &str) -> String {
    format!("month={month}/actions.parquet")
}

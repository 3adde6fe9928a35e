//! The kinds of rows that a file can have: how each is read, and how it is written.

use crate::db::Db;
use crate::log::{BatchVerdicts, FieldError, InputRow};
use crate::models::{Change, User};

use super::record::{Columns, Record};

pub(super) mod actions;
pub(super) mod champions;
pub(super) mod users;

/// How the rows of one kind are read.
pub(super) trait Kind: Sync {
    /// The columns that a file may have.
    const COLUMNS: Columns;
    /// What a valid record becomes.
    type Content: Send;
    /// What it is added to.
    type Table: Table<Content = Self::Content>;

    /// Checks a record, by its number and the line on which it begins, and reads it.
    fn check(&self, number: u64, line: u64, record: Record<'_>) -> Result<Self::Content, Vec<FieldError>>;

    /// What somebody should know of the cells as a whole, once they have been read.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// How rows of one kind are written.
pub(super) trait Table {
    /// What is added.
    type Content;

    /// How many rows are best looked up and written together.
    const BATCH: usize = 2000;

    /// Writes rows and gives each a verdict. Some may be kept back until [`Self::finish`].
    fn write(
        &mut self,
        rows: Vec<InputRow<Self::Content>>,
        db: &mut Db,
        verdicts: &mut BatchVerdicts,
    ) -> anyhow::Result<()>;

    /// What [`Self::finish`] has to do that may take a while.
    fn remaining_work(&self) -> Option<String> {
        None
    }

    /// Writes what was kept back of a file, and gives it verdicts.
    fn finish(&mut self, _db: &mut Db, _verdicts: &mut BatchVerdicts) -> anyhow::Result<()> {
        Ok(())
    }

    /// Ends the files of a transaction.
    fn end(&mut self, _db: &mut Db) -> anyhow::Result<()> {
        Ok(())
    }

    /// The first row that removed the role superadmin from a user.
    fn demotion(&self) -> Option<(u64, Change<'_, User>)> {
        None
    }
}

//! The file of rejected rows: each as it stood, after columns that say why, so that it can be fixed and imported again.

use std::path::Path;

use anyhow::Context as _;

use super::formats::{Records, RejectWriter};
use super::verdict_text::{field_of, reason_of, word_of};
use crate::error::Failure;
use crate::log::RefusedRow;
use crate::output::OutputFile;

const CANNOT_WRITE: &str = "cannot write the file of rejected rows";

/// The file.
pub(super) struct Rejects {
    file: OutputFile,
    writer: Box<dyn RejectWriter>,
    header: Vec<u8>,
    failed: Option<anyhow::Error>,
}

impl Rejects {
    /// Creates the file, in the format of the input.
    pub(super) fn create(path: &Path, overwrite: bool, records: &dyn Records) -> anyhow::Result<Self> {
        let file = OutputFile::create(path, overwrite).context(CANNOT_WRITE)?;
        let writer = records.create_rejects(file.handle()?).context(CANNOT_WRITE)?;
        Ok(Self { file, writer, header: records.header().to_vec(), failed: None })
    }

    /// Checks that the next file of the import has the same columns.
    pub(super) fn expect_header(&self, header: &[u8], file: &str) -> anyhow::Result<()> {
        if self.header == header {
            return Ok(());
        }
        Err(Failure::failed(format!("{file}: the columns differ from those of the file before it"))
            .hint("with --rejects, import files with different columns one by one")
            .into())
    }

    /// Writes a row. A failure is returned by [`Self::finish`].
    pub(super) fn add(&mut self, refused: &RefusedRow) {
        let Some(record) = &refused.record else { return };
        let line = refused.line.to_string();
        let (field, reason) = (field_of(&refused.verdict), reason_of(&refused.verdict));
        let own = [line.as_str(), word_of(&refused.verdict), &field, &reason];
        if let Err(error) = self.writer.write(own, record) {
            self.failed.get_or_insert(error);
        }
    }

    /// Writes what is buffered to the disk, and gives the file its name.
    ///
    /// # Errors
    /// When not all rows could be written.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.failed
            .take()
            .map_or_else(|| self.writer.flush(), Err)
            .and_then(|()| self.file.finish())
            .context(CANNOT_WRITE)
    }
}

//! Committing a transaction, and finding out whether a lost COMMIT was carried out.

use super::Db;
use super::database::CommitOutcome;
use super::transaction::{self, CommitError};
use crate::error::{ExitStatus, Failure};

impl Db {
    pub(super) fn begin_operation(&mut self) -> anyhow::Result<()> {
        if self.is_aside { Ok(()) } else { self.operation.begin(&self.actor, &mut self.conn) }
    }

    pub(super) fn end_operation(&mut self) -> anyhow::Result<()> {
        if self.is_aside { Ok(()) } else { self.operation.end(&self.actor, &mut self.conn) }
    }

    /// Commits the transaction. If the connection is lost meanwhile, the server is asked on a new one, which takes the
    /// place of the old, whether the transaction was committed.
    pub(super) fn commit(&mut self) -> anyhow::Result<()> {
        let transaction = match self.conn.engine().transaction_id(&mut self.conn) {
            Ok(transaction) => transaction,
            Err(error) => {
                transaction::rollback(&mut self.conn);
                return Err(error.into());
            }
        };
        if let Some(file) = &self.file
            && let Err(failure) = file.check("the change was not committed")
        {
            transaction::rollback(&mut self.conn);
            return Err(failure.into());
        }
        self.database.commits.attempt();
        match (transaction::commit(&mut self.conn), transaction) {
            (Err(CommitError::Lost(error)), Some(transaction)) => match self.database.outcome_of(&transaction) {
                CommitOutcome::Committed(conn) => {
                    self.conn = conn;
                    self.database.commits.succeed();
                    Ok(())
                }
                CommitOutcome::RolledBack => {
                    let message = "the connection was lost during the commit, and the server rolled it back";
                    Err(anyhow::Error::new(error).context(self.unsaved(message)))
                }
                CommitOutcome::Unknown => Err(anyhow::Error::new(error).context(self.unknown_outcome())),
            },
            // It has written nothing that could be saved.
            (Err(CommitError::Lost(error)), None) => {
                Err(anyhow::Error::new(error).context(self.unsaved("the connection was lost")))
            }
            (Err(CommitError::Failed(error)), _) => {
                Err(anyhow::Error::new(error).context("cannot commit the transaction"))
            }
            (Ok(()), _) => {
                if let Some(file) = &self.file {
                    file.check("the change was committed to the file that is gone")?;
                }
                self.database.commits.succeed();
                Ok(())
            }
        }
    }

    /// The error for a commit that saved nothing; earlier ones of this process may have.
    fn unsaved(&self, message: &str) -> Failure {
        let all = if self.database.commits.is_any_done() { "" } else { ": nothing was changed" };
        Failure::new(ExitStatus::Unavailable, format!("{message}{all}")).hint("run the command again")
    }

    /// The error for a commit of which nothing is known.
    fn unknown_outcome(&self) -> Failure {
        let message = "the connection was lost during the commit: the changes may or may not be saved";
        let hint = format!(
            "run the same command again with --operation-id {}: it changes nothing if they are saved",
            self.operation.id()
        );
        Failure::new(ExitStatus::Unavailable, message).hint(hint)
    }
}

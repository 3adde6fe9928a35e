use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::output::Output;

mod list;
mod show;

/// Read the action log
#[derive(Debug, Subcommand)]
pub enum Actions {
    List(list::Args),
    Show(show::Args),
}

impl Actions {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let mut db = database.open(Access::Read)?;
        match self {
            Self::List(args) => list::run(&args, &mut db, out),
            Self::Show(args) => show::run(&args, &mut db, out),
        }
    }
}

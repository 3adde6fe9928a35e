use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::{Champion, StageStep, histories};
use crate::output::{Format, Record};
use crate::selection::RecordArgs;

/// Show a champion record and its stage history
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    record: RecordArgs,
}

/// A record with its history.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    record: Champion,
    history: Vec<StageStep>,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = &self;
        let (db, out) = ctx.open()?;
        let record = args.record.find(db)?;
        let history: Vec<StageStep> =
            histories(&[&record.id], db)?.into_iter().flat_map(|history| history.steps).collect();
        let shown = Shown { record, history };
        out.one(&shown)?;
        if out.format() == Format::Table {
            out.document("")?;
            out.show_columns(vec!["from", "to", "at", "stayed_seconds", "actor", "verb", "reason"]);
            out.list::<StageStep, _>(shown.history.iter().map(Ok))?;
        }
        Ok(ExitStatus::Done)
    }
}

impl Record for Shown {
    const COLUMNS: &'static [&'static str] = Champion::COLUMNS;
    const TABLE: &'static [&'static str] = Champion::TABLE;

    fn cells(&self) -> Vec<String> {
        self.record.cells()
    }

    fn id(&self) -> &str {
        &self.record.id
    }
}

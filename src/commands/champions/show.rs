use serde::Serialize;

use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::{Champion, StageStep, histories};
use crate::output::{Format, Record};
use crate::selection::RecordArgs;

/// Show champion records, and the stage history of a single one
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    records: RecordArgs,
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
        let mut found = Vec::new();
        for record in args.records.find(db)? {
            let history: Vec<StageStep> =
                histories(&[&record.id], db)?.into_iter().flat_map(|history| history.steps).collect();
            found.push(Shown { record, history });
        }
        let [shown] = &found[..] else {
            out.list::<Shown, _>(found.iter().map(Ok))?;
            return Ok(ExitStatus::Done);
        };
        out.one(shown)?;
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

use clap::Subcommand;

use crate::db::{Access, Database};
use crate::error::ExitStatus;
use crate::output::Output;

mod board;
mod history;
mod list;
mod nominate;
mod note;
mod selection;
mod show;
mod standing;
mod stats;
mod steps;
mod suggest;
mod targets;
mod withdraw;

/// Move champions through the pipeline: candidate, selected, champion, alumni
#[derive(Debug, Subcommand)]
pub enum Champions {
    Nominate(nominate::Args),
    Advance(steps::Advance),
    Retire(steps::Retire),
    Move(steps::Move),
    Withdraw(withdraw::Args),
    Note(note::Args),
    List(list::Args),
    Show(show::Args),
    History(history::Args),
    Board(board::Args),
    Stats(stats::Args),
    Suggest(suggest::Args),
}

impl Champions {
    pub(super) fn run(self, database: &Database, out: &mut Output) -> anyhow::Result<ExitStatus> {
        let read = || database.open(Access::Read);
        let write = || database.open(Access::Write);
        match self {
            Self::Nominate(args) => nominate::run(&args, &mut write()?, out),
            Self::Advance(args) => args.run(&mut write()?, out),
            Self::Retire(args) => args.run(&mut write()?, out),
            Self::Move(args) => args.run(&mut write()?, out),
            Self::Withdraw(args) => withdraw::run(&args, &mut write()?, out),
            Self::Note(args) => note::run(&args, &mut write()?, out),
            Self::List(args) => list::run(&args, &mut read()?, out),
            Self::Show(args) => show::run(&args, &mut read()?, out),
            Self::Board(args) => board::run(&args, &mut read()?, out),
            Self::Stats(args) => stats::run(&args, &mut read()?, out),
            Self::Suggest(args) => suggest::run(&args, database, out),
            Self::History(args) => history::run(&args, &mut read()?, out),
        }
    }
}
